// RUN: astragal-opt %s -canonicalize | FileCheck %s

// Results that nobody reads are not computed; an accumulator goes with its updates.
// CHECK-LABEL: func.func @unused
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: tensor<?xf64>, %[[T:.*]]: tensor<3xf64>, %[[U:.*]]: tensor<4xf64>)
func.func @unused(%n: index, %x: tensor<?xf64>, %t: tensor<3xf64>, %u: tensor<4xf64>) -> (f64, tensor<4xf64>) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[R:.*]]:2 = tg.plate (%[[I:.*]]) in (%[[N]]) accumulate(%[[B:.*]] = %[[U]] : tensor<4xf64>) {
  // CHECK-NEXT: %[[V:.*]] = tensor.extract %[[X]][%[[I]]]
  // CHECK-NEXT: %[[B1:.*]] = tg.accumulate %[[V]] into %[[B]]
  // CHECK-NEXT: tg.yield max(%[[V]] : f64) accumulated(%[[B1]] : tensor<4xf64>)
  // CHECK-NEXT: } : f64, tensor<4xf64>
  %s, %m, %at, %bt, %r = tg.plate (%i) in (%n) accumulate(%a = %t : tensor<3xf64>, %b = %u : tensor<4xf64>) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.exp %v : f64
    %a1 = tg.accumulate %e into %a[%c0] : tensor<3xf64>
    %b1 = tg.accumulate %v into %b[%c0] : tensor<4xf64>
    tg.yield sum(%e : f64) max(%v : f64) accumulated(%a1, %b1 : tensor<3xf64>, tensor<4xf64>) rows(%e : f64)
  } : f64, f64, tensor<3xf64>, tensor<4xf64>, tensor<?xf64>
  // CHECK: return %[[R]]#0, %[[R]]#1
  return %m, %bt : f64, tensor<4xf64>
}

// A plate without results and without effects is nothing.
// CHECK-LABEL: func.func @nothing
// CHECK-NEXT: return
func.func @nothing(%n: index, %x: tensor<?xf64>) {
  %s = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    tg.yield sum(%v : f64)
  } : f64
  return
}

// Without rows there is what everything starts from, and checks are not reached.
// CHECK-LABEL: func.func @no_rows
// CHECK-SAME: (%{{.*}}: index, %[[X:.*]]: f64, %[[T:.*]]: tensor<3xf64>)
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG: %[[COUNT:.*]] = arith.constant 0 : i32
// CHECK-DAG: %[[LOWEST:.*]] = arith.constant 0xFFF0000000000000 : f64
// CHECK-DAG: %[[ROWS:.*]] = arith.constant dense<> : tensor<2x0xf64>
// CHECK-NOT: tg.plate
// CHECK: return %[[ZERO]], %[[COUNT]], %[[LOWEST]], %[[T]], %[[ROWS]]
func.func @no_rows(%n: index, %x: f64, %t: tensor<3xf64>) -> (f64, i32, f64, tensor<3xf64>, tensor<2x0xf64>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %one = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f64
  %s, %k, %m, %at, %r = tg.plate (%i, %j) in (%c2, %c0) accumulate(%a = %t : tensor<3xf64>) {
    %ok = arith.cmpf ogt, %x, %zero : f64
    tg.check %ok, domain, "must be positive" : i1
    %a1 = tg.accumulate %x into %a[%i] : tensor<3xf64>
    tg.yield sum(%x, %one : f64, i32) max(%x : f64) accumulated(%a1 : tensor<3xf64>) rows(%x : f64)
  } : f64, i32, f64, tensor<3xf64>, tensor<2x0xf64>
  return %s, %k, %m, %at, %r : f64, i32, f64, tensor<3xf64>, tensor<2x0xf64>
}

// Rows of a size that is not known stay: there may be a dimension to ask for.
// CHECK-LABEL: func.func @open_rows
// CHECK: tg.plate
func.func @open_rows(%n: index, %x: f64) -> tensor<0x?xf64> {
  %c0 = arith.constant 0 : index
  %r = tg.plate (%i, %j) in (%c0, %n) {
    tg.yield rows(%x : f64)
  } : tensor<0x?xf64>
  return %r : tensor<0x?xf64>
}

// Checks are effects: they stay, though what they stand beside is not read.
// CHECK-LABEL: func.func @checked
// CHECK: tg.plate
// CHECK-NOT: math.exp
// CHECK: tg.check %{{.*}}, domain, "must be positive"
// CHECK-NOT: math.exp
// CHECK: return
func.func @checked(%n: index, %x: tensor<?xf64>) {
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.exp %v : f64
    %ok = arith.cmpf ogt, %v, %zero : f64
    tg.check %ok, domain, "must be positive" : i1
    tg.yield sum(%e : f64)
  } : f64
  return
}

// A check that is known to hold is gone; one that is known to fail is not.
// CHECK-LABEL: func.func @constant_checks
// CHECK-NOT: "holds"
// CHECK: tg.check %{{.*}}, fatal, "fails"
// CHECK-NOT: "holds"
func.func @constant_checks() {
  %true = arith.constant true
  %false = arith.constant false
  tg.check %true, domain, "holds" : i1
  tg.check %false, fatal, "fails" : i1
  return
}

// A check of all lanes goes where all lanes are known to hold.
// CHECK-LABEL: func.func @lanes
// CHECK-NOT: "all"
// CHECK: tg.check %{{.*}}, domain, "some"
func.func @lanes() {
  %all = arith.constant dense<true> : vector<4xi1>
  %some = arith.constant dense<[true, false, true, true]> : vector<4xi1>
  tg.check %all, domain, "all" : vector<4xi1>
  tg.check %some, domain, "some" : vector<4xi1>
  return
}

// Sizes say nothing new of a static shape.
// CHECK-LABEL: func.func @sized
// CHECK-SAME: (%[[S:.*]]: tensor<3xf64>, %[[D:.*]]: tensor<?xf64>, %[[N:.*]]: index)
func.func @sized(%s: tensor<3xf64>, %d: tensor<?xf64>, %n: index) -> (tensor<3xf64>, tensor<?xf64>) {
  %0 = tg.sized %s[%n] : tensor<3xf64>
  // CHECK: %[[T:.*]] = tg.sized %[[D]][%[[N]]]
  %1 = tg.sized %d[%n] : tensor<?xf64>
  // CHECK: return %[[S]], %[[T]]
  return %0, %1 : tensor<3xf64>, tensor<?xf64>
}

// Random numbers are pure functions of their place: two of the same place are one.
// RUN: astragal-opt %s -cse | FileCheck %s --check-prefix=CSE
// CSE-LABEL: func.func @random
// CSE-COUNT-2: tg.random_uniform
// CSE-NOT: tg.random_uniform
// CSE: return
func.func @random(%seed: i64, %stream: i64, %k: i64, %l: i64) -> (f64, f64, f64) {
  %0 = tg.random_uniform %seed, %stream, %k
  %1 = tg.random_uniform %seed, %stream, %k
  %2 = tg.random_uniform %seed, %stream, %l
  return %0, %1, %2 : f64, f64, f64
}

// What was checked before, on every way here, is not checked again: in a branch, but not behind one. Kinds differ.
// CHECK-LABEL: func.func @repeated_checks
// CHECK-NEXT:    scf.if
// CHECK-NEXT:      tg.check %{{.*}}, domain, "first"
// CHECK-NEXT:    }
// CHECK-NEXT:    tg.check %{{.*}}, domain, "behind the branch"
// CHECK-NEXT:    tg.check %{{.*}}, fatal, "of another kind"
// CHECK-NEXT:    return
func.func @repeated_checks(%ok: i1, %on: i1) {
  scf.if %on {
    tg.check %ok, domain, "first" : i1
    tg.check %ok, domain, "again" : i1
  }
  tg.check %ok, domain, "behind the branch" : i1
  tg.check %ok, fatal, "of another kind" : i1
  scf.if %on {
    tg.check %ok, domain, "in a branch" : i1
  }
  return
}
