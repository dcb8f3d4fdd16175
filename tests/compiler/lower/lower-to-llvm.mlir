// RUN: astragal-opt --lower-to-llvm --split-input-file %s | FileCheck %s

// Fields of the call by their offsets; reads of data are marked as such; no descriptors.

// CHECK-LABEL: llvm.func @log_density(%arg0: !llvm.ptr) {
// CHECK-NOT: llvm.struct
// CHECK: llvm.load %{{.*}} invariant : !llvm.ptr -> !llvm.ptr
// CHECK: %[[X:.*]] = llvm.load %{{.*}} invariant {alignment = 8 : i64} : !llvm.ptr -> f64
// CHECK: %[[VALUE:.*]] = llvm.getelementptr %arg0[56]
// CHECK: llvm.store %[[X]], %[[VALUE]]
// CHECK-NOT: unrealized
// CHECK: llvm.return
func.func @log_density(%y: memref<?xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c3 = arith.constant 3 : index
  %x = memref.load %y[%c3] : memref<?xf64>
  return %x : f64
}

// -----

// Too small a workspace: say how much, and return.

// CHECK-LABEL: llvm.func @constrain
// CHECK: llvm.getelementptr %arg0[72]
// CHECK: %[[GIVEN:.*]] = llvm.load {{.*}} -> i64
// CHECK: %[[FITS:.*]] = llvm.icmp "ule" %{{.*}}, %[[GIVEN]]
// CHECK: llvm.cond_br %[[FITS]], ^[[REST:.*]], ^[[GROW:bb[0-9]+]]
// CHECK: ^[[GROW]]:
// CHECK: %[[NEEDED:.*]] = llvm.intr.umax
// CHECK: %[[FIELD:.*]] = llvm.getelementptr %arg0[80]
// CHECK: llvm.store %[[NEEDED]], %[[FIELD]]
// CHECK-NEXT: llvm.return
// CHECK: ^[[REST]]:
func.func @constrain(%ws: memref<?xi8> {prob.workspace}) {
  %c0 = arith.constant 0 : index
  %bytes = arith.constant 640 : index
  %one = arith.constant 1.0 : f64
  %block = memref.realloc %ws(%bytes) : memref<?xi8> to memref<?xi8>
  %a = memref.view %block[%c0][] : memref<?xi8> to memref<80xf64>
  memref.store %one, %a[%c0] : memref<80xf64>
  return
}

// -----

// Checks are selections: the first number stays.

// CHECK-LABEL: llvm.func @generate
// CHECK: %[[FLAG:.*]] = llvm.alloca
// CHECK: llvm.intr.vector.reduce.and
// CHECK: %[[OLD:.*]] = llvm.load %[[FLAG]]
// CHECK: %[[RAISED:.*]] = llvm.select %{{.*}}, %{{.*}}, %[[OLD]]
// CHECK: llvm.select %{{.*}}, %[[OLD]], %[[RAISED]]
// CHECK: llvm.call @astragal_random_normal
// CHECK: llvm.getelementptr %arg0[112]
func.func @generate(%seed: i64 {prob.binding = #prob.binding<seed, 0>}, %out: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %lanes = arith.constant dense<true> : vector<8xi1>
  tg.check %lanes, fatal, "m" number 3 : vector<8xi1>
  %n = tg.random_normal %seed, %seed, %seed
  memref.store %n, %out[%c0] : memref<1xf64>
  return
}
