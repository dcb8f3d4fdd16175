// RUN: astragal-opt %s --forward-stores --canonicalize | FileCheck %s

// The last store at an index counts, in any version.
// CHECK-LABEL: func.func @straight
// CHECK-SAME:    %[[A:[a-z0-9]+]]: f64, %[[B:[a-z0-9]+]]: f64, %[[C:[a-z0-9]+]]: f64
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[B]]
func.func @straight(%a: f64, %b: f64, %c: f64) -> (f64, f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t0 = tensor.empty() : tensor<2xf64>
  %t1 = tensor.insert %a into %t0[%c0] : tensor<2xf64>
  %t2 = tensor.insert %b into %t1[%c1] : tensor<2xf64>
  %x = tensor.extract %t2[%c0] : tensor<2xf64>
  %t3 = tensor.insert %c into %t2[%c0] : tensor<2xf64>
  %y = tensor.extract %t2[%c1] : tensor<2xf64>
  %z = tensor.extract %t3[%c0] : tensor<2xf64>
  %f = tensor.insert %b into %t1[%c0] : tensor<2xf64>
  %w = tensor.extract %f[%c0] : tensor<2xf64>
  return %x, %y, %z, %w : f64, f64, f64, f64
}

// Indices that differ by a constant, in an outer region too.
// CHECK-LABEL: func.func @symbolic
// CHECK-SAME:    %[[A:[a-z0-9]+]]: f64, %[[B:[a-z0-9]+]]: f64
// CHECK:         arith.select %{{.*}}, %[[A]], %[[B]]
func.func @symbolic(%a: f64, %b: f64, %i: index, %t: tensor<?xf64>, %p: i1) -> f64 {
  %c1 = arith.constant 1 : index
  %j = arith.addi %i, %c1 : index
  %t1 = tensor.insert %a into %t[%i] : tensor<?xf64>
  %t2 = tensor.insert %b into %t1[%j] : tensor<?xf64>
  %r = scf.if %p -> f64 {
    %x = tensor.extract %t2[%i] : tensor<?xf64>
    scf.yield %x : f64
  } else {
    %x = tensor.extract %t2[%j] : tensor<?xf64>
    scf.yield %x : f64
  }
  return %r : f64
}

// Slices, splats, constants, lists, and what was never stored to.
// CHECK-LABEL: func.func @sources
// CHECK-SAME:    %[[S:[a-z0-9]+]]: tensor<4x5xf64>, %[[A:[a-z0-9]+]]: f64, %[[I:[a-z0-9]+]]: index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[K:.*]] = arith.constant 2.500000e+00 : f64
// CHECK:         %[[X:.*]] = tensor.extract %[[S]][%[[I]], %[[C3]]]
// CHECK:         %[[Y:.*]] = tensor.extract %[[S]][%[[I]], %[[C2]]]
// CHECK:         return %[[X]], %[[A]], %[[K]], %[[A]], %[[Y]]
func.func @sources(%s: tensor<4x5xf64>, %a: f64, %i: index) -> (f64, f64, f64, f64, f64) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %row = tensor.extract_slice %s[%i, 1] [1, 4] [1, 1] : tensor<4x5xf64> to tensor<4xf64>
  %x = tensor.extract %row[%c2] : tensor<4xf64>
  %splat = tensor.splat %a : tensor<4xf64>
  %y = tensor.extract %splat[%i] : tensor<4xf64>
  %constant = arith.constant dense<[1.5, 2.5]> : tensor<2xf64>
  %z = tensor.extract %constant[%c1] : tensor<2xf64>
  %list = tensor.from_elements %x, %a : tensor<2xf64>
  %big = tensor.empty() : tensor<6xf64>
  %in = tensor.insert_slice %list into %big[3] [2] [1] : tensor<2xf64> into tensor<6xf64>
  %w = tensor.extract %in[%c4] : tensor<6xf64>
  %changed = tensor.insert %a into %row[%c2] : tensor<4xf64>
  %v = tensor.extract %changed[%c1] : tensor<4xf64>
  return %x, %y, %z, %w, %v : f64, f64, f64, f64, f64
}

// A row that was put into a matrix.
// CHECK-LABEL: func.func @row
// CHECK-SAME:    %[[A:[a-z0-9]+]]: f64, %[[B:[a-z0-9]+]]: f64
// CHECK:         return %[[B]], %[[A]]
func.func @row(%a: f64, %b: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.splat %a : tensor<2x2xf64>
  %r = tensor.from_elements %a, %b : tensor<2xf64>
  %n = tensor.insert_slice %r into %m[1, 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<2x2xf64>
  %x = tensor.extract %n[%c1, %c1] : tensor<2x2xf64>
  %y = tensor.extract %n[%c0, %c1] : tensor<2x2xf64>
  return %x, %y : f64, f64
}

// A chain that is read as a whole is made at once; the declared size is the size.
// CHECK-LABEL: func.func @whole
// CHECK-SAME:    %[[A:[a-z0-9]+]]: f64, %[[B:[a-z0-9]+]]: f64, %[[N:[a-z0-9]+]]: index
// CHECK:         %[[T:.*]] = tensor.from_elements %[[A]], %[[B]], %[[A]], %[[A]] : tensor<2x2xf64>
// CHECK-NOT:     tensor.insert
// CHECK:         return %[[T]], %[[N]]
func.func @whole(%a: f64, %b: f64, %n: index) -> (tensor<2x2xf64>, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t0 = tensor.splat %a : tensor<2x2xf64>
  %t1 = tensor.insert %a into %t0[%c0, %c1] : tensor<2x2xf64>
  %t2 = tensor.insert %b into %t1[%c0, %c1] : tensor<2x2xf64>
  %e = tensor.empty(%n) : tensor<?xf64>
  %f = tensor.insert %a into %e[%c0] : tensor<?xf64>
  %d = tensor.dim %f, %c0 : tensor<?xf64>
  return %t2, %d : tensor<2x2xf64>, index
}

// The state of a recurrence: two tensors that change places, built in a branch and in a nested loop.
// CHECK-LABEL: func.func @carried
// CHECK:         scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (f64, f64)
// CHECK-NOT:       tensor
// CHECK:           scf.for %{{.*}} -> (f64)
// CHECK-NOT:       tensor
// CHECK:         return
func.func @carried(%a: f64, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g0 = tensor.splat %a : tensor<2xf64>
  %e = tensor.empty() : tensor<2xf64>
  %g = scf.for %t = %c0 to %n step %c1 iter_args(%old = %g0) -> tensor<2xf64> {
    %x = tensor.extract %old[%c0] : tensor<2xf64>
    %y = tensor.extract %old[%c1] : tensor<2xf64>
    %s = arith.mulf %x, %y : f64
    %e0 = tensor.insert %s into %e[%c0] : tensor<2xf64>
    %d = arith.divf %x, %y : f64
    %e1 = tensor.insert %d into %e0[%c1] : tensor<2xf64>
    %p = arith.cmpf olt, %s, %d : f64
    %e2 = scf.if %p -> tensor<2xf64> {
      %k = math.exp %d : f64
      %e3 = tensor.insert %k into %e1[%c1] : tensor<2xf64>
      scf.yield %e3 : tensor<2xf64>
    } else {
      scf.yield %e1 : tensor<2xf64>
    }
    %new = scf.for %u = %c0 to %n step %c1 iter_args(%in = %e2) -> tensor<2xf64> {
      %q = tensor.extract %in[%c0] : tensor<2xf64>
      %r = math.log %q : f64
      %o = tensor.insert %r into %in[%c0] : tensor<2xf64>
      scf.yield %o : tensor<2xf64>
    }
    scf.yield %new : tensor<2xf64>
  }
  %l = tensor.extract %g[%c0] : tensor<2xf64>
  %m = tensor.extract %g[%c1] : tensor<2xf64>
  %r = arith.addf %l, %m : f64
  return %r : f64
}

// A slice that an iteration writes and nobody reads in the loop: its elements belong to the iteration one by one.
// CHECK-LABEL: func.func @slices_of_iterations
// CHECK:         scf.for %[[N:.*]] = {{.*}} iter_args(%[[T:.*]] = %{{.*}}) -> (tensor<9x2xf64>)
// CHECK:           %[[A:.*]] = tensor.insert %{{.*}} into %[[T]][%[[N]], %[[C0:.*]]] : tensor<9x2xf64>
// CHECK:           %[[B:.*]] = tensor.insert %{{.*}} into %[[A]][%[[N]], %[[C1:.*]]] : tensor<9x2xf64>
// CHECK:           scf.yield %[[B]]
func.func @slices_of_iterations(%x: tensor<9xf64>, %init: tensor<9x2xf64>) -> tensor<9x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %empty = tensor.empty() : tensor<2xf64>
  %r = scf.for %n = %c0 to %c9 step %c1 iter_args(%t = %init) -> tensor<9x2xf64> {
    %v = tensor.extract %x[%n] : tensor<9xf64>
    %w = math.exp %v : f64
    %first = tensor.insert %v into %empty[%c0] : tensor<2xf64>
    %both = tensor.insert %w into %first[%c1] : tensor<2xf64>
    %s = tensor.insert_slice %both into %t[%n, 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<9x2xf64>
    scf.yield %s : tensor<9x2xf64>
  }
  return %r : tensor<9x2xf64>
}

// One that is read in the loop stays a slice.
// CHECK-LABEL: func.func @slices_read
// CHECK:         tensor.from_elements
// CHECK:         tensor.insert_slice
func.func @slices_read(%x: tensor<9xf64>, %init: tensor<9x2xf64>) -> tensor<9x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %empty = tensor.empty() : tensor<2xf64>
  %r = scf.for %n = %c1 to %c9 step %c1 iter_args(%t = %init) -> tensor<9x2xf64> {
    %m = arith.subi %n, %c1 : index
    %v = tensor.extract %t[%m, %c0] : tensor<9x2xf64>
    %w = math.exp %v : f64
    %first = tensor.insert %v into %empty[%c0] : tensor<2xf64>
    %both = tensor.insert %w into %first[%c1] : tensor<2xf64>
    %s = tensor.insert_slice %both into %t[%n, 0] [1, 2] [1, 1] : tensor<2xf64> into tensor<9x2xf64>
    scf.yield %s : tensor<9x2xf64>
  }
  return %r : tensor<9x2xf64>
}

// The row and the column of an element that is counted are that element.
// CHECK-LABEL: func.func @counted
// CHECK-SAME:    %[[T:[a-z0-9]+]]: tensor<?xf64>, %[[N:[a-z0-9]+]]: index
// CHECK:         %[[OTHER:.*]] = arith.addi
// CHECK:         tensor.extract %[[T]][%[[N]]]
// CHECK:         %[[AT:.*]] = arith.addi %[[N]], %{{.*}} : index
// CHECK:         tensor.extract %[[T]][%[[AT]]]
// CHECK:         tensor.extract %[[T]][%[[OTHER]]]
func.func @counted(%t: tensor<?xf64>, %n: index, %rows: index, %cols: index) -> (f64, f64, f64) {
  %c3 = arith.constant 3 : index
  %row = arith.divui %n, %rows : index
  %col = arith.remui %n, %rows : index
  %first = arith.muli %row, %rows : index
  %at = arith.addi %first, %col : index
  %later = arith.addi %at, %c3 : index
  %wrong = arith.muli %row, %cols : index
  %other = arith.addi %wrong, %col : index
  %a = tensor.extract %t[%at] : tensor<?xf64>
  %b = tensor.extract %t[%later] : tensor<?xf64>
  %c = tensor.extract %t[%other] : tensor<?xf64>
  return %a, %b, %c : f64, f64, f64
}
