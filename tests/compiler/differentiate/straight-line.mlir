// RUN: astragal-opt %s --differentiate --canonicalize --cse | FileCheck %s

// The forward values serve the reverse. Elements of the input are put together at the end.
// CHECK-LABEL: func.func @product
// CHECK-SAME:    (%[[Q:.*]]: tensor<2xf64> {prob.binding = #prob.binding<input, 0>})
// CHECK-SAME:    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<2xf64> {prob.binding = #prob.binding<output, 0>})
// CHECK-NOT:     prob.gradient
// CHECK:         %[[E:.*]] = math.exp
// CHECK-NOT:     math.exp
// CHECK:         %[[P:.*]] = arith.mulf %[[E]], %[[B:.*]] :
// CHECK-NEXT:    %[[D:.*]] = tensor.from_elements %[[P]], %[[E]]
// CHECK-NEXT:    return %[[P]], %[[D]]
func.func @product(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %b = tensor.extract %q[%c1] : tensor<2xf64>
  %e = math.exp %a : f64
  %p = arith.mulf %e, %b : f64
  return %p : f64
}

// Only what depends on the input and influences the result has an adjoint.
// CHECK-LABEL: func.func @activity
// CHECK:         math.log
// CHECK-NOT:     math.sin
// CHECK-NOT:     math.cos
// CHECK-NOT:     tg.stop_gradient
// CHECK:         return
func.func @activity(%y: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %s = math.sin %a : f64
  %l = math.log %y : f64
  %still = tg.stop_gradient %a : f64
  %p = arith.mulf %l, %still : f64
  %r = arith.addf %p, %a : f64
  return %r : f64
}

// Parameters are slices of the input that do not overlap: their adjoints are put side by side, not added.
// CHECK-LABEL: func.func @slices
// CHECK:         %[[SUMS:.*]]:3 = tg.plate
// CHECK:         %[[B:.*]] = tensor.insert_slice %[[SUMS]]#{{[12]}} into %{{.*}}[{{[03]}}] [3] [1]
// CHECK-NEXT:    %[[A:.*]] = tensor.insert_slice %[[SUMS]]#{{[12]}} into %[[B]][{{[03]}}] [3] [1]
// CHECK-NEXT:    return %[[SUMS]]#0, %[[A]]
func.func @slices(%q: tensor<6xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c3 = arith.constant 3 : index
  %a = tensor.extract_slice %q[0] [3] [1] : tensor<6xf64> to tensor<3xf64>
  %b = tensor.extract_slice %q[3] [3] [1] : tensor<6xf64> to tensor<3xf64>
  %sum = tg.plate (%i) in (%c3) {
    %x = tensor.extract %a[%i] : tensor<3xf64>
    %y = tensor.extract %b[%i] : tensor<3xf64>
    %p = arith.mulf %x, %y : f64
    tg.yield sum(%p : f64)
  } : f64
  return %sum : f64
}

// The branch is taken again in the reverse (which canonicalisation joins with it); checks are not made again.
// CHECK-LABEL: func.func @branch
// CHECK:         %[[C:.*]] = arith.cmpf
// CHECK-NEXT:    %[[R:.*]]:2 = scf.if %[[C]] -> (f64, f64)
// CHECK:           tg.check
// CHECK:           %[[L:.*]] = math.log
// CHECK-NOT:       tg.check
// CHECK:           %[[D:.*]] = arith.divf
// CHECK:           scf.yield %[[L]], %[[D]]
// CHECK:         tensor.from_elements %[[R]]#1
func.func @branch(%y: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %positive = arith.cmpf ogt, %a, %zero : f64
  %r = scf.if %positive -> f64 {
    %fine = arith.cmpf ogt, %y, %a : f64
    tg.check %fine, domain, "y is too small" : i1
    %l = math.log %a : f64
    scf.yield %l : f64
  } else {
    scf.yield %a : f64
  }
  return %r : f64
}

// Partial derivatives that are given are used where something depends on the operand, and the rest is dead.
// CHECK-LABEL: func.func @partials
// CHECK-SAME:    (%[[Y:.*]]: f64, %[[Q:.*]]: tensor<1xf64>
// CHECK:         %[[A:.*]] = tensor.extract %[[Q]]
// CHECK-NEXT:    %[[V:.*]] = tg.special "owens_t"(%[[Y]], %[[A]]) : f64
// CHECK-NEXT:    %[[C:.*]] = math.cos %[[A]]
// CHECK-NEXT:    %[[D:.*]] = tensor.from_elements %[[C]]
// CHECK-NEXT:    return %[[V]], %[[D]]
func.func @partials(%y: f64, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %v = tg.special "owens_t"(%y, %a) : f64
  %s = math.sin %a : f64
  %c = math.cos %a : f64
  %r = tg.with_partials %v wrt(%y, %a) partials(%s, %c) : f64
  return %r : f64
}

// They leave what is not differentiated, too.
// CHECK-LABEL: func.func @value_alone
// CHECK-SAME:    (%[[X:.*]]: f64)
// CHECK-NEXT:    %[[V:.*]] = tg.special
// CHECK-NEXT:    return %[[V]]
func.func @value_alone(%x: f64) -> f64 {
  %v = tg.special "tetragamma"(%x) : f64
  %s = math.sin %x : f64
  %r = tg.with_partials %v wrt(%x) partials(%s) : f64
  return %r : f64
}

// What one side of a branch alone reads: a logarithm outside of it has no infinite derivative where the branch is not taken.
// CHECK-LABEL: func.func @one_side(
// CHECK-SAME:      %[[C:[^ ]*]]: i1
// CHECK:         %[[SCALED:.*]] = arith.mulf %{{.*}}, %{{.*}} : f64
// CHECK-NEXT:    %[[D:.*]] = arith.select %[[C]], %[[SCALED]], %{{.*}} : f64
// CHECK-NEXT:    tensor.from_elements %[[D]]
func.func @one_side(%c: i1, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) attributes {prob.gradient} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %l = math.log %x : f64
  %r = scf.if %c -> f64 {
    %s = math.sin %l : f64
    scf.yield %s : f64
  } else {
    scf.yield %zero : f64
  }
  return %r : f64
}
