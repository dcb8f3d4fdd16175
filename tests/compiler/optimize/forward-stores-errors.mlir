// RUN: astragal-opt %s --forward-stores | FileCheck %s

// A store at an index that may be the same one.
// CHECK-LABEL: func.func @aliased
// CHECK-COUNT-2: tensor.insert
// CHECK:         tensor.extract
func.func @aliased(%a: f64, %b: f64, %i: index, %j: index, %t: tensor<?xf64>) -> f64 {
  %t1 = tensor.insert %a into %t[%i] : tensor<?xf64>
  %t2 = tensor.insert %b into %t1[%j] : tensor<?xf64>
  %x = tensor.extract %t2[%i] : tensor<?xf64>
  return %x : f64
}

// Not all elements are known.
// CHECK-LABEL: func.func @partial
// CHECK:         tensor.insert
// CHECK-NOT:     tensor.from_elements
func.func @partial(%a: f64) -> tensor<2xf64> {
  %c0 = arith.constant 0 : index
  %t0 = tensor.empty() : tensor<2xf64>
  %t1 = tensor.insert %a into %t0[%c0] : tensor<2xf64>
  return %t1 : tensor<2xf64>
}

// A carried tensor that is read at an index which changes, or as a whole, or which is large.
// CHECK-LABEL: func.func @carried
// CHECK-COUNT-3: -> (tensor<
func.func @carried(%a: f64, %n: index, %s: tensor<2xf64>, %l: tensor<20xf64>) -> (tensor<2xf64>, tensor<2xf64>, tensor<20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = scf.for %t = %c0 to %n step %c1 iter_args(%c = %s) -> tensor<2xf64> {
    %v = tensor.extract %c[%t] : tensor<2xf64>
    %d = tensor.insert %v into %c[%c0] : tensor<2xf64>
    scf.yield %d : tensor<2xf64>
  }
  %y = scf.for %t = %c0 to %n step %c1 iter_args(%c = %s) -> tensor<2xf64> {
    %v = tensor.extract_slice %c[%t] [1] [1] : tensor<2xf64> to tensor<1xf64>
    %d = tensor.insert_slice %v into %c[0] [1] [1] : tensor<1xf64> into tensor<2xf64>
    scf.yield %d : tensor<2xf64>
  }
  %z = scf.for %t = %c0 to %n step %c1 iter_args(%c = %l) -> tensor<20xf64> {
    %v = tensor.extract %c[%c0] : tensor<20xf64>
    %d = tensor.insert %v into %c[%c1] : tensor<20xf64>
    scf.yield %d : tensor<20xf64>
  }
  return %x, %y, %z : tensor<2xf64>, tensor<2xf64>, tensor<20xf64>
}

// Out of bounds: left to the checks of the model.
// CHECK-LABEL: func.func @out_of_bounds
// CHECK:         tensor.extract
func.func @out_of_bounds(%a: f64) -> f64 {
  %c7 = arith.constant 7 : index
  %t = tensor.from_elements %a, %a : tensor<2xf64>
  %x = tensor.extract %t[%c7] : tensor<2xf64>
  return %x : f64
}
