// RUN: astragal-opt %s --raise-matrices --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @some_columns
// CHECK:         scf.for
func.func @some_columns(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c19 = arith.constant 19 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{an iteration writes a part of a column, or the iterations not all columns}}
  %k = scf.for %j = %c0 to %c19 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %next = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

// CHECK-LABEL: func.func @recurrence
// CHECK:         scf.for
func.func @recurrence(%m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{the matrix is read before its column is written}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %m[%i, %j] : tensor<20x20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %next = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

// CHECK-LABEL: func.func @symmetric
// CHECK:         scf.for
func.func @symmetric(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{an iteration does more to the matrix than write a column and one element}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %with = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    %v = tensor.extract %with[%j, %c1] : tensor<20x20xf64>
    %next = tensor.insert %v into %with[%c1, %j] : tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

// CHECK-LABEL: func.func @expensive
// CHECK:         scf.for
func.func @expensive(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{what an iteration computes beside its column is not cheap}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %a = tensor.extract %x[%j] : tensor<20xf64>
    %e = math.exp %a : f64
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      %p = arith.mulf %e, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<20xf64>
    %next = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}
