// RUN: astragal-opt %s --raise-loops --canonicalize --cse | FileCheck %s

// A whole tensor, whose elements lie in the order of the inner loop; what the outer body computes is computed in every row; a sum beside.
// CHECK-LABEL: func.func @whole
// CHECK:         %[[R:.*]]:2 = tg.plate (%[[I:.*]], %[[J:.*]]) in (%c20, %c9) {
// CHECK:           %[[U:.*]] = tensor.extract %arg1[%[[I]]]
// CHECK:           %[[A:.*]] = tensor.extract %arg2[%[[J]]]
// CHECK:           %[[S:.*]] = arith.addf %[[U]], %[[A]]
// CHECK:           tg.yield sum(%[[A]] : f64) rows(%[[S]] : f64)
// CHECK:         %[[T:.*]] = arith.addf %arg3, %[[R]]#0
// CHECK:         return %[[R]]#1, %[[T]]
func.func @whole(%p: tensor<20x9xf64>, %u: tensor<20xf64>, %a: tensor<9xf64>, %start: f64) -> (tensor<20x9xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%t = %p, %s = %start) -> (tensor<20x9xf64>, f64) {
    %v = tensor.extract %u[%i] : tensor<20xf64>
    %q:2 = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t, %s1 = %s) -> (tensor<20x9xf64>, f64) {
      %w = tensor.extract %a[%j] : tensor<9xf64>
      %x = arith.addf %v, %w : f64
      %t2 = tensor.insert %x into %t1[%i, %j] : tensor<20x9xf64>
      %s2 = arith.addf %s1, %w : f64
      scf.yield %t2, %s2 : tensor<20x9xf64>, f64
    }
    scf.yield %q#0, %q#1 : tensor<20x9xf64>, f64
  }
  return %r#0, %r#1 : tensor<20x9xf64>, f64
}

// Part of a tensor, whose elements lie in the order of the outer loop, updated where it is positive.
// CHECK-LABEL: func.func @part
// CHECK:         %[[R:.*]] = tg.plate (%[[J:.*]], %[[I:.*]]) in (%c8, %c20) {
// CHECK:           %[[J1:.*]] = arith.addi %[[J]], %c1
// CHECK:           %[[OLD:.*]] = tensor.extract %arg0[%c2, %[[J1]], %[[I]]]
// CHECK:           scf.if
// CHECK:           tg.yield rows
// CHECK:         %[[W:.*]] = tensor.insert_slice %[[R]] into %arg0[2, 1, 0] [1, 8, 20] [1, 1, 1]
// CHECK:         return %[[W]]
func.func @part(%p: tensor<3x9x20xf64>) -> tensor<3x9x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %i = %c0 to %c20 step %c1 iter_args(%t = %p) -> (tensor<3x9x20xf64>) {
    %q = scf.for %j = %c1 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<3x9x20xf64> {
      %v = tensor.extract %t1[%c2, %j, %i] : tensor<3x9x20xf64>
      %is = arith.cmpf ogt, %v, %zero : f64
      %t2 = scf.if %is -> tensor<3x9x20xf64> {
        %e = math.exp %v : f64
        %t3 = tensor.insert %e into %t1[%c2, %j, %i] : tensor<3x9x20xf64>
        scf.yield %t3 : tensor<3x9x20xf64>
      } else {
        scf.yield %t1 : tensor<3x9x20xf64>
      }
      scf.yield %t2 : tensor<3x9x20xf64>
    }
    scf.yield %q : tensor<3x9x20xf64>
  }
  return %r : tensor<3x9x20xf64>
}

// Columns that a plate computes, of a size that is not known, counted from one.
// CHECK-LABEL: func.func @columns
// CHECK-SAME:    %[[X:.*]]: tensor<?xf64>, %[[N:.*]]: index
// CHECK:         %[[K:.*]] = tg.plate (%[[J:.*]], %[[I:.*]]) in (%{{.*}}, %[[N]]) {
// CHECK-DAG:       %[[A:.*]] = tensor.extract %[[X]][%[[J]]]
// CHECK-DAG:       %[[B:.*]] = tensor.extract %[[X]][%[[I]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK:           tg.yield rows(%[[P]] : f64)
// CHECK-NEXT:    } : tensor<?x?xf64>
// CHECK-NOT:     scf.for
// CHECK:         return %[[K]]
func.func @columns(%x: tensor<?xf64>, %n: index) -> tensor<?x?xf64> {
  %c1 = arith.constant 1 : index
  %end = arith.addi %n, %c1 : index
  %empty = tensor.empty(%n, %n) : tensor<?x?xf64>
  %k = scf.for %j = %c1 to %end step %c1 iter_args(%m = %empty) -> tensor<?x?xf64> {
    %at = arith.subi %j, %c1 : index
    %a = tensor.extract %x[%at] : tensor<?xf64>
    %column = tg.plate (%i) in (%n) {
      %b = tensor.extract %x[%i] : tensor<?xf64>
      %p = arith.mulf %a, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<?xf64>
    %next = tensor.insert_slice %column into %m[%at, 0] [1, %n] [1, 1] : tensor<?xf64> into tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  return %k : tensor<?x?xf64>
}

// Rows, and what stands on the diagonal is read and written again.
// CHECK-LABEL: func.func @diagonal
// CHECK:         tg.plate (%[[J:.*]], %[[I:.*]]) in (%{{.*}}, %{{.*}}) {
// CHECK:           %[[A:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK:           %[[B:.*]] = tensor.extract %{{.*}}[%[[J]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK:           %[[S:.*]] = arith.addf %[[P]], %{{.*}}
// CHECK:           %[[C:.*]] = arith.cmpi eq, %[[J]], %[[I]]
// CHECK:           %[[V:.*]] = arith.select %[[C]], %[[S]], %[[P]]
// CHECK:           tg.yield rows(%[[V]] : f64)
// CHECK-NOT:     scf.for
func.func @diagonal(%x: tensor<20xf64>, %y: tensor<12xf64>, %s: f64) -> tensor<12x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c20 = arith.constant 20 : index
  %empty = tensor.empty() : tensor<12x20xf64>
  %k = scf.for %i = %c0 to %c20 step %c1 iter_args(%m = %empty) -> tensor<12x20xf64> {
    %a = tensor.extract %x[%i] : tensor<20xf64>
    %row = tg.plate (%j) in (%c12) {
      %b = tensor.extract %y[%j] : tensor<12xf64>
      %p = arith.mulf %a, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<12xf64>
    %with = tensor.insert_slice %row into %m[0, %i] [12, 1] [1, 1] : tensor<12xf64> into tensor<12x20xf64>
    %old = tensor.extract %with[%i, %i] : tensor<12x20xf64>
    %new = arith.addf %old, %s : f64
    %next = tensor.insert %new into %with[%i, %i] : tensor<12x20xf64>
    scf.yield %next : tensor<12x20xf64>
  }
  return %k : tensor<12x20xf64>
}

// A part of the columns, and a part of each.
// CHECK-LABEL: func.func @part_of_columns
// CHECK:         %[[R:.*]] = tg.plate (%[[J:.*]], %[[I:.*]]) in (%c19, %c12) {
// CHECK:           tensor.extract %arg0[%[[I]]]
// CHECK:           tg.yield rows
// CHECK:         %[[W:.*]] = tensor.insert_slice %[[R]] into %arg1[0, 3] [19, 12] [1, 1]
// CHECK:         return %[[W]]
func.func @part_of_columns(%x: tensor<12xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c19 = arith.constant 19 : index
  %k = scf.for %j = %c0 to %c19 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c12) {
      %b = tensor.extract %x[%i] : tensor<12xf64>
      tg.yield rows(%b : f64)
    } : tensor<12xf64>
    %next = tensor.insert_slice %column into %m[%j, 3] [1, 12] [1, 1] : tensor<12xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

// An inner loop, whose element on the diagonal the outer one adds to; a sum beside.
// CHECK-LABEL: func.func @jitter
// CHECK:         tg.plate (%[[I:.*]], %[[J:.*]]) in (%c20, %c20) {
// CHECK:           %[[A:.*]] = tensor.extract %arg0[%[[I]]]
// CHECK:           %[[B:.*]] = tensor.extract %arg0[%[[J]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK:           %[[S:.*]] = arith.addf %[[P]], %arg1
// CHECK:           %[[C:.*]] = arith.cmpi eq, %[[J]], %[[I]]
// CHECK:           %[[V:.*]] = arith.select %[[C]], %[[S]], %[[P]]
// CHECK:           tg.yield sum(%[[P]] : f64) rows(%[[V]] : f64)
// CHECK-NOT:     scf.for
func.func @jitter(%x: tensor<20xf64>, %s: f64) -> (tensor<20x20xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %empty = tensor.empty() : tensor<20x20xf64>
  %k:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%m = %empty, %t = %zero) -> (tensor<20x20xf64>, f64) {
    %a = tensor.extract %x[%i] : tensor<20xf64>
    %r:2 = scf.for %j = %c0 to %c20 step %c1 iter_args(%m1 = %m, %t1 = %t) -> (tensor<20x20xf64>, f64) {
      %b = tensor.extract %x[%j] : tensor<20xf64>
      %p = arith.mulf %a, %b : f64
      %m2 = tensor.insert %p into %m1[%i, %j] : tensor<20x20xf64>
      %t2 = arith.addf %t1, %p : f64
      scf.yield %m2, %t2 : tensor<20x20xf64>, f64
    }
    %old = tensor.extract %r#0[%i, %i] : tensor<20x20xf64>
    %new = arith.addf %old, %s : f64
    %next = tensor.insert %new into %r#0[%i, %i] : tensor<20x20xf64>
    scf.yield %next, %r#1 : tensor<20x20xf64>, f64
  }
  return %k#0, %k#1 : tensor<20x20xf64>, f64
}

// A loop that becomes a plate while its outer loop must wait for that: it stores whole columns.
// CHECK-LABEL: func.func @inner_first
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%c20, %c9) {
// CHECK-NOT:     scf.for
func.func @inner_first(%x: tensor<9xf64>, %u: tensor<20xf64>) -> tensor<20x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %column0 = tensor.empty() : tensor<9xf64>
  %empty = tensor.empty() : tensor<20x9xf64>
  %k = scf.for %i = %c0 to %c20 step %c1 iter_args(%m = %empty) -> tensor<20x9xf64> {
    %a = tensor.extract %u[%i] : tensor<20xf64>
    %column = scf.for %j = %c0 to %c9 step %c1 iter_args(%t = %column0) -> tensor<9xf64> {
      %b = tensor.extract %x[%j] : tensor<9xf64>
      %p = arith.mulf %a, %b : f64
      %t1 = tensor.insert %p into %t[%j] : tensor<9xf64>
      scf.yield %t1 : tensor<9xf64>
    }
    %next = tensor.insert_slice %column into %m[%i, 0] [1, 9] [1, 1] : tensor<9xf64> into tensor<20x9xf64>
    scf.yield %next : tensor<20x9xf64>
  }
  return %k : tensor<20x9xf64>
}
