// RUN: astragal-opt %s --partition-plates --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// What is left alone stays as it was.
// CHECK-LABEL: func.func @few
// CHECK-NOT:     tensor.empty
// CHECK-LABEL: func.func @ways
// CHECK-COUNT-7: scf.for
// CHECK-NOT:     scf.for
// CHECK-LABEL: func.func @more_ways
// CHECK-NOT:     tensor.empty
// CHECK-LABEL: func.func @no_candidates
// CHECK-NOT:     tensor.empty

func.func @few(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<8xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c8 = arith.constant 8 : index
  %none = arith.constant 0.0 : f64
  // expected-remark @below {{it has few rows}}
  %r = tg.plate (%n) in (%c8) {
    %y = tensor.extract %x[%n] : tensor<8xf64>
    %is = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %is -> f64 {
      %l = prob.log_density @d(%mu) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

func.func @rows(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<?xf64> {prob.binding = #prob.binding<data, 0>}, %n: index {prob.binding = #prob.binding<data, 1>}) -> (f64, tensor<?xf64>) {
  %none = arith.constant 0.0 : f64
  // expected-remark @below {{its rows are read elsewhere}}
  %r:2 = tg.plate (%k) in (%n) {
    %y = tensor.extract %x[%k] : tensor<?xf64>
    %is = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %is -> f64 {
      %l = prob.log_density @d(%mu) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    tg.yield sum(%s : f64) rows(%s : f64)
  } : f64, tensor<?xf64>
  return %r#0, %r#1 : f64, tensor<?xf64>
}

func.func @not_counted(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<?xf64> {prob.binding = #prob.binding<data, 0>}, %n: index) -> f64 {
  %none = arith.constant 0.0 : f64
  // expected-remark @below {{its rows are not counted by data}}
  %r = tg.plate (%k) in (%n) {
    %y = tensor.extract %x[%k] : tensor<?xf64>
    %is = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %is -> f64 {
      %l = prob.log_density @d(%mu) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

func.func @own_parameters(%mu: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %none = arith.constant 0.0 : f64
  // expected-remark @below {{its branches cost less than reading the parameters of rows that are not next to each other}}
  %r = tg.plate (%n) in (%c100) {
    %y = tensor.extract %x[%n] : tensor<100xf64>
    %m = tensor.extract %mu[%n] : tensor<100xf64>
    %is = arith.cmpf ogt, %y, %none : f64
    %s = scf.if %is -> f64 {
      %l = prob.log_density @d(%m) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

func.func @ways(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xi32> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %none = arith.constant 0.0 : f64
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c4 = arith.constant 4 : i32
  %c8 = arith.constant 8 : i32
  %zero = arith.constant 0 : i32
  // Eight ways at most, of sixteen.
  // expected-remark @below {{its rows may go too many ways}}
  %r = tg.plate (%n) in (%c100) {
    %y = tensor.extract %x[%n] : tensor<100xi32>
    %b1 = arith.andi %y, %c1 : i32
    %is1 = arith.cmpi ne, %b1, %zero : i32
    %s1 = scf.if %is1 -> f64 {
      %l = math.exp %mu : f64
      scf.yield %l : f64
    } else {
      scf.yield %mu : f64
    }
    %b2 = arith.andi %y, %c2 : i32
    %is2 = arith.cmpi ne, %b2, %zero : i32
    %s2 = scf.if %is2 -> f64 {
      %l = math.exp %s1 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s1 : f64
    }
    %b4 = arith.andi %y, %c4 : i32
    %is4 = arith.cmpi ne, %b4, %zero : i32
    %s4 = scf.if %is4 -> f64 {
      %l = math.exp %s2 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s2 : f64
    }
    %b8 = arith.andi %y, %c8 : i32
    %is8 = arith.cmpi ne, %b8, %zero : i32
    %s8 = scf.if %is8 -> f64 {
      %l = math.exp %s4 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s4 : f64
    }
    tg.yield sum(%s8 : f64)
  } : f64
  return %r : f64
}

func.func @more_ways(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<100xi32> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %none = arith.constant 0.0 : f64
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c4 = arith.constant 4 : i32
  %c8 = arith.constant 8 : i32
  %c16 = arith.constant 16 : i32
  %zero = arith.constant 0 : i32
  // Of thirty-two most would be left over: none is begun.
  // expected-remark @below {{its rows may go too many ways}}
  %r = tg.plate (%n) in (%c100) {
    %y = tensor.extract %x[%n] : tensor<100xi32>
    %b1 = arith.andi %y, %c1 : i32
    %is1 = arith.cmpi ne, %b1, %zero : i32
    %s1 = scf.if %is1 -> f64 {
      %l = math.exp %mu : f64
      scf.yield %l : f64
    } else {
      scf.yield %mu : f64
    }
    %b2 = arith.andi %y, %c2 : i32
    %is2 = arith.cmpi ne, %b2, %zero : i32
    %s2 = scf.if %is2 -> f64 {
      %l = math.exp %s1 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s1 : f64
    }
    %b4 = arith.andi %y, %c4 : i32
    %is4 = arith.cmpi ne, %b4, %zero : i32
    %s4 = scf.if %is4 -> f64 {
      %l = math.exp %s2 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s2 : f64
    }
    %b8 = arith.andi %y, %c8 : i32
    %is8 = arith.cmpi ne, %b8, %zero : i32
    %s8 = scf.if %is8 -> f64 {
      %l = math.exp %s4 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s4 : f64
    }
    %b16 = arith.andi %y, %c16 : i32
    %is16 = arith.cmpi ne, %b16, %zero : i32
    %s16 = scf.if %is16 -> f64 {
      %l = math.exp %s8 : f64
      scf.yield %l : f64
    } else {
      scf.yield %s8 : f64
    }
    tg.yield sum(%s16 : f64)
  } : f64
  return %r : f64
}

// Nothing is said of what is no candidate: a condition on parameters, and branches of a few instructions.
func.func @no_candidates(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %x: tensor<?xf64> {prob.binding = #prob.binding<data, 0>}, %n: index {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %none = arith.constant 0.0 : f64
  %r = tg.plate (%k) in (%n) {
    %y = tensor.extract %x[%k] : tensor<?xf64>
    %m = arith.mulf %y, %mu : f64
    %is = arith.cmpf ogt, %m, %none : f64
    %s = scf.if %is -> f64 {
      %l = prob.log_density @d(%mu) at %y autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    } else {
      scf.yield %none : f64
    }
    %positive = arith.cmpf ogt, %y, %none : f64
    %t = scf.if %positive -> f64 {
      scf.yield %m : f64
    } else {
      scf.yield %mu : f64
    }
    %u = arith.addf %s, %t : f64
    tg.yield sum(%u : f64)
  } : f64
  return %r : f64
}

prob.distribution @d log_density @d1 support real
func.func private @d1(f64, f64) -> f64
