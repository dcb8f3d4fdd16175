// RUN: astragal-opt %s --check-single-data --canonicalize --cse | FileCheck %s

// Containers of reals are checked element by element, and the message names the element as people do: rows of a
// matrix first. Scalars and integers are not stored in single precision.
// CHECK-LABEL: prob.model @m
// CHECK:         %[[N:.+]] = prob.data "N"
// CHECK-NOT:     tg.check
// CHECK:         %[[X:.+]] = prob.data "X"
// CHECK-NEXT:    tg.plate (%[[A:.+]], %[[C:.+]], %[[R:.+]]) in (%{{.+}}, %{{.+}}, %{{.+}}) {
// CHECK-NEXT:      %[[V:.+]] = tensor.extract %[[X]][%[[A]], %[[C]], %[[R]]]
// CHECK-NEXT:      %[[SIZE:.+]] = math.absf %[[V]]
// CHECK-DAG:       arith.cmpf ule, %[[SIZE]], %{{.+}} : f64
// CHECK-DAG:       arith.cmpf uge, %[[SIZE]], %{{.+}} : f64
// CHECK:           tg.check %{{.+}}, fatal, "variable 'X' must be within the range of single precision, in which it is stored" explain "variable 'X' must be within the range of single precision, in which it is stored, got {} (element [{+}, {+}, {+}])"(%[[V]], %[[A]], %[[R]], %[[C]] : f64, index, index, index) : i1
// CHECK:         prob.data "y"
// CHECK-NEXT:    tg.plate
// CHECK:           tg.check %{{.+}}, fatal, {{.*}} got {} (element {+})"
// CHECK:         prob.data "counts"
// CHECK-NOT:     tg.check
prob.model @m {
  %n = prob.data "N" : i32
  %s = prob.data "s" : f64
  %N = arith.index_cast %n : i32 to index
  %c4 = arith.constant 4 : index
  %c3 = arith.constant 3 : index
  %x = prob.data "X" sizes(%c4, %c3, %N) array_rank 1 : tensor<4x3x?xf64>
  %y = prob.data "y" sizes(%N) : tensor<?xf64>
  %c = prob.data "counts" sizes(%N) array_rank 1 : tensor<?xi32>
}
