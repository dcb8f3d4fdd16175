// RUN: astragal-opt %s --carry-elements --canonicalize --split-input-file | FileCheck %s

// What the iteration before stored is carried; the container is written as before.
// CHECK-LABEL: func.func @recurrence
// CHECK:         %[[S:.*]] = tensor.extract %[[INIT:.*]][%c0]
// CHECK:         %[[R:.*]]:2 = scf.for %{{.*}} iter_args(%[[H:.*]] = %[[INIT]], %[[X:.*]] = %[[S]]) -> (tensor<100xf64>, f64)
// CHECK-NOT:       tensor.extract
// CHECK:           %[[V:.*]] = math.sin %[[X]]
// CHECK:           %[[W:.*]] = tensor.insert %[[V]] into %[[H]]
// CHECK:           scf.yield %[[W]], %[[V]]
// CHECK:         return %[[R]]#0
func.func @recurrence(%init: tensor<100xf64>) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %v = math.sin %x : f64
    %w = tensor.insert %v into %h[%t] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// -----

// Two iterations back, in a matrix with a place a state; sizes unknown: where no iteration runs, nothing is read.
// CHECK-LABEL: func.func @states
// CHECK:         scf.if
// CHECK-NEXT:      tensor.extract %{{.*}}[%c1, %c0]
// CHECK:         scf.if
// CHECK-NEXT:      tensor.extract %{{.*}}[%c0, %c0]
// CHECK:         scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %[[A1:.*]] = %{{.*}}, %[[A2:.*]] = %{{.*}}) -> (tensor<?x2xf64>, f64, f64)
// CHECK:           %[[V:.*]] = arith.mulf %[[A1]], %[[A2]]
// CHECK:           scf.yield %{{.*}}, %[[V]], %[[A1]]
func.func @states(%init: tensor<?x2xf64>, %n: index) -> tensor<?x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c-1 = arith.constant -1 : index
  %c-2 = arith.constant -2 : index
  %r = scf.for %t = %c2 to %n step %c1 iter_args(%h = %init) -> (tensor<?x2xf64>) {
    %p = arith.addi %t, %c-1 : index
    %q = arith.addi %t, %c-2 : index
    %x = tensor.extract %h[%p, %c0] : tensor<?x2xf64>
    %y = tensor.extract %h[%q, %c0] : tensor<?x2xf64>
    %v = arith.mulf %x, %y : f64
    %w = tensor.insert %v into %h[%t, %c0] : tensor<?x2xf64>
    %z = tensor.insert %x into %w[%t, %c1] : tensor<?x2xf64>
    scf.yield %z : tensor<?x2xf64>
  }
  return %r : tensor<?x2xf64>
}

// -----

// A standard deviation of which only the variance matters: the root is off the path.
// CHECK-LABEL: func.func @volatility
// CHECK:         %[[S:.*]] = tensor.extract
// CHECK:         %[[SS:.*]] = arith.mulf %[[S]], %[[S]]
// CHECK:         scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %[[H:.*]] = %[[SS]])
// CHECK:           %[[B:.*]] = arith.mulf %[[H]], %{{.*}}
// CHECK:           %[[V:.*]] = arith.addf %[[B]]
// CHECK:           math.sqrt %[[V]]
// CHECK:           %[[OK:.*]] = arith.cmpf oge, %[[V]]
// CHECK:           %[[NEXT:.*]] = arith.select %[[OK]], %[[V]]
// CHECK:           scf.yield %{{.*}}, %[[NEXT]]
func.func @volatility(%init: tensor<100xf64>, %a: f64, %b: f64) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %xx = arith.mulf %x, %x : f64
    %m = arith.mulf %xx, %b : f64
    %v = arith.addf %m, %a : f64
    %s = math.sqrt %v : f64
    %w = tensor.insert %s into %h[%t] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// -----

// A variance of squares and exponentials is never negative: nothing to look at on the path.
// CHECK-LABEL: func.func @positive_volatility
// CHECK:         scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %[[H:.*]] = %{{.*}})
// CHECK:           %[[B:.*]] = arith.mulf %[[H]], %{{.*}}
// CHECK:           %[[V:.*]] = arith.addf %[[B]]
// CHECK:           math.sqrt %[[V]]
// CHECK-NOT:       arith.cmpf
// CHECK:           scf.yield %{{.*}}, %[[V]]
func.func @positive_volatility(%init: tensor<100xf64>, %a: f64, %b: f64) -> tensor<100xf64> {
  %one = arith.constant 1.0 : f64
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c100 = arith.constant 100 : index
  %base = math.exp %a : f64
  %weight = tg.logistic %b : f64
  %rest = arith.subf %one, %weight : f64
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %init) -> (tensor<100xf64>) {
    %p = arith.addi %t, %c-1 : index
    %x = tensor.extract %h[%p] : tensor<100xf64>
    %xx = arith.mulf %x, %x : f64
    %m = arith.mulf %xx, %rest : f64
    %v = arith.addf %m, %base : f64
    %s = math.sqrt %v : f64
    %w = tensor.insert %s into %h[%t] : tensor<100xf64>
    scf.yield %w : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}
