// RUN: astragal-opt %s --interpret=entries=log_density -split-input-file -verify-diagnostics

// expected-error @+2 {{'prob.model' op is the second model of its module}}
prob.model @first {}
prob.model @second {}

// -----

prob.model @unknown_distribution {
  %zero = arith.constant 0.0 : f64
  // expected-error @+1 {{names an unknown distribution 'nobody'}}
  %x = prob.sample "x" from @nobody(%zero) : (f64) -> f64
}
