// RUN: astragal-opt %s --build-plates -split-input-file -verify-diagnostics

func.func @unknown(%x: f64) -> f64 {
  // expected-error @below {{unknown distribution: 'nrml'}}
  %0 = prob.log_density @nrml() at %x autodiff [true] : () -> f64
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64, %mu: f64) -> f64 {
  return %x : f64
}

func.func @ranks_differ(%x: tensor<2x3xf64>, %mu: tensor<2xf64>) -> f64 {
  // expected-error @below {{distribution 'normal' takes a value of type 'f64' here, got 'tensor<2xf64>'}}
  %0 = prob.log_density @normal(%mu) at %x autodiff [true, true] : (tensor<2xf64>) -> tensor<2x3xf64>
  return %0 : f64
}

func.func @too_few(%x: f64) -> f64 {
  // expected-error @below {{distribution 'normal' takes 1 arguments, got 0}}
  %0 = prob.log_density @normal() at %x autodiff [true] : () -> f64
  return %0 : f64
}

// -----

prob.distribution @poisson log_density @poisson_lpmf support real
func.func private @poisson_lpmf(%x: i32, %mu: f64) -> f64 {
  return %mu : f64
}

func.func @real_for_int(%x: tensor<3xf64>, %mu: f64) -> f64 {
  // expected-error @below {{distribution 'poisson' takes a value of type 'i32' here, got 'tensor<3xf64>'}}
  %0 = prob.log_density @poisson(%mu) at %x autodiff [true, true] : (f64) -> tensor<3xf64>
  return %0 : f64
}
