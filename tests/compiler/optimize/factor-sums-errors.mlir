// RUN: astragal-opt %s --factor-sums --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// A square is left whole; what was tried leaves no trace.
// CHECK-LABEL: func.func @square(
// CHECK-COUNT-1: tg.plate
// CHECK-NOT: tg.plate
// CHECK: return
func.func @square(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  // expected-remark @below {{its rows are no sums of data times parameters}}
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = arith.subf %yn, %a : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// A function of a choice is made a choice of functions only where that pays.
// CHECK-LABEL: func.func @own(
// CHECK-COUNT-1: math.exp
// CHECK-NOT: math.exp
// CHECK: return
func.func @own(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
               %c: tensor<100xi1> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  // expected-remark @below {{every row has a parameter of its own}}
  %l = tg.plate (%n) in (%c100) {
    %cn = tensor.extract %c[%n] : tensor<100xi1>
    %a = tensor.extract %q[%n] : tensor<100xf64>
    %b = arith.negf %a : f64
    %s = arith.select %cn, %a, %b : f64
    %e = math.exp %s : f64
    tg.yield sum(%e : f64)
  } : f64
  return %l : f64
}

// Who has no group is not read: which groups there are cannot be told from the tensor.
func.func @guarded(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                   %g: tensor<100xindex> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{the range of its groups is not known}}
  %l = tg.plate (%n) in (%c100) {
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %has = arith.cmpi ult, %gn, %c9 : index
    %a = scf.if %has -> f64 {
      %b = tensor.extract %q[%gn] : tensor<9xf64>
      scf.yield %b : f64
    } else {
      scf.yield %zero : f64
    }
    tg.yield sum(%a : f64)
  } : f64
  return %l : f64
}

func.func @groups(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<10xf64> {prob.binding = #prob.binding<data, 0>},
                  %g: tensor<10xindex> {prob.binding = #prob.binding<data, 1>},
                  %h: tensor<10xindex> {prob.binding = #prob.binding<data, 2>}, %rows: index) -> f64 {
  %c10 = arith.constant 10 : index
  // expected-remark @below {{there are too few rows for its groups}}
  %0 = tg.plate (%n) in (%c10) {
    %gn = tensor.extract %g[%n] : tensor<10xindex>
    %a = tensor.extract %q[%gn] : tensor<9xf64>
    tg.yield sum(%a : f64)
  } : f64
  // expected-remark @below {{rows are grouped in more than one way}}
  %1 = tg.plate (%n) in (%c10) {
    %gn = tensor.extract %g[%n] : tensor<10xindex>
    %hn = tensor.extract %h[%n] : tensor<10xindex>
    %a = tensor.extract %q[%gn] : tensor<9xf64>
    %b = tensor.extract %q[%hn] : tensor<9xf64>
    %ab = arith.addf %a, %b : f64
    tg.yield sum(%ab : f64)
  } : f64
  // expected-remark @below {{its rows are not counted by data}}
  %2 = tg.plate (%n) in (%rows) {
    %gn = tensor.extract %g[%n] : tensor<10xindex>
    %a = tensor.extract %q[%gn] : tensor<9xf64>
    tg.yield sum(%a : f64)
  } : f64
  // expected-remark @below {{it checks values of data and parameters}}
  %3 = tg.plate (%n) in (%c10) {
    %gn = tensor.extract %g[%n] : tensor<10xindex>
    %a = tensor.extract %q[%gn] : tensor<9xf64>
    %yn = tensor.extract %y[%n] : tensor<10xf64>
    %differs = arith.cmpf one, %yn, %a : f64
    tg.check %differs, domain, "differs" : i1
    tg.yield sum(%a : f64)
  } : f64
  %s = arith.addf %0, %1 : f64
  %t = arith.addf %2, %3 : f64
  %u = arith.addf %s, %t : f64
  return %u : f64
}

func.func @computes(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                    %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                    %c: tensor<1xi1> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %chosen = tensor.extract %c[%c0] : tensor<1xi1>
  // expected-remark @below {{a branch checks values and computes others}}
  %l = tg.plate (%n) in (%c100) {
    %v = scf.if %chosen -> f64 {
      %positive = arith.cmpf ogt, %a, %zero : f64
      tg.check %positive, domain, "positive" : i1
      %two = arith.addf %a, %a : f64
      scf.yield %two : f64
    } else {
      scf.yield %zero : f64
    }
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %s = arith.mulf %yn, %v : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// -----

// What is data at the index of an inner plate has no range over the rows.
// CHECK-LABEL: func.func @inner
// CHECK:         tg.plate
// CHECK:           tg.plate
// CHECK:             math.exp
func.func @inner(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<90x4xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c90 = arith.constant 90 : index
  %mu = tensor.extract %q[%c0] : tensor<2xf64>
  // expected-remark @below {{its rows are no sums of data times parameters}}
  %r = tg.plate (%i) in (%c90) {
    %s = tg.plate (%j) in (%c4) {
      %v = tensor.extract %x[%i, %j] : tensor<90x4xf64>
      %a = arith.addf %v, %mu : f64
      %e = math.exp %a : f64
      tg.yield sum(%e : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}
