// RUN: astragal-opt %s --unroll-small-loops --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Data says how many rows each iteration has: written out, that is six plates, no shorter than one.
// CHECK-LABEL: func.func @openRows
// CHECK:         scf.for
func.func @openRows(%x: tensor<6x9xf64>, %counts: tensor<6xi32>, %m: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  // expected-remark @below {{it holds rows of open number, and would be as many plates}}
  %r = scf.for %i = %c0 to %c6 step %c1 iter_args(%s = %m) -> f64 {
    %count = tensor.extract %counts[%i] : tensor<6xi32>
    %n = arith.index_cast %count : i32 to index
    %t = tg.plate (%k) in (%n) {
      %v = tensor.extract %x[%i, %k] : tensor<6x9xf64>
      tg.yield sum(%v : f64)
    } : f64
    %p = arith.mulf %s, %t : f64
    scf.yield %p : f64
  }
  return %r : f64
}
