// RUN: astragal-opt %s --leave-log-space --canonicalize --cse --split-input-file | FileCheck %s

// A vector of states that each iteration replaces: a matrix of factors ahead of the loop, and in it the emissions, the largest
// of them, and the product with the matrix, scaled by a power of two.
// CHECK-LABEL: func.func @replaced
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f64
// CHECK:         %[[F:.*]]:2 = tg.plate (%[[J:.*]], %[[K:.*]]) in (%c10, %c10) {
// CHECK:           tensor.extract %{{.*}}[%[[K]], %[[J]]]
// CHECK:           math.exp
// CHECK:         } : i32, tensor<10x10xf64>
// CHECK:         %[[R:.*]]:5 = scf.for %{{.*}} iter_args(%[[S:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (tensor<10xf64>, f64, i64, f64, f64)
// CHECK:           %[[E:.*]]:2 = tg.plate (%{{.*}}) in (%c10) {
// CHECK:             tg.check
// CHECK:             tg.yield max(%{{.*}} : f64) rows(%{{.*}} : f64)
// CHECK:           tg.plate (%[[ROW:.*]]) in (%c10) {
// CHECK:             scf.for %[[I:.*]] = %c0 to %c10 step %c1 iter_args(%[[SUM:.*]] = %[[ZERO]]) -> (f64)
// CHECK:               %[[X:.*]] = tensor.extract %[[S]][%[[I]]]
// CHECK:               %[[Y:.*]] = tensor.extract %[[F]]#1[%[[I]], %[[ROW]]]
// CHECK:               %[[P:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK:               arith.addf %[[SUM]], %[[P]]
// CHECK:         scf.if
// CHECK:           math.log
// CHECK:         else
// CHECK:           scf.for
// CHECK-NOT:         tg.check
// CHECK:         return
func.func @replaced(%g0: tensor<10xf64>, %log_theta: tensor<10x10xf64>, %y: tensor<200xf64>, %mu: tensor<10xf64>) -> f64 {
  %zero = arith.constant 0.0 : f64
  %inf = arith.constant 0x7FF0000000000000 : f64
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  %r = scf.for %t = %c0 to %c200 step %c1 iter_args(%g = %g0) -> (tensor<10xf64>) {
    %x = tensor.extract %y[%t] : tensor<200xf64>
    %next = tg.plate (%k) in (%c10) {
      %m = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<10x10xf64>
        %sa = arith.addf %s, %a : f64
        tg.yield max(%sa : f64)
      } : f64
      %total = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<10x10xf64>
        %sa = arith.addf %s, %a : f64
        %d = arith.subf %sa, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      %at = tensor.extract %mu[%k] : tensor<10xf64>
      %known = arith.cmpf ord, %at, %at : f64
      tg.check %known, domain, "mu must not be nan" : i1
      %e = arith.mulf %x, %at : f64
      %v = arith.addf %lse, %e : f64
      tg.yield rows(%v : f64)
    } : tensor<10xf64>
    scf.yield %next : tensor<10xf64>
  }
  %m = tg.plate (%k) in (%c10) {
    %s = tensor.extract %r[%k] : tensor<10xf64>
    tg.yield max(%s : f64)
  } : f64
  %total = tg.plate (%k) in (%c10) {
    %s = tensor.extract %r[%k] : tensor<10xf64>
    %d = arith.subf %s, %m : f64
    %e = math.exp %d : f64
    tg.yield sum(%e : f64)
  } : f64
  %l = math.log %total : f64
  %lse = arith.addf %m, %l : f64
  return %lse : f64
}

// -----

// All times are kept, of an open number of states, computed one after the other from arguments that were stored; where the
// first ones are read depends on whether there is an iteration.
// CHECK-LABEL: func.func @kept
// CHECK:         %[[RUNS:.*]] = arith.cmpi {{[a-z]+}}, %{{.*}} : index
// CHECK:         tg.plate
// CHECK:           scf.if %[[RUNS]]
// CHECK:         scf.for %{{.*}} -> (tensor<?xf64>, f64, i64, f64)
// CHECK-NOT:       math
// CHECK:           tg.plate
// CHECK:             scf.for
// CHECK:         scf.if
// CHECK:         else
// CHECK:           scf.for %{{.*}} -> (tensor<?x?xf64>)
func.func @kept(%h0: tensor<?x?xf64>, %log_theta: tensor<?x?xf64>, %n: index, %states: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h1 = tg.sized %h0[%n, %states] : tensor<?x?xf64>
  %r = scf.for %t = %c1 to %n step %c1 iter_args(%h = %h1) -> (tensor<?x?xf64>) {
    %before = arith.subi %t, %c1 : index
    %next = scf.for %k = %c0 to %states step %c1 iter_args(%hk = %h) -> (tensor<?x?xf64>) {
      %x = tg.plate (%j) in (%states) {
        %s = tensor.extract %hk[%before, %j] : tensor<?x?xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<?x?xf64>
        %sa = arith.addf %s, %a : f64
        tg.yield rows(%sa : f64)
      } : tensor<?xf64>
      %m = tg.plate (%j) in (%states) {
        %s = tensor.extract %x[%j] : tensor<?xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%states) {
        %s = tensor.extract %x[%j] : tensor<?xf64>
        %d = arith.subf %s, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      %w = tensor.insert %lse into %hk[%t, %k] : tensor<?x?xf64>
      scf.yield %w : tensor<?x?xf64>
    }
    scf.yield %next : tensor<?x?xf64>
  }
  %last = arith.subi %n, %c1 : index
  %m = tg.plate (%k) in (%states) {
    %s = tensor.extract %r[%last, %k] : tensor<?x?xf64>
    tg.yield max(%s : f64)
  } : f64
  %total = tg.plate (%k) in (%states) {
    %s = tensor.extract %r[%last, %k] : tensor<?x?xf64>
    %d = arith.subf %s, %m : f64
    %e = math.exp %d : f64
    tg.yield sum(%e : f64)
  } : f64
  %l = math.log %total : f64
  %lse = arith.addf %m, %l : f64
  return %lse : f64
}

// -----

// Transitions that vary: each iteration makes its own matrix, without a logarithm between one iteration and the next.
// CHECK-LABEL: func.func @varying
// CHECK:         scf.for %[[T:.*]] = %c0 to %c200
// CHECK:           %[[X:.*]] = tensor.extract %{{.*}}[%[[T]]]
// CHECK:           %[[F:.*]]:2 = tg.plate (%{{.*}}, %{{.*}}) in (%c10, %c10) {
// CHECK:             %[[A:.*]] = arith.mulf %{{.*}}, %[[X]]
// CHECK:             math.exp %[[A]]
// CHECK:           } : i32, tensor<10x10xf64>
// CHECK:           tg.plate
// CHECK-NOT:         math
// CHECK:             tensor.extract %[[F]]#1
// CHECK:         scf.if
func.func @varying(%g0: tensor<10xf64>, %log_theta: tensor<10x10xf64>, %y: tensor<200xf64>) -> tensor<10xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  %r = scf.for %t = %c0 to %c200 step %c1 iter_args(%g = %g0) -> (tensor<10xf64>) {
    %x = tensor.extract %y[%t] : tensor<200xf64>
    %next = tg.plate (%k) in (%c10) {
      %m = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<10x10xf64>
        %ax = arith.mulf %a, %x : f64
        %sa = arith.addf %s, %ax : f64
        %d = arith.subf %sa, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      tg.yield rows(%lse : f64)
    } : tensor<10xf64>
    scf.yield %next : tensor<10xf64>
  }
  return %r : tensor<10xf64>
}

// -----

// How many states there are is computed in the loop, from what is known ahead of it: so it is computed there.
// CHECK-LABEL: func.func @counted_inside
// CHECK-SAME:    %[[N:[a-z0-9]*]]: i32, %[[M:[a-z0-9]*]]: i32
// CHECK-NOT:     scf.for
// CHECK:         %[[FEWEST:.*]] = arith.minui
// CHECK-NOT:     scf.for
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%[[FEWEST]], %{{.*}})
// CHECK:         scf.for
// CHECK:           scf.for %{{.*}} = %c0 to %[[FEWEST]] step
// CHECK:         scf.if
func.func @counted_inside(%n: i32, %m: i32, %g0: tensor<?xf64>, %f: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c200 = arith.constant 200 : index
  %size = arith.index_cast %n : i32 to index
  %start = tg.sized %g0[%size] : tensor<?xf64>
  %r = scf.for %t = %c0 to %c200 step %c1 iter_args(%g = %start) -> (tensor<?xf64>) {
    %states = arith.index_cast %n : i32 to index
    %next = tg.plate (%k) in (%states) {
      %all = arith.index_cast %m : i32 to index
      %d = tensor.dim %g, %c0 : tensor<?xf64>
      %fewest = arith.minui %all, %d : index
      %top = tg.plate (%j) in (%fewest) {
        %s = tensor.extract %g[%j] : tensor<?xf64>
        %a = tensor.extract %f[%j] : tensor<?xf64>
        %sa = arith.addf %s, %a : f64
        tg.yield max(%sa : f64)
      } : f64
      %total = tg.plate (%j) in (%fewest) {
        %s = tensor.extract %g[%j] : tensor<?xf64>
        %a = tensor.extract %f[%j] : tensor<?xf64>
        %sa = arith.addf %s, %a : f64
        %below = arith.subf %sa, %top : f64
        %e = math.exp %below : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %top, %l : f64
      tg.yield rows(%lse : f64)
    } : tensor<?xf64>
    scf.yield %next : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}
