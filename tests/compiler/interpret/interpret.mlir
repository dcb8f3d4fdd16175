// RUN: astragal-opt %s --interpret=entries=log_density_propto_jacobian,gradient,constrain,unconstrain,sizes,data_sizes,prepare -split-input-file | FileCheck %s

// Sites add to a scalar that loops carry; the Jacobian comes first; data checks stay in prepare.
// CHECK-LABEL: func.func @log_density_propto_jacobian
// CHECK-SAME:    tensor<4xf64> {prob.binding = #prob.binding<input, 0>}
// CHECK-SAME:    -> (f64 {prob.binding = #prob.binding<value, 0>})
// CHECK-NOT:     tg.check
// CHECK:         %[[TAU:.*]]:2 = call @lower_jacobian
// CHECK:         %[[J:.*]] = arith.addf %{{.*}}, %[[TAU]]#1
// CHECK:         scf.for {{.*}} iter_args(%[[TARGET:.*]] = %[[J]])
// CHECK:           %[[LP:.*]] = prob.log_density @normal
// CHECK-SAME:        propto
// CHECK:           %[[NEXT:.*]] = arith.addf %[[TARGET]], %[[LP]]
// CHECK:           scf.yield %[[NEXT]]

// The gradient starts as the same function, all constants in.
// CHECK-LABEL: func.func @gradient(
// CHECK-SAME:    attributes {prob.gradient}
// CHECK:         prob.log_density @normal
// CHECK-NOT:     propto

// CHECK-LABEL: func.func @constrain
// CHECK-SAME:    -> (tensor<4xf64> {prob.binding = #prob.binding<output, 0>})
// CHECK-NOT:     prob.log_density

// CHECK-LABEL: func.func @unconstrain
// CHECK:         call @lower_unconstrain

// D, the sizes of theta, the unconstrained sizes of tau and theta.
// CHECK-LABEL: func.func @sizes
// CHECK-DAG:     %[[D:.*]] = arith.constant 4 : i64
// CHECK:         tensor.from_elements %[[D]]
// CHECK-SAME:      tensor<4xi64>

// CHECK-LABEL: func.func @data_sizes
// CHECK:         tensor<1xi64>

// CHECK-LABEL: func.func @prepare
// CHECK:         tg.check
prob.model @m {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %y = prob.data "y" sizes(%c3) array_rank 1 : tensor<3xf64>
  tg.plate (%i) in (%c3) {
    %x = tensor.extract %y[%i] : tensor<3xf64>
    %ok = arith.cmpf oge, %x, %zero : f64
    tg.check %ok, fatal, "y must be at least 0" : i1
  }
  %tau = prob.param "tau" lower(%zero : f64) : f64
  %theta = prob.param "theta" real sizes(%c3) : tensor<3xf64>
  prob.output "tau" parameters %tau : f64
  prob.output "theta" parameters %theta sizes(%c3) : tensor<3xf64>
  scf.for %i = %c0 to %c3 step %c1 {
    %x = tensor.extract %y[%i] : tensor<3xf64>
    %t = tensor.extract %theta[%i] : tensor<3xf64>
    prob.observe @normal(%t, %tau) at %x autodiff [false, true, true] : (f64, f64) -> f64
  }
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// Matrices of an array are made one after the other; a size that is known is part of the transform's name.
// CHECK-LABEL: func.func @log_density_propto_jacobian
// CHECK-SAME:    tensor<6xf64>
// CHECK:         scf.for
// CHECK:           %[[FREE:.*]] = tensor.extract_slice {{.*}} : tensor<6xf64> to tensor<3xf64>
// CHECK:           call @cov_matrix_jacobian_3_2(%[[FREE]], %{{.*}}) : (tensor<3xf64>, i32) -> (tensor<2x2xf64>, f64)
// CHECK-LABEL: func.func @unconstrain
// CHECK:         call @cov_matrix_unconstrain_2_2(%{{.*}}) : (tensor<2x2xf64>) -> tensor<3xf64>
prob.model @matrices {
  %c2 = arith.constant 2 : index
  %S = prob.param "S" cov_matrix sizes(%c2, %c2, %c2) array_rank 1 : tensor<2x2x2xf64>
  prob.output "S" parameters %S sizes(%c2, %c2, %c2) array_rank 1 : tensor<2x2x2xf64>
}

// -----

// Where someone takes the factor of a parameter, the transform makes it, and of it the parameter, in a loop of its own that
// goes if nobody reads that. On the way back the factor is computed.
// CHECK-LABEL: func.func @log_density_propto_jacobian
// CHECK:         %[[ALL:.*]]:2 = scf.for
// CHECK:           call @cov_matrix_factor_jacobian_3_2(%{{.*}}, %{{.*}}) : (tensor<3xf64>, i32) -> (tensor<2x2xf64>, f64)
// CHECK:         scf.for
// CHECK:           %[[L:.*]] = tensor.extract_slice %[[ALL]]#0
// CHECK:           call @tcrossprod_2_2(%[[L]]) : (tensor<2x2xf64>) -> tensor<2x2xf64>
// CHECK:         tensor.extract %[[ALL]]#0
// CHECK-LABEL: func.func @unconstrain
// CHECK:         %[[L:.*]] = scf.for
// CHECK:           call @lower_factor_2_2(%{{.*}}) : (tensor<2x2xf64>) -> tensor<2x2xf64>
// CHECK:         %[[X:.*]] = tensor.extract %[[L]]
// CHECK:         call @lower_unconstrain(%{{.*}}, %[[X]])
prob.model @factors {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %S, %L = prob.param "S" cov_matrix sizes(%c2, %c2, %c2) array_rank 1 : tensor<2x2x2xf64>, tensor<2x2x2xf64>
  %x = tensor.extract %L[%c0, %c0, %c0] : tensor<2x2x2xf64>
  %a = prob.param "a" lower(%x : f64) : f64
  prob.output "S" parameters %S sizes(%c2, %c2, %c2) array_rank 1 : tensor<2x2x2xf64>
  prob.output "a" parameters %a : f64
}

// -----

// Each block's print statements run in the entries that run the block.
// CHECK-LABEL: func.func @log_density_propto_jacobian
// CHECK-NOT:     "d"
// CHECK:         tg.print parameters ["p"]
// CHECK:         scf.for
// CHECK:           tg.print model ["m"]
// CHECK-NOT:     "g"
// CHECK-LABEL: func.func @constrain
// CHECK:         tg.print
// CHECK-SAME:      ["p"]
// CHECK-NOT:     tg.print
// CHECK-LABEL: func.func @unconstrain
// CHECK-NOT:     tg.print
// CHECK-LABEL: func.func @prepare
// CHECK:         tg.print
// CHECK-SAME:      ["d"]
// CHECK-NOT:     tg.print
prob.model @prints {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  tg.print data ["d"] matrices [] ranks []
  %x = prob.param "x" real : f64
  tg.print parameters ["p"] matrices [] ranks []
  prob.output "x" parameters %x : f64
  scf.for %i = %c0 to %c3 step %c1 {
    tg.print model ["m"] matrices [] ranks []
    prob.factor %x
  }
  prob.generated (%seed, %stream) {
    tg.print generated ["g"] matrices [] ranks []
  }
}

// -----

// The target is what has been added so far; a factor of a change of variables counts where Jacobians do.
// CHECK-LABEL: func.func @log_density_propto_jacobian
// CHECK:         %[[X:.*]] = tensor.extract
// CHECK:         %[[J:.*]] = arith.addf %{{.*}}, %[[X]]
// CHECK:         %[[SQUARE:.*]] = arith.mulf %[[J]], %[[J]]
// CHECK:         arith.addf %[[J]], %[[SQUARE]]
// CHECK-LABEL: func.func @gradient
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00
// CHECK:         %[[SQUARE:.*]] = arith.mulf %[[ZERO]], %[[ZERO]]
// CHECK:         arith.addf %[[ZERO]], %[[SQUARE]]
prob.model @targets {
  %x = prob.param "x" real : f64
  prob.factor %x jacobian
  prob.output "x" parameters %x : f64
  %t = prob.target
  %square = arith.mulf %t, %t : f64
  prob.factor %square
}

// -----

// Only the input says how long a gradient is that nothing depends on: it is returned until the gradient stands there.
// CHECK-LABEL: func.func @gradient
// CHECK-SAME:    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<?xf64> {prob.binding = #prob.binding<output, 0>})
// CHECK:         %[[INPUT:.*]] = tg.sized
// CHECK:         return %{{.*}}, %[[INPUT]] : f64, tensor<?xf64>
prob.model @flat {
  %n = prob.data "n" : i32
  %size = arith.index_cast %n : i32 to index
  %x = prob.param "x" real sizes(%size) : tensor<?xf64>
}
