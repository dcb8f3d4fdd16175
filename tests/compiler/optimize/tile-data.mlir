// RUN: astragal-opt %s --tile-data --canonicalize -split-input-file | FileCheck %s
// RUN: astragal-opt %s --tile-data --hoist-data-only --canonicalize -split-input-file | FileCheck %s --check-prefix=PREPARED
// RUN: astragal-opt %s --tile-data -split-input-file -remarks-filter=optimize -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// A linear predictor reads tiles of sixteen rows. The copy has zeros behind the last row, and prepare makes it.
// CHECK-LABEL: func.func @log_density(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?xf64> {prob.binding = #prob.binding<data, 2>}
// CHECK:         %[[S:[a-z0-9]+]] = tg.sized %[[X]][%[[K:[a-z0-9]+]], %[[N:[a-z0-9]+]]]
// CHECK:         %[[TILES:.+]] = tg.plate (%[[T:.+]], %[[C:.+]], %[[P:.+]]) in (%{{.+}}, %[[K]], %c16) {
// CHECK:           %[[FIRST:.+]] = arith.muli %[[T]], %c16
// CHECK:           %[[ROW:.+]] = arith.addi %[[FIRST]], %[[P]]
// CHECK:           %[[IS:.+]] = arith.cmpi ult, %[[ROW]], %[[N]] : index
// CHECK-NEXT:      scf.if %[[IS]] -> (f64) {
// CHECK-NEXT:        tensor.extract %[[S]][%[[C]], %[[ROW]]]
// CHECK:           } else {
// CHECK-NEXT:        scf.yield %cst
// CHECK:         } : tensor<?x?x16xf64>
// CHECK:         tg.plate (%[[I:.+]]) in (%[[N]])
// CHECK-DAG:       %[[TILE:.+]] = arith.divui %[[I]], %c16
// CHECK-DAG:       %[[PLACE:.+]] = arith.remui %[[I]], %c16
// CHECK:           scf.for %[[J:.+]] = %c0 to %[[K]]
// CHECK:             tensor.extract %[[TILES]][%[[TILE]], %[[J]], %[[PLACE]]]
// PREPARED-LABEL: func.func @prepare(
// PREPARED:         tg.plate
// PREPARED-LABEL: func.func @log_density(
// PREPARED-SAME:    tensor<?x?x16xf64> {prob.binding = #prob.binding<prepared,
// PREPARED:         tg.plate
// PREPARED-NOT:     tg.plate
// PREPARED:         return
// REMARK: rows of a matrix lie in tiles of sixteen
func.func @log_density(%n: i32 {prob.binding = #prob.binding<data, 0>},
                       %k: i32 {prob.binding = #prob.binding<data, 1>},
                       %x: tensor<?x?xf64> {prob.binding = #prob.binding<data, 2>},
                       %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %N = arith.index_cast %n : i32 to index
  %K = arith.index_cast %k : i32 to index
  %X = tg.sized %x[%K, %N] : tensor<?x?xf64>
  %s = tg.plate (%i) in (%N) {
    %eta = scf.for %j = %c0 to %K step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %X[%j, %i] : tensor<?x?xf64>
      %b = tensor.extract %q[%j] : tensor<?xf64>
      %p = arith.mulf %v, %b : f64
      %next = arith.addf %sum, %p : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  return %s : f64
}

// -----

// Rows that are vectors of an array lie apart, however small they are; two plates over the same rows share a copy, of the
// rows that they read.
// CHECK-LABEL: func.func @gradient(
// CHECK:         %[[TILES:.+]] = tg.plate (%[[T:.+]], %[[C:.+]], %[[P:.+]]) in (%c3, %c5, %c16) {
// CHECK:           %[[FIRST:.+]] = arith.muli %[[T]], %c16
// CHECK:           %[[ROW:.+]] = arith.addi %[[FIRST]], %[[P]]
// CHECK:           %[[AT:.+]] = arith.addi %[[ROW]], %c2
// CHECK:           arith.cmpi ult, %[[ROW]], %c38
// CHECK:           arith.cmpi ult, %[[AT]], %c40
// CHECK:             tensor.extract %{{.+}}[%[[AT]], %[[C]]] : tensor<40x5xf64>
// CHECK:         } : tensor<3x5x16xf64>
// CHECK:         tg.plate (%{{.+}}) in (%c38)
// CHECK:             tensor.extract %[[TILES]]
// CHECK:         tg.plate (%{{.+}}) in (%c38)
// CHECK:             tensor.extract %[[TILES]]
func.func @gradient(%x: tensor<40x5xf64> {prob.binding = #prob.binding<data, 0>},
                    %q: tensor<5xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %c38 = arith.constant 38 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%c38) {
    %at = arith.addi %i, %c2 : index
    %eta = scf.for %j = %c0 to %c5 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%at, %j] : tensor<40x5xf64>
      %b = tensor.extract %q[%j] : tensor<5xf64>
      %p = arith.mulf %v, %b : f64
      %next = arith.addf %sum, %p : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  %t = tg.plate (%i) in (%c38) {
    %at = arith.addi %c2, %i : index
    %eta = scf.for %j = %c0 to %c5 step %c1 iter_args(%sum = %s) -> (f64) {
      %v = tensor.extract %x[%at, %j] : tensor<40x5xf64>
      %next = arith.mulf %sum, %v : f64
      scf.yield %next : f64
    }
    tg.yield sum(%eta : f64)
  } : f64
  return %t : f64
}
