// RUN: astragal-opt %s --unroll-small-loops="max-ops=40" --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @too_long
// CHECK:         scf.for
// CHECK:         scf.for
// CHECK:         tg.plate
func.func @too_long(%a: f64, %n: index) -> (f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%s = %a) -> f64 {
    %w = arith.mulf %s, %s : f64
    scf.yield %w : f64
  }
  %q = scf.for %i = %c0 to %n step %c1 iter_args(%s = %a) -> f64 {
    %w = arith.mulf %s, %s : f64
    scf.yield %w : f64
  }
  %p = tg.plate (%i) in (%c5) {
    tg.yield sum(%a : f64)
  } : f64
  return %r, %q, %p : f64, f64, f64
}

// CHECK-LABEL: func.func @too_large
// CHECK:         scf.for
func.func @too_large(%a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-remark @below {{the body is too large}}
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %a) -> f64 {
    %w = arith.mulf %s, %s : f64
    %x = arith.mulf %w, %s : f64
    %y = arith.mulf %x, %s : f64
    %z = arith.mulf %y, %s : f64
    scf.yield %z : f64
  }
  return %r : f64
}

// CHECK-LABEL: func.func @rows
// CHECK:         scf.for
func.func @rows(%x: tensor<8xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  // expected-remark @below {{its iterations are independent: a plate is better}}
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %a) -> f64 {
    %w = tensor.extract %x[%i] : tensor<8xf64>
    %y = arith.addf %w, %s : f64
    scf.yield %y : f64
  }
  return %r : f64
}

// In the rows of a plate it is better to have no loop.
// CHECK-LABEL: func.func @in_rows
// CHECK:         tg.plate
// CHECK-NOT:       scf.for
func.func @in_rows(%x: tensor<20x8xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c20 = arith.constant 20 : index
  %p = tg.plate (%n) in (%c20) {
    %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %a) -> f64 {
      %w = tensor.extract %x[%n, %i] : tensor<20x8xf64>
      %y = arith.addf %w, %s : f64
      scf.yield %y : f64
    }
    tg.yield sum(%r : f64)
  } : f64
  return %p : f64
}

// Rows that go on until they are done.
// CHECK-LABEL: func.func @until_done
// CHECK:         tg.plate
// CHECK:           scf.while
func.func @until_done(%x: tensor<2xf64>, %end: f64) -> f64 {
  %c2 = arith.constant 2 : index
  // expected-remark @below {{its rows hold a while loop: they are better side by side}}
  %r = tg.plate (%i) in (%c2) {
    %v = tensor.extract %x[%i] : tensor<2xf64>
    %w = scf.while (%u = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %u, %end : f64
      scf.condition(%more) %u : f64
    } do {
    ^bb0(%u: f64):
      %p = arith.mulf %u, %u : f64
      scf.yield %p : f64
    }
    tg.yield sum(%w : f64)
  } : f64
  return %r : f64
}

// Rows that would not fill lanes, or depend on each other, leave the plate in them as it is; so do rows without a
// tensor of their own.
// CHECK-LABEL: func.func @not_local
// CHECK-COUNT-3: tg.plate
func.func @not_local(%x: tensor<100xf64>, %m: tensor<5xf64>) -> (f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c7 = arith.constant 7 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{the body is too large}}
  %few = scf.for %n = %c0 to %c7 step %c1 iter_args(%s = %zero) -> f64 {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    %t = tensor.splat %v : tensor<5xf64>
    %w = tg.plate (%k) in (%c5) {
      %e = tensor.extract %t[%k] : tensor<5xf64>
      tg.yield sum(%e : f64)
    } : f64
    %y = arith.addf %s, %w : f64
    scf.yield %y : f64
  }
  %recurrence = scf.for %n = %c0 to %c100 step %c1 iter_args(%s = %zero) -> f64 {
    %t = tensor.splat %s : tensor<5xf64>
    %w = tg.plate (%k) in (%c5) {
      %e = tensor.extract %t[%k] : tensor<5xf64>
      tg.yield sum(%e : f64)
    } : f64
    scf.yield %w : f64
  }
  %elsewhere = scf.for %n = %c0 to %c100 step %c1 iter_args(%s = %zero) -> f64 {
    %w = tg.plate (%k) in (%c5) {
      %e = tensor.extract %m[%k] : tensor<5xf64>
      tg.yield sum(%e : f64)
    } : f64
    %y = arith.addf %s, %w : f64
    scf.yield %y : f64
  }
  return %few, %recurrence, %elsewhere : f64, f64, f64
}
