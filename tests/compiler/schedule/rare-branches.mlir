// RUN: astragal-opt %s --pass-pipeline='builtin.module(func.func(vectorize-plates,pack-math),expand-math)' | FileCheck %s
// RUN: astragal-opt %s --pass-pipeline='builtin.module(differentiate)' | FileCheck %s --check-prefix=REVERSE

// A branch that is hardly ever taken is small: no lanes, no packs, and functions are called. The other one is fast.
// CHECK-LABEL: func.func @rare
// CHECK:         scf.if
// CHECK:           vector<2xf64>
// CHECK-NOT:       call
// CHECK:         } else {
// CHECK:           scf.for %{{.*}} = %c0 to %c99
// CHECK-NOT:         vector
// CHECK:             call @astragal.exp
// CHECK:           call @astragal.exp
// CHECK:           call @astragal.exp
// CHECK:         } {tg.likely}
// CHECK:         func.func private @astragal.exp
func.func @rare(%exact: i1, %x: f64, %y: tensor<99xf64>) -> f64 {
  %z = arith.addf %x, %x : f64
  %c99 = arith.constant 99 : index
  %r = scf.if %exact -> f64 {
    %a = math.exp %x : f64
    %b = math.exp %z : f64
    %c = arith.addf %a, %b : f64
    scf.yield %c : f64
  } else {
    %s = tg.plate (%n) in (%c99) {
      %v = tensor.extract %y[%n] : tensor<99xf64>
      %w = arith.mulf %v, %x : f64
      %e = math.exp %w : f64
      tg.yield sum(%e : f64)
    } : f64
    %a = math.exp %x : f64
    %b = math.exp %z : f64
    %c = arith.addf %a, %b : f64
    %d = arith.addf %c, %s : f64
    scf.yield %d : f64
  } {tg.likely}
  return %r : f64
}

// The reverse is as rare.
// REVERSE-LABEL: func.func @branch
// REVERSE:         } {tg.likely}
// REVERSE:         } {tg.likely}
// REVERSE:         return
func.func @branch(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %exact: i1 {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.if %exact -> f64 {
    %a = math.exp %x : f64
    scf.yield %a : f64
  } else {
    %b = arith.mulf %x, %x : f64
    scf.yield %b : f64
  } {tg.likely}
  return %r : f64
}
