// RUN: astragal-opt %s --inline-functions | FileCheck %s
// RUN: astragal-opt %s --inline-functions --mlir-print-debuginfo | FileCheck %s --check-prefix=WHERE

// Nested calls vanish, also in regions, and the functions with them.
// CHECK-LABEL: func.func @gradient
// CHECK:         scf.for
// CHECK:           math.exp
// CHECK:           arith.mulf
// CHECK-NOT:       call
// CHECK-NOT:   @twice
// CHECK-NOT:   @exponential
// WHERE:       math.exp %{{.*}} loc(#[[$AT:loc[0-9]+]])
// WHERE:       #[[$CALLEE:loc[0-9]*]] = loc("inner.stan":1:1)
// WHERE:       callsite(#[[$CALLEE]] at #{{.*}})
func.func private @exponential(%x: f64) -> f64 {
  %0 = math.exp %x : f64 loc("inner.stan":1:1)
  return %0 : f64
}
func.func private @twice(%x: f64) -> f64 {
  %c2 = arith.constant 2.0 : f64
  %0 = func.call @exponential(%x) : (f64) -> f64 loc("model.stan":2:2)
  %1 = arith.mulf %0, %c2 : f64
  return %1 : f64
}
func.func @gradient(%x: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %y = func.call @twice(%a) : (f64) -> f64
    scf.yield %y : f64
  }
  return %r : f64
}

// A function without a body stays a call; one that a distribution names stays, with calls in it replaced.
// CHECK-LABEL: func.func private @library
// CHECK-LABEL: func.func private @flat_lpdf
// CHECK-NOT:     call
// CHECK:         prob.summand
// CHECK:         math.log
// CHECK-NOT:     prob.summand
// CHECK-LABEL: func.func @calls_library
// CHECK:         call @library
func.func private @library(f64) -> f64
prob.distribution @flat log_density @flat_lpdf support real
func.func private @helper(%x: f64) -> f64 {
  %0 = math.log %x : f64
  %1 = prob.summand %0 depends [0]
  return %1 : f64
}
func.func private @flat_lpdf(%x: f64, %y: f64) -> f64 {
  %0 = prob.summand %x depends [1]
  %1 = func.call @helper(%y) : (f64) -> f64
  %2 = arith.addf %0, %1 : f64
  return %2 : f64
}
func.func @calls_library(%x: f64) -> f64 {
  %0 = func.call @library(%x) : (f64) -> f64
  return %0 : f64
}

// A call whose checks another one makes has none.
// CHECK-LABEL: func.func @checks_once
// CHECK:         tg.check
// CHECK:         math.log
// CHECK-NOT:     tg.check
// CHECK:         math.log
// CHECK:         return
func.func private @checked(%x: f64) -> f64 {
  %ok = arith.cmpf oge, %x, %x : f64
  tg.check %ok, domain, "not a number" : i1
  %0 = math.log %x : f64
  return %0 : f64
}
func.func @checks_once(%x: f64) -> (f64, f64) {
  %0 = func.call @checked(%x) : (f64) -> f64
  %1 = func.call @checked(%x) {prob.checked} : (f64) -> f64
  return %0, %1 : f64, f64
}
