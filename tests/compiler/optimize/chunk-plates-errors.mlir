// RUN: astragal-opt %s --chunk-plates --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @few
// CHECK-NOT:     chunks
func.func @few(%x: tensor<1000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 1000 : index
  // expected-remark @below {{the rows take no more than some microseconds}}
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<1000xf64>
    %p = arith.mulf %v, %q : f64
    tg.yield sum(%p : f64)
  } : f64
  return %r : f64
}

// CHECK-LABEL: func.func @prints
// CHECK-NOT:     chunks
func.func @prints(%x: tensor<1000000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 1000000 : index
  // expected-remark @below {{rows print, and lines come in their order}}
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<1000000xf64>
    tg.print model ["v = ", ""](%v : f64) matrices [false] ranks [0]
    tg.yield sum(%v : f64)
  } : f64
  return %r : f64
}

// As many parameters as rows, in an order of their own: every chunk would have to add up all of them.
// CHECK-LABEL: func.func @scattered
// CHECK-NOT:     chunks
func.func @scattered(%x: tensor<100000xindex> {prob.binding = #prob.binding<data, 0>},
    %q: tensor<100000xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 100000 : index
  // expected-remark @below {{each chunk would add up 100000 numbers for itself}}
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<100000xindex>
    %w = tensor.extract %q[%v] : tensor<100000xf64>
    %e = math.exp %w : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// A row reads its own element and the next one's: rows meet.
// CHECK-LABEL: func.func @neighbours
// CHECK-NOT:     chunks
func.func @neighbours(%q: tensor<100001xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 100000 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{each chunk would add up 100001 numbers for itself}}
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %q[%i] : tensor<100001xf64>
    %next = arith.addi %i, %c1 : index
    %w = tensor.extract %q[%next] : tensor<100001xf64>
    %p = arith.mulf %v, %w : f64
    %e = math.exp %p : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// CHECK-LABEL: func.func @narrow
// CHECK-NOT:     chunks
func.func @narrow(%x: tensor<1x1000000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 1000000 : index
  %m = arith.constant 1 : index
  // expected-remark @below {{there are too few rows along the first extent}}
  %r = tg.plate (%i, %j) in (%m, %n) {
    %v = tensor.extract %x[%i, %j] : tensor<1x1000000xf64>
    %p = arith.mulf %v, %q : f64
    tg.yield sum(%p : f64)
  } : f64
  return %r : f64
}

// However long the loop is: few rows at a time.
// CHECK-LABEL: func.func @bounded
// CHECK-NOT:     chunks
func.func @bounded(%x: tensor<?xf64> {prob.binding = #prob.binding<data, 0>}, %n: i32 {prob.binding = #prob.binding<data, 1>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c3 = arith.constant 3 : i32
  %c0 = arith.constant 0 : index
  %m = arith.minsi %n, %c3 : i32
  %i = arith.index_cast %m : i32 to index
  %e = arith.maxsi %i, %c0 : index
  // expected-remark @below {{the rows take no more than some microseconds}}
  %s = tg.plate (%k) in (%e) {
    %v = tensor.extract %x[%k] : tensor<?xf64>
    %w = arith.mulf %v, %q : f64
    tg.yield sum(%w : f64)
  } : f64
  return %s : f64
}
