// RUN: astragal-opt %s --hoist-stores --cse --split-input-file --remarks-filter-passed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// A store on one side, at a place that the loop's bounds keep in range.
// CHECK-LABEL: func.func @one_side
// CHECK:         scf.for %[[T:[a-z0-9]+]] = {{.*}} iter_args(%[[V:[a-z0-9]+]] =
// CHECK:           %[[OLD:.*]] = tensor.extract %[[V]][%[[T]]]
// CHECK:           %[[NEW:.*]] = scf.if %{{.*}} -> (f64) {
// CHECK:             %[[X:.*]] = arith.addf %[[OLD]]
// CHECK:             scf.yield %[[X]]
// CHECK:             scf.yield %[[OLD]]
// CHECK:           tensor.insert %[[NEW]] into %[[V]][%[[T]]]
func.func @one_side(%n: index) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %v0 = tensor.empty(%n) : tensor<?xf64>
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%v = %v0) -> (tensor<?xf64>) {
    %later = arith.cmpi sgt, %t, %c2 : index
    // expected-remark @below {{what it stores is stored behind it}}
    %s = scf.if %later -> (tensor<?xf64>) {
      %i = arith.subi %t, %c2 : index
      %a = tensor.extract %v[%i] : tensor<?xf64>
      %b = tensor.extract %v[%t] : tensor<?xf64>
      %x = arith.addf %b, %a : f64
      %w = tensor.insert %x into %v[%t] : tensor<?xf64>
      scf.yield %w : tensor<?xf64>
    } else {
      scf.yield %v : tensor<?xf64>
    }
    scf.yield %s : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// -----

// Where both sides store the place is there, whatever it is. The last store counts, and what was stored may be read.
// CHECK-LABEL: func.func @both_sides
// CHECK:         %[[NEW:.*]]:2 = scf.if %{{.*}} -> (f64, f64) {
// CHECK:           %[[Y:.*]] = math.exp %arg3
// CHECK:           scf.yield %[[Y]], %arg3
// CHECK:           scf.yield %arg4, %arg4
// CHECK:         tensor.insert %[[NEW]]#0 into %arg0[%arg1]
func.func @both_sides(%v: tensor<?xf64>, %i: index, %on: i1, %x: f64, %z: f64) -> (tensor<?xf64>, f64) {
  // expected-remark @below {{what it stores is stored behind it}}
  %r:2 = scf.if %on -> (tensor<?xf64>, f64) {
    %a = tensor.insert %x into %v[%i] : tensor<?xf64>
    %b = tensor.extract %a[%i] : tensor<?xf64>
    %y = math.exp %b : f64
    %c = tensor.insert %y into %a[%i] : tensor<?xf64>
    scf.yield %c, %x : tensor<?xf64>, f64
  } else {
    %a = tensor.insert %z into %v[%i] : tensor<?xf64>
    scf.yield %a, %z : tensor<?xf64>, f64
  }
  return %r#0, %r#1 : tensor<?xf64>, f64
}
