// RUN: astragal-opt %s --unroll-small-loops --canonicalize | FileCheck %s

// Two loops over three states.
// CHECK-LABEL: func.func @nested
// CHECK-NOT:     scf.for
// CHECK-COUNT-9: math.exp
// CHECK-NOT:     math.exp
func.func @nested(%x: tensor<3x3xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %a) -> f64 {
    %t = scf.for %j = %c0 to %c3 step %c1 iter_args(%u = %s) -> f64 {
      %v = tensor.extract %x[%i, %j] : tensor<3x3xf64>
      %e = math.exp %v : f64
      %w = arith.mulf %u, %e : f64
      scf.yield %w : f64
    }
    scf.yield %t : f64
  }
  return %r : f64
}

// The step counts, also where it does not divide the range.
// CHECK-LABEL: func.func @step
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<9xf64>
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C7:.*]] = arith.constant 7 : index
// CHECK:         tensor.extract %[[X]][%[[C1]]]
// CHECK:         tensor.extract %[[X]][%[[C4]]]
// CHECK:         tensor.extract %[[X]][%[[C7]]]
// CHECK-NOT:     tensor.extract
func.func @step(%x: tensor<9xf64>, %a: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %r = scf.for %i = %c1 to %c8 step %c3 iter_args(%s = %a) -> f64 {
    %v = tensor.extract %x[%i] : tensor<9xf64>
    %w = arith.mulf %s, %v : f64
    scf.yield %w : f64
  }
  return %r : f64
}

// (r0 + r2) + (r1 + r3), as the eight partials give it; rows become a tensor of scalars.
// CHECK-LABEL: func.func @plate
// CHECK:         %[[R0:.*]] = tensor.extract
// CHECK:         %[[R1:.*]] = tensor.extract
// CHECK:         %[[R2:.*]] = tensor.extract
// CHECK:         %[[R3:.*]] = tensor.extract
// CHECK:         %[[A:.*]] = arith.addf %[[R0]], %[[R2]]
// CHECK:         %[[B:.*]] = arith.addf %[[R1]], %[[R3]]
// CHECK:         %[[S:.*]] = arith.addf %[[A]], %[[B]]
// CHECK:         %[[T:.*]] = tensor.from_elements %[[R0]], %[[R1]], %[[R2]], %[[R3]] : tensor<4xf64>
// CHECK:         return %[[S]], %[[T]]
func.func @plate(%x: tensor<4xf64>) -> (f64, tensor<4xf64>) {
  %c4 = arith.constant 4 : index
  %r:2 = tg.plate (%i) in (%c4) {
    %v = tensor.extract %x[%i] : tensor<4xf64>
    tg.yield sum(%v : f64) rows(%v : f64)
  } : f64, tensor<4xf64>
  return %r#0, %r#1 : f64, tensor<4xf64>
}

// Along the last dimension: row (1, 0) joins the partial of row (0, 0). Maxima and accumulated tensors.
// CHECK-LABEL: func.func @rank2
// CHECK:         %[[A:.*]] = tensor.extract
// CHECK:         %[[ACC1:.*]] = tg.accumulate %[[A]] into
// CHECK:         %[[B:.*]] = tensor.extract
// CHECK:         tg.accumulate %[[B]] into %[[ACC1]]
// CHECK:         %[[C:.*]] = tensor.extract
// CHECK:         %[[P0:.*]] = arith.addf %[[A]], %[[C]]
// CHECK:         arith.maximumf %[[A]], %[[C]]
// CHECK:         %[[D:.*]] = tensor.extract
// CHECK:         %[[P1:.*]] = arith.addf %[[B]], %[[D]]
// CHECK:         arith.addf %[[P0]], %[[P1]]
func.func @rank2(%x: tensor<2x2xf64>, %z: tensor<2xf64>) -> (f64, f64, tensor<2xf64>) {
  %c2 = arith.constant 2 : index
  %r:3 = tg.plate (%i, %j) in (%c2, %c2) accumulate(%acc = %z : tensor<2xf64>) {
    %v = tensor.extract %x[%i, %j] : tensor<2x2xf64>
    %n = tg.accumulate %v into %acc[%j] : tensor<2xf64>
    tg.yield sum(%v : f64) max(%v : f64) accumulated(%n : tensor<2xf64>)
  } : f64, f64, tensor<2xf64>
  return %r#0, %r#1, %r#2 : f64, f64, tensor<2xf64>
}

// No rows.
// CHECK-LABEL: func.func @none
// CHECK:         arith.constant 0.000000e+00
// CHECK-NOT:     tg.plate
func.func @none(%x: tensor<0xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %r = tg.plate (%i) in (%c0) {
    %v = tensor.extract %x[%i] : tensor<0xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %r : f64
}

// The range of the inner loop depends on the outer one.
// CHECK-LABEL: func.func @triangle
// CHECK-NOT:     scf.for
// CHECK-COUNT-3: math.exp
// CHECK-NOT:     math.exp
func.func @triangle(%x: tensor<3x3xf64>, %a: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%s = %a) -> f64 {
    %t = scf.for %j = %c0 to %i step %c1 iter_args(%u = %s) -> f64 {
      %v = tensor.extract %x[%i, %j] : tensor<3x3xf64>
      %e = math.exp %v : f64
      %w = arith.mulf %u, %e : f64
      scf.yield %w : f64
    }
    scf.yield %t : f64
  }
  return %r : f64
}

// What reads or makes a tensor of the row leaves no loop where rows can fill lanes: a loop that becomes a plate without
// such tensors, or a plate.
// CHECK-LABEL: func.func @local
// CHECK:         scf.for
// CHECK-COUNT-5:   math.exp
// CHECK-NOT:       tg.plate
// CHECK:           scf.yield
// CHECK:         tg.plate
// CHECK-COUNT-9:   math.exp
// CHECK-NOT:       tg.plate
// CHECK:           tg.yield sum
func.func @local(%x: tensor<100xf64>, %m: tensor<5xf64>) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %n = %c0 to %c100 step %c1 iter_args(%s = %zero) -> f64 {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    %t = tg.plate (%k) in (%c5) {
      %e = tensor.extract %m[%k] : tensor<5xf64>
      %d = arith.subf %v, %e : f64
      tg.yield rows(%d : f64)
    } : tensor<5xf64>
    %w = tg.plate (%k) in (%c5) {
      %e = tensor.extract %t[%k] : tensor<5xf64>
      %f = math.exp %e : f64
      tg.yield sum(%f : f64)
    } : f64
    %y = arith.addf %s, %w : f64
    scf.yield %y : f64
  }
  %p = tg.plate (%n) in (%c100) {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    %empty = tensor.empty() : tensor<9xf64>
    %t:2 = scf.for %k = %c0 to %c9 step %c1 iter_args(%u = %empty, %s = %v) -> (tensor<9xf64>, f64) {
      %f = math.exp %s : f64
      %i = tensor.insert %f into %u[%k] : tensor<9xf64>
      scf.yield %i, %f : tensor<9xf64>, f64
    }
    %e = tensor.extract %t#0[%c5] : tensor<9xf64>
    tg.yield sum(%e : f64)
  } : f64
  return %r, %p : f64, f64
}

// Rows that go on until they are done are better side by side, be they as few as two: the loop waits for raise-loops.
// CHECK-LABEL: func.func @untilDone
// CHECK:         scf.for
// CHECK:         scf.while
// CHECK:         tg.plate
// CHECK:         scf.while
// CHECK-NOT:     scf.while
func.func @untilDone(%x: tensor<2xf64>, %end: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %z = arith.constant 0.0 : f64
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%s = %z) -> f64 {
    %v = tensor.extract %x[%i] : tensor<2xf64>
    %w = scf.while (%u = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %u, %end : f64
      scf.condition(%more) %u : f64
    } do {
    ^bb0(%u: f64):
      %p = arith.mulf %u, %u : f64
      scf.yield %p : f64
    }
    %t = arith.addf %s, %w : f64
    scf.yield %t : f64
  }
  %q = tg.plate (%i) in (%c2) {
    %v = tensor.extract %x[%i] : tensor<2xf64>
    %w = scf.while (%u = %v) : (f64) -> f64 {
      %more = arith.cmpf olt, %u, %end : f64
      scf.condition(%more) %u : f64
    } do {
    ^bb0(%u: f64):
      %p = arith.mulf %u, %u : f64
      scf.yield %p : f64
    }
    tg.yield sum(%w : f64)
  } : f64
  return %r, %q : f64, f64
}

// Rows that the loop's index counts are known once it is written out.
// CHECK-LABEL: func.func @rowsOfIndex
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @rowsOfIndex(%x: tensor<6x9xf64>, %m: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %r = scf.for %i = %c0 to %c6 step %c1 iter_args(%s = %m) -> f64 {
    %n = arith.addi %i, %c1 : index
    %t = tg.plate (%k) in (%n) {
      %v = tensor.extract %x[%i, %k] : tensor<6x9xf64>
      tg.yield sum(%v : f64)
    } : f64
    %p = arith.mulf %s, %t : f64
    scf.yield %p : f64
  }
  return %r : f64
}
