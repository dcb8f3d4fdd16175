// RUN: astragal-opt %s --inline-distributions | FileCheck %s
// RUN: astragal-opt %s --inline-distributions --canonicalize | FileCheck %s --check-prefix=FOLDED

// CHECK-NOT: prob.
// CHECK-NOT: @normal_lpdf
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64, %mu: f64, %sigma: f64) -> f64 {
  %c0 = arith.constant 0.0 : f64
  %c = arith.constant -0.9 : f64
  %ok = arith.cmpf ogt, %sigma, %c0 : f64
  tg.check %ok, domain, "normal: the scale is not positive" : i1
  %const = prob.summand %c depends []
  %ls = math.log %sigma : f64
  %nls = arith.negf %ls : f64
  %scale = prob.summand %nls depends [2]
  %d = arith.subf %x, %mu : f64
  %z = arith.divf %d, %sigma : f64
  %kernel = prob.summand %z depends [0, 1, 2]
  %0 = arith.addf %const, %scale : f64
  %1 = arith.addf %0, %kernel : f64
  return %1 : f64
}
prob.distribution @shifted log_density @shifted_lpdf support real
func.func private @shifted_lpdf(%x: f64, %mu: f64) -> f64 {
  %c1 = arith.constant 1.0 : f64
  %0 = prob.log_density @normal(%mu, %c1) at %x autodiff [true, true, false] propto : (f64, f64) -> f64
  return %0 : f64
}

// Everything counts without propto.
// CHECK-LABEL: func.func @full
// CHECK:         %[[OK:.*]] = arith.cmpf
// CHECK:         tg.check %[[OK]], domain
// CHECK:         %[[LS:.*]] = arith.negf
// CHECK:         %[[Z:.*]] = arith.divf
// CHECK:         %[[A:.*]] = arith.addf %{{.*}}, %[[LS]]
// CHECK:         %[[B:.*]] = arith.addf %[[A]], %[[Z]]
// CHECK:         return %[[B]]
func.func @full(%x: f64, %mu: f64, %sigma: f64) -> f64 {
  %0 = prob.log_density @normal(%mu, %sigma) at %x autodiff [false, false, false] : (f64, f64) -> f64
  return %0 : f64
}

// Summands of data alone are dropped.
// CHECK-LABEL: func.func @propto
// CHECK:         %[[Z:.*]] = arith.divf
// CHECK-NOT:     arith.addf
// CHECK:         return %[[Z]]
func.func @propto(%x: i32, %mu: f64, %sigma: f64) -> f64 {
  %0 = prob.log_density @normal(%mu, %sigma) at %x autodiff [false, true, false] propto : (f64, f64) -> i32
  return %0 : f64
}

// So is a density of data alone; its checks stay.
// CHECK-LABEL: func.func @data_only
// CHECK:         tg.check
// FOLDED-LABEL: func.func @data_only
// FOLDED-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// FOLDED:         tg.check
// FOLDED-NEXT:    return %[[ZERO]]
func.func @data_only(%x: f64, %mu: f64, %sigma: f64) -> f64 {
  %0 = prob.log_density @normal(%mu, %sigma) at %x autodiff [false, false, false] propto : (f64, f64) -> f64
  return %0 : f64
}

// A density in terms of another, in a plate.
// CHECK-LABEL: func.func @nested
// CHECK:         tg.plate
// CHECK:           tg.check
// CHECK:           arith.divf
// CHECK-NOT:     prob.
func.func @nested(%x: tensor<8xf64>, %mu: f64) -> f64 {
  %c8 = arith.constant 8 : index
  %lp = tg.plate (%i) in (%c8) {
    %xi = tensor.extract %x[%i] : tensor<8xf64>
    %0 = prob.log_density @shifted(%mu) at %xi autodiff [false, true] : (f64) -> f64
    tg.yield sum(%0 : f64)
  } : f64
  return %lp : f64
}
