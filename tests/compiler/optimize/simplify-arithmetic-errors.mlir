// RUN: astragal-opt %s --simplify-arithmetic | FileCheck %s

// A division outside of loops, one by what the loop computes, and a check that a branch guards stay.
// CHECK-LABEL: func.func @stay
// CHECK:         arith.divf
// CHECK:         scf.for
// CHECK:           arith.divf
// CHECK:           scf.if
// CHECK-NEXT:        tg.check
func.func @stay(%x: f64, %s: f64, %n: index, %ok: i1, %p: i1) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.divf %x, %s : f64
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %d) -> f64 {
    %e = arith.divf %s, %a : f64
    scf.if %p {
      tg.check %ok, domain, "guarded" : i1
    }
    scf.yield %e : f64
  }
  return %d, %r : f64, f64
}
