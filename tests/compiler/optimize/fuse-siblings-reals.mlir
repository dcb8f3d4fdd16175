// RUN: astragal-opt %s --fuse-siblings=shared-reals --remarks-filter="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// The first two share a covariate; the third shares an index with both, by which its rows may be equal.
// CHECK-LABEL: func.func @three(
// CHECK-COUNT-2: tg.plate
// CHECK-NOT: tg.plate
// CHECK: return
func.func @three(%q: tensor<4xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                 %g: tensor<100xindex> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %a = tensor.extract %q[%gn] : tensor<4xf64>
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %p = arith.mulf %a, %xn : f64
    tg.yield sum(%p : f64)
  } : f64
  // expected-remark @below {{became part of a plate over the same rows}}
  %r = tg.plate (%n) in (%c100) {
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %a = tensor.extract %q[%gn] : tensor<4xf64>
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %p = arith.mulf %a, %xn : f64
    %e = math.exp %p : f64
    tg.yield sum(%e : f64)
  } : f64
  // expected-remark @below {{what it shares are integers, by which rows may be equal}}
  %p = tg.plate (%n) in (%c100) {
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %a = tensor.extract %q[%gn] : tensor<4xf64>
    %e = math.sin %a : f64
    tg.yield sum(%e : f64)
  } : f64
  %t = arith.addf %s, %r : f64
  %l = arith.addf %t, %p : f64
  return %l : f64
}

// Rows with plates in them may become rows of two indices, so they stay apart until that is decided.
// CHECK-LABEL: func.func @nested(
// CHECK-COUNT-3: tg.plate
// CHECK: return
func.func @nested(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100x9xf64> {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %a = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %a : f64
    tg.yield sum(%e : f64)
  } : f64
  %r = tg.plate (%n) in (%c100) {
    %a = tensor.extract %q[%n] : tensor<100xf64>
    %inner = tg.plate (%k) in (%c9) {
      %v = tensor.extract %y[%n, %k] : tensor<100x9xf64>
      %p = arith.mulf %a, %v : f64
      tg.yield sum(%p : f64)
    } : f64
    tg.yield sum(%inner : f64)
  } : f64
  %t = arith.addf %s, %r : f64
  return %t : f64
}
