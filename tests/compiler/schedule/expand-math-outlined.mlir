// RUN: astragal-opt %s --expand-math=outline-above=2 | FileCheck %s

// Three scalar logarithms are too many: they share a function. Two exponentials are not.
// CHECK-LABEL: func.func @many(
// CHECK-COUNT-3: call @astragal.log(%{{.*}}) : (f64) -> f64
// CHECK-NOT: call @astragal.exp
// CHECK: return
func.func @many(%x: f64) -> f64 {
  %0 = math.log %x : f64
  %1 = math.exp %0 : f64
  %2 = math.log %1 : f64
  %3 = math.exp %2 : f64
  %4 = math.log %3 : f64
  return %4 : f64
}

// CHECK-LABEL: func.func private @astragal.log(
// CHECK-SAME: attributes {no_inline}
// CHECK-NOT: math.log
// CHECK: return
