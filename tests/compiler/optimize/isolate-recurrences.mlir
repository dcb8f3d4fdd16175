// RUN: astragal-opt %s --isolate-recurrences --canonicalize --cse --split-input-file --remarks-filter-passed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// The carried number crosses; root and logarithm are computed in rows behind the loop, and so is the check.
// CHECK-LABEL: func.func @carried_number
// CHECK:         %[[LOOP:.*]]:2 = scf.for %[[T:[a-z0-9]+]] = {{.*}} iter_args(%[[V:[a-z0-9]+]] = %{{.*}}, %[[ALL:[a-z0-9]+]] = %{{.*}}) -> (f64, tensor<100xf64>)
// CHECK-NOT:       math
// CHECK:           tensor.insert %[[V]] into %[[ALL]][%{{.*}}]
// CHECK:         %[[SUM:.*]] = tg.plate (%[[R:.*]]) in (%c100) {
// CHECK:           %[[X:.*]] = tensor.extract %[[LOOP]]#1[%[[R]]]
// CHECK:           math.sqrt %[[X]]
// CHECK:           tg.check
// CHECK:           math.log
// CHECK:         return %{{.*}}, %[[LOOP]]#0
func.func @carried_number(%y: tensor<100xf64>, %v0: f64, %a: f64) -> (f64, f64) {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c101 = arith.constant 101 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c1 to %c101 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %i = arith.addi %t, %c-1 : index
    %x = tensor.extract %y[%i] : tensor<100xf64>
    %s = math.sqrt %v : f64
    %ok = arith.cmpf ogt, %s, %zero : f64
    tg.check %ok, domain, "must be positive" : i1
    %z = arith.divf %x, %s : f64
    %l = math.log %s : f64
    %d = arith.subf %z, %l : f64
    %next = arith.addf %sum, %d : f64
    %w = arith.mulf %a, %v : f64
    %n = arith.addf %w, %x : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1, %r#0 : f64, f64
}

// -----

// A container that iterations only store to leaves with what is stored. Of two numbers one is cheap to compute from the other.
// CHECK-LABEL: func.func @stores
// CHECK:         %[[LOOP:.*]]:2 = scf.for {{.*}} -> (f64, tensor<50xf64>)
// CHECK:         %[[ROWS:.*]] = tg.plate (%[[R:.*]]) in (%c50) {
// CHECK:           %[[M:.*]] = tensor.extract %[[LOOP]]#1[%[[R]]]
// CHECK:           %[[X:.*]] = tensor.extract %arg0[%[[R]]]
// CHECK:           %[[E:.*]] = arith.subf %[[X]], %[[M]]
// CHECK:           arith.mulf %[[E]], %[[M]]
// CHECK:           math.exp
// CHECK:         return %[[ROWS]], %[[LOOP]]#0
func.func @stores(%y: tensor<50xf64>, %out: tensor<50xf64>, %l0: f64, %a: f64) -> (tensor<50xf64>, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c50 = arith.constant 50 : index
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c0 to %c50 step %c1 iter_args(%l = %l0, %o = %out) -> (f64, tensor<50xf64>) {
    %x = tensor.extract %y[%t] : tensor<50xf64>
    %m = arith.mulf %l, %a : f64
    %e = arith.subf %x, %m : f64
    %p = arith.mulf %e, %m : f64
    %q = math.exp %p : f64
    %s = tensor.insert %q into %o[%t] : tensor<50xf64>
    %n = arith.addf %m, %e : f64
    scf.yield %n, %s : f64, tensor<50xf64>
  }
  return %r#1, %r#0 : tensor<50xf64>, f64
}

// -----

// A special function of what is not carried is computed in rows before the loop. Where the loop starts is open.
// CHECK-LABEL: func.func @ahead
// CHECK:         %[[N:.*]] = arith.maxsi
// CHECK:         %[[E:.*]] = tg.plate (%[[R:.*]]) in (%[[N]]) {
// CHECK:           %[[I:.*]] = arith.addi %[[R]], %arg1
// CHECK:           tensor.extract %arg0[%[[I]]]
// CHECK:           math.exp
// CHECK:         scf.for %[[T:[a-z0-9]+]] = %arg1
// CHECK-NOT:       math
// CHECK:           %[[K:.*]] = arith.subi %[[T]], %arg1
// CHECK:           tensor.extract %[[E]][%[[K]]]
// CHECK:           tensor.insert %{{.*}} into %{{.*}}[%[[K]]]
// CHECK:         tg.plate (%[[R:.*]]) in (%[[N]]) {
// CHECK:           tensor.extract %{{.*}}[%[[R]]]
// CHECK:           math.log
func.func @ahead(%y: tensor<?xf64>, %from: index, %to: index, %s0: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %from to %to step %c1 iter_args(%s = %s0, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %y[%t] : tensor<?xf64>
    %e = math.exp %x : f64
    %n = arith.mulf %s, %e : f64
    %l = math.log %n : f64
    %next = arith.addf %sum, %l : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// Elements of a container that the loop carries as a whole are read where they were, and cross.
// CHECK-LABEL: func.func @chosen
// CHECK:         scf.for {{.*}} -> (tensor<2xf64>, tensor<60xf64>)
// CHECK:           tensor.extract
// CHECK-NOT:       math
// CHECK:         tg.plate
// CHECK:           math.exp
func.func @chosen(%q0: tensor<2xf64>, %which: tensor<60xindex>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c60 = arith.constant 60 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c0 to %c60 step %c1 iter_args(%q = %q0, %sum = %zero) -> (tensor<2xf64>, f64) {
    %k = tensor.extract %which[%t] : tensor<60xindex>
    %x = tensor.extract %q[%k] : tensor<2xf64>
    %e = math.exp %x : f64
    %next = arith.addf %sum, %e : f64
    %m = arith.mulf %x, %a : f64
    %p = tensor.insert %m into %q[%k] : tensor<2xf64>
    scf.yield %p, %next : tensor<2xf64>, f64
  }
  return %r#1 : f64
}

// -----

// What only the last iteration's value is used of.
// CHECK-LABEL: func.func @last
// CHECK:         %[[E:.*]] = tg.plate
// CHECK:           math.exp
// CHECK:         scf.for
// CHECK:           %[[X:.*]] = tensor.extract %[[E]]
// CHECK:           scf.yield %[[X]]
func.func @last(%y: tensor<60xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c60 = arith.constant 60 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c0 to %c60 step %c1 iter_args(%q = %a, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %y[%t] : tensor<60xf64>
    %e = math.exp %x : f64
    %next = arith.addf %sum, %e : f64
    scf.yield %e, %next : f64, f64
  }
  %s = arith.addf %r#0, %r#1 : f64
  return %s : f64
}

// -----

// Checks stay in front of a loop that may need them to end; the exponential leaves.
// CHECK-LABEL: func.func @guarded
// CHECK:         scf.for
// CHECK:           %[[X:.*]] = tensor.extract %arg0
// CHECK:           %[[OK:.*]] = arith.cmpf ogt, %[[X]]
// CHECK:           tg.check %[[OK]]
// CHECK:           scf.while
// CHECK:         tg.plate
// CHECK-NOT:       tg.check
// CHECK:           math.exp
func.func @guarded(%rate: tensor<90xf64>, %v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %rate[%t] : tensor<90xf64>
    %ok = arith.cmpf ogt, %x, %zero : f64
    tg.check %ok, domain, "rate" : i1
    %n = scf.while (%w = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %w, %ten : f64
      scf.condition(%more) %w : f64
    } do {
    ^bb0(%w: f64):
      %next = arith.addf %w, %x : f64
      scf.yield %next : f64
    }
    %d = math.exp %n : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// A counter ends the loop whatever it is given: the check leaves with the rest.
// CHECK-LABEL: func.func @counted
// CHECK:         scf.for
// CHECK-NOT:       tg.check
// CHECK:           scf.while
// CHECK:         tg.plate
// CHECK:           tg.check
// CHECK:           math.exp
func.func @counted(%rate: tensor<90xf64>, %v0: f64, %most: i32) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %i0 = arith.constant 0 : i32
  %i1 = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %rate[%t] : tensor<90xf64>
    %ok = arith.cmpf ogt, %x, %zero : f64
    tg.check %ok, domain, "rate" : i1
    %n:2 = scf.while (%w = %v, %k = %i0) : (f64, i32) -> (f64, i32) {
      %little = arith.cmpf olt, %w, %ten : f64
      %few = arith.cmpi slt, %k, %most : i32
      %more = arith.andi %little, %few : i1
      scf.condition(%more) %w, %k : f64, i32
    } do {
    ^bb0(%w: f64, %k: i32):
      %next = arith.addf %w, %x : f64
      %l = arith.addi %k, %i1 : i32
      scf.yield %next, %l : f64, i32
    }
    %d = math.exp %n#0 : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n#0, %next : f64, f64
  }
  return %r#1 : f64
}
