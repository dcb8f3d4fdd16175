// RUN: astragal-opt %s --expand-math=outline-above=2 | FileCheck %s

// Three scalar logarithms are too many: they share a function. Two exponentials are not.
// CHECK-LABEL: func.func @many(
// CHECK-COUNT-3: call @astragal.log(%{{.*}}) : (f64) -> f64
// CHECK-NOT: call @astragal.exp
// CHECK: return
func.func @many(%x: f64) -> f64 {
  %0 = math.log %x : f64
  %1 = math.exp %0 : f64
  %2 = math.log %1 : f64
  %3 = math.exp %2 : f64
  %4 = math.log %3 : f64
  return %4 : f64
}

// What runs once calls what it repeats, vectors of a width for themselves.
// CHECK-LABEL: func.func @prepare(
// CHECK: call @astragal.lgamma.x8(%{{.*}}) : (vector<8xf64>) -> vector<8xf64>
// CHECK: call @astragal.lgamma.x8
// CHECK-NOT: call
// CHECK: return
func.func @prepare(%x: vector<8xf64>, %y: vector<4xf64>) -> (vector<8xf64>, vector<4xf64>) {
  %0 = tg.lgamma %x : vector<8xf64>
  %1 = tg.lgamma %0 : vector<8xf64>
  %2 = math.exp %y : vector<4xf64>
  return %1, %2 : vector<8xf64>, vector<4xf64>
}

// CHECK-LABEL: func.func @vectors(
// CHECK-NOT: call @astragal
// CHECK: return
func.func @vectors(%x: vector<8xf64>) -> vector<8xf64> {
  %0 = math.log %x : vector<8xf64>
  %1 = math.log %0 : vector<8xf64>
  %2 = math.log %1 : vector<8xf64>
  return %2 : vector<8xf64>
}

// The functions stand behind all that call them.
// CHECK-LABEL: func.func private @astragal.log(
// CHECK-SAME: attributes {no_inline}
// CHECK-NOT: math.log
// CHECK: return
