// RUN: astragal-opt %s --sink-updates | FileCheck %s

// The insert moves behind the read of the old version.
// CHECK-LABEL: func @after_the_read
// CHECK:         tensor.extract
// CHECK-NEXT:    tensor.insert
func.func @after_the_read(%t: tensor<4xf64>, %x: f64, %i: index, %j: index) -> (tensor<4xf64>, f64) {
  %new = tensor.insert %x into %t[%i] : tensor<4xf64>
  %old = tensor.extract %t[%j] : tensor<4xf64>
  return %new, %old : tensor<4xf64>, f64
}

// The read needs what was inserted: the order stays.
// CHECK-LABEL: func @needed_before
// CHECK:         tensor.insert
// CHECK-NEXT:    tensor.extract
// CHECK-NEXT:    tensor.extract
func.func @needed_before(%t: tensor<4xf64>, %x: f64, %i: index) -> (tensor<4xf64>, f64) {
  %new = tensor.insert %x into %t[%i] : tensor<4xf64>
  %y = tensor.extract %new[%i] : tensor<4xf64>
  %old = tensor.extract %t[%i] : tensor<4xf64>
  %sum = arith.addf %y, %old : f64
  return %new, %sum : tensor<4xf64>, f64
}
