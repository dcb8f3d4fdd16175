// RUN: astragal-opt %s --hoist-stores --split-input-file --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Where the condition does not hold there may be no such element.
// CHECK-LABEL: func.func @out_of_range
// CHECK:         scf.if {{.*}} -> (tensor<9xf64>)
func.func @out_of_range(%v: tensor<9xf64>, %i: index, %on: i1, %x: f64) -> tensor<9xf64> {
  // expected-remark @below {{the place is not known to be there where nothing is stored}}
  %r = scf.if %on -> (tensor<9xf64>) {
    %a = tensor.insert %x into %v[%i] : tensor<9xf64>
    scf.yield %a : tensor<9xf64>
  } else {
    scf.yield %v : tensor<9xf64>
  }
  return %r : tensor<9xf64>
}

// -----

// CHECK-LABEL: func.func @chosen_inside
// CHECK:         scf.if {{.*}} -> (tensor<9xf64>)
func.func @chosen_inside(%v: tensor<9xf64>, %at: tensor<3xindex>, %on: i1, %x: f64) -> tensor<9xf64> {
  %c0 = arith.constant 0 : index
  // expected-remark @below {{what it stores to is chosen in it}}
  %r = scf.if %on -> (tensor<9xf64>) {
    %i = tensor.extract %at[%c0] : tensor<3xindex>
    %a = tensor.insert %x into %v[%i] : tensor<9xf64>
    scf.yield %a : tensor<9xf64>
  } else {
    scf.yield %v : tensor<9xf64>
  }
  return %r : tensor<9xf64>
}

// -----

// CHECK-LABEL: func.func @others
// CHECK:         scf.if {{.*}} -> (tensor<9xf64>)
func.func @others(%v: tensor<9xf64>, %w: tensor<9xf64>, %on: i1, %x: f64) -> tensor<9xf64> {
  %c0 = arith.constant 0 : index
  // expected-remark @below {{its sides yield different containers}}
  %r = scf.if %on -> (tensor<9xf64>) {
    %a = tensor.insert %x into %v[%c0] : tensor<9xf64>
    scf.yield %a : tensor<9xf64>
  } else {
    scf.yield %w : tensor<9xf64>
  }
  return %r : tensor<9xf64>
}

// -----

// CHECK-LABEL: func.func @reads
// CHECK:         scf.if {{.*}} -> (tensor<9xf64>, f64)
func.func @reads(%v: tensor<9xf64>, %i: index, %on: i1, %x: f64) -> (tensor<9xf64>, f64) {
  %c0 = arith.constant 0 : index
  // expected-remark @below {{it reads the container that it has stored to}}
  %r:2 = scf.if %on -> (tensor<9xf64>, f64) {
    %a = tensor.insert %x into %v[%c0] : tensor<9xf64>
    %y = tensor.extract %a[%i] : tensor<9xf64>
    scf.yield %a, %y : tensor<9xf64>, f64
  } else {
    scf.yield %v, %x : tensor<9xf64>, f64
  }
  return %r#0, %r#1 : tensor<9xf64>, f64
}
