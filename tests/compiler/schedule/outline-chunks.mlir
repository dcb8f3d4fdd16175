// RUN: astragal-opt %s --outline-chunks --split-input-file | FileCheck %s

// A sum, a maximum, a tensor that rows add to, and a row. What rows use is an input, constants are made again.

// CHECK-LABEL: func.func @gradient(
// CHECK-SAME:    %[[X:.*]]: tensor<1000xf64>, %[[Q:.*]]: f64, %[[ACC:.*]]: tensor<3xf64>, %[[J:.*]]: index)
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[N:.*]] = arith.constant 1000 : index
// CHECK-NOT:     tg.plate
// CHECK:         %[[E0:.*]] = tensor.empty() : tensor<5xf64>
// CHECK:         %[[E1:.*]] = tensor.empty() : tensor<5xf64>
// CHECK:         %[[E2:.*]] = tensor.empty() : tensor<5x3xf64>
// CHECK:         %[[E3:.*]] = tensor.empty() : tensor<1000xf64>
// CHECK:         %[[P:.*]]:4 = tg.chunks @gradient_rows(%[[C5]] of %[[N]] by 16) with(%[[X]], %[[Q]], %[[J]] : tensor<1000xf64>, f64, index)
// CHECK-SAME:      into(%[[E0]], %[[E1]], %[[E2]], %[[E3]] :
// CHECK:         %[[SUM:.*]] = tg.plate (%[[I:.*]]) in (%[[C5]]) {
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %[[P]]#0[%[[I]]]
// CHECK-NEXT:      tg.yield sum(%[[V]] : f64)
// CHECK:         %[[MAX:.*]] = tg.plate
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %[[P]]#1
// CHECK-NEXT:      tg.yield max(%[[V]] : f64)
// CHECK:         %[[ALL:.*]] = tg.plate (%[[K:.*]]) in (%{{.*}}) accumulate(%[[A:.*]] = %[[ACC]] : tensor<3xf64>) {
// CHECK:           %[[S:.*]] = scf.for %[[C:.*]] = %{{.*}} to %[[C5]]
// CHECK:             tensor.extract %[[P]]#2[%[[C]], %[[K]]]
// CHECK:           tg.accumulate %[[S]] into %[[A]][%[[K]]]
// CHECK:         return %[[SUM]], %[[MAX]], %[[ALL]], %[[P]]#3

// CHECK-LABEL: func.func private @gradient_rows(
// CHECK-SAME:    %[[X:.*]]: tensor<1000xf64> {prob.binding = #prob.binding<argument, 0>},
// CHECK-SAME:    %[[Q:.*]]: f64 {prob.binding = #prob.binding<argument, 1>}, %[[J:.*]]: index {prob.binding = #prob.binding<argument, 2>},
// CHECK-SAME:    %{{.*}}: index {prob.binding = #prob.binding<chunk, 0>},
// CHECK-SAME:    %[[BEGIN:.*]]: index {prob.binding = #prob.binding<begin, 0>}, %[[END:.*]]: index {prob.binding = #prob.binding<end, 0>})
// CHECK-SAME:    -> (tensor<1xf64> {prob.binding = #prob.binding<part, 3>}, tensor<1xf64> {prob.binding = #prob.binding<part, 5>},
// CHECK-SAME:    tensor<1x3xf64> {prob.binding = #prob.binding<part, 7>}, tensor<?xf64> {prob.binding = #prob.binding<rows, 9>})
// CHECK:         %[[LENGTH:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK:         %[[FIRST:.*]] = arith.muli
// CHECK:         %[[ROWS:.*]] = arith.muli
// CHECK:         %[[ZERO:.*]] = tensor.splat %{{.*}} : tensor<3xf64>
// CHECK:         %[[R:.*]]:4 = tg.plate (%[[I:.*]]) in (%[[ROWS]]) accumulate(%[[A:.*]] = %[[ZERO]] : tensor<3xf64>) {
// CHECK-NEXT:      %[[ROW:.*]] = arith.addi %[[I]], %[[FIRST]]
// CHECK-NEXT:      tensor.extract %[[X]][%[[ROW]]]
// CHECK:           tg.accumulate %{{.*}} into %[[A]][%[[J]]]
// CHECK:         tensor.from_elements %[[R]]#0 : tensor<1xf64>
// CHECK:         tensor.from_elements %[[R]]#1 : tensor<1xf64>
// CHECK:         tensor.expand_shape %[[R]]#2 {{\[}}[0, 1]] output_shape [1, 3]
func.func @gradient(%x: tensor<1000xf64>, %q: f64, %acc: tensor<3xf64>, %j: index) -> (f64, f64, tensor<3xf64>, tensor<1000xf64>) {
  %n = arith.constant 1000 : index
  %c = arith.constant 5 : index
  %0:4 = tg.plate (%i) in (%n) chunks(%c) accumulate(%a = %acc : tensor<3xf64>) {
    %v = tensor.extract %x[%i] : tensor<1000xf64>
    %p = arith.mulf %v, %q : f64
    %b = tg.accumulate %p into %a[%j] : tensor<3xf64>
    tg.yield sum(%p : f64) max(%v : f64) accumulated(%b : tensor<3xf64>) rows(%p : f64)
  } : f64, f64, tensor<3xf64>, tensor<1000xf64>
  return %0#0, %0#1, %0#2, %0#3 : f64, f64, tensor<3xf64>, tensor<1000xf64>
}

// -----

// Open sizes: they are inputs, too, and a branch keeps the plate for few rows.

// CHECK-LABEL: func.func @open(
// CHECK-SAME:    %[[X0:.*]]: tensor<?x?xf64>, %[[N:.*]]: index, %[[M:.*]]: index, %[[C:.*]]: index)
// CHECK:         %[[X:.*]] = tg.sized %[[X0]]
// CHECK:         %[[SEVERAL:.*]] = arith.cmpi ugt, %[[C]]
// CHECK:         scf.if %[[SEVERAL]] -> (f64) {
// CHECK:           tensor.empty(%[[C]]) : tensor<?xf64>
// CHECK:           tg.chunks @open_rows(%[[C]] of %[[N]] by 1) with(%[[X]], %[[M]], %[[N]] : tensor<?x?xf64>, index, index)
// CHECK:         } else {
// CHECK:           tg.plate (%{{.*}}, %{{.*}}) in (%[[N]], %[[M]]) {

// CHECK-LABEL: func.func private @open_rows(
// CHECK-SAME:    %[[X0:.*]]: tensor<?x?xf64> {{.*}}, %[[M:.*]]: index {{.*}}, %[[N:.*]]: index {{.*}}, %{{.*}}: index {{.*}}, %[[BEGIN:.*]]: index {{.*}}, %[[END:.*]]: index
// CHECK:         %[[X:.*]] = tg.sized %[[X0]][%[[N]], %[[M]]]
// CHECK:         %[[LENGTH:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK:         tg.plate (%[[I:.*]], %[[J:.*]]) in (%[[LENGTH]], %[[M]]) {
// CHECK-NEXT:      %[[ROW:.*]] = arith.addi %[[I]], %[[BEGIN]]
// CHECK-NEXT:      tensor.extract %[[X]][%[[ROW]], %[[J]]]
func.func @open(%x0: tensor<?x?xf64>, %n: index, %m: index, %c: index) -> f64 {
  %x = tg.sized %x0[%n, %m] : tensor<?x?xf64>
  %0 = tg.plate (%i, %j) in (%n, %m) chunks(%c) {
    %v = tensor.extract %x[%i, %j] : tensor<?x?xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %0 : f64
}

// -----

// One chunk is no chunk.

// CHECK-LABEL: func.func @one(
// CHECK-NOT:     tg.chunks
// CHECK:         tg.plate (%{{.*}}) in (%{{.*}}) {
// CHECK-NOT:   func.func
func.func @one(%x: tensor<?xf64>, %n: index) -> f64 {
  %c = arith.constant 1 : index
  %0 = tg.plate (%i) in (%n) chunks(%c) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %0 : f64
}

// -----

// Elements that are the rows' own are updated where they are. Of a list that rows choose from, each chunk has a copy; not of
// all that is behind and before it.

// CHECK-LABEL: func.func @parts(
// CHECK-SAME:    %[[G:[a-z0-9]+]]: tensor<1000xindex>, %[[N:[a-z0-9]+]]: index, %[[L:[a-z0-9]+]]: index, %[[ACC:[a-z0-9]+]]: tensor<?xf64>
// CHECK:         %[[E:.*]] = tensor.empty(%[[L]]) : tensor<5x?xf64>
// CHECK:         %[[P:.*]]:2 = tg.chunks @parts_rows({{.*}}) with({{.*}}) into(%[[ACC]], %[[E]] : tensor<?xf64>, tensor<5x?xf64>)
// CHECK:         %[[ALL:.*]] = tg.plate (%[[K:.*]]) in (%[[L]]) accumulate(%[[A:.*]] = %[[P]]#0 : tensor<?xf64>) {
// CHECK:             tensor.extract %[[P]]#1[%{{.*}}, %[[K]]]
// CHECK:           %[[PLACE:.*]] = arith.addi %[[K]], %{{.*}}
// CHECK:           tg.accumulate %{{.*}} into %[[A]][%[[PLACE]]]
// CHECK:         return %[[ALL]]

// CHECK-LABEL: func.func private @parts_rows(
// CHECK-SAME:    %[[BEGIN:[a-z0-9]+]]: index {prob.binding = #prob.binding<begin, 0>}
// CHECK-SAME:    %[[OWN0:[a-z0-9]+]]: tensor<?xf64> {prob.binding = #prob.binding<output, [[S:[0-9]+]]>})
// CHECK-SAME:    -> (tensor<?xf64> {prob.binding = #prob.binding<output, [[S]]>}, tensor<1x?xf64> {prob.binding = #prob.binding<part, {{.*}}>})
// CHECK:         %[[OWN:.*]] = tg.sized %[[OWN0]]
// CHECK:         tg.plate (%[[I:.*]]) in (%{{.*}}) accumulate(%[[B:.*]] = %[[OWN]] : tensor<?xf64>, %[[A:.*]] = %{{.*}} : tensor<?xf64>) {
// CHECK:           %[[ROW:.*]] = arith.addi %[[I]]
// CHECK:           %[[AT:.*]] = arith.addi %[[ROW]], %{{.*}}
// CHECK:           tg.accumulate %{{.*}} into %[[B]][%[[AT]]]
// CHECK:           %[[CHOICE:.*]] = arith.select
// CHECK:           %[[SHIFTED:.*]] = arith.addi %[[CHOICE]], %[[C2:.*]] : index
// CHECK:           %[[LIST:.*]] = arith.subi %[[SHIFTED]], %{{.*}}
// CHECK:           tg.accumulate %{{.*}} into %[[A]][%[[LIST]]]
func.func @parts(%g: tensor<1000xindex>, %n0: index, %l: index, %acc0: tensor<?xf64>, %q: f64) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %n = arith.constant 1000 : index
  %0 = tg.plate (%i) in (%n) chunks(%c5) accumulate(%a = %acc0 : tensor<?xf64>) {
    %at = arith.addi %i, %c2 : index
    %b = tg.accumulate %q into %a[%at] : tensor<?xf64>
    %j = tensor.extract %g[%i] : tensor<1000xindex>
    %ok = arith.cmpi ult, %j, %l : index
    %k = arith.select %ok, %j, %c0 : index
    %to = arith.addi %k, %c2 : index
    %c = tg.accumulate %q into %b[%to] : tensor<?xf64>
    tg.yield accumulated(%c : tensor<?xf64>)
  } : tensor<?xf64>
  return %0 : tensor<?xf64>
}

// -----

// Rows whose own elements lie at two distances meet; so each chunk has a copy of all. So it is of what a loop in a row adds to
// anywhere.

// CHECK-LABEL: func.func @neighbours(
// CHECK:         tensor.empty() : tensor<5x1001xf64>
// CHECK:         tensor.empty() : tensor<5x10xf64>
// CHECK-LABEL: func.func private @neighbours_rows(
// CHECK-NOT:     output
// CHECK:         tg.plate
func.func @neighbours(%acc: tensor<1001xf64>, %other: tensor<10xf64>, %m: index, %q: f64) -> (tensor<1001xf64>, tensor<10xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %n = arith.constant 1000 : index
  %0:2 = tg.plate (%i) in (%n) chunks(%c5) accumulate(%a = %acc : tensor<1001xf64>, %o = %other : tensor<10xf64>) {
    %at = arith.addi %i, %c1 : index
    %b = tg.accumulate %q into %a[%at] : tensor<1001xf64>
    %c = tg.accumulate %q into %b[%i] : tensor<1001xf64>
    %p = scf.for %k = %c0 to %m step %c1 iter_args(%s = %o) -> tensor<10xf64> {
      %t = tg.accumulate %q into %s[%k] : tensor<10xf64>
      scf.yield %t : tensor<10xf64>
    }
    tg.yield accumulated(%c, %p : tensor<1001xf64>, tensor<10xf64>)
  } : tensor<1001xf64>, tensor<10xf64>
  return %0#0, %0#1 : tensor<1001xf64>, tensor<10xf64>
}

// -----

// Rows that do nothing but check.

// CHECK-LABEL: func.func @checks(
// CHECK:         scf.if
// CHECK:           tg.chunks @checks_rows(%{{.*}} of %{{.*}} by 16) with(%{{.*}}, %{{.*}} : tensor<?xi1>, index){{$}}
// CHECK:         } else {
// CHECK:           tg.plate
// CHECK-LABEL: func.func private @checks_rows(
// CHECK:         tg.plate
// CHECK:           tg.check
// CHECK:         return{{$}}
func.func @checks(%x0: tensor<?xi1>, %n: index, %c: index) {
  %x = tg.sized %x0[%n] : tensor<?xi1>
  tg.plate (%i) in (%n) chunks(%c) {
    %v = tensor.extract %x[%i] : tensor<?xi1>
    tg.check %v, domain, "x must be true" : i1
  }
  return
}
