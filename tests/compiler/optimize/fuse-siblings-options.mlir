// RUN: astragal-opt %s --fuse-siblings=max-ops=9 --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Two fit into nine ops, a third does not.
// CHECK-LABEL: func.func @three(
// CHECK-COUNT-2: tg.plate
// CHECK-NOT: tg.plate
func.func @three(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %v : f64
    tg.yield sum(%e : f64)
  } : f64
  // expected-remark @below {{together, rows would be long}}
  %p = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.sin %v : f64
    tg.yield sum(%e : f64)
  } : f64
  %t = arith.addf %s, %r : f64
  %l = arith.addf %t, %p : f64
  return %l : f64
}
