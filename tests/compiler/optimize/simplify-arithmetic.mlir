// RUN: astragal-opt %s --simplify-arithmetic | FileCheck %s

// CHECK-LABEL: func.func @zero
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-NOT:     arith.addf
// CHECK:         return %[[X]]
func.func @zero(%x: f64) -> f64 {
  %z = arith.constant 0.0 : f64
  %y = arith.addf %x, %z : f64
  %w = arith.addf %z, %y : f64
  return %w : f64
}

// A divisor of all rows is inverted once, and a check of it made once.
// CHECK-LABEL: func.func @rows
// CHECK-SAME:    %[[S:[a-z0-9]+]]: f64, %[[N:[a-z0-9]+]]: index
// CHECK:         %[[OK:.*]] = arith.cmpf
// CHECK:         %[[NONE:.*]] = arith.cmpi sle, %[[N]], %{{.*}}
// CHECK:         %[[EITHER:.*]] = arith.ori %[[OK]], %[[NONE]]
// CHECK:         tg.check %[[EITHER]], domain, "scale"
// CHECK:         %[[INV:.*]] = arith.divf %{{.*}}, %[[S]]
// CHECK:         tg.plate
// CHECK-NOT:       tg.check %[[OK]]
// CHECK:           arith.mulf %{{.*}}, %[[INV]]
// CHECK:           tg.check %{{.*}}, domain, "row"
func.func @rows(%x: tensor<?xf64>, %s: f64, %n: index) -> f64 {
  %z = arith.constant 0.0 : f64
  %ok = arith.cmpf ogt, %s, %z : f64
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    tg.check %ok, domain, "scale" : i1
    %d = arith.divf %v, %s : f64
    %good = arith.cmpf ogt, %d, %z : f64
    tg.check %good, domain, "row" : i1
    tg.yield sum(%d : f64)
  } : f64
  return %r : f64
}

// Where there are rows, nothing is asked.
// CHECK-LABEL: func.func @known
// CHECK-SAME:    %[[OK:[a-z0-9]+]]: i1
// CHECK:         tg.check %[[OK]]
// CHECK:         tg.plate
func.func @known(%x: tensor<8xf64>, %ok: i1) -> f64 {
  %c8 = arith.constant 8 : index
  %r = tg.plate (%i) in (%c8) {
    %v = tensor.extract %x[%i] : tensor<8xf64>
    tg.check %ok, domain, "scale" : i1
    tg.yield sum(%v : f64)
  } : f64
  return %r : f64
}

// Signs, those of sums far away among them, finite values and the larger of two stay what they are, however a quotient is rounded; what a function is compared at is
// never exact.
// CHECK-LABEL: func.func @not_the_last_digit
// CHECK:         arith.divf
// CHECK:         tg.plate
// CHECK-NOT:       arith.divf
// CHECK:         return
func.func @not_the_last_digit(%x: tensor<50xf64>, %s: f64, %m: f64) -> f64 {
  %c50 = arith.constant 50 : index
  %zero = arith.constant 0.0 : f64
  %inf = arith.constant 0x7FF0000000000000 : f64
  %r = tg.plate (%i) in (%c50) {
    %v = tensor.extract %x[%i] : tensor<50xf64>
    %a = arith.divf %v, %s : f64
    %b = arith.mulf %a, %m : f64
    %positive = arith.cmpf ogt, %b, %zero : f64
    %finite = arith.cmpf olt, %b, %inf : f64
    %ok = arith.andi %positive, %finite : i1
    tg.check %ok, domain, "rate" : i1
    %l = math.log %a : f64
    %e = math.exp %a : f64
    %l1 = math.log1p %e : f64
    %less = arith.cmpf olt, %a, %m : f64
    %least = arith.select %less, %a, %m : f64
    %sum = arith.addf %a, %m : f64
    %product = arith.mulf %sum, %v : f64
    %rate = arith.addf %product, %m : f64
    %somewhere = arith.cmpf ogt, %rate, %zero : f64
    tg.check %somewhere, domain, "rate" : i1
    %most = arith.cmpf olt, %l1, %m : f64
    tg.check %most, domain, "too large" : i1
    %p = arith.addf %l, %l1 : f64
    %q = arith.addf %p, %least : f64
    tg.yield sum(%q : f64)
  } : f64
  return %r : f64
}
