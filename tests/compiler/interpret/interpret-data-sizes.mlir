// RUN: astragal-opt %s --interpret=entries=data_sizes | FileCheck %s

// An array of which sizes are computed is read only where it has the shape that it is declared with.
// CHECK-LABEL: func.func @data_sizes
// CHECK-SAME:      %[[SHAPES:[a-z0-9]+]]: tensor<2xi64> {prob.binding = #prob.binding<shapes, 0>}
// CHECK-SAME:      %[[N:[a-z0-9]+]]: i32 {prob.binding = #prob.binding<data, 0>}
// CHECK-SAME:      %[[K:[a-z0-9]+]]: tensor<?xi32> {prob.binding = #prob.binding<data, 1>}
// CHECK:         %[[DECLARED:.*]] = arith.index_cast %[[N]]
// CHECK:         %[[FOUND:.*]] = tensor.extract %[[SHAPES]]
// CHECK:         %[[HAS:.*]] = arith.index_cast %[[FOUND]]
// CHECK:         %[[SAME:.*]] = arith.cmpi eq, %[[HAS]], %[[DECLARED]]
// CHECK:         %[[SIZE:.*]] = scf.if %[[SAME]] -> (index)
// CHECK:           tensor.extract
// CHECK:         } else {
// CHECK:           scf.yield %c0
// CHECK:         tensor.from_elements %{{.*}}, %{{.*}} : tensor<2xi64>
prob.model @sizes_of_elements {
  %c0 = arith.constant 0 : index
  %n = prob.data "n" : i32
  %N = arith.index_cast %n : i32 to index
  %k = prob.data "k" sizes(%N) array_rank 1 : tensor<?xi32>
  %first = tensor.extract %k[%c0] : tensor<?xi32>
  %K = arith.index_cast %first : i32 to index
  %y = prob.data "y" sizes(%K) : tensor<?xf64>
}
