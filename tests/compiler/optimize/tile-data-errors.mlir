// RUN: astragal-opt %s --tile-data -split-input-file -remarks-filter=optimize -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --input-file %t

// Left alone: what is near, or has few columns; what is no data, is not read in a loop, or not by the row; what other
// entries than densities and gradients read.
// REMARK: its columns lie in a near cache
// REMARK: it has few columns
// REMARK-NOT: tiles of sixteen
// CHECK-LABEL: func.func @log_density(
// CHECK-NOT:     arith.remui
func.func @log_density(%near: tensor<10x20xf64> {prob.binding = #prob.binding<data, 0>},
                       %few: tensor<6x100000xf64> {prob.binding = #prob.binding<data, 1>},
                       %large: tensor<100x100000xf64> {prob.binding = #prob.binding<data, 2>},
                       %q: tensor<100x100000xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %c20 = arith.constant 20 : index
  %c100000 = arith.constant 100000 : index
  %zero = arith.constant 0.0 : f64
  %near_rows = tg.plate (%i) in (%c20) {
    %eta = scf.for %j = %c0 to %c6 step %c1 iter_args(%sum = %zero) -> (f64) {
      %u = tensor.extract %near[%j, %i] : tensor<10x20xf64>
      %b = tensor.extract %q[%j, %j] : tensor<100x100000xf64>
      %p = arith.mulf %u, %b : f64
      %next = arith.addf %sum, %p : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  %s = tg.plate (%i) in (%c100000) {
    %outside = tensor.extract %large[%c6, %i] : tensor<100x100000xf64>
    %eta = scf.for %j = %c0 to %c6 step %c1 iter_args(%sum = %outside) -> (f64) {
      %u = tensor.extract %few[%j, %i] : tensor<6x100000xf64>
      %v = tensor.extract %q[%j, %i] : tensor<100x100000xf64>
      %w = tensor.extract %large[%j, %j] : tensor<100x100000xf64>
      %a = arith.addf %u, %v : f64
      %b = arith.addf %a, %w : f64
      %next = arith.addf %sum, %b : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  %t = arith.addf %near_rows, %s : f64
  return %t : f64
}

// CHECK-LABEL: func.func @generate(
// CHECK-NOT:     arith.remui
func.func @generate(%large: tensor<100x100000xf64> {prob.binding = #prob.binding<data, 2>},
                    %q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %c100000 = arith.constant 100000 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%c100000) {
    %eta = scf.for %j = %c0 to %c100 step %c1 iter_args(%sum = %zero) -> (f64) {
      %u = tensor.extract %large[%j, %i] : tensor<100x100000xf64>
      %b = tensor.extract %q[%j] : tensor<100xf64>
      %p = arith.mulf %u, %b : f64
      %next = arith.addf %sum, %p : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  return %s : f64
}
