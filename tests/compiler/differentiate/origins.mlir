// RUN: astragal-opt %s --differentiate --canonicalize --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Locations tell the reverse sweep from the forward one.
// CHECK-LABEL: func.func @square
// CHECK: math.exp {{.*}} loc("m.stan":3:5)
// CHECK: arith.mulf {{.*}} loc("m.stan":4:5)
// CHECK: arith.addf {{.*}} loc("adjoint"("m.stan":4:5))
// CHECK: arith.mulf {{.*}} loc("adjoint"("m.stan":3:5))
func.func @square(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64> loc("m.stan":2:5)
  %e = math.exp %a : f64 loc("m.stan":3:5)
  %p = arith.mulf %e, %e : f64 loc("m.stan":4:5)
  return %p : f64
}
