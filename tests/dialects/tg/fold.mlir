// RUN: astragal-opt %s -canonicalize | FileCheck %s

// A value without partial derivatives is a value.
// CHECK-LABEL: func.func @no_partials
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK-NEXT: return %[[X]]
func.func @no_partials(%x: f64) -> f64 {
  %0 = tg.with_partials %x wrt() partials() : f64
  return %0 : f64
}

// Special functions of constants. Tails do not overflow.
// CHECK-LABEL: func.func @folded
func.func @folded() -> (f64, f64, f64, f64, f64, f64) {
  %zero = arith.constant 0.0 : f64
  %low = arith.constant -800.0 : f64
  %high = arith.constant 800.0 : f64
  %five = arith.constant 5.0 : f64
  // CHECK-DAG: %[[HALF:.*]] = arith.constant 5.000000e-01 : f64
  %0 = tg.logistic %zero : f64
  // CHECK-DAG: %[[NOTHING:.*]] = arith.constant 0.000000e+00 : f64
  %1 = tg.logistic %low : f64
  // CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
  %2 = tg.logistic %high : f64
  // CHECK-DAG: %[[LOG2:.*]] = arith.constant 0.693147180559945{{[0-9]*}} : f64
  %3 = tg.log1p_exp %zero : f64
  // CHECK-DAG: %[[HIGH:.*]] = arith.constant 8.000000e+02 : f64
  %4 = tg.log1p_exp %high : f64
  // lgamma(5) = log(24)
  // CHECK-DAG: %[[LOG24:.*]] = arith.constant 3.17805383034794{{[0-9]*}} : f64
  %5 = tg.lgamma %five : f64
  // CHECK: return %[[HALF]], %[[NOTHING]], %[[ONE]], %[[LOG2]], %[[HIGH]], %[[LOG24]]
  return %0, %1, %2, %3, %4, %5 : f64, f64, f64, f64, f64, f64
}
