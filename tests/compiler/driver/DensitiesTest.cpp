//===- DensitiesTest.cpp - where Stan's own derivatives are approximations ===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Derivatives of ordered_probit against differences of its values, which tests/reference compares with Stan,
// and its values far out against fifty digits.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace astragal;

namespace {

class Densities : public testing::TestWithParam<bool> {
protected:
  std::shared_ptr<CompiledModel> compile(const std::string &text, const std::string &data) {
    CompileOptions options;
    options.staticSizes = GetParam();
    try {
      return compileText(text, io::parseJson(data), options);
    } catch (const Error &error) {
      ADD_FAILURE() << error.what();
      throw;
    }
  }
};

TEST_P(Densities, OrderedProbitDerivatives) {
  auto compiled =
      compile("data { int N; array[N] int y; vector[N] x; } parameters { real a; real b; ordered[3] c; } "
              "model { y ~ ordered_probit(a + b * x, c); 2 ~ ordered_probit(a, c); }",
              R"({"N": 5, "y": [1, 2, 3, 4, 3], "x": [0.3, -1.2, 0.7, 1.5, 0.2]})");
  model::Evaluation evaluation(compiled->model());
  double q[] = {0.4, -0.7, -0.5, 0.2, -0.3}, gradient[5], unused[5];
  evaluation.gradient(q, gradient);
  for (int k = 0; k < 5; ++k) {
    double h = 1e-5, at = q[k];
    q[k] = at + h;
    double above = evaluation.gradient(q, unused);
    q[k] = at - h;
    double below = evaluation.gradient(q, unused);
    q[k] = at;
    EXPECT_NEAR(gradient[k], (above - below) / (2 * h), 1e-8) << k;
  }
}

TEST_P(Densities, OrderedProbitFarOut) {
  auto compiled =
      compile("data { int N; vector[N] x; } parameters { real a; } model { } "
              "generated quantities { vector[N] low; real between = ordered_probit_lpmf(2 | 0, [-40, -39]'); "
              "for (n in 1:N) low[n] = ordered_probit_lpmf(1 | -x[n], [0, 1]'); }",
              R"({"N": 4, "x": [-36.9, -37.1, -40, -200]})");
  model::Evaluation evaluation(compiled->model());
  double q[] = {0};
  std::vector<double> values(compiled->model().numOutputValues());
  ASSERT_TRUE(evaluation.generate(q, values.data(), 1, 1)) << evaluation.failure();
  const double expected[] = {-685.33288316535061216, -692.73828071562329266, -804.60844201375378817,
                             -20006.217280898190402, -765.08315656437754441};
  for (int k = 0; k < 5; ++k)
    EXPECT_NEAR(values[1 + k] / expected[k], 1, 1e-14) << k;
}

INSTANTIATE_TEST_SUITE_P(Sizes, Densities, testing::Bool(), [](const testing::TestParamInfo<bool> &info) {
  return info.param ? "Static" : "Dynamic";
});

} // namespace
