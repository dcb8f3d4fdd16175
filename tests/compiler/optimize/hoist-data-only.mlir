// RUN: astragal-opt %s --hoist-data-only --canonicalize -split-input-file | FileCheck %s

// What two entries compute from data alone is computed once in prepare, next to what is there already.
// CHECK-LABEL: func.func @prepare(
// CHECK-SAME:      %[[Y:[a-z0-9]+]]: tensor<8xf64> {prob.binding = #prob.binding<data, 1>}
// CHECK-SAME:      %[[K:[a-z0-9]+]]: i32 {prob.binding = #prob.binding<data, 0>}
// CHECK-SAME:      -> (tensor<8xf64> {prob.binding = #prob.binding<prepared, 0>}
// CHECK-SAME:          f64 {prob.binding = #prob.binding<prepared, 1>}
// CHECK-SAME:          f64 {prob.binding = #prob.binding<prepared, 2>})
// CHECK:         %[[P0:.*]] = tg.plate
// CHECK:         %[[R:.*]] = arith.sitofp %[[K]]
// CHECK:         %[[P1:.*]] = math.log %[[R]]
// CHECK-NOT:     math.log
// CHECK:         %[[P2:.*]] = tg.plate
// CHECK:           tensor.extract %[[P0]]
// CHECK:         return %[[P0]], %[[P1]], %[[P2]]
func.func @prepare(%y: tensor<8xf64> {prob.binding = #prob.binding<data, 1>})
    -> (tensor<8xf64> {prob.binding = #prob.binding<prepared, 0>}) {
  %c8 = arith.constant 8 : index
  %p = tg.plate (%i) in (%c8) {
    %v = tensor.extract %y[%i] : tensor<8xf64>
    %w = math.exp %v : f64
    tg.yield rows(%w : f64)
  } : tensor<8xf64>
  return %p : tensor<8xf64>
}

// CHECK-LABEL: func.func @log_density(
// CHECK-SAME:      %[[P:[a-z0-9]+]]: f64 {prob.binding = #prob.binding<prepared, 1>}
// CHECK-NOT:     math.log
// CHECK:         arith.mulf %{{.*}}, %[[P]]
func.func @log_density(%k: i32 {prob.binding = #prob.binding<data, 0>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %r = arith.sitofp %k : i32 to f64
  %l = math.log %r : f64
  %v = tensor.extract %q[%c0] : tensor<1xf64>
  %w = arith.mulf %v, %l : f64
  return %w : f64
}

// Cheap arithmetic stays.
// CHECK-LABEL: func.func @gradient(
// CHECK-SAME:      %[[A:[a-z0-9]+]]: f64 {prob.binding = #prob.binding<prepared, 1>}
// CHECK-SAME:      %[[B:[a-z0-9]+]]: f64 {prob.binding = #prob.binding<prepared, 2>}
// CHECK-NOT:     tg.plate
// CHECK:         arith.index_cast
// CHECK-NOT:     tg.plate
// CHECK:         arith.mulf %{{.*}}, %[[A]]
// CHECK:         arith.addf %{{.*}}, %[[B]]
func.func @gradient(%k: i32 {prob.binding = #prob.binding<data, 0>},
                    %p: tensor<8xf64> {prob.binding = #prob.binding<prepared, 0>},
                    %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c8 = arith.constant 8 : index
  %n = arith.index_cast %k : i32 to index
  %r = arith.sitofp %k : i32 to f64
  %l = math.log %r : f64
  %s = tg.plate (%i) in (%c8) {
    %e = tensor.extract %p[%i] : tensor<8xf64>
    tg.yield sum(%e : f64)
  } : f64
  %v = tensor.extract %q[%n] : tensor<?xf64>
  %w = arith.mulf %v, %l : f64
  %x = arith.addf %w, %s : f64
  return %x : f64
}

// -----

// The data-only part of a plate becomes rows, and checks of data are made once. Prepare is made if there is none.
// CHECK-LABEL: func.func @prepare(
// CHECK-SAME:      %[[N:[a-z0-9]+]]: i32
// CHECK-SAME:      %[[Y:[a-z0-9]+]]: tensor<?xf64>
// CHECK-SAME:      -> (tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>})
// CHECK:         %[[ROWS:.*]] = tg.plate (%[[I:.*]]) in
// CHECK:           %[[V:.*]] = tensor.extract %[[Y]][%[[I]]]
// CHECK:           tg.check
// CHECK:           %[[D:.*]] = arith.divf %[[V]]
// CHECK:           %[[F:.*]] = arith.addf %[[D]]
// CHECK-NEXT:      tg.yield rows(%[[F]] : f64)
// CHECK-LABEL: func.func @log_density(
// CHECK-SAME:      %[[P:[a-z0-9]+]]: tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>}
// CHECK:         %[[KEPT:.*]] = tg.sized %[[P]][%{{.*}}]
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK-NOT:       tg.check
// CHECK-NOT:       arith.divf
// CHECK:           tensor.extract %[[KEPT]][%[[I]]]
func.func @log_density(%N: i32 {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                       %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %n = arith.index_cast %N : i32 to index
  %c = arith.constant 10.0 : f64
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %y[%i] : tensor<?xf64>
    %ok = arith.cmpf olt, %v, %c : f64
    tg.check %ok, domain, "too large" : i1
    %d = arith.divf %v, %c : f64
    %e = arith.addf %d, %c : f64
    %w = tensor.extract %q[%i] : tensor<?xf64>
    %x = arith.mulf %e, %w : f64
    tg.yield sum(%x : f64)
  } : f64
  return %r : f64
}

// -----

// So does that of a recurrence; a loop and checks of data alone move as they are.
// CHECK-LABEL: func.func @prepare(
// CHECK:         scf.for
// CHECK:           tg.check
// CHECK:         %[[ROWS:.*]] = tg.plate (%[[I:.*]]) in
// CHECK:           %[[T:.*]] = arith.addi %[[I]], %{{.*}}
// CHECK:           tensor.extract %{{.*}}[%[[T]]]
// CHECK:           math.exp
// CHECK-LABEL: func.func @log_density(
// CHECK-SAME:      %[[P:[a-z0-9]+]]: f64 {prob.binding = #prob.binding<prepared,
// CHECK-NOT:     tg.check
// CHECK:         scf.for %[[T:[a-z0-9]+]] =
// CHECK-NOT:       math.exp
// CHECK:           %[[AT:.*]] = arith.subi %[[T]], %{{.*}}
// CHECK:           tensor.extract %{{.*}}[%[[AT]]]
// CHECK:         return
func.func @log_density(%y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %one = arith.constant 1.0 : f64
  %m = scf.for %t = %c0 to %c100 step %c1 iter_args(%a = %one) -> f64 {
    %v = tensor.extract %y[%t] : tensor<100xf64>
    %ok = arith.cmpf olt, %v, %a : f64
    tg.check %ok, domain, "not increasing" : i1
    scf.yield %v : f64
  }
  %s = tensor.extract %q[%c0] : tensor<1xf64>
  %r = scf.for %t = %c2 to %c100 step %c1 iter_args(%a = %m) -> f64 {
    %v = tensor.extract %y[%t] : tensor<100xf64>
    %e = math.exp %v : f64
    %b = arith.mulf %a, %e : f64
    %d = arith.addf %b, %s : f64
    scf.yield %d : f64
  }
  return %r : f64
}

// -----

// A size that only the moved value knows moves with it.
// CHECK-LABEL: func.func @prepare
// CHECK:         math.exp
// CHECK:         tensor.dim
// CHECK-LABEL: func.func @log_density
// CHECK-SAME:    %[[V:[a-z0-9]+]]: tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>}
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index {prob.binding = #prob.binding<prepared, 1>}
// CHECK:         tg.sized %[[V]][%[[N]]]
func.func @log_density(%y: tensor<?xf64> {prob.binding = #prob.binding<data, 0>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %e = math.exp %y : tensor<?xf64>
  %s = tensor.extract %q[%c0] : tensor<1xf64>
  %v = tensor.extract %e[%c0] : tensor<?xf64>
  %n = tensor.dim %e, %c0 : tensor<?xf64>
  %p = tg.plate (%i) in (%n) {
    %x = tensor.extract %e[%i] : tensor<?xf64>
    %m = arith.mulf %x, %s : f64
    tg.yield sum(%m : f64)
  } : f64
  return %p : f64
}

// -----

// So does a whole branch on data with the checks that it holds, and a density that nobody uses, whose arguments are checked.
// CHECK-LABEL: func.func @prepare(
// CHECK:         %[[V:.*]] = scf.if
// CHECK:           tg.check {{.*}} "b must be at least a"
// CHECK:         prob.log_density @normal
// CHECK:         return %[[V]] : f64
// CHECK-LABEL: func.func @log_density(
// CHECK-NOT:     tg.check
// CHECK-NOT:     prob.log_density
// CHECK:         return
func.func @log_density(%f: i32 {prob.binding = #prob.binding<data, 0>},
                       %n: tensor<3xi32> {prob.binding = #prob.binding<data, 1>},
                       %s: f64 {prob.binding = #prob.binding<data, 2>},
                       %q: f64 {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f64
  %i1 = arith.constant 1 : i32
  %c = arith.cmpi eq, %f, %i1 : i32
  %v = scf.if %c -> f64 {
    %a = tensor.extract %n[%c0] : tensor<3xi32>
    %b = tensor.extract %n[%c1] : tensor<3xi32>
    %ok = arith.cmpi sge, %b, %a : i32
    tg.check %ok, domain, "b must be at least a" : i1
    %r = arith.sitofp %a : i32 to f64
    scf.yield %r : f64
  } else {
    scf.yield %z : f64
  }
  %unused = prob.log_density @normal(%z, %s) at %z autodiff [false, false, false] : (f64, f64) -> f64
  %w = arith.mulf %q, %v : f64
  return %w : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// The size of what a loop carries, which its plate gives anew.
// CHECK-LABEL: func.func @prepare
// CHECK:         %[[LOOP:.*]] = scf.for
// CHECK:         tensor.dim %[[LOOP]]
// CHECK-LABEL: func.func @gradient_carried
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>}
// CHECK-NOT:     tensor.dim
// CHECK:         tg.sized %[[X]]
func.func @gradient_carried(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                            %n: index {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %half = arith.constant 0.5 : f64
  %start = tensor.splat %half[%n] : tensor<?xf64>
  %x = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %start) -> (tensor<?xf64>) {
    %b = tg.plate (%k) in (%n) {
      %e = tensor.extract %a[%k] : tensor<?xf64>
      %l = math.log %e : f64
      tg.yield rows(%l : f64)
    } : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  %p = tensor.extract %q[%c0] : tensor<1xf64>
  %sum = tg.plate (%k) in (%n) {
    %e = tensor.extract %x[%k] : tensor<?xf64>
    %y = arith.mulf %e, %p : f64
    tg.yield sum(%y : f64)
  } : f64
  return %sum : f64
}

// -----

// What a plate adds up has the sizes that it started from.
// CHECK-LABEL: func.func @log_density(
// CHECK-SAME:      %[[P:[a-z0-9]+]]: tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>}
// CHECK-NOT:     tensor.dim
// CHECK:         %[[SIZE:.*]] = arith.index_cast
// CHECK:         tg.sized %[[P]][%[[SIZE]]]
func.func @log_density(%n32: i32 {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<?xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %n = arith.index_cast %n32 : i32 to index
  %sized = tg.sized %y[%n] : tensor<?xf64>
  %init = tensor.splat %zero[%n] : tensor<?xf64>
  %sums = tg.plate (%i) in (%n) accumulate(%acc = %init : tensor<?xf64>) {
    %v = tensor.extract %sized[%i] : tensor<?xf64>
    %1 = tg.accumulate %v into %acc[%i] : tensor<?xf64>
    tg.yield accumulated(%1 : tensor<?xf64>)
  } : tensor<?xf64>
  %v = tensor.extract %q[%c0] : tensor<1xf64>
  %r = tensor.insert %v into %sums[%c0] : tensor<?xf64>
  return %r : tensor<?xf64>
}

// -----

// A number of rows that prepare knows keeps what is known of it: no more than 100.
// CHECK-LABEL: func.func @counted(
// CHECK-SAME:      %[[COUNT:[a-z0-9]+]]: index {prob.binding = #prob.binding<prepared, 0>}
// CHECK:         %[[LIMITED:.*]] = arith.minsi %[[COUNT]], %c100
// CHECK:         tg.plate (%{{.*}}) in (%[[LIMITED]])
func.func @counted(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
                   %y: tensor<100xi1> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %n = scf.for %i = %c0 to %c100 step %c1 iter_args(%count = %c0) -> index {
    %is = tensor.extract %y[%i] : tensor<100xi1>
    %more = arith.addi %count, %c1 : index
    %next = arith.select %is, %more, %count : index
    scf.yield %next : index
  }
  %rows = arith.minsi %n, %c100 : index
  %s = tg.plate (%i) in (%rows) {
    %x = tensor.extract %q[%i] : tensor<100xf64>
    %e = math.exp %x : f64
    tg.yield sum(%e : f64)
  } : f64
  return %s : f64
}
