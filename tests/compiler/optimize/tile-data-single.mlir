// RUN: astragal-opt %s --tile-data=single --hoist-data-only --canonicalize | FileCheck %s
// RUN: astragal-opt %s --tile-data=single -remarks-filter=optimize -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// Large variables of the data are stored in single precision: a matrix in tiles, a vector as it lies, of the rows that are
// read. What is small, or is no variable but computed from some, stays.
// CHECK-LABEL: func.func @prepare(
// CHECK:         arith.truncf
// CHECK:       : tensor<125x2x16xf32>
// CHECK:         arith.truncf
// CHECK:       : tensor<1999xf32>
// CHECK-NOT:     truncf
// CHECK-LABEL: func.func @log_density(
// CHECK-DAG:     %[[X:[a-z0-9]+]]: tensor<125x2x16xf32> {prob.binding = #prob.binding<prepared
// CHECK-DAG:     %[[Y:[a-z0-9]+]]: tensor<1999xf32> {prob.binding = #prob.binding<prepared
// CHECK:         tg.plate (%[[I:.+]]) in (%c1999)
// CHECK:           %[[U:.+]] = tensor.extract %[[X]][%{{.+}}, %c1, %{{.+}}]
// CHECK-NEXT:      arith.extf %[[U]] : f32 to f64
// CHECK:           %[[V:.+]] = tensor.extract %[[Y]][%[[I]]]
// CHECK-NEXT:      arith.extf %[[V]] : f32 to f64
// CHECK-NOT:       arith.extf
// REMARK-DAG: data is stored in single precision
// REMARK-DAG: rows of a matrix lie in tiles of sixteen
func.func @prepare(%y: tensor<2000xf64> {prob.binding = #prob.binding<data, 1>})
    -> (tensor<2000xf64> {prob.binding = #prob.binding<prepared, 0>}) {
  %c2000 = arith.constant 2000 : index
  %p = tg.plate (%i) in (%c2000) {
    %v = tensor.extract %y[%i] : tensor<2000xf64>
    %w = math.exp %v : f64
    tg.yield rows(%w : f64)
  } : tensor<2000xf64>
  return %p : tensor<2000xf64>
}
func.func @log_density(%x: tensor<2x2000xf64> {prob.binding = #prob.binding<data, 0>},
                       %y: tensor<2000xf64> {prob.binding = #prob.binding<data, 1>},
                       %small: tensor<1000xf64> {prob.binding = #prob.binding<data, 2>},
                       %counts: tensor<2000xi32> {prob.binding = #prob.binding<data, 3>},
                       %computed: tensor<2000xf64> {prob.binding = #prob.binding<prepared, 0>},
                       %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c1000 = arith.constant 1000 : index
  %c1999 = arith.constant 1999 : index
  %b = tensor.extract %q[%c0] : tensor<1xf64>
  %s = tg.plate (%i) in (%c1999) {
    %at = arith.addi %i, %c1 : index
    %u = tensor.extract %x[%c1, %at] : tensor<2x2000xf64>
    %v = tensor.extract %y[%at] : tensor<2000xf64>
    %n = tensor.extract %counts[%i] : tensor<2000xi32>
    %w = tensor.extract %computed[%i] : tensor<2000xf64>
    %r = arith.sitofp %n : i32 to f64
    %p = arith.mulf %u, %b : f64
    %e = arith.subf %v, %p : f64
    %f = arith.addf %e, %r : f64
    %g = arith.addf %f, %w : f64
    tg.yield sum(%g : f64)
  } : f64
  %t = tg.plate (%i) in (%c1000) {
    %u = tensor.extract %small[%i] : tensor<1000xf64>
    %p = arith.mulf %u, %b : f64
    tg.yield sum(%p : f64)
  } : f64
  %sum = arith.addf %s, %t : f64
  return %sum : f64
}
