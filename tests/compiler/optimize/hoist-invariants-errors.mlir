// RUN: astragal-opt %s --hoist-invariants --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

func.func @normal_lpdf(%y: f64, %mu: f64, %sigma: f64) -> f64 {
  return %y : f64
}
prob.distribution @normal log_density @normal_lpdf support real

// Its check of the scale may not reject where the loop has no iteration.
// CHECK-LABEL: func.func @no_iterations
// CHECK:         scf.for
// CHECK:           prob.log_density
func.func @no_iterations(%y: f64, %sigma: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f64) {
    // expected-remark @below {{the loop around it may have no iteration}}
    %d = prob.log_density @normal(%zero, %sigma) at %y autodiff [true, false, true] : (f64, f64) -> f64
    %b = arith.addf %a, %d : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// The loop around it has one iteration more.
// CHECK-LABEL: func.func @shorter
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             prob.log_density
func.func @shorter(%mu: tensor<?xf64>, %y: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%a = %zero) -> (f64) {
    %m = tensor.extract %mu[%k] : tensor<?xf64>
    %s = scf.for %j = %c1 to %n step %c1 iter_args(%b = %a) -> (f64) {
      // expected-remark @below {{the loop around it may have no iteration}}
      %d = prob.log_density @normal(%m, %one) at %y autodiff [false, true, false] : (f64, f64) -> f64
      %c = arith.addf %b, %d : f64
      scf.yield %c : f64
    }
    scf.yield %s : f64
  }
  return %r : f64
}

// CHECK-LABEL: func.func @while
// CHECK:         scf.while
// CHECK:         } do {
// CHECK:           prob.log_density
func.func @while(%y: f64, %sigma: f64) -> f64 {
  %r = scf.while (%a = %y) : (f64) -> f64 {
    %more = arith.cmpf ogt, %a, %sigma : f64
    scf.condition(%more) %a : f64
  } do {
  ^bb0(%a: f64):
    // expected-remark @below {{the loop around it may have no iteration}}
    %d = prob.log_density @normal(%sigma, %sigma) at %y autodiff [true, false, true] : (f64, f64) -> f64
    %b = arith.addf %a, %d : f64
    scf.yield %b : f64
  }
  return %r : f64
}
