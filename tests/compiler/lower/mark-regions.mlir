// RUN: astragal-opt --mark-regions --split-input-file %s | FileCheck %s
// RUN: astragal-opt --mark-regions=first=7 --split-input-file %s | FileCheck %s --check-prefix=LATER

// An entry, a loop, what is computed between loop and kernel, and the kernel. The last stretch is too short to be timed alone, and
// what stands before the loop belongs to it. A function that is no entry has no marks.

// CHECK: prob.regions =
// CHECK-SAME: {by_row = false, {{.*}}entry = "gradient", {{.*}}kind = 0 : i32, name = "gradient", parent = -1 : i32
// CHECK-SAME: {by_row = false, bytes_read = 8.000000e+02 : f64, bytes_written = 0.000000e+00 : f64, {{.*}}exact = true, flops = 2.000000e+02 : f64, {{.*}}kind = 1 : i32, name = "loop", parent = 0 : i32
// CHECK-SAME: flops = 4.000000e+00 : f64, {{.*}}kind = 3 : i32, name = "", parent = 0 : i32
// CHECK-SAME: flops = 9.000000e+00 : f64, {{.*}}kind = 2 : i32, name = "cholesky", parent = 0 : i32
// CHECK-LABEL: func.func @gradient
// CHECK-NEXT: tg.mark begin 0
// CHECK: %[[N:.*]] = arith.constant 100 : index
// CHECK-NOT: tg.mark
// CHECK: scf.for
// CHECK: }
// CHECK-NEXT: tg.mark 1 rows(%[[N]])
// CHECK-COUNT-4: arith.divf
// CHECK-NEXT: tg.mark 2
// CHECK-NEXT: tg.kernel_call
// CHECK-NEXT: tg.mark 3
// CHECK-NEXT: arith.addf
// CHECK-NEXT: tg.mark 0
// CHECK-NEXT: return

// LATER: parent = -1 : i32
// LATER-SAME: parent = 7 : i32
// LATER: tg.mark begin 7
// LATER: tg.mark 10
// LATER: tg.mark 7
func.func @gradient(%x: memref<100xf64>, %a: memref<9xf64>, %l: memref<9xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 100 : index
  %k = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> f64 {
    %v = memref.load %x[%i] : memref<100xf64>
    %w = arith.mulf %v, %v : f64
    %next = arith.addf %sum, %w : f64
    scf.yield %next : f64
  }
  %d0 = arith.divf %s, %s : f64
  %d1 = arith.divf %d0, %s : f64
  %d2 = arith.divf %d1, %s : f64
  %d3 = arith.divf %d2, %s : f64
  tg.kernel_call "cholesky"(%a, %k, %l) : memref<9xf64>, index, memref<9xf64>
  %r = arith.addf %d3, %s : f64
  return %r : f64
}
// CHECK-LABEL: func.func private @helper
// CHECK-NOT: tg.mark
// CHECK: return
func.func private @helper(%x: f64) -> f64 {
  return %x : f64
}

// -----

// A loop that calls kernels is taken apart; its work is that of its parts. Where trips are not known, work is that of a row.

// CHECK: by_row = true, {{.*}}flops = 0.000000e+00 : f64, {{.*}}kind = 1 : i32, name = "loop", parent = 0 : i32, parts = true
// CHECK-SAME: by_row = false, {{.*}}kind = 2 : i32, name = "cholesky", parent = 1 : i32, parts = false
// CHECK-SAME: by_row = true, {{.*}}exact = false, flops = 1.000000e+00 : f64, {{.*}}kind = 1 : i32, name = "loop", parent = 0 : i32, parts = false
// CHECK-LABEL: func.func @generate
// CHECK: scf.for
// CHECK-NEXT: tg.kernel_call
// CHECK-NEXT: tg.mark 2
// CHECK-NEXT: }
// CHECK-NEXT: tg.mark 1 rows
// CHECK: scf.for
// CHECK-NOT: tg.mark
// CHECK: }
// CHECK-NEXT: %[[ROWS:.*]] = arith.subi
// CHECK-NEXT: tg.mark 3 rows(%[[ROWS]])
func.func @generate(%n: index, %k: index, %x: memref<?xf64>, %a: memref<?xf64>, %l: memref<?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %n step %c1 {
    tg.kernel_call "cholesky"(%a, %k, %l) : memref<?xf64>, index, memref<?xf64>
  }
  scf.for %i = %c1 to %n step %c8 {
    %v = vector.load %x[%i] : memref<?xf64>, vector<8xf64>
    %w = arith.addf %v, %v : vector<8xf64>
    vector.store %w, %x[%i] : memref<?xf64>, vector<8xf64>
  }
  return
}
