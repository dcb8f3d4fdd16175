// RUN: astragal-opt %s --compress-squares --canonicalize --cse -split-input-file | FileCheck %s

// A square of y - mu: at the factor of [1 y], where y is taken from its mean. The first row has what is constant.
// CHECK-LABEL: func.func @square(
// CHECK:         tg.kernel "add_rows"(%c100, %c2, %c100 {{.*}}) updating
// CHECK:         %[[FACTOR:.*]] = tg.plate (%{{.*}}) in (%c2, %c10)
// CHECK:         %[[ONE:.*]] = tensor.extract %[[FACTOR]][%c0, %c0]
// CHECK:         %[[D:.*]] = arith.subf %{{.*}}, %{{.*}} : f64
// CHECK:         %[[SCALED:.*]] = arith.mulf %[[D]], %[[ONE]]
// CHECK:         %[[SUM:.*]] = tg.plate (%[[ROW:.*]]) in (%c8) {
// CHECK:           %[[Y:.*]] = tensor.extract %[[FACTOR]][%c1, %[[ROW]]]
// CHECK:           %[[FIRST:.*]] = arith.cmpi eq, %[[ROW]], %c0
// CHECK:           %[[ALL:.*]] = arith.select %[[FIRST]], %[[SCALED]], %{{.*}}
// CHECK:           %[[V:.*]] = arith.addf %[[Y]], %[[ALL]]
// CHECK:           %[[S:.*]] = arith.mulf %[[V]], %[[V]]
// CHECK:           tg.yield sum(%[[S]] : f64)
// CHECK-NOT:     tg.plate
// CHECK:         return %[[SUM]]
func.func @square(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %mu = tensor.extract %q[%c0] : tensor<2xf64>
  %l = tg.plate (%n) in (%c100) {
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = arith.subf %yn, %mu : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// -----

// What is no square stays, once for all rows if they are the same; a check that it is no NaN is made at the new rows. The
// number of rows is not known, and zero rows have no new ones.
// CHECK-LABEL: func.func @open(
// CHECK-SAME:      %[[N:[a-z0-9]+]]: index
// CHECK:         %[[SOME:.*]] = arith.minsi %[[N]], %c1
// CHECK:         %[[ROWS:.*]] = arith.muli %[[SOME]], %c8
// CHECK:         %[[SUM:.*]] = tg.plate (%{{.*}}) in (%[[ROWS]]) {
// CHECK:           %[[NAN:.*]] = arith.cmpf ord, %[[V:.*]], %[[V]]
// CHECK:           tg.check %[[NAN]], domain, "y is nan"
// CHECK:         %[[REST:.*]] = tg.plate (%{{.*}}) in (%[[SOME]]) {
// CHECK-NEXT:      tg.check %{{.*}}, domain, "mu must be finite"
// CHECK-NEXT:      tg.yield sum(%{{.*}} : f64)
// CHECK:         %[[TIMES:.*]] = arith.mulf %[[REST]], %{{.*}}
// CHECK:         arith.addf %[[TIMES]], %[[SUM]]
func.func @open(%n: index {prob.binding = #prob.binding<data, 0>},
                %q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %mu = tensor.extract %q[%c0] : tensor<2xf64>
  %finite = arith.cmpf olt, %mu, %infinity : f64
  %l = tg.plate (%i) in (%n) {
    tg.check %finite, domain, "mu must be finite" : i1
    %yn = tensor.extract %y[%i] : tensor<?xf64>
    %d = arith.subf %yn, %mu : f64
    %nan = arith.cmpf ord, %d, %d : f64
    tg.check %nan, domain, "y is nan" : i1
    %s = arith.mulf %d, %d : f64
    %t = arith.addf %s, %mu : f64
    tg.yield sum(%t : f64)
  } : f64
  return %l : f64
}

// -----

// Rows that a plate and a kernel make: a few columns are solved for. A maximum over rows that are the same needs one.
// CHECK-LABEL: func.func @solved(
// CHECK:         tg.kernel "add_rows"(%c100, %c4, %c100
// CHECK:         %[[D:.*]] = tg.plate (%{{.*}}, %{{.*}}) in (%c4, %c3) {
// CHECK:           tg.yield rows
// CHECK:         %[[S:.*]] = tg.kernel "solve_lower"(%{{.*}}, %[[D]], %c3, %c4, %c0
// CHECK:         %[[SUM:.*]] = tg.plate (%[[I:.*]], %[[K:.*]]) in (%c4, %c3) {
// CHECK:           tensor.extract %[[S]][%[[I]], %[[K]]] : tensor<4x3xf64>
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%c1, %c3) {
// CHECK:           tg.yield max
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @solved(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}, %l: tensor<3x3xf64>,
                  %y: tensor<100x3xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c100 = arith.constant 100 : index
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %d = tg.plate (%n, %k) in (%c100, %c3) {
    %ynk = tensor.extract %y[%n, %k] : tensor<100x3xf64>
    %mu = tensor.extract %q[%k] : tensor<3xf64>
    %dnk = arith.subf %ynk, %mu : f64
    tg.yield rows(%dnk : f64)
  } : tensor<100x3xf64>
  %e = tensor.empty() : tensor<100x3xf64>
  %s = tg.kernel "solve_lower"(%l, %d, %c3, %c100, %c0 : tensor<3x3xf64>, tensor<100x3xf64>, index, index, index) into(%e : tensor<100x3xf64>)
  %0 = tg.plate (%n, %k) in (%c100, %c3) {
    %x = tensor.extract %s[%n, %k] : tensor<100x3xf64>
    %xx = arith.mulf %x, %x : f64
    tg.yield sum(%xx : f64)
  } : f64
  %1 = tg.plate (%n, %k) in (%c100, %c3) {
    %mu = tensor.extract %q[%k] : tensor<3xf64>
    %size = math.absf %mu : f64
    tg.yield max(%size : f64)
  } : f64
  %finite = arith.cmpf olt, %1, %infinity : f64
  tg.check %finite, domain, "mu must be finite" : i1
  return %0 : f64
}

// -----

// A loop adds up columns of a matrix, without a constant: no column of ones is needed, and nothing is taken from a mean.
// Whether the largest value is finite is seen at the new rows.
// CHECK-LABEL: func.func @runs(
// CHECK:         tg.kernel "add_rows"(%c100, %c9, %c100
// CHECK:         %[[R:.*]]:2 = tg.plate (%{{.*}}) in (%c16) {
// CHECK:           scf.for
// CHECK-NOT:       arith.select
// CHECK:           tg.yield sum(%{{.*}} : f64) max(%{{.*}} : f64)
// CHECK:         arith.cmpf olt, %[[R]]#1
func.func @runs(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<9x100xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %0:2 = tg.plate (%n) in (%c100) {
    %mean = scf.for %k = %c0 to %c9 step %c1 iter_args(%t = %zero) -> f64 {
      %b = tensor.extract %q[%k] : tensor<9xf64>
      %xkn = tensor.extract %x[%k, %n] : tensor<9x100xf64>
      %p = arith.mulf %b, %xkn : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %s = arith.mulf %mean, %mean : f64
    %size = math.absf %mean : f64
    tg.yield sum(%s : f64) max(%size : f64)
  } : f64, f64
  %finite = arith.cmpf olt, %0#1, %infinity : f64
  tg.check %finite, domain, "finite" : i1
  return %0#0 : f64
}

// -----

// Vectors of the row alone, that a kernel takes.
// CHECK-LABEL: func.func @vectors(
// CHECK:         tg.kernel "add_rows"(%c100, %c3, %c100
// CHECK:         %[[M:.*]] = tg.kernel "solve_lower"
// CHECK:         tg.plate (%{{.*}}) in (%c8) {
// CHECK:           tg.kernel "solve_lower"
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @vectors(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>}, %l: tensor<2x2xf64>,
                   %y: tensor<100x2xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %e = tensor.empty() : tensor<2xf64>
  %0 = tg.plate (%n) in (%c100) {
    %d = tg.plate (%k) in (%c2) {
      %ynk = tensor.extract %y[%n, %k] : tensor<100x2xf64>
      %mu = tensor.extract %q[%k] : tensor<2xf64>
      %dnk = arith.subf %ynk, %mu : f64
      tg.yield rows(%dnk : f64)
    } : tensor<2xf64>
    %s = tg.kernel "solve_lower"(%l, %d, %c2, %c1, %c0 : tensor<2x2xf64>, tensor<2xf64>, index, index, index) into(%e : tensor<2xf64>)
    %0 = tensor.extract %s[%c0] : tensor<2xf64>
    %1 = tensor.extract %s[%c1] : tensor<2xf64>
    %2 = arith.mulf %0, %0 : f64
    %3 = arith.mulf %1, %1 : f64
    %4 = arith.addf %2, %3 : f64
    tg.yield sum(%4 : f64)
  } : f64
  return %0 : f64
}

// -----

// A vector of a row may be data as a whole: its elements are the columns. It is made once, ahead of the plate that reads it.
// CHECK-LABEL: func.func @vectors_of_data(
// CHECK:         tg.kernel "add_rows"
// CHECK:         %[[FACTOR:.*]] = tg.plate
// CHECK:         tg.plate (%[[ROW:[a-z0-9]+]]) in
// CHECK-NEXT:      %[[D:.*]] = tg.plate (%[[K:[a-z0-9]+]]) in (%arg1) {
// CHECK-NEXT:        tensor.extract %[[FACTOR]][%[[K]], %[[ROW]]]
// CHECK:           %[[Z:.*]] = tg.kernel "solve_lower"(%arg2, %[[D]],
// CHECK:           tg.plate (%[[J:[a-z0-9]+]]) in (%arg1) {
// CHECK-NEXT:        tensor.extract %[[Z]][%[[J]]]
func.func @vectors_of_data(%n: index {prob.binding = #prob.binding<data, 0>},
                           %k: index {prob.binding = #prob.binding<data, 1>},
                           %q: tensor<?x?xf64> {prob.binding = #prob.binding<input, 0>},
                           %y: tensor<?x?xf64> {prob.binding = #prob.binding<data, 2>},
                           %mu: tensor<?xf64> {prob.binding = #prob.binding<data, 3>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %l = tg.plate (%i) in (%n) {
    %d = tg.plate (%j) in (%k) {
      %yij = tensor.extract %y[%i, %j] : tensor<?x?xf64>
      %muj = tensor.extract %mu[%j] : tensor<?xf64>
      %dj = arith.subf %yij, %muj : f64
      tg.yield rows(%dj : f64)
    } : tensor<?xf64>
    %empty = tensor.empty(%k) : tensor<?xf64>
    %z = tg.kernel "solve_lower"(%q, %d, %k, %c1, %c0 : tensor<?x?xf64>, tensor<?xf64>, index, index, index) into(%empty : tensor<?xf64>)
    %s = tg.plate (%j) in (%k) {
      %zj = tensor.extract %z[%j] : tensor<?xf64>
      %sj = arith.mulf %zj, %zj : f64
      tg.yield sum(%sj : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// -----

// An element of such a vector is read at one index; that of the plate which made the vector is none of the column's.
// CHECK-LABEL: func.func @element_of_vector(
// CHECK:         tg.kernel "add_rows"(%c100, %c4, %c100
// CHECK:         tg.plate (%{{.*}}) in (%c8) {
// CHECK:         return
func.func @element_of_vector(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>},
                             %y: tensor<100x3xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c3 = arith.constant 3 : index
  %c100 = arith.constant 100 : index
  %l = tg.plate (%i) in (%c100) {
    %v = tg.plate (%j) in (%c3) {
      %yij = tensor.extract %y[%i, %j] : tensor<100x3xf64>
      tg.yield rows(%yij : f64)
    } : tensor<3xf64>
    %s = tg.plate (%j) in (%c3) {
      %vj = tensor.extract %v[%j] : tensor<3xf64>
      %mu = tensor.extract %q[%j] : tensor<3xf64>
      %d = arith.subf %vj, %mu : f64
      %dd = arith.mulf %d, %d : f64
      tg.yield sum(%dd : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}
