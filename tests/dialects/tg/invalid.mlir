// RUN: astragal-opt %s -split-input-file -verify-diagnostics

func.func @f(%x: f64) {
  // expected-error @below {{'tg.plate' op needs at least one extent}}
  %s = tg.plate () in () {
    tg.yield sum(%x : f64)
  } : f64
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{expected one extent for each row index}}
  %s = tg.plate (%i, %j) in (%n) {
    tg.yield sum(%x : f64)
  } : f64
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op has 1 results, but its body yields 2}}
  %s = tg.plate (%i) in (%n) {
    tg.yield sum(%x, %x : f64, f64)
  } : f64
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op has a result of type 'i32' where its body yields 'f64'}}
  %s = tg.plate (%i) in (%n) {
    tg.yield sum(%x : f64)
  } : i32
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op row result must be a tensor of rank 1 of 'f64', got 'tensor<?x?xf64>'}}
  %s = tg.plate (%i) in (%n) {
    tg.yield rows(%x : f64)
  } : tensor<?x?xf64>
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op row result must be a tensor of rank 1 of 'f64', got 'tensor<?xi32>'}}
  %s = tg.plate (%i) in (%n) {
    tg.yield rows(%x : f64)
  } : tensor<?xi32>
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op row result must be a tensor of rank 1 of 'f64', got 'f64'}}
  %s = tg.plate (%i) in (%n) {
    tg.yield rows(%x : f64)
  } : f64
  return
}

// -----

func.func @f(%n: index, %t: tensor<3xf64>, %u: tensor<4xf64>) {
  // expected-error @below {{'tg.plate' op yields accumulated values whose types are not those of its inits}}
  %s = tg.plate (%i) in (%n) accumulate(%acc = %t : tensor<3xf64>) {
    tg.yield accumulated(%u : tensor<4xf64>)
  } : tensor<4xf64>
  return
}

// -----

func.func @f(%n: index, %t: tensor<3xf64>) {
  // expected-error @below {{'tg.plate' op body takes 1 indices and 1 accumulators, but has 1 arguments}}
  %s = "tg.plate"(%n, %t) <{operandSegmentSizes = array<i32: 1, 1>}> ({
  ^bb0(%i: index):
    "tg.yield"(%t) <{operandSegmentSizes = array<i32: 0, 0, 1, 0>}> : (tensor<3xf64>) -> ()
  }) : (index, tensor<3xf64>) -> tensor<3xf64>
  return
}

// -----

func.func @f(%n: index, %x: f64) {
  // expected-error @below {{'tg.plate' op row index must be of type index}}
  %s = "tg.plate"(%n) <{operandSegmentSizes = array<i32: 1, 0>}> ({
  ^bb0(%i: i64):
    "tg.yield"(%x) <{operandSegmentSizes = array<i32: 1, 0, 0, 0>}> : (f64) -> ()
  }) : (index) -> f64
  return
}

// -----

func.func @f(%n: index, %t: tensor<3xf64>, %u: tensor<4xf64>) {
  // expected-error @below {{'tg.plate' op 0-th init and 0-th region iter_arg have different type: 'tensor<3xf64>' != 'tensor<4xf64>'}}
  %s = "tg.plate"(%n, %t) <{operandSegmentSizes = array<i32: 1, 1>}> ({
  ^bb0(%i: index, %acc: tensor<4xf64>):
    "tg.yield"(%acc) <{operandSegmentSizes = array<i32: 0, 0, 1, 0>}> : (tensor<4xf64>) -> ()
  }) : (index, tensor<3xf64>) -> tensor<4xf64>
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.yield' op expects parent op 'tg.plate'}}
  tg.yield sum(%x : f64)
}

// -----

func.func @f(%n: index, %x: f32) {
  %s = tg.plate (%i) in (%n) {
    // expected-error @below {{operand #0 must be variadic of 64-bit float or 32-bit signless integer, but got 'f32'}}
    tg.yield sum(%x : f32)
  } : f32
  return
}

// -----

func.func @f(%x: f64, %t: tensor<3x4xf64>, %i: index) {
  // expected-error @below {{'tg.accumulate' op needs 2 indices, got 1}}
  %0 = tg.accumulate %x into %t[%i] : tensor<3x4xf64>
  return
}

// -----

func.func @f(%t: tensor<?x?xf64>, %n: index) {
  // expected-error @below {{'tg.sized' op needs 2 sizes, got 1}}
  %0 = tg.sized %t[%n] : tensor<?x?xf64>
  return
}

// -----

func.func @f(%n: index) {
  // expected-error @below {{'tg.tape_alloc' op needs 1 sizes, got 2}}
  %0 = tg.tape_alloc(%n, %n) : tensor<?x3xf64>
  return
}

// -----

func.func @f(%x: i32) {
  // expected-error @below {{'tg.logistic' op operand #0 must be floating-point-like, but got 'i32'}}
  %0 = tg.logistic %x : i32
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.check' op operand #0 must be 1-bit signless integer or vector of 1-bit signless integer values}}
  tg.check %x, domain, "not a condition" : f64
  return
}

// -----

func.func @f(%c: i1, %x: f64) {
  // expected-error @below {{'tg.check' op shows 2 values in its explanation, but has 1}}
  tg.check %c, domain, "m" explain "{} and {}"(%x : f64) : i1
  return
}

// -----

func.func @f(%c: i1, %x: f64) {
  // expected-error @below {{'tg.check' op has a brace in its explanation that is none of {}, {+} and {{}}
  tg.check %c, domain, "m" explain "{ }"(%x : f64) : i1
  return
}

// -----

func.func @f(%c: vector<8xi1>, %x: f64) {
  // expected-error @below {{'tg.check' op explains one failure, but has several conditions}}
  tg.check %c, domain, "m" explain "{}"(%x : f64) : vector<8xi1>
  return
}

// -----

func.func @f(%c: i1) {
  // expected-error @below {{enum values for attribute 'kind' [domain, fatal]}}
  tg.check %c, mild, "no such kind" : i1
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.with_partials' op needs a partial derivative for each of 2 operands, got 1}}
  %0 = tg.with_partials %x wrt(%x, %x) partials(%x) : f64
  return
}

// -----

func.func @f(%x: f64, %v: vector<8xf64>) {
  // expected-error @below {{'tg.special' op requires the same type for all operands and results}}
  %0 = "tg.special"(%x, %v) <{function = "owens_t"}> : (f64, vector<8xf64>) -> f64
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.print' op needs 2 texts, got 1}}
  tg.print model ["x"] (%x : f64) matrices [false] ranks [0]
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.print' op has a value of type 'f64' of rank 1}}
  tg.print model ["x", ""] (%x : f64) matrices [false] ranks [1]
  return
}

// -----

func.func @f(%x: tensor<2x3xf64>, %n: index) {
  // expected-error @below {{'tg.print' op needs 2 sizes, got 1}}
  tg.print model ["x", ""] (%x : tensor<2x3xf64>) sizes (%n) matrices [false] ranks [2]
  return
}

// -----

func.func @f(%x: f64) {
  // expected-error @below {{'tg.print' op needs a rank and a kind for each of 1 values}}
  tg.print model ["x", ""] (%x : f64) matrices [] ranks [0]
  return
}

// -----

func.func @scaled_numbers(%x: vector<8xf32>, %k: vector<8xf32>) {
  // expected-error @below {{must be 64-bit float or fixed-length vector of 64-bit float values}}
  %y = tg.scaleb %x, %k : vector<8xf32>
  return
}
