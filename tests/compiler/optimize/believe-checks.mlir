// RUN: astragal-opt %s --believe-checks --canonicalize --remarks-filter-passed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// prepare checks every element to be an index of four; another is checked in some rows alone.
func.func @prepare(%k: tensor<100xi32> {prob.binding = #prob.binding<data, 0>},
                   %some: tensor<100xi32> {prob.binding = #prob.binding<data, 1>}) {
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c50 = arith.constant 50 : index
  %c100 = arith.constant 100 : index
  tg.plate (%n) in (%c100) {
    %kn = tensor.extract %k[%n] : tensor<100xi32>
    %at = arith.index_cast %kn : i32 to index
    %from0 = arith.subi %at, %c1 : index
    %ok = arith.cmpi ult, %from0, %c4 : index
    tg.check %ok, fatal, "index" : i1
  }
  tg.plate (%n) in (%c50) {
    %kn = tensor.extract %some[%n] : tensor<100xi32>
    %at = arith.index_cast %kn : i32 to index
    %ok = arith.cmpi ult, %at, %c4 : index
    tg.check %ok, fatal, "index" : i1
  }
  return
}

// The same index, and one that has room behind it, are in range; one that might be smaller than zero or too large, of data
// that was not checked as a whole, or of a parameter, may not be.
// CHECK-LABEL: func.func @log_density(
// CHECK: tg.plate
// CHECK: %[[K:.+]] = tensor.extract %arg1
// CHECK: %[[CAST:.+]] = arith.index_cast %[[K]]
// CHECK: %[[AT:.+]] = arith.subi %[[CAST]], %c1
// CHECK: tensor.extract %arg0[%[[AT]]]
// CHECK: tensor.extract %arg0[%[[CAST]]]
// CHECK: arith.cmpi ult, %[[AT]], %c3
// CHECK: arith.cmpi ult, {{.*}}, %c9
// CHECK: arith.cmpi ult, {{.*}}, %c4
func.func @log_density(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                       %k: tensor<100xi32> {prob.binding = #prob.binding<data, 0>},
                       %some: tensor<100xi32> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %l = tg.plate (%n) in (%c100) {
    %kn = tensor.extract %k[%n] : tensor<100xi32>
    %at = arith.index_cast %kn : i32 to index
    %from0 = arith.subi %at, %c1 : index
    // expected-remark @below {{an index that was checked when data was bound}}
    %ok = arith.cmpi ult, %from0, %c4 : index
    %safe = arith.select %ok, %from0, %c0 : index
    %a = tensor.extract %q[%safe] : tensor<9xf64>
    // expected-remark @below {{an index that was checked when data was bound}}
    %ok2 = arith.cmpi ult, %at, %c5 : index
    %safe2 = arith.select %ok2, %at, %c0 : index
    %b = tensor.extract %q[%safe2] : tensor<9xf64>
    %ok3 = arith.cmpi ult, %from0, %c3 : index
    %safe3 = arith.select %ok3, %from0, %c0 : index
    %c = tensor.extract %q[%safe3] : tensor<9xf64>
    %before = arith.subi %at, %c2 : index
    %ok4 = arith.cmpi ult, %before, %c9 : index
    %safe4 = arith.select %ok4, %before, %c0 : index
    %d = tensor.extract %q[%safe4] : tensor<9xf64>
    %sn = tensor.extract %some[%n] : tensor<100xi32>
    %s = arith.index_cast %sn : i32 to index
    %ok5 = arith.cmpi ult, %s, %c4 : index
    %safe5 = arith.select %ok5, %s, %c0 : index
    %e = tensor.extract %q[%safe5] : tensor<9xf64>
    %s1 = arith.addf %a, %b : f64
    %s2 = arith.addf %c, %d : f64
    %s3 = arith.addf %s1, %s2 : f64
    %s4 = arith.addf %s3, %e : f64
    tg.yield sum(%s4 : f64)
  } : f64
  return %l : f64
}
