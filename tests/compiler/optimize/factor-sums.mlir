// RUN: astragal-opt %s --factor-sums --canonicalize --cse -split-input-file | FileCheck %s

// Counts and sums, for shared parameters; a choice by data counts what it chooses.
// CHECK-LABEL: func.func @shared(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<2xf64>
// CHECK:         %[[S:.*]]:4 = tg.plate (%[[N:.*]]) in (%c100) {
// CHECK-DAG:       %[[C:.*]] = arith.cmpi eq
// CHECK-DAG:       %[[YES:.*]] = arith.select %[[C]], %[[ONE:.*]], %[[ZERO:.*]] : f64
// CHECK-DAG:       %[[NO:.*]] = arith.select %[[C]], %[[ZERO]], %[[ONE]] : f64
// CHECK-DAG:       %[[Y:.*]] = tensor.extract
// CHECK:           tg.yield sum(%{{.*}}, %[[Y]], %[[YES]], %[[NO]] : f64, f64, f64, f64)
// CHECK:         %[[A:.*]] = arith.mulf %[[S]]#0, %{{.*}}
// CHECK:         %[[B:.*]] = arith.mulf %[[S]]#1, %{{.*}}
// CHECK:         %[[T:.*]] = arith.subf %[[A]], %[[B]]
// CHECK:         %[[ANY:.*]] = arith.cmpf une, %[[S]]#2, %[[ZERO]]
// CHECK:         %[[E:.*]] = scf.if %[[ANY]] -> (f64) {
// CHECK:           math.exp
// CHECK:           arith.mulf %[[S]]#2, %{{.*}}
// CHECK:         %[[U:.*]] = arith.addf %[[T]], %[[E]]
// CHECK:         scf.if
// CHECK:           math.exp
// CHECK:           arith.mulf %[[S]]#3
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @shared(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                  %c: tensor<100xi32> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %b = tensor.extract %q[%c1] : tensor<2xf64>
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %by = arith.mulf %b, %yn : f64
    %d = arith.subf %a, %by : f64
    %cn = tensor.extract %c[%n] : tensor<100xi32>
    %is = arith.cmpi eq, %cn, %one : i32
    %chosen = arith.select %is, %a, %b : f64
    %e = math.exp %chosen : f64
    %sum = arith.addf %d, %e : f64
    tg.yield sum(%sum : f64)
  } : f64
  return %l : f64
}

// -----

// One sum a group. Checks are made of groups that have rows; those of data stay, and move to prepare.
// CHECK-LABEL: func.func @groups(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<7xf64>
// CHECK:         %[[S:.*]]:2 = tg.plate (%[[N:.*]]) in (%c100) accumulate(
// CHECK:         %[[L:.*]] = tg.plate (%[[G:.*]]) in (%c7) {
// CHECK:           %[[COUNT:.*]] = tensor.extract %[[S]]#0[%[[G]]]
// CHECK:           %[[THERE:.*]] = arith.cmpf ogt, %[[COUNT]]
// CHECK:           scf.if %[[THERE]] -> (f64) {
// CHECK:             tensor.extract %[[Q]]
// CHECK:             tg.check %{{.*}}, domain, "positive"
// CHECK:           } else {
// CHECK:         tg.plate (%{{.*}}) in (%c100) {
// CHECK-NOT:       "positive"
// CHECK:           tg.check %{{.*}}, domain, "observed"
// CHECK:         return %[[L]]
func.func @groups(%q: tensor<7xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                  %g: tensor<100xindex> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %zero = arith.constant 0.0 : f64
  %c100 = arith.constant 100 : index
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %observed = arith.cmpf ogt, %yn, %zero : f64
    tg.check %observed, domain, "observed" : i1
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %b = tensor.extract %q[%gn] : tensor<7xf64>
    %positive = arith.cmpf ogt, %b, %zero : f64
    tg.check %positive, domain, "positive" : i1
    %by = arith.mulf %b, %yn : f64
    tg.yield sum(%by : f64)
  } : f64
  return %l : f64
}
