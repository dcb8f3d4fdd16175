// RUN: astragal-opt %s --inline-distributions -split-input-file -verify-diagnostics

func.func @unknown(%x: f64) -> f64 {
  // expected-error @below {{unknown distribution: 'nrml'}}
  %0 = prob.log_density @nrml() at %x autodiff [true] : () -> f64
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
func.func @no_function(%x: f64) -> f64 {
  // expected-error @below {{distribution without a log density function: 'normal'}}
  %0 = prob.log_density @normal() at %x autodiff [true] : () -> f64
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64) -> f64 {
  return %x : f64
}
func.func @container(%x: tensor<4xf64>) -> f64 {
  // expected-error @below {{distribution 'normal' takes a value of type 'f64' here, got 'tensor<4xf64>'}}
  %0 = prob.log_density @normal() at %x autodiff [true] : () -> tensor<4xf64>
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
// expected-note @below {{the function is here}}
func.func private @normal_lpdf(%x: f64) -> f64 {
  // expected-error @below {{recursion is not supported: 'normal_lpdf' calls itself}}
  %0 = prob.log_density @normal() at %x autodiff [true] : () -> f64
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64) -> f64 {
  // expected-error @below {{depends on position 3, but the density has 1 operands}}
  %0 = prob.summand %x depends [3]
  return %0 : f64
}
func.func @position(%x: f64) -> f64 {
  %0 = prob.log_density @normal() at %x autodiff [true] propto : () -> f64
  return %0 : f64
}

// -----

prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64) -> (f64, f64) {
  return %x, %x : f64, f64
}
func.func @two(%x: f64) -> f64 {
  // expected-error @below {{log density function 'normal_lpdf' does not return one f64}}
  %0 = prob.log_density @normal() at %x autodiff [true] : () -> f64
  return %0 : f64
}
