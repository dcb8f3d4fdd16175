// RUN: astragal-opt %s --fuse-plates | FileCheck %s

// A chain becomes part of its only reader, special functions and all; checks move too.
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<10xf64>
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %[[X]][%[[I]]]
// CHECK-NEXT:      %[[E:.*]] = math.exp %[[V]]
// CHECK:           tg.check
// CHECK:           %[[L:.*]] = math.log %[[E]]
// CHECK-NEXT:      %[[S:.*]] = arith.addf %[[L]], %[[L]]
// CHECK-NEXT:      tg.yield sum(%[[S]] : f64)
// CHECK-NOT:     tg.plate
func.func @chain(%x: tensor<10xf64>, %s: f64) -> f64 {
  %c10 = arith.constant 10 : index
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    %ok = arith.cmpf olt, %e, %s : f64
    tg.check %ok, domain, "too large" : i1
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %b = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %e = math.log %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %r = tg.plate (%i) in (%c10) {
    %v = tensor.extract %b[%i] : tensor<10xf64>
    %w = tensor.extract %b[%i] : tensor<10xf64>
    %e = arith.addf %v, %w : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// Two readers that meet again in a third.
// CHECK-LABEL: func.func @diamond
// CHECK-COUNT-1: tg.plate
// CHECK-COUNT-1:   math.exp
// CHECK-NOT:     tg.plate
// CHECK-NOT:     math.exp
func.func @diamond(%x: tensor<?xf64>, %n: index) -> f64 {
  %a = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<?xf64>
  %b = tg.plate (%i) in (%n) {
    %v = tensor.extract %a[%i] : tensor<?xf64>
    %e = math.log %v : f64
    tg.yield rows(%e : f64)
  } : tensor<?xf64>
  %c = tg.plate (%i) in (%n) {
    %v = tensor.extract %a[%i] : tensor<?xf64>
    %e = math.sqrt %v : f64
    tg.yield rows(%e : f64)
  } : tensor<?xf64>
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %b[%i] : tensor<?xf64>
    %w = tensor.extract %c[%i] : tensor<?xf64>
    %e = arith.addf %v, %w : f64
    tg.yield sum(%e : f64)
  } : f64
  return %r : f64
}

// Cheap rows are computed in each of two readers, and at an index that data gives; splats are never read.
// CHECK-LABEL: func.func @cheap
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<20xf64>, %[[AT:[a-z0-9]+]]: tensor<30xindex>
// CHECK:         tg.plate
// CHECK:           arith.mulf
// CHECK:           math.exp
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK-NEXT:      %[[J:.*]] = tensor.extract %[[AT]][%[[I]]]
// CHECK-NEXT:      %[[V:.*]] = tensor.extract %[[Z]][%[[J]]]
// CHECK-NEXT:      %[[W:.*]] = arith.mulf %[[V]], %[[S:[a-z0-9]+]]
// CHECK-NEXT:      arith.addf %[[W]], %[[S]]
// CHECK-NOT:     tg.plate
func.func @cheap(%z: tensor<20xf64>, %at: tensor<30xindex>, %s: f64) -> (f64, f64) {
  %c20 = arith.constant 20 : index
  %c30 = arith.constant 30 : index
  %splat = tensor.splat %s : tensor<20xf64>
  %a = tg.plate (%i) in (%c20) {
    %v = tensor.extract %z[%i] : tensor<20xf64>
    %e = arith.mulf %v, %s : f64
    tg.yield rows(%e : f64)
  } : tensor<20xf64>
  %p = tg.plate (%i) in (%c20) {
    %v = tensor.extract %a[%i] : tensor<20xf64>
    %e = math.exp %v : f64
    tg.yield sum(%e : f64)
  } : f64
  %q = tg.plate (%i) in (%c30) {
    %j = tensor.extract %at[%i] : tensor<30xindex>
    %v = tensor.extract %a[%j] : tensor<20xf64>
    %w = tensor.extract %splat[%j] : tensor<20xf64>
    %e = arith.addf %v, %w : f64
    tg.yield sum(%e : f64)
  } : f64
  return %p, %q : f64, f64
}

// Rows over two dimensions, read by a loop in a plate; and a row read in an inner loop is computed outside of it.
// CHECK-LABEL: func.func @nested
// CHECK:         tg.plate (%[[I:.*]]) in
// CHECK:           math.log
// CHECK:           scf.for %[[J:[a-z0-9]+]] =
// CHECK-NEXT:        tensor.extract %{{.*}}[%[[I]], %[[J]]]
// CHECK-NEXT:        math.exp
// CHECK-NOT:     tg.plate
func.func @nested(%x: tensor<6x7xf64>, %y: tensor<6xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %z = arith.constant 0.0 : f64
  %a = tg.plate (%i, %j) in (%c6, %c7) {
    %v = tensor.extract %x[%i, %j] : tensor<6x7xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<6x7xf64>
  %b = tg.plate (%i) in (%c6) {
    %v = tensor.extract %y[%i] : tensor<6xf64>
    %e = math.log %v : f64
    tg.yield rows(%e : f64)
  } : tensor<6xf64>
  %r = tg.plate (%i) in (%c6) {
    %s = scf.for %j = %c0 to %c7 step %c1 iter_args(%acc = %z) -> f64 {
      %v = tensor.extract %a[%i, %j] : tensor<6x7xf64>
      %w = tensor.extract %b[%i] : tensor<6xf64>
      %p = arith.mulf %v, %w : f64
      %n = arith.addf %acc, %p : f64
      scf.yield %n : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// A size of rows is an extent, and does not keep the plate.
// CHECK-LABEL: func.func @size
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index
// CHECK:         tg.plate
// CHECK-NOT:     tg.plate
// CHECK:         return %{{.*}}, %[[N]]
func.func @size(%x: tensor<?xf64>, %n: index) -> (f64, index) {
  %c0 = arith.constant 0 : index
  %a = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<?xf64>
  %d = tensor.dim %a, %c0 : tensor<?xf64>
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %a[%i] : tensor<?xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %r, %d : f64, index
}

// Rows that are dear, checked by one plate and read by another: the checks become part of the reader, and the rows too.
// CHECK-LABEL: func.func @checked
// CHECK:         tg.plate
// CHECK:           %[[E:.*]] = math.exp
// CHECK:           %[[OK:.*]] = arith.cmpf oge, %[[E]]
// CHECK:           tg.check %[[OK]]
// CHECK:           math.log %[[E]]
// CHECK-NOT:     tg.plate
func.func @checked(%x: tensor<10xf64>) -> f64 {
  %c10 = arith.constant 10 : index
  %z = arith.constant 0.0 : f64
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %ok = arith.cmpf oge, %v, %z : f64
    tg.check %ok, domain, "must be at least 0" : i1
  }
  %p = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %l = math.log %v : f64
    tg.yield sum(%l : f64)
  } : f64
  return %p : f64
}
