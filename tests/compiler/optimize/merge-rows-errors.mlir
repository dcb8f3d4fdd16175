// RUN: astragal-opt %s --merge-rows --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-NOT: equal_rows

func.func @own(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  // expected-remark @below {{every row has parameters or data of its own}}
  %l = tg.plate (%n) in (%c100) {
    %a = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %a : f64
    tg.yield sum(%e : f64)
  } : f64
  return %l : f64
}

func.func @unknown(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                   %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}, %rows: index) -> f64 {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-remark @below {{its rows are not counted by data}}
  %l = tg.plate (%n) in (%rows) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = arith.mulf %yn, %a : f64
    %s = math.exp %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

func.func @wide(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<100x9xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %c100 = arith.constant 100 : index
  %b0 = tensor.extract %q[%c0] : tensor<9xf64>
  %b1 = tensor.extract %q[%c1] : tensor<9xf64>
  %b2 = tensor.extract %q[%c2] : tensor<9xf64>
  %b3 = tensor.extract %q[%c3] : tensor<9xf64>
  %b4 = tensor.extract %q[%c4] : tensor<9xf64>
  %b5 = tensor.extract %q[%c5] : tensor<9xf64>
  %b6 = tensor.extract %q[%c6] : tensor<9xf64>
  %b7 = tensor.extract %q[%c7] : tensor<9xf64>
  %b8 = tensor.extract %q[%c8] : tensor<9xf64>
  // expected-remark @below {{rows differ in too many values}}
  %l = tg.plate (%n) in (%c100) {
    %x0 = tensor.extract %x[%n, %c0] : tensor<100x9xf64>
    %p0 = arith.mulf %b0, %x0 : f64
    %x1 = tensor.extract %x[%n, %c1] : tensor<100x9xf64>
    %p1 = arith.mulf %b1, %x1 : f64
    %x2 = tensor.extract %x[%n, %c2] : tensor<100x9xf64>
    %p2 = arith.mulf %b2, %x2 : f64
    %x3 = tensor.extract %x[%n, %c3] : tensor<100x9xf64>
    %p3 = arith.mulf %b3, %x3 : f64
    %x4 = tensor.extract %x[%n, %c4] : tensor<100x9xf64>
    %p4 = arith.mulf %b4, %x4 : f64
    %x5 = tensor.extract %x[%n, %c5] : tensor<100x9xf64>
    %p5 = arith.mulf %b5, %x5 : f64
    %x6 = tensor.extract %x[%n, %c6] : tensor<100x9xf64>
    %p6 = arith.mulf %b6, %x6 : f64
    %x7 = tensor.extract %x[%n, %c7] : tensor<100x9xf64>
    %p7 = arith.mulf %b7, %x7 : f64
    %x8 = tensor.extract %x[%n, %c8] : tensor<100x9xf64>
    %p8 = arith.mulf %b8, %x8 : f64
    %s1 = arith.addf %p0, %p1 : f64
    %s2 = arith.addf %s1, %p2 : f64
    %s3 = arith.addf %s2, %p3 : f64
    %s4 = arith.addf %s3, %p4 : f64
    %s5 = arith.addf %s4, %p5 : f64
    %s6 = arith.addf %s5, %p6 : f64
    %s7 = arith.addf %s6, %p7 : f64
    %s8 = arith.addf %s7, %p8 : f64
    %s = math.exp %s8 : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

func.func @integers(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                    %y: tensor<100xi64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %is = arith.cmpf ogt, %a, %a : f64
  %one = arith.constant 1 : i64
  // expected-remark @below {{rows differ in more than numbers}}
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xi64>
    %chosen = arith.select %is, %yn, %one : i64
    %d = arith.sitofp %chosen : i64 to f64
    %s = math.exp %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// Counted from one, through an integer.
func.func @shifted(%q: tensor<101xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{every row has parameters or data of its own}}
  %l = tg.plate (%n) in (%c100) {
    %i = arith.index_cast %n : index to i32
    %j = arith.index_cast %i : i32 to index
    %at = arith.addi %j, %c1 : index
    %a = tensor.extract %q[%at] : tensor<101xf64>
    %e = math.exp %a : f64
    tg.yield sum(%e : f64)
  } : f64
  return %l : f64
}

func.func @cheap(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                 %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-remark @below {{a row takes no longer than its weight would}}
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = arith.subf %yn, %a : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

func.func @few(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
               %y: tensor<15xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c15 = arith.constant 15 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-remark @below {{there are too few rows}}
  %l = tg.plate (%n) in (%c15) {
    %yn = tensor.extract %y[%n] : tensor<15xf64>
    %d = arith.mulf %yn, %a : f64
    %s = math.exp %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// Where a row lies in a matrix.
func.func @of_matrix(%q: tensor<10x10xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c10 = arith.constant 10 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{every row has parameters or data of its own}}
  %l = tg.plate (%n) in (%c100) {
    %i = arith.divui %n, %c10 : index
    %j = arith.remui %n, %c10 : index
    %a = tensor.extract %q[%i, %j] : tensor<10x10xf64>
    %e = math.exp %a : f64
    tg.yield sum(%e : f64)
  } : f64
  return %l : f64
}

func.func @nested(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<9x100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{every row has parameters or data of its own}}
  %l = tg.plate (%n) in (%c100) {
    %m = tg.plate (%k) in (%c9) {
      %a = tensor.extract %q[%k] : tensor<9xf64>
      %b = tensor.extract %x[%k, %n] : tensor<9x100xf64>
      %c = arith.mulf %a, %b : f64
      tg.yield sum(%c : f64)
    } : f64
    %s = math.exp %m : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

func.func @indices(%q: tensor<9x100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{its rows have more than one index}}
  %l = tg.plate (%k, %n) in (%c9, %c100) {
    %a = tensor.extract %q[%k, %n] : tensor<9x100xf64>
    %s = math.exp %a : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

func.func @prints(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-remark @below {{its rows do more than compute and check}}
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = arith.mulf %yn, %a : f64
    %s = math.exp %d : f64
    tg.print model ["s = ", ""] (%s : f64) matrices [false] ranks [0]
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// Elements of parameters that few rows share: these are merged, and stay in their order.
// CHECK-LABEL: func.func @groups(
// CHECK-NOT: block_rows
func.func @groups(%q: tensor<40xf64> {prob.binding = #prob.binding<input, 0>},
                  %g: tensor<1024xindex> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c1024 = arith.constant 1024 : index
  // expected-remark @below {{few rows share each element of a parameter, so they stay in their order}}
  %l = tg.plate (%n) in (%c1024) {
    %gn = tensor.extract %g[%n] : tensor<1024xindex>
    %u = tensor.extract %q[%gn] : tensor<40xf64>
    %s = math.exp %u : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}
