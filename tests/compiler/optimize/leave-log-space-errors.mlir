// RUN: astragal-opt %s --leave-log-space --split-input-file --remarks-filter-missed=optimize --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// The best of the ways, not the sum of all: nothing to say.
// CHECK-LABEL: func.func @viterbi
// CHECK:         scf.for
// CHECK:           arith.maximumf
// CHECK-NOT:       scf.if
func.func @viterbi(%n: index, %a0: f64, %stay: f64, %go: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %t = %c0 to %n step %c1 iter_args(%a = %a0, %b = %a0) -> (f64, f64) {
    %aa = arith.addf %a, %stay : f64
    %ba = arith.addf %b, %go : f64
    %ab = arith.addf %a, %go : f64
    %bb = arith.addf %b, %stay : f64
    %x = arith.maximumf %aa, %ba : f64
    %y = arith.maximumf %ab, %bb : f64
    scf.yield %x, %y : f64, f64
  }
  return %r#0, %r#1 : f64, f64
}

// -----

// What each iteration ends with is used.
// CHECK-LABEL: func.func @all_used
// CHECK:         scf.for
// CHECK-NOT:     scf.if
func.func @all_used(%h0: tensor<100xf64>, %g0: f64, %u: f64, %v: f64) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{log probabilities of other iterations than the last are used}}
  %r:2 = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %h0, %g = %g0) -> (tensor<100xf64>, f64) {
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %w = tensor.insert %lse into %h[%t] : tensor<100xf64>
    scf.yield %w, %lse : tensor<100xf64>, f64
  }
  return %r#0 : tensor<100xf64>
}

// -----

// What is added up on the way, too.
func.func @added_up(%g0: f64, %u: f64, %v: f64) -> f64 {
  %zero = arith.constant 0.0 : f64
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{log probabilities are used otherwise in the loop}}
  %r:2 = scf.for %t = %c1 to %c100 step %c1 iter_args(%total = %zero, %g = %g0) -> (f64, f64) {
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %e = math.exp %g : f64
    %sum = arith.addf %total, %e : f64
    scf.yield %sum, %lse : f64, f64
  }
  return %r#0 : f64
}

// -----

// A check looks at it.
func.func @checked(%g0: f64, %u: f64, %v: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{log probabilities are used in a branch, a loop or a check}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%g = %g0) -> (f64) {
    %known = arith.cmpf ord, %g, %g : f64
    tg.check %known, domain, "must not be nan" : i1
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    scf.yield %lse : f64
  }
  return %r : f64
}

// -----

// A term is a recurrence of its own.
func.func @other_recurrence(%g0: f64, %u: f64, %v: f64) -> (f64, f64) {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a term depends on what else the loop carries}}
  %r:2 = scf.for %t = %c1 to %c100 step %c1 iter_args(%g = %g0, %h = %g0) -> (f64, f64) {
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %h : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %next = math.sin %h : f64
    scf.yield %lse, %next : f64, f64
  }
  return %r#0, %r#1 : f64, f64
}

// -----

// What was stored is read on the way.
func.func @read_on_the_way(%h0: tensor<100xf64>, %g0: f64, %u: f64, %v: f64) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  // expected-remark @below {{a tensor of log probabilities is read in the loop}}
  %r:3 = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %h0, %g = %g0, %sum = %zero) -> (tensor<100xf64>, f64, f64) {
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %w = tensor.insert %lse into %h[%t] : tensor<100xf64>
    %first = tensor.extract %h[%c0] : tensor<100xf64>
    %next = arith.addf %sum, %first : f64
    scf.yield %w, %lse, %next : tensor<100xf64>, f64, f64
  }
  return %r#1, %r#2 : f64, f64
}

// -----

// Something else than a state is stored.
func.func @stored_otherwise(%h0: tensor<100xf64>, %g0: f64, %u: f64, %v: f64) -> tensor<100xf64> {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{log probabilities are stored otherwise in the loop}}
  %r:2 = scf.for %t = %c1 to %c100 step %c1 iter_args(%h = %h0, %g = %g0) -> (tensor<100xf64>, f64) {
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %v : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    %w = tensor.insert %m into %h[%t] : tensor<100xf64>
    scf.yield %w, %lse : tensor<100xf64>, f64
  }
  return %r#0 : tensor<100xf64>
}

// -----

func.func @local_tensor(%g0: f64, %u: f64, %i: index) -> f64 {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a term takes a tensor of its own}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%g = %g0) -> (f64) {
    %x = arith.index_cast %t : index to i64
    %y = arith.sitofp %x : i64 to f64
    %pair = tensor.from_elements %u, %y : tensor<2xf64>
    %term = tensor.extract %pair[%i] : tensor<2xf64>
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %term : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    scf.yield %lse : f64
  }
  return %r : f64
}

// -----

func.func private @external(index) -> f64
func.func @term_with_effect(%g0: f64, %u: f64) -> f64 {
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  // expected-remark @below {{a term has an effect}}
  %r = scf.for %t = %c1 to %c100 step %c1 iter_args(%g = %g0) -> (f64) {
    %term = func.call @external(%t) : (index) -> f64
    %a = arith.addf %g, %u : f64
    %b = arith.addf %g, %term : f64
    %m = arith.maximumf %a, %b : f64
    %am = arith.subf %a, %m : f64
    %bm = arith.subf %b, %m : f64
    %p = math.exp %am : f64
    %q = math.exp %bm : f64
    %s = arith.addf %p, %q : f64
    %l = math.log %s : f64
    %lse = arith.addf %m, %l : f64
    scf.yield %lse : f64
  }
  return %r : f64
}

// -----

// A vector of states, and another value that is used.
func.func @vectors_and_more(%g0: tensor<10xf64>, %log_theta: tensor<10xf64>, %x: f64) -> (tensor<10xf64>, f64) {
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  // expected-remark @below {{it carries something else, too}}
  %r:2 = scf.for %t = %c1 to %c200 step %c1 iter_args(%g = %g0, %h = %x) -> (tensor<10xf64>, f64) {
    %next = tg.plate (%k) in (%c10) {
      %m = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %d = arith.subf %s, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      %f = tensor.extract %log_theta[%k] : tensor<10xf64>
      %v = arith.addf %lse, %f : f64
      tg.yield rows(%v : f64)
    } : tensor<10xf64>
    %sin = math.sin %h : f64
    scf.yield %next, %sin : tensor<10xf64>, f64
  }
  return %r#0, %r#1 : tensor<10xf64>, f64
}

// -----

func.func @vectors_with_effect(%g0: tensor<10xf64>, %log_theta: tensor<10xf64>) -> tensor<10xf64> {
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  // expected-remark @below {{an iteration has an effect}}
  %r = scf.for %t = %c1 to %c200 step %c1 iter_args(%g = %g0) -> (tensor<10xf64>) {
    %next = tg.plate (%k) in (%c10) {
      %m = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%c10) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %d = arith.subf %s, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      %f = tensor.extract %log_theta[%k] : tensor<10xf64>
      %v = arith.addf %lse, %f : f64
      tg.yield rows(%v : f64)
    } : tensor<10xf64>
    tg.print model ["again"] matrices [] ranks []
    scf.yield %next : tensor<10xf64>
  }
  return %r : tensor<10xf64>
}

// -----

func.func @vectors_in_part(%h0: tensor<200x10xf64>, %log_theta: tensor<10xf64>) -> tensor<200x10xf64> {
  %c9 = arith.constant 9 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  // expected-remark @below {{not all states are computed in each iteration}}
  %r = scf.for %t = %c1 to %c200 step %c1 iter_args(%h = %h0) -> (tensor<200x10xf64>) {
    %before = arith.subi %t, %c1 : index
    %next = tg.plate (%k) in (%c9) {
      %m = tg.plate (%j) in (%c9) {
        %s = tensor.extract %h[%before, %j] : tensor<200x10xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%c9) {
        %s = tensor.extract %h[%before, %j] : tensor<200x10xf64>
        %d = arith.subf %s, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      tg.yield rows(%lse : f64)
    } : tensor<9xf64>
    %w = tensor.insert_slice %next into %h[%t, 0] [1, 9] [1, 1] : tensor<9xf64> into tensor<200x10xf64>
    scf.yield %w : tensor<200x10xf64>
  }
  return %r : tensor<200x10xf64>
}

// -----

// Of all times something else is used than the last.
func.func @vectors_all_used(%h0: tensor<200x10xf64>, %log_theta: tensor<10x10xf64>) -> tensor<200x10xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  // expected-remark @below {{log probabilities of other iterations than the last are used}}
  %r = scf.for %t = %c1 to %c200 step %c1 iter_args(%h = %h0) -> (tensor<200x10xf64>) {
    %before = arith.subi %t, %c1 : index
    %next = tg.plate (%k) in (%c10) {
      %m = tg.plate (%j) in (%c10) {
        %s = tensor.extract %h[%before, %j] : tensor<200x10xf64>
        tg.yield max(%s : f64)
      } : f64
      %total = tg.plate (%j) in (%c10) {
        %s = tensor.extract %h[%before, %j] : tensor<200x10xf64>
        %d = arith.subf %s, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      tg.yield rows(%lse : f64)
    } : tensor<10xf64>
    %w = tensor.insert_slice %next into %h[%t, 0] [1, 10] [1, 1] : tensor<10xf64> into tensor<200x10xf64>
    scf.yield %w : tensor<200x10xf64>
  }
  return %r : tensor<200x10xf64>
}

// -----

// A state comes from those up to it alone.
func.func @vectors_up_to(%g0: tensor<10xf64>, %log_theta: tensor<10x10xf64>) -> tensor<10xf64> {
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c200 = arith.constant 200 : index
  // expected-remark @below {{how many states there are is not known ahead of the loop}}
  %r = scf.for %t = %c1 to %c200 step %c1 iter_args(%g = %g0) -> (tensor<10xf64>) {
    %next = tg.plate (%k) in (%c10) {
      %count = arith.addi %k, %c1 : index
      %m = tg.plate (%j) in (%count) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<10x10xf64>
        %sa = arith.addf %s, %a : f64
        tg.yield max(%sa : f64)
      } : f64
      %total = tg.plate (%j) in (%count) {
        %s = tensor.extract %g[%j] : tensor<10xf64>
        %a = tensor.extract %log_theta[%k, %j] : tensor<10x10xf64>
        %sa = arith.addf %s, %a : f64
        %d = arith.subf %sa, %m : f64
        %e = math.exp %d : f64
        tg.yield sum(%e : f64)
      } : f64
      %l = math.log %total : f64
      %lse = arith.addf %m, %l : f64
      tg.yield rows(%lse : f64)
    } : tensor<10xf64>
    scf.yield %next : tensor<10xf64>
  }
  return %r : tensor<10xf64>
}
