// RUN: astragal-opt %s --fuse-siblings --remarks-filter-passed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// Two likelihoods over the same rows: what the second needs moves to before the first, checks stay, and their sums are one.
// CHECK-LABEL: func.func @two(
// CHECK: %[[SCALE:.+]] = math.exp
// CHECK: %[[SUM:.+]] = tg.plate (%[[N:.+]]) in (%c100) {
// CHECK: tensor.extract %{{.*}}[%[[N]]]
// CHECK: %[[A:.+]] = math.exp
// CHECK: tg.check {{.*}} "first"
// CHECK: %[[B:.+]] = arith.mulf %{{.*}}, %[[SCALE]]
// CHECK: tg.check {{.*}} "second"
// CHECK: %[[BOTH:.+]] = arith.addf %[[A]], %[[B]]
// CHECK: tg.yield sum(%[[BOTH]] : f64)
// CHECK-NOT: tg.plate
// CHECK: %[[T:.+]] = arith.addf %{{.*}}, %[[SUM]]
// CHECK: %[[U:.+]] = arith.addf %[[T]], %{{.*}}
// CHECK-NEXT: return %[[U]]
func.func @two(%q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>},
               %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %a = tensor.extract %q[%c0] : tensor<2xf64>
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    %w = arith.mulf %v, %a : f64
    %e = math.exp %w : f64
    %fine = arith.cmpf olt, %v, %a : f64
    tg.check %fine, domain, "first" : i1
    tg.yield sum(%e : f64)
  } : f64
  %prior = arith.mulf %a, %a : f64
  %t = arith.addf %prior, %s : f64
  %b = tensor.extract %q[%c1] : tensor<2xf64>
  %scale = math.exp %b : f64
  // expected-remark @below {{became part of a plate over the same rows}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %x[%n] : tensor<100xf64>
    %w = arith.mulf %v, %scale : f64
    %fine = arith.cmpf ogt, %v, %a : f64
    tg.check %fine, domain, "second" : i1
    tg.yield sum(%w : f64)
  } : f64
  %u = arith.addf %t, %r : f64
  %other = arith.mulf %scale, %scale : f64
  %l = arith.addf %u, %other : f64
  return %l : f64
}

// Three, over a number of rows that is not known; of a plate with two sums one is left.
// CHECK-LABEL: func.func @three(
// CHECK: %[[SUM:.+]] = tg.plate {{.*}} in (%{{.*}}) {
// CHECK-COUNT-3: arith.addf
// CHECK: tg.yield sum(%{{[^,]*}} : f64)
// CHECK-NOT: tg.plate
// CHECK: return %[[SUM]]
func.func @three(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}, %rows: index,
                 %y: tensor<?xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %q[%c0] : tensor<1xf64>
  %s:2 = tg.plate (%n) in (%rows) {
    %v = tensor.extract %y[%n] : tensor<?xf64>
    %w = arith.mulf %v, %a : f64
    tg.yield sum(%v, %w : f64, f64)
  } : f64, f64
  // expected-remark @below {{became part of a plate over the same rows}}
  %r = tg.plate (%n) in (%rows) {
    %v = tensor.extract %y[%n] : tensor<?xf64>
    %w = arith.mulf %v, %a : f64
    %e = math.exp %w : f64
    tg.yield sum(%e : f64)
  } : f64
  // expected-remark @below {{became part of a plate over the same rows}}
  %p = tg.plate (%n) in (%rows) {
    %v = tensor.extract %y[%n] : tensor<?xf64>
    %w = arith.mulf %v, %a : f64
    %e = math.log %w : f64
    tg.yield sum(%e : f64)
  } : f64
  %t = arith.addf %s#0, %s#1 : f64
  %u = arith.addf %r, %p : f64
  %l = arith.addf %t, %u : f64
  return %l : f64
}

// What the first one keeps for the second is in the same row then.
// CHECK-LABEL: func.func @kept(
// CHECK: tg.plate
// CHECK: %[[E:.+]] = math.exp
// CHECK: math.log %[[E]]
// CHECK: tg.yield sum(%{{[^,]*}} : f64)
// CHECK-NOT: tg.plate
// CHECK: return
func.func @kept(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>}) -> f64 {
  %c100 = arith.constant 100 : index
  %s, %rows = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %e = math.exp %v : f64
    tg.yield sum(%v : f64) rows(%e : f64)
  } : f64, tensor<100xf64>
  // expected-remark @below {{became part of a plate over the same rows}}
  %r = tg.plate (%n) in (%c100) {
    %v = tensor.extract %rows[%n] : tensor<100xf64>
    %w = math.log %v : f64
    tg.yield sum(%w : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}

// Loops of the rows that read the same, whichever plate they came from.
// CHECK-LABEL: func.func @loops(
// CHECK: tg.plate
// CHECK: %[[L:.+]]:2 = scf.for {{.*}} -> (f64, f64) {
// CHECK: math.exp %[[L]]#0
// CHECK-NOT: scf.for
// CHECK: math.log %[[L]]#1
// CHECK-NOT: scf.for
// CHECK: return
func.func @loops(%q: tensor<40xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<20x100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%n) in (%c100) {
    %eta = scf.for %k = %c0 to %c20 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%k, %n] : tensor<20x100xf64>
      %b = tensor.extract %q[%k] : tensor<40xf64>
      %w = arith.mulf %v, %b : f64
      %t = arith.addf %sum, %w : f64
      scf.yield %t : f64
    }
    %e = math.exp %eta : f64
    tg.yield sum(%e : f64)
  } : f64
  // expected-remark @below {{became part of a plate over the same rows}}
  %r = tg.plate (%n) in (%c100) {
    // expected-remark @below {{became part of a loop over the same range}}
    %eta = scf.for %k = %c0 to %c20 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%k, %n] : tensor<20x100xf64>
      %at = arith.addi %k, %c20 : index
      %b = tensor.extract %q[%at] : tensor<40xf64>
      %w = arith.mulf %v, %b : f64
      %t = arith.addf %sum, %w : f64
      scf.yield %t : f64
    }
    %e = math.log %eta : f64
    tg.yield sum(%e : f64)
  } : f64
  %l = arith.addf %s, %r : f64
  return %l : f64
}

// A loop that needs the other one's sum stays, as does one over another range.
// CHECK-LABEL: func.func @apart(
// CHECK-COUNT-3: scf.for {{.*}} -> (f64) {
func.func @apart(%q: tensor<20xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<20x100xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%n) in (%c100) {
    %mean = scf.for %k = %c0 to %c20 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%k, %n] : tensor<20x100xf64>
      %t = arith.addf %sum, %v : f64
      scf.yield %t : f64
    }
    %some = scf.for %k = %c0 to %c10 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%k, %n] : tensor<20x100xf64>
      %t = arith.addf %sum, %v : f64
      scf.yield %t : f64
    }
    %eta = scf.for %k = %c0 to %c20 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%k, %n] : tensor<20x100xf64>
      %b = tensor.extract %q[%k] : tensor<20xf64>
      %d = arith.subf %v, %mean : f64
      %w = arith.mulf %d, %b : f64
      %t = arith.addf %sum, %w : f64
      scf.yield %t : f64
    }
    %e = arith.mulf %eta, %some : f64
    tg.yield sum(%e : f64)
  } : f64
  return %s : f64
}

// Rows of an inner plate, in the rows of another.
// CHECK-LABEL: func.func @inner(
// CHECK: tg.plate
// CHECK: tg.plate
// CHECK-NOT: tg.plate
func.func @inner(%q: tensor<100xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<100x20xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c20 = arith.constant 20 : index
  %c100 = arith.constant 100 : index
  %s = tg.plate (%n) in (%c100) {
    %v = tensor.extract %q[%n] : tensor<100xf64>
    %a = tg.plate (%k) in (%c20) {
      %w = tensor.extract %x[%n, %k] : tensor<100x20xf64>
      %e = arith.mulf %v, %w : f64
      tg.yield sum(%e : f64)
    } : f64
    // expected-remark @below {{became part of a plate over the same rows}}
    %b = tg.plate (%k) in (%c20) {
      %w = tensor.extract %x[%n, %k] : tensor<100x20xf64>
      %e = arith.divf %v, %w : f64
      tg.yield sum(%e : f64)
    } : f64
    %t = arith.addf %a, %b : f64
    tg.yield sum(%t : f64)
  } : f64
  return %s : f64
}
