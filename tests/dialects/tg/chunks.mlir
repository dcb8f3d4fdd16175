// RUN: astragal-opt %s | astragal-opt | FileCheck %s

// CHECK-LABEL: func.func @plate
// CHECK: tg.plate (%{{.*}}) in (%{{.*}}) chunks(%[[C:.*]]) accumulate(%{{.*}} = %{{.*}} : tensor<3xf64>) {
func.func @plate(%x: tensor<?xf64>, %n: index, %c: index, %a: tensor<3xf64>) -> (f64, tensor<3xf64>) {
  %zero = arith.constant 0 : index
  %0:2 = tg.plate (%i) in (%n) chunks(%c) accumulate(%acc = %a : tensor<3xf64>) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %s = tg.accumulate %v into %acc[%zero] : tensor<3xf64>
    tg.yield sum(%v : f64) accumulated(%s : tensor<3xf64>)
  } : f64, tensor<3xf64>
  return %0#0, %0#1 : f64, tensor<3xf64>
}

// CHECK-LABEL: func.func @chunks
// CHECK: tg.chunks @f(%{{.*}} of %{{.*}} by 8) with(%{{.*}} : tensor<?xf64>) into(%{{.*}}, %{{.*}} : tensor<?xf64>, tensor<?xf64>)
// CHECK: tg.chunks @g(%{{.*}} of %{{.*}} by 1) into(%{{.*}} : tensor<?xf64>)
func.func @chunks(%x: tensor<?xf64>, %n: index, %c: index, %e: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  %0:2 = tg.chunks @f(%c of %n by 8) with(%x : tensor<?xf64>) into(%e, %x : tensor<?xf64>, tensor<?xf64>)
  %1 = tg.chunks @g(%c of %n by 1) into(%e : tensor<?xf64>)
  // CHECK: tg.chunks @h(%{{.*}} of %{{.*}} by 1){{$}}
  tg.chunks @h(%c of %n by 1)
  return %0#0, %1 : tensor<?xf64>, tensor<?xf64>
}

// CHECK-LABEL: func.func @call
// CHECK: tg.chunks_call @f(%{{.*}} of %{{.*}} by 8) with(%{{.*}}, %{{.*}} : memref<?xf64>, index){{$}}
// CHECK: tg.chunks_call @f(%{{.*}} of %{{.*}} by 8) with(%{{.*}}, %{{.*}} : memref<?xf64>, i1) behind(%{{.*}}){{$}}
func.func @call(%x: memref<?xf64>, %n: index, %b: i1) {
  tg.chunks_call @f(%n of %n by 8) with(%x, %n : memref<?xf64>, index)
  tg.chunks_call @f(%n of %n by 8) with(%x, %b : memref<?xf64>, i1) behind(%n)
  return
}
