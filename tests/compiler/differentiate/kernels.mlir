// RUN: astragal-opt %s --differentiate --canonicalize -split-input-file | FileCheck %s

// The adjoint of a factor is a kernel of the factor and of its adjoint.

// CHECK-LABEL: func.func @cholesky
// CHECK: %[[L:.*]] = tg.kernel "cholesky"(%[[A:.*]], %[[N:.*]] : tensor<2x2xf64>, index)
// CHECK: tg.kernel "cholesky_adjoint"(%[[L]], %{{.*}}, %[[N]]
func.func @cholesky(%q: tensor<4xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %a = tg.plate (%i, %j) in (%c2, %c2) {
    %p = arith.muli %i, %c2 : index
    %k = arith.addi %p, %j : index
    %x = tensor.extract %q[%k] : tensor<4xf64>
    tg.yield rows(%x : f64)
  } : tensor<2x2xf64>
  %e = tensor.empty() : tensor<2x2xf64>
  %l = tg.kernel "cholesky"(%a, %c2 : tensor<2x2xf64>, index) into(%e : tensor<2x2xf64>)
  %x = tensor.extract %l[%c0, %c1] : tensor<2x2xf64>
  return %x : f64
}

// -----

// Only what is active: the matrix is data, so its adjoint is not computed.

// CHECK-LABEL: func.func @solve
// CHECK: tg.kernel "solve_lower"
// CHECK: tg.kernel "solve_lower"
// CHECK-NOT: lower_product
func.func @solve(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>}, %l: tensor<2x2xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %e = tensor.empty() : tensor<2xf64>
  %x = tg.kernel "solve_lower"(%l, %q, %c2, %c1, %c0 : tensor<2x2xf64>, tensor<2xf64>, index, index, index) into(%e : tensor<2xf64>)
  %r = tensor.extract %x[%c0] : tensor<2xf64>
  return %r : f64
}
