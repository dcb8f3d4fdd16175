// RUN: astragal-opt %s --pack-math --split-input-file | FileCheck %s
// RUN: astragal-opt %s --pack-math --split-input-file --remarks-filter-passed=schedule --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Three exponentials share a vector of four; a logarithm of another kind stays, and so does a lonely function.
// REMARK: 3 times math.exp in one vector
// CHECK-LABEL: func.func @alike
// CHECK-SAME:    (%[[X:.*]]: f64, %[[Y:.*]]: f64)
// CHECK:         %[[S:.*]] = arith.addf %[[X]], %[[Y]]
// CHECK:         %[[V:.*]] = vector.from_elements %[[X]], %[[Y]], %[[S]], %[[S]] : vector<4xf64>
// CHECK:         %[[E:.*]] = math.exp %[[V]] : vector<4xf64>
// CHECK-COUNT-3: vector.extract %[[E]]
// CHECK-NOT:     math.exp
// CHECK:         math.log %{{.*}} : f64
func.func @alike(%x: f64, %y: f64) -> f64 {
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %l = math.log %a : f64
  %s = arith.addf %x, %y : f64
  %c = math.exp %s : f64
  %d = arith.mulf %l, %b : f64
  %e = arith.mulf %d, %c : f64
  return %e : f64
}

// -----

// One needs the other: nothing can be packed.
// CHECK-LABEL: func.func @chain
// CHECK-NOT:     vector
func.func @chain(%x: f64) -> f64 {
  %a = math.exp %x : f64
  %b = math.exp %a : f64
  return %b : f64
}

// -----

// Two levels: each is packed, though the second of the first level stands behind the first of the second.
// CHECK-LABEL: func.func @levels
// CHECK:         math.tanh %{{.*}} : vector<2xf64>
// CHECK:         math.tanh %{{.*}} : vector<2xf64>
// CHECK-NOT:     math.tanh
func.func @levels(%x: f64, %y: f64) -> f64 {
  %a = math.tanh %x : f64
  %aa = math.tanh %a : f64
  %b = math.tanh %y : f64
  %bb = math.tanh %b : f64
  %s = arith.addf %aa, %bb : f64
  return %s : f64
}

// -----

// Effects keep their order: what comes before the check stays before it, and a function whose argument is drawn behind
// a check waits for both.
// CHECK-LABEL: func.func @effects
// CHECK:         tg.check %{{.*}}, domain, "first"
// CHECK:         tg.check %{{.*}}, domain, "second"
// CHECK:         math.exp %{{.*}} : vector<2xf64>
func.func @effects(%x: f64, %y: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %p = arith.cmpf ogt, %x, %zero : f64
  tg.check %p, domain, "first" : i1
  %a = math.exp %x : f64
  %q = arith.cmpf ogt, %y, %zero : f64
  %s = scf.if %q -> f64 {
    tg.check %p, domain, "second" : i1
    scf.yield %y : f64
  } else {
    scf.yield %zero : f64
  }
  %b = math.exp %s : f64
  %c = arith.addf %a, %b : f64
  return %c : f64
}

// -----

// Other blocks are other worlds: what one branch computes is not computed for both.
// CHECK-LABEL: func.func @branches
// CHECK-NOT:     vector
func.func @branches(%x: f64, %p: i1) -> f64 {
  %r = scf.if %p -> f64 {
    %a = math.exp %x : f64
    scf.yield %a : f64
  } else {
    %y = arith.negf %x : f64
    %b = math.exp %y : f64
    scf.yield %b : f64
  }
  return %r : f64
}

// -----

// Nine: a vector of eight, and one that stays alone.
// CHECK-LABEL: func.func @nine
// CHECK:         math.exp %{{.*}} : vector<8xf64>
// CHECK:         math.exp %{{.*}} : f64
func.func @nine(%x: tensor<9xf64>, %i: index, %j: index, %k: index) -> tensor<9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %x0 = tensor.extract %x[%c0] : tensor<9xf64>
  %x1 = tensor.extract %x[%c1] : tensor<9xf64>
  %x2 = tensor.extract %x[%c2] : tensor<9xf64>
  %x3 = tensor.extract %x[%c3] : tensor<9xf64>
  %x4 = tensor.extract %x[%c4] : tensor<9xf64>
  %x5 = tensor.extract %x[%c5] : tensor<9xf64>
  %x6 = tensor.extract %x[%c6] : tensor<9xf64>
  %x7 = tensor.extract %x[%c7] : tensor<9xf64>
  %x8 = tensor.extract %x[%c8] : tensor<9xf64>
  %e0 = math.exp %x0 : f64
  %e1 = math.exp %x1 : f64
  %e2 = math.exp %x2 : f64
  %e3 = math.exp %x3 : f64
  %e4 = math.exp %x4 : f64
  %e5 = math.exp %x5 : f64
  %e6 = math.exp %x6 : f64
  %e7 = math.exp %x7 : f64
  %e8 = math.exp %x8 : f64
  %r = tensor.from_elements %e0, %e1, %e2, %e3, %e4, %e5, %e6, %e7, %e8 : tensor<9xf64>
  return %r : tensor<9xf64>
}
