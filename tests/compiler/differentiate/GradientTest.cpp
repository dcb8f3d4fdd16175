//===- GradientTest.cpp - gradients of programs of each kind --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <chrono>
#include <gtest/gtest.h>

namespace astragal {

static const char *const constants = R"(
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1.0 : f64
  %two = arith.constant 2.0 : f64
)";

//===----------------------------------------------------------------------===//
// Scalar ops
//===----------------------------------------------------------------------===//

struct ScalarOp {
  const char *text; // of %a, %b and %n : i32
  std::vector<double> point;
};

class ScalarRule : public testing::TestWithParam<ScalarOp> {};

TEST_P(ScalarRule, agreesWithDifferences) {
  const ScalarOp &op = GetParam();
  std::string body = std::string(constants) + R"(
    %a = tensor.extract %q[%c0] : tensor<2xf64>
    %b = tensor.extract %q[%c1] : tensor<2xf64>
    %r = )" + op.text +
                     R"(
    %scaled = arith.mulf %r, %b : f64
    %sum = arith.addf %scaled, %r : f64
    return %sum : f64)";
  expectGradient(functionOf("%n: i32", 2, body), {Datum::of(int64_t(3))}, op.point);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScalarRule,
    testing::Values(
        ScalarOp{"arith.addf %a, %b : f64", {1.2, 0.7}}, ScalarOp{"arith.subf %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"arith.mulf %a, %b : f64", {1.2, 0.7}}, ScalarOp{"arith.divf %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"arith.negf %a : f64", {1.2, 0.7}}, ScalarOp{"arith.remf %a, %b : f64", {7.3, 0.7}},
        ScalarOp{"arith.maximumf %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"arith.minimumf %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"arith.maxnumf %a, %b : f64", {0.2, 0.7}},
        ScalarOp{"arith.minnumf %a, %b : f64", {0.2, 0.7}}, ScalarOp{"math.absf %a : f64", {-1.2, 0.7}},
        ScalarOp{"math.copysign %a, %b : f64", {1.2, -0.7}},
        ScalarOp{"math.fma %a, %b, %a : f64", {1.2, 0.7}}, ScalarOp{"math.exp %a : f64", {1.2, 0.7}},
        ScalarOp{"math.exp2 %a : f64", {1.2, 0.7}}, ScalarOp{"math.expm1 %a : f64", {1.2, 0.7}},
        ScalarOp{"math.log %a : f64", {1.2, 0.7}}, ScalarOp{"math.log1p %a : f64", {1.2, 0.7}},
        ScalarOp{"math.log2 %a : f64", {1.2, 0.7}}, ScalarOp{"math.log10 %a : f64", {1.2, 0.7}},
        ScalarOp{"math.sqrt %a : f64", {1.2, 0.7}}, ScalarOp{"math.rsqrt %a : f64", {1.2, 0.7}},
        ScalarOp{"math.cbrt %a : f64", {1.2, 0.7}}, ScalarOp{"math.powf %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"math.powf %a, %two : f64", {0.0, 0.7}}, ScalarOp{"math.powf %a, %half : f64", {1.2, 0.7}},
        ScalarOp{"math.powf %a, %one : f64", {0.0, 0.7}}, ScalarOp{"math.powf %two, %a : f64", {1.2, 0.7}},
        ScalarOp{"math.fpowi %a, %n : f64, i32", {-1.2, 0.7}}, ScalarOp{"math.sin %a : f64", {1.2, 0.7}},
        ScalarOp{"math.cos %a : f64", {1.2, 0.7}}, ScalarOp{"math.tan %a : f64", {1.2, 0.7}},
        ScalarOp{"math.asin %a : f64", {0.2, 0.7}}, ScalarOp{"math.acos %a : f64", {0.2, 0.7}},
        ScalarOp{"math.atan %a : f64", {1.2, 0.7}}, ScalarOp{"math.atan2 %a, %b : f64", {1.2, 0.7}},
        ScalarOp{"math.sinh %a : f64", {1.2, 0.7}}, ScalarOp{"math.cosh %a : f64", {1.2, 0.7}},
        ScalarOp{"math.tanh %a : f64", {1.2, 0.7}}, ScalarOp{"math.asinh %a : f64", {1.2, 0.7}},
        ScalarOp{"math.acosh %a : f64", {1.2, 0.7}}, ScalarOp{"math.atanh %a : f64", {0.2, 0.7}},
        ScalarOp{"math.erf %a : f64", {1.2, 0.7}}, ScalarOp{"math.erfc %a : f64", {1.2, 0.7}},
        ScalarOp{"math.floor %a : f64", {1.2, 0.7}}, ScalarOp{"tg.logistic %a : f64", {1.2, 0.7}},
        ScalarOp{"tg.log1p_exp %a : f64", {-1.2, 0.7}}, ScalarOp{"tg.lgamma %a : f64", {1.2, 0.7}},
        ScalarOp{"tg.digamma %a : f64", {1.2, 0.7}}, ScalarOp{"tg.normal_cdf %a : f64", {-1.2, 0.7}},
        ScalarOp{"tg.normal_quantile %a : f64", {0.2, 0.7}}, ScalarOp{"tg.trigamma %a : f64", {1.2, 0.7}}));

TEST(Scalars, whatWasNotSelectedContributesNothing) {
  // The derivative of the logarithm is infinite at zero.
  std::string body = std::string(constants) + R"(
    %a = tensor.extract %q[%c0] : tensor<1xf64>
    %sign = arith.cmpf ogt, %a, %zero : f64
    %square = arith.mulf %a, %a : f64
    %cut = arith.select %sign, %square, %zero : f64
    %log = math.log %cut : f64
    %r = arith.select %sign, %log, %a : f64
    return %r : f64)";
  expectGradient(functionOf("", 1, body), {}, {-0.5});
  expectGradient(functionOf("", 1, body), {}, {0.5});
}

TEST(Scalars, stopGradient) {
  // log(exp(a - m) + exp(b - m)) + m does not depend on m.
  std::string body = std::string(constants) + R"(
    %a = tensor.extract %q[%c0] : tensor<2xf64>
    %b = tensor.extract %q[%c1] : tensor<2xf64>
    %max = arith.maximumf %a, %b : f64
    %m = tg.stop_gradient %max : f64
    %x = arith.subf %a, %m : f64
    %y = arith.subf %b, %m : f64
    %ex = math.exp %x : f64
    %ey = math.exp %y : f64
    %sum = arith.addf %ex, %ey : f64
    %log = math.log %sum : f64
    %r = arith.addf %log, %m : f64
    return %r : f64)";
  expectGradient(functionOf("", 2, body), {}, {0.3, -0.8});
}

TEST(Scalars, firstPowerOfZeroByData) {
  // The exponent is data that happen to be 1: the derivative at zero is that of the base.
  std::string body = std::string(constants) + R"(
    %a = tensor.extract %q[%c0] : tensor<1xf64>
    %r = math.powf %a, %e : f64
    return %r : f64)";
  for (double base : {0.0, 0.7})
    for (double exponent : {1.0, 2.0, 3.0})
      expectGradient(functionOf("%e: f64", 1, body), {Datum::of(exponent)}, {base});
}

// T(h, a) of Owen with its partial derivatives, as %name.
static std::string owensT(const std::string &name, const std::string &h, const std::string &a) {
  std::string text = R"(
    %@value = tg.special "owens_t"(%h, %a) : f64
    %@hh = arith.mulf %h, %h : f64
    %@half = arith.mulf %@hh, %minusHalf : f64
    %@g = math.exp %@half : f64
    %@ah = arith.mulf %a, %h : f64
    %@ahs = arith.mulf %@ah, %inverseSqrt2 : f64
    %@erf = math.erf %@ahs : f64
    %@dh0 = arith.mulf %@erf, %@g : f64
    %@dh = arith.mulf %@dh0, %minusHalfInverseSqrtTwoPi : f64
    %@aa = arith.mulf %a, %a : f64
    %@aa1 = arith.addf %@aa, %one : f64
    %@e0 = arith.mulf %@half, %@aa1 : f64
    %@e = math.exp %@e0 : f64
    %@d = arith.mulf %@aa1, %twoPi : f64
    %@da = arith.divf %@e, %@d : f64
    %@ = tg.with_partials %@value wrt(%h, %a) partials(%@dh, %@da) : f64
)";
  auto replace = [&](const std::string &from, const std::string &to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  };
  replace("%h,", h + ","), replace("%h)", h + ")"), replace("%h ", h + " ");
  replace("%a,", a + ","), replace("%a)", a + ")"), replace("%a ", a + " ");
  replace("%@", "%" + name);
  return text;
}

static const char *const owensConstants = R"(
  %minusHalf = arith.constant -0.5 : f64
  %inverseSqrt2 = arith.constant 0.7071067811865476 : f64
  %twoPi = arith.constant 6.283185307179586 : f64
  %minusHalfInverseSqrtTwoPi = arith.constant -0.19947114020071635 : f64
)";

TEST(Partials, inPlatesLoopsAndBranches) {
  std::string body = std::string(constants) + owensConstants + R"(
    %a = tensor.extract %q[%c0] : tensor<4xf64>
    %lp = tg.plate (%i) in (%c3) {
      %j = arith.addi %i, %c1 : index
      %x = tensor.extract %q[%j] : tensor<4xf64>
      %positive = arith.cmpf ogt, %x, %zero : f64
      %r = scf.if %positive -> f64 {)" +
                     owensT("p", "%x", "%a") + R"(
        scf.yield %p : f64
      } else {
        %s = scf.for %k = %c0 to %c3 step %c1 iter_args(%last = %x) -> f64 {)" +
                     owensT("l", "%a", "%last") + R"(
          %e = math.exp %l : f64
          %next = arith.mulf %e, %last : f64
          scf.yield %next : f64
        }
        scf.yield %s : f64
      }
      tg.yield sum(%r : f64)
    } : f64
    return %lp : f64)";
  expectGradient(functionOf("", 4, body), {}, {0.9, 0.4, -0.7, 1.6});
}

TEST(Scalars, longChainsTakeLinearTime) {
  auto secondsFor = [](unsigned count) {
    std::string body = "%c0 = arith.constant 0 : index\n%x0 = tensor.extract %q[%c0] : tensor<1xf64>\n"
                       "%t0 = tensor.empty() : tensor<2000xf64>\n";
    for (unsigned k = 1; k <= count; ++k) {
      std::string n = std::to_string(k), last = std::to_string(k - 1);
      body += "%i" + n + " = arith.constant " + last + " : index\n";
      body +=
          "%t" + n + " = tensor.insert %x" + last + " into %t" + last + "[%i" + n + "] : tensor<2000xf64>\n";
      body += "%y" + n + " = tensor.extract %t" + n + "[%i" + n + "] : tensor<2000xf64>\n";
      body += "%x" + n + " = math.sin %y" + n + " : f64\n";
    }
    body += "return %x" + std::to_string(count) + " : f64";
    auto start = std::chrono::steady_clock::now();
    differentiateOnly(functionOf("", 1, body));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  secondsFor(10);
  // Four times the statements: a quadratic pass would take sixteen times as long.
  EXPECT_LT(secondsFor(2000), 10 * secondsFor(500) + 0.05);
}

TEST(Scalars, whatDoesNotDependOnTheInputHasGradientZero) {
  std::string body = std::string(constants) + "return %two : f64";
  expectGradient(functionOf("", 3, body), {}, {0.1, 0.2, 0.3});
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

TEST(Tensors, slicesSplatsAndElements) {
  std::string body = std::string(constants) + R"(
    %c4 = arith.constant 4 : index
    %slice = tensor.extract_slice %q[1] [3] [1] : tensor<6xf64> to tensor<3xf64>
    %strided = tensor.extract_slice %q[0] [3] [2] : tensor<6xf64> to tensor<3xf64>
    %a = tensor.extract %q[%c0] : tensor<6xf64>
    %b = tensor.extract %q[%c4] : tensor<6xf64>
    %splat = tensor.splat %a : tensor<4x3xf64>
    %m1 = tensor.insert_slice %slice into %splat[1, 0] [1, 3] [1, 1] : tensor<3xf64> into tensor<4x3xf64>
    %m2 = tensor.insert_slice %strided into %m1[2, 0] [1, 3] [1, 1] : tensor<3xf64> into tensor<4x3xf64>
    %m3 = tensor.insert %b into %m2[%c1, %c1] : tensor<4x3xf64>
    %made = tensor.from_elements %a, %b, %a, %b, %a, %b : tensor<2x3xf64>
    %part = tensor.extract_slice %m3[1, 0] [2, 3] [1, 1] : tensor<4x3xf64> to tensor<2x3xf64>
    %flag = arith.cmpf ogt, %a, %b : f64
    %chosen = arith.select %flag, %part, %made : tensor<2x3xf64>
    %c = tensor.cast %chosen : tensor<2x3xf64> to tensor<?x3xf64>
    %sum = tg.plate (%i, %j) in (%c2, %c3) {
      %x = tensor.extract %c[%i, %j] : tensor<?x3xf64>
      %y = tensor.extract %made[%i, %j] : tensor<2x3xf64>
      %z = arith.mulf %x, %x : f64
      %w = arith.mulf %z, %y : f64
      tg.yield sum(%w : f64)
    } : f64
    return %sum : f64)";
  expectGradient(functionOf("", 6, body), {}, {0.9, -0.3, 0.4, 1.1, 0.2, -0.7});
  expectGradient(functionOf("", 6, body), {}, {-0.9, -0.3, 0.4, 1.1, 0.2, -0.7});
}

TEST(Tensors, dynamicSizes) {
  std::string body = std::string(constants) + R"(
    %n = arith.index_cast %N : i32 to index
    %x = tensor.extract_slice %q[1] [%n] [1] : tensor<5xf64> to tensor<?xf64>
    %y = tg.sized %data[%n] : tensor<?xf64>
    %a = tensor.extract %q[%c0] : tensor<5xf64>
    %rows = tg.plate (%i) in (%n) {
      %xi = tensor.extract %x[%i] : tensor<?xf64>
      %e = math.exp %xi : f64
      %r = arith.mulf %e, %a : f64
      tg.yield rows(%r : f64)
    } : tensor<?xf64>
    %empty = tensor.empty(%n) : tensor<?xf64>
    %state = scf.for %i = %c0 to %n step %c1 iter_args(%s = %empty) -> tensor<?xf64> {
      %ri = tensor.extract %rows[%i] : tensor<?xf64>
      %sine = math.sin %ri : f64
      %s1 = tensor.insert %sine into %s[%i] : tensor<?xf64>
      scf.yield %s1 : tensor<?xf64>
    }
    %sum = tg.plate (%i) in (%n) {
      %si = tensor.extract %state[%i] : tensor<?xf64>
      %yi = tensor.extract %y[%i] : tensor<?xf64>
      %p = arith.mulf %si, %yi : f64
      tg.yield sum(%p : f64)
    } : f64
    %sq = arith.mulf %sum, %sum : f64
    return %sq : f64)";
  expectGradient(functionOf("%N: i32, %data: tensor<?xf64>", 5, body),
                 {Datum::of(int64_t(4)), Datum::of({0.5, -1.0, 2.0, 0.25})}, {0.9, -0.3, 0.4, 0.1, 0.2});
}

//===----------------------------------------------------------------------===//
// Plates
//===----------------------------------------------------------------------===//

TEST(Plates, gathersAndNestedSums) {
  // Group means, read by a data index; regression in an inner plate.
  std::string body = std::string(constants) + R"(
    %c4 = arith.constant 4 : index
    %ls = tensor.extract %q[%c0] : tensor<6xf64>
    %s = math.exp %ls : f64
    %alpha = tensor.extract_slice %q[1] [3] [1] : tensor<6xf64> to tensor<3xf64>
    %beta = tensor.extract_slice %q[4] [2] [1] : tensor<6xf64> to tensor<2xf64>
    %lp = tg.plate (%i) in (%c4) {
      %g32 = tensor.extract %group[%i] : tensor<4xi32>
      %g = arith.index_cast %g32 : i32 to index
      %a = tensor.extract %alpha[%g] : tensor<3xf64>
      %dot = tg.plate (%k) in (%c2) {
        %b = tensor.extract %beta[%k] : tensor<2xf64>
        %xk = tensor.extract %x[%i, %k] : tensor<4x2xf64>
        %p = arith.mulf %b, %xk : f64
        tg.yield sum(%p : f64)
      } : f64
      %mu = arith.addf %a, %dot : f64
      %z = arith.divf %mu, %s : f64
      %l = tg.log1p_exp %z : f64
      tg.yield sum(%l : f64)
    } : f64
    %r = arith.addf %lp, %ls : f64
    return %r : f64)";
  Datum group = Datum::of({0, 0, 0, 0}), x = Datum::of({0.4, -1.2, 0.3, 0.8, 1.9, -0.1, -0.6, 0.2});
  group.cells = {{0, 2}, {0, 0}, {0, 2}, {0, 1}};
  x.shape = {4, 2};
  expectGradient(functionOf("%group: tensor<4xi32>, %x: tensor<4x2xf64>", 6, body), {group, x},
                 {0.3, -0.3, 0.4, 0.1, 0.2, -0.9});
}

TEST(Plates, accumulatorsThatAreActive) {
  std::string body = std::string(constants) + R"(
    %c4 = arith.constant 4 : index
    %start = tensor.extract_slice %q[0] [2] [1] : tensor<6xf64> to tensor<2xf64>
    %sums = tg.plate (%i) in (%c4) accumulate(%acc = %start : tensor<2xf64>) {
      %j = arith.addi %i, %c2 : index
      %x = tensor.extract %q[%j] : tensor<6xf64>
      %e = math.exp %x : f64
      %small = arith.cmpi ult, %i, %c1 : index
      %place = arith.select %small, %c0, %c1 : index
      %next = scf.if %small -> tensor<2xf64> {
        %n = tg.accumulate %e into %acc[%place] : tensor<2xf64>
        scf.yield %n : tensor<2xf64>
      } else {
        %n = scf.for %k = %c0 to %c2 step %c1 iter_args(%a = %acc) -> tensor<2xf64> {
          %m = tg.accumulate %e into %a[%k] : tensor<2xf64>
          scf.yield %m : tensor<2xf64>
        }
        scf.yield %n : tensor<2xf64>
      }
      tg.yield accumulated(%next : tensor<2xf64>)
    } : tensor<2xf64>
    %a = tensor.extract %sums[%c0] : tensor<2xf64>
    %b = tensor.extract %sums[%c1] : tensor<2xf64>
    %r = arith.mulf %a, %b : f64
    return %r : f64)";
  expectGradient(functionOf("", 6, body), {}, {0.3, -0.3, 0.4, 0.1, 0.2, -0.9});
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The forward algorithm; rows of gamma are written once.
static const char *const hiddenMarkov = R"(
    %theta = tg.plate (%i, %j) in (%c2, %c2) {
      %at2 = arith.muli %i, %c2 : index
      %at = arith.addi %at2, %j : index
      %x = tensor.extract %q[%at] : tensor<6xf64>
      %e = tg.logistic %x : f64
      tg.yield rows(%e : f64)
    } : tensor<2x2xf64>
    %n = arith.index_cast %N : i32 to index
    %empty = tensor.empty(%n) : tensor<?x2xf64>
    %g0 = tensor.insert %half into %empty[%c0, %c0] : tensor<?x2xf64>
    %g1 = tensor.insert %one into %g0[%c0, %c1] : tensor<?x2xf64>
    %gamma = scf.for %t = %c1 to %n step %c1 iter_args(%g = %g1) -> tensor<?x2xf64> {
      %next = scf.for %k = %c0 to %c2 step %c1 iter_args(%h = %g) -> tensor<?x2xf64> {
        %before = arith.subi %t, %c1 : index
        %m = arith.addi %k, %c2 : index
        %m2 = arith.addi %m, %c2 : index
        %mu = tensor.extract %q[%m2] : tensor<6xf64>
        %acc = scf.for %j = %c0 to %c2 step %c1 iter_args(%a = %zero) -> f64 {
          %gj = tensor.extract %h[%before, %j] : tensor<?x2xf64>
          %w = tensor.extract %theta[%j, %k] : tensor<2x2xf64>
          %p = arith.mulf %gj, %w : f64
          %a1 = arith.addf %a, %p : f64
          scf.yield %a1 : f64
        }
        %yt = tensor.extract %y[%t] : tensor<?xf64>
        %d = arith.subf %yt, %mu : f64
        %d2 = arith.mulf %d, %d : f64
        %nd = arith.negf %d2 : f64
        %like = math.exp %nd : f64
        %v = arith.mulf %acc, %like : f64
        %h1 = tensor.insert %v into %h[%t, %k] : tensor<?x2xf64>
        scf.yield %h1 : tensor<?x2xf64>
      }
      scf.yield %next : tensor<?x2xf64>
    }
    %last = arith.subi %n, %c1 : index
    %e0 = tensor.extract %gamma[%last, %c0] : tensor<?x2xf64>
    %e1 = tensor.extract %gamma[%last, %c1] : tensor<?x2xf64>
    %e = arith.addf %e0, %e1 : f64
    %r = math.log %e : f64
    return %r : f64)";

TEST(Loops, hiddenMarkovModel) {
  for (int64_t n : {1, 2, 7})
    expectGradient(functionOf("%N: i32, %y: tensor<?xf64>", 6, std::string(constants) + hiddenMarkov),
                   {Datum::of(n), Datum::of({0.1, 0.5, -0.3, 0.2, 0.7, 0.4, -0.1})},
                   {0.3, -0.3, 0.4, 0.1, 0.2, -0.5});
}

TEST(Loops, stateThatIsReplacedAndSwapped) {
  // new = f(old), then both change places: elements are overwritten before the reverse sees them.
  std::string body = std::string(constants) + R"(
    %c5 = arith.constant 5 : index
    %a0 = tensor.extract_slice %q[0] [3] [1] : tensor<6xf64> to tensor<3xf64>
    %b0 = tensor.extract_slice %q[3] [3] [1] : tensor<6xf64> to tensor<3xf64>
    %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%a = %a0, %b = %b0) -> (tensor<3xf64>, tensor<3xf64>) {
      %next = scf.for %k = %c0 to %c3 step %c1 iter_args(%x = %b) -> tensor<3xf64> {
        %s = scf.for %j = %c0 to %c3 step %c1 iter_args(%acc = %zero) -> f64 {
          %aj = tensor.extract %a[%j] : tensor<3xf64>
          %xk = tensor.extract %x[%k] : tensor<3xf64>
          %p = arith.mulf %aj, %xk : f64
          %sum = arith.addf %acc, %p : f64
          scf.yield %sum : f64
        }
        %v = math.sin %s : f64
        %x1 = tensor.insert %v into %x[%k] : tensor<3xf64>
        scf.yield %x1 : tensor<3xf64>
      }
      scf.yield %next, %a : tensor<3xf64>, tensor<3xf64>
    }
    %u = tensor.extract %r#0[%c0] : tensor<3xf64>
    %v = tensor.extract %r#1[%c2] : tensor<3xf64>
    %w = arith.mulf %u, %v : f64
    return %w : f64)";
  expectGradient(functionOf("", 6, body), {}, {0.3, -0.3, 0.4, 1.1, 0.2, -0.5});
}

/// s[t] from a plate over `first` <= k < `end`: elements that are read before they are written change
/// afterwards.
static std::string windowed(const char *first, const char *end) {
  return std::string(constants) + R"(
    %c5 = arith.constant 5 : index
    %s = scf.for %t = %c1 to %c5 step %c1 iter_args(%state = %q) -> tensor<6xf64> {
      %first = )" +
         first + R"(
      %end = )" +
         end + R"(
      %n = arith.subi %end, %first : index
      %sum = tg.plate (%k) in (%n) {
        %at = arith.addi %first, %k : index
        %x = tensor.extract %state[%at] : tensor<6xf64>
        %y = math.sin %x : f64
        tg.yield sum(%y : f64)
      } : f64
      %sum2 = scf.for %k = %first to %end step %c1 iter_args(%acc = %sum) -> f64 {
        %x = tensor.extract %state[%k] : tensor<6xf64>
        %y = arith.mulf %x, %x : f64
        %z = arith.addf %acc, %y : f64
        scf.yield %z : f64
      }
      %v = math.cos %sum2 : f64
      %next = tensor.insert %v into %state[%t] : tensor<6xf64>
      scf.yield %next : tensor<6xf64>
    }
    %r = tg.plate (%k) in (%c5) {
      %x = tensor.extract %s[%k] : tensor<6xf64>
      %y = math.exp %x : f64
      tg.yield sum(%y : f64)
    } : f64
    return %r : f64)";
}

TEST(Loops, sumsOverWhatTheLoopWrites) {
  std::vector<double> point = {0.3, -0.3, 0.4, 1.1, 0.2, -0.5};
  const char *here = "arith.addi %t, %c0 : index", *next = "arith.addi %t, %c1 : index";
  expectGradient(functionOf("", 6, windowed("arith.constant 0 : index", here)), {}, point);
  expectGradient(functionOf("", 6, windowed("arith.constant 0 : index", next)), {}, point);
  expectGradient(functionOf("", 6, windowed(next, "arith.constant 6 : index")), {}, point);
  expectGradient(functionOf("", 6, windowed(here, "arith.constant 6 : index")), {}, point);
  expectGradient(functionOf("", 6, windowed("arith.subi %t, %c1 : index", next)), {}, point);
}

TEST(Loops, sizesThatDependOnOuterLoops) {
  std::string body = std::string(constants) + R"(
    %c5 = arith.constant 5 : index
    %a = tensor.extract %q[%c0] : tensor<2xf64>
    %b = tensor.extract %q[%c1] : tensor<2xf64>
    %r = scf.for %t = %c5 to %c0 step %c1 iter_args(%x = %a) -> f64 {
      scf.yield %b : f64
    }
    %s = scf.for %t = %c0 to %c5 step %c2 iter_args(%x = %r) -> f64 {
      %n32 = tensor.extract %lengths[%t] : tensor<5xi32>
      %n = arith.index_cast %n32 : i32 to index
      %u = scf.for %k = %c0 to %n step %c1 iter_args(%y = %x) -> f64 {
        %z = arith.mulf %y, %b : f64
        %w = math.sin %z : f64
        scf.yield %w : f64
      }
      %v = scf.for %k = %c0 to %t step %c1 iter_args(%y = %u) -> f64 {
        %z = arith.mulf %y, %u : f64
        %w = math.cos %z : f64
        scf.yield %w : f64
      }
      scf.yield %v : f64
    }
    return %s : f64)";
  Datum lengths = Datum::of(std::vector<double>(5));
  for (size_t k = 0; k < 5; ++k)
    lengths.cells[k] = {0, int64_t(k * 2 % 5)};
  expectGradient(functionOf("%lengths: tensor<5xi32>", 2, body), {lengths}, {0.7, 1.2});
}

TEST(Loops, costsAFewTimesTheOriginal) {
  double ratio =
      expectGradient(functionOf("%N: i32, %y: tensor<?xf64>", 6, std::string(constants) + hiddenMarkov),
                     {Datum::of(int64_t(7)), Datum::of({0.1, 0.5, -0.3, 0.2, 0.7, 0.4, -0.1})},
                     {0.3, -0.3, 0.4, 0.1, 0.2, -0.5});
  EXPECT_LT(ratio, 8);
}

//===----------------------------------------------------------------------===//
// Whiles
//===----------------------------------------------------------------------===//

TEST(Whiles, newtonsMethod) {
  std::string body = std::string(constants) + R"(
    %tiny = arith.constant 1.0e-14 : f64
    %x = tensor.extract %q[%c0] : tensor<2xf64>
    %s = tensor.extract %q[%c1] : tensor<2xf64>
    %r:2 = scf.while (%w = %s, %change = %one) : (f64, f64) -> (f64, f64) {
      %size = math.absf %change : f64
      %more = arith.cmpf ogt, %size, %tiny : f64
      scf.condition(%more) %w, %change : f64, f64
    } do {
    ^bb0(%w: f64, %change: f64):
      %log = math.log %w : f64
      %sum = arith.addf %log, %w : f64
      %off = arith.subf %sum, %x : f64
      %up = arith.mulf %off, %w : f64
      %down = arith.addf %one, %w : f64
      %step = arith.divf %up, %down : f64
      %w1 = arith.subf %w, %step : f64
      scf.yield %w1, %step : f64, f64
    }
    %p = arith.mulf %r#0, %s : f64
    return %p : f64)";
  expectGradient(functionOf("", 2, body), {}, {1.3, 0.9});
}

/// There is room for the first trips; only whether there are more of them decides what comes next.
TEST(Whiles, manyTrips) {
  std::string body = std::string(constants) + R"(
    %a = tensor.extract %q[%c0] : tensor<2xf64>
    %b = tensor.extract %q[%c1] : tensor<2xf64>
    %r:2 = scf.while (%s = %a, %k = %zero) : (f64, f64) -> (f64, f64) {
      %more = arith.cmpf olt, %k, %end : f64
      scf.condition(%more) %s, %k : f64, f64
    } do {
    ^bb0(%s: f64, %k: f64):
      %minus = arith.negf %s : f64
      %small = math.exp %minus : f64
      %step = arith.mulf %b, %small : f64
      %s1 = arith.addf %s, %step : f64
      %k1 = arith.addf %k, %one : f64
      scf.yield %s1, %k1 : f64, f64
    }
    return %r#0 : f64)";
  for (double end : {0, 1, 63, 64, 65, 66, 200})
    expectGradient(functionOf("%end: f64", 2, body), {Datum::of(end)}, {0.3, 0.4});
}

} // namespace astragal
