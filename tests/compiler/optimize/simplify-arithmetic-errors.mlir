// RUN: astragal-opt %s --simplify-arithmetic --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// A division outside of loops, one by what the loop computes, and a check that a branch guards stay.
// CHECK-LABEL: func.func @stay
// CHECK:         arith.divf
// CHECK:         scf.for
// CHECK:           arith.divf
// CHECK:           scf.if
// CHECK-NEXT:        tg.check
func.func @stay(%x: f64, %s: f64, %n: index, %ok: i1, %p: i1) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.divf %x, %s : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %d) -> f64 {
    %e = arith.divf %s, %a : f64
    scf.if %p {
      tg.check %ok, domain, "guarded" : i1
    }
    scf.yield %e : f64
  }
  return %d, %r : f64, f64
}

// The number of a bin, a side of a comparison, a remainder, a power of two: a last digit decides.
// CHECK-LABEL: func.func @last_digit
// CHECK:         tg.plate
// CHECK-COUNT-5:   arith.divf
// CHECK:         return
func.func @last_digit(%x: tensor<50xf64>, %s: f64, %m: f64, %p: i1) -> (f64, i32) {
  %c50 = arith.constant 50 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %r:2 = tg.plate (%i) in (%c50) {
    %v = tensor.extract %x[%i] : tensor<50xf64>
    // expected-remark @below {{what is made of the quotient depends on its last digit: it is no product with an inverse}}
    %a = arith.divf %v, %s : f64
    %floor = math.floor %a : f64
    %bin = arith.fptosi %floor : f64 to i32
    %w = arith.mulf %v, %v : f64
    // expected-remark @below {{what is made of the quotient depends on its last digit: it is no product with an inverse}}
    %b = arith.divf %w, %s : f64
    %c = scf.if %p -> f64 {
      scf.yield %b : f64
    } else {
      scf.yield %v : f64
    }
    %d = arith.addf %c, %m : f64
    %large = arith.cmpf oge, %d, %one : f64
    %counted = arith.select %large, %one, %v : f64
    %u = arith.mulf %w, %v : f64
    // expected-remark @below {{what is made of the quotient depends on its last digit: it is no product with an inverse}}
    %e = arith.divf %u, %s : f64
    %rest = arith.remf %e, %m : f64
    %t = arith.mulf %u, %v : f64
    // expected-remark @below {{what is made of the quotient depends on its last digit: it is no product with an inverse}}
    %f = arith.divf %t, %s : f64
    %power = math.log2 %f : f64
    %log = math.floor %power : f64
    %tt = arith.mulf %t, %v : f64
    // expected-remark @below {{what is made of the quotient depends on its last digit: it is no product with an inverse}}
    %share = arith.divf %tt, %s : f64
    %others = arith.subf %one, %share : f64
    %ok = arith.cmpf oge, %others, %zero : f64
    tg.check %ok, domain, "a share" : i1
    %h = arith.addf %counted, %rest : f64
    %k = arith.addf %h, %log : f64
    tg.yield sum(%k, %bin : f64, i32)
  } : f64, i32
  return %r#0, %r#1 : f64, i32
}

// What is computed once a draw, or once at all, is computed as it is written.
// CHECK-LABEL: func.func @generate
// CHECK:         tg.plate
// CHECK:           arith.divf
// CHECK-LABEL: func.func @prepare
// CHECK:         tg.plate
// CHECK:           arith.divf
func.func @generate(%x: tensor<50xf64>, %s: f64) -> tensor<50xf64> {
  %c50 = arith.constant 50 : index
  %r = tg.plate (%i) in (%c50) {
    %v = tensor.extract %x[%i] : tensor<50xf64>
    %d = arith.divf %v, %s : f64
    tg.yield rows(%d : f64)
  } : tensor<50xf64>
  return %r : tensor<50xf64>
}

func.func @prepare(%x: tensor<50xf64>, %s: f64) -> tensor<50xf64> {
  %c50 = arith.constant 50 : index
  %r = tg.plate (%i) in (%c50) {
    %v = tensor.extract %x[%i] : tensor<50xf64>
    %d = arith.divf %v, %s : f64
    tg.yield rows(%d : f64)
  } : tensor<50xf64>
  return %r : tensor<50xf64>
}
