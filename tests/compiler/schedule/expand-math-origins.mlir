// RUN: astragal-opt %s --expand-math --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Locations tell the arithmetic of an expanded function from that of the program.
// CHECK-LABEL: func.func @both
// CHECK: arith.addf {{.*}} loc("m.stan":1:1)
// CHECK: math.fma {{.*}} loc("function"("m.stan":2:1))
func.func @both(%x: f64) -> f64 {
  %a = arith.addf %x, %x : f64 loc("m.stan":1:1)
  %y = math.exp %a : f64 loc("m.stan":2:1)
  return %y : f64
}
