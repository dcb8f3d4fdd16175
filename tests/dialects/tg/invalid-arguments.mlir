// A body with fewer arguments than indices is refused, not counted below zero.
// RUN: astragal-opt %s -verify-diagnostics

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op body takes 2 indices and 0 accumulators, but has 1 arguments}}
  %s = "tg.plate"(%n, %n) <{operandSegmentSizes = array<i32: 2, 0, 0>}> ({
  ^bb0(%i: index):
    "tg.yield"(%x) <{operandSegmentSizes = array<i32: 1, 0, 0, 0>}> : (f64) -> ()
  }) : (index, index) -> f64
  return
}
