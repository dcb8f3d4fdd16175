//===- TransformedDataTest.cpp - random numbers that belong to the data -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/generators/Comparison.h"

#include "compiler/driver/CompiledModel.h"
#include "runtime/model/Evaluation.h"
#include "tests/runtime/Helpers.h"

#include <boost/math/distributions.hpp>
#include <gtest/gtest.h>

#include <cmath>

using namespace astragal;
using namespace astragal::tests;
namespace bm = boost::math;

static const char *const program = R"(
data {
  int<lower=0> N;
}
transformed data {
  vector[N] x = to_vector(normal_rng(rep_vector(2, N), 3));
  array[N] int y;
  int K = 1 + poisson_rng(4);
  vector[K] z;
  for (n in 1:N) y[n] = bernoulli_rng(0.5) ? poisson_rng(40) : 0;
  for (k in 1:K) z[k] = exponential_rng(1);
}
parameters {
  real mu;
}
model {
  x ~ normal(mu, 1);
  target += sum(z) * mu;
}
generated quantities {
  vector[N] x_out = x;
  array[N] int y_out = y;
  vector[K] z_out = z;
  real w = normal_rng(0, 1);
}
)";

namespace {
struct Results {
  std::vector<double> values;
  double density, gradient;
};

Results evaluate(int N, uint64_t seed, bool staticSizes, uint64_t stream) {
  io::Data data;
  data.set("N", io::Value::integer(N));
  CompileOptions options;
  options.seed = seed;
  options.staticSizes = staticSizes;
  auto compiled = compileText(program, data, options);
  model::Evaluation evaluation(compiled->model());
  Results results;
  results.values.resize(compiled->model().numOutputValues());
  double mu = 0.5;
  EXPECT_TRUE(evaluation.generate(&mu, results.values.data(), seed, stream));
  // Compiled later, apart from what is prepared.
  results.density = evaluation.logDensity(&mu, {.jacobian = false, .propto = false});
  evaluation.gradient(&mu, &results.gradient);
  return results;
}
} // namespace

TEST(TransformedData, Draws) {
  constexpr int N = 20000;
  Results results = evaluate(N, seedOfTest(), true, 1);
  auto part = [&](size_t from, size_t to) {
    return std::vector<double>(results.values.begin() + from, results.values.begin() + to);
  };
  EXPECT_GE(pValue(continuousLike("x", bm::normal(2, 3)), part(1, N + 1)), 1e-5);
  EXPECT_GE(
      pValue(
          discrete("y", [](int64_t k) { return 0.5 * (k == 0) + 0.5 * bm::pdf(bm::poisson(40), double(k)); }),
          part(N + 1, 2 * N + 1)),
      1e-5);
}

TEST(TransformedData, DependOnTheSeedAlone) {
  uint64_t seed = seedOfTest();
  Results one = evaluate(5, seed, true, 1);
  size_t size = one.values.size();
  // The model sees the numbers that it gives out.
  double density = 0, gradient = 0, mu = one.values[0];
  for (int n = 1; n <= 5; ++n) {
    density += -0.5 * (one.values[n] - mu) * (one.values[n] - mu) - 0.5 * std::log(2 * M_PI);
    gradient += one.values[n] - mu;
  }
  for (size_t k = 11; k + 1 < size; ++k) {
    density += one.values[k] * mu;
    gradient += one.values[k];
  }
  for (bool staticSizes : {true, false})
    for (uint64_t stream : {1, 2}) {
      Results other = evaluate(5, seed, staticSizes, stream);
      ASSERT_EQ(other.values.size(), size);
      for (size_t k = 0; k + 1 < size; ++k)
        EXPECT_EQ(other.values[k], one.values[k]) << k;
      EXPECT_EQ(other.values.back() == one.values.back(), stream == 1);
      EXPECT_NEAR(other.density, density, 1e-10 * std::abs(density));
      EXPECT_NEAR(other.gradient, gradient, 1e-10 * std::abs(gradient));
    }
  Results another = evaluate(5, seed + 1, true, 1);
  EXPECT_NE(another.values[1], one.values[1]);
}

TEST(TransformedData, GeneratedDrawsDoNotDependOnWhatIsKnownOfSizes) {
  const char *text = R"(
data {
  int<lower=0> N;
}
generated quantities {
  array[N] int counts = poisson_rng(linspaced_vector(N, 1, 20));
  array[N] real weights = gamma_rng(0.5, linspaced_vector(N, 1, 2));
  int waiting = 0;
  while (!bernoulli_rng(0.4)) waiting += 1;
  matrix[N, N] S = rep_matrix(0.5, N, N);
  for (n in 1:N) S[n, n] += 1;
  vector[N] both = multi_normal_rng(rep_vector(waiting, N), S);
  real last = normal_rng(0, 1);
}
)";
  io::Data data;
  data.set("N", io::Value::integer(4));
  std::vector<std::vector<double>> draws;
  for (bool staticSizes : {true, false}) {
    CompileOptions options;
    options.staticSizes = staticSizes;
    auto compiled = compileText(text, data, options);
    model::Evaluation evaluation(compiled->model());
    for (uint64_t stream = 0; stream < 10; ++stream) {
      draws.emplace_back(compiled->model().numOutputValues());
      ASSERT_TRUE(evaluation.generate(nullptr, draws.back().data(), seedOfTest(), stream));
    }
  }
  for (int k = 0; k < 10; ++k)
    for (size_t i = 0; i < draws[k].size(); ++i)
      EXPECT_NEAR(draws[k][i], draws[k + 10][i], 1e-12 * (1 + std::abs(draws[k][i]))) << i;
  EXPECT_NE(draws[0], draws[1]);
}
