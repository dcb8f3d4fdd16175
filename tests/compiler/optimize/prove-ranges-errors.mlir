// RUN: astragal-opt %s --prove-ranges --canonicalize --cse --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// An index that data bounds alone: it may be anywhere.
// CHECK-LABEL: func.func @data
// CHECK:           arith.cmpi ult
// CHECK-NEXT:      tg.check
func.func @data(%n: i32) {
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %end = arith.index_cast %n : i32 to index
  scf.for %i = %c1 to %end step %c1 {
    // expected-remark @below {{whether the index is in range depends on data}}
    %inside = arith.cmpi ult, %i, %c5 : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}

// 32-bit sums of data may overflow: n - 1 is not always below n.
// CHECK-LABEL: func.func @overflow
// CHECK:           arith.cmpi ult
// CHECK-NEXT:      tg.check
func.func @overflow(%n: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %size = arith.index_cast %n : i32 to index
  %m = arith.subi %n, %one : i32
  %end = arith.index_cast %m : i32 to index
  scf.for %i = %c0 to %end step %c1 {
    // expected-remark @below {{whether the index is in range depends on data}}
    %inside = arith.cmpi ult, %i, %size : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}

// Another check, that may fail, keeps an index in range: it is no proof that the index was.
// CHECK-LABEL: func.func @checked
// CHECK:           arith.cmpi ult
// CHECK:           tg.check
// CHECK:           arith.cmpi ult
// CHECK:           tg.check
func.func @checked(%n: index, %list: tensor<10xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c10 = arith.constant 10 : index
  scf.for %i = %c0 to %c10 step %c1 {
    %item = tensor.extract %list[%i] : tensor<10xi32>
    %at = arith.index_cast %item : i32 to index
    %inside = arith.cmpi ult, %at, %c5 : index
    tg.check %inside, fatal, "index out of range" : i1
    %safe = arith.select %inside, %at, %c0 : index
    %same = arith.cmpi ult, %safe, %n : index
    tg.check %same, fatal, "index out of range" : i1
  }
  return
}
