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

// A loop behind the rows may end only because one of their checks failed.
// CHECK-LABEL: func.func @guarded
// CHECK:         tg.plate
// CHECK:           tg.check
// CHECK:         scf.while
// CHECK:         tg.plate
func.func @guarded(%x: tensor<10xf64>, %rate: f64) -> f64 {
  %c10 = arith.constant 10 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  // expected-remark @below {{its checks would move behind a loop that may run forever without them}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %ok = arith.cmpf ogt, %v, %zero : f64
    tg.check %ok, domain, "rate" : i1
    %e = math.exp %v : f64
    tg.yield rows(%e : f64)
  } : tensor<10xf64>
  %s = scf.while (%w = %zero) : (f64) -> f64 {
    %more = arith.cmpf olt, %w, %ten : f64
    scf.condition(%more) %w : f64
  } do {
  ^bb0(%w: f64):
    %next = arith.addf %w, %rate : f64
    scf.yield %next : f64
  }
  %p = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %w = arith.mulf %v, %s : f64
    tg.yield sum(%w : f64)
  } : f64
  return %p : f64
}

// What is not copied costs nothing: the rows before it are.
// CHECK-LABEL: func.func @refused_is_free
// CHECK:         %[[B:.*]] = tg.plate
// CHECK:         %[[A:.*]] = tg.plate
// CHECK:         tg.plate
// CHECK-NOT:       tensor.extract %[[B]]
// CHECK:           tensor.extract %[[A]]
// CHECK-NOT:       tensor.extract %[[B]]
// CHECK:         return
func.func @refused_is_free(%x: tensor<10xf64>, %s: f64) -> (tensor<10xf64>, tensor<10xf64>, f64) {
  %c10 = arith.constant 10 : index
  %b = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %w = arith.mulf %v, %s : f64
    tg.yield rows(%w : f64)
  } : tensor<10xf64>
  // expected-remark @below {{its rows are not cheap, and read more than once}}
  %a = tg.plate (%i) in (%c10) {
    %v = tensor.extract %x[%i] : tensor<10xf64>
    %m0 = arith.addf %v, %s : f64
    %m1 = arith.addf %m0, %s : f64
    %m2 = arith.addf %m1, %s : f64
    %m3 = arith.addf %m2, %s : f64
    %m4 = arith.addf %m3, %s : f64
    %m5 = arith.addf %m4, %s : f64
    %m6 = arith.addf %m5, %s : f64
    %m7 = arith.addf %m6, %s : f64
    %m8 = arith.addf %m7, %s : f64
    %m9 = arith.addf %m8, %s : f64
    %m10 = arith.addf %m9, %s : f64
    %m11 = arith.addf %m10, %s : f64
    %m12 = arith.addf %m11, %s : f64
    %m13 = arith.addf %m12, %s : f64
    %m14 = arith.addf %m13, %s : f64
    %m15 = arith.addf %m14, %s : f64
    %m16 = arith.addf %m15, %s : f64
    %m17 = arith.addf %m16, %s : f64
    %m18 = arith.addf %m17, %s : f64
    %m19 = arith.addf %m18, %s : f64
    %m20 = arith.addf %m19, %s : f64
    %m21 = arith.addf %m20, %s : f64
    %m22 = arith.addf %m21, %s : f64
    %m23 = arith.addf %m22, %s : f64
    %m24 = arith.addf %m23, %s : f64
    %m25 = arith.addf %m24, %s : f64
    %m26 = arith.addf %m25, %s : f64
    %m27 = arith.addf %m26, %s : f64
    %m28 = arith.addf %m27, %s : f64
    %m29 = arith.addf %m28, %s : f64
    %m30 = arith.addf %m29, %s : f64
    %m31 = arith.addf %m30, %s : f64
    %m32 = arith.addf %m31, %s : f64
    %m33 = arith.addf %m32, %s : f64
    %m34 = arith.addf %m33, %s : f64
    %m35 = arith.addf %m34, %s : f64
    %m36 = arith.addf %m35, %s : f64
    %m37 = arith.addf %m36, %s : f64
    %m38 = arith.addf %m37, %s : f64
    %m39 = arith.addf %m38, %s : f64
    %m40 = arith.addf %m39, %s : f64
    %m41 = arith.addf %m40, %s : f64
    %m42 = arith.addf %m41, %s : f64
    %m43 = arith.addf %m42, %s : f64
    %m44 = arith.addf %m43, %s : f64
    %m45 = arith.addf %m44, %s : f64
    %m46 = arith.addf %m45, %s : f64
    %m47 = arith.addf %m46, %s : f64
    %m48 = arith.addf %m47, %s : f64
    %m49 = arith.addf %m48, %s : f64
    %m50 = arith.addf %m49, %s : f64
    %m51 = arith.addf %m50, %s : f64
    %m52 = arith.addf %m51, %s : f64
    %m53 = arith.addf %m52, %s : f64
    %m54 = arith.addf %m53, %s : f64
    %m55 = arith.addf %m54, %s : f64
    %m56 = arith.addf %m55, %s : f64
    %m57 = arith.addf %m56, %s : f64
    %m58 = arith.addf %m57, %s : f64
    %m59 = arith.addf %m58, %s : f64
    %m60 = arith.addf %m59, %s : f64
    %m61 = arith.addf %m60, %s : f64
    %m62 = arith.addf %m61, %s : f64
    %m63 = arith.addf %m62, %s : f64
    %m64 = arith.addf %m63, %s : f64
    %m65 = arith.addf %m64, %s : f64
    tg.yield rows(%m65 : f64)
  } : tensor<10xf64>
  %p = tg.plate (%i) in (%c10) {
    %v = tensor.extract %a[%i] : tensor<10xf64>
    %w = tensor.extract %b[%i] : tensor<10xf64>
    %u = arith.mulf %v, %w : f64
    tg.yield sum(%u : f64)
  } : f64
  return %a, %b, %p : tensor<10xf64>, tensor<10xf64>, f64
}
