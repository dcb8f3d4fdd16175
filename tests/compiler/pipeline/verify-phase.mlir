// RUN: astragal-opt %s --verify-phase=phase=density
// RUN: not astragal-opt %s --verify-phase=phase=tensor 2>&1 | FileCheck %s

// A symbolic density is what the density phase is for, and what must be gone afterwards.
// CHECK: error: 'prob.log_density' must not be left in phase 'tensor'
func.func @f(%x: f64, %m: f64, %s: f64) -> f64 {
  %0 = prob.log_density @normal(%m, %s) at %x autodiff [true, true, true] : (f64, f64) -> f64
  return %0 : f64
}
