//===- MultivariateTest.cpp - generators of vectors and matrices, by their marginals ------===//
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

static void check(const std::vector<Generator> &generators, const std::string &definitions) {
  EXPECT_EQ(findDeviations(generators, definitions), std::vector<std::string>());
}

static double logBeta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }
static double logChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}
static double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// scale times a chi square.
static Generator chiSquare(std::string expression, double nu, double scale) {
  return continuousLike(std::move(expression), bm::gamma_distribution(0.5 * nu, 2 * scale));
}

TEST(Multivariate, Simplexes) {
  auto marginal = [](std::string expression, double a, double b) {
    return continuousLike(std::move(expression), bm::beta_distribution(a, b));
  };
  check({marginal("a[1]", 0.5, 4), marginal("a[2]", 1, 3.5), marginal("a[3]", 3, 1.5),
         marginal("a[1] + a[2]", 1.5, 3), marginal("b[1]", 0.03, 100), marginal("c[2]", 1e4, 3e4)},
        R"(
  vector[3] a = dirichlet_rng([0.5, 1, 3]');
  vector[2] b = dirichlet_rng([0.03, 100]');
  vector[3] c = dirichlet_rng([1e4, 1e4, 2e4]');
)");
}

TEST(Multivariate, Counts) {
  auto betaBinomial = [](double N, double a, double b) {
    return [=](int64_t k) {
      return k < 0 || double(k) > N ? 0
                                    : std::exp(logChoose(N, double(k)) +
                                               logBeta(a + double(k), b + N - double(k)) - logBeta(a, b));
    };
  };
  check({discreteLike("a[1]", bm::binomial(40, 0.2)), discreteLike("a[2]", bm::binomial(40, 0.5)),
         discreteLike("a[4]", bm::binomial(40, 0.3)), discreteLike("a[1] + a[2]", bm::binomial(40, 0.7)),
         discreteLike("a[3]", bm::binomial(40, 0.0)), discreteLike("sum(a)", bm::binomial(40, 1.0)),
         discreteLike("b[1]", bm::binomial(7, 0.25)), discreteLike("b[2]", bm::binomial(7, 0.75)),
         discrete("c[2]", betaBinomial(12, 3, 3)), discreteLike("d[1]", bm::bernoulli(logistic(0.5))),
         discreteLike("d[2]", bm::bernoulli(logistic(-1))),
         discreteLike("e[2]", bm::bernoulli(logistic(-1.5)))},
        R"(
  array[4] int a = multinomial_rng([0.2, 0.5, 0, 0.3]', 40);
  array[2] int b = multinomial_logit_rng([2, 2 + log(3)]', 7);
  array[3] int c = dirichlet_multinomial_rng([1, 3, 2]', 12);
  array[2] int d = bernoulli_logit_glm_rng([[1, 0.5], [-1, 1]], [0, -2]', [0, 1]');
  array[2] int e = bernoulli_logit_glm_rng([1, 0.5], [0, -2]', [0, 1]');
)");
}

TEST(Multivariate, Vectors) {
  auto studentT = [](double nu, double mu, double sigma) {
    return [=](double y) { return bm::cdf(bm::students_t(nu), (y - mu) / sigma); };
  };
  check({continuousLike("a[1]", bm::normal(1, 2)), continuousLike("a[2]", bm::normal(-1, 3)),
         continuousLike("a[1] + a[2]", bm::normal(0, std::sqrt(9.0))),
         continuousLike("a[1] - a[2]", bm::normal(2, std::sqrt(17.0))),
         continuousLike("b[1] - b[2]", bm::normal(2, std::sqrt(17.0))),
         continuous("c[1] + c[2]", studentT(5, 0, 3)),
         continuous("c[1] - c[2]", studentT(5, 2, std::sqrt(17.0))),
         continuous("d[1] - d[2]", studentT(1.5, 2, std::sqrt(17.0))),
         // Not correlated, but not independent either: the length is that of one chi square.
         continuousLike("0.5 * dot_self(e)", bm::fisher_f(2, 4)),
         continuousLike("f[1][2]", bm::normal(-1, 3)),
         continuousLike("f[2][1] - f[2][2]", bm::normal(1, std::sqrt(17.0))),
         continuousLike("f[1][1] + f[2][1]", bm::normal(1, std::sqrt(8.0))),
         continuous("g[2][1] - g[2][2]", studentT(4, 1, std::sqrt(17.0)))},
        R"(
  matrix[2, 2] S = [[4, -2], [-2, 9]];
  matrix[2, 2] L = [[2, 0], [-1, sqrt(8)]];
  vector[2] a = multi_normal_rng([1, -1]', S);
  vector[2] b = multi_normal_cholesky_rng([1, -1], L);
  vector[2] c = multi_student_t_rng(5, [1, -1], S);
  vector[2] d = multi_student_t_cholesky_rng(1.5, [1, -1]', L);
  vector[2] e = multi_student_t_rng(4, [0, 0]', [[1, 0], [0, 1]]);
  array[2] vector[2] f = multi_normal_rng({[1, -1]', [0, -1]'}, S);
  array[2] vector[2] g = multi_student_t_cholesky_rng(4, {[1, -1], [0, -1]}, L);
)");
}

TEST(Multivariate, CovarianceMatrices) {
  // a' W a is a' S a times a chi square with nu degrees; 1 / (W^-1)[i, i] is 1 / (S^-1)[i, i] times one with
  // nu - K + 1.
  double nu = 4.5, det = 32;
  check({chiSquare("W[1, 1]", nu, 4), chiSquare("W[2, 2]", nu, 9),
         chiSquare("W[1, 1] + 2 * W[2, 1] + W[2, 2]", nu, 9),
         chiSquare("W[2, 2] - W[1, 2]^2 / W[1, 1]", nu - 1, det / 4),
         chiSquare("W[1, 1] - W[1, 2]^2 / W[2, 2]", nu - 1, det / 9), chiSquare("square(C[1, 1])", nu, 4),
         chiSquare("square(C[2, 1]) + square(C[2, 2])", nu, 9), chiSquare("square(C[2, 2])", nu - 1, det / 4),
         discreteLike("C[1, 2]", bm::bernoulli(0)),
         continuousLike("V[1, 1]", bm::inverse_gamma(0.5 * (nu - 1), 2.0)),
         continuousLike("V[2, 2]", bm::inverse_gamma(0.5 * (nu - 1), 4.5)),
         continuousLike("V[1, 1] + 2 * V[1, 2] + V[2, 2]", bm::inverse_gamma(0.5 * (nu - 1), 4.5)),
         chiSquare("V[2, 2] / (V[1, 1] * V[2, 2] - V[1, 2]^2)", nu, 9 / det),
         continuousLike("square(B[1, 1])", bm::inverse_gamma(0.5 * (nu - 1), 2.0)),
         continuousLike("square(B[2, 1]) + square(B[2, 2])", bm::inverse_gamma(0.5 * (nu - 1), 4.5)),
         chiSquare("1 / square(B[2, 2])", nu, 4 / det), discreteLike("B[1, 2]", bm::bernoulli(0))},
        R"(
  matrix[2, 2] S = [[4, -2], [-2, 9]];
  matrix[2, 2] L = [[2, 0], [-1, sqrt(8)]];
  matrix[2, 2] W = wishart_rng(4.5, S);
  matrix[2, 2] C = wishart_cholesky_rng(4.5, L);
  matrix[2, 2] V = inv_wishart_rng(4.5, S);
  matrix[2, 2] B = inv_wishart_cholesky_rng(4.5, L);
)");
}

TEST(Multivariate, CorrelationMatrices) {
  auto correlation = [](std::string expression, int K, double eta) {
    double shape = eta - 1 + 0.5 * K;
    return continuousLike("0.5 + 0.5 * " + expression, bm::beta_distribution(shape, shape));
  };
  check({correlation("A[2, 1]", 4, 0.7), correlation("A[3, 2]", 4, 0.7), correlation("A[4, 3]", 4, 0.7),
         correlation("A[1, 4]", 4, 0.7), correlation("C[2, 1]", 3, 20), correlation("C[3, 1]", 3, 20),
         correlation("(C[3, 1] * C[2, 1] + C[3, 2] * C[2, 2])", 3, 20),
         discreteLike("D[1, 1]", bm::bernoulli(1)),
         discreteLike("abs(A[3, 3] - 1) < 1e-14", bm::bernoulli(1))},
        R"(
  matrix[4, 4] A = lkj_corr_rng(4, 0.7);
  matrix[3, 3] C = lkj_corr_cholesky_rng(3, 20);
  matrix[1, 1] D = lkj_corr_rng(1, 2);
)");
}

TEST(Multivariate, HiddenStates) {
  double omega[2][3] = {{-1, -2, -0.5}, {-1.5, -1, -1.5}}, Gamma[2][2] = {{0.8, 0.2}, {0.4, 0.6}},
         rho[2] = {0.3, 0.7};
  std::vector<double> p;
  double total = 0;
  for (int path = 0; path < 8; ++path) {
    int z[3] = {path >> 2, path >> 1 & 1, path & 1};
    p.push_back(rho[z[0]] * Gamma[z[0]][z[1]] * Gamma[z[1]][z[2]] *
                std::exp(omega[z[0]][0] + omega[z[1]][1] + omega[z[2]][2]));
    total += p.back();
  }
  check({discrete("4 * z[1] + 2 * z[2] + z[3] - 7",
                  [=](int64_t k) { return k >= 0 && k < 8 ? p[k] / total : 0; })},
        R"(
  array[3] int z = hmm_latent_rng([[-1, -2, -0.5], [-1.5, -1, -1.5]], [[0.8, 0.2], [0.4, 0.6]], [0.3, 0.7]');
)");
}

TEST(Multivariate, AnotherDistributionIsFound) {
  std::vector<Generator> wrong = {continuousLike("a[1] + a[2]", bm::normal(0, std::sqrt(12.0))),
                                  chiSquare("W[1, 1]", 5.2, 4)};
  EXPECT_EQ(findDeviations(wrong, R"(
  matrix[2, 2] S = [[4, -2], [-2, 9]];
  vector[2] a = multi_normal_rng([1, -1]', S);
  matrix[2, 2] W = wishart_rng(4.5, S);
)")
                .size(),
            wrong.size());
}
