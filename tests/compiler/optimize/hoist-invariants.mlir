// RUN: astragal-opt %s --hoist-invariants | FileCheck %s

func.func @normal_lpdf(%y: f64, %mu: f64, %sigma: f64) -> f64 {
  return %y : f64
}
prob.distribution @normal log_density @normal_lpdf support real

// CHECK-LABEL: func.func @arithmetic
// CHECK:         arith.mulf
// CHECK:         scf.for
func.func @arithmetic(%x: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (f64) {
    %y = arith.mulf %x, %x : f64
    %b = arith.addf %a, %y : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// A forward algorithm: the emission of state k is the same for all states that it may come from.
// CHECK-LABEL: func.func @emissions
// CHECK:         scf.for %[[K:.*]] =
// CHECK:           prob.log_density
// CHECK:           scf.for
func.func @emissions(%mu: tensor<?xf64>, %y: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%a = %zero) -> (f64) {
    %m = tensor.extract %mu[%k] : tensor<?xf64>
    %s = scf.for %j = %c0 to %n step %c1 iter_args(%b = %a) -> (f64) {
      %d = prob.log_density @normal(%m, %one) at %y autodiff [false, true, false] : (f64, f64) -> f64
      %c = arith.addf %b, %d : f64
      scf.yield %c : f64
    }
    scf.yield %s : f64
  }
  return %r : f64
}

// CHECK-LABEL: func.func @constant_bounds
// CHECK:         prob.log_density
// CHECK:         scf.for
func.func @constant_bounds(%y: f64, %sigma: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %zero) -> (f64) {
    %d = prob.log_density @normal(%zero, %sigma) at %y autodiff [true, false, true] : (f64, f64) -> f64
    %b = arith.addf %a, %d : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// A size is a maximum with zero; where the plate around it has rows, it is not that zero.
// CHECK-LABEL: func.func @plates
// CHECK:         tg.plate
// CHECK:           prob.log_density
// CHECK:           scf.for
func.func @plates(%y: tensor<?xf64>, %sigma: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %rows = arith.maxsi %n, %c0 : index
  %r = tg.plate (%i) in (%rows) {
    %at = tensor.extract %y[%i] : tensor<?xf64>
    %s = scf.for %j = %c0 to %n step %c1 iter_args(%a = %zero) -> (f64) {
      %d = prob.log_density @normal(%zero, %sigma) at %at autodiff [true, false, true] : (f64, f64) -> f64
      %b = arith.addf %a, %d : f64
      scf.yield %b : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}
