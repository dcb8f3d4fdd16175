// RUN: astragal-opt %s --normalize-loops --canonicalize | FileCheck %s

// The condition bounds what each trip counts: how many there are is known before the first.
// CHECK-LABEL: func.func @up(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: i32
// CHECK:         %[[END:.*]] = arith.index_cast %[[N]] : i32 to index
// CHECK:         scf.for %[[K:.*]] = %c0 to %[[END]] step %c1 iter_args(%[[S:.*]] =
// CHECK:           arith.index_cast %[[K]] : index to i32
// CHECK-NOT:     scf.while
func.func @up(%x: f64, %n: i32) -> (f64, i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %r:2 = scf.while (%s = %x, %k = %zero) : (f64, i32) -> (f64, i32) {
    %more = arith.cmpi slt, %k, %n : i32
    scf.condition(%more) %s, %k : f64, i32
  } do {
  ^bb0(%s: f64, %k: i32):
    %f = arith.sitofp %k : i32 to f64
    %p = arith.mulf %s, %f : f64
    %next = arith.addi %k, %one : i32
    scf.yield %p, %next : f64, i32
  }
  return %r#0, %r#1 : f64, i32
}

// Downwards in steps of two, and the end is read from data in every trip, which is the same each time. There are
// ceil((k - 1) / 2) trips.
// CHECK-LABEL: func.func @down(
// CHECK:         %[[END:.*]] = tensor.extract
// CHECK:         %[[LAST:.*]] = arith.index_cast %[[END]]
// CHECK:         %[[LEFT:.*]] = arith.subi %{{.*}}, %[[LAST]] : index
// CHECK:         %[[TRIPS:.*]] = arith.ceildivsi %[[LEFT]], %c2
// CHECK:         scf.for %[[T:.*]] = %c0 to %[[TRIPS]] step %c1
// CHECK:           %[[BACK:.*]] = arith.muli %[[T]], %c-2
// CHECK:           arith.addi %{{.*}}, %[[BACK]]
// CHECK:         %[[RAN:.*]] = arith.maxsi %[[TRIPS]], %c0
// CHECK:         %[[ALL:.*]] = arith.muli %[[RAN]], %c-2
func.func @down(%x: f64, %first: i32, %ends: tensor<3xi32>, %i: index) -> (f64, i32) {
  %two = arith.constant -2 : i32
  %r:2 = scf.while (%k = %first, %s = %x) : (i32, f64) -> (f64, i32) {
    %end = tensor.extract %ends[%i] : tensor<3xi32>
    %more = arith.cmpi sgt, %k, %end : i32
    scf.condition(%more) %s, %k : f64, i32
  } do {
  ^bb0(%s: f64, %k: i32):
    %f = arith.sitofp %k : i32 to f64
    %p = arith.mulf %s, %f : f64
    %next = arith.addi %k, %two : i32
    scf.yield %next, %p : i32, f64
  }
  return %r#0, %r#1 : f64, i32
}

// What a break leaves of a loop: nothing happens any more once the flag is set. The trip that sets it is the last.
// CHECK-LABEL: func.func @breaks(
// CHECK-NOT:     scf.for
// CHECK:         scf.while (%[[FLAG:.*]] = %false, %[[S:.*]] = %{{.*}}, %[[I:.*]] = %c1) : (i1, f64, index)
// CHECK-DAG:       %[[MORE:.*]] = arith.cmpi slt, %[[I]], %c21
// CHECK-DAG:       %[[ON:.*]] = arith.xori %[[FLAG]], %true
// CHECK:           %[[GO:.*]] = arith.andi %[[MORE]], %[[ON]]
// CHECK:           scf.condition(%[[GO]])
// CHECK:           %[[ROOT:.*]] = math.sqrt
// CHECK:           %[[DONE:.*]] = arith.cmpf olt, %[[ROOT]]
// CHECK:           scf.yield %[[DONE]], %[[ROOT]]
func.func @breaks(%x: f64, %limit: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c21 = arith.constant 21 : index
  %false = arith.constant false
  %true = arith.constant true
  %r:2 = scf.for %i = %c1 to %c21 step %c1 iter_args(%flag = %false, %s = %x) -> (i1, f64) {
    %t:2 = scf.if %flag -> (i1, f64) {
      scf.yield %true, %s : i1, f64
    } else {
      %root = math.sqrt %s : f64
      %done = arith.cmpf olt, %root, %limit : f64
      scf.yield %done, %root : i1, f64
    }
    scf.yield %t#0, %t#1 : i1, f64
  }
  return %r#1 : f64
}
