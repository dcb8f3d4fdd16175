//===- Bandwidth.cpp - regressions beside the speed of memory -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A gradient of a regression has to read its matrix once. This program makes a matrix, times gradients of
// models on it and plain reading of as many bytes, in turns, and prints one as a share of the other.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/model/Evaluation.h"
#include "runtime/pool/WorkspacePool.h"
#include "runtime/random/Stream.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>

using namespace astragal;

namespace {

struct Regression {
  const char *name, *parameters, *statement;
};

/// As users write them. Outcomes: `y` is zero or one, `c` counts, `o` one of three, `z` real; `s` is
/// positive.
const Regression regressions[] = {
    {"bernoulli_logit_glm", "", "y ~ bernoulli_logit_glm(X, alpha, beta);"},
    {"bernoulli_logit", "", "y ~ bernoulli_logit(alpha + X * beta);"},
    {"bernoulli_logit_lpmf", "", "target += bernoulli_logit_lpmf(y | alpha + X * beta);"},
    {"poisson_log", "", "c ~ poisson_log(alpha + X * beta);"},
    {"neg_binomial_2_log", "real<lower=0> phi;", "c ~ neg_binomial_2_log(alpha + X * beta, phi);"},
    {"normal", "real<lower=0> sigma;", "z ~ normal(alpha + X * beta, sigma * s);"},
    {"student_t", "real<lower=0> sigma;", "z ~ student_t(4, alpha + X * beta, sigma);"},
    {"ordered_logistic", "ordered[2] cuts;", "o ~ ordered_logistic(X * beta, cuts);"},
    {"categorical_logit_glm", "matrix[K, 3] b; vector[3] a;", "o ~ categorical_logit_glm(X, a, b);"},
};

std::string programOf(const Regression &r) {
  return std::string("data { int N; int K; matrix[N, K] X; array[N] int y; array[N] int c; array[N] int o;"
                     " vector[N] z; vector<lower=0>[N] s; }\n"
                     "parameters { real alpha; vector[K] beta; ") +
         r.parameters + " }\nmodel { alpha ~ normal(0, 1); beta ~ normal(0, 1); " + r.statement + " }\n";
}

io::Data makeData(int64_t rows, int64_t columns) {
  random::Stream stream(1, 1);
  std::vector<double> x(rows * columns), y(rows), c(rows), o(rows), z(rows), s(rows);
  for (double &value : x)
    value = 2 * stream.uniform() - 1;
  for (int64_t n = 0; n < rows; ++n) {
    y[n] = stream.uniform() < 0.5;
    c[n] = std::floor(4 * stream.uniform());
    o[n] = 1 + std::floor(3 * stream.uniform());
    z[n] = 2 * stream.uniform() - 1;
    s[n] = 0.5 + stream.uniform();
  }
  io::Data data("generated data");
  data.set("N", io::Value::integer(rows));
  data.set("K", io::Value::integer(columns));
  data.set("X", io::Value::reals({rows, columns}, std::move(x)));
  data.set("y", io::Value::integers({rows}, std::move(y)));
  data.set("c", io::Value::integers({rows}, std::move(c)));
  data.set("o", io::Value::integers({rows}, std::move(o)));
  data.set("z", io::Value::reals({rows}, std::move(z)));
  data.set("s", io::Value::reals({rows}, std::move(s)));
  return data;
}

/// The widest vectors that the processor has; eight of them are summed apart, so that additions do not wait.
typedef double Vector __attribute__((vector_size(64)));
constexpr int sums = 8;
constexpr size_t unit = sums * sizeof(Vector);

/// Sums `bytes`, of which each stream reads a consecutive part, line by line in turns.
template <int Streams> inline __attribute__((always_inline)) double readAll(const char *block, size_t bytes) {
  size_t part = bytes / Streams / unit * unit;
  constexpr int atOnce = sums / Streams;
  Vector sum[sums] = {};
  for (size_t at = 0; at < part; at += atOnce * sizeof(Vector)) {
    for (int stream = 0; stream < Streams; ++stream)
      for (int k = 0; k < atOnce; ++k)
        sum[stream * atOnce + k] += reinterpret_cast<const Vector *>(block + stream * part + at)[k];
  }
  Vector total = sum[0];
  for (int k = 1; k < sums; ++k)
    total += sum[k];
  return total[0];
}

#ifdef __x86_64__
#define ASTRAGAL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ASTRAGAL_CLONES
#endif
ASTRAGAL_CLONES double readOne(const char *block, size_t bytes) { return readAll<1>(block, bytes); }
ASTRAGAL_CLONES double readFour(const char *block, size_t bytes) { return readAll<4>(block, bytes); }
ASTRAGAL_CLONES double readEight(const char *block, size_t bytes) { return readAll<8>(block, bytes); }

struct Reader {
  int streams;
  double (*read)(const char *, size_t);
};
const Reader readers[] = {{1, readOne}, {4, readFour}, {8, readEight}};

template <typename Call> double secondsOf(Call call) {
  auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Options {
  int64_t rows = 100000, columns = 100;
  int repeats = 15;
  std::vector<std::string> models, disabled;
  bool dynamic = false, single = false;
};

volatile double sink;

void run(const Options &o) {
  io::Data data = makeData(o.rows, o.columns);
  double bytes = 8.0 * static_cast<double>(o.rows) * static_cast<double>(o.columns);
  double stored = o.single ? bytes / 2 : bytes;
  pool::Block block(static_cast<size_t>(bytes));
  std::memset(block.data(), 0, block.size());
  std::printf("X is %lld x %lld, %.4g MB; GB/s, and gradients as a share of the fastest reading\n\n",
              static_cast<long long>(o.rows), static_cast<long long>(o.columns), bytes * 1e-6);
  std::printf("%-24s %8s %8s %8s %10s %9s %7s\n", "model", "1 stream", "4", "8", "ms", "gradient", "share");
  for (const Regression &regression : regressions) {
    if (!o.models.empty() && std::find(o.models.begin(), o.models.end(), regression.name) == o.models.end())
      continue;
    CompileOptions compile;
    compile.entries = {ASTRAGAL_GRADIENT_PROPTO_JACOBIAN};
    compile.disabledPasses = o.disabled;
    compile.staticSizes = !o.dynamic;
    compile.singleData = o.single;
    auto compiled = compileText(programOf(regression), data, compile, std::string(regression.name) + ".stan");
    model::Evaluation evaluation(compiled->model());
    std::vector<double> q(compiled->model().dimension()), gradient(q.size());
    for (size_t k = 0; k < q.size(); ++k)
      q[k] = 0.01 * static_cast<double>(k % 7) - 0.03;
    double reading[std::size(readers)] = {}, fastest = 0;
    for (int r = 0; r < o.repeats; ++r) {
      for (size_t k = 0; k < std::size(readers); ++k) {
        double seconds = secondsOf([&] {
          sink = readers[k].read(static_cast<const char *>(block.data()), static_cast<size_t>(bytes));
        });
        reading[k] = std::max(reading[k], bytes / seconds);
      }
      double seconds = secondsOf([&] { sink = evaluation.gradient(q.data(), gradient.data()); });
      fastest = std::max(fastest, stored / seconds);
    }
    double best = *std::max_element(std::begin(reading), std::end(reading));
    std::printf("%-24s %8.4g %8.4g %8.4g %10.4g %9.4g %5.0f %%\n", regression.name, reading[0] * 1e-9,
                reading[1] * 1e-9, reading[2] * 1e-9, stored / fastest * 1e3, fastest * 1e-9,
                100 * fastest / best);
    std::fflush(stdout);
  }
}

} // namespace

int main(int argc, char **argv) try {
  Options o;
  CLI::App app("Times gradients of regressions beside plain reading of their matrix");
  app.add_option("--rows", o.rows, "Rows of the matrix")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--columns", o.columns, "Columns of the matrix")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--repeats", o.repeats, "Rounds, of which the fastest counts")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--models", o.models, "Some of the models, by name")->delimiter(',');
  app.add_option("--disable", o.disabled, "Passes to leave out")->delimiter(',');
  app.add_flag("--dynamic", o.dynamic, "Use code that is not specialised to the data's sizes");
  app.add_flag("--single", o.single,
               "Store the matrix in single precision; a gradient then reads half of the bytes");
  CLI11_PARSE(app, argc, argv);
  run(o);
} catch (const Error &error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
