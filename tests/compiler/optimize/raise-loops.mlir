// RUN: astragal-opt %s --raise-loops --canonicalize --cse | FileCheck %s

// Sums: through branches and inner loops, of reals and of integers, by additions and subtractions.
// CHECK-LABEL: func.func @sums
// CHECK-SAME:    (%[[X:.*]]: tensor<100xf64>, %[[INIT:.*]]: f64
// CHECK:         %[[N:.*]] = arith.constant 100 : index
// CHECK:         %[[R:.*]]:2 = tg.plate (%[[I:.*]]) in (%[[N]])
// CHECK:           %[[V:.*]] = tensor.extract %[[X]][%[[I]]]
// CHECK:           %[[S:.*]] = arith.subf %{{.*}}, %[[V]]
// CHECK:           tg.yield sum(%{{.*}}, %{{.*}} : f64, i32)
// CHECK:         %[[TOTAL:.*]] = arith.addf %[[INIT]], %[[R]]#0
// CHECK:         return %[[TOTAL]], %[[R]]#1
func.func @sums(%x: tensor<100xf64>, %init: f64, %c: i1, %m: index) -> (f64, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %i0 = arith.constant 0 : i32
  %i1 = arith.constant 1 : i32
  %z = arith.constant 0.5 : f64
  %r:2 = scf.for %i = %c0 to %c100 step %c1 iter_args(%a = %init, %k = %i0) -> (f64, i32) {
    %v = tensor.extract %x[%i] : tensor<100xf64>
    %big = arith.cmpf ogt, %v, %z : f64
    %b = scf.if %big -> f64 {
      %0 = scf.for %j = %c0 to %m step %c1 iter_args(%in = %a) -> f64 {
        %1 = math.exp %v : f64
        %2 = arith.addf %1, %in : f64
        scf.yield %2 : f64
      }
      scf.yield %0 : f64
    } else {
      scf.yield %a : f64
    }
    %d = arith.subf %b, %v : f64
    %l = arith.addi %k, %i1 : i32
    %n = arith.select %big, %l, %k : i32
    scf.yield %d, %n : f64, i32
  }
  return %r#0, %r#1 : f64, i32
}

// 1-based counting leaves no trace, the declared size is the extent, and the rows are the tensor.
// CHECK-LABEL: func.func @rows
// CHECK:         %[[N:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK-NOT:     maxsi
// CHECK:         %[[R:.*]] = tg.plate (%[[I:.*]]) in (%[[N]])
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK-NEXT:      %[[E:.*]] = math.exp %[[V]]
// CHECK-NEXT:      tg.yield rows(%[[E]] : f64)
// CHECK:         return %[[R]]
func.func @rows(%J: i32, %x: tensor<?xf64>) -> tensor<?xf64> {
  %c1 = arith.constant 1 : index
  %i1 = arith.constant 1 : i32
  %n = arith.index_cast %J : i32 to index
  %e = tensor.empty(%n) : tensor<?xf64>
  %J1 = arith.addi %J, %i1 : i32
  %end = arith.index_cast %J1 : i32 to index
  %r = scf.for %i = %c1 to %end step %c1 iter_args(%t = %e) -> tensor<?xf64> {
    %at = arith.subi %i, %c1 : index
    %v = tensor.extract %x[%at] : tensor<?xf64>
    %y = math.exp %v : f64
    %u = tensor.insert %y into %t[%at] : tensor<?xf64>
    scf.yield %u : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// Part of a tensor: the rest keeps what it was, and so does an element that a branch does not write.
// CHECK-LABEL: func.func @part
// CHECK-SAME:    %[[T:[a-z0-9]+]]: tensor<50x2xf64>
// CHECK:         %[[R:.*]]:2 = tg.plate (%[[I:.*]]) in (%{{.*}})
// CHECK:           %[[OLD:.*]] = tensor.extract %[[T]][%{{.*}}, %{{.*}}]
// CHECK:           %[[NEW:.*]] = scf.if
// CHECK:             scf.yield %{{.*}} : f64
// CHECK:           } else {
// CHECK:             scf.yield %[[OLD]] : f64
// CHECK:           tg.yield rows(%{{.*}}, %[[NEW]] : f64, f64)
// CHECK:         %[[A:.*]] = tensor.insert_slice %[[R]]#0 into %[[T]][3, 1] [40, 1] [1, 1]
// CHECK:         tensor.insert_slice %[[R]]#1 into %[[A]][3, 0] [40, 1] [1, 1]
func.func @part(%t0: tensor<50x2xf64>, %x: f64) -> tensor<50x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c42 = arith.constant 42 : index
  %r = scf.for %i = %c2 to %c42 step %c1 iter_args(%t = %t0) -> tensor<50x2xf64> {
    %at = arith.addi %i, %c1 : index
    %j = arith.index_cast %i : index to i32
    %k = arith.sitofp %j : i32 to f64
    %u = tensor.insert %k into %t[%at, %c1] : tensor<50x2xf64>
    %w = tensor.extract %u[%at, %c1] : tensor<50x2xf64>
    %c = arith.cmpf olt, %w, %x : f64
    %v = scf.if %c -> tensor<50x2xf64> {
      %y = math.exp %w : f64
      %a = tensor.insert %y into %u[%at, %c0] : tensor<50x2xf64>
      scf.yield %a : tensor<50x2xf64>
    } else {
      scf.yield %u : tensor<50x2xf64>
    }
    scf.yield %v : tensor<50x2xf64>
  }
  return %r : tensor<50x2xf64>
}

// An element that an inner loop builds up.
// CHECK-LABEL: func.func @inner
// CHECK:         %[[R:.*]] = tg.plate (%[[I:.*]]) in
// CHECK:           %[[S:.*]] = scf.for %{{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (f64)
// CHECK:             arith.addf %[[A]]
// CHECK:           tg.yield rows(%[[S]] : f64)
// CHECK:         return %[[R]]
func.func @inner(%x: tensor<30x?xf64>, %m: index) -> tensor<30xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30 = arith.constant 30 : index
  %z = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<30xf64>
  %r = scf.for %i = %c0 to %c30 step %c1 iter_args(%t = %e) -> tensor<30xf64> {
    %t0 = tensor.insert %z into %t[%i] : tensor<30xf64>
    %t1 = scf.for %j = %c0 to %m step %c1 iter_args(%u = %t0) -> tensor<30xf64> {
      %old = tensor.extract %u[%i] : tensor<30xf64>
      %v = tensor.extract %x[%i, %j] : tensor<30x?xf64>
      %new = arith.addf %old, %v : f64
      %u1 = tensor.insert %new into %u[%i] : tensor<30xf64>
      scf.yield %u1 : tensor<30xf64>
    }
    scf.yield %t1 : tensor<30xf64>
  }
  return %r : tensor<30xf64>
}

// Checks, densities and what does not change; bounds that may be the wrong way round.
// CHECK-LABEL: func.func @checks
// CHECK-SAME:    %[[LB:[a-z0-9]+]]: index, %[[UB:[a-z0-9]+]]: index
// CHECK:         %[[D:.*]] = arith.subi %[[UB]], %[[LB]]
// CHECK:         %[[E:.*]] = arith.maxsi %[[D]], %{{.*}}
// CHECK:         tg.plate (%[[I:.*]]) in (%[[E]])
// CHECK:           %[[AT:.*]] = arith.addi %[[I]], %[[LB]]
// CHECK:           tg.check
// CHECK:           prob.log_density @d
// CHECK:           tg.yield sum(
func.func @checks(%lb: index, %ub: index, %x: tensor<?xf64>, %s: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f64
  %r:2 = scf.for %i = %lb to %ub step %c1 iter_args(%a = %z, %same = %s) -> (f64, f64) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %ok = arith.cmpf olt, %v, %same : f64
    tg.check %ok, domain, "too large" : i1
    %l = prob.log_density @d() at %v autodiff [true] : () -> f64
    %b = arith.addf %a, %l : f64
    scf.yield %b, %same : f64, f64
  }
  return %r#0 : f64
}

// An independent loop in a recurrence.
// CHECK-LABEL: func.func @mixed
// CHECK:         scf.for
// CHECK:           tg.plate
// CHECK:           arith.mulf
func.func @mixed(%x: tensor<100xf64>, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %z = arith.constant 0.0 : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %z) -> f64 {
    %s = scf.for %j = %c0 to %c100 step %c1 iter_args(%b = %z) -> f64 {
      %v = tensor.extract %x[%j] : tensor<100xf64>
      %w = arith.mulf %v, %a : f64
      %c = arith.addf %b, %w : f64
      scf.yield %c : f64
    }
    %next = arith.mulf %s, %a : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// One element is updated from those before it: a sum over them. The induction variable starts at 1.
// CHECK-LABEL: func.func @elementOfMany
// CHECK:         scf.for %[[T:.*]] = {{.*}} iter_args(%[[X:.*]] = %{{.*}}) -> (tensor<100xf64>)
// CHECK:           %[[E:.*]] = tensor.extract
// CHECK:           %[[SUM:.*]] = tg.plate (%{{.*}}) in (%{{.*}}) {
// CHECK:             tensor.extract %[[X]][
// CHECK:             tg.yield sum
// CHECK:           %[[ALL:.*]] = arith.addf %[[E]], %[[SUM]]
// CHECK:           %[[NEXT:.*]] = tensor.insert %[[ALL]] into %[[X]][%[[T]]]
// CHECK:           scf.yield %[[NEXT]]
func.func @elementOfMany(%x: tensor<100xf64>, %y: tensor<100xf64>, %b: tensor<5xf64>, %n: index) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %r = scf.for %t = %c0 to %c100 step %c1 iter_args(%s = %x) -> tensor<100xf64> {
    %e = tensor.extract %y[%t] : tensor<100xf64>
    %start = tensor.insert %e into %s[%t] : tensor<100xf64>
    %next = scf.for %k = %c1 to %n step %c1 iter_args(%in = %start) -> tensor<100xf64> {
      %sum = tensor.extract %in[%t] : tensor<100xf64>
      %at = arith.subi %t, %k : index
      %inside = arith.cmpi ult, %at, %c100 : index
      tg.check %inside, fatal, "index out of range" : i1
      %checked = arith.select %inside, %at, %c0 : index
      %v = tensor.extract %in[%checked] : tensor<100xf64>
      %w = tensor.extract %b[%k] : tensor<5xf64>
      %p = arith.mulf %v, %w : f64
      %m = arith.subf %sum, %p : f64
      %o = tensor.insert %m into %in[%t] : tensor<100xf64>
      scf.yield %o : tensor<100xf64>
    }
    scf.yield %next : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// Here the first iteration reads the element itself.
// CHECK-LABEL: func.func @elementOfItself
// CHECK:         scf.for
// CHECK:           scf.for {{.*}} -> (tensor<100xf64>)
// CHECK-NOT:     tg.plate
func.func @elementOfItself(%x: tensor<100xf64>, %n: index) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %z = arith.constant 0.5 : f64
  %r = scf.for %t = %c0 to %c100 step %c1 iter_args(%s = %x) -> tensor<100xf64> {
    %start = tensor.insert %z into %s[%t] : tensor<100xf64>
    %next = scf.for %k = %c0 to %n step %c1 iter_args(%in = %start) -> tensor<100xf64> {
      %sum = tensor.extract %in[%t] : tensor<100xf64>
      %at = arith.subi %t, %k : index
      %v = tensor.extract %in[%at] : tensor<100xf64>
      %m = arith.addf %sum, %v : f64
      %o = tensor.insert %m into %in[%t] : tensor<100xf64>
      scf.yield %o : tensor<100xf64>
    }
    scf.yield %next : tensor<100xf64>
  }
  return %r : tensor<100xf64>
}

// A while in an iteration is the iteration's own affair.
// CHECK-LABEL: func.func @newton
// CHECK-NOT:     scf.for
// CHECK:         tg.plate
// CHECK:           scf.while
// CHECK:           tg.yield rows
func.func @newton(%x: tensor<7xf64>, %tiny: f64) -> tensor<7xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %one = arith.constant 1.0 : f64
  %empty = tensor.empty() : tensor<7xf64>
  %r = scf.for %i = %c0 to %c7 step %c1 iter_args(%s = %empty) -> tensor<7xf64> {
    %v = tensor.extract %x[%i] : tensor<7xf64>
    %w:2 = scf.while (%u = %v, %change = %one) : (f64, f64) -> (f64, f64) {
      %size = math.absf %change : f64
      %more = arith.cmpf ogt, %size, %tiny : f64
      scf.condition(%more) %u, %change : f64, f64
    } do {
    ^bb0(%u: f64, %change: f64):
      %log = math.log %u : f64
      %next = arith.subf %u, %log : f64
      scf.yield %next, %log : f64, f64
    }
    %n = tensor.insert %w#0 into %s[%i] : tensor<7xf64>
    scf.yield %n : tensor<7xf64>
  }
  return %r : tensor<7xf64>
}

// A loop that stays, in rows, counts from zero.
// CHECK-LABEL: func.func @inner_from_one
// CHECK:         tg.plate
// CHECK:           scf.for %[[K:[a-z0-9]+]] = %c0 to %arg1
// CHECK:             tensor.extract %{{.*}}[%{{.*}}, %[[K]]]
func.func @inner_from_one(%x: tensor<9x?xf64>, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c-1 = arith.constant -1 : index
  %c9 = arith.constant 9 : index
  %z = arith.constant 0.0 : f64
  %end = arith.addi %n, %c1 : index
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%sum = %z) -> f64 {
    %s = scf.for %k = %c1 to %end step %c1 iter_args(%acc = %z) -> f64 {
      %j = arith.addi %k, %c-1 : index
      %w = tensor.extract %x[%i, %j] : tensor<9x?xf64>
      %e = math.exp %w : f64
      %a = arith.addf %acc, %e : f64
      scf.yield %a : f64
    }
    %l = math.log %s : f64
    %next = arith.addf %sum, %l : f64
    scf.yield %next : f64
  }
  return %r : f64
}

// Rows may make tensors of their own, of any size. Slices of them are read and written element by element: a vector that
// is put together is a plate, in the loop a slice is a loop.
// CHECK-LABEL: func.func @rows_with_tensors
// CHECK-SAME:    %[[SIZES:.*]]: tensor<?xindex>
// CHECK:         tg.plate (%[[I:.*]]) in (%{{.*}}) {
// CHECK:           %[[M:.*]] = tensor.extract %[[SIZES]][%[[I]]]
// CHECK-NOT:       tensor.extract_slice
// CHECK:           tg.plate (%{{.*}}) in (%[[M]]) {
// CHECK-NOT:       tensor.insert_slice
// CHECK:           tg.plate (%[[K:.*]]) in (%{{.*}}) {
// CHECK-NEXT:        %[[AT:.*]] = arith.subi %[[K]], %{{.*}} : index
// CHECK-NEXT:        %[[IN:.*]] = arith.cmpi ult, %[[AT]], %[[M]] : index
// CHECK-NEXT:        scf.if %[[IN]]
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               tensor.insert
// CHECK:           tg.yield sum
func.func @rows_with_tensors(%sizes: tensor<?xindex>, %x: tensor<?xf64>, %n: index, %zero: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> f64 {
    %m = tensor.extract %sizes[%i] : tensor<?xindex>
    %s = tensor.extract_slice %x[%i] [%m] [1] : tensor<?xf64> to tensor<?xf64>
    %more = arith.addi %m, %c1 : index
    %e = tensor.splat %zero[%more] : tensor<?xf64>
    %f = tensor.insert_slice %s into %e[1] [%m] [1] : tensor<?xf64> into tensor<?xf64>
    %g = scf.for %j = %c0 to %c5 step %c1 iter_args(%h = %f) -> tensor<?xf64> {
      %k = tensor.insert_slice %s into %h[%j] [%m] [1] : tensor<?xf64> into tensor<?xf64>
      scf.yield %k : tensor<?xf64>
    }
    %v = tensor.extract %g[%c0] : tensor<?xf64>
    %b = arith.addf %a, %v : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// A part of a hundred elements fills vectors.
// CHECK-LABEL: func.func @partOfMany
// CHECK:         tg.plate
// CHECK-NOT:     scf.for
func.func @partOfMany(%first: index, %end: index, %y: tensor<100xf64>, %mu: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c101 = arith.constant 101 : index
  %zero = arith.constant 0.0 : f64
  %low = arith.cmpi slt, %first, %c1 : index
  %most = arith.maxsi %first, %c101 : index
  %last = arith.select %low, %first, %most : index
  %behind = arith.addi %last, %c1 : index
  %stop = arith.minsi %end, %behind : index
  %r = scf.for %i = %first to %stop step %c1 iter_args(%s = %zero) -> f64 {
    %at = arith.subi %i, %c1 : index
    %v = tensor.extract %y[%at] : tensor<100xf64>
    %d = arith.subf %v, %mu : f64
    %q = arith.mulf %d, %d : f64
    %t = arith.addf %s, %q : f64
    scf.yield %t : f64
  }
  return %r : f64
}
