// RUN: astragal-opt %s --pass-pipeline='builtin.module(func.func(partition-plates),canonicalize,cse)' | FileCheck %s
// RUN: astragal-opt %s --pass-pipeline='builtin.module(func.func(partition-plates),canonicalize,cse,hoist-data-only)' | FileCheck %s --check-prefix=PREPARED

// The rows are listed, what they know from data is laid side by side, and each side has its own plate.
// CHECK-LABEL: func.func @two_sides
// CHECK:         %[[LISTS:.*]]:3 = scf.for %[[N:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[COUNT:.*]] = %{{.*}}) -> (tensor<100xindex>, tensor<100xindex>, index)
// CHECK:           %[[IS:.*]] = arith.cmpi ne
// CHECK:           %[[NEXT:.*]] = arith.select %[[IS]]
// CHECK:         %[[TAKEN:.*]] = arith.minsi %[[LISTS]]#2, %c100
// CHECK:         %[[LEFT:.*]] = arith.subi %{{.*}}, %[[TAKEN]] : index
// CHECK:         %[[OTHERS:.*]] = arith.minsi %[[LEFT]], %c100
// CHECK:         %[[DATA:.*]] = tg.plate (%[[K:.*]]) in (%[[TAKEN]]) {
// CHECK:           %[[ROW:.*]] = tensor.extract %[[LISTS]]#0[%[[K]]]
// CHECK:           tensor.extract %{{.*}}[%[[ROW]]] : tensor<100xf64>
// CHECK:         %[[THEN:.*]] = tg.plate (%[[K:.*]]) in (%[[TAKEN]]) {
// CHECK-NEXT:      %[[X:.*]] = tensor.extract %[[DATA]][%[[K]]]
// CHECK-NEXT:      %[[L:.*]] = prob.log_density @normal(%{{.*}}, %{{.*}}) at %[[X]]
// CHECK-NEXT:      tg.yield sum(%[[L]] : f64)
// CHECK:         tg.plate (%{{.*}}) in (%[[OTHERS]]) {
// CHECK:         %[[ELSE:.*]] = tg.plate (%{{.*}}) in (%[[OTHERS]]) {
// CHECK:           prob.log_density @cauchy
// CHECK:         %[[SUM:.*]] = arith.addf %[[THEN]], %[[ELSE]]
// CHECK:         return %[[SUM]]

// Lists and data move to prepare.
// PREPARED-LABEL: func.func @prepare
// PREPARED:         scf.for
// PREPARED:         tg.plate
// PREPARED-LABEL: func.func @two_sides
// PREPARED-NOT:     scf.for
// PREPARED-COUNT-2: tg.plate
// PREPARED-NOT:     tg.plate
// PREPARED:         return
func.func @two_sides(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                     %c: tensor<100xi32> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1.0 : f64
  %0 = tg.plate (%n) in (%c100) {
    %w = tensor.extract %c[%n] : tensor<100xi32>
    %is = arith.cmpi ne, %w, %zero : i32
    %y = tensor.extract %x[%n] : tensor<100xf64>
    %r = scf.if %is -> f64 {
      %l = prob.log_density @normal(%mu, %one) at %y autodiff [false, true, false] : (f64, f64) -> f64
      scf.yield %l : f64
    } else {
      %l = prob.log_density @cauchy(%mu, %one) at %y autodiff [false, true, false] : (f64, f64) -> f64
      scf.yield %l : f64
    }
    tg.yield sum(%r : f64)
  } : f64
  return %0 : f64
}

// Rows that contribute nothing need no plate, checks of the others stay with them, and an index that only the branch makes safe
// is used for its rows alone.
// CHECK-LABEL: func.func @one_side
// CHECK:         %[[LISTS:.*]]:3 = scf.for
// CHECK:         tg.plate (%{{.*}}) in (%[[LISTS]]#2) {
// CHECK:         %[[R:.*]] = tg.plate (%{{.*}}) in (%[[LISTS]]#2) {
// CHECK:           tg.check %{{.*}}, domain, "g is too large"
// CHECK:           prob.log_density
// CHECK-NOT:     tg.plate
// CHECK:         return %[[R]]
func.func @one_side(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>}, %n: index {prob.binding = #prob.binding<data, 2>},
                    %g: tensor<?xi32> {prob.binding = #prob.binding<data, 3>}) -> f64 {
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0 : i32
  %none = arith.constant 0.0 : f64
  %r = tg.plate (%i) in (%n) {
    %w = tensor.extract %g[%i] : tensor<?xi32>
    %is = arith.cmpi sgt, %w, %zero : i32
    %s = scf.if %is -> f64 {
      %k = arith.index_cast %w : i32 to index
      %fits = arith.cmpi ult, %k, %c9 : index
      tg.check %fits, domain, "g is too large" : i1
      %p = tensor.extract %q[%k] : tensor<9xf64>
      %l = prob.log_density @std_normal() at %p autodiff [true] : () -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// Branches in branches, and what all rows do beside: three ways, each with all of its row.
// CHECK-LABEL: func.func @nested
// CHECK:         scf.for
// CHECK:           math.exp
// CHECK:           prob.log_density @a
// CHECK:         scf.for
// CHECK:           math.exp
// CHECK:           prob.log_density @b
// CHECK:           math.exp
// CHECK:           prob.log_density @c
// CHECK-NOT:     scf.if
// CHECK:         return
func.func @nested(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xf64> {prob.binding = #prob.binding<data, 4>}) -> f64 {
  %c100 = arith.constant 100 : index
  %none = arith.constant 0.0 : f64
  %r = tg.plate (%n) in (%c100) {
    %y = tensor.extract %x[%n] : tensor<100xf64>
    %m = arith.mulf %mu, %y : f64
    %e = math.exp %m : f64
    %positive = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %positive -> f64 {
      %l = prob.log_density @a(%m) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      %is = arith.cmpf oeq, %y, %none : f64
      %t = scf.if %is -> f64 {
        %l = prob.log_density @b(%m) at %y autodiff [false, true] : (f64) -> f64
        scf.yield %l : f64
      } else {
        %l = prob.log_density @c(%m) at %y autodiff [false, true] : (f64) -> f64
        scf.yield %l : f64
      }
      scf.yield %t : f64
    }
    %u = arith.addf %s, %e : f64
    tg.yield sum(%u : f64)
  } : f64
  return %r : f64
}

// Two branches on one condition are one choice.
// CHECK-LABEL: func.func @twice
// CHECK:         tg.plate
// CHECK:           prob.log_density @a
// CHECK:           prob.log_density @b
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @twice(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xf64> {prob.binding = #prob.binding<data, 5>}) -> f64 {
  %c100 = arith.constant 100 : index
  %none = arith.constant 0.0 : f64
  %r = tg.plate (%n) in (%c100) {
    %y = tensor.extract %x[%n] : tensor<100xf64>
    %positive = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %positive -> f64 {
      %l = prob.log_density @a(%mu) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    %t = scf.if %positive -> f64 {
      %l = prob.log_density @b(%mu) at %y autodiff [false, true] : (f64) -> f64
      %v = arith.addf %s, %l : f64
      scf.yield %v : f64
    } else {
      scf.yield %s : f64
    }
    tg.yield sum(%t : f64)
  } : f64
  return %r : f64
}

prob.distribution @normal log_density @d2 support real
prob.distribution @cauchy log_density @d2 support real
prob.distribution @std_normal log_density @d0 support real
prob.distribution @a log_density @d1 support real
prob.distribution @b log_density @d1 support real
prob.distribution @c log_density @d1 support real
func.func private @d0(f64) -> f64
func.func private @d1(f64, f64) -> f64
func.func private @d2(f64, f64, f64) -> f64

// Conditions in two branches that are the same behind them are one: three ways, not five.
// CHECK-LABEL: func.func @same_condition_twice
// CHECK-COUNT-2: prob.log_density @normal
// CHECK-NOT:     prob.log_density @normal
// CHECK-COUNT-2: prob.log_density @cauchy
// CHECK-NOT:     prob.log_density
// CHECK:         return
func.func @same_condition_twice(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                                %t: tensor<100xi32> {prob.binding = #prob.binding<data, 20>},
                                %y: tensor<100xf64> {prob.binding = #prob.binding<data, 21>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %none = arith.constant 0 : i32
  %many = arith.constant 5 : i32
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %m = tensor.extract %q[%c0] : tensor<2xf64>
  %k = tensor.extract %q[%c1] : tensor<2xf64>
  %l = tg.plate (%n) in (%c100) {
    %tn = tensor.extract %t[%n] : tensor<100xi32>
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %is = arith.cmpi ne, %tn, %none : i32
    %a = scf.if %is -> f64 {
      %inner = arith.cmpi sgt, %tn, %many : i32
      %d = scf.if %inner -> f64 {
        %d1 = prob.log_density @normal(%m, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
        scf.yield %d1 : f64
      } else {
        %d2 = prob.log_density @cauchy(%m, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
        scf.yield %d2 : f64
      }
      scf.yield %d : f64
    } else {
      scf.yield %zero : f64
    }
    %b = scf.if %is -> f64 {
      %inner = arith.cmpi sgt, %tn, %many : i32
      %d = scf.if %inner -> f64 {
        %d1 = prob.log_density @normal(%k, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
        scf.yield %d1 : f64
      } else {
        %d2 = prob.log_density @cauchy(%k, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
        scf.yield %d2 : f64
      }
      scf.yield %d : f64
    } else {
      scf.yield %zero : f64
    }
    %s = arith.addf %a, %b : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}
