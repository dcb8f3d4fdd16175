// Every op of the dialect: what is printed parses again, in the custom form and in the generic one.
// RUN: astragal-opt %s | FileCheck %s
// RUN: astragal-opt %s | astragal-opt | FileCheck %s
// RUN: astragal-opt %s --mlir-print-op-generic | astragal-opt | FileCheck %s

// CHECK-LABEL: func.func @plates
func.func @plates(%n: index, %x: tensor<?xf64>, %at: tensor<?xindex>, %zero: tensor<85xf64>) {
  // CHECK: %[[R:.*]]:4 = tg.plate (%[[I:.*]]) in (%[[N:.*]]) accumulate(%[[ACC:.*]] = %{{.*}} : tensor<85xf64>) {
  %sum, %max, %d, %row = tg.plate (%i) in (%n) accumulate(%acc = %zero : tensor<85xf64>) {
    // CHECK: %[[V:.*]] = tensor.extract %{{.*}}[%[[I]]] : tensor<?xf64>
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %j = tensor.extract %at[%i] : tensor<?xindex>
    // CHECK: %[[ACC1:.*]] = tg.accumulate %[[V]] into %[[ACC]][%{{.*}}] : tensor<85xf64>
    %acc1 = tg.accumulate %v into %acc[%j] : tensor<85xf64>
    // CHECK: tg.yield sum(%[[V]] : f64) max(%[[V]] : f64) accumulated(%[[ACC1]] : tensor<85xf64>) rows(%[[V]] : f64)
    tg.yield sum(%v : f64) max(%v : f64) accumulated(%acc1 : tensor<85xf64>) rows(%v : f64)
    // CHECK: } : f64, f64, tensor<85xf64>, tensor<?xf64>
  } : f64, f64, tensor<85xf64>, tensor<?xf64>

  // Two dimensions, integer sums, an attribute, a plate inside.
  %c2 = arith.constant 2 : index
  %one = arith.constant 1 : i32
  // CHECK: tg.plate (%[[A:.*]], %[[B:.*]]) in (%{{.*}}, %[[N]]) attributes {note} {
  %count, %rows = tg.plate (%a, %b) in (%c2, %n) attributes {note} {
    // CHECK: tg.plate (%{{.*}}) in (%[[N]]) {
    %inner = tg.plate (%k) in (%n) {
      %v = tensor.extract %x[%k] : tensor<?xf64>
      tg.yield sum(%v : f64)
    } : f64
    // CHECK: tg.yield sum(%{{.*}} : i32) rows(%{{.*}} : f64)
    tg.yield sum(%one : i32) rows(%inner : f64)
    // CHECK: } : i32, tensor<2x?xf64>
  } : i32, tensor<2x?xf64>

  // Checks alone: no results, and no terminator to write.
  // CHECK: tg.plate (%[[I:.*]]) in (%[[N]]) {
  // CHECK-NEXT: tensor.extract
  // CHECK-NEXT: arith.cmpf
  // CHECK-NEXT: tg.check
  // CHECK-NEXT: }
  tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %ok = arith.cmpf ord, %v, %v : f64
    tg.check %ok, fatal, "not a number" : i1
  }
  return
}

// CHECK-LABEL: func.func @sizes
func.func @sizes(%x: tensor<?x?xf64>, %n: index) {
  // CHECK: tg.sized %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x?xf64>
  %0 = tg.sized %x[%n, %n] : tensor<?x?xf64>
  // CHECK: tg.tape_alloc(%{{.*}}) : tensor<?x3xf64>
  %1 = tg.tape_alloc(%n) : tensor<?x3xf64>
  // CHECK: tg.tape_alloc() : tensor<3xf64>
  %2 = tg.tape_alloc() : tensor<3xf64>
  return
}

// CHECK-LABEL: func.func @functions
func.func @functions(%x: f64, %v: vector<8xf64>, %t: tensor<4xf64>) {
  // CHECK: tg.logistic %{{.*}} : f64
  %0 = tg.logistic %x : f64
  // CHECK: tg.logistic %{{.*}} : vector<8xf64>
  %1 = tg.logistic %v : vector<8xf64>
  // CHECK: tg.logistic %{{.*}} : tensor<4xf64>
  %2 = tg.logistic %t : tensor<4xf64>
  // CHECK: tg.log1p_exp %{{.*}} : f64
  %3 = tg.log1p_exp %x : f64
  // CHECK: tg.lgamma %{{.*}} : f64
  %4 = tg.lgamma %x : f64
  // CHECK: tg.scaleb %{{.*}}, %{{.*}} : f64
  %scaled = tg.scaleb %x, %3 : f64
  // CHECK: tg.logb %{{.*}} : vector<8xf64>
  %exponent = tg.logb %v : vector<8xf64>
  // CHECK: tg.significand %{{.*}} : vector<8xf64>
  %significand = tg.significand %v : vector<8xf64>
  // CHECK: tg.normal_cdf %{{.*}} : f64
  %cdf = tg.normal_cdf %x : f64
  // CHECK: tg.normal_quantile %{{.*}} : vector<8xf64>
  %quantile = tg.normal_quantile %v : vector<8xf64>
  // CHECK: tg.digamma %{{.*}} : vector<8xf64>
  %5 = tg.digamma %v : vector<8xf64>
  // CHECK: tg.trigamma %{{.*}} : tensor<4xf64>
  %6 = tg.trigamma %t : tensor<4xf64>
  // CHECK: tg.stop_gradient %{{.*}} : tensor<4xf64>
  %7 = tg.stop_gradient %t : tensor<4xf64>
  // CHECK: %[[S:.*]] = tg.special "owens_t"(%{{.*}}, %{{.*}}) : f64
  %8 = tg.special "owens_t"(%x, %0) : f64
  // CHECK: tg.special "tetragamma"(%{{.*}}) : vector<8xf64>
  %9 = tg.special "tetragamma"(%v) : vector<8xf64>
  // CHECK: tg.with_partials %[[S]] wrt(%[[X:.*]], %[[Y:.*]]) partials(%[[Y]], %[[X]]) : f64
  %10 = tg.with_partials %8 wrt(%x, %0) partials(%0, %x) : f64
  // CHECK: tg.with_partials %{{.*}} wrt(%{{.*}}) partials(%{{.*}}) : tensor<4xf64>
  %11 = tg.with_partials %2 wrt(%t) partials(%6) : tensor<4xf64>
  return
}

// CHECK-LABEL: func.func @checks
func.func @checks(%c: i1, %v: vector<8xi1>, %x: f64, %n: index) {
  // CHECK: tg.check %{{.*}}, domain, "the scale is not positive" : i1
  tg.check %c, domain, "the scale is not positive" : i1
  // CHECK: tg.check %{{.*}}, fatal, "index out of range" number 3 : vector<8xi1>
  tg.check %v, fatal, "index out of range" number 3 : vector<8xi1>
  // CHECK: tg.check %{{.*}}, domain, "too small" explain "too small, got {} (element {+}) in {{[{][{]}}x}"(%{{.*}}, %{{.*}} : f64, index) number 2 : i1
  tg.check %c, domain, "too small" explain "too small, got {} (element {+}) in {{x}"(%x, %n : f64, index) number 2 : i1
  return
}

// CHECK-LABEL: func.func @random
func.func @random(%seed: i64, %stream: i64, %k: i64) -> (f64, f64) {
  // CHECK: tg.random_uniform %{{.*}}, %{{.*}}, %{{.*}}
  %0 = tg.random_uniform %seed, %stream, %k
  // CHECK: tg.random_normal %{{.*}}, %{{.*}}, %{{.*}}
  %1 = tg.random_normal %seed, %stream, %k
  return %0, %1 : f64, f64
}

// CHECK-LABEL: func.func @prints
func.func @prints(%x: f64, %k: i32, %m: tensor<?x3xf64>, %n: index, %b: memref<6xi32>) {
  %c3 = arith.constant 3 : index
  // CHECK: tg.print model ["alone"] matrices [] ranks []
  tg.print model ["alone"] matrices [] ranks []
  // CHECK: tg.print generated ["x = ", ", m = ", "", ""](%{{.*}}, %{{.*}}, %{{.*}} : f64, tensor<?x3xf64>, i32) sizes(%{{.*}}, %{{.*}}) matrices [false, true, false] ranks [0, 2, 0]
  tg.print generated ["x = ", ", m = ", "", ""] (%x, %m, %k : f64, tensor<?x3xf64>, i32) sizes (%n, %c3)
    matrices [false, true, false] ranks [0, 2, 0]
  // CHECK: tg.print data ["", ""](%{{.*}} : memref<6xi32>) sizes(%{{.*}}, %{{.*}}) matrices [false] ranks [2]
  tg.print data ["", ""] (%b : memref<6xi32>) sizes (%n, %c3) matrices [false] ranks [2]
  return
}

// CHECK-LABEL: func.func @marks
func.func @marks(%n: index) {
  // CHECK: tg.mark begin 3
  tg.mark begin 3
  // CHECK: tg.mark 4 rows(%{{.*}})
  tg.mark 4 rows(%n)
  // CHECK: tg.mark 3
  tg.mark 3
  return
}
