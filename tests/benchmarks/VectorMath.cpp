//===- VectorMath.cpp - our vector functions beside glibc's ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This program times functions in a compiled model against libmvec's AVX-512 variants, over arrays that fit
// into the first cache, taking turns, and measures the errors of both against MPFR. Ours also copy their
// arguments to the output, as the entry that they are in does.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/Data.h"
#include "runtime/model/Evaluation.h"
#include "tests/UlpError.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <immintrin.h>
#include <mpfr.h>
#include <random>
#include <string>
#include <vector>

using namespace astragal;

namespace {

constexpr size_t size = 1024; // 8 KiB in, 8 KiB out
constexpr int turns = 25;
constexpr double turnSeconds = 0.01;

using Kernel = void (*)(const double *from, double *to, int64_t count);

#define LIBMVEC(name)                                                                                        \
  extern "C" __attribute__((target("avx512f"))) __m512d _ZGVeN8v_##name(__m512d);                            \
  __attribute__((target("avx512f"))) void libmvec_##name(const double *from, double *to, int64_t count) {    \
    for (int64_t k = 0; k < count; k += 8)                                                                   \
      _mm512_storeu_pd(to + k, _ZGVeN8v_##name(_mm512_loadu_pd(from + k)));                                  \
  }
LIBMVEC(exp)
LIBMVEC(log)
LIBMVEC(log1p)
LIBMVEC(expm1)
LIBMVEC(sin)
LIBMVEC(cos)
LIBMVEC(tan)
LIBMVEC(tanh)
LIBMVEC(erf)
LIBMVEC(atan)

struct Function {
  const char *name;
  Kernel peer;
  int (*exact)(mpfr_t, const mpfr_t, mpfr_rnd_t);
  double low, high;
};

const Function functions[] = {
    {"exp", libmvec_exp, mpfr_exp, -20, 20},        {"log", libmvec_log, mpfr_log, 1e-6, 100},
    {"log1p", libmvec_log1p, mpfr_log1p, -0.9, 10}, {"expm1", libmvec_expm1, mpfr_expm1, -10, 10},
    {"sin", libmvec_sin, mpfr_sin, -100, 100},      {"cos", libmvec_cos, mpfr_cos, -100, 100},
    {"tan", libmvec_tan, mpfr_tan, -100, 100},      {"tanh", libmvec_tanh, mpfr_tanh, -5, 5},
    {"erf", libmvec_erf, mpfr_erf, -4, 4},          {"atan", libmvec_atan, mpfr_atan, -20, 20},
};

std::shared_ptr<CompiledModel> compile(const Function &f) {
  std::string count = std::to_string(size);
  CompileOptions options;
  options.entries = {ASTRAGAL_CONSTRAIN};
  return compileText("parameters { vector[" + count + "] x; } transformed parameters { vector[" + count +
                         "] y = " + f.name + "(x); }",
                     io::Data("no data"), options);
}

/// Seconds for one element.
template <typename Run> double timeOnce(Run run) {
  using Clock = std::chrono::steady_clock;
  auto begin = Clock::now();
  size_t passes = 0;
  double seconds;
  do {
    for (int k = 0; k < 100; ++k)
      run();
    passes += 100;
    seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  } while (seconds < turnSeconds);
  return seconds / double(passes * size);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

/// In ulp. `run` fills the second array from the first.
template <typename Run>
double worstError(const Function &f, std::vector<double> &from, const std::vector<double> &to, Run run) {
  std::mt19937_64 random(20240917);
  std::uniform_real_distribution<double> uniform(f.low, f.high);
  mpfr_t x, exact;
  mpfr_inits2(160, x, exact, nullptr);
  double worst = 0;
  for (int block = 0; block < 40; ++block) {
    for (double &value : from)
      value = uniform(random);
    run();
    for (size_t k = 0; k < size; ++k) {
      mpfr_set_d(x, from[k], MPFR_RNDN);
      f.exact(exact, x, MPFR_RNDN);
      worst = std::max(worst, tests::errorInUlp(to[k], exact, 0));
    }
  }
  mpfr_clears(x, exact, nullptr);
  return worst;
}

} // namespace

int main() {
  if (!__builtin_cpu_supports("avx512f")) {
    std::fprintf(stderr, "this processor has no AVX-512\n");
    return 1;
  }
  std::printf("%-8s %10s %10s %7s %9s %11s\n", "", "ours ns", "libmvec ns", "ratio", "ours ulp",
              "libmvec ulp");
  for (const Function &f : functions) {
    auto compiled = compile(f);
    model::Evaluation evaluation(compiled->model());
    std::vector<double> from(size), to(size), outputs(2 * size);
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(f.low, f.high);
    for (double &value : from)
      value = uniform(random);
    auto runOurs = [&] { evaluation.constrain(from.data(), outputs.data()); };
    auto runTheirs = [&] { f.peer(from.data(), to.data(), int64_t(size)); };
    std::vector<double> ours, theirs;
    for (int turn = 0; turn < turns; ++turn) {
      ours.push_back(timeOnce(runOurs));
      theirs.push_back(timeOnce(runTheirs));
    }
    double our = median(ours), their = median(theirs);
    double ourError = worstError(f, from, to, [&] {
      runOurs();
      std::copy(outputs.begin() + size, outputs.end(), to.begin());
    });
    std::printf("%-8s %10.3f %10.3f %7.2f %9.2f %11.2f\n", f.name, 1e9 * our, 1e9 * their, their / our,
                ourError, worstError(f, from, to, runTheirs));
  }
  return 0;
}
