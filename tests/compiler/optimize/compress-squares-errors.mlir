// RUN: astragal-opt %s --compress-squares --remarks-filter-missed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// What is left alone stays as it was.
// CHECK-NOT: tg.kernel "add_rows"

func.func @rows(%q: tensor<9xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                %g: tensor<100xindex> {prob.binding = #prob.binding<data, 1>}) -> (f64, f64, f64, f64, f64, f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %c100 = arith.constant 100 : index
  %zero = arith.constant 0.0 : f64
  %b = tensor.extract %q[%c0] : tensor<9xf64>
  // expected-remark @below {{its rows are no polynomials of data}}
  %0 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.subf %xn, %b : f64
    %s = arith.mulf %d, %d : f64
    %e = math.exp %s : f64
    %t = arith.addf %s, %e : f64
    tg.yield sum(%t : f64)
  } : f64
  // expected-remark @below {{its rows are polynomials of a higher degree than two}}
  %1 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.subf %xn, %b : f64
    %s = arith.mulf %d, %d : f64
    %t = arith.mulf %s, %d : f64
    tg.yield sum(%t : f64)
  } : f64
  // expected-remark @below {{its parameters are chosen by an index of the row}}
  %2 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %bg = tensor.extract %q[%gn] : tensor<9xf64>
    %d = arith.subf %xn, %bg : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  // expected-remark @below {{it checks values of data and parameters}}
  %3 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.subf %xn, %b : f64
    %is = arith.cmpf ogt, %d, %zero : f64
    tg.check %is, domain, "positive" : i1
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  // expected-remark @below {{its rows give more than sums}}
  %4:2 = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.subf %xn, %b : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64) rows(%d : f64)
  } : f64, tensor<100xf64>
  // expected-remark @below {{there are too few rows for its columns}}
  %5 = tg.plate (%n) in (%c10) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.subf %xn, %b : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  // Parameters alone.
  %6 = tg.plate (%n) in (%c10) {
    %xn = tensor.extract %q[%n] : tensor<9xf64>
    %d = arith.subf %xn, %b : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  // Data times parameters, which are no squares.
  %7 = tg.plate (%n) in (%c10) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %d = arith.mulf %xn, %b : f64
    tg.yield sum(%d : f64)
  } : f64
  return %0, %1, %2, %3, %4#0, %5, %6, %7 : f64, f64, f64, f64, f64, f64, f64, f64
}

// As many columns as the data says, of which there may be more than rows.
func.func @open(%k: index {prob.binding = #prob.binding<data, 0>}, %n: index {prob.binding = #prob.binding<data, 1>},
                %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<?x?xf64> {prob.binding = #prob.binding<data, 2>}, %rows: index) -> (f64, f64) {
  // expected-remark @below {{how many columns it has is not known}}
  %0 = tg.plate (%i) in (%n) {
    %mean = tg.plate (%j) in (%k) {
      %b = tensor.extract %q[%j] : tensor<?xf64>
      %xji = tensor.extract %x[%j, %i] : tensor<?x?xf64>
      %p = arith.mulf %b, %xji : f64
      tg.yield sum(%p : f64)
    } : f64
    %s = arith.mulf %mean, %mean : f64
    tg.yield sum(%s : f64)
  } : f64
  %c0 = arith.constant 0 : index
  %b = tensor.extract %q[%c0] : tensor<?xf64>
  // expected-remark @below {{its rows are not counted by data}}
  %1 = tg.plate (%i) in (%rows) {
    %x0 = tensor.extract %x[%c0, %i] : tensor<?x?xf64>
    %d = arith.subf %x0, %b : f64
    %s = arith.mulf %d, %d : f64
    tg.yield sum(%s : f64)
  } : f64
  return %0, %1 : f64, f64
}
