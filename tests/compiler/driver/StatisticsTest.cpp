//===- StatisticsTest.cpp - sufficient statistics against the rows they replace ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models with and without sufficient statistics, at the points where tests/reference compares them with Stan;
// data that takes many blocks; data and parameters that make the density zero.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

using namespace astragal;
using nlohmann::json;

namespace {

const std::filesystem::path tests = ASTRAGAL_TESTS;

CompileOptions optionsOf(bool staticSizes, bool statistics) {
  CompileOptions options;
  options.staticSizes = staticSizes;
  if (!statistics)
    options.disabledPasses = {"compress-gaussians", "compress-squares", "factor-sums", "merge-rows"};
  options.entries = {ASTRAGAL_GRADIENT_PROPTO_JACOBIAN, ASTRAGAL_GRADIENT};
  return options;
}

/// Expects the same of both at a point, and returns the value.
double compare(CompiledModel &with, CompiledModel &without, const std::vector<double> &q, double tolerance) {
  double value = 0;
  for (model::Density density : {model::Density{true, true}, model::Density{false, false}}) {
    model::Evaluation a(with.model()), b(without.model());
    std::vector<double> da(q.size()), db(q.size());
    value = a.gradient(q.data(), da.data(), density);
    double expected = b.gradient(q.data(), db.data(), density), largest = 0;
    if (!std::isfinite(expected)) {
      EXPECT_TRUE(value == expected || (std::isnan(value) && std::isnan(expected)))
          << value << " for " << expected;
      continue;
    }
    EXPECT_NEAR(value, expected, tolerance * std::fabs(expected));
    for (double d : db)
      largest = std::max(largest, std::fabs(d));
    for (size_t k = 0; k < q.size(); ++k)
      EXPECT_NEAR(da[k], db[k], tolerance * std::max(std::fabs(db[k]), 1e-3 * largest)) << k;
  }
  return value;
}

class Statistics : public testing::TestWithParam<bool> {};

TEST_P(Statistics, AgreeWithRows) {
  for (std::string name :
       {"kidiq", "arK", "radon_mn", "radon_mn_centered", "radon_mn_vectorized", "gaussian_regressions",
        "gaussian_groups", "crossed_groups", "gaussian_loops", "weighted_rows", "shared_parameters",
        "repeated_rows", "multivariate_rows", "exposures", "multi_normals"}) {
    SCOPED_TRACE(name);
    std::ifstream in(tests / "reference" / (name + ".json"));
    json reference = json::parse(in);
    io::Data data = io::readJson(tests / reference["data"].get<std::string>());
    std::string file = tests / reference["model"].get<std::string>();
    auto with = compileFile(file, data, optionsOf(GetParam(), true));
    auto without = compileFile(file, data, optionsOf(GetParam(), false));
    for (const json &point : reference["points"])
      compare(*with, *without, point["unconstrained"].get<std::vector<double>>(), 1e-10);
  }
}

json normal(std::mt19937_64 &random, int count, double mean, double scale) {
  std::normal_distribution<double> draw(mean, scale);
  json values = json::array();
  for (int n = 0; n < count; ++n)
    values.push_back(draw(random));
  return values;
}

TEST_P(Statistics, ManyBlocks) {
  std::mt19937_64 random(2);
  int N = 3001, J = 7;
  std::uniform_int_distribution<int> groups(1, J);
  json data = {{"N", N}, {"J", J}, {"x", normal(random, N, 1e4, 1)}, {"y", normal(random, N, 1e6, 1)}};
  for (int n = 0; n < N; ++n) {
    data["g"].push_back(groups(random));
    data["X"].push_back(normal(random, 12, 0, 1));
  }
  std::string text =
      "data { int N; int J; vector[N] x; vector[N] y; array[N] int<lower=1, upper=J> g; matrix[N, 12] X; } "
      "parameters { real alpha; real b; real<lower=0> sigma; vector[12] beta; vector[J] a; } "
      "model { y ~ normal(alpha + b * x, sigma); y ~ normal(alpha + X * beta, sigma); "
      "y ~ normal(a[g] + b * x + X * beta, sigma); }";
  auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
  auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
  std::vector<double> q(3 + 12 + J, 0.1);
  q[0] = 1e6 + 0.3;
  q[1] = 1e-5;
  for (int j = 0; j < J; ++j)
    q[15 + j] = 1e6 + 0.2 * j;
  // The sums of many rows of size 1e6 have ten digits.
  EXPECT_TRUE(std::isfinite(compare(*with, *without, q, 1e-9)));
}

TEST_P(Statistics, ZeroDensity) {
  std::string text = "data { int N; vector[N] x; vector[N] y; array[N] int<lower=1, upper=3> g; } "
                     "parameters { real b; vector[3] a; real s; } model { y ~ normal(b * x + a[g], s); }";
  json data = {{"N", 20}};
  for (int n = 0; n < 20; ++n) {
    data["x"].push_back(n % 7);
    data["y"].push_back(n % 5);
    data["g"].push_back(n % 2 + 1);
  }
  double infinity = std::numeric_limits<double>::infinity();
  auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
  auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
  EXPECT_TRUE(std::isfinite(compare(*with, *without, {0.5, 0.1, 0.2, 0.3, 2}, 1e-10)));
  // The third group has no rows.
  EXPECT_TRUE(std::isfinite(compare(*with, *without, {0.5, 0.1, 0.2, infinity, 2}, 1e-10)));
  EXPECT_EQ(compare(*with, *without, {0.5, 0.1, infinity, 0.3, 2}, 1e-10), -infinity);
  EXPECT_EQ(compare(*with, *without, {NAN, 0.1, 0.2, 0.3, 2}, 1e-10), -infinity);
  EXPECT_EQ(compare(*with, *without, {0.5, 0.1, 0.2, 0.3, -1}, 1e-10), -infinity);
  // Data that is not a number fails where it did: an observation that is none, wherever the parameters are.
  std::vector<double> q{0.5, 0.1, 0.2, 0.3, 2}, gradient(5);
  for (std::string variable : {"x", "y"})
    for (std::string value : {"nan", "inf", "-inf"}) {
      SCOPED_TRACE(variable + " = " + value);
      json wrong = data;
      wrong[variable][3] = value;
      for (bool statistics : {true, false}) {
        auto compiled = compileText(text, io::parseJson(wrong.dump()), optionsOf(GetParam(), statistics));
        EXPECT_EQ(model::Evaluation(compiled->model()).gradient(q.data(), gradient.data()), -infinity);
        bool isNone = variable == "y" && value == "nan";
        EXPECT_EQ(compiled->model().rejectedBy() >= 0, isNone);
        if (isNone)
          EXPECT_EQ(compiled->model().rejection().find("model.stan:1:129: normal_lpdf: y must not be nan"),
                    0u);
      }
    }
}

TEST_P(Statistics, ZeroProbability) {
  std::string text =
      "data { int N; array[N] int<lower=1, upper=3> g; array[N] int<lower=0, upper=1> b; array[N] int n; } "
      "parameters { vector[3] a; real t; real l; } "
      "model { b ~ bernoulli(a[g]); b ~ bernoulli(t); n ~ poisson(l); }";
  double infinity = std::numeric_limits<double>::infinity();
  // All are 1, and all counts are 0, but for the last.
  for (int last : {1, 0}) {
    json data = {{"N", 12}, {"g", {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}}};
    for (int i = 0; i < 12; ++i) {
      data["b"].push_back(i < 11 ? 1 : last);
      data["n"].push_back(i < 11 ? 0 : 1 - last);
    }
    auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
    auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
    EXPECT_TRUE(
        std::isfinite(compare(*with, *without, {0.3, 0.4, -7, 0.5, 2}, 1e-10))); // nobody is in group 3
    EXPECT_EQ(compare(*with, *without, {1, 1, 0.2, 1, 0}, 1e-10), last == 1 ? 0 : -infinity);
    EXPECT_EQ(compare(*with, *without, {0, 1, 0.2, 1, 0}, 1e-10), -infinity);
    EXPECT_EQ(compare(*with, *without, {0.3, 1.4, 0.2, 0.5, 2}, 1e-10), -infinity);
    EXPECT_EQ(compare(*with, *without, {0.3, 0.4, 0.2, -0.5, 2}, 1e-10), -infinity);
    EXPECT_EQ(compare(*with, *without, {0.3, 0.4, 0.2, 0.5, -2}, 1e-10), -infinity);
  }
}

// Slopes are taken from the mean of their column. Where all of a group's entries are the mean, nothing is
// left.
TEST_P(Statistics, SlopesAtTheMean) {
  std::string text = "data { int N; vector[N] x; vector[N] y; array[N] int<lower=1, upper=3> g; } "
                     "parameters { vector[3] a; vector[3] b; real<lower=0> sigma; } "
                     "model { y ~ normal(a[g] + b[g] .* x, sigma); }";
  for (bool constant : {true, false}) {
    json data = {{"N", 30}};
    for (int n = 0; n < 30; ++n) {
      // Without a constant, the first group has the mean alone, and the others have what is around it.
      data["x"].push_back(constant ? 2 : n % 3 == 0 ? 1 : n % 2 * 2);
      data["y"].push_back(n % 7);
      data["g"].push_back(n % 3 + 1);
    }
    auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
    auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
    EXPECT_TRUE(std::isfinite(compare(*with, *without, {0.5, 0.1, 0.2, 1.5, -0.7, 0.3, 0.4}, 1e-10)));
  }
}

// Nothing is checked and nothing added where there are no rows.
TEST_P(Statistics, NoRows) {
  std::string text =
      "data { int N; vector[N] x; vector[N] y; vector[N] s; array[N] int<lower=1, upper=2> g; "
      "array[N] int n; } parameters { real a; real b; real sigma; vector[2] c; } model { "
      "for (i in 1:N) y[i] ~ normal(a + b * x[i], sigma); for (i in 1:N) y[i] ~ normal(a, s[i]); "
      "for (i in 1:N) y[i] ~ normal(c[g[i]], sigma); for (i in 1:N) y[i] ~ normal(c[g[i]], c[g[i]]); "
      "for (i in 1:N) n[i] ~ poisson(a); for (i in 1:N) target += x[i] * log(b); "
      "for (i in 1:N) n[i] ~ poisson(c[g[i]]); y ~ normal(a + b * x, 1); }";
  double infinity = std::numeric_limits<double>::infinity();
  for (int N : {0, 24}) {
    json data = {{"N", N}};
    for (std::string name : {"x", "y", "s", "g", "n"})
      data[name] = json::array();
    for (int i = 0; i < N; ++i) {
      data["x"].push_back(i % 7);
      data["y"].push_back(i % 5);
      data["s"].push_back(i % 3 + 1);
      data["g"].push_back(i % 2 + 1);
      data["n"].push_back(i % 4);
    }
    auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
    auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
    EXPECT_TRUE(std::isfinite(compare(*with, *without, {0.5, 0.1, 0.7, 0.3, 2}, 1e-10)));
    for (double wrong : {-1.0, infinity})
      for (int k = 0; k < 5; ++k) {
        SCOPED_TRACE(std::to_string(wrong) + " in " + std::to_string(k));
        std::vector<double> q{0.5, 0.1, 0.7, 0.3, 2};
        q[k] = wrong;
        double value = compare(*with, *without, q, 1e-10);
        if (N == 0)
          EXPECT_EQ(value, 0);
      }
  }
}

// Sums of data that are too large are infinite, and what they are sums of is not lost.
TEST_P(Statistics, LargeData) {
  std::string text = "data { int N; vector[N] x; vector[N] y; array[N] int<lower=1, upper=2> g; } "
                     "parameters { real b; vector[2] a; real s; } model { GIVEN; }";
  for (std::string given : {"y ~ normal(b * x, s)", "y ~ normal(a[g], s)", "y ~ normal(b + a[1] * x, s)",
                            "y ~ normal(a[g], exp(a[g]))"})
    for (std::string variable : {"x", "y"}) {
      SCOPED_TRACE(given + ", " + variable);
      json data = {{"N", 20}};
      for (int n = 0; n < 20; ++n) {
        data["x"].push_back(variable == "x" ? 1e308 : n % 7);
        data["y"].push_back(variable == "y" ? 1e308 : n % 5);
        data["g"].push_back(n % 2 + 1);
      }
      std::string model = text;
      model.replace(model.find("GIVEN"), 5, given);
      auto with = compileText(model, io::parseJson(data.dump()), optionsOf(GetParam(), true));
      auto without = compileText(model, io::parseJson(data.dump()), optionsOf(GetParam(), false));
      compare(*with, *without, {0.5, 0.1, 0.2, 2}, 1e-10);
    }
}

// Squares at the rows of a factor, by kernels where vectors are long: no rows, few and many; offsets that are
// large beside what varies; what is infinite or no number, in parameters and in data.
TEST_P(Statistics, Squares) {
  std::string text =
      "data { int N; int K; array[N] vector[K] y; vector[N] z; } "
      "parameters { vector[K] mu; matrix[K, K] A; real a; real b; real<lower=0> s; } model { "
      "matrix[K, K] S = add_diag(A * A', 1); matrix[K, K] L = cholesky_decompose(S); "
      "y ~ multi_normal(mu, S); y ~ multi_normal_cholesky(mu, L); y ~ multi_normal_prec(mu, S); "
      "for (n in 1:N) y[n] ~ multi_normal(mu + b * z[n], S); for (n in 1:N) y[n] ~ multi_normal_cholesky(mu, "
      "L); "
      "(z - a) / s ~ std_normal(); for (n in 1:N) target += -0.5 * square(z[n] - a - b * y[n, 1]) / s + a * "
      "z[n] - log(s); }";
  double infinity = std::numeric_limits<double>::infinity();
  std::mt19937_64 random(4);
  for (int K : {2, 7})
    for (int N : {0, 1, 3, 60, 2100})
      for (double offset : {0.0, 1e6}) {
        SCOPED_TRACE(std::to_string(N) + " rows of " + std::to_string(K) + " around " +
                     std::to_string(offset));
        json data = {{"N", N}, {"K", K}, {"y", json::array()}, {"z", normal(random, N, offset, 1)}};
        for (int n = 0; n < N; ++n)
          data["y"].push_back(normal(random, K, offset, 1));
        auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
        auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
        std::vector<double> q = normal(random, K + K * K + 3, 0, 0.3);
        for (int k = 0; k < K; ++k)
          q[k] += offset;
        q[K + K * K] += offset;
        q[K + K * K + 1] = 1e-3 / (1 + offset);
        EXPECT_TRUE(std::isfinite(compare(*with, *without, q, offset == 0 ? 1e-10 : 1e-8)));
        if (N == 2100 || offset != 0)
          continue;
        for (int wrong : {0, K, K + K * K, K + K * K + 1})
          for (double value : {infinity, -infinity, double(NAN)}) {
            SCOPED_TRACE(std::to_string(value) + " in " + std::to_string(wrong));
            std::vector<double> p = q, gradient(q.size());
            p[wrong] = value;
            double a = model::Evaluation(with->model()).gradient(p.data(), gradient.data()),
                   b = model::Evaluation(without->model()).gradient(p.data(), gradient.data());
            EXPECT_EQ(std::isfinite(a), std::isfinite(b)) << a << " for " << b;
          }
        if (N != 60)
          continue;
        for (std::string value : {"inf", "-inf"}) {
          data["z"][3] = value;
          auto large = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
          std::vector<double> gradient(q.size());
          EXPECT_FALSE(std::isfinite(model::Evaluation(large->model()).gradient(q.data(), gradient.data())));
        }
      }
}

// Rates that are exposures times parameters: no exposure, groups without rows, zero densities, data that is
// not a number, and logarithms that are too far apart to be compared with the largest.
TEST_P(Statistics, Exposures) {
  std::string text =
      "data { int N; vector[N] e; vector<lower=0>[N] w; vector[N] x; array[N] int<lower=1, upper=3> g; "
      "array[N] int n; } "
      "parameters { vector[3] a; vector<lower=0>[3] p; real l; } model { "
      "for (i in 1:N) n[i] ~ poisson(e[i] * p[g[i]]); for (i in 1:N) n[i] ~ poisson(w[i] * a[g[i]]); "
      "for (i in 1:N) n[i] ~ poisson_log(x[i] + a[g[i]]); n ~ poisson_log(x - l); n ~ poisson(w * l); "
      "for (i in 1:N) w[i] ~ exponential((1 + w[i]) * a[g[i]]); }";
  double infinity = std::numeric_limits<double>::infinity();
  for (int N : {0, 40})
    for (double scale : {1.0, 500.0}) {
      SCOPED_TRACE(std::to_string(N) + " rows, scale " + std::to_string(scale));
      json data = {{"N", N}};
      for (std::string name : {"e", "w", "x", "g", "n"})
        data[name] = json::array();
      for (int i = 0; i < N; ++i) {
        data["e"].push_back(i % 5);
        data["w"].push_back(0.1 * (i % 10));
        data["x"].push_back(scale * (i % 4) - scale);
        data["g"].push_back(i % 2 + 1);
        data["n"].push_back(i % 5 == 0 ? 0 : i % 3);
      }
      auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
      auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
      std::vector<double> q{0.5, 1.3, 0.4, -0.2, 0.3, 0.1, 0.7};
      compare(*with, *without, q, 1e-10);
      q[2] = -infinity; // nobody is in the third group
      compare(*with, *without, q, 1e-10);
      for (int wrong : N == 0 ? std::vector{0, 1, 6} : std::vector{0, 1, 3, 6})
        for (double value : {-1.0, 0.0, infinity, -infinity, double(NAN)}) {
          SCOPED_TRACE(std::to_string(value) + " in " + std::to_string(wrong));
          std::vector<double> p = q;
          p[wrong] = value;
          compare(*with, *without, p, 1e-10);
        }
      for (std::string variable : {"e", "x"})
        for (auto value : {json("nan"), json("inf"), json("-inf"), json(-1), json(0)}) {
          if (N == 0)
            continue;
          SCOPED_TRACE(variable + " = " + value.dump());
          json other = data;
          other[variable][7] = value;
          auto a = compileText(text, io::parseJson(other.dump()), optionsOf(GetParam(), true));
          auto b = compileText(text, io::parseJson(other.dump()), optionsOf(GetParam(), false));
          compare(*a, *b, {0.5, 1.3, 0.4, -0.2, 0.3, 0.1, 0.7}, 1e-10);
        }
    }
}

// Parameters of groups without rows are not looked at, nor their derivatives.
TEST_P(Statistics, GroupsWithoutRows) {
  std::string text =
      "data { int N; vector[N] x; vector[N] y; array[N] int<lower=1, upper=3> g; } "
      "parameters { vector[3] a; real<lower=0> s; } model { for (n in 1:N) target += x[n] * log(a[g[n]]); "
      "y ~ normal(log(a[g]), s); y ~ normal(1, sqrt(a[g])); y ~ normal(1 + sqrt(a[g]) .* x, s); }";
  json data = {{"N", 20}};
  for (int n = 0; n < 20; ++n) {
    data["x"].push_back(n % 7);
    data["y"].push_back(n % 5);
    data["g"].push_back(n % 2 + 1);
  }
  auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
  auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
  for (double third : {2.0, 0.0, -1.0})
    EXPECT_TRUE(std::isfinite(compare(*with, *without, {0.5, 0.3, third, 0.2}, 1e-10))) << third;
}

// Where a check has no rows to be made for, what it computes beside is not taken away.
TEST_P(Statistics, ChecksThatCompute) {
  std::string text =
      "data { int f; array[3] int n; } parameters { real x; } model { for (i in 1:f) for (k in 1:3) { "
      "if (n[2] == 5) target += x * normal_lpdf(n[1] | n[2], n[3]); } x ~ normal(0, 1); }";
  for (int f : {0, 4})
    for (int scale : {2, -1}) {
      json data = {{"f", f}, {"n", {4, 5, scale}}};
      auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
      auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
      compare(*with, *without, {0.7}, 1e-10);
    }
}

// Few cells or as many as rows, and none; parameters of what no row has, zero densities, and what is not a
// number.
TEST_P(Statistics, CrossedGroups) {
  std::string text = "data { int N; vector[N] x; vector[N] y; array[N] int<lower=1, upper=9> g; array[N] "
                     "int<lower=1, upper=9> h; } "
                     "parameters { vector[9] a; vector[9] b; real c; real s; } model { "
                     "for (n in 1:N) y[n] ~ normal(a[g[n]] + b[h[n]], s); "
                     "for (n in 1:N) y[n] ~ normal(log(a[g[n]]) + b[h[n]] * x[n] + c, 2); "
                     "for (n in 1:N) y[n] ~ normal(a[g[n]] * c, exp(b[h[n]])); }";
  double infinity = std::numeric_limits<double>::infinity();
  for (int N : {0, 70})
    for (int kinds : N == 0 ? std::vector{2} : std::vector{2, 8}) {
      SCOPED_TRACE(std::to_string(N) + " rows of " + std::to_string(kinds) + " squared cells");
      json data = {{"N", N}};
      for (std::string name : {"x", "y", "g", "h"})
        data[name] = json::array();
      for (int n = 0; n < N; ++n) {
        data["x"].push_back(n % 7);
        data["y"].push_back(n % 5);
        data["g"].push_back(n % kinds + 1);
        data["h"].push_back(n / kinds % kinds + 1);
      }
      auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
      auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
      std::vector<double> q(20);
      for (int k = 0; k < 20; ++k)
        q[k] = 0.3 + 0.05 * k;
      q[8] = q[17] = infinity; // nobody has the ninth
      EXPECT_TRUE(std::isfinite(compare(*with, *without, q, 1e-10)));
      for (int wrong : {0, 9, 18, 19})
        for (double value : N == 0 ? std::vector{-1.0} : std::vector{-1.0, infinity, double(NAN)}) {
          SCOPED_TRACE(std::to_string(value) + " in " + std::to_string(wrong));
          std::vector<double> p = q;
          p[wrong] = value;
          compare(*with, *without, p, 1e-10);
        }
      if (N == 0)
        continue;
      for (std::string value : {"nan", "inf", "-inf"}) {
        data["x"][3] = value;
        auto wrong = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
        std::vector<double> gradient(20);
        EXPECT_EQ(model::Evaluation(wrong->model()).gradient(q.data(), gradient.data()), -infinity);
      }
    }
}

// Many rows, far from zero, in loops and cells and groups whose slopes are a matrix.
TEST_P(Statistics, ManyRowsInLoops) {
  std::mt19937_64 random(4);
  int J = 40, T = 90, K = 12;
  json data = {{"J", J}, {"T", T}, {"K", K}, {"x", normal(random, T, 1e4, 1)}};
  for (int j = 0; j < J; ++j)
    data["y"].push_back(normal(random, T, 1e6, 1));
  for (int n = 0; n < J * T; ++n) {
    data["X"].push_back(normal(random, K, 0, 1));
    data["g"].push_back(n * 7 % 11 % 4 + 1);
    data["h"].push_back(n % 3 + 1);
  }
  data["z"] = normal(random, J * T, 1e6, 1);
  std::string text =
      "data { int J; int T; int K; vector[T] x; array[J] vector[T] y; matrix[J * T, K] X; vector[J * T] z; "
      "array[J * T] int<lower=1, upper=4> g; array[J * T] int<lower=1, upper=3> h; } "
      "parameters { vector[J] a; vector[4] u; vector[3] v; matrix[12, 4] B; real b; real<lower=0> s; } model "
      "{ "
      "for (j in 1:J) y[j] ~ normal(a[j] + b * x, s); for (j in 1:J) y[j] ~ normal(a[j] + u[1] * x, exp(0.1 "
      "* v[1])); "
      "z ~ normal(a[1] + u[g] + v[h], s); for (n in 1:J * T) z[n] ~ normal(a[2] + X[n] * B[1:K, g[n]], s); }";
  auto with = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), true));
  auto without = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), false));
  std::vector<double> q(J + 4 + 3 + 48 + 2, 0.1);
  for (int j = 0; j < J; ++j)
    q[j] = 1e6 + 0.1 * j;
  q[J] = 1e-5;
  q[J + 7 + 48] = 1e-5;
  EXPECT_TRUE(std::isfinite(compare(*with, *without, q, 1e-9)));
}

TEST_P(Statistics, LogarithmsOfZero) {
  std::string text =
      "data { int N; vector[N] y; array[N] int<lower=1, upper=2> g; } parameters { vector[2] a; real s; } "
      "model { y ~ lognormal(a[1], s); target += lognormal_lpdf(y | a[g], s); }";
  for (std::string last : {"1", "0", "-1"}) {
    json data = {{"N", 20}};
    for (int n = 0; n < 20; ++n) {
      data["y"].push_back(n < 19 ? n + 1.5 : std::stod(last));
      data["g"].push_back(n % 2 + 1);
    }
    double values[2];
    for (bool statistics : {true, false}) {
      auto compiled = compileText(text, io::parseJson(data.dump()), optionsOf(GetParam(), statistics));
      std::vector<double> q{0.5, 0.1, 2}, gradient(3);
      values[statistics] = model::Evaluation(compiled->model()).gradient(q.data(), gradient.data());
      EXPECT_EQ(compiled->model().rejectedBy() >= 0, last == "-1");
    }
    EXPECT_EQ(std::isfinite(values[0]), last == "1");
    if (last == "1")
      EXPECT_NEAR(values[0], values[1], 1e-12 * std::fabs(values[0]));
    else
      EXPECT_EQ(values[0], values[1]);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Statistics, testing::Bool(), [](const testing::TestParamInfo<bool> &info) {
  return info.param ? "Static" : "Dynamic";
});

} // namespace
