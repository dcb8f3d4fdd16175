// RUN: astragal-opt %s --isolate-recurrences=prepared=true --canonicalize --split-input-file --remarks-filter-passed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Where each group begins is known from data; its rows are a plate then.
// CHECK-LABEL: func.func @segments
// CHECK:         %[[LOOP:.*]]:2 = scf.for {{.*}} -> (i32, tensor<5xi32>)
// CHECK:         tg.plate (%[[G:.*]]) in (%c5) {
// CHECK:           tensor.extract %[[LOOP]]#1[%[[G]]]
// CHECK:           tg.plate
func.func @segments(%mu: tensor<5xf64> {prob.binding = #prob.binding<input, 0>}, %size: tensor<5xi32> {prob.binding = #prob.binding<data, 0>},
                    %y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %from = arith.constant 0 : i32
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{what the recurrence does not need became a plate}}
  %r:2 = scf.for %g = %c0 to %c5 step %c1 iter_args(%p = %from, %sum = %zero) -> (i32, f64) {
    %n = tensor.extract %size[%g] : tensor<5xi32>
    %e = arith.index_cast %n : i32 to index
    %pi = arith.index_cast %p : i32 to index
    %level = tensor.extract %mu[%g] : tensor<5xf64>
    %s = tg.plate (%k) in (%e) {
      %j = arith.addi %pi, %k : index
      %v = tensor.extract %y[%j] : tensor<100xf64>
      %l = prob.log_density @normal(%level) at %v autodiff [false, true] : (f64) -> f64
      tg.yield sum(%l : f64)
    } : f64
    %next = arith.addf %sum, %s : f64
    %q = arith.addi %p, %n : i32
    scf.yield %q, %next : i32, f64
  }
  return %r#1 : f64
}

// -----

// What depends on parameters is none of this pass's business yet: densities are symbolic here.
// CHECK-LABEL: func.func @parameters
// CHECK-NOT:     tg.plate
func.func @parameters(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %r:2 = scf.for %g = %c0 to %c100 step %c1 iter_args(%p = %mu, %sum = %zero) -> (f64, f64) {
    %v = tensor.extract %y[%g] : tensor<100xf64>
    %l = prob.log_density @normal(%p) at %v autodiff [false, true] : (f64) -> f64
    %next = arith.addf %sum, %l : f64
    %q = arith.mulf %p, %p : f64
    scf.yield %q, %next : f64, f64
  }
  return %r#1 : f64
}
