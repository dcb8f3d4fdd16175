// RUN: astragal-opt %s --compress-gaussians --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// What is left alone stays as it was.
// CHECK-NOT: tg.kernel "{{add|number|pack}}

func.func @not_affine(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                      %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                      %g: tensor<100xi32> {prob.binding = #prob.binding<data, 1>}, %sigma: f64,
                      %c: i32 {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %b = tensor.extract %q[%c0] : tensor<9xf64>
  %0:7 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %bx = arith.mulf %b, %xn : f64
    %e = math.exp %bx : f64
    // expected-remark @below {{the mean is not affine in the parameters}}
    %d0 = prob.log_density @normal(%e, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    // expected-remark @below {{its scale varies with the row and with parameters}}
    %d1 = prob.log_density @normal(%b, %e) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    // expected-remark @below {{what is observed depends on parameters}}
    %d2 = prob.log_density @normal(%xn, %sigma) at %e autodiff [true, false, true] : (f64, f64) -> f64
    %r = scf.for %k = %c0 to %c2 step %c1 iter_args(%t = %xn) -> f64 {
      %u = arith.mulf %t, %b : f64
      scf.yield %u : f64
    }
    // expected-remark @below {{the mean is a recurrence}}
    %d3 = prob.log_density @normal(%r, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    // expected-remark @below {{it is multiplied by what is not known to be data that is not negative}}
    %d4 = prob.log_density @normal(%b, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %d5 = arith.mulf %d4, %xn : f64
    // expected-remark @below {{it is not only added up}}
    %d7 = prob.log_density @normal(%b, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %d8 = math.exp %d7 : f64
    // Data alone: it moves to prepare as it is.
    %d6 = prob.log_density @normal(%zero, %xn) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d0, %d1, %d2, %d3, %d5, %d6, %d8 : f64, f64, f64, f64, f64, f64, f64)
  } : f64, f64, f64, f64, f64, f64, f64
  return %0#0 : f64
}

// Means that are affine, but not simply.
func.func @loops(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                 %g: tensor<100xindex> {prob.binding = #prob.binding<data, 1>}, %sigma: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %0:5 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %one = scf.for %k = %c0 to %c9 step %c1 iter_args(%t = %zero) -> f64 {
      %b = tensor.extract %q[%k] : tensor<9xf64>
      %p = arith.mulf %b, %xn : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %square = arith.mulf %one, %one : f64
    // expected-remark @below {{the mean is a product of sums over loops}}
    %d0 = prob.log_density @normal(%square, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %two = scf.for %i = %c0 to %c2 step %c1 iter_args(%s = %zero) -> f64 {
      %inner = scf.for %k = %c0 to %c9 step %c1 iter_args(%t = %zero) -> f64 {
        %b = tensor.extract %q[%k] : tensor<9xf64>
        %p = arith.mulf %b, %xn : f64
        %u = arith.addf %t, %p : f64
        scf.yield %u : f64
      }
      %v = arith.addf %s, %inner : f64
      scf.yield %v : f64
    }
    // expected-remark @below {{the mean is a sum over nested loops}}
    %d1 = prob.log_density @normal(%two, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    // (b x + x)^8 has 256 terms.
    %b0 = tensor.extract %q[%c0] : tensor<9xf64>
    %bx = arith.mulf %b0, %xn : f64
    %f1 = arith.addf %bx, %xn : f64
    %f2 = arith.mulf %f1, %f1 : f64
    %f4 = arith.mulf %f2, %f2 : f64
    %f8 = arith.mulf %f4, %f4 : f64
    // expected-remark @below {{the mean has too many terms}}
    %d2 = prob.log_density @normal(%f8, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %offset = scf.for %k = %c0 to %c9 step %c1 iter_args(%t = %zero) -> f64 {
      %b = tensor.extract %q[%k] : tensor<9xf64>
      %p = arith.mulf %b, %xn : f64
      %pp = arith.addf %p, %xn : f64
      %u = arith.addf %t, %pp : f64
      scf.yield %u : f64
    }
    // expected-remark @below {{data is added to the mean in a loop over parameters}}
    %d3 = prob.log_density @normal(%offset, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %scale = tensor.extract %q[%gn] : tensor<9xf64>
    // expected-remark @below {{there are too few rows for its columns and groups}}
    %d4 = prob.log_density @normal(%one, %scale) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d0, %d1, %d2, %d3, %d4 : f64, f64, f64, f64, f64)
  } : f64, f64, f64, f64, f64
  return %0#0 : f64
}

func.func @groups(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<9xf64> {prob.binding = #prob.binding<data, 0>},
                  %g: tensor<9xindex> {prob.binding = #prob.binding<data, 1>},
                  %h: tensor<9xindex> {prob.binding = #prob.binding<data, 2>}, %sigma: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %0:5 = tg.plate (%n) in (%c9) {
    %xn = tensor.extract %x[%n] : tensor<9xf64>
    %own = tensor.extract %q[%n] : tensor<9xf64>
    // expected-remark @below {{every row has a parameter of its own}}
    %d0 = prob.log_density @normal(%own, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %gn = tensor.extract %g[%n] : tensor<9xindex>
    %a = tensor.extract %q[%gn] : tensor<9xf64>
    // expected-remark @below {{there are too few rows for its columns and groups}}
    %d1 = prob.log_density @normal(%a, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %hn = tensor.extract %h[%n] : tensor<9xindex>
    %b = tensor.extract %q[%hn] : tensor<9xf64>
    %ab = arith.addf %a, %b : f64
    // expected-remark @below {{there are too few rows for its columns and groups}}
    %d2 = prob.log_density @normal(%ab, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %r = scf.for %k = %c0 to %c2 step %c1 iter_args(%t = %xn) -> f64 {
      %at = arith.addi %gn, %k : index
      %s = tensor.extract %q[%at] : tensor<9xf64>
      %p = arith.mulf %s, %xn : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    // expected-remark @below {{the range of its groups is not known}}
    %d3 = prob.log_density @normal(%r, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    %last = scf.for %k = %c0 to %c2 step %c1 iter_args(%t = %sigma) -> f64 {
      %at = arith.addi %gn, %k : index
      %s = tensor.extract %q[%at] : tensor<9xf64>
      %u = arith.mulf %t, %s : f64
      scf.yield %u : f64
    }
    // expected-remark @below {{its scale varies with the row and with parameters}}
    %d4 = prob.log_density @normal(%xn, %last) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d0, %d1, %d2, %d3, %d4 : f64, f64, f64, f64, f64)
  } : f64, f64, f64, f64, f64
  return %0#0 : f64
}

func.func @inside(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                  %x: tensor<9xf64> {prob.binding = #prob.binding<data, 0>}, %sigma: f64, %c: i1) -> f64 {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f64
  %b = tensor.extract %q[%c0] : tensor<9xf64>
  %0 = scf.if %c -> f64 {
    %1 = tg.plate (%n) in (%c9) {
      %xn = tensor.extract %x[%n] : tensor<9xf64>
      // expected-remark @below {{its rows are in a branch}}
      %d = prob.log_density @normal(%b, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    scf.yield %1 : f64
  } else {
    scf.yield %zero : f64
  }
  return %0 : f64
}

func.func @trips(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<9xf64> {prob.binding = #prob.binding<data, 0>}, %sigma: f64, %trips: index) -> f64 {
  %c0 = arith.constant 0 : index
  %b = tensor.extract %q[%c0] : tensor<9xf64>
  %0 = tg.plate (%n) in (%trips) {
    %xn = tensor.extract %x[%n] : tensor<9xf64>
    // expected-remark @below {{its rows are not counted by data}}
    %d = prob.log_density @normal(%b, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d : f64)
  } : f64
  return %0 : f64
}

// Of combinations of groups, each with as many columns as data says.
func.func @open(%q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<?x?xf64> {prob.binding = #prob.binding<data, 0>},
                %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
                %n32: i32 {prob.binding = #prob.binding<data, 2>},
                %k32: i32 {prob.binding = #prob.binding<data, 3>},
                %g: tensor<?xindex> {prob.binding = #prob.binding<data, 4>},
                %h: tensor<?xindex> {prob.binding = #prob.binding<data, 5>}, %start: f64)
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %n = arith.index_cast %n32 : i32 to index
  %k = arith.index_cast %k32 : i32 to index
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %start) -> f64 {
    %m = scf.for %j = %c0 to %k step %c1 iter_args(%t = %zero) -> f64 {
      %v = tensor.extract %x[%j, %i] : tensor<?x?xf64>
      %b = tensor.extract %q[%j] : tensor<?xf64>
      %p = arith.mulf %v, %b : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    %gi = tensor.extract %g[%i] : tensor<?xindex>
    %hi = tensor.extract %h[%i] : tensor<?xindex>
    %qg = tensor.extract %q[%gi] : tensor<?xf64>
    %qh = tensor.extract %q[%hi] : tensor<?xf64>
    %qs = arith.addf %qg, %qh : f64
    %mean = arith.addf %m, %qs : f64
    %yn = tensor.extract %y[%i] : tensor<?xf64>
    // expected-remark @below {{how many columns it has is not known}}
    %d = prob.log_density @normal(%mean, %one) at %yn autodiff [false, true, false] : (f64, f64) -> f64
    %next = arith.addf %sum, %d : f64
    scf.yield %next : f64
  }
  return %l : f64
}

func.func @nests(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                 %x: tensor<9x8xf64> {prob.binding = #prob.binding<data, 0>},
                 %lengths: tensor<9xindex> {prob.binding = #prob.binding<data, 1>}, %sigma: f64) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant -0.0 : f64
  %0:2 = tg.plate (%i) in (%c9) {
    %length = tensor.extract %lengths[%i] : tensor<9xindex>
    %a = tensor.extract %q[%i] : tensor<9xf64>
    %1 = tg.plate (%j) in (%length) {
      %xn = tensor.extract %x[%i, %j] : tensor<9x8xf64>
      // expected-remark @below {{its rows are in loops of different lengths}}
      %d = prob.log_density @normal(%a, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    %2 = tg.plate (%j) in (%c8) {
      %xn = tensor.extract %x[%i, %j] : tensor<9x8xf64>
      %b = tensor.extract %q[%j] : tensor<9xf64>
      %ab = arith.mulf %a, %b : f64
      // expected-remark @below {{every row has a parameter of its own}}
      %d = prob.log_density @normal(%ab, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    tg.yield sum(%1, %2 : f64, f64)
  } : f64, f64
  %3:2 = scf.for %i = %c0 to %c9 step %c1 iter_args(%sum = %zero, %state = %sigma) -> (f64, f64) {
    %4 = tg.plate (%j) in (%c8) {
      %xn = tensor.extract %x[%i, %j] : tensor<9x8xf64>
      // expected-remark @below {{its rows depend on what a loop around them carries}}
      %d = prob.log_density @normal(%state, %sigma) at %xn autodiff [false, true, true] : (f64, f64) -> f64
      tg.yield sum(%d : f64)
    } : f64
    %next = arith.mulf %state, %sigma : f64
    %more = arith.addf %sum, %4 : f64
    scf.yield %more, %next : f64, f64
  }
  %5 = arith.addf %0#0, %3#0 : f64
  return %5 : f64
}

// A matrix of parameters, counted by one index, has one for each row; so has a product of parameters alone, or of what
// would have to be transposed.
func.func @matrices(%q: tensor<8x50xf64> {prob.binding = #prob.binding<input, 0>},
                    %x: tensor<8x50xf64> {prob.binding = #prob.binding<data, 0>},
                    %y: tensor<8x8xf64> {prob.binding = #prob.binding<data, 1>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c50 = arith.constant 50 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1.0 : f64
  %sigma = tensor.extract %q[%c0, %c0] : tensor<8x50xf64>
  %empty = tensor.empty() : tensor<8x8xf64>
  %0 = tg.kernel "product"(%q, %q, %c8, %c8, %c50, %c1, %c0, %one : tensor<8x50xf64>, tensor<8x50xf64>, index, index, index, index, index, f64) into(%empty : tensor<8x8xf64>)
  %1 = tg.kernel "product"(%x, %q, %c8, %c8, %c50, %c1, %c0, %one : tensor<8x50xf64>, tensor<8x50xf64>, index, index, index, index, index, f64) into(%empty : tensor<8x8xf64>)
  %own = tg.plate (%i, %j) in (%c8, %c8) {
    %e = tensor.extract %q[%i, %j] : tensor<8x50xf64>
    tg.yield rows(%e : f64)
  } : tensor<8x8xf64>
  %2:3 = tg.plate (%n) in (%c64) {
    %column = arith.divui %n, %c8 : index
    %row = arith.remui %n, %c8 : index
    %yn = tensor.extract %y[%column, %row] : tensor<8x8xf64>
    %m0 = tensor.extract %0[%column, %row] : tensor<8x8xf64>
    // expected-remark @below {{every row has a parameter of its own}}
    %d0 = prob.log_density @normal(%m0, %sigma) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    %m1 = tensor.extract %1[%column, %row] : tensor<8x8xf64>
    // expected-remark @below {{every row has a parameter of its own}}
    %d1 = prob.log_density @normal(%m1, %sigma) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    %m2 = tensor.extract %own[%column, %row] : tensor<8x8xf64>
    // expected-remark @below {{every row has a parameter of its own}}
    %d2 = prob.log_density @normal(%m2, %sigma) at %yn autodiff [false, true, true] : (f64, f64) -> f64
    tg.yield sum(%d0, %d1, %d2 : f64, f64, f64)
  } : f64, f64, f64
  %3 = arith.addf %2#0, %2#1 : f64
  %4 = arith.addf %3, %2#2 : f64
  return %4 : f64
}
prob.distribution @normal log_density @normal_lpdf support real
func.func private @normal_lpdf(f64, f64, f64) -> f64
