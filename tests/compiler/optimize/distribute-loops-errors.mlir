// RUN: astragal-opt %s --distribute-loops --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// An element that a later statement overwrites.
// CHECK-LABEL: func.func @overwritten
// CHECK-COUNT-3: scf.for
// CHECK-NOT:     scf.for
func.func @overwritten(%n: tensor<9x20xf64>, %p: tensor<9x20xf64>) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{a part needs values that another part had on the way}}
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%a = %n, %b = %p) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
    %old = tensor.extract %a[%c0, %i] : tensor<9x20xf64>
    %a1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %a) -> tensor<9x20xf64> {
      %v = tensor.extract %c[%t, %i] : tensor<9x20xf64>
      %w = math.exp %v : f64
      %d = tensor.insert %w into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    %b1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %b) -> tensor<9x20xf64> {
      %d = tensor.insert %old into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    scf.yield %a1, %b1 : tensor<9x20xf64>, tensor<9x20xf64>
  }
  return %r#0, %r#1 : tensor<9x20xf64>, tensor<9x20xf64>
}

// Rows that read the row before, and prints, keep their order. No part becomes a plate: nothing is said.
// CHECK-LABEL: func.func @row_before
// CHECK-COUNT-3: scf.for
// CHECK-NOT:     scf.for
func.func @row_before(%n: tensor<9x20xf64>, %p: tensor<9x20xf64>) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %r:2 = scf.for %i = %c1 to %c20 step %c1 iter_args(%a = %n, %b = %p) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
    %before = arith.subi %i, %c1 : index
    %a1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %a) -> tensor<9x20xf64> {
      %v = tensor.extract %b[%t, %before] : tensor<9x20xf64>
      %d = tensor.insert %v into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    %b1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %b) -> tensor<9x20xf64> {
      %v = tensor.extract %a1[%t, %i] : tensor<9x20xf64>
      %d = tensor.insert %v into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    scf.yield %a1, %b1 : tensor<9x20xf64>, tensor<9x20xf64>
  }
  return %r#0, %r#1 : tensor<9x20xf64>, tensor<9x20xf64>
}

// CHECK-LABEL: func.func @prints
// CHECK-COUNT-3: scf.for
// CHECK-NOT:     scf.for
func.func @prints(%p: tensor<9x20xf64>, %q: tensor<9x20xf64>) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %z = arith.constant 0.0 : f64
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%a = %p, %b = %q) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
    %a1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %a) -> tensor<9x20xf64> {
      %d = tensor.insert %z into %c[%t, %i] : tensor<9x20xf64>
      tg.print model ["x", ""] (%z : f64) matrices [false] ranks [0]
      scf.yield %d : tensor<9x20xf64>
    }
    %b1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %b) -> tensor<9x20xf64> {
      %d = tensor.insert %z into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    scf.yield %a1, %b1 : tensor<9x20xf64>, tensor<9x20xf64>
  }
  return %r#0, %r#1 : tensor<9x20xf64>, tensor<9x20xf64>
}

// The first loop may end, in a later iteration, only because a check of the second failed.
// CHECK-LABEL: func.func @guarded
// CHECK-COUNT-3: scf.for
// CHECK-NOT:     scf.for
func.func @guarded(%n: tensor<9x20xf64>, %p: tensor<9x20xf64>, %rate: tensor<20xf64>) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  // expected-remark @below {{a check would move behind a loop that may run forever without it}}
  %r:2 = scf.for %i = %c0 to %c20 step %c1 iter_args(%a = %n, %b = %p) -> (tensor<9x20xf64>, tensor<9x20xf64>) {
    %x = tensor.extract %rate[%i] : tensor<20xf64>
    %a1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %a) -> tensor<9x20xf64> {
      %v = tensor.extract %c[%t, %i] : tensor<9x20xf64>
      %l = scf.while (%w = %v) : (f64) -> f64 {
        %more = arith.cmpf olt, %w, %ten : f64
        scf.condition(%more) %w : f64
      } do {
      ^bb0(%w: f64):
        %next = arith.addf %w, %x : f64
        scf.yield %next : f64
      }
      %d = tensor.insert %l into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    %b1 = scf.for %t = %c0 to %c9 step %c1 iter_args(%c = %b) -> tensor<9x20xf64> {
      %v = tensor.extract %a1[%t, %i] : tensor<9x20xf64>
      %ok = arith.cmpf ogt, %v, %zero : f64
      tg.check %ok, domain, "rate" : i1
      %d = tensor.insert %v into %c[%t, %i] : tensor<9x20xf64>
      scf.yield %d : tensor<9x20xf64>
    }
    scf.yield %a1, %b1 : tensor<9x20xf64>, tensor<9x20xf64>
  }
  return %r#0, %r#1 : tensor<9x20xf64>, tensor<9x20xf64>
}

// A container that branches only pass on is nothing to distribute.
// CHECK-LABEL: func.func @passed_on
// CHECK-COUNT-1: scf.for
// CHECK-NOT:     scf.for
func.func @passed_on(%n: index, %c: i1, %t0: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0) -> tensor<?xf64> {
    %s = scf.if %c -> tensor<?xf64> {
      scf.yield %t : tensor<?xf64>
    } else {
      scf.yield %t : tensor<?xf64>
    }
    scf.yield %s : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}
