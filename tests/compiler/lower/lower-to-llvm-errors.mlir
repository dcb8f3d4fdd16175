// RUN: astragal-opt --lower-to-llvm --split-input-file --verify-diagnostics %s

func.func @log_density(%c: i1 {prob.binding = #prob.binding<prepared, 0>}) {
  // expected-error @below {{has no number; 'number-checks' gives it}}
  tg.check %c, domain, "m" : i1
  return
}

// -----

// expected-error @below {{has an argument that is bound to no field of a call: number 0}}
func.func @log_density(%x: f64) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  return %x : f64
}

// -----

// expected-error @below {{has a result that is bound to no field of a call: number 0}}
func.func @log_density(%x: f64 {prob.binding = #prob.binding<data, 0>}) -> f64 {
  return %x : f64
}

// -----

func.func @log_density(%x: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<1xf64>
  // expected-error @below {{calls a function that the runtime does not have: 'frobnicate'}}
  %b = tg.special "frobnicate"(%a) : f64
  memref.store %b, %x[%c0] : memref<1xf64>
  return
}

// -----

func.func @prepare(%a: memref<9xf64> {prob.binding = #prob.binding<data, 0>}) {
  // expected-error @below {{calls 'magic', which is no kernel of runtime/abi.h}}
  tg.kernel_call "magic"(%a) : memref<9xf64>
  return
}

// -----

func.func @log_density(%x: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<1xf64>
  // expected-error @below {{calls 'owens_t' with 1 operands, and it takes 2}}
  %b = tg.special "owens_t"(%a) : f64
  memref.store %b, %x[%c0] : memref<1xf64>
  return
}

// -----

func.func @prepare(%a: memref<9xf64> {prob.binding = #prob.binding<data, 0>}) {
  // expected-error @below {{'cholesky' takes 3 arguments, got 1}}
  tg.kernel_call "cholesky"(%a) : memref<9xf64>
  return
}

// -----

func.func @prepare(%a: memref<9xf64> {prob.binding = #prob.binding<data, 0>}, %x: f64 {prob.binding = #prob.binding<data, 1>}) {
  // expected-error @below {{argument 1 of 'cholesky' is 'int64_t n', got 'f64'}}
  tg.kernel_call "cholesky"(%a, %x, %a) : memref<9xf64>, f64, memref<9xf64>
  return
}

// -----

func.func @log_density(%x: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<1xf64>
  %v = vector.broadcast %a : f64 to vector<3xf64>
  // expected-error @+2 {{failed to legalize}}
  // expected-error @below {{has no instruction for 3 lanes}}
  %w = tg.logb %v : vector<3xf64>
  %r = vector.extract %w[1] : f64 from vector<3xf64>
  memref.store %r, %x[%c0] : memref<1xf64>
  return
}
