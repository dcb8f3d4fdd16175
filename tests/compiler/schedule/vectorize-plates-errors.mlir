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

// Rows that hold row results of different sizes.
func.func @ragged(%sizes: tensor<8xindex>, %x: tensor<?xf64>) -> f64 {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  // expected-remark @below {{tg.plate makes a tensor whose size differs between rows}}
  %s = tg.plate (%i) in (%n) {
    %size = tensor.extract %sizes[%i] : tensor<8xindex>
    %t = tg.plate (%j) in (%size) {
      %u = tensor.extract %x[%j] : tensor<?xf64>
      %v = arith.negf %u : f64
      tg.yield rows(%v : f64)
    } : tensor<?xf64>
    %first = tensor.extract %t[%c0] : tensor<?xf64>
    tg.yield sum(%first : f64)
  } : f64
  return %s : f64
}
