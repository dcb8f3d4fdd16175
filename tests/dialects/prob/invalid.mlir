// RUN: astragal-opt %s -split-input-file -verify-diagnostics

prob.model @m {
  // expected-error @below {{'prob.data' op has 0 sizes for a value of rank 1}}
  %y = prob.data "y" : tensor<3xf64>
}

// -----

prob.model @m {
  %c3 = arith.constant 3 : index
  // expected-error @below {{'prob.data' op has 2 sizes for a value of rank 1}}
  %y = prob.data "y" sizes(%c3, %c3) : tensor<3xf64>
}

// -----

prob.model @m {
  %c3 = arith.constant 3 : index
  // expected-error @below {{'prob.data' op array rank 2 does not fit a value of rank 1}}
  %y = prob.data "y" sizes(%c3) array_rank 2 : tensor<3xf64>
}

// -----

// A value of three dimensions is an array of matrices, at least.
prob.model @m {
  %c3 = arith.constant 3 : index
  // expected-error @below {{'prob.data' op array rank 0 does not fit a value of rank 3}}
  %y = prob.data "y" sizes(%c3, %c3, %c3) : tensor<3x3x3xf64>
}

// -----

prob.model @m {
  // expected-error @below {{'prob.data' op array rank -1 does not fit a value of rank 0}}
  %y = prob.data "y" array_rank -1 : f64
}

// -----

func.func @f() {
  // expected-error @below {{'prob.data' op expects parent op 'prob.model'}}
  %y = prob.data "y" : f64
  return
}

// -----

prob.model @m {
  // expected-error @below {{'prob.param' op support lower takes 1 bounds, got 0}}
  %s = prob.param "s" lower : f64
}

// -----

prob.model @m {
  %c = arith.constant 0.0 : f64
  // expected-error @below {{'prob.param' op support interval takes 2 bounds, got 1}}
  %s = prob.param "s" interval(%c : f64) : f64
}

// -----

prob.model @m {
  %c = arith.constant 0.0 : f64
  // expected-error @below {{'prob.param' op support simplex takes 0 bounds, got 1}}
  %s = prob.param "s" simplex(%c : f64) : f64
}

// -----

prob.model @m {
  // expected-error @below {{'prob.param' op a parameter is real, got 'i32'}}
  %s = prob.param "s" real : i32
}

// -----

prob.model @m {
  %c3 = arith.constant 3 : index
  // expected-error @below {{'prob.param' op a parameter is real, got 'tensor<3xf32>'}}
  %s = prob.param "s" real sizes(%c3) : tensor<3xf32>
}

// -----

prob.model @m {
  // expected-error @below {{'prob.param' op has 0 sizes for a value of rank 1}}
  %s = prob.param "s" real : tensor<?xf64>
}

// -----

prob.model @m {
  // expected-error @below {{enum values for attribute 'support' [real, lower, upper, interval, offset_multiplier, ordered, positive_ordered, simplex, unit_vector, sum_to_zero, stochastic_row, stochastic_column, cholesky_factor_corr, cholesky_factor_cov, corr_matrix, cov_matrix]}}
  %s = prob.param "s" circle : f64
}

// -----

func.func @f() {
  // expected-error @below {{'prob.param' op expects parent op 'prob.model'}}
  %s = prob.param "s" real : f64
  return
}

// -----

func.func @f(%v: tensor<3xf64>) {
  // expected-error @below {{'prob.output' op has 0 sizes for a value of rank 1}}
  prob.output "v" generated %v : tensor<3xf64>
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'prob.observe' op needs an autodiff level for the point and for each of 2 arguments, got 2}}
  prob.observe @normal(%x, %x) at %x autodiff [false, true] : (f64, f64) -> f64
  return
}

// -----

func.func @f(%x: f64) -> f64 {
  // expected-error @below {{'prob.log_density' op needs an autodiff level for the point and for each of 1 arguments, got 3}}
  %l = prob.log_density @exponential(%x) at %x autodiff [false, true, true] : (f64) -> f64
  return %l : f64
}

// -----

prob.model @m {
  // expected-error @below {{expected two arguments, seed and stream}}
  prob.generated (%seed) {
  }
}

// -----

// expected-note @below {{prior use here}}
func.func @f(%x: i32) {
  // expected-error @below {{use of value '%x' expects different type than prior uses: 'f64' vs 'i32'}}
  prob.factor %x
  return
}

// -----

// expected-error @below {{expected ::astragal::prob::Role to be one of: data, prepared, input, output, value, sizes, seed, stream}}
// expected-error @below {{failed to parse Prob_BindingAttr parameter 'role'}}
func.func @f(%x: f64 {prob.binding = #prob.binding<nothing, 0>}) {
  return
}

// -----

prob.model @m {
  %c2 = arith.constant 2 : index
  // expected-error @below {{'prob.param' op support cov_matrix does not fit a value of rank 1}}
  %s = prob.param "s" cov_matrix sizes(%c2, %c2) array_rank 1 : tensor<2x2xf64>
}

// -----

prob.model @m {
  %c2 = arith.constant 2 : index
  // expected-error @below {{'prob.param' op support cholesky_factor_corr is not made of a factor}}
  %s, %l = prob.param "s" cholesky_factor_corr sizes(%c2, %c2) : tensor<2x2xf64>, tensor<2x2xf64>
}

// -----

prob.model @m {
  %c2 = arith.constant 2 : index
  // expected-error @below {{'prob.param' op the factor has type 'tensor<3xf64>', and the parameter 'tensor<2x2xf64>'}}
  %s, %l = prob.param "s" cov_matrix sizes(%c2, %c2) : tensor<2x2xf64>, tensor<3xf64>
}

// -----

prob.model @m {
  // expected-error @below {{'prob.param' op support sum_to_zero does not fit a value of rank 0}}
  %s = prob.param "s" sum_to_zero : f64
}
