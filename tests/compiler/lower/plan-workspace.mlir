// RUN: astragal-opt --plan-workspace --split-input-file %s | FileCheck %s

// The first and the third buffer are not needed at once; the smallest lies on the stack.

// CHECK-LABEL: func.func @static
// CHECK-SAME: %[[WS:[a-z0-9]+]]: memref<?xi8> {prob.workspace}
// CHECK: %[[TOTAL:.*]] = arith.constant 1664 : index
// CHECK: %[[BLOCK:.*]] = memref.realloc %[[WS]](%[[TOTAL]])
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[BLOCK]][%[[ZERO]]][] : memref<?xi8> to memref<100xf64>
// CHECK: %[[NEXT:.*]] = arith.constant 832 : index
// CHECK: memref.view %[[BLOCK]][%[[NEXT]]][] : memref<?xi8> to memref<100xf64>
// CHECK: %[[AGAIN:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[BLOCK]][%[[AGAIN]]][] : memref<?xi8> to memref<100xf64>
// CHECK: memref.alloca() : memref<4xf64>
func.func @static(%x: f64) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<100xf64>
  memref.store %x, %a[%c0] : memref<100xf64>
  %b = memref.alloc() : memref<100xf64>
  memref.copy %a, %b : memref<100xf64> to memref<100xf64>
  %c = memref.alloc() : memref<100xf64>
  memref.copy %b, %c : memref<100xf64> to memref<100xf64>
  %d = memref.alloc() : memref<4xf64>
  memref.store %x, %d[%c0] : memref<4xf64>
  return
}

// -----

// Open sizes follow one another; what is allocated in a loop lies behind, at the same place in every iteration.

// CHECK-LABEL: func.func @open
// CHECK-SAME: %[[N:[a-z0-9]+]]: index, %[[M:[a-z0-9]+]]: index, %[[WS:[a-z0-9]+]]: memref<?xi8>
// What data may ask for stays more than there is, and does not overflow.
// CHECK: %[[SIZE:.*]] = arith.maxsi %[[N]]
// CHECK: %[[MANY:.*]] = arith.constant 72057594037927936 : index
// CHECK: arith.minsi %[[SIZE]], %[[MANY]]
// CHECK: arith.andi
// CHECK: %[[TOTAL:.*]] = arith.minui
// CHECK: %[[BLOCK:.*]] = memref.realloc %[[WS]](%[[TOTAL]])
// CHECK: scf.for
// CHECK:   %[[SUM:.*]] = arith.addi %[[TOTAL]]
// CHECK:   %[[END:.*]] = arith.minui %[[SUM]]
// CHECK:   %[[GROWN:.*]] = memref.realloc %[[BLOCK]](%[[END]])
// CHECK:   memref.view %[[GROWN]][%[[TOTAL]]][%[[M]]]
func.func @open(%n: index, %m: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %a = memref.alloc(%n) : memref<?xf64>
  memref.store %zero, %a[%c0] : memref<?xf64>
  scf.for %i = %c0 to %n step %c1 {
    %t = memref.alloca(%m) : memref<?xf64>
    memref.store %zero, %t[%c0] : memref<?xf64>
  }
  return
}

// -----

// Prepared values: a table of offsets, then one after the other.

// CHECK-LABEL: func.func @prepare
// CHECK-SAME: %[[BLOCK:[a-z0-9]+]]: memref<?xi8> {prob.prepared}
// CHECK: %[[ALL:.*]] = memref.realloc %[[BLOCK]]
// CHECK: %[[TABLE:.*]] = memref.view %[[ALL]][%{{.*}}][] : memref<?xi8> to memref<2xindex>
// CHECK: memref.store %{{.*}}, %[[TABLE]]
// CHECK: memref.view %[[ALL]][%{{.*}}][] : memref<?xi8> to memref<3xf64>
// CHECK: memref.store %{{.*}}, %[[TABLE]]
// CHECK: memref.view %[[ALL]][%{{.*}}][] : memref<?xi8> to memref<1xi32>
// CHECK: return{{$}}
func.func @prepare(%n: i32) -> (memref<1xi32> {prob.binding = #prob.binding<prepared, 1>}, memref<3xf64> {prob.binding = #prob.binding<prepared, 0>}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %b = memref.alloc() : memref<1xi32>
  %a = memref.alloc() : memref<3xf64>
  memref.store %zero, %a[%c0] : memref<3xf64>
  memref.store %n, %b[%c0] : memref<1xi32>
  return %b, %a : memref<1xi32>, memref<3xf64>
}

// -----

// Chunks get what lies behind the plan, and behind what is allocated where they are.

// CHECK-LABEL: func.func @chunks
// CHECK-SAME: %[[WS:[a-z0-9]+]]: memref<?xi8> {prob.workspace}
// CHECK: %[[TOTAL:.*]] = arith.constant 832 : index
// CHECK: %[[BLOCK:.*]] = memref.realloc %[[WS]](%[[TOTAL]])
// CHECK: tg.chunks_call @f({{.*}}) behind(%[[TOTAL]])
// CHECK: scf.for
// CHECK:   %[[SUM:.*]] = arith.addi %{{.*}}, %[[TOTAL]]
// CHECK:   %[[END:.*]] = arith.minui %[[SUM]]
// CHECK:   memref.realloc %[[BLOCK]](%[[END]])
// CHECK:   tg.chunks_call @f({{.*}}) behind(%[[END]])
func.func @chunks(%n: index, %m: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<100xf64>
  tg.chunks_call @f(%n of %n by 1) with(%a, %c1 : memref<100xf64>, index)
  scf.for %i = %c0 to %n step %c1 {
    %k = memref.load %m[%i] : memref<?xindex>
    %b = memref.alloca(%k) : memref<?xf64>
    tg.chunks_call @f(%n of %n by 1) with(%a, %c1, %b, %c1 : memref<100xf64>, index, memref<?xf64>, index)
  }
  return
}
