// RUN: astragal-opt %s --raise-loops --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Inner loops of these may become plates, but no loop one of two dimensions.
// CHECK-NOT:     tg.plate (%{{.*}}, %{{.*}}) in

func.func @before(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  // expected-remark @below {{an element of a carried tensor is not at the induction variable plus a constant, and with the loop in it: an iteration touches more than one element of a carried tensor}}
  %r = scf.for %i = %c1 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %k = arith.subi %i, %c1 : index
    %r = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %v = tensor.extract %t1[%k, %j] : tensor<9x9xf64>
      %e = math.exp %v : f64
      %t2 = tensor.insert %e into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

func.func @triangle(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{its inner loop is not always as long}}
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %r = scf.for %j = %c0 to %i step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %zero into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

func.func @diagonal(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{an element of a carried tensor is not at both induction variables plus constants}}
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    // expected-remark @below {{an element of a carried tensor is not at the induction variable plus a constant}}
    %r = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %zero into %t1[%j, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

func.func @orders(%p: tensor<9x9xf64>, %q: tensor<9x9xf64>) -> (tensor<9x9xf64>, tensor<9x9xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{its tensors lie in different orders}}
  %r:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p, %s = %q) -> (tensor<9x9xf64>, tensor<9x9xf64>) {
    %r:2 = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t, %s1 = %s) -> (tensor<9x9xf64>, tensor<9x9xf64>) {
      %t2 = tensor.insert %zero into %t1[%i, %j] : tensor<9x9xf64>
      %s2 = tensor.insert %zero into %s1[%j, %i] : tensor<9x9xf64>
      scf.yield %t2, %s2 : tensor<9x9xf64>, tensor<9x9xf64>
    }
    scf.yield %r#0, %r#1 : tensor<9x9xf64>, tensor<9x9xf64>
  }
  return %r#0, %r#1 : tensor<9x9xf64>, tensor<9x9xf64>
}

// What the inner loop carries for itself.
func.func @running(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{its inner loop has more results than it has}}
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    // expected-remark @below {{an iteration needs what the one before it computed}}
    %r:2 = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t, %s = %zero) -> (tensor<9x9xf64>, f64) {
      %v = tensor.extract %t1[%i, %j] : tensor<9x9xf64>
      %s1 = arith.addf %s, %v : f64
      %t2 = tensor.insert %s1 into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2, %s1 : tensor<9x9xf64>, f64
    }
    scf.yield %r#0 : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

// The element that is updated need not be one of those that the inner loop wrote.
func.func @beside(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{an element is updated that the inner loop may not have written}}
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %r = scf.for %j = %c0 to %c8 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %zero into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    %next = tensor.insert %zero into %r[%i, %i] : tensor<9x9xf64>
    scf.yield %next : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

func.func @update_first(%p: tensor<9x9xf64>) -> tensor<9x9xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{a carried tensor is read or written before the inner loop writes its elements}}
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%t = %p) -> (tensor<9x9xf64>) {
    %old = tensor.extract %t[%i, %i] : tensor<9x9xf64>
    %r = scf.for %j = %c0 to %c9 step %c1 iter_args(%t1 = %t) -> tensor<9x9xf64> {
      %t2 = tensor.insert %old into %t1[%i, %j] : tensor<9x9xf64>
      scf.yield %t2 : tensor<9x9xf64>
    }
    scf.yield %r : tensor<9x9xf64>
  }
  return %r : tensor<9x9xf64>
}

func.func @symmetric(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{an iteration writes a slice of a carried tensor, and with the loop in it: an iteration updates more than one element that the inner loop wrote}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %with = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    %v = tensor.extract %with[%j, %c1] : tensor<20x20xf64>
    %next = tensor.insert %v into %with[%c1, %j] : tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

func.func @recurrence(%m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{a carried tensor is used in a nested while loop or plate}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %m[%i, %j] : tensor<20x20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %next = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

func.func @expensive(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{it does more than run an inner loop}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %a = tensor.extract %x[%j] : tensor<20xf64>
    %e = math.exp %a : f64
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      %p = arith.mulf %e, %b : f64
      tg.yield rows(%p : f64)
    } : tensor<20xf64>
    %next = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

// The column is stored at two places.
func.func @twice(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{a slice of a carried tensor is not what the plate computes for it}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      tg.yield rows(%b : f64)
    } : tensor<20xf64>
    %with = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    %next = tensor.insert_slice %column into %with[0, %j] [20, 1] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}

func.func @with_sum(%x: tensor<20xf64>, %m0: tensor<20x20xf64>) -> tensor<20x20xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  // expected-remark @below {{the plate in it has sums, or more than one dimension}}
  %k = scf.for %j = %c0 to %c20 step %c1 iter_args(%m = %m0) -> tensor<20x20xf64> {
    %s, %column = tg.plate (%i) in (%c20) {
      %b = tensor.extract %x[%i] : tensor<20xf64>
      tg.yield sum(%b : f64) rows(%b : f64)
    } : f64, tensor<20xf64>
    %with = tensor.insert_slice %column into %m[%j, 0] [1, 20] [1, 1] : tensor<20xf64> into tensor<20x20xf64>
    %next = tensor.insert %s into %with[%j, %j] : tensor<20x20xf64>
    scf.yield %next : tensor<20x20xf64>
  }
  return %k : tensor<20x20xf64>
}
