// RUN: astragal-opt %s --flatten-plates --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// What is left alone stays as it was.
// CHECK-NOT: tensor.empty

func.func @many(%mu: tensor<20x5xf64> {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    %a = tensor.extract %mu[%i, %c0] : tensor<20x5xf64>
    %b = tensor.extract %mu[%i, %c1] : tensor<20x5xf64>
    %c = tensor.extract %mu[%i, %c2] : tensor<20x5xf64>
    %d = tensor.extract %mu[%i, %c3] : tensor<20x5xf64>
    %e = tensor.extract %mu[%i, %c4] : tensor<20x5xf64>
    // expected-remark @below {{its row hands many parameters to it, which each iteration would read}}
    %s = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = prob.log_density @d(%a, %b, %c, %d, %e) at %v autodiff [false, true, true, true, true, true] : (f64, f64, f64, f64, f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

func.func @largest(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                   %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64, f64) {
  %c20 = arith.constant 20 : index
  %0:2 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    // expected-remark @below {{it computes more than sums}}
    %s, %m = tg.plate (%t) in (%trips) {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = prob.log_density @d(%mu) at %v autodiff [false, true] : (f64) -> f64
      tg.yield sum(%l : f64) max(%l : f64)
    } : f64, f64
    tg.yield sum(%s : f64) max(%m : f64)
  } : f64, f64
  return %0#0, %0#1 : f64, f64
}

func.func @used(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64, tensor<20xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0:2 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    // expected-remark @below {{its row uses the sum}}
    %s = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = prob.log_density @d(%mu) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    // expected-remark @below {{its row uses the sum}}
    %r = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = prob.log_density @d(%mu) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    // expected-remark @below {{its iterations are not independent}}
    %u = scf.for %t = %c0 to %trips step %c1 iter_args(%last = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = prob.log_density @d(%mu) at %last autodiff [false, true] : (f64) -> f64
      scf.yield %l : f64
    }
    %e = math.exp %s : f64
    %w = arith.addf %e, %u : f64
    tg.yield sum(%w : f64) rows(%r : f64)
  } : f64, tensor<20xf64>
  return %0#0, %0#1 : f64, tensor<20xf64>
}

func.func @unbounded(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %trips: tensor<20xi32> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %trips[%i] : tensor<20xi32>
    %end = arith.index_cast %n : i32 to index
    // expected-remark @below {{nothing bounds how many iterations all rows have}}
    %s = scf.for %t = %c0 to %end step %c1 iter_args(%sum = %zero) -> f64 {
      %l = prob.log_density @d(%mu) at %mu autodiff [true, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

func.func @together(%p: tensor<7xf64> {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                    %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    // expected-remark @below {{rows count together, and densities mix data and parameters}}
    %s = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %m = tensor.extract %p[%t] : tensor<7xf64>
      %mv = arith.mulf %m, %v : f64
      %l = prob.log_density @d(%mv) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

// Of a triangle of many rows all pairs would be listed.
func.func @triangle(%mu: f64 {prob.binding = #prob.binding<input, 0>}, %y: tensor<?xf64> {prob.binding = #prob.binding<data, 0>},
                    %n: index {prob.binding = #prob.binding<data, 5>}) -> f64 {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%n) {
    %first = arith.addi %i, %c1 : index
    // expected-remark @below {{its row's number bounds it, and there may be many rows: all pairs would be listed}}
    %s = scf.for %j = %first to %n step %c1 iter_args(%sum = %zero) -> f64 {
      %d = tensor.extract %y[%j] : tensor<?xf64>
      %l = prob.log_density @normal(%mu) at %d autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

// A row of parameters as a whole would have to be listed for each iteration.
func.func @row(%mu: tensor<20x7xf64> {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
               %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    %row = tensor.extract_slice %mu[%i, 0] [1, 7] [1, 1] : tensor<20x7xf64> to tensor<7xf64>
    // expected-remark @below {{its row hands more than numbers to it}}
    %s = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %m = tensor.extract %row[%t] : tensor<7xf64>
      %l = prob.log_density @d(%m) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

// Nothing is said of loops that are as long in every row.
func.func @rectangle(%p: tensor<7xf64> {prob.binding = #prob.binding<input, 0>}, %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 0>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %s = scf.for %t = %c0 to %c7 step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %m = tensor.extract %p[%t] : tensor<7xf64>
      %l = prob.log_density @d(%m) at %v autodiff [false, true] : (f64) -> f64
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}

prob.distribution @d log_density @d1 support real
func.func private @d1(f64, f64) -> f64

// The loop inside may end only because the check of its row failed.
func.func @guarded(%rate: tensor<20xf64> {prob.binding = #prob.binding<input, 0>}, %visits: tensor<20xi32> {prob.binding = #prob.binding<data, 0>},
                   %y: tensor<20x7xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0.0 : f64
  %ten = arith.constant 10.0 : f64
  %0 = tg.plate (%i) in (%c20) {
    %n = tensor.extract %visits[%i] : tensor<20xi32>
    %trips = arith.index_cast %n : i32 to index
    %x = tensor.extract %rate[%i] : tensor<20xf64>
    %ok = arith.cmpf ogt, %x, %zero : f64
    tg.check %ok, domain, "rate" : i1
    // expected-remark @below {{a check of its row would move behind a loop that may run forever without it}}
    %s = scf.for %t = %c0 to %trips step %c1 iter_args(%sum = %zero) -> f64 {
      %v = tensor.extract %y[%i, %t] : tensor<20x7xf64>
      %l = scf.while (%w = %v) : (f64) -> f64 {
        %more = arith.cmpf olt, %w, %ten : f64
        scf.condition(%more) %w : f64
      } do {
      ^bb0(%w: f64):
        %next = arith.addf %w, %x : f64
        scf.yield %next : f64
      }
      %next = arith.addf %sum, %l : f64
      scf.yield %next : f64
    }
    tg.yield sum(%s : f64)
  } : f64
  return %0 : f64
}
