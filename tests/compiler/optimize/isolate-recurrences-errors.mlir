// RUN: astragal-opt %s --isolate-recurrences --split-input-file --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// A sum alone is no reason to store and load what is carried.
// CHECK-LABEL: func.func @cheap
// CHECK-NOT:     tg.plate
func.func @cheap(%y: tensor<100xf64>, %v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what could leave the recurrence is cheap}}
  %r:2 = scf.for %t = %c0 to %c100 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %y[%t] : tensor<100xf64>
    %n = arith.mulf %v, %x : f64
    %d = arith.mulf %n, %n : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// CHECK-LABEL: func.func @few
// CHECK-NOT:     tg.plate
func.func @few(%v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{it has few iterations}}
  %r:2 = scf.for %t = %c0 to %c9 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %n = arith.mulf %v, %v : f64
    %d = math.exp %n : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// No more than nine, whatever data says, are few.
// CHECK-LABEL: func.func @bounded
// CHECK-NOT:     tg.plate
func.func @bounded(%v0: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  %end = arith.minsi %n, %c9 : index
  // expected-remark @below {{it has few iterations}}
  %r:2 = scf.for %t = %c0 to %end step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %n1 = arith.mulf %v, %v : f64
    %d = math.exp %n1 : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n1, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// What is printed is printed step by step.
// CHECK-LABEL: func.func @effect
// CHECK-NOT:     tg.plate
func.func @effect(%v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{the body has an effect}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %n = arith.mulf %v, %v : f64
    tg.print model ["n = ", ""] (%n : f64) matrices [false] ranks [0]
    %d = math.exp %n : f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}

// -----

// What leaves would need a container of every step.
// CHECK-LABEL: func.func @containers
// CHECK-NOT:     tg.plate
func.func @containers(%v0: tensor<3xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{more than numbers would cross to what leaves the loop}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %sum = %zero) -> (tensor<3xf64>, f64) {
    %x = tensor.extract %v[%c0] : tensor<3xf64>
    %n = tensor.insert %x into %v[%c1] : tensor<3xf64>
    %d = scf.for %k = %c0 to %c1 step %c1 iter_args(%s = %zero) -> f64 {
      %y = tensor.extract %v[%k] : tensor<3xf64>
      %e = math.exp %y : f64
      %z = arith.addf %s, %e : f64
      scf.yield %z : f64
    }
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : tensor<3xf64>, f64
  }
  return %r#1 : f64
}

// -----

// Two stores whose places may be one.
// CHECK-LABEL: func.func @places
// CHECK-NOT:     tg.plate
func.func @places(%v0: f64, %out: tensor<100xf64>) -> tensor<100xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  // expected-remark @below {{what could leave the recurrence is no plate: two iterations touch the same element of a carried tensor}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %o = %out) -> (f64, tensor<100xf64>) {
    %n = arith.mulf %v, %v : f64
    %d = math.exp %n : f64
    %a = tensor.insert %d into %o[%t] : tensor<100xf64>
    %i = arith.addi %t, %c1 : index
    %b = tensor.insert %n into %a[%i] : tensor<100xf64>
    scf.yield %n, %b : f64, tensor<100xf64>
  }
  return %r#1 : tensor<100xf64>
}

// -----

// Nine numbers of the recurrence, of which each step has its own.
// CHECK-LABEL: func.func @many
// CHECK-NOT:     tg.plate
func.func @many(%v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{many values would cross to what leaves the loop}}
  %r:10 = scf.for %t = %c0 to %c90 step %c1
      iter_args(%a = %v0, %b = %v0, %c = %v0, %d = %v0, %e = %v0, %f = %v0, %g = %v0, %h = %v0, %i = %v0, %sum = %zero)
      -> (f64, f64, f64, f64, f64, f64, f64, f64, f64, f64) {
    %a1 = arith.mulf %a, %b : f64
    %b1 = arith.mulf %b, %c : f64
    %c1_ = arith.mulf %c, %d : f64
    %d1 = arith.mulf %d, %e : f64
    %e1 = arith.mulf %e, %f : f64
    %f1 = arith.mulf %f, %g : f64
    %g1 = arith.mulf %g, %h : f64
    %h1 = arith.mulf %h, %i : f64
    %i1 = arith.mulf %i, %a : f64
    %ea = math.exp %a : f64
    %eb = math.exp %b : f64
    %ec = math.exp %c : f64
    %ed = math.exp %d : f64
    %ee = math.exp %e : f64
    %ef = math.exp %f : f64
    %eg = math.exp %g : f64
    %eh = math.exp %h : f64
    %ei = math.exp %i : f64
    %p0 = arith.mulf %ea, %eb : f64
    %p1 = arith.mulf %p0, %ec : f64
    %p2 = arith.mulf %p1, %ed : f64
    %p3 = arith.mulf %p2, %ee : f64
    %p4 = arith.mulf %p3, %ef : f64
    %p5 = arith.mulf %p4, %eg : f64
    %p6 = arith.mulf %p5, %eh : f64
    %p7 = arith.mulf %p6, %ei : f64
    %next = arith.addf %sum, %p7 : f64
    scf.yield %a1, %b1, %c1_, %d1, %e1, %f1, %g1, %h1, %i1, %next : f64, f64, f64, f64, f64, f64, f64, f64, f64, f64
  }
  return %r#9 : f64
}

// -----

// The loop inside may end only because the check before it failed: behind all iterations that would be too late.
// CHECK-LABEL: func.func @guarded
// CHECK-NOT:     tg.plate
func.func @guarded(%rate: tensor<90xf64>, %v0: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c90 = arith.constant 90 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  // expected-remark @below {{its checks guard a loop that may run forever, and what else could leave is cheap}}
  %r:2 = scf.for %t = %c0 to %c90 step %c1 iter_args(%v = %v0, %sum = %zero) -> (f64, f64) {
    %x = tensor.extract %rate[%t] : tensor<90xf64>
    %n = scf.while (%w = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %w, %ten : f64
      scf.condition(%more) %w : f64
    } do {
    ^bb0(%w: f64):
      %next = arith.addf %w, %x : f64
      scf.yield %next : f64
    }
    %d = prob.log_density @normal(%n, %x) at %x autodiff [false, true, true] : (f64, f64) -> f64
    %next = arith.addf %sum, %d : f64
    scf.yield %n, %next : f64, f64
  }
  return %r#1 : f64
}
