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

// -----

// Rates that are an exposure times a parameter: the logarithm is a sum, and all rows pass a check if the smallest and the
// largest exposure do.
// CHECK-LABEL: func.func @exposures(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<2xf64>
// CHECK:         %[[RATE:.*]] = math.exp
// CHECK:         %[[S:.*]]:3 = tg.plate (%{{.*}}) in (%c100) {
// CHECK:           math.log
// CHECK:           tg.yield sum
// CHECK:         %[[EXTREME:.*]]:2 = scf.for
// CHECK:           arith.minimumf
// CHECK:           arith.maximumf
// CHECK:         %[[LOW:.*]] = tensor.extract %[[EXTREME]]#0[%c0]
// CHECK:         %[[FIRST:.*]] = arith.mulf %[[LOW]], %[[RATE]]
// CHECK:         arith.cmpf ogt, %[[FIRST]]
// CHECK:         tg.check
// CHECK:         %[[HIGH:.*]] = tensor.extract %[[EXTREME]]#1[%c0]
// CHECK:         tg.check
// CHECK:         math.log %[[RATE]]
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @exposures(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                     %e: tensor<100xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %rate = math.exp %a : f64
  %l = tg.plate (%n) in (%c100) {
    %en = tensor.extract %e[%n] : tensor<100xf64>
    %r = arith.mulf %en, %rate : f64
    %positive = arith.cmpf ogt, %r, %zero : f64
    %finite = arith.cmpf olt, %r, %infinity : f64
    %both = arith.andi %positive, %finite : i1
    tg.check %both, domain, "positive and finite" : i1
    %log = math.log %r : f64
    %t = arith.subf %log, %r : f64
    tg.yield sum(%t : f64)
  } : f64
  return %l : f64
}

// -----

// An exponential of a sum is a product, compared with the largest. Where the data is too far apart for that, rows are as before.
// CHECK-LABEL: func.func @offsets(
// CHECK:         %[[LARGEST:.*]]:2 = tg.plate (%{{.*}}) in (%c100) {
// CHECK:           tg.yield max
// CHECK:         %[[RANGE:.*]] = arith.addf %[[LARGEST]]#0, %[[LARGEST]]#1
// CHECK:         %[[SAFE:.*]] = arith.cmpf ole, %[[RANGE]]
// CHECK:         %[[SHIFT:.*]] = arith.select %{{.*}}, %[[LARGEST]]#0
// CHECK:         %[[NEW:.*]] = arith.select %[[SAFE]], %c100, %c0
// CHECK:         %[[OLD:.*]] = arith.select %[[SAFE]], %c0, %c100
// CHECK:         tg.plate (%{{.*}}) in (%[[NEW]])
// CHECK:           arith.subf %{{.*}}, %[[SHIFT]]
// CHECK:         tg.plate (%{{.*}}) in (%[[OLD]]) {
// CHECK:           arith.addf
// CHECK-NEXT:      math.exp
func.func @offsets(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                   %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %l = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %eta = arith.addf %xn, %a : f64
    %rate = math.exp %eta : f64
    tg.yield sum(%rate : f64)
  } : f64
  return %l : f64
}
