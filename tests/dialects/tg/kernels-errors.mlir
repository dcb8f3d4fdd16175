// RUN: astragal-opt --split-input-file --verify-diagnostics %s

func.func @unknown(%a: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{calls 'magic', which is no kernel of runtime/abi.h}}
  %l = tg.kernel "magic"() into(%a : tensor<3xf64>)
  return %l : tensor<3xf64>
}

// -----

func.func @count(%a: tensor<3x3xf64>) -> tensor<3x3xf64> {
  // expected-error @below {{'cholesky' takes 3 arguments, got 2}}
  %l = tg.kernel "cholesky"(%a : tensor<3x3xf64>) into(%a : tensor<3x3xf64>)
  return %l : tensor<3x3xf64>
}

// -----

func.func @size(%a: tensor<3x3xf64>, %n: f64) -> tensor<3x3xf64> {
  // expected-error @below {{argument 1 of 'cholesky' must be an index, got 'f64'}}
  %l = tg.kernel "cholesky"(%a, %n : tensor<3x3xf64>, f64) into(%a : tensor<3x3xf64>)
  return %l : tensor<3x3xf64>
}

// -----

func.func @input(%a: tensor<3x3xf64>, %n: index) -> (tensor<3x3xf64>, tensor<3x3xf64>) {
  // expected-error @below {{argument 0 of 'cholesky' must be an input of f64, got 'index'}}
  %l:2 = tg.kernel "cholesky"(%n : index) into(%a, %a : tensor<3x3xf64>, tensor<3x3xf64>)
  return %l#0, %l#1 : tensor<3x3xf64>, tensor<3x3xf64>
}

// -----

func.func @memory(%a: memref<9xf64>, %n: f64) {
  // expected-error @below {{argument 1 of 'cholesky' must be an index, got 'f64'}}
  tg.kernel_call "cholesky"(%a, %n, %a) : memref<9xf64>, f64, memref<9xf64>
  return
}
