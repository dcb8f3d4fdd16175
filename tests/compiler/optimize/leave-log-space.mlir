// RUN: astragal-opt %s --leave-log-space --canonicalize --cse --split-input-file | FileCheck %s

// Two states that go into each other. Transitions are taken out of the logarithm once, emissions in a plate that runs before;
// one iteration after the other takes products, and a power of two. Where that is not exact the loop runs as it was.
// CHECK-LABEL: func.func @two_states
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f64
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 0x4130000000000000 : f64
// CHECK-DAG:     %[[SMALLEST:.*]] = arith.constant 6.22{{.*}}E-61 : f64
// CHECK:         %[[E:.*]] = math.exp %[[STAY:.*]] : f64
// CHECK:         %[[FITS:.*]] = arith.cmpf ole, %[[E]], %[[MOST]]
// CHECK:         arith.select %[[FITS]], %[[E]], %[[ZERO]]
// CHECK:         %[[P:.*]]:4 = tg.plate (%{{.*}}) in (%c99) {
// CHECK:           %[[L:.*]] = arith.maximumf
// CHECK:           %[[S:.*]] = tg.stop_gradient %[[L]]
// CHECK-COUNT-2:   math.exp
// CHECK:           tg.yield sum(%{{.*}}, %{{.*}} : f64, i32) rows(%{{.*}}, %{{.*}} : f64, f64)
// CHECK:         %[[R:.*]]:5 = scf.for %{{.*}} = %c0 to %c99 step %c1 iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %[[POWER:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f64, f64, f64, i64, f64)
// CHECK-NOT:       math
// CHECK-NOT:       tg.check
// CHECK:           arith.shli
// CHECK:           scf.yield
// CHECK:         arith.cmpf oge, %[[R]]#4, %[[SMALLEST]]
// CHECK:         %[[SUM:.*]] = arith.addf %[[R]]#0, %[[R]]#1
// CHECK:         scf.if
// CHECK-NEXT:      math.log %[[SUM]]
// CHECK-NEXT:      arith.addf
// CHECK-NEXT:      scf.yield
// CHECK:           scf.for %{{.*}} = %c1 to %c100 step %c1 iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f64, f64)
// CHECK-NOT:         tg.check
// CHECK:         return
func.func @two_states(%y: tensor<100xf64>, %mu: f64, %stay: f64, %go: f64, %a0: f64, %b0: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %inf = arith.constant 0x7FF0000000000000 : f64
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %r:2 = scf.for %t = %c1 to %c100 step %c1 iter_args(%a = %a0, %b = %b0) -> (f64, f64) {
    %x = tensor.extract %y[%t] : tensor<100xf64>
    %known = arith.cmpf ord, %x, %x : f64
    tg.check %known, domain, "y must not be nan" : i1
    %e = arith.mulf %x, %mu : f64
    %aa = arith.addf %a, %stay : f64
    %ba = arith.addf %b, %go : f64
    %m = arith.maximumf %aa, %ba : f64
    %aam = arith.subf %aa, %m : f64
    %bam = arith.subf %ba, %m : f64
    %p = math.exp %aam : f64
    %q = math.exp %bam : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %a1 = arith.addf %lse, %e : f64
    %ab = arith.addf %a, %go : f64
    %bb = arith.addf %b, %stay : f64
    %m2 = arith.maximumf %ab, %bb : f64
    %abm = arith.subf %ab, %m2 : f64
    %bbm = arith.subf %bb, %m2 : f64
    %p2 = math.exp %abm : f64
    %q2 = math.exp %bbm : f64
    %s2 = arith.addf %p2, %q2 : f64
    %l2 = math.log %s2 : f64
    %lse2 = arith.addf %l2, %m2 : f64
    %b1 = arith.subf %lse2, %x : f64
    scf.yield %a1, %b1 : f64, f64
  }
  %m = arith.maximumf %r#0, %r#1 : f64
  %d0 = arith.subf %r#0, %m : f64
  %d1 = arith.subf %r#1, %m : f64
  %p = math.exp %d0 : f64
  %q = math.exp %d1 : f64
  %s = arith.addf %p, %q : f64
  %l = math.log %s : f64
  %v = arith.addf %m, %l : f64
  return %v : f64
}

// -----

// log_sum_exp of two, an observation that may be missing, a state that is stored and read where the last iteration stored it,
// and a sum that has nothing to do with them: it stays in the loop, with the check.
// CHECK-LABEL: func.func @stored
// CHECK:         %[[TOTAL:.*]] = scf.for %{{.*}} iter_args(%[[T:.*]] = %{{.*}}) -> (f64)
// CHECK:           tg.check
// CHECK-NEXT:      %[[N:.*]] = arith.addf %[[T]]
// CHECK-NEXT:      scf.yield %[[N]]
// CHECK:         tg.plate
// CHECK-NOT:       tg.check
// CHECK:         scf.for %{{.*}} -> (f64, f64, i64, f64)
// CHECK:         scf.if
// CHECK:           math.log
// CHECK:         else
// CHECK:           scf.for %{{.*}} -> (f64)
func.func @stored(%h0: tensor<?xf64>, %y: tensor<?xf64>, %seen: tensor<?xi1>, %n: index, %g0: f64, %u: f64, %v: f64) -> (f64, f64) {
  %zero = arith.constant 0.0 : f64
  %inf = arith.constant 0x7FF0000000000000 : f64
  %c1 = arith.constant 1 : index
  %r:3 = scf.for %t = %c1 to %n step %c1 iter_args(%h = %h0, %g = %g0, %total = %zero) -> (tensor<?xf64>, f64, f64) {
    %x = tensor.extract %y[%t] : tensor<?xf64>
    %known = arith.cmpf ord, %x, %x : f64
    tg.check %known, domain, "y must not be nan" : i1
    %o = tensor.extract %seen[%t] : tensor<?xi1>
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %less = arith.cmpf olt, %a, %b : f64
    %high = arith.select %less, %b, %a : f64
    %low = arith.select %less, %a, %b : f64
    %magnitude = math.absf %high : f64
    %infinite = arith.cmpf oeq, %magnitude, %inf : f64
    %d = arith.subf %low, %high : f64
    %safe = arith.select %infinite, %zero, %d : f64
    %tail = tg.log1p_exp %safe : f64
    %rest = arith.select %infinite, %zero, %tail : f64
    %lse = arith.addf %high, %rest : f64
    %next = scf.if %o -> f64 {
      %e = arith.mulf %x, %x : f64
      %w = arith.subf %lse, %e : f64
      scf.yield %w : f64
    } else {
      scf.yield %lse : f64
    }
    %stored = tensor.insert %next into %h[%t] : tensor<?xf64>
    %sum = arith.addf %total, %x : f64
    scf.yield %stored, %next, %sum : tensor<?xf64>, f64, f64
  }
  %last = arith.subi %n, %c1 : index
  %final = tensor.extract %r#0[%last] : tensor<?xf64>
  return %final, %r#2 : f64, f64
}
