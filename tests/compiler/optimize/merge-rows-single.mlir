// RUN: astragal-opt %s --merge-rows=single | FileCheck %s

// Rows are compared and kept as single precision holds them, a number that is computed from data as that of what is rounded. What is known to be small
// is as it was. The module says of which variables the data must fit, and that their first dimension is the row.
// CHECK: module attributes {prob.single_data = array<i64: 1, 0, 1>}
// CHECK-LABEL: func.func @log_density(
// CHECK: scf.for
// CHECK: %[[X:.+]] = tensor.extract %{{.+}}[%[[N:.+]]] : tensor<2000xf64>
// CHECK: %[[NARROW:.+]] = arith.truncf %[[X]] : f64 to f32
// CHECK: %[[WIDE:.+]] = arith.extf %[[NARROW]] : f32 to f64
// CHECK: tensor.insert %[[WIDE]]
// CHECK: tg.kernel "equal_rows"
// CHECK: %[[KEYS:.+]]:4 = tg.plate
// CHECK: tg.yield rows(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : f32, f64, f64, f64)
// CHECK: tg.plate
// CHECK: %[[KEPT:.+]] = tensor.extract %[[KEYS]]#0{{.*}} : tensor<1000xf32>
// CHECK: arith.extf %[[KEPT]] : f32 to f64
// CHECK: tg.log1p_exp
func.func @log_density(%q: tensor<4xf64> {prob.binding = #prob.binding<input, 0>},
                       %x: tensor<2000xf64> {prob.binding = #prob.binding<data, 0>},
                       %s: tensor<1000xf64> {prob.binding = #prob.binding<data, 1>},
                       %z: tensor<2000xf64> {prob.binding = #prob.binding<data, 2>},
                       %y: tensor<2000xi32> {prob.binding = #prob.binding<data, 3>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1000 = arith.constant 1000 : index
  %two = arith.constant 2.0 : f64
  %b = tensor.extract %q[%c0] : tensor<4xf64>
  %l = tg.plate (%n) in (%c1000) {
    %xn = tensor.extract %x[%n] : tensor<2000xf64>
    %sn = tensor.extract %s[%n] : tensor<1000xf64>
    %zn = tensor.extract %z[%n] : tensor<2000xf64>
    %yn = tensor.extract %y[%n] : tensor<2000xi32>
    %zz = arith.mulf %zn, %two : f64
    %count = arith.sitofp %yn : i32 to f64
    %u = arith.mulf %b, %xn : f64
    %v = arith.addf %u, %sn : f64
    %w = arith.mulf %v, %zz : f64
    %t = arith.mulf %w, %count : f64
    %r = tg.log1p_exp %t : f64
    tg.yield sum(%r : f64)
  } : f64
  return %l : f64
}

// Code for draws sees data as it is.
// CHECK-LABEL: func.func @constrain(
// CHECK: tg.kernel "equal_rows"
// CHECK-NOT: truncf
func.func @constrain(%q: tensor<4xf64> {prob.binding = #prob.binding<input, 0>},
                     %x: tensor<2000xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c2000 = arith.constant 2000 : index
  %b = tensor.extract %q[%c0] : tensor<4xf64>
  %l = tg.plate (%n) in (%c2000) {
    %xn = tensor.extract %x[%n] : tensor<2000xf64>
    %u = arith.mulf %b, %xn : f64
    %r = tg.log1p_exp %u : f64
    tg.yield sum(%r : f64)
  } : f64
  return %l : f64
}
