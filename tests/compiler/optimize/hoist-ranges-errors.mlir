// RUN: astragal-opt %s --hoist-ranges --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Data says where it starts.
// CHECK-LABEL: func.func @start
// CHECK:         scf.for
// CHECK-NEXT:      arith.cmpi
// CHECK-NEXT:      tg.check
func.func @start(%first: index, %n: index) {
  %c1 = arith.constant 1 : index
  // expected-remark @below {{its first index may be below the first element}}
  scf.for %t = %first to %n step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}

// What is printed before an index is out of range is printed.
// CHECK-LABEL: func.func @prints
// CHECK:         scf.for
// CHECK:           tg.check
func.func @prints(%m: index, %n: index, %x: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-remark @below {{the body has an effect}}
  scf.for %t = %c0 to %m step %c1 {
    tg.print model ["x = ", ""] (%x : f64) matrices [false] ranks [0]
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}

// Not in every iteration; not against a size that stays.
// CHECK-LABEL: func.func @left
// CHECK:         tg.check
// CHECK:         tg.check
// CHECK:       }
func.func @left(%m: index, %n: index, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %m step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    scf.if %c {
      tg.check %inside, fatal, "index out of range" : i1
    }
    %size = arith.subi %n, %t : index
    %below = arith.cmpi ult, %t, %size : index
    tg.check %below, fatal, "index out of range" : i1
  }
  return
}
