// RUN: astragal-opt %s --inline-functions -split-input-file -verify-diagnostics

// expected-note @below {{the function is here}}
func.func private @f(%x: f64) -> f64 {
  %0 = func.call @g(%x) : (f64) -> f64
  return %0 : f64
}
func.func private @g(%x: f64) -> f64 {
  // expected-error @below {{recursion is not supported: 'f' calls itself}}
  %0 = func.call @f(%x) : (f64) -> f64
  return %0 : f64
}
func.func @entry(%x: f64) -> f64 {
  %0 = func.call @f(%x) : (f64) -> f64
  return %0 : f64
}

// -----

func.func private @f(%c: i1) -> f64 {
  %c1 = arith.constant 1.0 : f64
  cf.cond_br %c, ^yes, ^yes
^yes:
  return %c1 : f64
}
func.func @entry(%x: i1) -> f64 {
  // expected-error @below {{cannot inline 'f', whose body is not a single block}}
  %0 = func.call @f(%x) : (i1) -> f64
  return %0 : f64
}
