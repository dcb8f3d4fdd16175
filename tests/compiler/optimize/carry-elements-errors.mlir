// RUN: astragal-opt %s --carry-elements --split-input-file --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// A store that may not happen.
// CHECK-LABEL: func.func @branch
// CHECK:         iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}) -> (tensor<100xf64>)
func.func @branch(%init: tensor<100xf64>, %on: i1) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a tensor that it carries is used as a whole, or stored to in a branch or a loop}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %n = scf.if %on -> tensor<100xf64> {
      %w = tensor.insert %x into %h[%t] : tensor<100xf64>
      scf.yield %w : tensor<100xf64>
    } else {
      scf.yield %h : tensor<100xf64>
    }
    scf.yield %n : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// -----

// A place that data decides.
func.func @elsewhere(%init: tensor<100xf64>, %at: tensor<100xindex>) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a store is not at the induction variable plus a constant}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %i = tensor.extract %at[%t] : tensor<100xindex>
    %w = tensor.insert %x into %h[%i] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// -----

// Two places that may be one.
func.func @collision(%init: tensor<100x4xf64>, %i: index, %j: index) -> tensor<100x4xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{two stores may go to one element}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100x4xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p, %i] : tensor<100x4xf64>
    %v = tensor.insert %x into %h[%t, %i] : tensor<100x4xf64>
    %w = tensor.insert %x into %v[%t, %j] : tensor<100x4xf64>
    scf.yield %w : tensor<100x4xf64>
  }
  return %r : tensor<100x4xf64>
}

// -----

// Four elements of each of five columns.
func.func @many(%init: tensor<100x5xf64>) -> tensor<100x5xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c-4 = arith.constant -4 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{it would carry too many elements}}
  %r = scf.for %t = %c4 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100x5xf64>) {
    %p = arith.addi %t, %c-4 : index
    %x0 = tensor.extract %h[%p, %c0] : tensor<100x5xf64>
    %x1 = tensor.extract %h[%p, %c1] : tensor<100x5xf64>
    %x2 = tensor.extract %h[%p, %c2] : tensor<100x5xf64>
    %x3 = tensor.extract %h[%p, %c3] : tensor<100x5xf64>
    %x4 = tensor.extract %h[%p, %c4] : tensor<100x5xf64>
    %h0 = tensor.insert %x1 into %h[%t, %c0] : tensor<100x5xf64>
    %h1 = tensor.insert %x2 into %h0[%t, %c1] : tensor<100x5xf64>
    %h2 = tensor.insert %x3 into %h1[%t, %c2] : tensor<100x5xf64>
    %h3 = tensor.insert %x4 into %h2[%t, %c3] : tensor<100x5xf64>
    %h4 = tensor.insert %x0 into %h3[%t, %c4] : tensor<100x5xf64>
    scf.yield %h4 : tensor<100x5xf64>
  }
  return %r : tensor<100x5xf64>
}

// -----

// What the next iteration reads is not what this one stored.
func.func @replaced(%init: tensor<100xf64>, %other: tensor<100xf64>) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a tensor that it carries is replaced}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %w = tensor.insert %x into %other[%t] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// -----

// Further back than it is worth, or in a branch: read from memory as before.
// CHECK-LABEL: func.func @far
// CHECK:         iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}) -> (tensor<100xf64>)
func.func @far(%init: tensor<100xf64>, %on: i1) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c-1 = arith.constant -1 : index
  %c-12 = arith.constant -12 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c12 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %q = arith.addi %t, %c-12 : index
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%q] : tensor<100xf64>
    %y = scf.if %on -> f64 {
      %e = tensor.extract %h[%p] : tensor<100xf64>
      scf.yield %e : f64
    } else {
      scf.yield %zero : f64
    }
    %v = arith.addf %x, %y : f64
    %w = tensor.insert %v into %h[%t] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}
