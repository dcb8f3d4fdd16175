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

// A tensor that goes into a kernel.
// CHECK: a tensor is stored at every iteration: it is used as a whole
func.func @whole(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %y: tensor<3x3xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %a = tensor.insert %x into %y[%c1, %c1] : tensor<3x3xf64>
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%s = %a) -> tensor<3x3xf64> {
    %e = tensor.empty() : tensor<3x3xf64>
    %s1 = tg.kernel "cholesky"(%s, %c3 : tensor<3x3xf64>, index) into(%e : tensor<3x3xf64>)
    scf.yield %s1 : tensor<3x3xf64>
  }
  %v = tensor.extract %r[%c1, %c1] : tensor<3x3xf64>
  return %v : f64
}

// CHECK: a tensor is stored at every iteration: it is replaced by another tensor
func.func @replaced(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>})
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
    %s1 = tensor.splat %norm : tensor<3xf64>
    scf.yield %s1 : tensor<3xf64>
  }
  %v = tensor.extract %r[%c1] : tensor<3xf64>
  return %v : f64
}

// CHECK: a tensor is stored at every iteration: a branch replaces it by another tensor
func.func @branch(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>})
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
    %first = arith.cmpi eq, %t, %c0 : index
    %s1 = scf.if %first -> tensor<3xf64> {
      %fresh = tensor.splat %norm : tensor<3xf64>
      scf.yield %fresh : tensor<3xf64>
    } else {
      scf.yield %s : tensor<3xf64>
    }
    scf.yield %s1 : tensor<3xf64>
  }
  %v = tensor.extract %r[%c1] : tensor<3xf64>
  return %v : f64
}

// CHECK: a tensor is stored at every iteration: what was read may be overwritten in the same iteration
func.func @last(%q: tensor<5xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%s = %q) -> tensor<5xf64> {
    %end = arith.addi %t, %c1 : index
    %norm = scf.for %k = %c0 to %end step %c1 iter_args(%acc = %zero) -> f64 {
      %x = tensor.extract %s[%k] : tensor<5xf64>
      %p = arith.mulf %x, %x : f64
      %n = arith.addf %acc, %p : f64
      scf.yield %n : f64
    }
    %s1 = tensor.insert %norm into %s[%t] : tensor<5xf64>
    scf.yield %s1 : tensor<5xf64>
  }
  %v = tensor.extract %r[%c1] : tensor<5xf64>
  return %v : f64
}
