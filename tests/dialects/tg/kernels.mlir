// RUN: astragal-opt %s | astragal-opt | FileCheck %s

// CHECK-LABEL: func.func @kernel
// CHECK: tg.kernel "cholesky"(%{{.*}}, %{{.*}} : tensor<3x3xf64>, index) into(%{{.*}} : tensor<3x3xf64>)
func.func @kernel(%a: tensor<3x3xf64>) -> tensor<3x3xf64> {
  %n = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x3xf64>
  %l = tg.kernel "cholesky"(%a, %n : tensor<3x3xf64>, index) into(%e : tensor<3x3xf64>)
  return %l : tensor<3x3xf64>
}

// CHECK-LABEL: func.func @call
// CHECK: tg.kernel_call "cholesky"(%{{.*}}, %{{.*}}, %{{.*}}) : memref<9xf64>, index, memref<?xf64>
func.func @call(%a: memref<9xf64>, %l: memref<?xf64>) {
  %n = arith.constant 3 : index
  tg.kernel_call "cholesky"(%a, %n, %l) : memref<9xf64>, index, memref<?xf64>
  return
}
