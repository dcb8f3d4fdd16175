// RUN: astragal-opt %s --differentiate -split-input-file -verify-diagnostics

func.func private @library(f64) -> f64
func.func @call(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-error @below {{not supported yet: the derivative of 'func.call'}}
  %r = func.call @library(%a) : (f64) -> f64
  return %r : f64
}

// -----

// expected-error @below {{'func.func' op has no argument bound to 'input' to be differentiated}}
func.func @noInput(%q: tensor<1xf64>) -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %zero = arith.constant 0.0 : f64
  return %zero : f64
}

// -----

// expected-error @below {{'func.func' op must return one f64 to be differentiated}}
func.func @noValue(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}) -> tensor<1xf64>
    attributes {prob.gradient} {
  return %q : tensor<1xf64>
}

// -----

func.func @adjointOfAdjoint(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{not supported yet: the derivative of kernel 'cholesky_adjoint'}}
  %r = tg.kernel "cholesky_adjoint"(%q, %q, %c1 : tensor<1xf64>, tensor<1xf64>, index) into(%q : tensor<1xf64>)
  %x = tensor.extract %r[%c0] : tensor<1xf64>
  return %x : f64
}

// -----

func.func @flag(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %t: index)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{not supported yet: the derivative of a kernel whose flags are not constants}}
  %r = tg.kernel "solve_lower"(%q, %q, %c1, %c1, %t : tensor<1xf64>, tensor<1xf64>, index, index, index) into(%q : tensor<1xf64>)
  %x = tensor.extract %r[%c0] : tensor<1xf64>
  return %x : f64
}

// -----

// expected-error @below {{needs a body of one block to be differentiated}}
func.func private @declared(tensor<1xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 attributes {prob.gradient}

// -----

// expected-error @below {{has an input of type 'tensor<1xf32>', which has no gradient}}
func.func @single(%q: tensor<1xf32> {prob.binding = #prob.binding<input, 0>}, %x: f64)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  return %x : f64
}

// -----

// More columns than the matrix has are any basis of what is left.
func.func @whole(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}, %w: tensor<3x3xf64>, %s: tensor<3x1xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = tensor.expand_shape %q [[0, 1]] output_shape [3, 1] : tensor<3xf64> into tensor<3x1xf64>
  // expected-error @below {{not supported yet: the derivative of a whole orthogonal factor}}
  %f:2 = tg.kernel "qr"(%a, %c3, %c1, %c3 : tensor<3x1xf64>, index, index, index) into(%w, %s : tensor<3x3xf64>, tensor<3x1xf64>)
  %x = tensor.extract %f#0[%c0, %c0] : tensor<3x3xf64>
  return %x : f64
}

// -----

func.func @narrow(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %n: i32)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-error @below {{not supported yet: the derivative of a loop over 'i32'}}
  %r = scf.for %i = %one to %n step %one iter_args(%x = %a) -> f64 : i32 {
    %y = arith.mulf %x, %a : f64
    scf.yield %y : f64
  }
  return %r : f64
}
