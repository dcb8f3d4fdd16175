// RUN: astragal-opt %s --stable-forms --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Logarithms of what may be negative, or of a product of such, are NaN or not.
// CHECK-LABEL: func.func @negative
// CHECK:         %[[LOG:.*]] = math.log
// CHECK-NEXT:    %[[EXP:.*]] = math.exp %[[LOG]]
// CHECK:         %[[SQUARE:.*]] = arith.mulf
// CHECK-NEXT:    math.log %[[SQUARE]]
// CHECK:         %[[POWER:.*]] = math.powf
// CHECK-NEXT:    math.log %[[POWER]]
// CHECK:         %[[PRODUCT:.*]] = arith.mulf
// CHECK-NEXT:    math.log %[[PRODUCT]]
func.func @negative(%x: f64, %y: f64) -> (f64, f64, f64, f64) {
  %log = math.log %x : f64
  // expected-remark @below {{what the logarithm is taken of may be negative}}
  %exp = math.exp %log : f64
  %square = arith.mulf %x, %x : f64
  %l2 = math.log %square : f64
  %four = arith.constant 4.0 : f64
  %power = math.powf %x, %four : f64
  // expected-remark @below {{the base of the power may be negative}}
  %l4 = math.log %power : f64
  %product = arith.mulf %x, %y : f64
  %lp = math.log %product : f64
  return %exp, %l2, %l4, %lp : f64, f64, f64, f64
}

// A sum that is needed as it is would be computed twice.
// CHECK-LABEL: func.func @needed
// CHECK:         math.exp
// CHECK:         math.exp
// CHECK:         %[[SUM:.*]] = arith.addf
// CHECK:         math.log %[[SUM]]
func.func @needed(%x: f64, %y: f64) -> (f64, f64) {
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %s = arith.addf %a, %b : f64
  // expected-remark @below {{exponentials, or their sum, are used elsewhere}}
  %l = math.log %s : f64
  %p = arith.divf %a, %s : f64
  return %l, %p : f64, f64
}

// So would an exponential be.
// CHECK-LABEL: func.func @shared
// CHECK:         math.exp
// CHECK:         math.exp
// CHECK:         %[[SUM:.*]] = arith.addf
// CHECK:         math.log %[[SUM]]
func.func @shared(%x: f64, %y: f64) -> (f64, f64) {
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %s = arith.addf %a, %b : f64
  // expected-remark @below {{exponentials, or their sum, are used elsewhere}}
  %l = math.log %s : f64
  return %l, %a : f64, f64
}

// The largest was taken off already.
// CHECK-LABEL: func.func @shifted
// CHECK-NOT:     arith.maximumf
// CHECK:         %[[SUM:.*]] = arith.addf
// CHECK-NEXT:    math.log %[[SUM]]
func.func @shifted(%x: f64, %y: f64, %max: f64) -> f64 {
  %dx = arith.subf %x, %max : f64
  %a = math.exp %dx : f64
  %dy = arith.subf %y, %max : f64
  %b = math.exp %dy : f64
  %s = arith.addf %a, %b : f64
  %l = math.log %s : f64
  return %l : f64
}

// Exponents of rows that would have to be computed twice, and a sum that is used as it is.
// CHECK-LABEL: func.func @rows
// CHECK:         tg.plate
// CHECK-NOT:     max
// CHECK:         return
func.func @rows(%x: tensor<?xf64>, %n: index) -> (f64, f64, f64) {
  %s:2 = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %g = tg.lgamma %v : f64
    %e = math.exp %g : f64
    %f = math.exp %v : f64
    tg.yield sum(%e, %f : f64, f64)
  } : f64, f64
  // expected-remark @below {{the exponents of the rows are dear, and their largest would have to be found first}}
  %l = math.log %s#0 : f64
  // expected-remark @below {{exponentials, or their sum, are used elsewhere}}
  %m = math.log %s#1 : f64
  return %l, %m, %s#1 : f64, f64, f64
}

// One exponential among other terms; a difference.
// CHECK-LABEL: func.func @mixed
// CHECK:         %[[SUM:.*]] = arith.addf
// CHECK-NEXT:    math.log %[[SUM]]
// CHECK:         %[[DIFFERENCE:.*]] = arith.subf
// CHECK-NEXT:    math.log %[[DIFFERENCE]]
func.func @mixed(%x: f64, %y: f64) -> (f64, f64) {
  %a = math.exp %x : f64
  %s = arith.addf %a, %y : f64
  %l = math.log %s : f64
  %b = math.exp %y : f64
  %d = arith.subf %a, %b : f64
  %m = math.log %d : f64
  return %l, %m : f64, f64
}

// Bounds that a proportion may pass.
// CHECK-LABEL: func.func @inside
// CHECK:         %[[P:.*]] = tg.logistic
// CHECK:         arith.cmpf ogt, %[[P]]
// CHECK:         %[[Q:.*]] = tg.normal_cdf
// CHECK:         arith.cmpf oeq, %[[Q]]
func.func @inside(%x: f64) -> (i1, i1) {
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %p = tg.logistic %x : f64
  %a = arith.cmpf ogt, %p, %half : f64
  %q = tg.normal_cdf %x : f64
  %b = arith.cmpf oeq, %q, %one : f64
  return %a, %b : i1, i1
}

// A logarithm that is the same for all rows, outside of loops one of two, and one that is used on one side only.
// CHECK-LABEL: func.func @sides
// CHECK:         arith.select
// CHECK-NOT:     math.log
// CHECK:         tg.plate
// CHECK:           scf.if
// CHECK:             math.log
// CHECK:           } else {
// CHECK:             math.log
func.func @sides(%x: tensor<?xf64>, %t: f64, %u: f64, %c: i1, %n: index) -> (f64, f64) {
  %lt = math.log %t : f64
  %lu = math.log %u : f64
  %s = arith.select %c, %lt, %lu : f64
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %l = scf.if %c -> f64 {
      %a = math.log %t : f64
      scf.yield %a : f64
    } else {
      %b = math.log %v : f64
      scf.yield %b : f64
    }
    tg.yield sum(%l : f64)
  } : f64
  return %s, %r : f64, f64
}

// -----

// The quotient's derivative has all its digits, that of inv_logit has not.
// CHECK-LABEL: func.func @proportion
// CHECK:         arith.divf
// CHECK-NOT:     tg.logistic
func.func @proportion(%x: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %n = arith.negf %x : f64
  %e = math.exp %n : f64
  %d = arith.addf %one, %e : f64
  %p = arith.divf %one, %d : f64
  return %p : f64
}
