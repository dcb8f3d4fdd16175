// RUN: astragal-opt %s --interpret=entries=generate,constrain | FileCheck %s

// What prepare has checked is not checked again for each draw; generated quantities are, draw by draw.
// CHECK-LABEL: func.func @generate
// CHECK:         scf.for
// CHECK-NOT:       tg.check
// CHECK:         call @checked(%{{.*}}) {prob.checked}
// CHECK:         tg.check {{.*}} "of the parameter"
// CHECK:         call @checked(%{{.*}}) :
// CHECK:         tg.check {{.*}} "of the draw"
// CHECK-LABEL: func.func @constrain
// CHECK:         scf.for
// CHECK:           tg.check {{.*}} "of the data"
// CHECK:         call @checked(%{{.*}}) :
// CHECK:         tg.check {{.*}} "of the parameter"
// CHECK-NOT:     tg.check
prob.model @m {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %y = prob.data "y" sizes(%c3) array_rank 1 : tensor<3xf64>
  %sum = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %zero) -> f64 {
    %x = tensor.extract %y[%i] : tensor<3xf64>
    %ok = arith.cmpf oge, %x, %zero : f64
    tg.check %ok, fatal, "of the data" : i1
    %t = arith.addf %s, %x : f64
    scf.yield %t : f64
  }
  %log = func.call @checked(%sum) : (f64) -> f64
  %theta = prob.param "theta" real : f64
  %twice = arith.addf %theta, %log : f64
  %positive = arith.cmpf oge, %theta, %zero : f64
  tg.check %positive, domain, "of the parameter" : i1
  prob.output "theta" parameters %theta : f64
  prob.output "twice" transformed %twice : f64
  prob.generated (%seed, %stream) {
    %again = func.call @checked(%sum) : (f64) -> f64
    %small = arith.cmpf olt, %sum, %zero : f64
    tg.check %small, domain, "of the draw" : i1
    prob.output "again" generated %again : f64
  }
}
func.func private @checked(%x: f64) -> f64 {
  return %x : f64
}
