//===- DiscreteTest.cpp - generators of integers ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/generators/Comparison.h"

#include <boost/math/distributions.hpp>
#include <gtest/gtest.h>

#include <cmath>

using namespace astragal::tests;
namespace bm = boost::math;

static void check(const std::vector<Generator> &generators, const std::string &definitions = "") {
  EXPECT_EQ(findDeviations(generators, definitions), std::vector<std::string>());
}

static double logBeta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }
static double logChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}
static double logistic(double x) { return 1 / (1 + std::exp(-x)); }
static double phi(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// Probabilities of 1, 2 ...
static std::function<double(int64_t)> table(std::vector<double> p) {
  return [p](int64_t k) { return k >= 1 && k <= int64_t(p.size()) ? p[k - 1] : 0; };
}

TEST(Discrete, Counts) {
  auto negative2 = [](double mu, double phi) { return bm::negative_binomial(phi, phi / (mu + phi)); };
  check({
      discreteLike("poisson_rng(0.01)", bm::poisson(0.01)),
      discreteLike("poisson_rng(3)", bm::poisson(3)),
      discreteLike("poisson_rng(9.99)", bm::poisson(9.99)),
      discreteLike("poisson_rng(10)", bm::poisson(10)),
      discreteLike("poisson_rng(37.5)", bm::poisson(37.5)),
      discreteLike("poisson_rng(1e4)", bm::poisson(1e4)),
      continuousLike("poisson_rng(1e9)", bm::normal(1e9, std::sqrt(1e9))),
      discreteLike("poisson_rng(20) + poisson_rng(3)", bm::poisson(23)),
      discreteLike("poisson_log_rng(-2)", bm::poisson(std::exp(-2))),
      discreteLike("poisson_log_rng(5)", bm::poisson(std::exp(5))),
      discreteLike("neg_binomial_rng(0.4, 0.1)", bm::negative_binomial(0.4, 0.1 / 1.1)),
      discreteLike("neg_binomial_rng(50, 2)", bm::negative_binomial(50, 2.0 / 3)),
      discreteLike("neg_binomial_2_rng(5, 0.3)", negative2(5, 0.3)),
      discreteLike("neg_binomial_2_rng(200, 1000)", negative2(200, 1000)),
      discreteLike("neg_binomial_2_log_rng(log(5), 0.3)", negative2(5, 0.3)),
      discrete("beta_neg_binomial_rng(6, 8, 2)",
               [](int64_t n) {
                 double r = 6, a = 8, b = 2, k = double(n);
                 return k < 0 ? 0 : std::exp(logChoose(k + r - 1, k) + logBeta(r + a, b + k) - logBeta(a, b));
               }),
      discrete("yule_simon_rng(2.5)",
               [](int64_t k) { return k < 1 ? 0 : 2.5 * std::exp(logBeta(double(k), 3.5)); }),
  });
}

TEST(Discrete, Trials) {
  auto betaBinomial = [](double N, double a, double b) {
    return [=](int64_t k) {
      return k < 0 || double(k) > N ? 0
                                    : std::exp(logChoose(N, double(k)) +
                                               logBeta(a + double(k), b + N - double(k)) - logBeta(a, b));
    };
  };
  check({
      discreteLike("bernoulli_rng(0.3)", bm::bernoulli(0.3)),
      discreteLike("bernoulli_rng(0)", bm::bernoulli(0)),
      discreteLike("bernoulli_rng(1)", bm::bernoulli(1)),
      discreteLike("bernoulli_logit_rng(-1.5)", bm::bernoulli(logistic(-1.5))),
      discreteLike("binomial_rng(0, 0.3)", bm::binomial(0, 0.3)),
      discreteLike("binomial_rng(5, 0)", bm::binomial(5, 0)),
      discreteLike("binomial_rng(5, 1)", bm::binomial(5, 1)),
      discreteLike("binomial_rng(5, 0.7)", bm::binomial(5, 0.7)),
      discreteLike("binomial_rng(20, 0.5)", bm::binomial(20, 0.5)),
      discreteLike("binomial_rng(19, 0.5)", bm::binomial(19, 0.5)),
      discreteLike("binomial_rng(1000, 0.02)", bm::binomial(1000, 0.02)),
      discreteLike("binomial_rng(1000, 0.9)", bm::binomial(1000, 0.9)),
      discreteLike("binomial_rng(1000000, 0.4)", bm::binomial(1000000, 0.4)),
      discreteLike("binomial_rng(2000000000, 1e-9)", bm::poisson(2)),
      continuousLike("binomial_rng(2000000000, 0.3)", bm::normal(6e8, std::sqrt(4.2e8))),
      discreteLike("binomial_logit_rng(12, 0.4)", bm::binomial(12, logistic(0.4))),
      discrete("beta_binomial_rng(9, 0.5, 2)", betaBinomial(9, 0.5, 2)),
      discrete("beta_binomial_rng(100, 20, 30)", betaBinomial(100, 20, 30)),
      discreteLike("hypergeometric_rng(5, 7, 9)", bm::hypergeometric(7, 5, 16)),
      discreteLike("hypergeometric_rng(12, 7, 9)", bm::hypergeometric(7, 12, 16)),
      discreteLike("hypergeometric_rng(12, 17, 19)", bm::hypergeometric(17, 12, 36)),
      discreteLike("hypergeometric_rng(25, 19, 17)", bm::hypergeometric(19, 25, 36)),
      discreteLike("hypergeometric_rng(60, 30, 500)", bm::hypergeometric(30, 60, 530)),
      discreteLike("hypergeometric_rng(4000, 50000, 30000)", bm::hypergeometric(50000, 4000, 80000)),
      discrete("discrete_range_rng(3, 8)", [](int64_t k) { return k >= 3 && k <= 8 ? 1.0 / 6 : 0; }),
      continuousLike("discrete_range_rng(-2147483647, 2147483647)", bm::uniform(-2147483647.0, 2147483647.0)),
  });
}

TEST(Discrete, Categories) {
  double a = logistic(-1 - 0.3), b = logistic(0.5 - 0.3), c = phi(-1.3), d = phi(0.2);
  check({
      discrete("categorical_rng([0.1, 0, 0.65, 0.25]')", table({0.1, 0, 0.65, 0.25})),
      discrete("categorical_logit_rng([log(1), log(2), log(5)]')", table({0.125, 0.25, 0.625})),
      discrete("categorical_logit_rng([1000, 1000 + log(3)]')", table({0.25, 0.75})),
      discrete("ordered_logistic_rng(0.3, [-1, 0.5]')", table({a, b - a, 1 - b})),
      discrete("ordered_probit_rng(0.3, [-1, 0.5]')", table({c, d - c, 1 - d})),
  });
}

TEST(Discrete, AnotherDistributionIsFound) {
  std::vector<Generator> wrong = {
      discreteLike("poisson_rng(30)", bm::poisson(31)),
      discreteLike("binomial_rng(20, 0.5)", bm::binomial(20, 0.53)),
      discrete("categorical_rng([0.4, 0.35, 0.25]')", table({0.35, 0.4, 0.25})),
  };
  EXPECT_EQ(findDeviations(wrong).size(), wrong.size());
}
