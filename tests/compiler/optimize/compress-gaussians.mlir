// RUN: astragal-opt %s --compress-gaussians --canonicalize --cse -split-input-file | FileCheck %s
// RUN: astragal-opt %s --compress-gaussians=fma=false -split-input-file | FileCheck %s --check-prefix=UNFUSED

// UNFUSED-NOT: math.fma

// The means of [x | y] first, then its factor, and a new observation for each of its columns.
// CHECK-LABEL: func.func @regression(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<3xf64>
// CHECK-SAME:      %[[X:[a-z0-9]+]]: tensor<100xf64>
// CHECK-SAME:      %[[Y:[a-z0-9]+]]: tensor<100xf64>
// CHECK-DAG:     %[[LESS:.*]] = arith.constant 9.700000e+01 : f64
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK:         %[[A:.*]] = tensor.extract %[[Q]][%c0]
// CHECK:         %[[B:.*]] = tensor.extract %[[Q]][%c1]
// CHECK:         %[[S:.*]] = tensor.extract %[[Q]][%c2]
// CHECK:         %{{.*}}:2 = tg.plate (%[[N:.*]]) in (%c100) {
// CHECK-DAG:       tensor.extract %[[X]][%[[N]]]
// CHECK-DAG:       tensor.extract %[[Y]][%[[N]]]
// CHECK:           tg.yield sum(
// CHECK:         %[[C:.*]]:3 = tg.plate
// CHECK:           arith.subf
// CHECK:           arith.subf
// CHECK:           tg.yield rows(
// CHECK:         tensor.insert_slice %[[C]]#0
// CHECK:         tensor.insert_slice %[[C]]#1
// CHECK:         %[[BLOCK:.*]] = tensor.insert_slice %[[C]]#2
// CHECK:         %[[F:.*]]:2 = tg.kernel "add_rows"(%c100, %c3, %c100 : index, index, index) updating into(%[[BLOCK]], %{{.*}} : tensor<3x100xf64>, tensor<3x3xf64>)
// What is lost in the intercept is added again; it has no derivative.
// CHECK:         math.fma
// CHECK:         tg.stop_gradient
// CHECK:         %[[R00:.*]] = tensor.extract %[[F]]#1[%c0, %c0]
// CHECK:         %[[T:.*]] = arith.mulf %[[R00]], %{{.*}} : f64
// CHECK:         %[[R10:.*]] = tensor.extract %[[F]]#1[%c1, %c0]
// CHECK:         %[[U:.*]] = arith.mulf %[[R10]], %[[B]]
// CHECK:         %[[M0:.*]] = arith.addf %[[T]], %[[U]]
// CHECK:         %[[Y0:.*]] = tensor.extract %[[F]]#1[%c2, %c0]
// CHECK:         prob.log_density @normal(%[[M0]], %[[S]]) at %[[Y0]] autodiff [false, true, true] propto
// CHECK:         %[[R11:.*]] = tensor.extract %[[F]]#1[%c1, %c1]
// CHECK:         %[[M1:.*]] = arith.mulf %[[R11]], %[[B]]
// CHECK:         %[[Y1:.*]] = tensor.extract %[[F]]#1[%c2, %c1]
// CHECK:         prob.log_density @normal(%[[M1]], %[[S]]) at %[[Y1]]
// CHECK:         %[[Y2:.*]] = tensor.extract %[[F]]#1[%c2, %c2]
// CHECK:         prob.log_density @normal(%[[ZERO]], %[[S]]) at %[[Y2]]
// CHECK:         %[[REST:.*]] = prob.log_density @normal(%[[ZERO]], %[[S]]) at %[[ZERO]]
// CHECK:         arith.mulf %[[REST]], %[[LESS]]
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @regression(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>},
                      %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                      %y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<3xf64>
  %b = tensor.extract %q[%c1] : tensor<3xf64>
  %s = tensor.extract %q[%c2] : tensor<3xf64>
  %l = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %bx = arith.mulf %b, %xn : f64
    %m = arith.addf %a, %bx : f64
    %d = prob.log_density @normal(%m, %s) at %yn autodiff [false, true, true] propto : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// A loop, whose mean is a sum over a matrix: blocks of rows, a plate over the factor's. Observations are
// checked before, and the rest only if there are rows.
// CHECK-LABEL: func.func @loop(
// CHECK:         %[[F:.*]] = scf.for %{{.*}} = %c0 to %{{.*}} step %c128 iter_args(%[[R:.*]] = %{{.*}}) -> (tensor<4x4xf64>) {
// CHECK:           tg.plate (%{{.*}}) in (%c128)
// CHECK:           tg.plate (%{{.*}}, %{{.*}}) in (%c3, %c128)
// CHECK:           tg.kernel "add_rows"(%{{.*}}, %c4, %c128 : index, index, index) updating into(%{{.*}}, %[[R]] : tensor<4x128xf64>, tensor<4x4xf64>)
// CHECK:         tg.plate (%{{.*}}) in (%[[N:.*]]) {
// CHECK:           prob.log_density @normal
// CHECK:         %[[ANY:.*]] = arith.cmpi sgt, %[[N]], %c0
// CHECK:         %[[L:.*]] = scf.if %[[ANY]] -> (f64) {
// CHECK:           tg.plate (%[[I:.*]]) in (%c4) {
// CHECK:             scf.for %[[J:.*]] = %c0 to %c3
// CHECK:               tensor.extract %[[F]][%[[J]], %[[I]]]
// CHECK:             prob.log_density @normal
// CHECK:         } else {
// CHECK:         arith.addf %{{.*}}, %[[L]]
// CHECK-NEXT:    return
func.func @loop(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<?x?xf64> {prob.binding = #prob.binding<data, 0>},
                %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                %n32: i32 {prob.binding = #prob.binding<data, 2>}, %start: f64)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %n = arith.index_cast %n32 : i32 to index
  %k = arith.constant 3 : index
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %start) -> f64 {
    %m = scf.for %j = %c0 to %k step %c1 iter_args(%t = %zero) -> f64 {
      %v = tensor.extract %x[%j, %i] : tensor<?x?xf64>
      %b = tensor.extract %q[%j] : tensor<?xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %yn = tensor.extract %y[%i] : tensor<?xf64>
    %d = prob.log_density @normal(%m, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
    %next = arith.addf %sum, %d : f64
    scf.yield %next : f64
  }
  return %l : f64
}

// -----

// Groups: declared bounds say how many there are. What a group has no rows for is not looked at.
func.func @prepare(%g: tensor<100xi32> {prob.binding = #prob.binding<data, 0>}) {
  %c100 = arith.constant 100 : index
  %one = arith.constant 1 : i32
  %seven = arith.constant 7 : i32
  tg.plate (%n) in (%c100) {
    %v = tensor.extract %g[%n] : tensor<100xi32>
    %low = arith.cmpi sge, %v, %one : i32
    tg.check %low, fatal, "at least 1" : i1
    %high = arith.cmpi sle, %v, %seven : i32
    tg.check %high, fatal, "at most 7" : i1
    tg.yield
  }
  return
}

// CHECK-LABEL: func.func @groups(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<12xf64>
// CHECK:         %[[F:.*]]:2 = tg.kernel "add_grouped_rows"({{.*}}) updating into(%{{.*}}, %{{.*}} : tensor<2x100xf64>, tensor<1x2x7xf64>)
// CHECK:         %[[REST:.*]] = tensor.extract_slice %[[F]]#0[1, 0] [1, 100] [1, 1]
// CHECK:         tg.kernel "add_rows"({{.*}}) updating into(%[[REST]], %{{.*}} : tensor<1x100xf64>, tensor<1x1xf64>)
// CHECK:         tg.plate (%[[G:.*]]) in (%c7) {
// CHECK:           %[[COUNT:.*]] = tensor.extract %[[F]]#1[%c0, %c0, %[[G]]]
// CHECK:           %[[THERE:.*]] = arith.cmpf une, %[[COUNT]]
// CHECK:           %[[AT:.*]] = arith.addi %[[G]], %c3
// CHECK:           %[[A:.*]] = tensor.extract %[[Q]][%[[AT]]]
// CHECK:           arith.select %[[THERE]], %[[A]]
// CHECK:           prob.log_density @normal
func.func @groups(%q: tensor<12xf64> {prob.binding = #prob.binding<input, 0>},
                  %g: tensor<100xi32> {prob.binding = #prob.binding<data, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %s = tensor.extract %q[%c0] : tensor<12xf64>
  %l = tg.plate (%n) in (%c100) {
    %gn = tensor.extract %g[%n] : tensor<100xi32>
    %j = arith.index_cast %gn : i32 to index
    %at = arith.addi %j, %c2 : index
    %a = tensor.extract %q[%at] : tensor<12xf64>
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = prob.log_density @normal(%a, %s) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// Scales that are data divide the rows; their logarithms are a sum over data. Of those that are data times a parameter the
// parameter is left.
// CHECK-LABEL: func.func @scales(
// CHECK-SAME:      %[[E:[a-z0-9]+]]: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}
// CHECK:         %[[P:.*]] = math.exp
// CHECK:         tg.kernel "add_rows"
// CHECK:         %[[SCALES:.*]] = tg.plate (%[[N:.*]]) in (%c100) {
// CHECK:           %[[S:.*]] = tensor.extract %[[E]][%[[N]]]
// CHECK:           prob.log_density @normal(%[[ZERO:.*]], %[[S]]) at %[[ZERO]]
// CHECK:         %[[D:.*]] = prob.log_density @normal(%[[ZERO]], %[[ONE:.*]]) at %[[ZERO]]
// CHECK:         %[[ONES:.*]] = arith.mulf %[[D]], %cst
// CHECK:         arith.subf %[[SCALES]], %[[ONES]]
// CHECK:         prob.log_density @normal(%{{.*}}, %[[P]]) at
// CHECK:         prob.log_density @normal(%[[ZERO]], %[[P]]) at
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @scales(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
                  %e: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                  %y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %log = tensor.extract %q[%c1] : tensor<2xf64>
  %p = math.exp %log : f64
  %l = tg.plate (%n) in (%c100) {
    %e_n = tensor.extract %e[%n] : tensor<100xf64>
    %s = arith.mulf %p, %e_n : f64
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = prob.log_density @normal(%a, %s) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// Groups that cross each other: cells are numbered, and one of two plates has rows, by what is found.
// CHECK-LABEL: func.func @cells(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<12xf64>
// CHECK:         %[[K0:.*]] = scf.for
// CHECK:         %[[K1:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[K0]])
// CHECK:         %[[CELLS:.*]]:5 = tg.kernel "number_cells"(%[[K1]], %c100, %c2
// CHECK:         tg.kernel "add_grouped_rows"
// CHECK:         %[[NEW:.*]]:4 = tg.kernel "pack_cells"(
// CHECK:         %[[COUNT:.*]] = tensor.extract %[[NEW]]#3[%c0]
// CHECK:         %[[KEYS:.*]]:2 = tg.plate (%{{.*}}) in (%c104) {
// CHECK:         %[[FEWER:.*]] = arith.cmpi sle
// CHECK:         %[[BLOCKS:.*]] = arith.select %[[FEWER]], %{{.*}}, %c0
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%[[BLOCKS]], %c8) {
// CHECK-DAG:       tensor.extract %[[KEYS]]#0
// CHECK-DAG:       tensor.extract %[[KEYS]]#1
// CHECK:           prob.log_density @normal
// CHECK:         %[[ROWS:.*]] = arith.select %[[FEWER]], %c0, %c100
// CHECK:         tg.plate (%{{.*}}) in (%[[ROWS]]) {
// CHECK:           prob.log_density @normal
func.func @cells(%q: tensor<12xf64> {prob.binding = #prob.binding<input, 0>},
                 %g: tensor<100xindex> {prob.binding = #prob.binding<data, 0>},
                 %h: tensor<100xi32> {prob.binding = #prob.binding<data, 1>},
                 %y: tensor<100xf64> {prob.binding = #prob.binding<data, 2>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %c100 = arith.constant 100 : index
  %s = tensor.extract %q[%c0] : tensor<12xf64>
  %l = tg.plate (%n) in (%c100) {
    %i = tensor.extract %g[%n] : tensor<100xindex>
    %a = tensor.extract %q[%i] : tensor<12xf64>
    %hn = tensor.extract %h[%n] : tensor<100xi32>
    %j = arith.index_cast %hn : i32 to index
    %at = arith.addi %j, %c5 : index
    %b = tensor.extract %q[%at] : tensor<12xf64>
    %m = arith.addf %a, %b : f64
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %d = prob.log_density @normal(%m, %s) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// Rows in two loops are those of one: the outer index is a group.
// CHECK-LABEL: func.func @series(
// CHECK:         tg.plate (%[[N:.*]]) in (%c60) {
// CHECK-DAG:       arith.remsi %[[N]], %c12
// CHECK-DAG:       arith.divsi %[[N]], %c12
// CHECK:         tg.kernel "add_grouped_rows"({{.*}}) updating into(%{{.*}}, %{{.*}} : tensor<2x60xf64>, tensor<1x2x5xf64>)
// CHECK:         %[[STATISTICS:.*]] = tg.plate (%{{.*}}) in (%c5) {
// What is left of the loops:
// CHECK:         %[[LEFT:.*]] = tg.plate (%{{.*}}) in (%c5) {
// CHECK-NOT:       prob.log_density
// CHECK:           math.cos
func.func @series(%q: tensor<6xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<5x13xf64> {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c13 = arith.constant 13 : index
  %zero = arith.constant -0.0 : f64
  %s = tensor.extract %q[%c5] : tensor<6xf64>
  %l = tg.plate (%j) in (%c5) {
    %m = tensor.extract %q[%j] : tensor<6xf64>
    %row = scf.for %t = %c1 to %c13 step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%j, %t] : tensor<5x13xf64>
      %d = prob.log_density @normal(%m, %s) at %v autodiff [false, true, true] : (f64, f64) -> f64
      %more = arith.addf %sum, %d : f64
      scf.yield %more : f64
    }
    %c = math.cos %m : f64
    %both = arith.addf %row, %c : f64
    tg.yield sum(%both : f64)
  } : f64
  return %l : f64
}

// -----

// What is subtracted from the observation belongs to the mean.
// CHECK-LABEL: func.func @residuals(
// CHECK:         tg.kernel "add_rows"(%c100, %c3, %c100
// CHECK-NOT:     tg.plate
// CHECK:         return
func.func @residuals(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>},
                     %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                     %y: tensor<100xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %a = tensor.extract %q[%c0] : tensor<3xf64>
  %b = tensor.extract %q[%c1] : tensor<3xf64>
  %s = tensor.extract %q[%c2] : tensor<3xf64>
  %l = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %yn = tensor.extract %y[%n] : tensor<100xf64>
    %bx = arith.mulf %b, %xn : f64
    %r = arith.subf %yn, %bx : f64
    %d = prob.log_density @normal(%a, %s) at %r autodiff [true, true, true] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// Slopes of groups that a loop runs over: as many new rows for each group as it has columns.
// CHECK-LABEL: func.func @slopes(
// CHECK:         tg.kernel "add_grouped_rows"({{.*}}) updating into(%{{.*}}, %{{.*}} : tensor<13x128xf64>, tensor<12x13x5xf64>)
// CHECK:         tg.plate (%{{.*}}) in (%c5) {
// CHECK:           scf.for %[[I:.*]] = %c0 to %c12
// CHECK:             scf.for %[[K:.*]] = %{{.*}} to %c12
// CHECK:             prob.log_density @normal
func.func @slopes(%q: tensor<12x5xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<12x9000xf64> {prob.binding = #prob.binding<data, 0>},
                  %y: tensor<9000xf64> {prob.binding = #prob.binding<data, 1>},
                  %g: tensor<9000xindex> {prob.binding = #prob.binding<data, 2>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c9000 = arith.constant 9000 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %l = tg.plate (%n) in (%c9000) {
    %j = tensor.extract %g[%n] : tensor<9000xindex>
    %m = scf.for %k = %c0 to %c12 step %c1 iter_args(%t = %zero) -> f64 {
      %v = tensor.extract %x[%k, %n] : tensor<12x9000xf64>
      %b = tensor.extract %q[%k, %j] : tensor<12x5xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %yn = tensor.extract %y[%n] : tensor<9000xf64>
    %d = prob.log_density @normal(%m, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}

// -----

// Observations that lie in a matrix, counted by one index, and means that are a product of matrices: the column is the
// group, and the product is not made.
// CHECK-LABEL: func.func @matrix(
// CHECK-SAME:      %[[Q:[a-z0-9]+]]: tensor<4x2xf64>
// CHECK-NOT:     "product"
// CHECK-NOT:     number_cells
// CHECK:         tg.kernel "add_grouped_rows"
// CHECK:         tg.plate (%[[G:.*]]) in (%c4) {
// CHECK-DAG:       tensor.extract %[[Q]][%[[G]], %c0]
// CHECK-DAG:       tensor.extract %[[Q]][%[[G]], %c1]
// CHECK:           prob.log_density @normal
// CHECK-NOT:     "product"
// CHECK:         return
func.func @matrix(%q: tensor<4x2xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<2x50xf64> {prob.binding = #prob.binding<data, 0>},
                  %y: tensor<200xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c50 = arith.constant 50 : index
  %c200 = arith.constant 200 : index
  %one = arith.constant 1.0 : f64
  %sigma = tensor.extract %q[%c0, %c0] : tensor<4x2xf64>
  %empty = tensor.empty() : tensor<4x50xf64>
  %mu = tg.kernel "product"(%x, %q, %c50, %c4, %c2, %c0, %c0, %one : tensor<2x50xf64>, tensor<4x2xf64>, index, index, index, index, index, f64) into(%empty : tensor<4x50xf64>)
  %flat = tg.plate (%n) in (%c200) {
    %column = arith.divui %n, %c50 : index
    %row = arith.remui %n, %c50 : index
    %m = tensor.extract %mu[%column, %row] : tensor<4x50xf64>
    tg.yield rows(%m : f64)
  } : tensor<200xf64>
  %l = tg.plate (%n) in (%c200) {
    %yn = tensor.extract %y[%n] : tensor<200xf64>
    %m = tensor.extract %flat[%n] : tensor<200xf64>
    %d = prob.log_density @normal(%m, %sigma) at %yn autodiff [false, true, true] propto : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// As many covariates as make a loop; a size that is not known is a group's too.
// CHECK-LABEL: func.func @matrix_run(
// CHECK-SAME:      %[[N:[a-z0-9]+]]: index
// CHECK-NOT:     "product"
// CHECK:         tg.kernel "add_grouped_rows"
// CHECK:         tg.plate (%[[G:.*]]) in (%[[N]]) {
// CHECK:           scf.for %{{.*}} = %{{.*}} to %c17
// CHECK:             prob.log_density @normal
// CHECK:         return
func.func @matrix_run(%q: tensor<?x17xf64> {prob.binding = #prob.binding<input, 0>},
                      %n: index {prob.binding = #prob.binding<data, 0>},
                      %x: tensor<17x50xf64> {prob.binding = #prob.binding<data, 1>},
                      %y: tensor<?x50xf64> {prob.binding = #prob.binding<data, 2>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c17 = arith.constant 17 : index
  %c50 = arith.constant 50 : index
  %one = arith.constant 1.0 : f64
  %sigma = tensor.extract %q[%c0, %c0] : tensor<?x17xf64>
  %empty = tensor.empty(%n) : tensor<?x50xf64>
  %mu = tg.kernel "product"(%x, %q, %c50, %n, %c17, %c0, %c0, %one : tensor<17x50xf64>, tensor<?x17xf64>, index, index, index, index, index, f64) into(%empty : tensor<?x50xf64>)
  %rows = arith.muli %n, %c50 : index
  %l = tg.plate (%i) in (%rows) {
    %column = arith.divui %i, %c50 : index
    %row = arith.remui %i, %c50 : index
    %yn = tensor.extract %y[%column, %row] : tensor<?x50xf64>
    %m = tensor.extract %mu[%column, %row] : tensor<?x50xf64>
    %d = prob.log_density @normal(%m, %sigma) at %yn autodiff [false, true, true] propto : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// A scale of the group leaves nothing that groups share: slopes that all have, as many as make a loop, are columns of each
// group, and so are new rows.
// CHECK-LABEL: func.func @group_scale(
// CHECK:         tg.kernel "add_grouped_rows"
// CHECK:         tg.plate (%[[G:.*]]) in (%c21) {
// CHECK:           scf.for %[[I:.*]] = %c0 to %c18
// CHECK:             scf.for %[[J:.*]] = %{{.*}} to %c17
// CHECK:               tensor.extract %{{.*}}[%[[I]], %[[J]], %[[G]]]
// CHECK:             prob.log_density @normal
// CHECK:         return
func.func @group_scale(%q: tensor<21xf64> {prob.binding = #prob.binding<input, 0>},
                       %x: tensor<17x500xf64> {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<500xf64> {prob.binding = #prob.binding<data, 1>},
                       %g: tensor<500xi32> {prob.binding = #prob.binding<data, 2>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c17 = arith.constant 17 : index
  %c500 = arith.constant 500 : index
  %zero = arith.constant 0.0 : f64
  %l = tg.plate (%n) in (%c500) {
    %gn = tensor.extract %g[%n] : tensor<500xi32>
    %at = arith.index_cast %gn : i32 to index
    %ok = arith.cmpi ult, %at, %c4 : index
    tg.check %ok, fatal, "index out of range" : i1
    %safe = arith.select %ok, %at, %c0 : index
    %place = arith.addi %safe, %c17 : index
    %t = tensor.extract %q[%place] : tensor<21xf64>
    %m = scf.for %k = %c0 to %c17 step %c1 iter_args(%s = %zero) -> f64 {
      %v = tensor.extract %x[%k, %n] : tensor<17x500xf64>
      %b = tensor.extract %q[%k] : tensor<21xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %s, %p : f64
      scf.yield %u : f64
    }
    %yn = tensor.extract %y[%n] : tensor<500xf64>
    %d = prob.log_density @normal(%m, %t) at %yn autodiff [false, true, true] propto : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// An intercept that groups share makes up for no slopes of theirs: their columns stay as they are.
// CHECK-LABEL: func.func @shared_intercept(
// CHECK-SAME:      %[[X:[a-z0-9]+]]: tensor<17x500xf64>
// CHECK:         tg.plate (%[[K:.*]], %[[N:.*]]) in (%c17, %c500) {
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %[[X]][%[[K]], %[[N]]]
// CHECK-NEXT:      tg.yield rows(%[[V]] : f64)
// CHECK:         tg.kernel "add_grouped_rows"
func.func @shared_intercept(%q: tensor<17x4xf64> {prob.binding = #prob.binding<input, 0>},
                            %x: tensor<17x500xf64> {prob.binding = #prob.binding<data, 0>},
                            %y: tensor<500xf64> {prob.binding = #prob.binding<data, 1>},
                            %g: tensor<500xindex> {prob.binding = #prob.binding<data, 2>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c17 = arith.constant 17 : index
  %c500 = arith.constant 500 : index
  %one = arith.constant 1.0 : f64
  %a = tensor.extract %q[%c0, %c0] : tensor<17x4xf64>
  %l = tg.plate (%n) in (%c500) {
    %gn = tensor.extract %g[%n] : tensor<500xindex>
    %m = scf.for %k = %c0 to %c17 step %c1 iter_args(%s = %a) -> f64 {
      %v = tensor.extract %x[%k, %n] : tensor<17x500xf64>
      %b = tensor.extract %q[%k, %gn] : tensor<17x4xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %s, %p : f64
      scf.yield %u : f64
    }
    %yn = tensor.extract %y[%n] : tensor<500xf64>
    %d = prob.log_density @normal(%m, %one) at %yn autodiff [false, true, false] propto : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %l : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64

// -----

// As many columns as data says: of two plates, one over new rows and one over those of data, one has no rows, and a factor
// that would be larger than the data has no elements.
// CHECK-LABEL: func.func @open(
// CHECK:         %[[WIDTH:.*]] = arith.addi %{{.*}}, %c1
// CHECK:         %[[TWICE:.*]] = arith.muli %[[WIDTH]], %c2
// CHECK:         %[[FEWER:.*]] = arith.cmpi sle, %[[TWICE]], %[[N:.*]] : index
// CHECK:         %[[SIZE:.*]] = arith.select %[[FEWER]], %[[WIDTH]], %c0
// CHECK:         tensor.splat %{{.*}}[%[[SIZE]], %[[SIZE]]]
// CHECK:         %[[REDUCED:.*]] = arith.select %[[FEWER]], %[[N]], %c0
// CHECK:         scf.for %{{.*}} = %c0 to %[[REDUCED]] step %c128
// CHECK:           tg.kernel "add_rows"
// CHECK:         %[[KEPT:.*]] = arith.select %[[FEWER]], %c0, %[[N]]
// CHECK:         tg.plate (%{{.*}}) in (%[[KEPT]]) {
// CHECK:           prob.log_density @normal
// CHECK:         scf.if
// CHECK:           tg.plate (%{{.*}}) in (%[[SIZE]]) {
// CHECK:             prob.log_density @normal
func.func @open(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<?x?xf64> {prob.binding = #prob.binding<data, 0>},
                %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                %n32: i32 {prob.binding = #prob.binding<data, 2>},
                %k32: i32 {prob.binding = #prob.binding<data, 3>}, %start: f64)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %n = arith.index_cast %n32 : i32 to index
  %k = arith.index_cast %k32 : i32 to index
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %start) -> f64 {
    %m = scf.for %j = %c0 to %k step %c1 iter_args(%t = %zero) -> f64 {
      %v = tensor.extract %x[%j, %i] : tensor<?x?xf64>
      %b = tensor.extract %q[%j] : tensor<?xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %yn = tensor.extract %y[%i] : tensor<?xf64>
    %d = prob.log_density @normal(%m, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
    %next = arith.addf %sum, %d : f64
    scf.yield %next : f64
  }
  return %l : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64
