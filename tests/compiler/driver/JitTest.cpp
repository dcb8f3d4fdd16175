//===- JitTest.cpp - entries compiled and called here ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/driver/CompiledModule.h"

#include "mlir/IR/BuiltinOps.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace astragal::test;

namespace {

// The sum of squares of y - q, its gradient, and a check.
const char *const gradientText = R"(
func.func @gradient(%n: i32 {prob.binding = #prob.binding<data, 0>}, %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>},
    %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<?xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %size = arith.index_cast %n : i32 to index
  %start = tensor.splat %zero[%size] : tensor<?xf64>
  %lp, %g = scf.for %i = %c0 to %size step %c1 iter_args(%sum = %zero, %t = %start) -> (f64, tensor<?xf64>) {
    %yi = tensor.extract %y[%i] : tensor<?xf64>
    %qi = tensor.extract %q[%i] : tensor<?xf64>
    %d = arith.subf %yi, %qi : f64
    %s = arith.mulf %d, %d : f64
    %sum1 = arith.addf %sum, %s : f64
    %t1 = tensor.insert %d into %t[%i] : tensor<?xf64>
    scf.yield %sum1, %t1 : f64, tensor<?xf64>
  }
  %first = tensor.extract %q[%c0] : tensor<?xf64>
  %positive = arith.cmpf ogt, %first, %zero : f64
  tg.check %positive, domain, "the first is not positive" : i1 loc("model.stan":3:4)
  %small = arith.cmpf olt, %lp, %first : f64
  tg.check %small, fatal, "too far" : i1 loc("model.stan":5:6)
  return %lp, %g : f64, tensor<?xf64>
}
)";

TEST(Jit, LoopOverDynamicSizes) {
  CompiledModule m(gradientText);
  int32_t n = 3;
  double y[] = {1, 2, 4};
  m.data = {&n, y};
  m.input = {1, 1, 1};
  m.run(ASTRAGAL_GRADIENT);
  EXPECT_EQ(m.call.value, 10);
  EXPECT_EQ(m.output[0], 0);
  EXPECT_EQ(m.output[2], 3);
  EXPECT_EQ(m.output[3], -99);
  EXPECT_EQ(m.growths, 0) << "the gradient is built where it belongs";
}

TEST(Jit, FirstFailedCheckIsReported) {
  CompiledModule m(gradientText);
  int32_t n = 1;
  double y[] = {1};
  m.data = {&n, y};
  m.input = {0.5};
  m.run(ASTRAGAL_GRADIENT);
  EXPECT_EQ(m.call.failed_check, 0);
  m.input = {2};
  m.run(ASTRAGAL_GRADIENT);
  EXPECT_EQ(m.call.failed_check, 0);
  m.input = {0.1};
  m.run(ASTRAGAL_GRADIENT);
  ASSERT_EQ(m.call.failed_check, 2);
  m.input = {-1};
  m.run(ASTRAGAL_GRADIENT);
  ASSERT_EQ(m.call.failed_check, 1);
  const astragal_model *model = m.loaded->getModel();
  ASSERT_EQ(model->num_checks, 2u);
  EXPECT_STREQ(model->checks[0].message, "the first is not positive");
  EXPECT_STREQ(model->checks[0].file, "model.stan");
  EXPECT_EQ(model->checks[1].line, 5u);
  EXPECT_EQ(model->checks[1].kind, static_cast<uint32_t>(ASTRAGAL_FATAL));
}

TEST(Jit, EntriesThatWereNotAddedAreNull) {
  CompiledModule m(gradientText);
  EXPECT_EQ(m.loaded->getModel()->entries[ASTRAGAL_PREPARE], nullptr);
  EXPECT_STREQ(m.loaded->getModel()->name, "test");
}

TEST(Jit, EntriesCanBeAddedLater) {
  CompiledModule m(gradientText);
  auto context = makeContext();
  auto more = lowerText(*context, R"(
    func.func @log_density(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
      %c0 = arith.constant 0 : index
      %v = tensor.extract %q[%c0] : tensor<1xf64>
      return %v : f64
    })");
  ASSERT_TRUE(more);
  m.loaded->add(compileModule(*more));
  m.input = {7};
  m.run(ASTRAGAL_LOG_DENSITY);
  EXPECT_EQ(m.call.value, 7);
  ASSERT_TRUE(m.loaded->getModel()->entries[ASTRAGAL_GRADIENT]);
}

// A state of two tensors that change places, as in a dynamic programme; the number of steps is data.
TEST(Jit, StatesThatChangePlaces) {
  CompiledModule m(R"(
func.func @constrain(%n: i32 {prob.binding = #prob.binding<data, 0>}, %q: tensor<2xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<4xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = arith.index_cast %n : i32 to index
  %a0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %e = tensor.empty() : tensor<4xf64>
  %a, %b = scf.for %i = %c0 to %size step %c1 iter_args(%a = %a0, %b = %q) -> (tensor<2xf64>, tensor<2xf64>) {
    %x = tensor.extract %a[%c0] : tensor<2xf64>
    %y = tensor.extract %b[%c1] : tensor<2xf64>
    %s = arith.addf %x, %y : f64
    %new = tensor.insert %s into %a[%c0] : tensor<2xf64>
    scf.yield %b, %new : tensor<2xf64>, tensor<2xf64>
  }
  %r0 = tensor.insert_slice %a into %e[0] [2] [1] : tensor<2xf64> into tensor<4xf64>
  %r1 = tensor.insert_slice %b into %r0[2] [2] [1] : tensor<2xf64> into tensor<4xf64>
  return %r1 : tensor<4xf64>
})");
  m.input = {10, 20};
  for (int32_t n : {0, 1, 2, 5}) {
    double a[] = {1, 2}, b[] = {10, 20};
    for (int32_t i = 0; i < n; ++i) {
      a[0] += b[1];
      std::swap(a, b);
    }
    m.data = {&n};
    m.run(ASTRAGAL_CONSTRAIN);
    EXPECT_EQ(m.output[0], a[0]) << n;
    EXPECT_EQ(m.output[1], a[1]) << n;
    EXPECT_EQ(m.output[2], b[0]) << n;
    EXPECT_EQ(m.output[3], b[1]) << n;
  }
  EXPECT_EQ(m.input[0], 10) << "inputs are only read";
}

// The old version is read after the new one exists; a branch changes one of two tensors.
TEST(Jit, OldVersionsAndBranches) {
  CompiledModule m(R"(
func.func @constrain(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %t0 = tensor.insert %one into %q[%c0] : tensor<3xf64>
  %t1 = tensor.insert %zero into %t0[%c0] : tensor<3xf64>
  %old = tensor.extract %t0[%c0] : tensor<3xf64>
  %x = tensor.extract %q[%c0] : tensor<3xf64>
  %positive = arith.cmpf ogt, %x, %zero : f64
  %t2 = scf.if %positive -> tensor<3xf64> {
    %u = tensor.insert %old into %t1[%c1] : tensor<3xf64>
    scf.yield %u : tensor<3xf64>
  } else {
    scf.yield %q : tensor<3xf64>
  }
  return %t2 : tensor<3xf64>
})");
  m.input = {5, 6, 7};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(std::vector<double>(m.output.begin(), m.output.begin() + 4), (std::vector<double>{0, 1, 7, -99}));
  m.input = {-5, 6, 7};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(std::vector<double>(m.output.begin(), m.output.begin() + 4),
            (std::vector<double>{-5, 6, 7, -99}));
}

// Halves the first element until it is below 1, counts, and keeps the history on a tape whose size is only
// known then.
TEST(Jit, WhileWithTape) {
  CompiledModule m(R"(
func.func @constrain(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<?xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %x0 = tensor.extract %q[%c0] : tensor<1xf64>
  %x, %n = scf.while (%x = %x0, %n = %c0) : (f64, index) -> (f64, index) {
    %go = arith.cmpf oge, %x, %one : f64
    scf.condition(%go) %x, %n : f64, index
  } do {
  ^bb0(%x: f64, %n: index):
    %h = arith.mulf %x, %half : f64
    %m = arith.addi %n, %c1 : index
    scf.yield %h, %m : f64, index
  }
  %size = arith.addi %n, %c1 : index
  %tape = tg.tape_alloc(%size) : tensor<?xf64>
  %y, %k, %full = scf.while (%y = %x0, %k = %c0, %t = %tape) : (f64, index, tensor<?xf64>) -> (f64, index, tensor<?xf64>) {
    %go = arith.cmpf oge, %y, %one : f64
    scf.condition(%go) %y, %k, %t : f64, index, tensor<?xf64>
  } do {
  ^bb0(%y: f64, %k: index, %t: tensor<?xf64>):
    %u = tensor.insert %y into %t[%k] : tensor<?xf64>
    %h = arith.mulf %y, %half : f64
    %m = arith.addi %k, %c1 : index
    scf.yield %h, %m, %u : f64, index, tensor<?xf64>
  }
  %last = tensor.insert %y into %full[%k] : tensor<?xf64>
  return %last : tensor<?xf64>
})");
  m.output.assign(2000, -99);
  m.input = {5};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(std::vector<double>(m.output.begin(), m.output.begin() + 5),
            (std::vector<double>{5, 2.5, 1.25, 0.625, -99}));
  m.input = {std::ldexp(1.0, 999)};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(m.output[999], 1);
  EXPECT_EQ(m.output[1000], 0.5);
}

TEST(Jit, PreparedValues) {
  CompiledModule m(R"(
func.func @prepare(%n: i32 {prob.binding = #prob.binding<data, 0>}, %y: tensor<?xf64> {prob.binding = #prob.binding<data, 1>})
    -> (tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>}, i1 {prob.binding = #prob.binding<prepared, 1>},
        tensor<?xi1> {prob.binding = #prob.binding<prepared, 2>}, index {prob.binding = #prob.binding<prepared, 3>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %true = arith.constant true
  %size = arith.index_cast %n : i32 to index
  %e = tensor.empty(%size) : tensor<?xf64>
  %f = tensor.empty(%size) : tensor<?xi1>
  %t, %u, %count = scf.for %i = %c0 to %size step %c1 iter_args(%t = %e, %u = %f, %count = %c0) -> (tensor<?xf64>, tensor<?xi1>, index) {
    %x = tensor.extract %y[%i] : tensor<?xf64>
    %d = arith.addf %x, %x : f64
    %t1 = tensor.insert %d into %t[%i] : tensor<?xf64>
    %p = arith.cmpf ogt, %x, %zero : f64
    %u1 = tensor.insert %p into %u[%i] : tensor<?xi1>
    %inc = arith.index_castui %p : i1 to index
    %count1 = arith.addi %count, %inc : index
    scf.yield %t1, %u1, %count1 : tensor<?xf64>, tensor<?xi1>, index
  }
  return %t, %true, %u, %count : tensor<?xf64>, i1, tensor<?xi1>, index
}
func.func @sizes(%k: index {prob.binding = #prob.binding<prepared, 3>}, %a: tensor<?xf64> {prob.binding = #prob.binding<prepared, 0>},
    %p: tensor<?xi1> {prob.binding = #prob.binding<prepared, 2>}, %b: i1 {prob.binding = #prob.binding<prepared, 1>})
    -> (tensor<4xi64> {prob.binding = #prob.binding<sizes, 0>}) {
  %c1 = arith.constant 1 : index
  %a1 = tensor.extract %a[%c1] : tensor<?xf64>
  %p1 = tensor.extract %p[%c1] : tensor<?xi1>
  %s0 = arith.index_cast %k : index to i64
  %s1 = arith.fptosi %a1 : f64 to i64
  %s2 = arith.extui %p1 : i1 to i64
  %s3 = arith.extui %b : i1 to i64
  %s = tensor.from_elements %s0, %s1, %s2, %s3 : tensor<4xi64>
  return %s : tensor<4xi64>
})");
  int32_t n = 100;
  std::vector<double> y(n, -1);
  y[1] = 21;
  y[99] = 3;
  m.data = {&n, y.data()};
  m.run(ASTRAGAL_PREPARE);
  m.run(ASTRAGAL_SIZES);
  EXPECT_EQ(m.sizes[0], 2);
  EXPECT_EQ(m.sizes[1], 42);
  EXPECT_EQ(m.sizes[2], 1);
  EXPECT_EQ(m.sizes[3], 1);
}

TEST(Jit, VectorsWithMasks) {
  CompiledModule m(R"(
func.func @gradient(%q: tensor<11xf64> {prob.binding = #prob.binding<input, 0>})
    -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<11xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c11 = arith.constant 11 : index
  %zero = arith.constant 0.0 : f64
  %zeros = arith.constant dense<0.0> : vector<8xf64>
  %five = arith.constant dense<5.0> : vector<8xf64>
  %e = tensor.empty() : tensor<11xf64>
  %steps = vector.step : vector<8xindex>
  %ten = arith.constant dense<10> : vector<8xindex>
  %sum, %t = scf.for %i = %c0 to %c11 step %c8 iter_args(%s = %zeros, %t = %e) -> (vector<8xf64>, tensor<11xf64>) {
    %rest = arith.subi %c11, %i : index
    %mask = vector.create_mask %rest : vector<8xi1>
    %x = vector.transfer_read %q[%i], %zero, %mask {in_bounds = [true]} : tensor<11xf64>, vector<8xf64>
    %at = vector.broadcast %i : index to vector<8xindex>
    %lane = arith.addi %at, %steps : vector<8xindex>
    %mirror = arith.subi %ten, %lane : vector<8xindex>
    %g = vector.gather %q[%c0][%mirror], %mask, %zeros : tensor<11xf64>, vector<8xindex>, vector<8xi1>, vector<8xf64> into vector<8xf64>
    %p = arith.mulf %x, %g : vector<8xf64>
    %ok = arith.cmpf olt, %x, %five : vector<8xf64>
    tg.check %ok, domain, "five" : vector<8xi1>
    %s1 = arith.addf %s, %p : vector<8xf64>
    %t1 = vector.transfer_write %p, %t[%i], %mask {in_bounds = [true]} : vector<8xf64>, tensor<11xf64>
    scf.yield %s1, %t1 : vector<8xf64>, tensor<11xf64>
  }
  %r = vector.reduction <add>, %sum : vector<8xf64> into f64
  return %r, %t : f64, tensor<11xf64>
})");
  double expected = 0;
  for (int i = 0; i < 11; ++i)
    m.input.push_back(0.25 * i);
  m.run(ASTRAGAL_GRADIENT);
  for (int i = 0; i < 11; ++i) {
    EXPECT_EQ(m.output[i], m.input[i] * m.input[10 - i]);
    expected += m.output[i];
  }
  EXPECT_DOUBLE_EQ(m.call.value, expected);
  EXPECT_EQ(m.output[11], -99);
  EXPECT_EQ(m.call.failed_check, 0);
  m.input[9] = 6;
  m.run(ASTRAGAL_GRADIENT);
  EXPECT_EQ(m.call.failed_check, 1);
}

TEST(Jit, RandomNumbersAndLibm) {
  CompiledModule m(R"(
func.func @generate(%seed: i64 {prob.binding = #prob.binding<seed, 0>}, %stream: i64 {prob.binding = #prob.binding<stream, 0>},
    %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<4xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : i64
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %u = tg.random_uniform %seed, %stream, %c3
  %n = tg.random_normal %seed, %stream, %c3
  %e = math.erf %x : f64
  %p = math.exp %x : f64
  %r = tensor.from_elements %u, %n, %e, %p : tensor<4xf64>
  return %r : tensor<4xf64>
})");
  m.input = {0.75};
  m.call.seed = 11;
  m.call.stream = 12;
  m.run(ASTRAGAL_GENERATE);
  EXPECT_EQ(m.output[0], astragal_random_uniform(11, 12, 3));
  EXPECT_EQ(m.output[1], astragal_random_normal(11, 12, 3));
  EXPECT_EQ(m.output[2], std::erf(0.75));
  EXPECT_EQ(m.output[3], std::exp(0.75));
}

TEST(Jit, SlicesOfMatrices) {
  // Column 1 of three, row 1 of two, and a copy that survives a later change of its source.
  CompiledModule m(R"(
func.func @constrain(%q: tensor<3x2xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<9xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %seven = arith.constant 7.0 : f64
  %e = tensor.empty() : tensor<9xf64>
  %m = tensor.insert %seven into %q[%c0, %c0] : tensor<3x2xf64>
  %column = tensor.extract_slice %m[1, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
  %row = tensor.extract_slice %m[0, 1] [3, 1] [1, 1] : tensor<3x2xf64> to tensor<3xf64>
  %m2 = tensor.insert %seven into %m[%c1, %c1] : tensor<3x2xf64>
  %m3 = tensor.insert_slice %row into %m2[0, 0] [3, 1] [1, 1] : tensor<3xf64> into tensor<3x2xf64>
  %flat = tensor.collapse_shape %m3 [[0, 1]] : tensor<3x2xf64> into tensor<6xf64>
  %r0 = tensor.insert_slice %column into %e[0] [2] [1] : tensor<2xf64> into tensor<9xf64>
  %r1 = tensor.insert_slice %flat into %r0[2] [6] [1] : tensor<6xf64> into tensor<9xf64>
  %last = tensor.extract %q[%c0, %c0] : tensor<3x2xf64>
  %c8 = arith.constant 8 : index
  %r2 = tensor.insert %last into %r1[%c8] : tensor<9xf64>
  return %r2 : tensor<9xf64>
})");
  m.input = {1, 2, 3, 4, 5, 6};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(std::vector<double>(m.output.begin(), m.output.begin() + 9),
            (std::vector<double>{3, 4, /*m3*/ 2, 2, 4, 7, 6, 6, /*last*/ 1}));
}

TEST(Jit, LongChainsOfInsertsAreQuick) {
  std::string text = R"(
func.func @constrain(%q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<3000xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %t0 = tensor.empty() : tensor<3000xf64>
)";
  for (int i = 0; i < 3000; ++i) {
    std::string n = std::to_string(i), next = std::to_string(i + 1);
    text += "%i" + n + " = arith.constant " + n + " : index\n";
    text += "%t" + next + " = tensor.insert %x into %t" + n + "[%i" + n + "] : tensor<3000xf64>\n";
  }
  text += "return %t3000 : tensor<3000xf64> }";
  CompiledModule m(text);
  m.output.assign(3001, -99);
  m.input = {4};
  m.run(ASTRAGAL_CONSTRAIN);
  EXPECT_EQ(m.output[2999], 4);
  EXPECT_EQ(m.output[3000], -99);
  EXPECT_EQ(m.growths, 0);
}

// Where ObjectImage knows no objects of the machine, LLVM links them: the same functions, the same numbers.
TEST(Jit, LinkedByLlvm) {
  CompiledModule ours(gradientText), theirs(gradientText);
  auto context = makeContext();
  auto module = lowerText(*context, gradientText);
  ASSERT_TRUE(module);
  auto code = compileModule(*module);
  auto linked = astragal::driver::link(code);
  ASSERT_TRUE(static_cast<bool>(linked));
  ASSERT_EQ(linked->functions.size(), code.entries.size());
  for (CompiledModule *m : {&ours, &theirs}) {
    static const int32_t n = 3;
    static const double y[] = {1, 2, 4};
    m->data = {&n, y};
    m->input = {0.5, 0.25, 3};
  }
  ours.run(ASTRAGAL_GRADIENT);
  theirs.call.data = theirs.data.data();
  theirs.call.input = theirs.input.data();
  theirs.call.output = theirs.output.data();
  alignas(64) char workspace[4096];
  theirs.call.workspace = workspace;
  theirs.call.workspace_bytes = sizeof workspace;
  linked->functions[0](&theirs.call);
  EXPECT_EQ(theirs.call.value, ours.call.value);
  EXPECT_EQ(theirs.output, ours.output);
  EXPECT_NE(ours.output[0], -99);
}

TEST(Jit, UnknownCpuIsAnError) {
  auto made = astragal::driver::makeTargetMachine({"", "pdp11", ""});
  ASSERT_FALSE(made);
  EXPECT_NE(llvm::toString(made.takeError()).find("unknown CPU 'pdp11'"), std::string::npos);
}

} // namespace
