// RUN: astragal-opt --expand-copies --canonicalize --split-input-file %s | FileCheck %s

// Eleven: a vector, and one that overlaps with it.

// CHECK-LABEL: func.func @straight
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
// CHECK: %[[A:.*]] = vector.load %arg0[%[[C0]]] : memref<11xf64>, vector<8xf64>
// CHECK: vector.store %[[A]], %arg1[%[[C0]]]
// CHECK: %[[B:.*]] = vector.load %arg0[%[[C3]]] : memref<11xf64>, vector<8xf64>
// CHECK: vector.store %[[B]], %arg1[%[[C3]]]
// CHECK-NOT: scf.for
// CHECK-NOT: memref.copy
func.func @straight(%from: memref<11xf64>, %to: memref<11xf64>) {
  memref.copy %from, %to : memref<11xf64> to memref<11xf64>
  return
}

// -----

// A loop, into a part of a buffer.

// CHECK-LABEL: func.func @loop
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[STEP:.*]] = arith.constant 8 : index
// CHECK-DAG: %[[OFFSET:.*]] = arith.constant 5 : index
// CHECK-DAG: %[[WHOLE:.*]] = arith.constant 96 : index
// CHECK-DAG: %[[LAST:.*]] = arith.constant 93 : index
// CHECK-DAG: %[[THERE:.*]] = arith.constant 98 : index
// CHECK: scf.for %[[I:.*]] = %[[ZERO]] to %[[WHOLE]] step %[[STEP]] {
// CHECK-DAG: %[[A:.*]] = vector.load %arg0[%[[I]]] : memref<101xi32>, vector<8xi32>
// CHECK-DAG: %[[AT:.*]] = arith.addi %[[I]], %[[OFFSET]]
// CHECK:   vector.store %[[A]], %arg1[%[[AT]]]
// CHECK: }
// CHECK: %[[B:.*]] = vector.load %arg0[%[[LAST]]]
// CHECK: vector.store %[[B]], %arg1[%[[THERE]]]
func.func @loop(%from: memref<101xi32>, %whole: memref<200xi32>) {
  %to = memref.subview %whole[5] [101] [1] : memref<200xi32> to memref<101xi32, strided<[1], offset: 5>>
  memref.copy %from, %to : memref<101xi32> to memref<101xi32, strided<[1], offset: 5>>
  return
}

// -----

// An open number, from an open offset: vectors, then the rest one by one.

// CHECK-LABEL: func.func @open
// CHECK-SAME: %[[FROM:.*]]: memref<?xf64>, %[[TO:.*]]: memref<?xf64>, %[[N:.*]]: index, %[[K:.*]]: index
// CHECK: %[[REST:.*]] = arith.remsi %[[N]]
// CHECK: %[[WHOLE:.*]] = arith.subi %[[N]], %[[REST]]
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[WHOLE]]
// CHECK:   %[[AT:.*]] = arith.addi %[[K]], %[[I]]
// CHECK:   %[[A:.*]] = vector.load %[[FROM]][%[[AT]]]
// CHECK:   vector.store %[[A]], %[[TO]][%[[I]]]
// CHECK: scf.for %[[J:.*]] = %[[WHOLE]] to %[[N]]
// CHECK:   memref.load %[[FROM]]
// CHECK:   memref.store %{{.*}}, %[[TO]][%[[J]]]
func.func @open(%whole: memref<?xf64>, %to: memref<?xf64>, %n: index, %k: index) {
  %from = memref.subview %whole[%k] [%n] [1] : memref<?xf64> to memref<?xf64, strided<[1], offset: ?>>
  memref.copy %from, %to : memref<?xf64, strided<[1], offset: ?>> to memref<?xf64>
  return
}

// -----

// Left alone: a few elements, and buffers whose sizes nobody says.

// CHECK-LABEL: func.func @few
// CHECK: memref.copy %arg0, %arg1
// CHECK: memref.copy %arg2, %arg3
func.func @few(%from: memref<7xf64>, %to: memref<7xf64>, %a: memref<?xf64>, %b: memref<?xf64>) {
  memref.copy %from, %to : memref<7xf64> to memref<7xf64>
  memref.copy %a, %b : memref<?xf64> to memref<?xf64>
  return
}
