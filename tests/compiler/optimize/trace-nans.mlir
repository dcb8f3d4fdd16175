// RUN: astragal-opt --pass-pipeline='builtin.module(func.func(trace-nans))' %s | FileCheck %s
// RUN: astragal-opt --pass-pipeline='builtin.module(func.func(trace-nans{gradient=true}))' %s | FileCheck %s --check-prefix=GRADIENT

// A result is checked unless an operand is to blame.

// CHECK-LABEL: func.func @trace_gradient
// CHECK: %[[Q:.*]] = arith.divf %[[A:.*]], %[[B:.*]] {tg.traced} : f64
// CHECK-NEXT: %[[ORD:.*]] = arith.cmpf ord, %[[Q]], %[[Q]]
// CHECK-NEXT: %[[UA:.*]] = arith.cmpf uno, %[[A]], %[[A]]
// CHECK-NEXT: %[[OA:.*]] = arith.ori %[[ORD]], %[[UA]]
// CHECK-NEXT: %[[UB:.*]] = arith.cmpf uno, %[[B]], %[[B]]
// CHECK-NEXT: %[[OK:.*]] = arith.ori %[[OA]], %[[UB]]
// CHECK-NEXT: tg.check %[[OK]], fatal, "a quotient is not a number" explain "a quotient is not a number: {} / {}"(%[[A]], %[[B]] : f64, f64)
// CHECK: math.atanh %{{.*}} {tg.traced}
// CHECK: tg.check {{.*}} explain "the result of atanh is not a number: atanh({})"

// A NaN of the program's own is no excuse.
// CHECK: %[[S:.*]] = arith.addf %{{.*}}, %{{.*}} {tg.traced}
// CHECK-NEXT: arith.cmpf ord, %[[S]], %[[S]]
// CHECK-NEXT: arith.cmpf uno
// CHECK-NEXT: arith.ori
// CHECK-NEXT: tg.check

// What is read is checked, what is chosen or cannot be NaN is not, nor what has its check already.
// CHECK: tensor.extract %{{.*}}[%{{.*}}] {tg.traced}
// CHECK: tg.check {{.*}} explain "a value that is read here is not a number (element {+})"
// CHECK: arith.select
// CHECK-NEXT: arith.negf
// CHECK-NEXT: math.log %{{.*}} {tg.traced}
// CHECK-NEXT: return

// GRADIENT-LABEL: func.func @trace_gradient
// GRADIENT: "in the gradient, a quotient is not a number"
// GRADIENT: tensor.extract %{{.*}}[%{{.*}}] : tensor<4xf64>
func.func @trace_gradient(%a: f64, %b: f64, %c: i1, %t: tensor<4xf64>, %i: index) -> f64 {
  %nan = arith.constant 0x7FF8000000000000 : f64
  %q = arith.divf %a, %b : f64
  %z = math.atanh %q : f64
  %s = arith.addf %z, %nan : f64
  %e = tensor.extract %t[%i] : tensor<4xf64>
  %p = arith.select %c, %e, %s : f64
  %m = arith.negf %p : f64
  %l = math.log %m {tg.traced} : f64
  return %l : f64
}

// Other functions are left alone.

// CHECK-LABEL: func.func @gradient
// CHECK-NEXT: arith.divf %{{.*}}, %{{.*}} : f64
// CHECK-NEXT: return
func.func @gradient(%a: f64, %b: f64) -> f64 {
  %q = arith.divf %a, %b : f64
  return %q : f64
}
