// RUN: astragal-opt %s --differentiate | FileCheck %s

// The adjoint of a plate has its chunks, and one computed in a loop stays where it is used.

// CHECK-LABEL: func.func @gradient
// CHECK-SAME:    %[[Q:.*]]: tensor<3xf64>
// CHECK:         %[[P:.*]]:2 = tg.plate (%{{.*}}) in (%{{.*}}) chunks(%{{.*}}) accumulate(%{{.*}} = %{{.*}} : tensor<3xf64>) {
// CHECK:         scf.for
// CHECK:           %[[C:.*]] = arith.divsi
// CHECK:           tg.plate (%{{.*}}) in (%{{.*}}) chunks(%[[C]])
func.func @gradient(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}, %n: index, %g: tensor<?xindex>) -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f64
  %a = tg.plate (%i) in (%n) chunks(%c5) {
    %j = tensor.extract %g[%i] : tensor<?xindex>
    %v = tensor.extract %q[%j] : tensor<3xf64>
    %e = math.exp %v : f64
    tg.yield sum(%e : f64)
  } : f64
  %b = scf.for %k = %c0 to %c5 step %c1 iter_args(%s = %a) -> f64 {
    %c = arith.divsi %n, %c5 : index
    %t = tg.plate (%i) in (%n) chunks(%c) {
      %j = tensor.extract %g[%i] : tensor<?xindex>
      %v = tensor.extract %q[%j] : tensor<3xf64>
      %e = arith.mulf %v, %s : f64
      tg.yield sum(%e : f64)
    } : f64
    scf.yield %t : f64
  }
  return %b : f64
}
