// RUN: astragal-opt %s --collapse-plates | FileCheck %s

// The sum of a plate's sums.
// CHECK-LABEL: func.func @plates
// CHECK:         tg.plate (%[[I:.*]], %[[J:.*]]) in (%{{.*}}, %{{.*}}) {
// CHECK-NEXT:      %[[A:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK-NEXT:      %[[B:.*]] = tensor.extract %{{.*}}[%[[I]], %[[J]]]
// CHECK-NEXT:      %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK-NEXT:      tg.yield sum(%[[P]] : f64)
// CHECK-NOT:     tg.plate
func.func @plates(%a: tensor<20xf64>, %x: tensor<20x100xf64>) -> f64 {
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %r = tg.plate (%i) in (%c20) {
    %v = tensor.extract %a[%i] : tensor<20xf64>
    %s = tg.plate (%j) in (%c100) {
      %w = tensor.extract %x[%i, %j] : tensor<20x100xf64>
      %p = arith.mulf %v, %w : f64
      tg.yield sum(%p : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// A loop in place of the inner plate, of a size not known: what it reads lies next to each other.
// CHECK-LABEL: func.func @loop
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%{{.*}}, %{{.*}}) {
// CHECK:           prob.log_density
// CHECK-NOT:     scf.for
func.func @loop(%x: tensor<?x?xf64>, %n: index, %m: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f64
  %r = tg.plate (%i) in (%n) {
    %s = scf.for %j = %c0 to %m step %c1 iter_args(%acc = %z) -> f64 {
      %w = tensor.extract %x[%i, %j] : tensor<?x?xf64>
      %l = prob.log_density @d() at %w autodiff [true] : () -> f64
      %a = arith.addf %acc, %l : f64
      scf.yield %a : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// A loop that counts from elsewhere.
// CHECK-LABEL: func.func @from
// CHECK:         %[[N:.*]] = arith.subi %{{.*}}, %arg1
// CHECK:         tg.plate (%[[I:.*]], %[[J:.*]]) in (%{{.*}}, %{{.*}}) {
// CHECK:           %[[AT:.*]] = arith.addi %[[J]], %arg1
// CHECK:           tensor.extract %arg0[%[[I]], %[[AT]]]
// CHECK-NOT:     scf.for
func.func @from(%x: tensor<9x100xf64>, %lower: index) -> f64 {
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %z = arith.constant 0.0 : f64
  %r = tg.plate (%i) in (%c9) {
    %s = scf.for %j = %lower to %c100 step %c1 iter_args(%acc = %z) -> f64 {
      %w = tensor.extract %x[%i, %j] : tensor<9x100xf64>
      %a = arith.addf %acc, %w : f64
      scf.yield %a : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// Most of what is read lies along the outer rows: these come last, for lanes to follow.
// CHECK-LABEL: func.func @transposed
// CHECK:         tg.plate (%[[J:.*]], %[[I:.*]]) in (%c100{{.*}}, %c9) {
// CHECK-DAG:       tensor.extract %arg0[%[[J]], %[[I]]]
// CHECK-DAG:       tensor.extract %arg1[%[[J]], %[[I]]]
// CHECK-DAG:       tensor.extract %arg2[%[[I]], %[[J]]]
// CHECK-NOT:     scf.for
func.func @transposed(%x: tensor<100x9xf64>, %y: tensor<100x9xf64>, %w: tensor<9x100xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %z = arith.constant 0.0 : f64
  %r = tg.plate (%i) in (%c9) {
    %s = scf.for %j = %c0 to %c100 step %c1 iter_args(%acc = %z) -> f64 {
      %a = tensor.extract %x[%j, %i] : tensor<100x9xf64>
      %b = tensor.extract %y[%j, %i] : tensor<100x9xf64>
      %c = tensor.extract %w[%i, %j] : tensor<9x100xf64>
      %ab = arith.mulf %a, %b : f64
      %abc = arith.mulf %ab, %c : f64
      %n = arith.addf %acc, %abc : f64
      scf.yield %n : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// An index that counts through a matrix becomes two; what is read by the index itself is read in its place.
// CHECK-LABEL: func.func @matrix(
// CHECK-SAME:      %[[X:[a-z0-9]+]]: tensor<4x50xf64>, %[[Y:[a-z0-9]+]]: tensor<200xf64>
// CHECK:         tg.plate (%[[I:.*]], %[[J:.*]]) in (%c4, %c50) {
// CHECK-DAG:       tensor.extract %[[X]][%[[I]], %[[J]]]
// CHECK-DAG:       %[[START:.*]] = arith.muli %[[I]], %c50
// CHECK-DAG:       %[[AT:.*]] = arith.addi %[[START]], %[[J]]
// CHECK-DAG:       tensor.extract %[[Y]][%[[AT]]]
// CHECK-NOT:       arith.divui
// CHECK-NOT:       arith.remui
// CHECK:           tg.yield sum(
func.func @matrix(%x: tensor<4x50xf64>, %y: tensor<200xf64>) -> f64 {
  %c50 = arith.constant 50 : index
  %c200 = arith.constant 200 : index
  %sum = tg.plate (%n) in (%c200) {
    %i = arith.divui %n, %c50 : index
    %j = arith.remui %n, %c50 : index
    %a = tensor.extract %x[%i, %j] : tensor<4x50xf64>
    %b = tensor.extract %y[%n] : tensor<200xf64>
    %c = arith.mulf %a, %b : f64
    tg.yield sum(%c : f64)
  } : f64
  return %sum : f64
}

// The product of a row and a vector, beside what is not cheap: the inner plate is a loop, whose adjoint is one.
// CHECK-LABEL: func.func @product
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK:           %[[S:.*]] = scf.for %[[J:.*]] = %c0{{.*}} to %c20{{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (f64) {
// CHECK-NEXT:        tensor.extract %{{.*}}[%[[J]], %[[I]]]
// CHECK:             %[[T:.*]] = arith.addf %[[SUM]]
// CHECK-NEXT:        scf.yield %[[T]]
// CHECK:           math.exp %[[S]]
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @product(%b: tensor<20xf64>, %x: tensor<20x100xf64>) -> f64 {
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %r = tg.plate (%i) in (%c100) {
    %s = tg.plate (%j) in (%c20) {
      %w = tensor.extract %x[%j, %i] : tensor<20x100xf64>
      %v = tensor.extract %b[%j] : tensor<20xf64>
      %p = arith.mulf %v, %w : f64
      tg.yield sum(%p : f64)
    } : f64
    %e = math.exp %s : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// Few elements of a row that lies along memory, which tiles turn round.
// CHECK-LABEL: func.func @along
// CHECK:         tg.plate
// CHECK:           scf.for
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @along(%b: tensor<10xf64>, %x: tensor<100x10xf64>) -> f64 {
  %c10 = arith.constant 10 : index
  %c100 = arith.constant 100 : index
  %r = tg.plate (%i) in (%c100) {
    %s = tg.plate (%j) in (%c10) {
      %w = tensor.extract %x[%i, %j] : tensor<100x10xf64>
      %v = tensor.extract %b[%j] : tensor<10xf64>
      %p = arith.mulf %v, %w : f64
      tg.yield sum(%p : f64)
    } : f64
    %e = math.exp %s : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// Few columns are written out; functions are computed once, for value and derivative; and four rows fill no lanes.
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-5: tg.plate
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @stays(%b: tensor<20xf64>, %x: tensor<20x100xf64>) -> (f64, f64) {
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %r = tg.plate (%i) in (%c100) {
    %s = tg.plate (%j) in (%c16) {
      %w = tensor.extract %x[%j, %i] : tensor<20x100xf64>
      %v = tensor.extract %b[%j] : tensor<20xf64>
      %p = arith.mulf %v, %w : f64
      tg.yield sum(%p : f64)
    } : f64
    %t = tg.plate (%j) in (%c20) {
      %w = tensor.extract %x[%j, %i] : tensor<20x100xf64>
      %p = math.exp %w : f64
      tg.yield sum(%p : f64)
    } : f64
    %e = arith.mulf %s, %t : f64
    tg.yield sum(%e : f64)
  } : f64
  %q = tg.plate (%i) in (%c4) {
    %s = tg.plate (%j) in (%c20) {
      %w = tensor.extract %x[%j, %i] : tensor<20x100xf64>
      %v = tensor.extract %b[%j] : tensor<20xf64>
      %p = arith.mulf %v, %w : f64
      tg.yield sum(%p : f64)
    } : f64
    %e = math.exp %s : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r, %q : f64, f64
}
