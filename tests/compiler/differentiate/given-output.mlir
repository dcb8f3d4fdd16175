// RUN: astragal-opt %s --differentiate -split-input-file -verify-diagnostics | FileCheck %s

// A tensor that is returned already gives its place to the gradient.
// CHECK-LABEL: func.func @square(
// CHECK-SAME:    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<?xf64> {prob.binding = #prob.binding<output, 0>})
// CHECK:         %[[GRADIENT:.*]] = tensor.insert
// CHECK:         return %{{.*}}, %[[GRADIENT]]
func.func @square(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>}, %n: index)
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<?xf64> {prob.binding = #prob.binding<output, 0>})
    attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %sized = tg.sized %q[%n] : tensor<?xf64>
  %x = tensor.extract %sized[%c0] : tensor<?xf64>
  %y = arith.mulf %x, %x : f64
  return %y, %sized : f64, tensor<?xf64>
}

// And its sizes, where the gradient is zero.
// CHECK-LABEL: func.func @constant(
// CHECK-SAME:    %{{.*}}, %[[N:.*]]: index)
// CHECK:         %[[ZERO:.*]] = tensor.splat %{{.*}}[%[[N]]]
// CHECK:         return %{{.*}}, %[[ZERO]]
func.func @constant(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>}, %n: index)
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<?xf64> {prob.binding = #prob.binding<output, 0>})
    attributes {prob.gradient} {
  %one = arith.constant 1.0 : f64
  %sized = tg.sized %q[%n] : tensor<?xf64>
  return %one, %sized : f64, tensor<?xf64>
}

// -----

// expected-error @below {{returns 'tensor<2xf64>' where the gradient of 'tensor<1xf64>' shall stand}}
func.func @otherType(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %other: tensor<2xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<2xf64> {prob.binding = #prob.binding<output, 0>})
    attributes {prob.gradient} {
  %one = arith.constant 1.0 : f64
  return %one, %other : f64, tensor<2xf64>
}
