// RUN: astragal-opt %s --pass-pipeline='builtin.module(func.func(flatten-plates),canonicalize,cse)' | FileCheck %s

// All iterations of all rows are listed, within what the check allows and one more; data is laid side by side.
// CHECK-LABEL: func.func @checked
// CHECK:         %[[COUNT:.*]]:2 = scf.for %{{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %false) -> (index, i1)
// CHECK:         %[[ROWS:.*]] = tensor.empty(%[[COUNT]]#0) : tensor<?xindex>
// CHECK:         %[[LISTS:.*]]:4 = scf.for %[[I:[a-z0-9]+]] = %{{.*}} -> (tensor<?xindex>, tensor<?xindex>, index, i1)
// CHECK:           scf.for %[[T:[a-z0-9]+]] = %{{.*}} -> (tensor<?xindex>, tensor<?xindex>, index)
// CHECK-NEXT:        tensor.insert %[[I]] into
// CHECK-NEXT:        tensor.insert %[[T]] into
// CHECK:         %[[DATA:.*]] = tg.plate (%{{.*}}) in (%[[COUNT]]#0)
// CHECK:         %[[PART:.*]] = tg.plate (%[[K:.*]]) in (%[[COUNT]]#0) {
// CHECK-NOT:       scf
// CHECK:           tg.check %{{.*}}, fatal, "index out of range"
// CHECK:           %[[Y:.*]] = tensor.extract %{{.*}}[%[[K]]] : tensor<?xf64>
// CHECK:           %[[L:.*]] = prob.log_density @normal(%{{.*}}) at %[[Y]]
// CHECK-NEXT:      tg.yield sum(%[[L]] : f64)
// CHECK:         %[[REST:.*]] = tg.plate (%{{.*}}) in (%c20) {
// CHECK:           prob.log_density @normal
// CHECK:         %[[SUM:.*]] = arith.addf %[[REST]], %[[PART]]
// CHECK:         return %[[SUM]]
func.func @checked(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %first: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                   %last: tensor<20xi32> {prob.binding = #prob.binding<data, 1>}, %y: tensor<100xf64> {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %0 = tg.plate (%i) in (%c20) {
    %a = tensor.extract %first[%i] : tensor<20xi32>
    %e = tensor.extract %last[%i] : tensor<20xi32>
    %ai = arith.index_cast %a : i32 to index
    %ei = arith.index_cast %e : i32 to index
    %x = tensor.extract %y[%i] : tensor<100xf64>
    %start = prob.log_density @normal(%mu) at %x autodiff [false, true] : (f64) -> f64
    %s = scf.for %t = %ai to %ei step %c1 iter_args(%sum = %start) -> f64 {
      %k = arith.subi %t, %c1 : index
      %fits = arith.cmpi ult, %k, %c100 : index
      tg.check %fits, fatal, "index out of range" : i1
      %safe = arith.select %fits, %k, %c0 : index
      %v = tensor.extract %y[%safe] : tensor<100xf64>
      %l = prob.log_density @normal(%mu) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

// What a declared bound makes safe is read without a check: the list ends where the tensor does. A plate in place of the loop; what is
// subtracted stays so; a result that nobody uses has no sum.
// CHECK-LABEL: func.func @unchecked
// CHECK:         scf.for
// CHECK:           arith.minsi %{{.*}}, %c7
// CHECK:         tg.plate
// CHECK:         %[[PART:.*]] = tg.plate (%[[K:.*]]) in
// CHECK:           prob.log_density @normal
// CHECK-NEXT:      tg.yield sum(%{{.*}} : f64)
// CHECK:         %[[REST:.*]] = tg.plate (%{{.*}}) in (%c20) {
// CHECK:         %[[SUM:.*]] = arith.subf %[[REST]], %[[PART]]
// CHECK:         return %[[SUM]]
func.func @unchecked(%p: tensor<7xf64> {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 3>},
                     %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 4>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c20 = arith.constant 20 : index
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    %s:2 = tg.plate (%t) in (%trips) {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %mu = tensor.extract %p[%t] : tensor<7xf64>
      %l = prob.log_density @normal(%mu) at %v autodiff [false, true] : (f64) -> f64
      tg.yield sum(%l, %v : f64, f64)
    } : f64, f64
    %q = tensor.extract %p[%c0] : tensor<7xf64>
    %e = math.exp %q : f64
    %d = arith.subf %e, %s#0 : f64
    tg.yield sum(%d : f64)
  } : f64
  return %0 : f64
}

// A triangle is bounded by its own sizes. Loops in loops in loops.
// CHECK-LABEL: func.func @triangle
// CHECK:         tensor.empty
// CHECK:         tensor.empty
// CHECK:         prob.log_density
func.func @triangle(%mu: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 20 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%n) {
    %first = arith.addi %i, %c1 : index
    %s = scf.for %j = %first to %n step %c1 iter_args(%sum = %zero) -> f64 {
      %after = arith.addi %j, %c1 : index
      %r = scf.for %k = %after to %n step %c1 iter_args(%inner = %sum) -> f64 {
        %d = arith.subi %k, %i : index
        %di = arith.index_cast %d : index to i32
        %df = arith.sitofp %di : i32 to f64
        %l = prob.log_density @normal(%mu) at %df autodiff [false, true] : (f64) -> f64
        %next = arith.addf %inner, %l : f64
        scf.yield %next : f64
      }
      scf.yield %r : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

prob.distribution @normal log_density @d1 support real
func.func private @d1(f64, f64) -> f64

// Parameters of the row are read by way of the list; what is a special function of them is computed a row. The slice that a row reads bounds
// its iterations.
// CHECK-LABEL: func.func @handed
// CHECK:         %[[LISTS:.*]]:4 = scf.for
// CHECK:         %[[RATES:.*]] = tg.plate (%[[G:.*]]) in (%c20) {
// CHECK:           tensor.extract %arg0[%[[G]]]
// CHECK:           math.exp
// CHECK:         %[[PART:.*]] = tg.plate (%[[K:.*]]) in (%{{.*}}) {
// CHECK:           %[[ROW:.*]] = tensor.extract %{{.*}}[%[[K]]] : tensor<?xindex>
// CHECK:           %[[RATE:.*]] = tensor.extract %[[RATES]][%[[ROW]]]
// CHECK:           %[[LEVEL:.*]] = tensor.extract %arg0[%[[ROW]]]
// CHECK:           prob.log_density @normal(%[[LEVEL]], %[[RATE]])
// CHECK:         return
func.func @handed(%mu: tensor<20xf64> {prob.binding = #prob.binding<input, 0>}, %first: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                  %size: tensor<20xi32> {prob.binding = #prob.binding<data, 1>}, %y: tensor<100xf64> {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c20 = arith.constant 20 : index
  %0 = tg.plate (%i) in (%c20) {
    %a = tensor.extract %first[%i] : tensor<20xi32>
    %n = tensor.extract %size[%i] : tensor<20xi32>
    %ai = arith.index_cast %a : i32 to index
    %ni = arith.index_cast %n : i32 to index
    %e = arith.maxsi %ni, %c0 : index
    %level = tensor.extract %mu[%i] : tensor<20xf64>
    %rate = math.exp %level : f64
    %s = tg.plate (%k) in (%e) {
      %j = arith.addi %ai, %k : index
      %v = tensor.extract %y[%j] : tensor<100xf64>
      %l = prob.log_density @normal(%level, %rate) at %v autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%l : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}
