// RUN: astragal-opt --split-input-file --verify-diagnostics %s

func.func @nothing(%n: index) {
  // expected-error @below {{'tg.kernel' op needs at least one result}}
  "tg.kernel"(%n) <{kernel = "cholesky", operandSegmentSizes = array<i32: 1, 0>}> : (index) -> ()
  return
}

// -----

func.func @element(%a: tensor<3xi32>, %l: tensor<3xf64>) {
  // expected-error @below {{'tg.kernel' op operand #0 must be variadic}}
  %0 = tg.kernel "cholesky"(%a : tensor<3xi32>) into(%l : tensor<3xf64>)
  return
}

// -----

func.func @nowhere(%a: memref<9xf64>, %n: index) {
  // expected-error @below {{needs a buffer for its result as the last argument}}
  tg.kernel_call "cholesky"(%a, %n) : memref<9xf64>, index
  return
}
