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

// Summands of the value are looked at where they are added, in branches and in rows. A finite constant is none to look at, and what another
// result reads is not part of the value.

// CHECK-LABEL: func.func @trace_summands
// CHECK: scf.if
// CHECK: arith.cmpf une, %{{.+}}, %{{.+}} : f64
// CHECK-NEXT: tg.check {{.*}}, fatal, "what is added here is -inf" : i1
// CHECK: else
// CHECK-NOT: tg.check
// CHECK: tg.plate (%[[I:.+]]) in
// CHECK: %[[ADDED:.+]] = arith.cmpf une, %{{.+}}, %{{.+}} : f64
// CHECK-NEXT: tg.check %[[ADDED]], fatal, "what is added here is -inf" explain "what is added here is -inf (element {+})"(%[[I]] : index) : i1
// CHECK-NEXT: tg.yield
// CHECK-NOT: added here
// CHECK: return
func.func @trace_summands(%a: f64, %c: i1, %t: tensor<4xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}, f64) {
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f64
  %least = arith.constant 0xFFF0000000000000 : f64
  %branch = scf.if %c -> (f64) {
    %sum = arith.addf %zero, %least : f64
    scf.yield %sum : f64
  } else {
    scf.yield %zero : f64
  }
  %rows = tg.plate (%i) in (%c4) {
    %e = tensor.extract %t[%i] : tensor<4xf64>
    %l = math.log %e : f64
    tg.yield sum(%l : f64)
  } : f64
  %value = arith.addf %branch, %rows : f64
  %other = arith.addf %a, %a : f64
  return %value, %other : f64, f64
}
