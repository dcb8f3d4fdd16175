// RUN: astragal-opt %s --collapse-plates --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @short
// CHECK:         tg.plate (%{{[a-z0-9]+}}) in
// CHECK:           scf.for
func.func @short(%x: tensor<20x5xf64>) -> f64 {
  %c20 = arith.constant 20 : index
  %c5 = arith.constant 5 : index
  // expected-remark @below {{the inner extent is not known to fill the lanes better}}
  %r = tg.plate (%i) in (%c20) {
    %s = tg.plate (%j) in (%c5) {
      %w = tensor.extract %x[%i, %j] : tensor<20x5xf64>
      tg.yield sum(%w : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  return %r : f64
}

// The inner sum is a row; the body computes an exponential; the inner extent depends on the row; a recurrence.
// CHECK-LABEL: func.func @stay
// CHECK-COUNT-7: tg.plate
// CHECK:         scf.for
func.func @stay(%x: tensor<20x100xf64>, %k: tensor<20xindex>, %q: f64) -> (tensor<20xf64>, f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %a = tg.plate (%i) in (%c20) {
    %s = tg.plate (%j) in (%c100) {
      %w = tensor.extract %x[%i, %j] : tensor<20x100xf64>
      %f = math.exp %w : f64
      tg.yield sum(%f : f64)
    } : f64
    tg.yield rows(%s : f64)
  } : tensor<20xf64>
  // expected-remark @below {{what a row computes beside the plate in it is not cheap}}
  %b = tg.plate (%i) in (%c20) {
    %v = tensor.extract %x[%i, %c0] : tensor<20x100xf64>
    %e = math.exp %v : f64
    %s = tg.plate (%j) in (%c100) {
      %w = tensor.extract %x[%i, %j] : tensor<20x100xf64>
      %f = math.exp %w : f64
      %p = arith.mulf %f, %e : f64
      tg.yield sum(%p : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  %c = tg.plate (%i) in (%c20) {
    %n = tensor.extract %k[%i] : tensor<20xindex>
    %s = tg.plate (%j) in (%n) {
      %w = tensor.extract %x[%i, %j] : tensor<20x100xf64>
      %f = math.exp %w : f64
      tg.yield sum(%f : f64)
    } : f64
    tg.yield sum(%s : f64)
  } : f64
  %d = tg.plate (%i) in (%c20) {
    %s = scf.for %j = %c0 to %c100 step %c1 iter_args(%acc = %q) -> f64 {
      %w = tensor.extract %x[%i, %j] : tensor<20x100xf64>
      %p = arith.mulf %w, %acc : f64
      scf.yield %p : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %a, %b, %c, %d : tensor<20xf64>, f64, f64, f64
}

// Columns too short for lanes, of a size that is not known, or that the rows do not fill.
func.func @columns(%x: tensor<?x?xf64>, %n: index) -> f64 {
  %c3 = arith.constant 3 : index
  %c50 = arith.constant 50 : index
  %c180 = arith.constant 180 : index
  %rows = arith.muli %n, %c3 : index
  // expected-remark @below {{the columns that it counts through are not known to fill the lanes}}
  %0 = tg.plate (%k) in (%c180) {
    %i = arith.divui %k, %c3 : index
    %j = arith.remui %k, %c3 : index
    %a = tensor.extract %x[%i, %j] : tensor<?x?xf64>
    tg.yield sum(%a : f64)
  } : f64
  // expected-remark @below {{the columns that it counts through are not known to fill the lanes}}
  %1 = tg.plate (%k) in (%rows) {
    %i = arith.divui %k, %n : index
    %j = arith.remui %k, %n : index
    %a = tensor.extract %x[%i, %j] : tensor<?x?xf64>
    tg.yield sum(%a : f64)
  } : f64
  // expected-remark @below {{the columns that it counts through are not known to fill the lanes}}
  %2 = tg.plate (%k) in (%c180) {
    %i = arith.divui %k, %c50 : index
    %j = arith.remui %k, %c50 : index
    %a = tensor.extract %x[%i, %j] : tensor<?x?xf64>
    tg.yield sum(%a : f64)
  } : f64
  %3 = arith.addf %0, %1 : f64
  %4 = arith.addf %2, %3 : f64
  return %4 : f64
}
