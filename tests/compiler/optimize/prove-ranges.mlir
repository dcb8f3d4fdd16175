// RUN: astragal-opt %s --prove-ranges --canonicalize --cse | FileCheck %s

// The earlier elements of a recurrence: never before the first, whatever the number of lags.
// CHECK-LABEL: func.func @lags
// CHECK:         scf.for %[[T:.*]] = %c1
// CHECK:           scf.for %[[K:.*]] = %c1
// CHECK-NOT:         tg.check
// CHECK-NOT:         arith.select
// CHECK:             %[[BACK:.*]] = arith.subi
// CHECK:             %[[AT:.*]] = arith.index_cast %[[BACK]]
// CHECK:             %[[PLACE:.*]] = arith.subi %[[AT]], %c1
// CHECK:             tensor.extract %{{.*}}[%[[PLACE]]]
func.func @lags(%lags: i32, %y: tensor<400xf64>) -> tensor<400xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c400 = arith.constant 400 : index
  %c401 = arith.constant 401 : index
  %one = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c1 to %c401 step %c1 iter_args(%e = %y) -> tensor<400xf64> {
    %t32 = arith.index_cast %t : index to i32
    %before = arith.subi %t32, %one : i32
    %most = arith.minsi %before, %lags : i32
    %m = arith.index_cast %most : i32 to index
    %end = arith.addi %m, %c1 : index
    %s = scf.for %k = %c1 to %end step %c1 iter_args(%a = %zero) -> f64 {
      %k32 = arith.index_cast %k : index to i32
      %back = arith.subi %t32, %k32 : i32
      %at = arith.index_cast %back : i32 to index
      %place = arith.subi %at, %c1 : index
      %inside = arith.cmpi ult, %place, %c400 : index
      tg.check %inside, fatal, "index out of range" : i1
      %safe = arith.select %inside, %place, %c0 : index
      %v = tensor.extract %e[%safe] : tensor<400xf64>
      %b = arith.addf %a, %v : f64
      scf.yield %b : f64
    }
    %here = arith.subi %t, %c1 : index
    %n = tensor.insert %s into %e[%here] : tensor<400xf64>
    scf.yield %n : tensor<400xf64>
  }
  return %r : tensor<400xf64>
}

// Slices up to an iteration and from its mirror image are equally long, and within what they are of. Sizes may be open.
// CHECK-LABEL: func.func @slices
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index
// CHECK:         tg.plate (%[[I:.*]]) in (%[[N]])
// CHECK-NOT:       tg.check
// CHECK:           tg.plate (%{{.*}}) in (%[[I]])
func.func @slices(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %r = tg.plate (%i) in (%n) {
    %isEmpty = arith.cmpi slt, %i, %c0 : index
    %fits = arith.cmpi sle, %i, %n : index
    %good = arith.ori %isEmpty, %fits : i1
    tg.check %good, fatal, "range out of bounds" : i1
    %first = arith.select %good, %i, %c0 : index
    %from = arith.subi %n, %i : index
    %second = arith.subi %n, %from : index
    %same = arith.cmpi eq, %first, %second : index
    tg.check %same, fatal, "sizes do not match" : i1
    %size = arith.minui %first, %second : index
    %size0 = arith.maxsi %size, %c0 : index
    %s = tg.plate (%k) in (%size0) {
      %v = tensor.extract %x[%k] : tensor<?xf64>
      tg.yield sum(%v : f64)
    } : f64
    tg.yield rows(%s : f64)
  } : tensor<?xf64>
  return %r : tensor<?xf64>
}

// What is never in range fails each time.
// CHECK-LABEL: func.func @never
// CHECK:         scf.for
// CHECK-NOT:       arith.cmpi
// CHECK:           tg.check %false, fatal
func.func @never(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  scf.for %i = %c5 to %n step %c1 {
    %inside = arith.cmpi ult, %i, %c5 : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}
