// RUN: astragal-opt %s --fuse-plates --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @shared
// CHECK-COUNT-3: tg.plate
func.func @shared(%x: tensor<10xf64>) -> (f64, f64) {
  %c10 = arith.constant 10 : index
  // expected-remark @below {{its rows are not cheap, and read more than once}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %p = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    tg.yield sum(%v : f64)
  } : f64
  %q = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %w = arith.mulf %v, %v : f64
    tg.yield sum(%w : f64)
  } : f64
  return %p, %q : f64, f64
}

// CHECK-LABEL: func.func @gathered
// CHECK-COUNT-2: tg.plate
func.func @gathered(%x: tensor<10xf64>, %at: tensor<30xindex>) -> f64 {
  %c10 = arith.constant 10 : index
  %c30 = arith.constant 30 : index
  // expected-remark @below {{its rows are not cheap, and read at other indices than the reader's row}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %p = tg.plate (%i) in (%c30) {
    %j = tensor.extract %at[%i] : tensor<30xindex>
    %v = tensor.extract %a[%j] : tensor<10xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %p : f64
}

// Few rows read by many.
// CHECK-LABEL: func.func @few
// CHECK-COUNT-2: tg.plate
func.func @few(%x: tensor<10xf64>, %at: tensor<300xindex>, %m: f64, %s: f64) -> f64 {
  %c10 = arith.constant 10 : index
  %c300 = arith.constant 300 : index
  // expected-remark @below {{its rows are not cheap, and read at other indices than the reader's row}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = arith.mulf %v, %s : f64
    %f = arith.addf %e, %m : f64
    tg.yield rows(%f : f64)
  } : tensor<10xf64>
  %p = tg.plate (%i) in (%c300) {
    %j = tensor.extract %at[%i] : tensor<300xindex>
    %v = tensor.extract %a[%j] : tensor<10xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %p : f64
}

// In a loop every row would be computed again and again.
// CHECK-LABEL: func.func @repeated
// CHECK:         tg.plate
// CHECK:         scf.for
// CHECK:           tg.plate
func.func @repeated(%x: tensor<10xf64>, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %z = arith.constant 1.0 : f64
  // expected-remark @below {{its rows are not cheap, and read more than once}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %z) -> f64 {
    %p = tg.plate (%i) in (%c10) {
      %v = tensor.extract %a[%i] : tensor<10xf64>
      %w = arith.mulf %v, %acc : f64
      tg.yield sum(%w : f64)
    } : f64
    scf.yield %p : f64
  }
  return %r : f64
}

// Extents that are not provably the same, and a result that is used otherwise too.
// CHECK-LABEL: func.func @extents
// CHECK-COUNT-2: tg.plate
func.func @extents(%x: tensor<?xf64>, %n: index, %m: index) -> (f64, tensor<?xf64>) {
  // expected-remark @below {{its rows are not cheap, and read at other indices than the reader's row}}
  %a = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<?xf64>
  %p = tg.plate (%i) in (%m) {
    %v = tensor.extract %a[%i] : tensor<?xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %p, %a : f64, tensor<?xf64>
}

// The checks are made at other rows than the reader's.
// CHECK-LABEL: func.func @checkedElsewhere
// CHECK-COUNT-3: tg.plate
func.func @checkedElsewhere(%x: tensor<10xf64>) -> f64 {
  %c10 = arith.constant 10 : index
  %c5 = arith.constant 5 : index
  %z = arith.constant 0.0 : f64
  // expected-remark @below {{its rows are not cheap, and read more than once}}
  // expected-remark @below {{its rows are not cheap, and read at other indices than the reader's row}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  tg.plate (%i) in (%c5) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %ok = arith.cmpf oge, %v, %z : f64
    tg.check %ok, domain, "must be at least 0" : i1
  }
  %p = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %l = math.log %v : f64
    tg.yield sum(%l : f64)
  } : f64
  return %p : f64
}
