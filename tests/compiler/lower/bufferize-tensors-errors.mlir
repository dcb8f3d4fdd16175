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

// -----

// A size that only the branch knows.
func.func @inside(%c: i1 {prob.binding = #prob.binding<data, 0>}, %i: index {prob.binding = #prob.binding<data, 1>},
                  %sizes: tensor<4xindex> {prob.binding = #prob.binding<data, 2>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %x = arith.constant 1.0 : f64
  // expected-error @below {{not supported yet: a result whose size is computed inside}}
  %t = scf.if %c -> tensor<?xf64> {
    %n = tensor.extract %sizes[%i] : tensor<4xindex>
    %a = tensor.splat %x[%n] : tensor<?xf64>
    scf.yield %a : tensor<?xf64>
  } else {
    %j = arith.addi %i, %i : index
    %n = tensor.extract %sizes[%j] : tensor<4xindex>
    %a = tensor.splat %x[%n] : tensor<?xf64>
    scf.yield %a : tensor<?xf64>
  }
  %r = tensor.extract %t[%i] : tensor<?xf64>
  return %r : f64
}

// -----

func.func @sparse(%i: index {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  // expected-error @below {{not supported yet: a tensor constant of this kind}}
  %t = arith.constant sparse<[[1]], [2.0]> : tensor<9xf64>
  %r = tensor.extract %t[%i] : tensor<9xf64>
  return %r : f64
}

// -----

func.func @select(%c: tensor<3xi1> {prob.binding = #prob.binding<prepared, 0>}, %q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>},
                  %y: tensor<3xf64> {prob.binding = #prob.binding<data, 0>}) -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  // expected-error @below {{not supported yet: a selection by a tensor of conditions}}
  %r = arith.select %c, %q, %y : tensor<3xi1>, tensor<3xf64>
  return %r : tensor<3xf64>
}

// -----

// What a function updates it returns.
// expected-error @below {{returns another tensor than the one that it is given to update}}
func.func @another(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}, %out: tensor<3xf64> {prob.binding = #prob.binding<output, 0>})
    -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  return %q : tensor<3xf64>
}

// -----

func.func @poison(%i: index {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  // expected-error @below {{'ub.poison' op of unknown size}}
  %t = ub.poison : tensor<?xf64>
  %r = tensor.extract %t[%i] : tensor<?xf64>
  return %r : f64
}

// -----

func.func @dimension(%q: tensor<3x4xf64> {prob.binding = #prob.binding<input, 0>}, %i: index {prob.binding = #prob.binding<data, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  // expected-error @below {{'tensor.dim' op of a dimension that is not constant}}
  %n = tensor.dim %q, %i : tensor<3x4xf64>
  %r = tensor.extract %q[%n, %n] : tensor<3x4xf64>
  return %r : f64
}

// -----

// Vectors lie along the last dimension.
func.func @read_column(%q: tensor<8x8xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f64
  // expected-error @below {{not supported yet: a transfer that is not one row along the last dimension}}
  %v = vector.transfer_read %q[%c0, %c0], %x {permutation_map = affine_map<(i, j) -> (i)>} : tensor<8x8xf64>, vector<8xf64>
  %r = vector.reduction <add>, %v : vector<8xf64> into f64
  return %r : f64
}

// -----

func.func @write_rows(%v: vector<2x8xf64> {prob.binding = #prob.binding<data, 0>}) -> (tensor<8x8xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %t = tensor.empty() : tensor<8x8xf64>
  // expected-error @below {{not supported yet: a transfer that is not one row along the last dimension}}
  %r = vector.transfer_write %v, %t[%c0, %c0] : vector<2x8xf64>, tensor<8x8xf64>
  return %r : tensor<8x8xf64>
}

// -----

// Booleans take a byte in memory, which neither a gather nor a scatter of bits knows.
func.func @gather(%t: tensor<9xi1> {prob.binding = #prob.binding<prepared, 0>}, %at: vector<8xi32>, %all: vector<8xi1>) -> vector<8xi1> {
  %c0 = arith.constant 0 : index
  // expected-error @below {{not supported yet: a gather of booleans}}
  %r = vector.gather %t[%c0] [%at], %all, %all : tensor<9xi1>, vector<8xi32>, vector<8xi1>, vector<8xi1> into vector<8xi1>
  return %r : vector<8xi1>
}

// -----

func.func @scatter(%v: vector<8xi1>, %at: vector<8xi32>, %all: vector<8xi1>) -> (tensor<9xi1> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %t = tensor.empty() : tensor<9xi1>
  // expected-error @below {{not supported yet: a scatter of booleans}}
  %r = vector.scatter %t[%c0] [%at], %all, %v : tensor<9xi1>, vector<8xi32>, vector<8xi1>, vector<8xi1> -> tensor<9xi1>
  return %r : tensor<9xi1>
}
