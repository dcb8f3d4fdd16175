// RUN: astragal-opt %s --split-input-file --expand-math | FileCheck %s
// RUN: astragal-opt %s --split-input-file --expand-math=fma=false | FileCheck %s --check-prefix=PLAIN
// RUN: astragal-opt %s --split-input-file --expand-math=scaleb | FileCheck %s --check-prefix=SCALEB

// Vectors and scalars become the same branch-free arithmetic.
// CHECK-LABEL: func.func @exp(
// CHECK-NOT: math.exp
// CHECK-COUNT-12: math.fma {{.*}} : vector<8xf64>
// CHECK: arith.shrui {{.*}} : vector<8xi64>
// CHECK: arith.bitcast {{.*}} : vector<8xi64> to vector<8xf64>
// CHECK-NOT: scf.if
// CHECK: return
// PLAIN-LABEL: func.func @exp(
// PLAIN-NOT: math.fma
// PLAIN: return
func.func @exp(%x: vector<8xf64>) -> vector<8xf64> {
  %y = math.exp %x : vector<8xf64>
  return %y : vector<8xf64>
}

// -----

// CHECK-LABEL: func.func @scalar(
// CHECK-NOT: math.log
// CHECK: arith.divf {{.*}} : f64
// CHECK: return
func.func @scalar(%x: f64) -> f64 {
  %y = math.log %x : f64
  return %y : f64
}

// -----

// Every function of the family goes.
// CHECK-LABEL: func.func @others(
// CHECK-NOT: math.{{log|exp|tanh|sinh|cosh|powf|rsqrt}}
// CHECK-NOT: tg.
// CHECK: return
func.func @others(%x: vector<4xf64>, %y: vector<4xf64>) -> vector<4xf64> {
  %0 = math.log1p %x : vector<4xf64>
  %1 = math.expm1 %0 : vector<4xf64>
  %2 = math.tanh %1 : vector<4xf64>
  %3 = tg.logistic %2 : vector<4xf64>
  %4 = tg.log1p_exp %3 : vector<4xf64>
  %5 = math.log2 %4 : vector<4xf64>
  %6 = math.log10 %5 : vector<4xf64>
  %7 = math.exp2 %6 : vector<4xf64>
  %8 = math.sinh %7 : vector<4xf64>
  %9 = math.cosh %8 : vector<4xf64>
  %10 = math.rsqrt %9 : vector<4xf64>
  %11 = math.powf %10, %y : vector<4xf64>
  return %11 : vector<4xf64>
}

// -----

// What is an instruction stays; so does a scalar that only libm knows, which lanes take one by one.
// CHECK-LABEL: func.func @kept(
// CHECK: math.sqrt {{.*}} : vector<2xf64>
// CHECK: math.floor {{.*}} : vector<2xf64>
// CHECK: vector.extract
// CHECK: math.asin {{.*}} : f64
// CHECK: vector.extract
// CHECK: math.asin {{.*}} : f64
// CHECK: vector.from_elements
// CHECK: math.asin {{.*}} : f64
// CHECK: return
func.func @kept(%x: vector<2xf64>, %s: f64) -> (vector<2xf64>, f64) {
  %0 = math.sqrt %x : vector<2xf64>
  %1 = math.floor %0 : vector<2xf64>
  %2 = math.asin %1 : vector<2xf64>
  %3 = math.asin %s : f64
  return %2, %3 : vector<2xf64>, f64
}

// -----

// Sine reduces its argument; one too large for that goes to libm behind a branch.
// CHECK-LABEL: func.func @sine(
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK: math.sin {{.*}} : f64
// CHECK: } else {
// CHECK-NOT: math.sin
// CHECK: return
func.func @sine(%x: vector<2xf64>) -> vector<2xf64> {
  %y = math.sin %x : vector<2xf64>
  return %y : vector<2xf64>
}

// -----

// CHECK-LABEL: func.func @small_powers(
// CHECK: %[[SQUARE:.+]] = arith.mulf %[[X:.+]], %[[X]] : f64
// CHECK: math.sqrt
// CHECK-NOT: arith.bitcast
// CHECK: return
func.func @small_powers(%x: f64) -> (f64, f64) {
  %two = arith.constant 2.0 : f64
  %half = arith.constant 0.5 : f64
  %0 = math.powf %x, %two : f64
  %1 = math.powf %x, %half : f64
  return %0, %1 : f64, f64
}

// -----

// The gamma function takes negative arguments to a callee behind a branch; the normal distribution has no branch.
// CHECK-LABEL: func.func @special(
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK-COUNT-2: tg.lgamma {{.*}} : f64
// CHECK: } else {
// CHECK-NOT: tg.lgamma
// CHECK-NOT: tg.normal
// CHECK-NOT: math.erf
// CHECK: return
func.func @special(%x: vector<2xf64>) -> (vector<2xf64>, vector<2xf64>, vector<2xf64>, vector<2xf64>) {
  %0 = tg.lgamma %x : vector<2xf64>
  %1 = tg.normal_cdf %x : vector<2xf64>
  %2 = tg.normal_quantile %1 : vector<2xf64>
  %3 = math.erfc %x : vector<2xf64>
  return %0, %1, %2, %3 : vector<2xf64>, vector<2xf64>, vector<2xf64>, vector<2xf64>
}

// -----

// Where powers of two are an instruction: no bits are shifted, and no argument of a logarithm is a special case. Three
// lanes have no register.
// SCALEB-LABEL: func.func @powers_of_two(
// SCALEB-NOT: arith.shrui
// SCALEB: tg.scaleb {{.*}} : vector<8xf64>
// SCALEB-NOT: arith.shrui
// SCALEB: tg.significand {{.*}} : f64
// SCALEB: tg.logb {{.*}} : f64
// SCALEB-NOT: arith.select
// SCALEB: return
// SCALEB-LABEL: func.func @three(
// SCALEB-NOT: tg.
// SCALEB: arith.shrui {{.*}} : vector<3xi64>
// SCALEB: return
func.func @powers_of_two(%x: vector<8xf64>, %s: f64) -> (vector<8xf64>, f64) {
  %y = math.exp %x : vector<8xf64>
  %l = math.log %s : f64
  return %y, %l : vector<8xf64>, f64
}
func.func @three(%x: vector<3xf64>) -> vector<3xf64> {
  %y = math.exp %x : vector<3xf64>
  return %y : vector<3xf64>
}
