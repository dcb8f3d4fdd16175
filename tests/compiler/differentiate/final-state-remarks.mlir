// RUN: astragal-opt %s --differentiate --remark-policy=all --remarks-filter=differentiate -o %t 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=TAPE < %t

// CHECK: a tensor is stored at every iteration: a later iteration may overwrite what was read
// TAPE:  tensor.empty() : tensor<5x3xf64>
func.func @overwritten(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%s = %q) -> tensor<3xf64> {
    %norm = scf.for %k = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> f64 {
      %x = tensor.extract %s[%k] : tensor<3xf64>
      %p = arith.mulf %x, %x : f64
      %n = arith.addf %acc, %p : f64
      scf.yield %n : f64
    }
    %s1 = tensor.insert %norm into %s[%c1] : tensor<3xf64>
    scf.yield %s1 : tensor<3xf64>
  }
  %v = tensor.extract %r[%c1] : tensor<3xf64>
  return %v : f64
}
