// RUN: astragal-opt %s --interpret=entries=log_density,explain_log_density,explain_generate,explain_prepare,trace_gradient | FileCheck %s

// Checks of data stay with prepare, unless they stand in a statement that prepare does not have. What they explain stays.
// CHECK-LABEL: func.func @log_density
// CHECK-NOT:     "y is negative"
// CHECK:         scf.for
// CHECK:           tg.check %{{.*}}, fatal, "index" explain "index {+}"(%{{.*}} : index)
// CHECK:           prob.log_density @normal

// Entries that explain are the same functions: the log density with its Jacobian, and all checks of data alone, ...
// CHECK-LABEL: func.func @explain_log_density
// CHECK:         "y is large"
// CHECK-NOT:     prob.gradient
// CHECK:         prob.log_density @normal
// CHECK-LABEL: func.func @explain_generate
// CHECK-SAME:    prob.binding<seed, 0>
// ... but those of data and transformed data, which are the end, apart from those that reject points.
// CHECK-LABEL: func.func @explain_prepare
// CHECK:         "y is negative"
// CHECK-NOT:     "y is large"
// CHECK-LABEL: func.func @trace_gradient
// CHECK-SAME:    prob.gradient
prob.model @m {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %y = prob.data "y" : f64
  %fine = arith.cmpf oge, %y, %zero : f64
  tg.check %fine, fatal, "y is negative" : i1
  %x = prob.param "x" real : f64
  prob.output "x" parameters %x : f64
  tg.check %fine, domain, "y is large" : i1
  scf.for %i = %c0 to %c3 step %c1 {
    %ok = arith.cmpf olt, %y, %zero : f64
    tg.check %ok, fatal, "index" explain "index {+}"(%i : index) : i1
    prob.observe @normal(%y, %y) at %x autodiff [true, false, false] : (f64, f64) -> f64
  }
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64
