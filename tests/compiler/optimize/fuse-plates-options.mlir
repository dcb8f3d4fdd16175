// RUN: astragal-opt %s --fuse-plates=keep-data | FileCheck %s

// Rows of data stay where prepare will have them; those of parameters become part of their reader.
// CHECK-LABEL: func.func @data_apart(
// CHECK: %[[DATA:.*]] = tg.plate
// CHECK: tg.plate (%[[N:.*]]) in
// CHECK-DAG: tensor.extract %[[DATA]][%[[N]]]
// CHECK-DAG: math.exp
// CHECK-NOT: tg.plate
// CHECK: return
func.func @data_apart(%q: tensor<10xf64> {prob.binding = #prob.binding<input, 0>},
                      %y: tensor<10xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c10 = arith.constant 10 : index
  %a = tg.plate (%n) in (%c10) {
    %v = tensor.extract %y[%n] : tensor<10xf64>
    %w = arith.addf %v, %v : f64
    tg.yield rows(%w : f64)
  } : tensor<10xf64>
  %b = tg.plate (%n) in (%c10) {
    %v = tensor.extract %q[%n] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %s = tg.plate (%n) in (%c10) {
    %v = tensor.extract %a[%n] : tensor<10xf64>
    %w = tensor.extract %b[%n] : tensor<10xf64>
    %p = arith.mulf %v, %w : f64
    tg.yield sum(%p : f64)
  } : f64
  return %s : f64
}
