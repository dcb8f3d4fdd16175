// RUN: astragal-opt %s --merge-rows --remarks-filter-passed="optimize" --remark-format=emitRemark -verify-diagnostics | FileCheck %s

// What meets parameters tells rows apart: the outcome's side, a covariate, an index. One row of each is computed, with how
// often it occurs. The number of rows is a multiple of eight, and known when data is bound. The check of data stays
// where it was.
// CHECK-LABEL: func.func @rows(
// CHECK: %[[TABLE:.+]] = scf.for {{.*}} -> (tensor<3x100xf64>) {
// CHECK-COUNT-3: tensor.insert
// CHECK: scf.yield
// CHECK: %[[EQUAL:.+]]:3 = tg.kernel "equal_rows"(%[[TABLE]], %c100{{.*}}, %c3{{.*}} : tensor<3x100xf64>, index, index) into({{.*}} : tensor<104xf64>, tensor<104xf64>, tensor<1xf64>)
// CHECK: %[[COUNT:.+]] = tensor.extract %[[EQUAL]]#2
// CHECK: %[[KEYS:.+]]:3 = tg.plate
// CHECK: tg.yield rows(%{{.*}}, %{{.*}}, %{{.*}} : index, f64, i32)
// CHECK: %[[BLOCKS:.+]] = arith.divsi
// CHECK: %[[SUM:.+]] = tg.plate (%[[BLOCK:.+]], %[[LANE:.+]]) in (%[[BLOCKS]], %c8{{.*}}) {
// CHECK: tensor.extract %[[KEYS]]#0
// CHECK: tensor.extract %[[KEYS]]#1
// CHECK: %[[SIDE:.+]] = tensor.extract %[[KEYS]]#2
// CHECK: arith.cmpi ne, %[[SIDE]]
// CHECK: tg.check
// CHECK: tg.log1p_exp
// CHECK: %[[WEIGHT:.+]] = tensor.extract %[[EQUAL]]#1
// CHECK: arith.mulf %{{.*}}, %[[WEIGHT]] : f64
// CHECK: tg.plate {{.*}} in (%c100
// CHECK-NOT: tg.log1p_exp
// CHECK: tg.check {{.*}} "y"
// CHECK: return %[[SUM]]
func.func @rows(%q: tensor<4xf64> {prob.binding = #prob.binding<input, 0>},
                %x: tensor<100xf64> {prob.binding = #prob.binding<data, 0>},
                %g: tensor<100xindex> {prob.binding = #prob.binding<data, 1>},
                %y: tensor<100xi32> {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c0 = arith.constant 0 : index
  %c100 = arith.constant 100 : index
  %none = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %b = tensor.extract %q[%c0] : tensor<4xf64>
  // expected-remark @below {{rows that are equal became one with a weight}}
  %l = tg.plate (%n) in (%c100) {
    %xn = tensor.extract %x[%n] : tensor<100xf64>
    %gn = tensor.extract %g[%n] : tensor<100xindex>
    %yn = tensor.extract %y[%n] : tensor<100xi32>
    %fine = arith.cmpi sge, %yn, %none : i32
    tg.check %fine, domain, "y" : i1
    %u = tensor.extract %q[%gn] : tensor<4xf64>
    %m = arith.mulf %b, %xn : f64
    %eta = arith.addf %m, %u : f64
    %ok = arith.cmpf ord, %eta, %eta : f64
    tg.check %ok, domain, "alpha" : i1
    %is = arith.cmpi eq, %yn, %one : i32
    %minus = arith.negf %eta : f64
    %side = arith.select %is, %minus, %eta : f64
    %s = tg.log1p_exp %side : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}

// An open number of rows.
// CHECK-LABEL: func.func @open(
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: tg.kernel "equal_rows"({{.*}}, %[[N]], {{.*}} : tensor<{{1|\?}}x?xf64>, index, index) into({{.*}} : tensor<?xf64>, tensor<?xf64>, tensor<1xf64>)
// CHECK: tg.plate {{.*}} in (%{{.+}}, %c8
func.func @open(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>},
                %n: index {prob.binding = #prob.binding<data, 0>},
                %x: tensor<?xf64> {prob.binding = #prob.binding<data, 1>}) -> f64 {
  %c0 = arith.constant 0 : index
  %b = tensor.extract %q[%c0] : tensor<1xf64>
  // expected-remark @below {{rows that are equal became one with a weight}}
  %l = tg.plate (%i) in (%n) {
    %xi = tensor.extract %x[%i] : tensor<?xf64>
    %m = arith.mulf %b, %xi : f64
    %e = math.exp %m : f64
    tg.yield sum(%e : f64)
  } : f64
  return %l : f64
}
