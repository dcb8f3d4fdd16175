// RUN: astragal-opt %s --lift-rows --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Rows of the side that is taken are there, those of the other are none.
// CHECK-LABEL: func.func @log_density
// CHECK-SAME:    %[[N:[a-z0-9]+]]: i32
// CHECK-DAG:     %[[NONE:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C9:.*]] = arith.constant 9 : index
// CHECK:         %[[IF:.*]] = arith.cmpi ne, %[[N]]
// CHECK:         %[[A:.*]] = arith.select %[[IF]], %[[C9]], %{{.*}} : index
// CHECK:         %[[S:.*]] = tg.plate (%{{.*}}) in (%[[A]]) {
// CHECK:         %[[B:.*]] = arith.select %[[IF]], %{{.*}}, %[[C9]] : index
// CHECK:         %[[T:.*]] = tg.plate (%{{.*}}) in (%[[B]]) {
// CHECK:         scf.if %[[IF]]
// CHECK-NEXT:      scf.yield %[[S]]
// CHECK-NEXT:    } else {
// CHECK-NEXT:      arith.addf %[[T]], %{{.*}}
func.func @log_density(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                       %n: i32 {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<9xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0 : i32
  %m = tensor.extract %q[%c0] : tensor<2xf64>
  %s = tensor.extract %q[%c1] : tensor<2xf64>
  %if = arith.cmpi ne, %n, %zero : i32
  %r = scf.if %if -> f64 {
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @normal(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %p : f64
  } else {
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @normal_id_glm(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    %more = arith.addf %p, %m : f64
    scf.yield %more : f64
  }
  return %r : f64
}

// A branch in a branch, of which the condition, and the scale, are computed there.
// CHECK-LABEL: func.func @log_density_jacobian
// CHECK:         %[[A:.*]] = arith.cmpi eq
// CHECK:         %[[B:.*]] = arith.cmpi sgt
// CHECK:         %[[INNER:.*]] = arith.select %[[B]], %{{.*}}, %[[NONE:.*]] : index
// CHECK:         %[[N:.*]] = arith.select %[[A]], %{{.*}}, %[[INNER]] : index
// CHECK:         tg.plate (%{{.*}}) in (%[[N]]) {
// CHECK:         scf.if %[[A]]
func.func @log_density_jacobian(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                       %n: i32 {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<9xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0 : i32
  %m = tensor.extract %q[%c0] : tensor<2xf64>
  %s = tensor.extract %q[%c1] : tensor<2xf64>
  %if = arith.cmpi eq, %n, %zero : i32
  %r = scf.if %if -> f64 {
    scf.yield %s : f64
  } else {
    %positive = arith.cmpi sgt, %n, %zero : i32
    %e = scf.if %positive -> f64 {
      %t = math.exp %s : f64
      %p = tg.plate (%i) in (%c9) {
        %v = tensor.extract %y[%i] : tensor<9xf64>
        %d = prob.log_density @normal(%m, %t) at %v autodiff [false, true, true] : (f64, f64) -> f64
        tg.yield sum(%d : f64)
      } : f64
      scf.yield %p : f64
    } else {
      scf.yield %m : f64
    }
    scf.yield %e : f64
  }
  return %r : f64
}

// A branch on parameters; rows that need what the branch computes; other densities; a branch in a loop.
// CHECK-LABEL: func.func @log_density_propto
// CHECK-NOT:     arith.select
// CHECK:         return
func.func @log_density_propto(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                       %n: i32 {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<9xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0 : i32
  %none = arith.constant 0.0 : f64
  %m = tensor.extract %q[%c0] : tensor<2xf64>
  %s = tensor.extract %q[%c1] : tensor<2xf64>
  %positive = arith.cmpf ogt, %m, %none : f64
  %if = arith.cmpi ne, %n, %zero : i32
  %a = scf.if %positive -> f64 {
    // expected-remark @below {{the branch depends on parameters}}
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @normal(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %p : f64
  } else {
    scf.yield %none : f64
  }
  %b = scf.if %if -> f64 {
    %t = tensor.extract %q[%c1] : tensor<2xf64>
    // expected-remark @below {{it gives or needs other values of the branch}}
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @normal(%m, %t) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %p : f64
  } else {
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @logistic(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %p : f64
  }
  %c = scf.for %k = %c0 to %c9 step %c1 iter_args(%sum = %b) -> f64 {
    %e = scf.if %if -> f64 {
      // expected-remark @below {{the branch is in a loop}}
      %p = tg.plate (%i) in (%c9) {
        %v = tensor.extract %y[%i] : tensor<9xf64>
        %d = prob.log_density @normal(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
        tg.yield sum(%d : f64)
      } : f64
      scf.yield %p : f64
    } else {
      scf.yield %none : f64
    }
    %more = arith.addf %sum, %e : f64
    scf.yield %more : f64
  }
  %r = arith.addf %a, %c : f64
  return %r : f64
}

// A lognormal density is a normal one of logarithms.
// CHECK-LABEL: func.func @gradient
// CHECK:         %[[N:.*]] = arith.select
// CHECK:         tg.plate (%{{.*}}) in (%[[N]]) {
// CHECK:         scf.if
func.func @gradient(%m: f64 {prob.binding = #prob.binding<input, 0>},
                    %n: i32 {prob.binding = #prob.binding<data, 0>},
                    %y: tensor<9xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0 : i32
  %if = arith.cmpi ne, %n, %zero : i32
  %r = scf.if %if -> f64 {
    %p = tg.plate (%i) in (%c9) {
      %v = tensor.extract %y[%i] : tensor<9xf64>
      %d = prob.log_density @lognormal(%m, %m) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %p : f64
  } else {
    scf.yield %m : f64
  }
  return %r : f64
}
