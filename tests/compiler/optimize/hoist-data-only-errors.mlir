// RUN: astragal-opt %s --hoist-data-only -split-input-file -verify-diagnostics | FileCheck %s

// Nothing to gain: constants, sizes, what parameters or random numbers take part in, what a branch guards.
// CHECK-LABEL: func.func @generate
// CHECK-NOT:     prepared
// CHECK:         tensor.splat
// CHECK:         math.exp
// CHECK:         tg.random_normal
// CHECK:         math.log
// CHECK:         scf.if
// CHECK:           tg.plate
// CHECK:             math.log
// CHECK:             tg.check
func.func @generate(%y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                    %n: i32 {prob.binding = #prob.binding<data, 0>},
                    %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                    %seed: i64 {prob.binding = #prob.binding<seed, 0>})
    -> (tensor<?xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f64
  %i0 = arith.constant 0 : i64
  %N = arith.index_cast %n : i32 to index
  %t = tensor.splat %z[%N] : tensor<?xf64>
  %s = tensor.extract %q[%c0] : tensor<1xf64>
  %e = math.exp %s : f64
  %r = tg.random_normal %seed, %i0, %i0
  %l = math.log %r : f64
  %c = arith.cmpf olt, %e, %l : f64
  %v = scf.if %c -> f64 {
    %sum = tg.plate (%i) in (%N) {
      %at = tensor.extract %y[%i] : tensor<?xf64>
      %d = math.log %at : f64
      %ok = arith.cmpf olt, %d, %z : f64
      tg.check %ok, domain, "too large" : i1
      %p = arith.mulf %d, %s : f64
      tg.yield sum(%p : f64)
    } : f64
    scf.yield %sum : f64
  } else {
    scf.yield %l : f64
  }
  %u = tensor.insert %v into %t[%c0] : tensor<?xf64>
  return %u : tensor<?xf64>
}

// -----

func.func @prepare() {
  return
}
// expected-error @below {{argument 0 is bound to a prepared value that 'prepare' does not compute}}
func.func @log_density(%p: f64 {prob.binding = #prob.binding<prepared, 3>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %e = math.exp %p : f64
  return %e : f64
}

// -----

// What generated quantities check fails draw by draw: checks stay, what is slow about them moves.
// CHECK-LABEL: func.func @prepare
// CHECK-NOT:     tg.check
// CHECK-LABEL: func.func @generate
// CHECK-SAME:      prepared, 0
// CHECK-NOT:     math.
// CHECK:         tg.check {{.*}} "not positive"
// CHECK:         tg.plate
// CHECK:           tg.check {{.*}} "too large"
func.func @generate(%y: tensor<8xf64> {prob.binding = #prob.binding<data, 0>},
                    %x: f64 {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<output, 0>}) {
  %c8 = arith.constant 8 : index
  %z = arith.constant 0.0 : f64
  %e = math.exp %x : f64
  %positive = arith.cmpf ogt, %x, %z : f64
  tg.check %positive, domain, "not positive" : i1
  %sum = tg.plate (%i) in (%c8) {
    %at = tensor.extract %y[%i] : tensor<8xf64>
    %d = math.log %at : f64
    %ok = arith.cmpf olt, %d, %z : f64
    tg.check %ok, domain, "too large" : i1
    tg.yield sum(%d : f64)
  } : f64
  %u = arith.addf %sum, %e : f64
  return %u : f64
}

// -----

// The rows of a nested plate might never be computed: what checks in them stays.
// CHECK-LABEL: func.func @log_density
// CHECK-NOT:     prepared
// CHECK:         scf.if
// CHECK:           math.log
// CHECK:           tg.check
func.func @log_density(%y: tensor<8xf64> {prob.binding = #prob.binding<data, 0>},
                       %n: i32 {prob.binding = #prob.binding<data, 1>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %z = arith.constant 0.0 : f64
  %N = arith.index_cast %n : i32 to index
  %s = tensor.extract %q[%c0] : tensor<1xf64>
  %sum = tg.plate (%i) in (%N) {
    %inner = tg.plate (%j) in (%c8) {
      %at = tensor.extract %y[%j] : tensor<8xf64>
      %isPositive = arith.cmpf ogt, %at, %z : f64
      %v = scf.if %isPositive -> f64 {
        %d = math.log %at : f64
        %ok = arith.cmpf olt, %d, %z : f64
        tg.check %ok, domain, "too large" : i1
        scf.yield %d : f64
      } else {
        scf.yield %z : f64
      }
      %p = arith.mulf %v, %s : f64
      tg.yield sum(%p : f64)
    } : f64
    tg.yield sum(%inner : f64)
  } : f64
  return %sum : f64
}

// -----

// A check that stays, of a draw or in rows that there may not be, may be what ends a loop of data behind it.
// CHECK-LABEL: func.func @generate
// CHECK:         tg.check
// CHECK:         scf.while
func.func @generate(%x: f64 {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<output, 0>}) {
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  %ok = arith.cmpf ogt, %x, %zero : f64
  tg.check %ok, domain, "rate" : i1
  %s = scf.while (%w = %zero) : (f64) -> f64 {
    %more = arith.cmpf olt, %w, %ten : f64
    scf.condition(%more) %w : f64
  } do {
  ^bb0(%w: f64):
    %next = arith.addf %w, %x : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// CHECK-LABEL: func.func @log_density
// CHECK:         tg.plate
// CHECK:           tg.plate
// CHECK:             tg.check
// CHECK:             scf.while
func.func @log_density(%x: tensor<5xf64> {prob.binding = #prob.binding<data, 0>},
                       %n: tensor<20xindex> {prob.binding = #prob.binding<data, 1>},
                       %q: tensor<20xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c5 = arith.constant 5 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  %r = tg.plate (%i) in (%c20) {
    %p = tensor.extract %q[%i] : tensor<20xf64>
    %k = tensor.extract %n[%i] : tensor<20xindex>
    %t = tg.plate (%j) in (%k) {
      %v = tensor.extract %x[%j] : tensor<5xf64>
      %ok = arith.cmpf ogt, %v, %zero : f64
      tg.check %ok, domain, "rate" : i1
      %s = scf.while (%w = %zero) : (f64) -> f64 {
        %more = arith.cmpf olt, %w, %ten : f64
        scf.condition(%more) %w : f64
      } do {
      ^bb0(%w: f64):
        %next = arith.addf %w, %v : f64
        scf.yield %next : f64
      }
      %u = arith.mulf %s, %p : f64
      tg.yield sum(%u : f64)
    } : f64
    tg.yield sum(%t : f64)
  } : f64
  return %r : f64
}

// -----

// A division by data that decides a comparison is no product with what is kept.
// CHECK-LABEL: func.func @log_density
// CHECK:         tg.plate
// CHECK:           arith.divf
func.func @log_density(%x: tensor<20xf64> {prob.binding = #prob.binding<data, 0>},
                       %q: f64 {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c20 = arith.constant 20 : index
  %one = arith.constant 1.0 : f64
  %r = tg.plate (%i) in (%c20) {
    %v = tensor.extract %x[%i] : tensor<20xf64>
    %d = arith.divf %q, %v : f64
    %large = arith.cmpf oge, %d, %one : f64
    %s = arith.select %large, %q, %v : f64
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}
