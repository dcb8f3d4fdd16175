// RUN: astragal-opt %s --raise-loops --remarks-filter="optimize" --remark-format=emitRemark -verify-diagnostics

func.func @recurrence(%n: index, %x: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{an iteration needs what the one before it computed}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %b = arith.mulf %a, %x : f64
    scf.yield %b : f64
  }
  return %r : f64
}

func.func @number(%n: index, %x: i64, %y: i64) -> i64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{it carries a value that is neither f64 nor i32}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> i64 {
    %b = arith.addi %a, %y : i64
    scf.yield %b : i64
  }
  return %r : i64
}

func.func @wide(%n: index, %x: tensor<?x17xf64>, %v: f64) -> tensor<?x17xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %c10 = arith.constant 10 : index
  %c11 = arith.constant 11 : index
  %c12 = arith.constant 12 : index
  %c13 = arith.constant 13 : index
  %c14 = arith.constant 14 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  // expected-remark @below {{an iteration touches too many elements of a carried tensor}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %x) -> tensor<?x17xf64> {
    %t0 = tensor.insert %v into %t[%i, %c0] : tensor<?x17xf64>
    %t1 = tensor.insert %v into %t0[%i, %c1] : tensor<?x17xf64>
    %t2 = tensor.insert %v into %t1[%i, %c2] : tensor<?x17xf64>
    %t3 = tensor.insert %v into %t2[%i, %c3] : tensor<?x17xf64>
    %t4 = tensor.insert %v into %t3[%i, %c4] : tensor<?x17xf64>
    %t5 = tensor.insert %v into %t4[%i, %c5] : tensor<?x17xf64>
    %t6 = tensor.insert %v into %t5[%i, %c6] : tensor<?x17xf64>
    %t7 = tensor.insert %v into %t6[%i, %c7] : tensor<?x17xf64>
    %t8 = tensor.insert %v into %t7[%i, %c8] : tensor<?x17xf64>
    %t9 = tensor.insert %v into %t8[%i, %c9] : tensor<?x17xf64>
    %t10 = tensor.insert %v into %t9[%i, %c10] : tensor<?x17xf64>
    %t11 = tensor.insert %v into %t10[%i, %c11] : tensor<?x17xf64>
    %t12 = tensor.insert %v into %t11[%i, %c12] : tensor<?x17xf64>
    %t13 = tensor.insert %v into %t12[%i, %c13] : tensor<?x17xf64>
    %t14 = tensor.insert %v into %t13[%i, %c14] : tensor<?x17xf64>
    %t15 = tensor.insert %v into %t14[%i, %c15] : tensor<?x17xf64>
    %t16 = tensor.insert %v into %t15[%i, %c16] : tensor<?x17xf64>
    scf.yield %t16 : tensor<?x17xf64>
  }
  return %r : tensor<?x17xf64>
}

func.func @doubled(%n: index, %x: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{an iteration needs what the one before it computed}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %b = arith.addf %a, %a : f64
    scf.yield %b : f64
  }
  return %r : f64
}

func.func @reset(%n: index, %x: f64, %c: i1) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{an iteration needs what the one before it computed}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %b = arith.addf %a, %x : f64
    %d = scf.if %c -> f64 {
      scf.yield %b : f64
    } else {
      scf.yield %x : f64
    }
    scf.yield %d : f64
  }
  return %r : f64
}

func.func @last(%n: index, %x: tensor<?xf64>, %y: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{each iteration replaces what it carries}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %y) -> f64 {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    scf.yield %v : f64
  }
  return %r : f64
}

func.func @swap(%n: index, %x: f64, %y: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{one carried value becomes another}}
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (f64, f64) {
    scf.yield %b, %a : f64, f64
  }
  return %r#0, %r#1 : f64, f64
}

func.func @lagged(%n: index, %x: tensor<?xf64>) -> tensor<?xf64> {
  %c1 = arith.constant 1 : index
  // expected-remark @below {{two iterations touch the same element of a carried tensor}}
  %r = scf.for %i = %c1 to %n step %c1 iter_args(%t = %x) -> tensor<?xf64> {
    %j = arith.subi %i, %c1 : index
    %v = tensor.extract %t[%j] : tensor<?xf64>
    %u = tensor.insert %v into %t[%i] : tensor<?xf64>
    scf.yield %u : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

func.func @scatter(%n: index, %x: tensor<?xf64>, %at: tensor<?xindex>, %v: f64) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{an element of a carried tensor is not at the induction variable plus a constant}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %x) -> tensor<?xf64> {
    %j = tensor.extract %at[%i] : tensor<?xindex>
    %u = tensor.insert %v into %t[%j] : tensor<?xf64>
    scf.yield %u : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

func.func @maybe_same(%n: index, %x: tensor<?x?xf64>, %p: index, %q: index, %v: f64) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{two places in a carried tensor are not provably different}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %x) -> tensor<?x?xf64> {
    %u = tensor.insert %v into %t[%i, %p] : tensor<?x?xf64>
    %w = tensor.insert %v into %u[%i, %q] : tensor<?x?xf64>
    scf.yield %w : tensor<?x?xf64>
  }
  return %r : tensor<?x?xf64>
}

func.func @local_tensor(%n: index, %x: f64, %m: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{the body creates a tensor}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %f = tensor.generate %m {
    ^bb0(%k: index):
      tensor.yield %x : f64
    } : tensor<?xf64>
    %v = tensor.extract %f[%i] : tensor<?xf64>
    %b = arith.addf %a, %v : f64
    scf.yield %b : f64
  }
  return %r : f64
}

func.func @few_rows_with_tensors(%n: index, %x: f64, %m: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  // expected-remark @below {{its rows make tensors, and are few or long}}
  %r = scf.for %i = %c0 to %c7 step %c1 iter_args(%a = %x) -> f64 {
    %e = tensor.empty(%m) : tensor<?xf64>
    %f = tensor.insert %x into %e[%c0] : tensor<?xf64>
    %v = tensor.extract %f[%i] : tensor<?xf64>
    %b = arith.addf %a, %v : f64
    scf.yield %b : f64
  }
  return %r : f64
}

func.func @step(%n: index, %x: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  // expected-remark @below {{its step is not one}}
  %r = scf.for %i = %c0 to %n step %c2 iter_args(%a = %x) -> f64 {
    %b = arith.addf %a, %x : f64
    scf.yield %b : f64
  }
  return %r : f64
}

func.func private @external(f64) -> f64
func.func @effect(%n: index, %x: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{the body has an effect}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %v = func.call @external(%x) : (f64) -> f64
    %b = arith.addf %a, %v : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// Lines come in order: what prints stays a loop.
func.func @printing(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{the body has an effect}}
  scf.for %i = %c0 to %n step %c1 {
    tg.print model ["again"] matrices [] ranks []
  }
  return
}

// A while that carries the tensor may touch any element of it.
// CHECK-LABEL: func.func @tensorInWhile
// CHECK:         scf.for
func.func @tensorInWhile(%x: tensor<7xf64>, %end: f64) -> tensor<7xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  // expected-remark @below {{an iteration needs what the one before it computed}}
  %r = scf.for %i = %c0 to %c7 step %c1 iter_args(%s = %x) -> tensor<7xf64> {
    %w = scf.while (%t = %s) : (tensor<7xf64>) -> tensor<7xf64> {
      %v = tensor.extract %t[%i] : tensor<7xf64>
      %more = arith.cmpf olt, %v, %end : f64
      scf.condition(%more) %t : tensor<7xf64>
    } do {
    ^bb0(%t: tensor<7xf64>):
      %v = tensor.extract %t[%i] : tensor<7xf64>
      %p = arith.mulf %v, %v : f64
      %n = tensor.insert %p into %t[%i] : tensor<7xf64>
      scf.yield %n : tensor<7xf64>
    }
    scf.yield %w : tensor<7xf64>
  }
  return %r : tensor<7xf64>
}

// Three iterations at most, in each iteration of a recurrence, fill no vector.
func.func @short(%n: index, %x: tensor<?xf64>, %w: tensor<3xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{an element of a carried tensor is not at the induction variable plus a constant}}
  %r = scf.for %t = %c1 to %n step %c1 iter_args(%v = %x) -> tensor<?xf64> {
    %m = arith.minsi %t, %c3 : index
    // expected-remark @below {{it has few iterations, in each iteration of another loop}}
    %s = scf.for %q = %c0 to %m step %c1 iter_args(%a = %zero) -> f64 {
      %k = arith.subi %t, %q : index
      %i = arith.subi %k, %c1 : index
      %y = tensor.extract %v[%i] : tensor<?xf64>
      %u = tensor.extract %w[%q] : tensor<3xf64>
      %p = arith.mulf %y, %u : f64
      %b = arith.addf %a, %p : f64
      scf.yield %b : f64
    }
    %z = tensor.insert %s into %v[%t] : tensor<?xf64>
    scf.yield %z : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// A part of nine elements, from a place that data chooses, as bound-loops leaves it: two or three iterations of plain arithmetic are no vector.
func.func @part(%first: index, %end: index, %y: tensor<9xf64>, %mu: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %zero = arith.constant 0.0 : f64
  %low = arith.cmpi slt, %first, %c1 : index
  %most = arith.maxsi %first, %c10 : index
  %last = arith.select %low, %first, %most : index
  %behind = arith.addi %last, %c1 : index
  %stop = arith.minsi %end, %behind : index
  // expected-remark @below {{it has few iterations}}
  %r = scf.for %i = %first to %stop step %c1 iter_args(%s = %zero) -> f64 {
    %at = arith.subi %i, %c1 : index
    %v = tensor.extract %y[%at] : tensor<9xf64>
    %d = arith.subf %v, %mu : f64
    %q = arith.mulf %d, %d : f64
    %t = arith.addf %s, %q : f64
    scf.yield %t : f64
  }
  return %r : f64
}
