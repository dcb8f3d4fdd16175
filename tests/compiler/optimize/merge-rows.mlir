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
// CHECK: %[[QUOTIENT:.+]] = arith.divsi
// CHECK: %[[BLOCKS:.+]] = arith.minsi %[[QUOTIENT]], %c17
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

// Rows that share elements of parameters, two with the same index and one with another (there are 18 combinations), are put into blocks of eight if that makes few
// rows more: the index is read once a block. The other plate has the rows if not.
// CHECK-LABEL: func.func @blocks(
// CHECK: %[[TABLE:.+]] = scf.for {{.*}} -> (tensor<4x1024xf64>)
// CHECK: %[[EQUAL:.+]]:3 = tg.kernel "equal_rows"(%[[TABLE]], %c1024{{.*}}
// CHECK: %[[BLOCKS:.+]]:4 = tg.kernel "block_rows"(%[[TABLE]], %c1024{{.*}}, %c3{{[_0-9]*}}, %[[EQUAL]]#0, %[[EQUAL]]#1, %[[EQUAL]]#2 {{.*}} into({{.*}} : tensor<1280xf64>, tensor<1280xf64>, tensor<129xf64>, tensor<2xf64>)
// CHECK: %[[KEPT:.+]]:4 = tg.plate (%{{.+}}) in (%c1280
// CHECK: %[[FIRST:.+]] = tg.plate (%[[BLOCK:.+]], %[[LANE:.+]]) in (
// CHECK: %[[START:.+]] = arith.muli %[[BLOCK]], %c8
// CHECK: %[[ROW:.+]] = arith.addi %[[START]], %[[LANE]]
// CHECK: tensor.extract %[[KEPT]]#0[%[[START]]]
// CHECK: tensor.extract %[[KEPT]]#1[%[[ROW]]]
// CHECK: tensor.extract %[[KEPT]]#2[%[[START]]]
// CHECK: tensor.extract %[[KEPT]]#3[%[[START]]]
// CHECK: %[[SECOND:.+]] = tg.plate (%[[BLOCK:.+]], %[[LANE:.+]]) in (
// CHECK: %[[START:.+]] = arith.muli
// CHECK: %[[ROW:.+]] = arith.addi %[[START]], %[[LANE]]
// CHECK: tensor.extract %[[KEPT]]#2[%[[ROW]]]
// CHECK: tensor.extract %[[KEPT]]#3[%[[ROW]]]
// CHECK: %[[SUM:.+]] = arith.addf %[[FIRST]], %[[SECOND]]
// CHECK: return %[[SUM]]
func.func @blocks(%q: tensor<6xf64> {prob.binding = #prob.binding<input, 0>},
                  %p: tensor<3xf64> {prob.binding = #prob.binding<input, 1>},
                  %x: tensor<1024xf64> {prob.binding = #prob.binding<data, 0>},
                  %g: tensor<1024xindex> {prob.binding = #prob.binding<data, 1>},
                  %h: tensor<1024xindex> {prob.binding = #prob.binding<data, 2>}) -> f64 {
  %c3 = arith.constant 3 : index
  %c1024 = arith.constant 1024 : index
  // expected-remark @below {{rows that are equal became one with a weight, in blocks that share elements of parameters}}
  %l = tg.plate (%n) in (%c1024) {
    %xn = tensor.extract %x[%n] : tensor<1024xf64>
    %gn = tensor.extract %g[%n] : tensor<1024xindex>
    %hn = tensor.extract %h[%n] : tensor<1024xindex>
    %v = tensor.extract %q[%hn] : tensor<6xf64>
    %scaled = arith.mulf %v, %xn : f64
    %behind = arith.addi %gn, %c3 : index
    %u = tensor.extract %p[%gn] : tensor<3xf64>
    %w = tensor.extract %q[%behind] : tensor<6xf64>
    %product = arith.mulf %u, %w : f64
    %eta = arith.addf %scaled, %product : f64
    %s = tg.log1p_exp %eta : f64
    tg.yield sum(%s : f64)
  } : f64
  return %l : f64
}
