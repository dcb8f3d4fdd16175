//===- ThreadsTest.cpp - large plates on any number of threads ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values, gradients and draws are the same bits on 1, 2, 3 and 8 threads, for known and for open sizes, from
// memory and from a library; without chunks they are the same numbers. Checks that fail are the same, too.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Aot.h"
#include "compiler/driver/CompiledModel.h"
#include "compiler/driver/Compiler.h"
#include "runtime/Error.h"
#include "runtime/inference/Sample.h"
#include "runtime/model/Evaluation.h"
#include "runtime/model/Library.h"
#include "runtime/random/Stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

using namespace astragal;

namespace {

struct Case {
  const char *name, *text;
  int rows; ///< Enough for chunks.
};

const Case cases[] = {
    {"regression", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { real a; vector[K] b; }
model { a ~ normal(0, 1); b ~ normal(0, 1); y ~ bernoulli_logit(a + x * b); }
)",
     30001},
    {"groups", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { vector[J] a; real<lower=0> s; real<lower=0> nu; }
transformed parameters { vector[N] rate; for (n in 1:N) rate[n] = exp(s * a[g[n]] + 0.1 * t[n]); }
model {
  a ~ normal(0, 1); s ~ exponential(1); nu ~ gamma(2, 0.1);
  for (n in 1:N) { y[n] ~ poisson(rate[n]); t[n] ~ student_t(nu, a[g[n]], s); }
}
generated quantities { vector[N] z; for (n in 1:N) z[n] = poisson_lpmf(y[n] | rate[n]) + normal_rng(0, 1); }
)",
     20000},
    {"latent", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { vector[J] a; real<lower=0> s; vector[N] e; vector[J] b; }
model {
  a ~ normal(0, 1); b ~ normal(0, 1); s ~ exponential(1); e ~ normal(0, 1);
  for (n in 1:N) { y[n] ~ poisson_log(a[g[n]] + s * e[n]); t[n] ~ normal(b[g[n]] + e[n], exp(a[g[n]])); }
}
)",
     30001},
    {"reduce_sum", R"(
functions {
  real part(array[] int y, int start, int end, vector t, real a, real b) {
    return bernoulli_logit_lpmf(y | a + b * t[start:end]);
  }
}
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { real a; real b; }
model { a ~ normal(0, 1); b ~ normal(0, 1); target += reduce_sum(part, y, 1, t, a, b); }
)",
     30000},
    {"map_rect", R"(
functions {
  vector shard(vector phi, vector theta, data array[] real x, data array[] int y) {
    real lp = 0;
    for (k in 1:size(x)) lp += normal_lpdf(x[k] | phi[1], exp(phi[2] * x[k])) + log1p_exp(x[k] * phi[1]);
    return [lp]';
  }
}
data { int N; int K; int J; array[N, K] real x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
transformed data {
  array[N, 1] int z;
  array[N] vector[0] none;
  for (n in 1:N) z[n, 1] = y[n];
}
parameters { vector[2] phi; }
model { phi ~ normal(0, 1); target += sum(map_rect(shard, phi, none, x, z)); }
)",
     10001},
    {"loops", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { vector[K] b; real c; }
model {
  for (n in 1:N) {
    real s = c;
    int trips = 0;
    for (k in 1:K) s = s + tanh(s * x[n, k]) * b[k];
    while (trips < 2 + y[n]) { s = s - 0.01 * square(s); trips += 1; }
    target += -square(s - t[n]);
  }
}
)",
     20003},
    {"matrix", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { real a; vector[K] b; matrix[N, K] z; }
transformed parameters { matrix[N, K] w = exp(a * x) .* z; }
model {
  a ~ normal(0, 1); b ~ normal(0, 1); to_vector(z) ~ normal(0, 1);
  for (k in 1:K) for (n in 1:N) if (w[n, k] > 1e9) reject("w is ", w[n, k]);
  target += -sum(log1p_exp(w)) - sum(square(inv_logit(x * a + z)));
}
)",
     15003},
    {"largest", R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { real m; real<lower=0> s; }
model {
  vector[N] u = (t - m) / s;
  target += -0.5 * log_sum_exp(u) - 0.001 * dot_self(exp(0.1 * u)) - N * 0.01 * log(s);
}
)",
     60000},
};

io::Data makeData(int rows) {
  constexpr int columns = 4, groups = 30;
  random::Stream random(11, uint64_t(rows));
  std::vector<double> x(size_t(rows) * columns), t(rows), y(rows), g(rows);
  for (double &v : x)
    v = random.uniform() - 0.5;
  for (int n = 0; n < rows; ++n) {
    t[n] = 2 * random.uniform() - 1;
    y[n] = random.uniform() < 0.4;
    g[n] = 1 + int(random.uniform() * groups);
  }
  io::Data data;
  data.set("N", io::Value::integer(rows));
  data.set("K", io::Value::integer(columns));
  data.set("J", io::Value::integer(groups));
  data.set("x", io::Value::reals({rows, columns}, x));
  data.set("t", io::Value::reals({rows}, t));
  data.set("y", io::Value::integers({rows}, y));
  data.set("g", io::Value::integers({rows}, g));
  return data;
}

/// Value and gradient of all four densities, the value alone, and the outputs, at some points.
std::vector<double> evaluate(const model::Model &model, int threads) {
  pool::ThreadTeam team(threads);
  model::Evaluation evaluation(model, &team);
  std::vector<double> results, q(model.dimension()), gradient(q.size()), outputs(model.numOutputValues());
  for (uint64_t point = 0; point < 2; ++point) {
    random::Stream random(5, point);
    for (double &v : q)
      v = random.uniform() - 0.5;
    for (model::Density density : {model::Density{true, true}, model::Density{false, false}}) {
      double value = evaluation.gradient(q.data(), gradient.data(), density);
      results.push_back(value);
      results.insert(results.end(), gradient.begin(), gradient.end());
      EXPECT_TRUE(std::isfinite(value)) << evaluation.failure();
      double alone = evaluation.logDensity(q.data(), density);
      EXPECT_EQ(std::memcmp(&alone, &value, sizeof value), 0)
          << "a value differs by " << value - alone << " beside its gradient";
    }
    evaluation.generate(q.data(), outputs.data(), 3, point);
    results.insert(results.end(), outputs.begin(), outputs.end());
  }
  return results;
}

int countThreads() {
  int count = 0;
  for ([[maybe_unused]] auto &task : std::filesystem::directory_iterator("/proc/self/task"))
    ++count;
  return count;
}

bool sameBits(const std::vector<double> &a, const std::vector<double> &b) {
  return a.size() == b.size() && !std::memcmp(a.data(), b.data(), a.size() * sizeof(double));
}

void expectNear(const std::vector<double> &actual, const std::vector<double> &expected) {
  double largest = 0;
  for (double v : expected)
    largest = std::max(largest, std::fabs(v));
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t k = 0; k < expected.size(); ++k)
    EXPECT_NEAR(actual[k], expected[k], 1e-10 * std::max(std::fabs(expected[k]), 1e-3 * largest)) << k;
}

CompileOptions optionsOf(bool staticSizes, bool chunks = true) {
  CompileOptions options;
  options.staticSizes = staticSizes;
  // All at once: entries that are compiled later do without prepared values, and round in other places.
  options.entries = {ASTRAGAL_LOG_DENSITY, ASTRAGAL_LOG_DENSITY_PROPTO_JACOBIAN, ASTRAGAL_GRADIENT,
                     ASTRAGAL_GRADIENT_PROPTO_JACOBIAN, ASTRAGAL_GENERATE};
  if (!chunks)
    options.disabledPasses = {"chunk-plates"};
  return options;
}

class Threads : public testing::TestWithParam<Case> {};

TEST_P(Threads, GiveTheSameBits) {
  io::Data data = makeData(GetParam().rows);
  for (bool staticSizes : {true, false}) {
    SCOPED_TRACE(staticSizes ? "known sizes" : "open sizes");
    auto compiled = compileText(GetParam().text, data, optionsOf(staticSizes));
    std::vector<double> expected = evaluate(compiled->model(), 1);
    for (int threads : {2, 3, 8})
      EXPECT_TRUE(sameBits(evaluate(compiled->model(), threads), expected)) << threads << " threads";
    auto whole = compileText(GetParam().text, data, optionsOf(staticSizes, /*chunks=*/false));
    expectNear(evaluate(whole->model(), 1), expected);
  }
}

TEST_P(Threads, TakePart) {
  io::Data data = makeData(GetParam().rows);
  auto compiled = compileText(GetParam().text, data, optionsOf(true));
  pool::ThreadTeam team(3);
  model::Evaluation evaluation(compiled->model(), &team);
  std::vector<double> q(compiled->model().dimension()), gradient(q.size());
  int before = countThreads();
  evaluation.gradient(q.data(), gradient.data());
  EXPECT_EQ(countThreads() - before, 2);
}

TEST_P(Threads, HaveNothingToDoForFewRows) {
  io::Data data = makeData(200);
  for (bool staticSizes : {true, false}) {
    auto compiled = compileText(GetParam().text, data, optionsOf(staticSizes));
    auto whole = compileText(GetParam().text, data, optionsOf(staticSizes, /*chunks=*/false));
    int before = countThreads();
    std::vector<double> expected = evaluate(whole->model(), 1);
    pool::ThreadTeam team(3);
    model::Evaluation evaluation(compiled->model(), &team);
    std::vector<double> q(compiled->model().dimension()), gradient(q.size());
    evaluation.gradient(q.data(), gradient.data());
    EXPECT_EQ(countThreads(), before);
    EXPECT_TRUE(sameBits(evaluate(compiled->model(), 1), expected)) << "not a bit differs";
  }
}

TEST_P(Threads, WorkInALibrary) {
  io::Data data = makeData(GetParam().rows);
  std::string pattern = (std::filesystem::temp_directory_path() / "astragal-threads-XXXXXX").string();
  ASSERT_TRUE(mkdtemp(pattern.data()));
  driver::Compiler compiler("model.stan", GetParam().text);
  compiler.lower(&data);
  compiler.run(pipeline::Phase::Llvm);
  driver::AotOptions options;
  options.callables = ASTRAGAL_CALLABLES_ARCHIVE;
  llvm::Error error = driver::compileToFile(compiler.getModule(), compiler.getDescription(),
                                            driver::Artefact::Shared, pattern + "/model.so", options);
  ASSERT_FALSE(error) << llvm::toString(std::move(error));
  model::Library library(pattern + "/model.so");
  model::Model model(library.model(), data);
  auto compiled = compileText(GetParam().text, data, optionsOf(true));
  std::vector<double> expected = evaluate(compiled->model(), 2);
  EXPECT_TRUE(sameBits(evaluate(model, 1), expected));
  EXPECT_TRUE(sameBits(evaluate(model, 4), expected));
  std::filesystem::remove_all(pattern);
}

INSTANTIATE_TEST_SUITE_P(All, Threads, testing::ValuesIn(cases),
                         [](const auto &info) { return std::string(info.param.name); });

const char *const checkedText = R"(
data { int N; int K; int J; matrix[N, K] x; array[N] int<lower=0, upper=1> y; array[N] int g; vector[N] t; }
parameters { real a; real b; }
model {
  for (n in 1:N) {
    y[n] ~ poisson(a + t[n] * t[n]);
    t[n] ~ normal(0, b + y[n]);
  }
}
)";

// Which of the checks comes first depends on the rows in their order, not on which thread is first.
TEST(ThreadsChecks, TellTheFirstFailure) {
  io::Data data = makeData(30000);
  for (bool staticSizes : {true, false}) {
    auto compiled = compileText(checkedText, data, optionsOf(staticSizes));
    auto whole = compileText(checkedText, data, optionsOf(staticSizes, /*chunks=*/false));
    for (auto [a, b] : {std::pair{0.1, 0.1}, {0.1, -0.5}, {-1e-9, 0.1}, {-1e-9, -0.5}, {-0.9, -0.5}}) {
      double q[] = {a, b}, gradient[2];
      model::Evaluation expected(whole->model());
      double value = expected.gradient(q, gradient);
      for (int threads : {1, 2, 8}) {
        pool::ThreadTeam team(threads);
        model::Evaluation evaluation(compiled->model(), &team);
        for (int repeat = 0; repeat < 10; ++repeat) {
          double other = evaluation.gradient(q, gradient);
          EXPECT_EQ(std::isfinite(other), std::isfinite(value));
          ASSERT_EQ(evaluation.failedCheck() >= 0, expected.failedCheck() >= 0);
        }
        EXPECT_EQ(evaluation.failure(), expected.failure());
      }
    }
  }
}

// Chains on threads of their own, and threads for their plates: draws depend on neither.
TEST(ThreadsSampling, DrawsAreTheSame) {
  io::Data data = makeData(20000);
  auto compiled = compileText(cases[0].text, data, optionsOf(true));
  inference::SampleOptions options;
  options.chains = 2;
  options.numWarmup = 20;
  options.numSamples = 5;
  options.refresh = 0;
  options.threads = 1;
  inference::Draws expected = inference::sample(compiled->model(), options);
  for (int threads : {2, 3, 6}) {
    options.threads = threads;
    inference::Draws draws = inference::sample(compiled->model(), options);
    for (int chain = 0; chain < 2; ++chain)
      EXPECT_TRUE(sameBits(draws.chains[chain].values, expected.chains[chain].values))
          << threads << " threads";
  }
}

} // namespace
