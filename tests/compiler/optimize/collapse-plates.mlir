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
