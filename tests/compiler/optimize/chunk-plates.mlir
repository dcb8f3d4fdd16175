// RUN: astragal-opt %s --chunk-plates --canonicalize | FileCheck %s

// A hundred thousand rows of some exponentials.
// CHECK-LABEL: func.func @known
// CHECK-DAG:     %[[N:.*]] = arith.constant 100000 : index
// CHECK-DAG:     %[[C:.*]] = arith.constant {{[1-5][0-9]}} : index
// CHECK:         tg.plate (%{{.*}}) in (%[[N]]) chunks(%[[C]]) {
func.func @known(%x: tensor<100000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 100000 : index
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<100000xf64>
    %p = arith.mulf %v, %a : f64
    %e = math.exp %p : f64
    %f = math.exp %e : f64
    %g = math.exp %f : f64
    %h = math.log %g : f64
    tg.yield sum(%h : f64)
  } : f64
  return %r : f64
}

// Many rows get no more than 64 chunks; so few rows that cost much get chunks, too, of whole vectors.
// CHECK-LABEL: func.func @limits
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 64 : index
// CHECK-DAG:     %[[FEW:.*]] = arith.constant 6 : index
// CHECK:         tg.plate (%{{.*}}) in (%{{.*}}) chunks(%[[MOST]]) {
// CHECK:         tg.plate (%{{.*}}) in (%{{.*}}) chunks(%[[FEW]]) {
func.func @limits(%x: tensor<10000000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> (f64, f64) {
  %n = arith.constant 10000000 : index
  %m = arith.constant 100 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %trips = arith.constant 10000 : index
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<10000000xf64>
    %p = arith.mulf %v, %q : f64
    tg.yield sum(%p : f64)
  } : f64
  %s = tg.plate (%i) in (%m) {
    %v = tensor.extract %x[%i] : tensor<10000000xf64>
    %w = scf.for %k = %c0 to %trips step %c1 iter_args(%a = %q) -> f64 {
      %b = arith.mulf %a, %v : f64
      %e = math.exp %b : f64
      scf.yield %e : f64
    }
    tg.yield sum(%w : f64)
  } : f64
  return %r, %s : f64, f64
}

// A plate of two dimensions is cut along the first.
// CHECK-LABEL: func.func @matrix
// CHECK-DAG:     %[[C:.*]] = arith.constant 5 : index
// CHECK:         tg.plate (%{{.*}}, %{{.*}}) in (%{{.*}}, %{{.*}}) chunks(%[[C]]) {
func.func @matrix(%x: tensor<5x1000000xf64> {prob.binding = #prob.binding<data, 0>},
    %q: f64 {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %n = arith.constant 1000000 : index
  %m = arith.constant 5 : index
  %r = tg.plate (%i, %j) in (%m, %n) {
    %v = tensor.extract %x[%i, %j] : tensor<5x1000000xf64>
    %p = arith.mulf %v, %q : f64
    tg.yield sum(%p : f64)
  } : f64
  return %r : f64
}

// Open sizes: one chunk for few rows. A gradient would add up what rows read of %q, so its size counts; not that of what is
// read row by row, and not that of data.
// CHECK-LABEL: func.func @open
// CHECK-SAME:    %{{.*}}, %[[N:.*]]: index {{.*}}, %[[K:.*]]: index
// CHECK:         %[[E:.*]] = arith.muli %[[K]], %{{.*}}
// CHECK:         %[[S:.*]] = arith.divsi %[[E]], %{{.*}}
// CHECK:         %[[R:.*]] = arith.maxsi %[[S]], %{{.*}}
// CHECK:         %[[FOUR:.*]] = arith.muli %[[R]], %{{.*}}
// CHECK:         %[[MANY:.*]] = arith.cmpi sge, %[[N]], %[[FOUR]]
// CHECK:         %[[C:.*]] = arith.divsi %[[N]], %[[R]]
// CHECK:         %[[M:.*]] = arith.minsi %[[C]], %{{.*}}
// CHECK:         %[[CHUNKS:.*]] = arith.select %[[MANY]], %[[M]], %{{.*}}
// CHECK:         tg.plate (%{{.*}}) in (%[[N]]) chunks(%[[CHUNKS]]) {
func.func @open(%x: tensor<?xindex> {prob.binding = #prob.binding<data, 0>}, %n: index {prob.binding = #prob.binding<data, 1>},
    %k: index {prob.binding = #prob.binding<data, 2>}, %q0: tensor<?xf64> {prob.binding = #prob.binding<input, 0>},
    %e: tensor<?xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %q = tg.sized %q0[%k] : tensor<?xf64>
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xindex>
    %w = tensor.extract %q[%v] : tensor<?xf64>
    %u = tensor.extract %e[%i] : tensor<?xf64>
    %p = arith.mulf %w, %u : f64
    %s = math.exp %p : f64
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// As many parameters as rows, and a few that are chosen by data: only those count.
// CHECK-LABEL: func.func @latent
// CHECK:         tg.plate (%{{.*}}) in (%{{.*}}) chunks(%{{.*}}) {
func.func @latent(%g: tensor<100000xindex> {prob.binding = #prob.binding<data, 0>},
    %q: tensor<100030xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c30 = arith.constant 30 : index
  %n = arith.constant 100000 : index
  %r = tg.plate (%i) in (%n) {
    %j = tensor.extract %g[%i] : tensor<100000xindex>
    %ok = arith.cmpi ult, %j, %c30 : index
    %k = arith.select %ok, %j, %c0 : index
    %v = tensor.extract %q[%k] : tensor<100030xf64>
    %at = arith.addi %i, %c30 : index
    %w = tensor.extract %q[%at] : tensor<100030xf64>
    %p = arith.mulf %v, %w : f64
    %e = math.exp %p : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// What is computed once, for the data, is left alone.
// CHECK-LABEL: func.func @prepare
// CHECK-NOT:     chunks
func.func @prepare(%x: tensor<10000000xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %n = arith.constant 10000000 : index
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<10000000xf64>
    %e = math.exp %v : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}
