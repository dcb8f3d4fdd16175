//===- ArgumentTest.cpp - arguments that no distribution has --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/model/Evaluation.h"
#include "tests/runtime/Helpers.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace astragal;
using namespace astragal::tests;

/// What stops the generated quantities, or the model where their arguments are known; empty if nothing does.
static std::string failureOf(const std::string &statement) try {
  CompileOptions options;
  options.entries = {ASTRAGAL_GENERATE};
  auto compiled = compileText("generated quantities {\n  " + statement + "\n}\n", io::Data(), options);
  model::Evaluation evaluation(compiled->model());
  std::vector<double> values(compiled->model().numOutputValues());
  return evaluation.generate(nullptr, values.data(), seedOfTest(), 0) ? "" : evaluation.failure();
} catch (const Error &error) {
  return error.what();
}

TEST(Arguments, AreChecked) {
  const std::pair<const char *, const char *> cases[] = {
      {"real y = normal_rng(0, -1);", "model.stan:2:12: normal_rng: sigma must be greater than 0"},
      {"real y = normal_rng(not_a_number(), 1);", "model.stan:2:12: normal_rng: mu must be finite"},
      {"real y = gamma_rng(positive_infinity(), 1);",
       "model.stan:2:12: gamma_rng: alpha must be greater than 0 and finite"},
      {"real y = uniform_rng(1, 1);", "model.stan:2:12: uniform_rng: alpha must be less than beta"},
      {"real y = von_mises_rng(1, -1);", "model.stan:2:12: von_mises_rng: kappa must not be negative"},
      {"real y = beta_proportion_rng(1, 2);",
       "model.stan:2:12: beta_proportion_rng: mu must be between 0 and 1"},
      {"array[2] int y = binomial_rng(3, {0.5, 1.5});",
       "model.stan:2:20: binomial_rng: theta must be in [0, 1]"},
      {"int y = binomial_rng(-1, 0.5);", "model.stan:2:11: binomial_rng: N must be at least 0"},
      {"int y = hypergeometric_rng(5, 2, 2);",
       "model.stan:2:11: hypergeometric_rng: N must not be greater than a + b"},
      {"int y = poisson_rng(2e9);",
       "model.stan:2:11: the rate of a Poisson distribution must be less than 1073741824 to draw from it"},
      {"int y = yule_simon_rng(0.01);", ""}, // or too large for an int
      {"int y = discrete_range_rng(3, 2);",
       "model.stan:2:11: discrete_range_rng: the lower bound must not be greater than the upper"},
      {"int y = categorical_rng([0.5, 0.6]');", "model.stan:2:11: categorical_rng: theta is not a valid "
                                                "simplex: the sum is 1.1, and the smallest element is 0.5"},
      {"int y = ordered_logistic_rng(0, [1, 0]');",
       "model.stan:2:11: ordered_logistic_rng: c must be ordered"},
      {"vector[2] y = dirichlet_rng([1, 0]');",
       "model.stan:2:17: dirichlet_rng: alpha must be greater than 0"},
      {"vector[2] y = multi_normal_rng([1, 0]', [[1, 2], [2, 1]]);",
       "model.stan:2:17: multi_normal_rng: Sigma must be positive definite"},
      {"vector[2] y = multi_normal_rng([1, 0]', [[1, 0.5], [0.4, 1]]);",
       "model.stan:2:17: multi_normal_rng: Sigma must be symmetric: elements across the diagonal differ by "
       "up to "},
      {"vector[2] y = multi_normal_cholesky_rng([1, 0]', [[1, 2], [2, 1]]);",
       "model.stan:2:17: multi_normal_cholesky_rng: L must be a Cholesky factor"},
      {"matrix[2, 2] y = wishart_rng(1, [[1, 0], [0, 1]]);",
       "model.stan:2:20: wishart_rng: nu must be greater than rows(S) - 1"},
      {"matrix[2, 2] y = lkj_corr_rng(2, 0);", "model.stan:2:20: lkj_corr_rng: eta must be greater than 0"},
  };
  for (auto [statement, message] : cases) {
    std::string failure = failureOf(statement);
    if (*message)
      EXPECT_EQ(failure.substr(0, std::strlen(message)), message) << statement; // the values follow
    else if (!failure.empty())
      EXPECT_EQ(failure, "model.stan:2:11: a random count is too large for an int");
  }
}

TEST(Arguments, OfTransformedDataAreTheDatas) {
  std::string error =
      errorOf([] { compileText("transformed data {\n  real y = normal_rng(0, -1);\n}\n", io::Data()); });
  EXPECT_NE(error.find("model.stan:2:12: normal_rng: sigma must be greater than 0"), std::string::npos)
      << error;
}

TEST(Arguments, SizesMustMatch) {
  for (const char *statement : {"vector[3] y = multi_normal_rng([1, 0, 2]', [[1, 0], [0, 1]]);",
                                "array[2] real y = normal_rng([1, 2], {1, 2, 3});"})
    EXPECT_NE(failureOf(statement).find("do not match"), std::string::npos) << statement;
}
