// RUN: astragal-opt --bufferize-tensors --split-input-file --verify-diagnostics %s

func.func private @other(tensor<3xf64>)
func.func @call(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}) {
  // expected-error @below {{not supported yet: 'func.call' on tensors}}
  func.call @other(%q) : (tensor<3xf64>) -> ()
  return
}

// -----

// expected-error @below {{returns a tensor without a 'prob.binding'}}
func.func @unbound(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}) -> tensor<3xf64> {
  return %q : tensor<3xf64>
}

// -----

func.func @size(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{of an argument whose size nobody says}}
  %n = tensor.dim %q, %c0 : tensor<?xf64>
  %i = arith.index_cast %n : index to i32
  %x = arith.sitofp %i : i32 to f64
  return %x : f64
}

// -----

// expected-error @below {{has unstructured control flow}}
func.func @unstructured() {
  cf.br ^bb1
^bb1:
  return
}
