// RUN: astragal-opt %s --distribute-loops | FileCheck %s

// A recurrence on the way along a row, then elements: two loops, of which the second reads what the first made. What both need is
// computed again.
// CHECK-LABEL: func.func @recurrence_then_elements
// CHECK:         %[[N:.*]] = scf.for %[[I:[a-z0-9]+]] = {{.*}} iter_args(%{{.*}} = %arg0)
// CHECK:           arith.index_cast %[[I]]
// CHECK:           tensor.insert
// CHECK:           scf.for
// CHECK-NOT:       scf.for
// CHECK:         %[[P:.*]] = scf.for %[[I:[a-z0-9]+]] = {{.*}} iter_args(%{{.*}} = %arg1)
// CHECK:           arith.index_cast %[[I]]
// CHECK:           scf.for
// CHECK:             tensor.extract %[[N]][%{{.*}}, %[[I]]]
// CHECK:             math.exp
// CHECK:         return %[[N]], %[[P]]
func.func @recurrence_then_elements(%n: tensor<9x20xf64>, %p: tensor<9x20xf64>) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%a = %n, %b = %p) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
    %k = arith.index_cast %i : index to i32
    %x = arith.sitofp %k : i32 to f64
    %a0 = tensor.insert %zero into %a[%c0, %i] : tensor<9x20xf64>
    %a1 = scf.for %t = %c1 to %c9 step %c1 iter_args(%c = %a0) -> tensor<9x20xf64> {
      %before = arith.subi %t, %c1 : index
      %v = tensor.extract %c[%before, %i] : tensor<9x20xf64>
      %w = arith.addf %v, %x : f64
      %d = tensor.insert %w into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    %b1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %b) -> tensor<9x20xf64> {
      %v = tensor.extract %a1[%t, %i] : tensor<9x20xf64>
      %w = arith.mulf %v, %x : f64
      %e = math.exp %w : f64
      %d = tensor.insert %e into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    scf.yield %a1, %b1 : tensor<9x20xf64>, tensor<9x20xf64>
  }
  return %r#0, %r#1 : tensor<9x20xf64>, tensor<9x20xf64>
}

// A sum goes from part to part.
// CHECK-LABEL: func.func @sum
// CHECK:         %[[A:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %arg0, %{{.*}} = %{{.*}}) -> (tensor<9x20xf64>, f64)
// CHECK:         %[[S:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[A]]#1) -> (f64)
// CHECK:           tensor.extract %[[A]]#0
// CHECK:         return %[[A]]#0, %[[S]]
func.func @sum(%p: tensor<9x20xf64>, %q: tensor<9xf64>) -> (tensor<9x20xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%a = %p, %s = %zero) -> (tensor<9x20xf64>, f64) {
    %u:2 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %a, %s1 = %s) -> (tensor<9x20xf64>, f64) {
      %v = tensor.extract %q[%t] : tensor<9xf64>
      %e = math.exp %v : f64
      %d = tensor.insert %e into %c[%t, %i] : tensor<9x20xf64>
      %s2 = arith.addf %s1, %v : f64
      scf.yield %d, %s2 : tensor<9x20xf64>, f64
    }
    %l = tensor.extract %u#0[%c1, %i] : tensor<9x20xf64>
    %s3 = arith.addf %u#1, %l : f64
    scf.yield %u#0, %s3 : tensor<9x20xf64>, f64
  }
  return %r#0, %r#1 : tensor<9x20xf64>, f64
}
