// RUN: astragal-opt %s --fuse-siblings --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Nothing is shared: theirs are different elements of one tensor.
// CHECK-LABEL: func.func @nothing(
// CHECK-COUNT-2: tg.plate
func.func @nothing(%q: tensor<200xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<200xf64>
    tg.yield sum(%v : f64)
  } : f64
  // expected-remark @below {{it reads nothing that a plate over the same rows reads}}
  %r = tg.plate (%n) in (%c100) {
    %at = arith.addi %n, %c100 : index
    %v = tensor.extract %q[%at] : tensor<200xf64>
    tg.yield sum(%v : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}

// The derivatives of rows that others read come later than that of a sum.
// CHECK-LABEL: func.func @kept(
// CHECK-COUNT-3: tg.plate
func.func @kept(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
                %g: tensor<30xindex> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c30 = arith.constant 30 : index
  %c100 = arith.constant 100 : index
  %s, %rows = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %v : f64
    tg.yield sum(%v : f64) rows(%e : f64)
  } : f64, tensor<100xf64>
  // expected-remark @below {{rows of the other one are kept, for other readers too}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %rows[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %p = tg.plate (%i) in (%c30) {
    %n = tensor.extract %g[%i] : tensor<30xindex>
    %v = tensor.extract %rows[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %t = arith.addf %s, %r : f64
  %l = arith.addf %t, %p : f64
  return %l : f64
}

// CHECK-LABEL: func.func @keeps(
// CHECK-COUNT-2: tg.plate
func.func @keeps(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64, tensor<100xf64>) {
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  // expected-remark @below {{its rows are kept}}
  %r, %rows = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %v : f64
    tg.yield sum(%v : f64) rows(%e : f64)
  } : f64, tensor<100xf64>
  %l = arith.addf %s, %r : f64
  return %l, %rows : f64, tensor<100xf64>
}

// CHECK-LABEL: func.func @prints(
// CHECK-COUNT-2: tg.plate
func.func @prints(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  // expected-remark @below {{its rows, or what they need, do more than compute and check}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.print model ["v = ", ""](%v : f64) matrices [false] ranks [0]
    tg.yield sum(%v : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}

// The loop might run for ever if it did not see that the check failed.
// CHECK-LABEL: func.func @waits(
// CHECK-COUNT-2: tg.plate
func.func @waits(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %some = tensor.extract %q[%c0] : tensor<100xf64>
  %fine = arith.cmpf ogt, %some, %zero : f64
  tg.check %fine, domain, "negative" : i1
  // expected-remark @below {{a loop that may run forever would move before checks}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %end = scf.while (%x = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %x, %zero : f64
      scf.condition(%more) %x : f64
    } do {
    ^bb0(%x: f64):
      %y = arith.addf %x, %v : f64
      scf.yield %y : f64
    }
    tg.yield sum(%end : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}

// Sums that are not parts of one, rows of data alone, and other rows: nothing that could be said.
// CHECK-LABEL: func.func @others(
// CHECK-COUNT-4: tg.plate
func.func @others(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> (f64, f64) {
  %c99 = arith.constant 99 : index
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %w = tensor.extract %x[%n] : tensor<100xf64>
    %e = arith.mulf %v, %w : f64
    tg.yield sum(%e : f64)
  } : f64
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %squares = arith.mulf %r, %r : f64
  %p = tg.plate (%n) in (%c100) {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %t = tg.plate (%n) in (%c99) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    tg.yield sum(%v : f64)
  } : f64
  %u = arith.addf %s, %p : f64
  %l = arith.addf %u, %t : f64
  return %l, %squares : f64, f64
}

// A row of the second plate that ends the program would do so before a row of the first one rejects the point.
// CHECK-LABEL: func.func @ends(
// CHECK-COUNT-2: tg.plate
func.func @ends(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %ok = arith.cmpf ogt, %v, %zero : f64
    tg.check %ok, domain, "positive" : i1
    %e = math.log %v : f64
    tg.yield sum(%e : f64)
  } : f64
  // expected-remark @below {{what ends the program would move before what rejects a point}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %ok = arith.cmpf olt, %v, %zero : f64
    tg.check %ok, fatal, "no" : i1
    %e = math.exp %v : f64
    tg.yield sum(%e : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}
