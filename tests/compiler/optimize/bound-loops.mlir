// RUN: astragal-opt %s --bound-loops --canonicalize --cse | FileCheck %s

// Bounds from data: the iteration that fails first is the last one.
// CHECK-LABEL: func.func @ragged
// CHECK-SAME:    %[[FIRST:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[BEHIND:.*]] = arith.addi %[[N]], %[[C1]]
// CHECK-DAG:     %[[LOW:.*]] = arith.cmpi slt, %[[FIRST]], %[[C1]]
// CHECK-DAG:     %[[HIGH:.*]] = arith.maxsi %[[FIRST]], %[[BEHIND]]
// CHECK:         %[[LAST:.*]] = arith.select %[[LOW]], %[[FIRST]], %[[HIGH]]
// CHECK:         %[[MOST:.*]] = arith.addi %[[LAST]], %[[C1]]
// CHECK:         %[[STOP:.*]] = arith.minsi %[[END]], %[[MOST]]
// CHECK:         scf.for %{{.*}} = %[[FIRST]] to %[[STOP]]
func.func @ragged(%first: index, %end: index, %n: index, %zero: f64, %y: tensor<?xf64>) -> f64 {
  %c1 = arith.constant 1 : index
  %s = scf.for %t = %first to %end step %c1 iter_args(%sum = %zero) -> f64 {
    %at = arith.subi %t, %c1 : index
    %inside = arith.cmpi ult, %at, %n : index
    tg.check %inside, fatal, "index out of range" : i1
    %safe = arith.select %inside, %at, %c1 : index
    %v = tensor.extract %y[%safe] : tensor<?xf64>
    %next = arith.addf %sum, %v : f64
    scf.yield %next : f64
  }
  return %s : f64
}

// The end is a size, but data says where it starts.
// CHECK-LABEL: func.func @start
// CHECK:         arith.select
// CHECK:         %[[STOP:.*]] = arith.minsi
// CHECK:         scf.for %{{.*}} = %{{.*}} to %[[STOP]]
func.func @start(%first: i32, %n: index) -> tensor<?xf64> {
  %c1 = arith.constant 1 : index
  %e = tensor.empty(%n) : tensor<?xf64>
  %from = arith.index_cast %first : i32 to index
  scf.for %t = %from to %n step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return %e : tensor<?xf64>
}

// As they are: a container has the bound for a size, perhaps the smaller of two; it is another loop's index; a check that may not be made, or that is not fatal; a step of two;
// bounds that are known.
// CHECK-LABEL: func.func @left
// CHECK:         arith.minsi
// CHECK-NOT:     arith.minsi
// CHECK:         return
func.func @left(%end: index, %m: i32, %n: index, %c: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c20 = arith.constant 20 : index
  %size = arith.index_cast %m : i32 to index
  %one = arith.constant 1 : i32
  %m1 = arith.addi %m, %one : i32
  %behind = arith.index_cast %m1 : i32 to index
  %e = tensor.empty(%size) : tensor<?xf64>
  scf.for %t = %c1 to %behind step %c1 {
    %at = arith.subi %t, %c1 : index
    %inside = arith.cmpi ult, %at, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  %least = arith.minsi %size, %end : index
  scf.for %t = %c0 to %least step %c1 {
    scf.for %u = %c0 to %t step %c1 {
      %inside = arith.cmpi ult, %u, %n : index
      tg.check %inside, fatal, "index out of range" : i1
    }
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  scf.for %t = %c0 to %end step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    scf.if %c {
      tg.check %inside, fatal, "index out of range" : i1
    }
  }
  scf.for %t = %c0 to %end step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, domain, "too large" : i1
  }
  scf.for %t = %c0 to %end step %c2 {
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  scf.for %t = %c0 to %c20 step %c1 {
    %inside = arith.cmpi ult, %t, %n : index
    tg.check %inside, fatal, "index out of range" : i1
  }
  return
}
