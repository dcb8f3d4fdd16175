//===- AccuracyTest.cpp - the expansions against MPFR ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file measures what expand-math makes of each function: in vectors and scalars, with and without fused
// multiply-add and scaling by powers of two, on special values, dense points and random bits.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Passes.h"
#include "tests/UlpError.h"
#include "tests/compiler/schedule/Compiled.h"

#include "mlir/Pass/PassManager.h"
#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <mpfr.h>
#include <random>
#include <vector>

using namespace astragal;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();

struct Function {
  const char *op;                                    // as MLIR writes it
  void (*exact)(mpfr_t, const mpfr_t, const mpfr_t); // of one or two arguments
  double limit;                                      // in ulp
  double low, high;                                  // where it is neither 0 nor inf
  bool binary = false;
  double floor = 0;          // below this size of the result, the limit is in ulp of this
  double limitBelowZero = 0; // for negative arguments, if another
  size_t every = 1;          // of the points, every so manieth is compared: the exact value takes long
};

template <int (*f)(mpfr_t, const mpfr_t, mpfr_rnd_t)> void unary(mpfr_t to, const mpfr_t x, const mpfr_t) {
  f(to, x, MPFR_RNDN);
}
int logistic(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  mpfr_neg(to, x, MPFR_RNDN);
  mpfr_exp(to, to, MPFR_RNDN);
  mpfr_add_ui(to, to, 1, MPFR_RNDN);
  return mpfr_ui_div(to, 1, to, MPFR_RNDN);
}
int log1pExp(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  if (mpfr_cmp_ui(x, 1000) > 0)
    return mpfr_set(to, x, MPFR_RNDN);
  mpfr_exp(to, x, MPFR_RNDN);
  return mpfr_log1p(to, to, MPFR_RNDN);
}
int rsqrt(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  mpfr_sqrt(to, x, MPFR_RNDN);
  return mpfr_ui_div(to, 1, to, MPFR_RNDN);
}
int lgammaOf(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  int sign;
  return mpfr_lgamma(to, &sign, x, MPFR_RNDN);
}
/// By reflection to x > 0, recurrence to x > 40, and thirteen terms of the asymptotic series.
int trigamma(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  if (mpfr_nan_p(x) || mpfr_inf_p(x)) {
    if (!mpfr_nan_p(x) && mpfr_sgn(x) > 0)
      return mpfr_set_ui(to, 0, MPFR_RNDN);
    mpfr_set_nan(to);
    return 0;
  }
  if (mpfr_sgn(x) <= 0) {
    mpfr_t mirrored, sine;
    mpfr_inits2(1400, mirrored, sine, nullptr);
    mpfr_rint(sine, x, MPFR_RNDN);
    mpfr_sub(sine, x, sine, MPFR_RNDN); // exact
    mpfr_const_pi(mirrored, MPFR_RNDN);
    mpfr_mul(sine, sine, mirrored, MPFR_RNDN);
    mpfr_sin(sine, sine, MPFR_RNDN);
    mpfr_div(sine, mirrored, sine, MPFR_RNDN);
    mpfr_sqr(sine, sine, MPFR_RNDN);
    mpfr_ui_sub(mirrored, 1, x, MPFR_RNDN);
    trigamma(to, mirrored, MPFR_RNDN);
    int rounding = mpfr_sub(to, sine, to, MPFR_RNDN);
    mpfr_clears(mirrored, sine, nullptr);
    return rounding;
  }
  mpfr_t z, square, term;
  mpfr_inits2(400, z, square, term, nullptr);
  mpfr_set(z, x, MPFR_RNDN);
  mpfr_set_ui(to, 0, MPFR_RNDN);
  for (; mpfr_cmp_ui(z, 40) < 0; mpfr_add_ui(z, z, 1, MPFR_RNDN)) {
    mpfr_sqr(term, z, MPFR_RNDN);
    mpfr_ui_div(term, 1, term, MPFR_RNDN);
    mpfr_add(to, to, term, MPFR_RNDN);
  }
  mpfr_ui_div(term, 1, z, MPFR_RNDN);
  mpfr_add(to, to, term, MPFR_RNDN);
  mpfr_sqr(square, z, MPFR_RNDN);
  mpfr_ui_div(term, 1, square, MPFR_RNDN);
  mpfr_div_2ui(term, term, 1, MPFR_RNDN);
  mpfr_add(to, to, term, MPFR_RNDN);
  // Bernoulli numbers B(2k), over z^(2k + 1).
  const double over[] = {1, -1, 1, -1, 5, -691, 7, -3617, 43867, -174611, 854513, -236364091, 8553103};
  const double under[] = {6, 30, 42, 30, 66, 2730, 6, 510, 798, 330, 138, 2730, 6};
  for (size_t k = 0; k < std::size(over); ++k) {
    mpfr_mul(z, z, square, MPFR_RNDN);
    mpfr_set_d(term, over[k], MPFR_RNDN);
    mpfr_div_d(term, term, under[k], MPFR_RNDN);
    mpfr_div(term, term, z, MPFR_RNDN);
    mpfr_add(to, to, term, MPFR_RNDN);
  }
  mpfr_clears(z, square, term, nullptr);
  return 0;
}
int normalCdf(mpfr_t to, const mpfr_t x, mpfr_rnd_t) {
  mpfr_t z;
  mpfr_init2(z, 400);
  mpfr_set_ui(z, 2, MPFR_RNDN);
  mpfr_sqrt(z, z, MPFR_RNDN);
  mpfr_div(z, x, z, MPFR_RNDN);
  mpfr_neg(z, z, MPFR_RNDN);
  mpfr_erfc(to, z, MPFR_RNDN);
  mpfr_clear(z);
  return mpfr_div_2ui(to, to, 1, MPFR_RNDN);
}
/// Newton's method on log(normalCdf), in the lower half.
int normalQuantile(mpfr_t to, const mpfr_t p, mpfr_rnd_t) {
  if (!(mpfr_cmp_ui(p, 0) > 0 && mpfr_cmp_ui(p, 1) < 0)) {
    if (mpfr_zero_p(p))
      mpfr_set_inf(to, -1);
    else if (!mpfr_nan_p(p) && mpfr_cmp_ui(p, 1) == 0)
      mpfr_set_inf(to, 1);
    else
      mpfr_set_nan(to);
    return 0;
  }
  mpfr_t lower, z, cdf, ratio;
  mpfr_inits2(1400, lower, nullptr);
  mpfr_inits2(300, z, cdf, ratio, nullptr);
  bool upper = mpfr_cmp_d(p, 0.5) > 0;
  mpfr_set(lower, p, MPFR_RNDN);
  if (upper)
    mpfr_ui_sub(lower, 1, p, MPFR_RNDN);
  double start = mpfr_get_d(lower, MPFR_RNDN);
  double guess = start > 0.4 ? (start - 0.5) * 2.5 : -std::sqrt(std::max(-2 * std::log(start) - 1.5, 0.0));
  mpfr_set_d(z, guess, MPFR_RNDN);
  for (int k = 0; k < 12; ++k) {
    normalCdf(cdf, z, MPFR_RNDN);
    mpfr_div(ratio, cdf, lower, MPFR_RNDN); // step: log(cdf / p)·cdf / density
    mpfr_log(ratio, ratio, MPFR_RNDN);
    mpfr_mul(ratio, ratio, cdf, MPFR_RNDN);
    mpfr_sqr(cdf, z, MPFR_RNDN);
    mpfr_div_2ui(cdf, cdf, 1, MPFR_RNDN);
    mpfr_exp(cdf, cdf, MPFR_RNDN);
    mpfr_mul(ratio, ratio, cdf, MPFR_RNDN);
    mpfr_const_pi(cdf, MPFR_RNDN);
    mpfr_mul_2ui(cdf, cdf, 1, MPFR_RNDN);
    mpfr_sqrt(cdf, cdf, MPFR_RNDN);
    mpfr_mul(ratio, ratio, cdf, MPFR_RNDN);
    mpfr_sub(z, z, ratio, MPFR_RNDN);
    if (mpfr_zero_p(ratio) || mpfr_get_exp(ratio) < mpfr_get_exp(z) - 140)
      break;
  }
  if (mpfr_cmp_d(p, 0.5) == 0)
    mpfr_set_zero(z, 1);
  mpfr_set(to, z, MPFR_RNDN);
  if (upper)
    mpfr_neg(to, to, MPFR_RNDN);
  mpfr_clears(lower, z, cdf, ratio, nullptr);
  return 0;
}
void power(mpfr_t to, const mpfr_t x, const mpfr_t y) { mpfr_pow(to, x, y, MPFR_RNDN); }

const Function functions[] = {
    {"math.exp", unary<mpfr_exp>, 1.2, -746, 710},
    {"math.exp2", unary<mpfr_exp2>, 2, -1076, 1025},
    {"math.expm1", unary<mpfr_expm1>, 2.5, -40, 710},
    {"math.log", unary<mpfr_log>, 1.2, 0, 100},
    {"math.log2", unary<mpfr_log2>, 3, 0, 100},
    {"math.log10", unary<mpfr_log10>, 3, 0, 100},
    {"math.log1p", unary<mpfr_log1p>, 2, -1, 100},
    {"math.tanh", unary<mpfr_tanh>, 3, -20, 20},
    {"math.sinh", unary<mpfr_sinh>, 3.5, -711, 711},
    {"math.cosh", unary<mpfr_cosh>, 2, -711, 711},
    {"tg.logistic", unary<logistic>, 3, -746, 40},
    {"tg.log1p_exp", unary<log1pExp>, 3, -746, 40},
    {"math.sin", unary<mpfr_sin>, 1.5, -1e6, 1e6},
    {"math.cos", unary<mpfr_cos>, 1.5, -1e6, 1e6},
    {"math.tan", unary<mpfr_tan>, 3, -1e6, 1e6},
    {"math.atan", unary<mpfr_atan>, 2, -100, 100},
    {"math.erf", unary<mpfr_erf>, 3, -6, 6},
    {"math.erfc", unary<mpfr_erfc>, 4, -6, 27},
    {"tg.normal_cdf", unary<normalCdf>, 4, -38, 9},
    {"tg.normal_quantile", unary<normalQuantile>, 4.5, 0, 1, false, 0, 0, 16},
    {"tg.lgamma", unary<lgammaOf>, 4, 0, 30, false, 0.25},
    {"tg.digamma", unary<mpfr_digamma>, 4, 0, 20, false, 0.5, 64},
    {"tg.trigamma", unary<trigamma>, 4, 0, 20, false, 0, 16},
    {"math.rsqrt", unary<rsqrt>, 1.5, 0, 100},
    {"math.powf", power, 2, 0, 100, true},
};

std::vector<double> specialValues() {
  std::vector<double> values;
  const double seeds[] = {0,
                          0x1p-1074,
                          0x1p-1060,
                          0x1p-1022,
                          0x1p-1000,
                          0x1p-60,
                          0x1p-54,
                          0x1p-53,
                          0x1p-30,
                          0.25,
                          0.34657359027997264,
                          0.5,
                          0.6931471805599453,
                          0.75,
                          1,
                          1.5,
                          2,
                          3,
                          4,
                          7,
                          10,
                          20,
                          37,
                          40,
                          100,
                          512,
                          708.3964185322641,
                          709.782712893384,
                          710.4758600739439,
                          744.4400719213812,
                          745.1332191019411,
                          746,
                          1022,
                          1024,
                          1074,
                          1075,
                          1e5,
                          0x1p52,
                          0x1p53,
                          0x1p54,
                          1e16,
                          1e300,
                          std::numeric_limits<double>::max(),
                          inf,
                          std::numeric_limits<double>::quiet_NaN()};
  for (double seed : seeds)
    for (double value : {seed, std::nextafter(seed, -inf), std::nextafter(seed, inf)}) {
      values.push_back(value);
      values.push_back(-value);
    }
  return values;
}

struct Points {
  std::vector<double> x, y;
};

Points pointsOf(const Function &f) {
  Points points;
  auto add = [&](double x, double y) {
    points.x.push_back(x);
    points.y.push_back(y);
  };
  std::vector<double> specials = specialValues();
  std::mt19937_64 random(20240917);
  auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  if (f.binary) {
    for (double x : specials)
      for (double y : specials)
        add(x, y);
    for (int k = 0; k < 40000; ++k) {
      double x = std::exp(uniform(-700, 700));
      add(x, uniform(-745, 709) / std::log(x));
      add(uniform(0.5, 2), uniform(-1000, 1000));
    }
    for (int k = 0; k < 20000; ++k)
      add(uniform(-20, 20), std::round(uniform(-100, 100)));
  } else {
    for (double x : specials)
      add(x, 0);
    for (int k = 0; k < 30000; ++k) {
      add(uniform(f.low, f.high), 0);
      add(uniform(-2, 2), 0);
    }
    for (int k = 0; k < 30000; ++k) {
      add(std::ldexp(uniform(-2, 2), static_cast<int>(random() % 70) - 60), 0);
      add(std::bit_cast<double>(random()), 0);
    }
  }
  while (points.x.size() % 8)
    add(1, 1);
  return points;
}

std::string moduleFor(const Function &f) {
  std::string text;
  for (std::string type : {"f64", "vector<8xf64>"}) {
    std::string second = f.binary ? ", %y" : "";
    text += "func.func @" + std::string(type == "f64" ? "scalars" : "vectors") +
            R"((%xs: !llvm.ptr, %ys: !llvm.ptr,
      %to: !llvm.ptr, %n: i64) attributes {passthrough = [["prefer-vector-width", "512"]]} {
      %c0 = arith.constant 0 : i64
      %step = arith.constant )" +
            std::string(type == "f64" ? "1" : "8") + R"( : i64
      scf.for %i = %c0 to %n step %step : i64 {
        %px = llvm.getelementptr %xs[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %py = llvm.getelementptr %ys[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %pz = llvm.getelementptr %to[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %x = llvm.load %px {alignment = 8 : i64} : !llvm.ptr -> )" +
            type + "\n%y = llvm.load %py {alignment = 8 : i64} : !llvm.ptr -> " + type + "\n%z = " + f.op +
            " %x" + second + " : " + type + "\nllvm.store %z, %pz {alignment = 8 : i64} : " + type +
            ", !llvm.ptr\n}\nreturn\n}\n";
  }
  return text;
}

using Kernel = void (*)(const double *, const double *, double *, int64_t);

std::vector<double> run(tests::Compiled &compiled, const char *name, const Points &points) {
  std::vector<double> results(points.x.size());
  auto kernel = reinterpret_cast<Kernel>(compiled.lookup(name));
  EXPECT_NE(kernel, nullptr) << compiled.error;
  if (kernel)
    kernel(points.x.data(), points.y.data(), results.data(), static_cast<int64_t>(results.size()));
  return results;
}
} // namespace

class Accuracy : public testing::TestWithParam<Function> {};

TEST_P(Accuracy, WithinLimit) {
  const Function &f = GetParam();
  Points points = pointsOf(f);
  std::vector<std::vector<double>> results;
  struct Variant {
    bool fma, scaleb;
    const char *name;
  };
  std::vector<Variant> variants = {{true, false, "with fma"}, {false, false, "without fma"}};
  if (__builtin_cpu_supports("avx512vl"))
    variants.push_back({true, true, "with fma and scaleb"});
  for (auto [fma, scaleb, name] : variants) {
    tests::Compiled compiled(moduleFor(f), [&](mlir::PassManager &pm) {
      schedule::ExpandMathOptions options;
      options.fma = fma;
      options.scaleb = scaleb;
      pm.addPass(schedule::createExpandMath(options));
      // In either order of the two: what is exact in an expansion must not depend on a product staying one.
      schedule::FormFmaOptions contraction;
      contraction.fma = fma;
      pm.addPass(schedule::createFormFma(contraction));
    });
    ASSERT_EQ(compiled.error, "");
    results.push_back(run(compiled, "vectors", points));
    std::vector<double> scalars = run(compiled, "scalars", points);
    for (size_t k = 0; k < scalars.size(); ++k)
      if (!std::isnan(scalars[k])) {
        ASSERT_EQ(std::bit_cast<uint64_t>(scalars[k]), std::bit_cast<uint64_t>(results.back()[k]))
            << "a lane and a scalar differ at " << points.x[k] << ", " << points.y[k];
      }
  }
  mpfr_t x, y, exact;
  mpfr_inits2(160, x, y, exact, nullptr);
  double worst[3] = {0, 0, 0}, at[3] = {0, 0, 0};
  int failures = 0;
  for (size_t k = 0; k < points.x.size() && failures < 10; k += k < 256 ? 1 : f.every) {
    mpfr_set_d(x, points.x[k], MPFR_RNDN);
    mpfr_set_d(y, points.y[k], MPFR_RNDN);
    f.exact(exact, x, y);
    double rounded = mpfr_get_d(exact, MPFR_RNDN);
    for (size_t variant = 0; variant < variants.size(); ++variant) {
      double result = results[variant][k];
      bool right;
      if (std::isnan(rounded))
        right = std::isnan(result);
      else if (std::isinf(rounded) || (rounded == 0 && mpfr_zero_p(exact)))
        right = std::bit_cast<uint64_t>(result) == std::bit_cast<uint64_t>(rounded);
      else if (std::isinf(result)) // within an ulp of overflow
        right = std::fabs(rounded) >= 0x1.ffffffffffffep1023 && (result > 0) == (rounded > 0);
      else {
        double error = tests::errorInUlp(result, exact, f.floor);
        if (error > worst[variant]) {
          worst[variant] = error;
          at[variant] = points.x[k];
        }
        right = error <= (points.x[k] < 0 && f.limitBelowZero ? f.limitBelowZero : f.limit) &&
                (std::signbit(result) == std::signbit(rounded) || std::fabs(rounded) < f.floor);
      }
      if (!right) {
        ADD_FAILURE() << f.op << "(" << points.x[k] << ", " << points.y[k] << ") = " << result << ", not "
                      << rounded << " " << variants[variant].name;
        ++failures;
      }
    }
  }
  mpfr_clears(x, y, exact, nullptr);
  RecordProperty("ulp_with_fma", std::to_string(worst[0]));
  RecordProperty("ulp_without_fma", std::to_string(worst[1]));
  std::printf("%-14s", f.op);
  for (size_t variant = 0; variant < variants.size(); ++variant)
    std::printf(" %.3f ulp %s (at %g)", worst[variant], variants[variant].name, at[variant]);
  std::printf("\n");
}

INSTANTIATE_TEST_SUITE_P(Functions, Accuracy, testing::ValuesIn(functions), [](const auto &info) {
  std::string name = info.param.op;
  return name.substr(name.find('.') + 1);
});
