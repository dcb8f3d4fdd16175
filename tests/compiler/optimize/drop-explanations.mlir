// RUN: astragal-opt --drop-explanations %s | FileCheck %s

// Checks keep their conditions and messages, in loops and functions of the library too.

// CHECK-LABEL: func.func private @normal_lpdf
// CHECK: tg.check %{{.*}}, domain, "sigma must be positive" : i1
func.func private @normal_lpdf(%c: i1, %sigma: f64) {
  tg.check %c, domain, "sigma must be positive" explain "sigma must be positive, got {}"(%sigma : f64) : i1
  return
}

// CHECK-LABEL: func.func @log_density
// CHECK: tg.plate
// CHECK: tg.check %{{.*}}, fatal, "index" : i1
func.func @log_density(%c: i1, %n: index) {
  tg.plate (%i) in (%n) {
    tg.check %c, fatal, "index" explain "index {+}"(%i : index) : i1
    tg.yield
  }
  return
}
