// RUN: astragal-opt %s | astragal-opt | FileCheck %s

// CHECK-LABEL: func.func @kernel
// CHECK: tg.kernel "cholesky"(%{{.*}}, %{{.*}} : tensor<3x3xf64>, index) into(%{{.*}} : tensor<3x3xf64>)
func.func @kernel(%a: tensor<3x3xf64>) -> tensor<3x3xf64> {
  %n = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x3xf64>
  %l = tg.kernel "cholesky"(%a, %n : tensor<3x3xf64>, index) into(%e : tensor<3x3xf64>)
  return %l : tensor<3x3xf64>
}

// CHECK-LABEL: func.func @updating
// CHECK: tg.kernel "add_rows"(%{{.*}}, %{{.*}}, %{{.*}} : index, index, index) updating into(%{{.*}}, %{{.*}} : tensor<3x8xf64>, tensor<3x3xf64>)
func.func @updating(%rows: tensor<3x8xf64>, %r: tensor<3x3xf64>) -> tensor<3x3xf64> {
  %m = arith.constant 8 : index
  %n = arith.constant 3 : index
  %0:2 = tg.kernel "add_rows"(%m, %n, %m : index, index, index) updating into(%rows, %r : tensor<3x8xf64>, tensor<3x3xf64>)
  return %0#1 : tensor<3x3xf64>
}

// CHECK-LABEL: func.func @call
// CHECK: tg.kernel_call "cholesky"(%{{.*}}, %{{.*}}, %{{.*}}) : memref<9xf64>, index, memref<?xf64>
func.func @call(%a: memref<9xf64>, %l: memref<?xf64>) {
  %n = arith.constant 3 : index
  tg.kernel_call "cholesky"(%a, %n, %l) : memref<9xf64>, index, memref<?xf64>
  return
}
