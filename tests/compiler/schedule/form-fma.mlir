// RUN: astragal-opt %s --split-input-file --form-fma | FileCheck %s
// RUN: astragal-opt %s --split-input-file --form-fma=fma=false | FileCheck %s --check-prefix=OFF

// OFF-NOT: math.fma

// CHECK-LABEL: func.func @sum(
// CHECK-SAME: %[[A:.+]]: f64, %[[B:.+]]: f64, %[[C:.+]]: f64
// CHECK-NEXT: %[[R:.+]] = math.fma %[[A]], %[[B]], %[[C]] : f64
// CHECK-NEXT: return %[[R]]
func.func @sum(%a: f64, %b: f64, %c: f64) -> f64 {
  %p = arith.mulf %a, %b : f64
  %r = arith.addf %c, %p : f64
  return %r : f64
}

// -----

// CHECK-LABEL: func.func @differences(
// CHECK-SAME: %[[A:.+]]: vector<8xf64>, %[[B:.+]]: vector<8xf64>, %[[C:.+]]: vector<8xf64>
// CHECK-NEXT: %[[NC:.+]] = arith.negf %[[C]]
// CHECK-NEXT: %[[D:.+]] = math.fma %[[A]], %[[B]], %[[NC]]
// CHECK-NEXT: %[[NA:.+]] = arith.negf %[[A]]
// CHECK-NEXT: %[[E:.+]] = math.fma %[[NA]], %[[B]], %[[C]]
// CHECK-NEXT: return %[[D]], %[[E]]
func.func @differences(%a: vector<8xf64>, %b: vector<8xf64>, %c: vector<8xf64>) -> (vector<8xf64>, vector<8xf64>) {
  %p = arith.mulf %a, %b : vector<8xf64>
  %d = arith.subf %p, %c : vector<8xf64>
  %e = arith.subf %c, %p : vector<8xf64>
  return %d, %e : vector<8xf64>, vector<8xf64>
}

// -----

// The product's other uses do not matter: it is kept for them.
// CHECK-LABEL: func.func @other_uses(
// CHECK: %[[P:.+]] = arith.mulf
// CHECK: %[[R:.+]] = math.fma
// CHECK: return %[[R]], %[[P]]
func.func @other_uses(%a: f64, %b: f64, %c: f64) -> (f64, f64) {
  %p = arith.mulf %a, %b : f64
  %r = arith.addf %p, %c : f64
  return %r, %p : f64, f64
}

// -----

// Of two products the first is contracted.
// CHECK-LABEL: func.func @two_products(
// CHECK-SAME: %[[A:.+]]: f64, %[[B:.+]]: f64, %[[C:.+]]: f64, %[[D:.+]]: f64
// CHECK-NEXT: %[[CD:.+]] = arith.mulf %[[C]], %[[D]]
// CHECK-NEXT: math.fma %[[A]], %[[B]], %[[CD]]
func.func @two_products(%a: f64, %b: f64, %c: f64, %d: f64) -> f64 {
  %p = arith.mulf %a, %b : f64
  %q = arith.mulf %c, %d : f64
  %r = arith.addf %p, %q : f64
  return %r : f64
}

// -----

// CHECK-LABEL: func.func @other_types(
// CHECK-NOT: math.fma
// CHECK: return
func.func @other_types(%a: f32, %b: f32, %c: f32, %t: tensor<2xf64>) -> (f32, tensor<2xf64>) {
  %p = arith.mulf %a, %b : f32
  %r = arith.addf %p, %c : f32
  %q = arith.mulf %t, %t : tensor<2xf64>
  %s = arith.addf %q, %t : tensor<2xf64>
  return %r, %s : f32, tensor<2xf64>
}

// -----

// What an iteration adds to the product that the one before it handed on: the sum is carried, and the product comes back at the end.
// CHECK-LABEL: func.func @across(
// CHECK-SAME: %[[X:.+]]: tensor<9xf64>, %[[F:.+]]: f64
// CHECK: %[[LOOP:.+]] = scf.for {{.*}} iter_args(%[[S:.+]] = %{{.*}}) -> (f64) {
// CHECK: %[[A:.+]] = tensor.extract
// CHECK: %[[N:.+]] = math.fma %[[S]], %[[F]], %[[A]]
// CHECK: scf.yield %[[N]]
// CHECK: %[[R:.+]] = arith.mulf %[[LOOP]], %[[F]]
// CHECK: return %[[R]]
func.func @across(%x: tensor<9xf64>, %f: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c9 step %c1 iter_args(%s = %zero) -> f64 {
    %a = tensor.extract %x[%t] : tensor<9xf64>
    %n = arith.addf %s, %a : f64
    %p = arith.mulf %n, %f : f64
    scf.yield %p : f64
  }
  return %r : f64
}

// -----

// Another start is no product with the factor; a factor of each iteration is not there later.
// CHECK-LABEL: func.func @not_across(
// CHECK: scf.for
// CHECK: arith.addf
// CHECK: %[[P:.+]] = arith.mulf
// CHECK: scf.yield %[[P]]
// CHECK: scf.for
// CHECK: arith.addf
// CHECK: %[[P:.+]] = arith.mulf
// CHECK: scf.yield %[[P]]
func.func @not_across(%x: tensor<9xf64>, %f: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c9 step %c1 iter_args(%s = %f) -> f64 {
    %a = tensor.extract %x[%t] : tensor<9xf64>
    %n = arith.addf %s, %a : f64
    %p = arith.mulf %n, %f : f64
    scf.yield %p : f64
  }
  %q = scf.for %t = %c0 to %c9 step %c1 iter_args(%s = %zero) -> f64 {
    %a = tensor.extract %x[%t] : tensor<9xf64>
    %n = arith.addf %s, %a : f64
    %p = arith.mulf %n, %a : f64
    scf.yield %p : f64
  }
  return %r, %q : f64, f64
}
