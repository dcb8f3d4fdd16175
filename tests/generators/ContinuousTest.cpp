//===- ContinuousTest.cpp - generators of real numbers ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/generators/Comparison.h"

#include <boost/math/distributions.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

using namespace astragal::tests;
namespace bm = boost::math;

static void check(const std::vector<Generator> &generators) {
  EXPECT_EQ(findDeviations(generators), std::vector<std::string>());
}

static double phi(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

TEST(Continuous, OnTheLine) {
  auto studentT = [](double nu, double mu, double sigma) {
    return [=](double y) { return bm::cdf(bm::students_t(nu), (y - mu) / sigma); };
  };
  auto skewDoubleExponential = [](double mu, double sigma, double tau) {
    return [=](double y) {
      return y < mu ? tau * std::exp(2 / sigma * (1 - tau) * (y - mu))
                    : 1 - (1 - tau) * std::exp(-2 / sigma * tau * (y - mu));
    };
  };
  auto expModNormal = [](double mu, double sigma, double lambda) {
    return [=](double y) {
      double z = (y - mu) / sigma, v = lambda * sigma;
      return phi(z) - std::exp(-v * z + 0.5 * v * v) * phi(z - v);
    };
  };
  check({
      continuousLike("normal_rng(0, 1)", bm::normal()),
      continuousLike("normal_rng(-3, 1e-10)", bm::normal(-3, 1e-10)),
      continuousLike("normal_rng(2, 1e10)", bm::normal(2, 1e10)),
      continuousLike("std_normal_rng()", bm::normal()),
      continuousLike("cauchy_rng(1, 2)", bm::cauchy(1, 2)),
      continuousLike("double_exponential_rng(1, 0.5)", bm::laplace(1, 0.5)),
      continuousLike("logistic_rng(-1, 3)", bm::logistic(-1, 3)),
      continuousLike("gumbel_rng(-1, 3)", bm::extreme_value(-1, 3)),
      continuousLike("uniform_rng(-2, 5)", bm::uniform(-2, 5)),
      continuousLike("skew_normal_rng(1, 2, 4)", bm::skew_normal(1, 2, 4)),
      continuousLike("skew_normal_rng(1, 2, -0.5)", bm::skew_normal(1, 2, -0.5)),
      continuousLike("skew_normal_rng(1, 2, 0)", bm::normal(1, 2)),
      continuous("student_t_rng(0.3, 1, 2)", studentT(0.3, 1, 2)),
      continuous("student_t_rng(1, 1, 2)", studentT(1, 1, 2)),
      continuous("student_t_rng(4.5, -1, 0.5)", studentT(4.5, -1, 0.5)),
      continuous("student_t_rng(1e6, 0, 1)", studentT(1e6, 0, 1)),
      continuous("skew_double_exponential_rng(1, 2, 0.5)", skewDoubleExponential(1, 2, 0.5)),
      continuous("skew_double_exponential_rng(1, 2, 0.05)", skewDoubleExponential(1, 2, 0.05)),
      continuous("exp_mod_normal_rng(1, 2, 0.7)", expModNormal(1, 2, 0.7)),
      continuous("exp_mod_normal_rng(1, 2, 3)", expModNormal(1, 2, 3)),
  });
}

TEST(Continuous, OnTheHalfLine) {
  auto frechet = [](double alpha, double sigma) {
    return [=](double y) { return std::exp(-std::pow(y / sigma, -alpha)); };
  };
  auto loglogistic = [](double alpha, double beta) {
    return [=](double y) { return 1 / (1 + std::pow(y / alpha, -beta)); };
  };
  auto lomax = [](double mu, double lambda, double alpha) {
    return [=](double y) { return 1 - std::pow(1 + (y - mu) / lambda, -alpha); };
  };
  check({
      continuousLike("exponential_rng(3)", bm::exponential(3)),
      continuousLike("lognormal_rng(1, 2)", bm::lognormal(1, 2)),
      continuousLike("weibull_rng(0.5, 3)", bm::weibull(0.5, 3)),
      continuousLike("weibull_rng(20, 3)", bm::weibull(20, 3)),
      continuousLike("rayleigh_rng(2)", bm::rayleigh(2)),
      continuousLike("pareto_rng(2, 0.5)", bm::pareto(2, 0.5)),
      continuousLike("pareto_rng(2, 30)", bm::pareto(2, 30)),
      continuous("pareto_type_2_rng(1, 2, 0.5)", lomax(1, 2, 0.5)),
      continuous("pareto_type_2_rng(1, 2, 30)", lomax(1, 2, 30)),
      continuous("frechet_rng(0.5, 3)", frechet(0.5, 3)),
      continuous("frechet_rng(20, 3)", frechet(20, 3)),
      continuous("loglogistic_rng(2, 0.5)", loglogistic(2, 0.5)),
      continuous("loglogistic_rng(2, 20)", loglogistic(2, 20)),
      continuousLike("gamma_rng(0.02, 3)", bm::gamma_distribution(0.02, 1.0 / 3)),
      continuousLike("gamma_rng(0.9, 3)", bm::gamma_distribution(0.9, 1.0 / 3)),
      continuousLike("gamma_rng(1, 3)", bm::gamma_distribution(1.0, 1.0 / 3)),
      continuousLike("gamma_rng(7.5, 0.1)", bm::gamma_distribution(7.5, 10.0)),
      continuousLike("gamma_rng(1e8, 1)", bm::gamma_distribution(1e8, 1.0)),
      continuousLike("gamma_rng(2, 1) + gamma_rng(0.5, 1)", bm::gamma_distribution(2.5, 1.0)),
      continuousLike("inv_gamma_rng(0.1, 3)", bm::inverse_gamma(0.1, 3)),
      continuousLike("inv_gamma_rng(5, 3)", bm::inverse_gamma(5, 3)),
      continuousLike("chi_square_rng(0.5)", bm::chi_squared(0.5)),
      continuousLike("chi_square_rng(11)", bm::chi_squared(11)),
      continuousLike("inv_chi_square_rng(0.5)", bm::inverse_chi_squared(0.5)),
      continuousLike("inv_chi_square_rng(11)", bm::inverse_chi_squared(11)),
      continuousLike("scaled_inv_chi_square_rng(3, 2)", bm::inverse_chi_squared(3, 4)),
      continuousLike("scaled_inv_chi_square_rng(30, 0.1)", bm::inverse_chi_squared(30, 0.01)),
  });
}

TEST(Continuous, OnAnInterval) {
  // mu + the circular distribution's angle, by its Fourier series.
  auto vonMises = [](double center, double kappa) {
    std::vector<double> series;
    for (int k = 1; k <= 100; ++k)
      series.push_back(2 * bm::cyl_bessel_i(k, kappa) / bm::cyl_bessel_i(0, kappa) / k);
    return [=](double y) {
      double z = y - center, sum = z;
      if (std::abs(z) > std::numbers::pi)
        return -1.0;
      for (int k = 1; k <= 100; ++k)
        sum += series[k - 1] * std::sin(k * z);
      return 0.5 + sum / (2 * std::numbers::pi);
    };
  };
  check({
      continuousLike("beta_rng(1, 1)", bm::uniform(0, 1)),
      continuousLike("beta_rng(0.02, 3)", bm::beta_distribution(0.02, 3.0)),
      continuousLike("beta_rng(0.5, 0.5)", bm::beta_distribution(0.5, 0.5)),
      continuousLike("beta_rng(8, 0.7)", bm::beta_distribution(8.0, 0.7)),
      continuousLike("beta_rng(1e5, 2e5)", bm::beta_distribution(1e5, 2e5)),
      continuousLike("beta_proportion_rng(0.3, 10)", bm::beta_distribution(3.0, 7.0)),
      continuousLike("beta_proportion_rng(0.3, 1)", bm::beta_distribution(0.3, 0.7)),
      continuous("von_mises_rng(1, 0)", vonMises(1, 0)),
      continuous("von_mises_rng(1, 1e-7)", vonMises(1, 1e-7)),
      continuous("von_mises_rng(1, 0.5)", vonMises(1, 0.5)),
      continuous("von_mises_rng(-1, 3)", vonMises(2 * std::numbers::pi - 1, 3)),
      continuous("von_mises_rng(7, 200)", vonMises(7 - 2 * std::numbers::pi, 200)),
  });
}

TEST(Continuous, AnotherDistributionIsFound) {
  std::vector<Generator> wrong = {
      continuousLike("normal_rng(0, 1)", bm::normal(0.1, 1)),
      continuousLike("gamma_rng(0.5, 1)", bm::gamma_distribution(0.6, 1.0)),
      continuousLike("beta_rng(2, 3)", bm::beta_distribution(2.0, 3.5)),
  };
  EXPECT_EQ(findDeviations(wrong).size(), wrong.size());
}
