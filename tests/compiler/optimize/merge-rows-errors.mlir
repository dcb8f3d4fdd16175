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
