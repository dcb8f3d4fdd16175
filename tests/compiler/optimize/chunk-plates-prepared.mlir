// RUN: astragal-opt %s --chunk-plates --canonicalize | FileCheck %s

// An index that prepare has checked: rows share seven elements of the parameters, and own the others.
func.func @prepare(%g: tensor<100000xi32> {prob.binding = #prob.binding<data, 7>}) {
  %n = arith.constant 100000 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  tg.plate (%i) in (%n) {
    %k = tensor.extract %g[%i] : tensor<100000xi32>
    %at = arith.index_cast %k : i32 to index
    %from0 = arith.subi %at, %c1 : index
    %ok = arith.cmpi ult, %from0, %c7 : index
    tg.check %ok, fatal, "index" : i1
  }
  return
}

// CHECK-LABEL: func.func @checked_in_prepare
// CHECK: tg.plate {{.*}} chunks(
func.func @checked_in_prepare(%g: tensor<100000xi32> {prob.binding = #prob.binding<data, 7>},
    %q: tensor<100007xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 100000 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %r = tg.plate (%i) in (%n) {
    %k = tensor.extract %g[%i] : tensor<100000xi32>
    %at = arith.index_cast %k : i32 to index
    %from0 = arith.subi %at, %c1 : index
    %a = tensor.extract %q[%from0] : tensor<100007xf64>
    %own = arith.addi %i, %c7 : index
    %b = tensor.extract %q[%own] : tensor<100007xf64>
    %p = arith.mulf %a, %b : f64
    %e = math.exp %p : f64
    %f = math.exp %e : f64
    tg.yield sum(%f : f64)
  } : f64
  return %r : f64
}
