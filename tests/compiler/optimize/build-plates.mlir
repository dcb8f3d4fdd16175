// RUN: astragal-opt %s --build-plates -split-input-file | FileCheck %s

prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(%x: f64, %mu: f64, %sigma: f64) -> f64 {
  return %x : f64
}

// Containers are read at the row; scalars and splats are captured.
// CHECK-LABEL: func.func @vectorised
// CHECK-SAME:    (%[[Y:.*]]: tensor<8xf64>, %[[MU:.*]]: f64, %[[S:.*]]: f64)
// CHECK:         %[[N:.*]] = arith.constant 8 : index
// CHECK:         %[[LP:.*]] = tg.plate (%[[I:.*]]) in (%[[N]])
// CHECK-NEXT:      %[[AT:.*]] = tensor.extract %[[Y]][%[[I]]]
// CHECK-NEXT:      %[[L:.*]] = prob.log_density @normal(%[[MU]], %[[S]]) at %[[AT]] autodiff [false, true, false] propto
// CHECK-NEXT:      tg.yield sum(%[[L]] : f64)
// CHECK:         return %[[LP]]
func.func @vectorised(%y: tensor<8xf64>, %mu: f64, %s: f64) -> f64 {
  %sigma = tensor.splat %s : tensor<8xf64>
  %0 = prob.log_density @normal(%mu, %sigma) at %y autodiff [false, true, false] propto : (f64, tensor<8xf64>) -> tensor<8xf64>
  return %0 : f64
}

// What nobody uses still has its arguments to check.
// CHECK-LABEL: func.func @unused
// CHECK:         tg.plate
// CHECK:           prob.log_density {{.*}} autodiff [false, true, false] : (f64, f64) -> f64
func.func @unused(%y: tensor<8xf64>, %mu: f64, %s: f64) {
  %0 = prob.log_density @normal(%mu, %s) at %y autodiff [false, true, false] : (f64, f64) -> tensor<8xf64>
  return
}

// Integers in place of reals; the declared size is the extent.
// CHECK-LABEL: func.func @dynamic
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index)
// CHECK-NOT:     tg.check
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%[[N]], %{{.*}}) {
// CHECK:           prob.log_density @normal(%{{.*}}, %{{.*}}) at %{{.*}} autodiff [false, true, true] : (f64, f64) -> i32
func.func @dynamic(%z: tensor<?x3xi32>, %mu: f64, %n: index) -> f64 {
  %y = tensor.extract_slice %z[0, 0] [%n, 3] [1, 1] : tensor<?x3xi32> to tensor<?x3xi32>
  %e = tensor.splat %mu[%n] : tensor<?x3xf64>
  %c0 = arith.constant 0 : index
  %m = tensor.insert %mu into %e[%c0, %c0] : tensor<?x3xf64>
  %0 = prob.log_density @normal(%m, %mu) at %y autodiff [false, true, true] : (tensor<?x3xf64>, f64) -> tensor<?x3xi32>
  return %0 : f64
}

// An argument that comes with its size.
// CHECK-LABEL: func.func @sized
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index
// CHECK-NOT:     tg.check
// CHECK:         tg.plate (%{{.*}}) in (%[[N]])
func.func @sized(%arg: tensor<?xf64>, %s: f64, %n: index) -> f64 {
  %y = tg.sized %arg[%n] : tensor<?xf64>
  %e = tensor.empty(%n) : tensor<?xf64>
  %0 = prob.log_density @normal(%e, %s) at %y autodiff [false, true, true] : (tensor<?xf64>, f64) -> tensor<?xf64>
  return %0 : f64
}

// Sizes that may differ are checked, and the smaller one counts.
// CHECK-LABEL: func.func @unknown_sizes
// CHECK:         %[[A:.*]] = tensor.dim
// CHECK:         %[[B:.*]] = tensor.dim
// CHECK:         %[[EQ:.*]] = arith.cmpi eq, %[[A]], %[[B]]
// CHECK:         tg.check %[[EQ]], fatal, "normal: size mismatch"
// CHECK:         %[[MIN:.*]] = arith.minsi %[[A]], %[[B]]
// CHECK:         tg.plate (%{{.*}}) in (%[[MIN]])
func.func @unknown_sizes(%y: tensor<?xf64>, %m: tensor<?xf64>, %s: f64) -> f64 {
  %0 = prob.log_density @normal(%m, %s) at %y autodiff [false, true, true] : (tensor<?xf64>, f64) -> tensor<?xf64>
  return %0 : f64
}

// A loop-carried tensor has the size that it starts with.
// CHECK-LABEL: func.func @carried
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index
// CHECK-NOT:     tensor.dim
// CHECK:         tg.plate (%{{.*}}) in (%[[N]])
func.func @carried(%n: index, %s: f64, %c: i1) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty(%n) : tensor<?xf64>
  %m = scf.for %i = %c0 to %n step %c1 iter_args(%t = %e) -> tensor<?xf64> {
    %u = scf.if %c -> tensor<?xf64> {
      %v = tensor.insert %s into %t[%i] : tensor<?xf64>
      scf.yield %v : tensor<?xf64>
    } else {
      scf.yield %t : tensor<?xf64>
    }
    scf.yield %u : tensor<?xf64>
  }
  %0 = prob.log_density @normal(%m, %s) at %s autodiff [false, true, true] : (tensor<?xf64>, f64) -> f64
  return %0 : f64
}

// Element-wise ops, int ones and choices too, become plates of one op.
// CHECK-LABEL: func.func @elementwise
// CHECK:         %[[R:.*]] = tg.plate (%[[I:.*]]) in (%{{.*}}) {
// CHECK-NEXT:      %[[A:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK-NEXT:      %[[B:.*]] = arith.mulf %[[A]], %{{.*}} : f64
// CHECK-NEXT:      tg.yield rows(%[[B]] : f64)
// CHECK-NEXT:    } : tensor<4xf64>
// CHECK:         arith.cmpf ogt, %{{.*}} : f64
// CHECK-NEXT:    tg.yield rows(%{{.*}} : i1)
// CHECK:         %[[T:.*]] = tg.plate
// CHECK:           arith.select %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK:         return %[[T]] : tensor<4xf64>
func.func @elementwise(%x: tensor<4xf64>, %s: f64) -> tensor<4xf64> {
  %t = tensor.splat %s : tensor<4xf64>
  %0 = arith.mulf %x, %t : tensor<4xf64>
  %zero = arith.constant dense<0.0> : tensor<4xf64>
  %1 = arith.cmpf ogt, %0, %zero : tensor<4xf64>
  %2 = arith.select %1, %0, %x : tensor<4xi1>, tensor<4xf64>
  return %2 : tensor<4xf64>
}

// Two dynamic operands of one declared size; the type is kept where the size turns out to be known.
// CHECK-LABEL: func.func @elementwise_dynamic
// CHECK-NOT:     tg.check
// CHECK:         tg.plate (%{{.*}}) in (%{{.*}}) {
// CHECK:         } : tensor<?xf64>
// CHECK:         %[[R:.*]] = tg.plate
// CHECK:         } : tensor<4xf64>
// CHECK:         tensor.cast %[[R]] : tensor<4xf64> to tensor<?xf64>
func.func @elementwise_dynamic(%n: index, %s: f64, %x: tensor<4xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  %a = tensor.splat %s[%n] : tensor<?xf64>
  %b = tensor.empty(%n) : tensor<?xf64>
  %0 = arith.addf %a, %b : tensor<?xf64>
  %y = tensor.cast %x : tensor<4xf64> to tensor<?xf64>
  %1 = math.exp %y : tensor<?xf64>
  return %0, %1 : tensor<?xf64>, tensor<?xf64>
}

// -----

// A density of a vector takes a vector as it is, and an array of vectors in a loop.
prob.distribution @multi log_density @multi_lpdf support real
func.func private @multi_lpdf(%x: tensor<?xf64>, %sigma: f64) -> f64 {
  return %sigma : f64
}

// CHECK-LABEL: func.func @exact
// CHECK-NOT:     tg.plate
// CHECK:         prob.log_density @multi(%{{.*}}) at %{{.*}} autodiff [true, false] : (f64) -> tensor<3xf64>
func.func @exact(%x: tensor<3xf64>, %s: f64) -> f64 {
  %0 = prob.log_density @multi(%s) at %x autodiff [true, false] : (f64) -> tensor<3xf64>
  return %0 : f64
}

// CHECK-LABEL: func.func @array
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           %[[X:.*]] = tensor.extract_slice %{{.*}}[%[[I]], 0] [1, 3] [1, 1] : tensor<5x3xf64> to tensor<3xf64>
// CHECK:           %[[S:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK:           %[[L:.*]] = prob.log_density @multi(%[[S]]) at %[[X]] autodiff [true, false] propto
// CHECK:           arith.addf
func.func @array(%x: tensor<5x3xf64>, %s: tensor<5xf64>) -> f64 {
  %0 = prob.log_density @multi(%s) at %x autodiff [true, false] propto : (tensor<5xf64>) -> tensor<5x3xf64>
  return %0 : f64
}

// -----

// The shape of what a while loop carries is not that of the argument inside, which nobody outside can see.
// CHECK-LABEL: func.func @after_while
// CHECK-SAME:    %[[X:.*]]: tensor<?xf64>, %{{.*}}: index
// CHECK:         %[[W:.*]]:2 = scf.while
// CHECK:         %[[N:.*]] = tensor.dim %[[W]]#0
// CHECK:         %[[EXTENT:.*]] = arith.minsi %[[N]]
// CHECK:         tg.plate (%{{.*}}) in (%[[EXTENT]])
func.func @after_while(%x: tensor<?xf64>, %n: index, %left: f64) -> tensor<?xf64> {
  %half = arith.constant 0.5 : f64
  %0:2 = scf.while (%a = %x, %l = %left) : (tensor<?xf64>, f64) -> (tensor<?xf64>, f64) {
    %more = arith.cmpf ogt, %l, %half : f64
    scf.condition(%more) %a, %l : tensor<?xf64>, f64
  } do {
  ^bb0(%a: tensor<?xf64>, %l: f64):
    %next = tensor.splat %l[%n] : tensor<?xf64>
    %less = arith.mulf %l, %half : f64
    scf.yield %next, %less : tensor<?xf64>, f64
  }
  %1 = arith.mulf %0#0, %x : tensor<?xf64>
  return %1 : tensor<?xf64>
}
