//===- TransformsTest.cpp - transforms that Stan 2.35 does not have -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors and matrices that sum to zero, and stochastic matrices, against what defines them. Those that
// Stan 2.35 has are compared with it under tests/reference.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace astragal;

namespace {

class Transforms : public testing::TestWithParam<bool> {
protected:
  std::shared_ptr<CompiledModel> compile(const std::string &text, const std::string &data = "{}") {
    CompileOptions options;
    options.staticSizes = GetParam();
    options.verifyPhases = true;
    try {
      return compileText(text, io::parseJson(data), options);
    } catch (const Error &error) {
      ADD_FAILURE() << error.what();
      throw;
    }
  }
};

const double point[] = {0.3, -1.2, 0.8, 0.1, -0.5, 1.7, -0.9, 0.4, 0.6, -0.2, 1.1, 0.7};

double squaredNorm(const double *x, size_t n) {
  double total = 0;
  for (size_t k = 0; k < n; ++k)
    total += x[k] * x[k];
  return total;
}

void expectRoundTrip(model::Evaluation &evaluation, const std::vector<double> &values) {
  std::vector<double> back(evaluation.model().dimension());
  ASSERT_TRUE(evaluation.unconstrain(values.data(), back.data())) << evaluation.failure();
  for (size_t k = 0; k < back.size(); ++k)
    EXPECT_NEAR(back[k], point[k], 1e-13) << k;
}

TEST_P(Transforms, VectorsSumToZero) {
  auto compiled =
      compile("data { int K; } parameters { sum_to_zero_vector[K] x; array[2] sum_to_zero_vector[2] y; "
              "sum_to_zero_vector[1] z; array[2] sum_to_zero_vector[1] none; } model { target += -0.5 * "
              "dot_self(x) + sum(y[1]) + sum(z); }",
              R"({"K": 4})");
  model::Evaluation evaluation(compiled->model());
  ASSERT_EQ(compiled->model().dimension(), 5);
  std::vector<double> values(11), gradient(5);
  ASSERT_TRUE(evaluation.constrain(point, values.data()));
  EXPECT_NEAR(values[0] + values[1] + values[2] + values[3], 0, 1e-15);
  // The basis is orthonormal, its last vector the only one that the last element knows.
  EXPECT_NEAR(squaredNorm(values.data(), 4), squaredNorm(point, 3), 1e-15);
  EXPECT_NEAR(values[3], -point[2] * 3 / std::sqrt(12.0), 1e-15);
  EXPECT_NEAR(values[0] - values[1], point[0] * std::sqrt(2.0), 1e-15);
  EXPECT_NEAR(values[4], point[3] / std::sqrt(2.0), 1e-15);
  EXPECT_NEAR(values[5], -point[3] / std::sqrt(2.0), 1e-15);
  for (int k = 8; k < 11; ++k)
    EXPECT_EQ(values[k], 0);
  // So its Jacobian is constant, and the density that of independent normals.
  EXPECT_NEAR(evaluation.gradient(point, gradient.data()), -0.5 * squaredNorm(point, 3), 1e-14);
  for (int k = 0; k < 3; ++k)
    EXPECT_NEAR(gradient[k], -point[k], 1e-14);
  expectRoundTrip(evaluation, values);
}

TEST_P(Transforms, MatricesSumToZero) {
  auto compiled = compile("data { int M; int N; } parameters { sum_to_zero_matrix[M, N] x; } "
                          "model { target += -0.5 * sum(square(x)); }",
                          R"({"M": 3, "N": 4})");
  model::Evaluation evaluation(compiled->model());
  ASSERT_EQ(compiled->model().dimension(), 6);
  std::vector<double> values(12), gradient(6);
  ASSERT_TRUE(evaluation.constrain(point, values.data()));
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(values[i] + values[3 + i] + values[6 + i] + values[9 + i], 0, 1e-15);
  for (int j = 0; j < 4; ++j)
    EXPECT_NEAR(values[3 * j] + values[3 * j + 1] + values[3 * j + 2], 0, 1e-15);
  EXPECT_NEAR(values[11], point[5] * (2 / std::sqrt(6.0)) * (3 / std::sqrt(12.0)), 1e-15);
  EXPECT_NEAR(evaluation.gradient(point, gradient.data()), -0.5 * squaredNorm(point, 6), 1e-14);
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(gradient[k], -point[k], 1e-14);
  expectRoundTrip(evaluation, values);
}

/// Rows or columns are simplexes, transformed as those are; the unconstrained matrix lies column by column.
TEST_P(Transforms, StochasticMatrices) {
  auto simplexes = compile("data { int K; } parameters { array[3] simplex[K] p; } "
                           "model { for (n in 1:3) target += n * log(p[n, 1]) + p[n, 2]; }",
                           R"({"K": 3})");
  auto columns = compile("data { int K; } parameters { column_stochastic_matrix[K, 3] p; } "
                         "model { for (n in 1:3) target += n * log(p[1, n]) + p[2, n]; }",
                         R"({"K": 3})");
  auto rows = compile("data { int K; } parameters { row_stochastic_matrix[3, K] p; } "
                      "model { for (n in 1:3) target += n * log(p[n, 1]) + p[n, 2]; }",
                      R"({"K": 3})");
  std::vector<double> expected(6), gradient(6), values(9);
  model::Evaluation reference(simplexes->model()), byColumn(columns->model()), byRow(rows->model());
  double lp = reference.gradient(point, expected.data());
  EXPECT_NEAR(byColumn.gradient(point, gradient.data()), lp, 1e-13);
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(gradient[k], expected[k], 1e-13) << k;
  ASSERT_TRUE(byColumn.constrain(point, values.data()));
  expectRoundTrip(byColumn, values);

  double transposed[6];
  for (int k = 0; k < 6; ++k)
    transposed[k] = point[k % 3 * 2 + k / 3];
  EXPECT_NEAR(byRow.gradient(transposed, gradient.data()), lp, 1e-13);
  for (int k = 0; k < 6; ++k)
    EXPECT_NEAR(gradient[k], expected[k % 3 * 2 + k / 3], 1e-13) << k;
  ASSERT_TRUE(byRow.constrain(point, values.data()));
  expectRoundTrip(byRow, values);
}

/// What lies outside of a support has no unconstrained value.
TEST_P(Transforms, RefuseWhatIsOutside) {
  auto compiled = compile("parameters { cov_matrix[2] S; }");
  model::Evaluation evaluation(compiled->model());
  double q[3];
  for (auto [a, b, c, d] :
       {std::tuple(1.0, 0.5, 0.4, 1.0), std::tuple(1.0, 1.0, 1.0, 1.0), std::tuple(-1.0, 0.0, 0.0, 1.0)}) {
    double values[] = {a, b, c, d};
    ASSERT_TRUE(evaluation.unconstrain(values, q));
    EXPECT_TRUE(std::isnan(q[0])) << a << " " << b << " " << c << " " << d;
  }
  double values[] = {4, 1, 1, 2};
  ASSERT_TRUE(evaluation.unconstrain(values, q));
  EXPECT_NEAR(q[0], std::log(2.0), 1e-15);
  EXPECT_NEAR(q[1], 0.5, 1e-15);
  EXPECT_NEAR(q[2], 0.5 * std::log(1.75), 1e-15);
}

/// Called as functions over containers, they do what declarations do.
TEST_P(Transforms, FunctionsOverContainers) {
  const char *model =
      "model { target += dot_product(v, [1, -2, 3]) - sum(square(to_vector(m))) + a[2, 1] * a[1, 3]; }";
  auto declared = compile("data { vector[3] low; } parameters { vector<lower=low>[3] v; "
                          "matrix<lower=-1, upper=2>[2, 2] m; array[2, 3] real<upper=0.5> a; } " +
                              std::string(model),
                          R"({"low": [0, -1, 2]})");
  auto called =
      compile("data { vector[3] low; } parameters { vector[3] p; matrix[2, 2] q; array[2, 3] real r; } "
              "transformed parameters { vector[3] v = lower_bound_jacobian(p, low); "
              "matrix[2, 2] m = lower_upper_bound_jacobian(q, -1, 2); "
              "array[2, 3] real a = upper_bound_jacobian(r, 0.5); } " +
                  std::string(model),
              R"({"low": [0, -1, 2]})");
  double q[13], expected[13], gradient[13];
  for (int k = 0; k < 13; ++k)
    q[k] = point[k % 12] + 0.01 * k;
  model::Evaluation a(declared->model()), b(called->model());
  for (bool jacobian : {false, true}) {
    double value = a.gradient(q, expected, {jacobian, false});
    EXPECT_NEAR(b.gradient(q, gradient, {jacobian, false}), value, 1e-13 * std::fabs(value)) << jacobian;
    for (int k = 0; k < 13; ++k)
      EXPECT_NEAR(gradient[k], expected[k], 1e-13 * std::max(1.0, std::fabs(expected[k])))
          << k << ", " << jacobian;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Transforms, testing::Bool(), [](const testing::TestParamInfo<bool> &info) {
  return info.param ? "Static" : "Dynamic";
});

} // namespace
