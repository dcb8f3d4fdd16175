// Every op of the dialect: what is printed parses again, in the custom form and in the generic one.
// RUN: astragal-opt %s | FileCheck %s
// RUN: astragal-opt %s | astragal-opt | FileCheck %s
// RUN: astragal-opt %s --mlir-print-op-generic | astragal-opt | FileCheck %s

// CHECK-LABEL: prob.model @regression {
prob.model @regression {
  // CHECK: %[[N:.*]] = prob.data "N" : i32
  %n32 = prob.data "N" : i32
  // CHECK: %[[n:.*]] = arith.index_cast %[[N]]
  %n = arith.index_cast %n32 : i32 to index
  // CHECK: %[[Y:.*]] = prob.data "y" sizes(%[[n]]) : tensor<?xf64>
  %y = prob.data "y" sizes(%n) : tensor<?xf64>
  // CHECK: prob.data "c" sizes(%[[n]]) array_rank 1 : tensor<?xi32>
  %c = prob.data "c" sizes(%n) array_rank 1 : tensor<?xi32>
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  // A matrix with three rows: columns are contiguous.
  // CHECK: prob.data "X" sizes(%c2, %c3) : tensor<2x3xf64>
  %x = prob.data "X" sizes(%c2, %c3) : tensor<2x3xf64>
  // CHECK: prob.data "A" sizes(%c2, %c3, %c3) array_rank 1 {note = 1 : i64} : tensor<2x3x3xf64>
  %a = prob.data "A" sizes(%c2, %c3, %c3) array_rank 1 {note = 1} : tensor<2x3x3xf64>

  // CHECK: prob.data_seed
  %data_seed = prob.data_seed

  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %low = tensor.splat %zero[%n] : tensor<?xf64>
  // CHECK: %[[MU:.*]] = prob.param "mu" real : f64
  %mu = prob.param "mu" real : f64
  // CHECK: %[[SIGMA:.*]] = prob.param "sigma" lower(%[[ZERO:.*]] : f64) : f64
  %sigma = prob.param "sigma" lower(%zero : f64) : f64
  // CHECK: prob.param "u" upper(%{{.*}} : tensor<?xf64>) sizes(%[[n]]) : tensor<?xf64>
  %u = prob.param "u" upper(%low : tensor<?xf64>) sizes(%n) : tensor<?xf64>
  // CHECK: prob.param "p" interval(%[[ZERO]], %[[ONE:.*]] : f64, f64) sizes(%c2) array_rank 1 : tensor<2xf64>
  %p = prob.param "p" interval(%zero, %one : f64, f64) sizes(%c2) array_rank 1 : tensor<2xf64>
  // CHECK: prob.param "z" offset_multiplier(%[[MU]], %[[SIGMA]] : f64, f64) sizes(%[[n]]) : tensor<?xf64>
  %z = prob.param "z" offset_multiplier(%mu, %sigma : f64, f64) sizes(%n) : tensor<?xf64>
  // CHECK: prob.param "o" ordered sizes(%c3) : tensor<3xf64>
  %o = prob.param "o" ordered sizes(%c3) : tensor<3xf64>
  // CHECK: prob.param "q" positive_ordered sizes(%c3) : tensor<3xf64>
  %q = prob.param "q" positive_ordered sizes(%c3) : tensor<3xf64>
  // CHECK: prob.param "s" simplex sizes(%c2, %c3) array_rank 1 : tensor<2x3xf64>
  %s = prob.param "s" simplex sizes(%c2, %c3) array_rank 1 : tensor<2x3xf64>
  // CHECK: prob.param "uv" unit_vector sizes(%c3) : tensor<3xf64>
  %uv = prob.param "uv" unit_vector sizes(%c3) : tensor<3xf64>
  // CHECK: prob.param "sz" sum_to_zero sizes(%c2, %c3) : tensor<2x3xf64>
  %sz = prob.param "sz" sum_to_zero sizes(%c2, %c3) : tensor<2x3xf64>
  // CHECK: prob.param "sr" stochastic_row sizes(%c2, %c3) : tensor<2x3xf64>
  %sr = prob.param "sr" stochastic_row sizes(%c2, %c3) : tensor<2x3xf64>
  // CHECK: prob.param "sc" stochastic_column sizes(%c2, %c3) : tensor<2x3xf64>
  %sc = prob.param "sc" stochastic_column sizes(%c2, %c3) : tensor<2x3xf64>
  // CHECK: prob.param "L" cholesky_factor_corr sizes(%c3, %c3) : tensor<3x3xf64>
  %L = prob.param "L" cholesky_factor_corr sizes(%c3, %c3) : tensor<3x3xf64>
  // CHECK: prob.param "F" cholesky_factor_cov sizes(%c2, %c3) : tensor<2x3xf64>
  %F = prob.param "F" cholesky_factor_cov sizes(%c2, %c3) : tensor<2x3xf64>
  // CHECK: prob.param "R" corr_matrix sizes(%c3, %c3) : tensor<3x3xf64>
  %R = prob.param "R" corr_matrix sizes(%c3, %c3) : tensor<3x3xf64>
  // CHECK: prob.param "S" cov_matrix sizes(%c2, %c3, %c3) array_rank 1 : tensor<2x3x3xf64>
  %S = prob.param "S" cov_matrix sizes(%c2, %c3, %c3) array_rank 1 : tensor<2x3x3xf64>
  // CHECK: %{{.*}}, %{{.*}} = prob.param "R1" corr_matrix sizes(%c3, %c3) : tensor<3x3xf64>, tensor<3x3xf64>
  %R1, %R1_factor = prob.param "R1" corr_matrix sizes(%c3, %c3) : tensor<3x3xf64>, tensor<3x3xf64>
  // CHECK: %{{.*}}, %{{.*}} = prob.param "S1" cov_matrix sizes(%c2, %c3, %c3) array_rank 1 : tensor<2x3x3xf64>, tensor<2x3x3xf64>
  %S1, %S1_factor = prob.param "S1" cov_matrix sizes(%c2, %c3, %c3) array_rank 1 : tensor<2x3x3xf64>, tensor<2x3x3xf64>

  // CHECK: %[[T:.*]] = prob.sample "t" from @normal(%[[MU]], %[[SIGMA]]) : (f64, f64) -> f64
  %t = prob.sample "t" from @normal(%mu, %sigma) : (f64, f64) -> f64
  // CHECK: prob.sample "v" from @normal(%[[T]], %[[SIGMA]]) sizes(%[[n]]) : (f64, f64) -> tensor<?xf64>
  %v = prob.sample "v" from @normal(%t, %sigma) sizes(%n) : (f64, f64) -> tensor<?xf64>
  // CHECK: prob.observe @normal(%[[MU]], %[[SIGMA]]) at %[[Y]] autodiff [false, true, true] : (f64, f64) -> tensor<?xf64>
  prob.observe @normal(%mu, %sigma) at %y autodiff [false, true, true] : (f64, f64) -> tensor<?xf64>
  // CHECK: %[[L:.*]] = prob.log_density @normal(%[[ZERO]], %[[SIGMA]]) at %[[MU]] autodiff [true, false, true] : (f64, f64) -> f64
  %l = prob.log_density @normal(%zero, %sigma) at %mu autodiff [true, false, true] : (f64, f64) -> f64
  // CHECK: prob.log_density @normal({{.*}}) at %[[MU]] autodiff [true, false, false] propto : (f64, f64) -> f64
  %lu = prob.log_density @normal(%zero, %one) at %mu autodiff [true, false, false] propto : (f64, f64) -> f64
  // CHECK: prob.log_density @normal({{.*}}) at %[[MU]] autodiff [true, false, false] : (f64, f64) -> f64
  %lv = prob.log_density @normal(%zero, %one) at %mu autodiff [true, false, false] : (f64, f64) -> f64
  // CHECK: prob.factor %[[L]]
  prob.factor %l
  // CHECK: prob.factor %[[L]] jacobian
  prob.factor %l jacobian
  // CHECK: prob.target
  %so_far = prob.target
  // Sites stand in loops and branches too.
  // CHECK: scf.if
  %positive = arith.cmpf ogt, %mu, %zero : f64
  scf.if %positive {
    // CHECK: prob.factor %{{.*}}
    prob.factor %lu
  }
  // CHECK: prob.output "mu" parameters %[[MU]] : f64
  prob.output "mu" parameters %mu : f64
  // CHECK: prob.output "z" transformed %{{.*}} sizes(%[[n]]) : tensor<?xf64>
  prob.output "z" transformed %z sizes(%n) : tensor<?xf64>
  // CHECK: prob.generated (%[[SEED:.*]], %[[STREAM:.*]]) {
  prob.generated (%draw_seed, %stream) {
    %counter = arith.constant 0 : i64
    // CHECK: tg.random_normal %[[SEED]], %[[STREAM]], %{{.*}}
    %r = tg.random_normal %draw_seed, %stream, %counter
    // CHECK: prob.output "r" generated %{{.*}} : f64
    prob.output "r" generated %r : f64
  }
}

// CHECK-LABEL: prob.model @empty
prob.model @empty {
  // CHECK: prob.generated (%{{.*}}, %{{.*}}) {
  prob.generated (%draw_seed, %stream) {
  }
}

// CHECK: prob.distribution @normal log_density @normal_lpdf support real
prob.distribution @normal log_density @normal_lpdf support real
// CHECK: prob.distribution @exponential log_density @normal_lpdf support lower
prob.distribution @exponential log_density @normal_lpdf support lower

// CHECK-LABEL: func.func private @normal_lpdf
func.func private @normal_lpdf(%x: f64, %mu: f64, %sigma: f64) -> f64 {
  %d = arith.subf %x, %mu : f64
  // CHECK: prob.summand %{{.*}} depends [0, 1]
  %a = prob.summand %d depends [0, 1]
  %c = arith.constant 0.5 : f64
  // CHECK: prob.summand %{{.*}} depends []
  %b = prob.summand %c depends []
  %r = arith.addf %a, %b : f64
  return %r : f64
}

// Bindings of entry functions.
// CHECK-LABEL: func.func @entry
// CHECK-SAME: prob.binding = #prob.binding<data, 2>
// CHECK-SAME: prob.binding = #prob.binding<prepared, 0>
// CHECK-SAME: prob.binding = #prob.binding<input, 0>
// CHECK-SAME: prob.binding = #prob.binding<seed, 0>
// CHECK-SAME: prob.binding = #prob.binding<stream, 0>
// CHECK-SAME: prob.binding = #prob.binding<data_seed, 0>
// CHECK-SAME: prob.binding = #prob.binding<shapes, 0>
// CHECK-SAME: -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<3xf64> {prob.binding = #prob.binding<output, 0>}, i64 {prob.binding = #prob.binding<sizes, 0>})
func.func @entry(%d: tensor<?xf64> {prob.binding = #prob.binding<data, 2>},
                 %p: f64 {prob.binding = #prob.binding<prepared, 0>},
                 %q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>},
                 %s: i64 {prob.binding = #prob.binding<seed, 0>},
                 %t: i64 {prob.binding = #prob.binding<stream, 0>},
                 %u: i64 {prob.binding = #prob.binding<data_seed, 0>},
                 %v: tensor<2xi64> {prob.binding = #prob.binding<shapes, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<3xf64> {prob.binding = #prob.binding<output, 0>},
        i64 {prob.binding = #prob.binding<sizes, 0>}) {
  return %p, %q, %s : f64, tensor<3xf64>, i64
}
