// RUN: astragal-opt %s --split-input-file --vectorize-plates --remark-format=emitRemark --remarks-filter-missed=schedule --verify-diagnostics
// RUN: astragal-opt %s --split-input-file --vectorize-plates | FileCheck %s

// CHECK-NOT: tg.plate

// A tensor that depends on the row by choice has no single place.
func.func @choice(%x: tensor<8xf64>, %a: tensor<4xf64>, %b: tensor<4xf64>, %j: index) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{scf.if chooses between tensors}}
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %p = arith.cmpf ogt, %u, %zero : f64
    %t = scf.if %p -> tensor<4xf64> {
      scf.yield %a : tensor<4xf64>
    } else {
      scf.yield %b : tensor<4xf64>
    }
    %v = tensor.extract %t[%j] : tensor<4xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %s : f64
}

// -----

// Nobody knows what a function does in lanes that are switched off.
func.func private @opaque(f64) -> f64
func.func @call(%x: tensor<?xf64>, %n: index) -> f64 {
  // expected-remark @below {{func.call cannot be done for several rows at once}}
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<?xf64>
    %v = func.call @opaque(%u) : (f64) -> f64
    tg.yield sum(%v : f64)
  } : f64
  return %s : f64
}

// -----

// Rows that ask for a size of their own.
func.func @ragged(%sizes: tensor<8xindex>, %x: tensor<?xf64>) -> f64 {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  // expected-remark @below {{tensor.dim asks for a size, and rows differ in sizes}}
  %s = tg.plate (%i) in (%n) {
    %size = tensor.extract %sizes[%i] : tensor<8xindex>
    %t = tg.plate (%j) in (%size) {
      %u = tensor.extract %x[%j] : tensor<?xf64>
      %v = arith.negf %u : f64
      tg.yield rows(%v : f64)
    } : tensor<?xf64>
    %last = tensor.dim %t, %c0 : tensor<?xf64>
    %first = tensor.extract %t[%last] : tensor<?xf64>
    tg.yield sum(%first : f64)
  } : f64
  return %s : f64
}

// -----

// Rows that leave at different times leave with different tensors.
func.func @exchange(%x: tensor<8xf64>, %a: tensor<4xf64>, %b: tensor<4xf64>, %j: index) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{scf.while exchanges tensors, and rows differ in how often}}
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %r:3 = scf.while (%v = %u, %p = %a, %q = %b) : (f64, tensor<4xf64>, tensor<4xf64>) -> (f64, tensor<4xf64>, tensor<4xf64>) {
      %more = arith.cmpf ogt, %v, %zero : f64
      scf.condition(%more) %v, %p, %q : f64, tensor<4xf64>, tensor<4xf64>
    } do {
    ^bb0(%v: f64, %p: tensor<4xf64>, %q: tensor<4xf64>):
      %e = tensor.extract %p[%j] : tensor<4xf64>
      %w = arith.subf %v, %e : f64
      scf.yield %w, %q, %p : f64, tensor<4xf64>, tensor<4xf64>
    }
    %e = tensor.extract %r#1[%j] : tensor<4xf64>
    tg.yield sum(%e : f64)
  } : f64
  return %s : f64
}

// -----

// Tensors that change places: as often as the row says.
func.func @exchanged(%n: index, %k: tensor<?xindex>, %p: tensor<3xf64>, %q: tensor<3xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{scf.for exchanges tensors, and rows differ in how often}}
  %s = tg.plate (%i) in (%n) {
    %trips = tensor.extract %k[%i] : tensor<?xindex>
    %t:2 = scf.for %j = %c0 to %trips step %c1 iter_args(%a = %p, %b = %q) -> (tensor<3xf64>, tensor<3xf64>) {
      scf.yield %b, %a : tensor<3xf64>, tensor<3xf64>
    }
    %v = tensor.extract %t#0[%c0] : tensor<3xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %s : f64
}

// -----

// A tensor that the condition's region has computed is nobody's state.
func.func @computes(%x: tensor<8xf64>, %a: tensor<4xf64>, %j: index) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{scf.while passes on a tensor that it computes, and rows differ in how often}}
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %r:2 = scf.while (%v = %u) : (f64) -> (f64, tensor<4xf64>) {
      %more = arith.cmpf ogt, %v, %zero : f64
      %t = tensor.splat %v : tensor<4xf64>
      scf.condition(%more) %v, %t : f64, tensor<4xf64>
    } do {
    ^bb0(%v: f64, %t: tensor<4xf64>):
      %e = tensor.extract %t[%j] : tensor<4xf64>
      %w = arith.subf %v, %e : f64
      scf.yield %w : f64
    }
    %e = tensor.extract %r#1[%j] : tensor<4xf64>
    tg.yield sum(%e : f64)
  } : f64
  return %s : f64
}

// -----

// A table that each row fills for itself.
func.func @reshaped(%n: index, %x: tensor<?xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  // expected-remark @below {{tensor.concat makes a tensor that differs between rows}}
  %s = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %pair = tensor.from_elements %v, %v : tensor<2xf64>
    %four = tensor.concat dim(0) %pair, %pair : (tensor<2xf64>, tensor<2xf64>) -> tensor<4xf64>
    %w = tensor.extract %four[%c0] : tensor<4xf64>
    tg.yield sum(%w : f64)
  } : f64
  return %s : f64
}

// -----

// What rows add to are reals; a tensor of others only goes through.
func.func @through(%n: index, %start: tensor<4xi32>) -> tensor<4xi32> {
  // expected-remark @below {{tg.plate accumulates other numbers than reals}}
  %s = tg.plate (%i) in (%n) accumulate(%c = %start : tensor<4xi32>) {
    tg.yield accumulated(%c : tensor<4xi32>)
  } : tensor<4xi32>
  return %s : tensor<4xi32>
}
