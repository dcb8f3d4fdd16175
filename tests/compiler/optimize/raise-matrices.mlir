// RUN: astragal-opt %s --raise-matrices | FileCheck %s

// Columns, of a size that is not known, counted from one.
// CHECK-LABEL: func.func @columns
// CHECK-SAME:    %[[X:.*]]: tensor<?xf64>, %[[N:.*]]: index
// CHECK:         %[[K:.*]] = tg.plate (%[[J:.*]], %[[I:.*]]) in (%{{.*}}, %[[N]]) {
// CHECK-DAG:       %[[A:.*]] = tensor.extract %[[X]][%[[J]]]
// CHECK-DAG:       %[[B:.*]] = tensor.extract %[[X]][%[[I]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK:           tg.yield rows(%[[P]] : f64)
// CHECK-NEXT:    } : tensor<?x?xf64>
// CHECK-NOT:     scf.for
// CHECK:         return %[[K]]
func.func @columns(%x: tensor<?xf64>, %n: index) -> tensor<?x?xf64> {
  %c1 = arith.constant 1 : index
  %end = arith.addi %n, %c1 : index
  %empty = tensor.empty(%n, %n) : tensor<?x?xf64>
  %k = scf.for %j = %c1 to %end step %c1 iter_args(%m = %empty) -> tensor<?x?xf64> {
    %at = arith.subi %j, %c1 : index
    %a = tensor.extract %x[%at] : tensor<?xf64>
    %column = tg.plate (%i) in (%n) {
      %b = tensor.extract %x[%i] : tensor<?xf64>
      %p = arith.mulf %a, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<?xf64>
    %next = tensor.insert_slice %column into %m[%at, 0] [1, %n] [1, 1] : tensor<?xf64> into tensor<?x?xf64>
    scf.yield %next : tensor<?x?xf64>
  }
  return %k : tensor<?x?xf64>
}

// Rows, and what stands on the diagonal is read and written again.
// CHECK-LABEL: func.func @diagonal
// CHECK:         tg.plate (%[[J:.*]], %[[I:.*]]) in (%{{.*}}, %{{.*}}) {
// CHECK:           %[[A:.*]] = tensor.extract %{{.*}}[%[[I]]]
// CHECK:           %[[B:.*]] = tensor.extract %{{.*}}[%[[J]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK:           %[[S:.*]] = arith.addf %[[P]], %{{.*}}
// CHECK:           %[[C:.*]] = arith.cmpi eq, %[[J]], %[[I]]
// CHECK:           %[[V:.*]] = arith.select %[[C]], %[[S]], %[[P]]
// CHECK:           tg.yield rows(%[[V]] : f64)
// CHECK-NOT:     scf.for
func.func @diagonal(%x: tensor<20xf64>, %y: tensor<12xf64>, %s: f64) -> tensor<12x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c20 = arith.constant 20 : index
  %empty = tensor.empty() : tensor<12x20xf64>
  %k = scf.for %i = %c0 to %c20 step %c1 iter_args(%m = %empty) -> tensor<12x20xf64> {
    %a = tensor.extract %x[%i] : tensor<20xf64>
    %row = tg.plate (%j) in (%c12) {
      %b = tensor.extract %y[%j] : tensor<12xf64>
      %p = arith.mulf %a, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<12xf64>
    %with = tensor.insert_slice %row into %m[0, %i] [12, 1] [1, 1] : tensor<12xf64> into tensor<12x20xf64>
    %old = tensor.extract %with[%i, %i] : tensor<12x20xf64>
    %new = arith.addf %old, %s : f64
    %next = tensor.insert %new into %with[%i, %i] : tensor<12x20xf64>
    scf.yield %next : tensor<12x20xf64>
  }
  return %k : tensor<12x20xf64>
}
