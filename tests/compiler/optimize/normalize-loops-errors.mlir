// RUN: astragal-opt %s --normalize-loops --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @until(
// CHECK:         scf.while
func.func @until(%x: f64, %end: f64) -> f64 {
  // expected-remark @below {{its condition is not a bound of what each trip counts}}
  %r = scf.while (%s = %x) : (f64) -> f64 {
    %more = arith.cmpf olt, %s, %end : f64
    scf.condition(%more) %s : f64
  } do {
  ^bb0(%s: f64):
    %p = arith.mulf %s, %s : f64
    scf.yield %p : f64
  }
  return %r : f64
}

// It counts away from its end.
// CHECK-LABEL: func.func @away(
// CHECK:         scf.while
func.func @away(%n: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %back = arith.constant -1 : i32
  // expected-remark @below {{its condition is not a bound of what each trip counts}}
  %r = scf.while (%k = %zero) : (i32) -> i32 {
    %more = arith.cmpi slt, %k, %n : i32
    scf.condition(%more) %k : i32
  } do {
  ^bb0(%k: i32):
    %next = arith.addi %k, %back : i32
    scf.yield %next : i32
  }
  return %r : i32
}

// The end moves.
// CHECK-LABEL: func.func @moving(
// CHECK:         scf.while
func.func @moving(%n: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  // expected-remark @below {{its condition is not a bound of what each trip counts}}
  %r:2 = scf.while (%k = %zero, %end = %n) : (i32, i32) -> (i32, i32) {
    %more = arith.cmpi slt, %k, %end : i32
    scf.condition(%more) %k, %end : i32, i32
  } do {
  ^bb0(%k: i32, %end: i32):
    %next = arith.addi %k, %one : i32
    %far = arith.divsi %end, %next : i32
    scf.yield %next, %far : i32, i32
  }
  return %r#0 : i32
}

// CHECK-LABEL: func.func @tensor(
// CHECK:         scf.for
func.func @tensor(%x: tensor<9xf64>, %limit: f64) -> tensor<9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %false = arith.constant false
  // expected-remark @below {{it breaks, but carries a tensor: the trips that are left stay, empty}}
  %r:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%flag = %false, %s = %x) -> (i1, tensor<9xf64>) {
    %t:2 = scf.if %flag -> (i1, tensor<9xf64>) {
      scf.yield %flag, %s : i1, tensor<9xf64>
    } else {
      %v = tensor.extract %s[%i] : tensor<9xf64>
      %root = math.sqrt %v : f64
      %done = arith.cmpf olt, %root, %limit : f64
      %w = tensor.insert %root into %s[%i] : tensor<9xf64>
      scf.yield %done, %w : i1, tensor<9xf64>
    }
    scf.yield %t#0, %t#1 : i1, tensor<9xf64>
  }
  return %r#1 : tensor<9xf64>
}

// CHECK-LABEL: func.func @short(
// CHECK:         scf.for
func.func @short(%x: f64, %limit: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %false = arith.constant false
  // expected-remark @below {{it breaks, but a loop of so few trips is better written out}}
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%flag = %false, %s = %x) -> (i1, f64) {
    %t:2 = scf.if %flag -> (i1, f64) {
      scf.yield %flag, %s : i1, f64
    } else {
      %root = math.sqrt %s : f64
      %done = arith.cmpf olt, %root, %limit : f64
      scf.yield %done, %root : i1, f64
    }
    scf.yield %t#0, %t#1 : i1, f64
  }
  return %r#1 : f64
}

// No more than three, since the loop around it has no more.
// CHECK-LABEL: func.func @within(
// CHECK:         scf.for
// CHECK:           scf.for
func.func @within(%x: f64, %limit: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %false = arith.constant false
  %o = scf.for %n = %c1 to %c4 step %c1 iter_args(%a = %x) -> f64 {
    // expected-remark @below {{it breaks, but a loop of so few trips is better written out}}
    %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%flag = %false, %s = %a) -> (i1, f64) {
      %t:2 = scf.if %flag -> (i1, f64) {
        scf.yield %flag, %s : i1, f64
      } else {
        %root = math.sqrt %s : f64
        %done = arith.cmpf olt, %root, %limit : f64
        scf.yield %done, %root : i1, f64
      }
      scf.yield %t#0, %t#1 : i1, f64
    }
    scf.yield %r#1 : f64
  }
  return %o : f64
}

// The flag does not stop everything.
// CHECK-LABEL: func.func @goesOn(
// CHECK:         scf.for
func.func @goesOn(%x: f64, %limit: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %false = arith.constant false
  %one = arith.constant 1.0 : f64
  %r:2 = scf.for %i = %c0 to %c30 step %c1 iter_args(%flag = %false, %s = %x) -> (i1, f64) {
    %t:2 = scf.if %flag -> (i1, f64) {
      %more = arith.addf %s, %one : f64
      scf.yield %flag, %more : i1, f64
    } else {
      %root = math.sqrt %s : f64
      %done = arith.cmpf olt, %root, %limit : f64
      scf.yield %done, %root : i1, f64
    }
    scf.yield %t#0, %t#1 : i1, f64
  }
  return %r#1 : f64
}
