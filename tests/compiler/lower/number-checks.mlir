// RUN: astragal-opt --number-checks --split-input-file %s | FileCheck %s
// RUN: astragal-opt --number-checks=first=7 --split-input-file %s | FileCheck %s --check-prefix=LATER

// The same check in two entries has one number.

// CHECK: prob.checks = [{column = 2 : i32, file = "m.stan", kind = 0 : i32, line = 1 : i32, message = "one"},
// CHECK-SAME: {column = 2 : i32, file = "m.stan", kind = 1 : i32, line = 1 : i32, message = "one"}]
// CHECK-LABEL: func.func @log_density
// CHECK: tg.check %{{.*}}, domain, "one" number 1
// CHECK: tg.check %{{.*}}, fatal, "one" number 2
// CHECK-LABEL: func.func @gradient
// CHECK: tg.check %{{.*}}, domain, "one" number 1
// LATER-LABEL: func.func @log_density
// LATER: number 7
// LATER: number 8
func.func @log_density(%c: i1) {
  tg.check %c, domain, "one" : i1 loc("m.stan":1:2)
  tg.check %c, fatal, "one" : i1 loc("m.stan":1:2)
  return
}
func.func @gradient(%c: i1) {
  tg.check %c, domain, "one" : i1 loc("m.stan":1:2)
  return
}

// -----

// What a check explains is a part of it.

// CHECK: prob.checks = [{column = 2 : i32, explanation = "one: {}", file = "m.stan", kind = 0 : i32, line = 1 : i32, message = "one"},
// CHECK-SAME: {column = 2 : i32, file = "m.stan", kind = 0 : i32, line = 1 : i32, message = "one"}]
func.func @explain_prepare(%c: i1, %x: f64) {
  tg.check %c, domain, "one" explain "one: {}"(%x : f64) : i1 loc("m.stan":1:2)
  tg.check %c, domain, "one" : i1 loc("m.stan":1:2)
  return
}

// -----

// A check of a library function is about the call that the model makes.

// CHECK: file = "m.stan", kind = 0 : i32, line = 9 : i32
func.func @log_density(%c: i1) {
  tg.check %c, domain, "in" : i1 loc(callsite("library.stan":3:4 at "m.stan":9:1))
  return
}
