// RUN: astragal-opt %s --differentiate --canonicalize --cse | FileCheck %s

// An accumulator is linear: nothing is stored, and the order does not matter.
// CHECK-LABEL: func.func @accumulator
// CHECK:         scf.for {{.*}} iter_args(%{{[^,]*}}) -> (f64)
// CHECK-NOT:     tensor.empty
// CHECK:         scf.for %[[R:[^ ]*]] =
// CHECK-NOT:       arith.subi
// CHECK:           tensor.extract %{{.*}}[%[[R]]]
// CHECK:         return
func.func @accumulator(%y: tensor<30xf64>, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %sum = scf.for %t = %c0 to %c30 step %c1 iter_args(%acc = %a) -> f64 {
    %x = tensor.extract %y[%t] : tensor<30xf64>
    %p = arith.mulf %x, %a : f64
    %next = arith.addf %acc, %p : f64
    scf.yield %next : f64
  }
  return %sum : f64
}

// A scalar that is used otherwise leaves one number an iteration.
// CHECK-LABEL: func.func @recurrence
// CHECK:         %[[TAPE:.*]] = tensor.empty() : tensor<30xf64>
// CHECK:         %[[F:.*]]:2 = scf.for %[[T:[^ ]*]] = {{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[W:.*]] = %[[TAPE]])
// CHECK:           tensor.insert %[[S]] into %[[W]][%[[T]]]
// CHECK:         scf.for %[[R:[^ ]*]] =
// CHECK:           %[[BACK:.*]] = arith.subi %{{.*}}, %[[R]]
// CHECK:           tensor.extract %[[F]]#1[%[[BACK]]]
func.func @recurrence(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.for %t = %c0 to %c30 step %c1 iter_args(%s = %a) -> f64 {
    %p = arith.mulf %s, %s : f64
    %next = arith.addf %p, %a : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// What an element was before it is added to is not needed; those of the iterations before are final.
// CHECK-LABEL: func.func @added_to
// CHECK-NOT:     tensor.empty
// CHECK:         %[[ALL:.*]] = scf.for
// CHECK:         scf.for
// CHECK:           tensor.extract %[[ALL]]
// CHECK:         return
func.func @added_to(%y: tensor<30xf64>, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c29 = arith.constant 29 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %first = tensor.insert %a into %y[%c0] : tensor<30xf64>
  %r = scf.for %t = %c1 to %c30 step %c1 iter_args(%s = %first) -> tensor<30xf64> {
    %i = arith.subi %t, %c1 : index
    %old = tensor.extract %s[%t] : tensor<30xf64>
    %x = tensor.extract %s[%i] : tensor<30xf64>
    %p = arith.mulf %x, %x : f64
    %w = arith.mulf %p, %a : f64
    %n = arith.addf %old, %w : f64
    %next = tensor.insert %n into %s[%t] : tensor<30xf64>
    scf.yield %next : tensor<30xf64>
  }
  %v = tensor.extract %r[%c29] : tensor<30xf64>
  return %v : f64
}

// What is expensive is stored, not what it was computed from.
// CHECK-LABEL: func.func @expensive
// CHECK:         tensor.empty() : tensor<30xf64>
// CHECK:         scf.for
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           tensor.insert %[[E]] into
// CHECK:         scf.for
// CHECK-NOT:       math.exp
// CHECK:         return
func.func @expensive(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.for %t = %c0 to %c30 step %c1 iter_args(%s = %a) -> f64 {
    %n = arith.negf %s : f64
    %next = math.exp %n : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// Each element is written before it is read, once: the reverse reads the final tensor.
// CHECK-LABEL: func.func @finalState
// CHECK:         %[[F:.*]] = scf.for
// CHECK-SAME:      -> (tensor<30xf64>)
// CHECK:         scf.for
// CHECK:           tensor.extract %[[F]][
// CHECK:         return
func.func @finalState(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c29 = arith.constant 29 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %empty = tensor.empty() : tensor<30xf64>
  %start = tensor.insert %a into %empty[%c0] : tensor<30xf64>
  %s = scf.for %t = %c1 to %c30 step %c1 iter_args(%state = %start) -> tensor<30xf64> {
    %before = arith.subi %t, %c1 : index
    %x = tensor.extract %state[%before] : tensor<30xf64>
    %p = arith.mulf %x, %x : f64
    %next = tensor.insert %p into %state[%t] : tensor<30xf64>
    scf.yield %next : tensor<30xf64>
  }
  %r = tensor.extract %s[%c29] : tensor<30xf64>
  return %r : f64
}

// Elements before the one that an iteration writes: all were written before, and stay.
// CHECK-LABEL: func.func @before
// CHECK:         %[[F:.*]] = scf.for
// CHECK-SAME:      -> (tensor<30xf64>)
// CHECK:         scf.for
// CHECK:           tensor.extract %[[F]][
// CHECK:         return
func.func @before(%w: tensor<30xf64>, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c29 = arith.constant 29 : index
  %c30 = arith.constant 30 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %empty = tensor.empty() : tensor<30xf64>
  %start = tensor.insert %a into %empty[%c0] : tensor<30xf64>
  %s = scf.for %t = %c1 to %c30 step %c1 iter_args(%state = %start) -> tensor<30xf64> {
    // No size is negative.
    %none = arith.cmpi sle, %t, %c0 : index
    %n = arith.select %none, %c0, %t : index
    %sum = tg.plate (%k) in (%n) {
      %x = tensor.extract %state[%k] : tensor<30xf64>
      %back = arith.subi %t, %k : index
      %f = tensor.extract %w[%back] : tensor<30xf64>
      %p = arith.mulf %x, %f : f64
      %e = math.sin %p : f64
      tg.yield sum(%e : f64)
    } : f64
    %next = tensor.insert %sum into %state[%t] : tensor<30xf64>
    scf.yield %next : tensor<30xf64>
  }
  %r = tensor.extract %s[%c29] : tensor<30xf64>
  return %r : f64
}

// Nobody knows how many trips there will be. The while writes the first of a tape; if there are more than it has room for, they
// run once more, with a tape as long as they are many.
// CHECK-LABEL: func.func @while
// CHECK:         %[[EARLY:.*]] = tensor.empty() : tensor<65xf64>
// CHECK:         %[[W:.*]]:3 = scf.while
// CHECK:           %[[AT:.*]] = arith.minsi %[[K:.*]], %c64
// CHECK:           tensor.insert %{{.*}} into %{{.*}}[%[[AT]]] : tensor<65xf64>
// CHECK:         %[[MORE:.*]] = arith.cmpi sgt, %[[W]]#2, %c64
// CHECK:         %[[N:.*]] = arith.select %[[MORE]], %[[W]]#2, %c0
// CHECK:         %[[TAPE:.*]] = tg.tape_alloc(%[[N]]) : tensor<?xf64>
// CHECK:         %[[ALL:.*]]:2 = scf.for {{.*}} to %[[N]] step
// CHECK:         scf.for {{.*}} to %[[W]]#2 step
// CHECK:           %[[FIRST:.*]] = arith.cmpi slt, %[[TRIP:.*]], %c64
// CHECK:           scf.if %[[FIRST]]
// CHECK:             tensor.extract %[[W]]#1[%[[TRIP]]] : tensor<65xf64>
// CHECK:             tensor.extract %[[ALL]]#1[%[[TRIP]]] : tensor<?xf64>
func.func @while(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %big = arith.constant 100.0 : f64
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.while (%s = %a) : (f64) -> f64 {
    %more = arith.cmpf olt, %s, %big : f64
    scf.condition(%more) %s : f64
  } do {
  ^bb0(%s: f64):
    %p = arith.mulf %s, %s : f64
    %next = arith.addf %p, %a : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// No more trips than the condition allows: the tape has room for them, and the loop writes it as it runs. What counts
// is known from the number of the trip.
// CHECK-LABEL: func.func @bounded
// CHECK:         %[[TAPE:.*]] = tensor.empty() : tensor<60xf64>
// CHECK:         %[[R:.*]]:{{[0-9]}} = scf.while ({{.*}} = %[[TAPE]], %{{.*}} = %c0)
// CHECK:           %[[NEW:.*]] = tensor.insert
// CHECK:           math.sin
// CHECK:           scf.yield {{.*}}, %[[NEW]],
// CHECK-NOT:     math.sin
// CHECK:         scf.for {{.*}} to %[[R]]#{{[0-9]}} step
// CHECK:           tensor.extract %[[R]]#
// CHECK:           arith.sitofp
// CHECK:           math.cos
// CHECK-NOT:     differentiate.counted
func.func @bounded(%tiny: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %most = arith.constant 60 : i32
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r:2 = scf.while (%s = %a, %k = %zero) : (f64, i32) -> (f64, i32) {
    %some = arith.cmpf ogt, %s, %tiny : f64
    %few = arith.cmpi slt, %k, %most : i32
    %more = arith.andi %some, %few : i1
    scf.condition(%more) %s, %k : f64, i32
  } do {
  ^bb0(%s: f64, %k: i32):
    %next = arith.addi %k, %one : i32
    %f = arith.sitofp %next : i32 to f64
    %sin = math.sin %s : f64
    %p = arith.divf %sin, %f : f64
    scf.yield %p, %next : f64, i32
  }
  return %r#0 : f64
}

// What the condition's region passes on is the state as it has computed it.
// CHECK-LABEL: func.func @computed
// CHECK:         scf.while
// CHECK:         arith.mulf
// CHECK:         scf.for
// CHECK:         scf.for
func.func @computed(%big: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.while (%s = %a) : (f64) -> f64 {
    %p = arith.mulf %s, %s : f64
    %more = arith.cmpf olt, %p, %big : f64
    scf.condition(%more) %p : f64
  } do {
  ^bb0(%p: f64):
    %next = arith.addf %p, %a : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// A trip that does not count is the last one: at most 51.
// CHECK-LABEL: func.func @untilBreak
// CHECK:         tensor.empty() : tensor<51xf64>
// CHECK:         scf.while
// CHECK:         scf.for
// CHECK-NOT:     scf.for
func.func @untilBreak(%tiny: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %most = arith.constant 50 : i32
  %false = arith.constant false
  %true = arith.constant true
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r:3 = scf.while (%flag = %false, %s = %a, %k = %zero) : (i1, f64, i32) -> (i1, f64, i32) {
    %more = scf.if %flag -> i1 {
      scf.yield %false : i1
    } else {
      %few = arith.cmpi slt, %k, %most : i32
      scf.yield %few : i1
    }
    scf.condition(%more) %flag, %s, %k : i1, f64, i32
  } do {
  ^bb0(%flag: i1, %s: f64, %k: i32):
    %sin = math.sin %s : f64
    %done = arith.cmpf olt, %sin, %tiny : f64
    %flag1 = arith.select %done, %true, %flag : i1
    %k1 = scf.if %done -> i32 {
      scf.yield %k : i32
    } else {
      %next = arith.addi %k, %one : i32
      scf.yield %next : i32
    }
    scf.yield %flag1, %sin, %k1 : i1, f64, i32
  }
  return %r#1 : f64
}

// Here it may go on without counting.
// CHECK-LABEL: func.func @mayNotCount
// CHECK:         tensor.empty() : tensor<65xf64>
// CHECK:         tg.tape_alloc
func.func @mayNotCount(%tiny: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %most = arith.constant 50 : i32
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %r:2 = scf.while (%s = %a, %k = %zero) : (f64, i32) -> (f64, i32) {
    %few = arith.cmpi slt, %k, %most : i32
    scf.condition(%few) %s, %k : f64, i32
  } do {
  ^bb0(%s: f64, %k: i32):
    %sin = math.sin %s : f64
    %done = arith.cmpf olt, %sin, %tiny : f64
    %next = arith.addi %k, %one : i32
    %k1 = arith.select %done, %k, %next : i32
    scf.yield %sin, %k1 : f64, i32
  }
  return %r#0 : f64
}

// A loop that may have no iteration contributes nothing then, though what it captures have an infinite derivative: that is
// applied to what was selected. A parameter has none.
// CHECK-LABEL: func.func @captured
// CHECK-SAME:      %[[N:[^ ]*]]: index
// CHECK-DAG:     %[[A:.*]] = tensor.extract %{{.*}}[%c0]
// CHECK:         %[[R:.*]]:2 = scf.for
// CHECK:         %[[SOME:.*]] = arith.cmpi sgt, %{{.*}}, %c0
// CHECK-NOT:     arith.select
// CHECK:         %[[INVERSE:.*]] = arith.divf %{{.*}}, %[[A]]
// CHECK-NEXT:    %[[SCALED:.*]] = arith.mulf %[[R]]#0, %[[INVERSE]]
// CHECK-NEXT:    %[[SELECTED:.*]] = arith.select %[[SOME]], %[[SCALED]], %{{.*}}
// CHECK-NEXT:    tensor.from_elements %[[SELECTED]], %[[R]]#1
func.func @captured(%n: index, %y: tensor<?xf64>, %q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %b = tensor.extract %q[%c1] : tensor<2xf64>
  %l = math.log %a : f64
  %sum = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %zero) -> f64 {
    %x = tensor.extract %y[%t] : tensor<?xf64>
    %p = arith.mulf %x, %l : f64
    %d = arith.addf %p, %b : f64
    %next = arith.addf %acc, %d : f64
    scf.yield %next : f64
  }
  return %sum : f64
}
