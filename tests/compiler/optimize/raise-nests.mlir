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

// Left alone: a row that reads the one before; an inner loop of different lengths; elements of a diagonal; two orders.
// CHECK-LABEL: func.func @left
// CHECK-NOT:     tg.plate (%{{.*}}, %{{.*}}) in
// CHECK:         return
func.func @left(%p: tensor<9x9xf64>, %q: tensor<9x9xf64>) -> (tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  %before = scf.for %i = %c1 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %k = arith.subi %i, %c1 : index
    %r = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %v = tensor.extract %t1[%k, %j] : tensor<9x9xf64>
      %e = math.exp %v : f64
      %t2 = tensor.insert %e into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  %triangle = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %r = scf.for %j = %c0 to %i step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %zero into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  %diagonal = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %r = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %zero into %t1[%j, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  %orders:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p, %s = %q) -> (tensor<9x9xf64>, tensor<9x9xf64>) {
    %r:2 = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t, %s1 = %s) -> (tensor<9x9xf64>, tensor<9x9xf64>) {
      %t2 = tensor.insert %zero into %t1[%i, %j] : tensor<9x9xf64>
      %s2 = tensor.insert %zero into %s1[%j, %i] : tensor<9x9xf64>
      scf.yield %t2, %s2 : tensor<9x9xf64>, tensor<9x9xf64>
    }
    scf.yield %r#0, %r#1 : tensor<9x9xf64>, tensor<9x9xf64>
  }
  return %before, %triangle, %diagonal, %orders#0, %orders#1 : tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>, tensor<9x9xf64>
}
