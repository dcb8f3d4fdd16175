// RUN: astragal-opt %s --differentiate --canonicalize --cse | FileCheck %s

// Value and gradient are one plate: a sum for each captured scalar, a row for what is read by row, an accumulator for what
// is gathered. The seed is 1, nothing is scaled.
// CHECK-LABEL: func.func @fused
// CHECK-SAME:    (%[[Y:.*]]: tensor<50xf64>, %[[G:.*]]: tensor<50xindex>,
// CHECK:         %[[ALL:.*]]:4 = tg.plate (%[[I:.*]]) in (%{{.*}}) accumulate(%[[ACC:.*]] = %{{.*}} : tensor<3xf64>)
// CHECK:           %[[AT:.*]] = tensor.extract %[[G]][%[[I]]]
// CHECK:           %[[NEXT:.*]] = tg.accumulate %{{.*}} into %[[ACC]][%[[AT]]]
// CHECK:           tg.yield sum(%{{.*}}, %{{.*}} : f64, f64) accumulated(%[[NEXT]] : tensor<3xf64>) rows(%{{.*}} : f64)
// CHECK-NOT:     tg.plate
// CHECK:         return %[[ALL]]#0
func.func @fused(%y: tensor<50xf64>, %g: tensor<50xindex>, %q: tensor<54xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c50 = arith.constant 50 : index
  %b = tensor.extract %q[%c0] : tensor<54xf64>
  %alpha = tensor.extract_slice %q[1] [3] [1] : tensor<54xf64> to tensor<3xf64>
  %u = tensor.extract_slice %q[4] [50] [1] : tensor<54xf64> to tensor<50xf64>
  %sum = tg.plate (%i) in (%c50) {
    %yi = tensor.extract %y[%i] : tensor<50xf64>
    %gi = tensor.extract %g[%i] : tensor<50xindex>
    %a = tensor.extract %alpha[%gi] : tensor<3xf64>
    %ui = tensor.extract %u[%i] : tensor<50xf64>
    %p = arith.mulf %a, %b : f64
    %m = arith.addf %p, %ui : f64
    %d = arith.subf %yi, %m : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %sum : f64
}

// Two terms with seed 1: the second plate adds to what the first one left.
// CHECK-LABEL: func.func @chained
// CHECK:         %[[FIRST:.*]]:2 = tg.plate
// CHECK:         %[[SECOND:.*]]:2 = tg.plate {{.*}} accumulate(%{{.*}} = %[[FIRST]]#1 : tensor<8xf64>)
// CHECK-NOT:     tg.plate
// CHECK:         %[[SUM:.*]] = arith.addf %[[FIRST]]#0, %[[SECOND]]#0
// CHECK-NEXT:    return %[[SUM]], %[[SECOND]]#1
func.func @chained(%q: tensor<8xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c8 = arith.constant 8 : index
  %a = tg.plate (%i) in (%c8) {
    %x = tensor.extract %q[%i] : tensor<8xf64>
    %e = math.exp %x : f64
    tg.yield sum(%e : f64)
  } : f64
  %b = tg.plate (%i) in (%c8) {
    %x = tensor.extract %q[%i] : tensor<8xf64>
    %e = math.sin %x : f64
    tg.yield sum(%e : f64)
  } : f64
  %r = arith.addf %a, %b : f64
  return %r : f64
}

// Rows are computed again in the reverse, from the adjoint of each; of few rows, functions are not.
// CHECK-LABEL: func.func @rows
// CHECK:         %[[ROWS:.*]]:2 = tg.plate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           %[[S:.*]] = math.sin
// CHECK:           tg.yield rows(%[[E]], %[[S]]
// CHECK:         %[[SUM:.*]]:3 = tg.plate
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK-DAG:       tensor.extract %[[SUM]]#{{[12]}}[%[[I]]]
// CHECK-DAG:       tensor.extract %[[ROWS]]#0[%[[I]]]
// CHECK-DAG:       math.cos
// CHECK-NOT:       math.exp
// CHECK:           tg.yield rows
// CHECK:         return
func.func @rows(%q: tensor<8xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c8 = arith.constant 8 : index
  %a:2 = tg.plate (%i) in (%c8) {
    %x = tensor.extract %q[%i] : tensor<8xf64>
    %e = math.exp %x : f64
    %s = math.sin %x : f64
    tg.yield rows(%e, %s : f64, f64)
  } : tensor<8xf64>, tensor<8xf64>
  %b = tg.plate (%i) in (%c8) {
    %x = tensor.extract %a#0[%i] : tensor<8xf64>
    %y = tensor.extract %a#1[%i] : tensor<8xf64>
    %e = arith.mulf %x, %y : f64
    tg.yield sum(%e : f64)
  } : f64
  return %b : f64
}

// A function of the row that is no result becomes one; of many rows it is computed again.
// CHECK-LABEL: func.func @kept
// CHECK:         %[[FEW:.*]]:2 = tg.plate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           tg.yield rows(%{{.*}}, %[[E]] : f64, f64)
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK:           tensor.extract %[[FEW]]#1[%[[I]]]
// CHECK-NOT:       math.exp
// CHECK:         return
func.func @kept(%q: tensor<8xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c8 = arith.constant 8 : index
  %c3 = arith.constant 3 : index
  %a = tg.plate (%i) in (%c8) {
    %x = tensor.extract %q[%i] : tensor<8xf64>
    %e = math.exp %x : f64
    %p = arith.mulf %x, %e : f64
    tg.yield rows(%p : f64)
  } : tensor<8xf64>
  %b = tensor.extract %a[%c3] : tensor<8xf64>
  return %b : f64
}
// CHECK-LABEL: func.func @computedAgain
// CHECK-COUNT-2: math.exp
// CHECK:         return
func.func @computedAgain(%q: tensor<20000xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c20000 = arith.constant 20000 : index
  %c3 = arith.constant 3 : index
  %a = tg.plate (%i) in (%c20000) {
    %x = tensor.extract %q[%i] : tensor<20000xf64>
    %e = math.exp %x : f64
    %p = arith.mulf %x, %e : f64
    tg.yield rows(%p : f64)
  } : tensor<20000xf64>
  %b = tensor.extract %a[%c3] : tensor<20000xf64>
  return %b : f64
}

// In a loop, adjoints of a few elements of a large tensor are not computed apart and then added as a whole: the rows
// are computed again, and add to what the loop carries.
// CHECK-LABEL: func.func @fewOfMany
// CHECK:         scf.for
// CHECK:           tg.plate
// CHECK-NOT:       accumulate
// CHECK:           scf.yield
// CHECK:         scf.for {{.*}}%[[ADJOINT:[^ ]*]] = %{{[^ ]*}}) -> ({{.*}}tensor<90xf64>)
// CHECK:           tg.plate {{.*}} accumulate(%{{[^ ]*}} = %[[ADJOINT]] : tensor<90xf64>)
// CHECK-NOT:       tg.plate
// CHECK:           scf.yield
// CHECK:         return
func.func @fewOfMany(%q: tensor<90xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c30 = arith.constant 30 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c30 step %c1 iter_args(%s = %zero) -> f64 {
    %first = arith.muli %t, %c3 : index
    %sum = tg.plate (%k) in (%c3) {
      %at = arith.addi %first, %k : index
      %x = tensor.extract %q[%at] : tensor<90xf64>
      %e = math.exp %x : f64
      tg.yield sum(%e : f64)
    } : f64
    %l = math.log %sum : f64
    %n = arith.addf %s, %l : f64
    scf.yield %n : f64
  }
  return %r : f64
}

// A seed that is known before the plate: the adjoint of what reads a parameter is final.
// CHECK-LABEL: func.func @known_seeds
// CHECK:         %[[SEED:.*]] = arith.mulf %{{.*}}, %cst
// CHECK:         tg.plate {{.*}} accumulate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           %[[D:.*]] = arith.mulf %[[SEED]], %[[E]]
// CHECK:           tg.accumulate %[[D]]
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @known_seeds(%q: tensor<5xf64> {prob.binding = #prob.binding<input, 0>}, %k: tensor<9xindex>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %n = arith.constant 9 : index
  %c0 = arith.constant 0 : index
  %half = arith.constant -0.5 : f64
  %tau = tensor.extract %q[%c0] : tensor<5xf64>
  %s = tg.plate (%i) in (%n) {
    %at = tensor.extract %k[%i] : tensor<9xindex>
    %x = tensor.extract %q[%at] : tensor<5xf64>
    %e = math.exp %x : f64
    tg.yield sum(%e : f64)
  } : f64
  %scaled = arith.mulf %s, %half : f64
  %weighted = arith.mulf %scaled, %tau : f64
  return %weighted : f64
}

// One that is not: adjoints at unit seed are scaled afterwards.
// CHECK-LABEL: func.func @unknown_seeds
// CHECK:         tg.plate {{.*}} accumulate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           tg.accumulate %[[E]]
// CHECK:         %[[SEED:.*]] = math.cos
// CHECK:         tg.plate
// CHECK:           arith.mulf %[[SEED]]
// CHECK:         return
func.func @unknown_seeds(%q: tensor<5xf64> {prob.binding = #prob.binding<input, 0>}, %k: tensor<9xindex>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %n = arith.constant 9 : index
  %s = tg.plate (%i) in (%n) {
    %at = tensor.extract %k[%i] : tensor<9xindex>
    %x = tensor.extract %q[%at] : tensor<5xf64>
    %e = math.exp %x : f64
    tg.yield sum(%e : f64)
  } : f64
  %r = math.sin %s : f64
  return %r : f64
}

// Rows that are hardly more than a read are computed again, at their seed.
// CHECK-LABEL: func.func @cheap_rows
// CHECK:         %[[SUM:.*]] = tg.plate
// CHECK-NOT:     tg.accumulate
// CHECK:         %[[SEED:.*]] = math.cos %[[SUM]]
// CHECK:         tg.plate {{.*}} accumulate
// CHECK:           tg.accumulate %[[SEED]]
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @cheap_rows(%q: tensor<5xf64> {prob.binding = #prob.binding<input, 0>}, %k: tensor<9xindex>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %n = arith.constant 9 : index
  %s = tg.plate (%i) in (%n) {
    %at = tensor.extract %k[%i] : tensor<9xindex>
    %x = tensor.extract %q[%at] : tensor<5xf64>
    tg.yield sum(%x : f64)
  } : f64
  %r = math.sin %s : f64
  return %r : f64
}

// Scalars alone are scaled once, not in each row.
// CHECK-LABEL: func.func @scalars_at_known_seeds
// CHECK:         %[[SUMS:.*]]:2 = tg.plate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           %[[D:.*]] = arith.mulf %[[E]]
// CHECK-NEXT:      tg.yield sum(%[[E]], %[[D]]
// CHECK:         arith.mulf %[[SUMS]]#1
// CHECK:         return
func.func @scalars_at_known_seeds(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %y: tensor<9xf64>)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %n = arith.constant 9 : index
  %c0 = arith.constant 0 : index
  %half = arith.constant -0.5 : f64
  %b = tensor.extract %q[%c0] : tensor<1xf64>
  %s = tg.plate (%i) in (%n) {
    %yi = tensor.extract %y[%i] : tensor<9xf64>
    %x = arith.mulf %yi, %b : f64
    %e = math.exp %x : f64
    tg.yield sum(%e : f64)
  } : f64
  %r = arith.mulf %s, %half : f64
  return %r : f64
}
