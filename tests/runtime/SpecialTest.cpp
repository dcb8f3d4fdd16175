//===- SpecialTest.cpp - special functions against forty digits ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/abi.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

struct Value {
  const char *function;
  std::vector<double> arguments;
  double exact;
};
const Value values[] = {
#include "SpecialValues.inc"
};

using Unary = void (*)(double *, const double *, int64_t);
using Binary = void (*)(double *, const double *, const double *, int64_t);
using Ternary = void (*)(double *, const double *, const double *, const double *, int64_t);

void apply(Unary f, double *out, const std::vector<double> *x, int64_t n) { f(out, x[0].data(), n); }
void apply(Binary f, double *out, const std::vector<double> *x, int64_t n) {
  f(out, x[0].data(), x[1].data(), n);
}
void apply(Ternary f, double *out, const std::vector<double> *x, int64_t n) {
  f(out, x[0].data(), x[1].data(), x[2].data(), n);
}

/// The function at many points, a vector for each of its arguments, in one call.
std::vector<double> call(const std::string &function, const std::vector<double> *x) {
  std::vector<double> out(x[0].size());
#define ASTRAGAL_CALL(name, arity)                                                                           \
  if (function == #name) {                                                                                   \
    apply(astragal_##name, out.data(), x, static_cast<int64_t>(out.size()));                                 \
    return out;                                                                                              \
  }
  ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_CALL)
#undef ASTRAGAL_CALL
  ADD_FAILURE() << "no function " << function;
  return out;
}

double at(const std::string &function, const std::vector<double> &point) {
  std::vector<double> x[3];
  for (size_t k = 0; k < point.size(); ++k)
    x[k] = {point[k]};
  return call(function, x)[0];
}
} // namespace

TEST(Special, AgreeWithExactValues) {
  std::map<std::string, std::vector<const Value *>> byName;
  for (const Value &value : values)
    byName[value.function].push_back(&value);
  EXPECT_GE(byName.size(), 20u);
  for (const auto &[name, points] : byName) {
    std::vector<double> x[3];
    for (const Value *point : points)
      for (size_t k = 0; k < point->arguments.size(); ++k)
        x[k].push_back(point->arguments[k]);
    std::vector<double> results = call(name, x);
    double worst = 0;
    for (size_t k = 0; k < points.size(); ++k) {
      double error = std::fabs(results[k] - points[k]->exact) / std::fabs(points[k]->exact);
      EXPECT_LT(error, 1e-11) << name << " at point " << k << ": " << results[k] << ", not "
                              << points[k]->exact;
      worst = std::fmax(worst, error);
    }
    std::printf("%-36s %zu points, relative error %.1e\n", name.c_str(), points.size(), worst);
  }
}

TEST(Special, Limits) {
  EXPECT_EQ(at("gamma_p", {2, 0}), 0);
  EXPECT_EQ(at("gamma_q", {2, 0}), 1);
  EXPECT_EQ(at("gamma_p", {2, inf}), 1);
  EXPECT_EQ(at("gamma_q", {2, inf}), 0);
  EXPECT_EQ(at("inc_beta", {2, 3, 0}), 0);
  EXPECT_EQ(at("inc_beta", {2, 3, 1}), 1);
  EXPECT_EQ(at("inv_phi", {0.5}), 0);
  EXPECT_EQ(at("inv_phi", {0}), -inf);
  EXPECT_EQ(at("inv_phi", {1}), inf);
  EXPECT_EQ(at("std_normal_log_qf", {-inf}), -inf);
  EXPECT_EQ(at("lambert_w0", {0}), 0);
  EXPECT_EQ(at("lambert_wm1", {0}), -inf);
  EXPECT_EQ(at("owens_t", {1, 0}), 0);
  EXPECT_EQ(at("ldexp", {3, -2}), 0.75);
  EXPECT_EQ(at("log_modified_bessel_first_kind", {0, 0}), 0);
}

/// Lanes that nobody reads hold anything.
TEST(Special, ReturnForAnyArguments) {
  const double any[] = {0,    -0.0, 1,     -1,     0.5,   -2.5, 1e-320, 1e-300,     -1e-300, 1e5,
                        -1e5, 1e10, 1e100, -1e100, 1e308, inf,  -inf,   notANumber, 3e9,     -3e9};
  std::vector<double> x[3];
  for (double a : any)
    for (double b : any)
      for (double c : {0.3, notANumber}) {
        x[0].push_back(a);
        x[1].push_back(b);
        x[2].push_back(c);
      }
#define ASTRAGAL_RUN(name, arity) call(#name, x);
  ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_RUN)
#undef ASTRAGAL_RUN
  EXPECT_TRUE(std::isnan(at("gamma_p", {notANumber, 1})));
  EXPECT_TRUE(std::isnan(at("gamma_p", {-1, 1})));
  EXPECT_TRUE(std::isnan(at("inc_beta", {1, 1, 1.5})));
  EXPECT_TRUE(std::isnan(at("inv_phi", {1.5})));
  EXPECT_TRUE(std::isnan(at("lambert_w0", {-1})));
  EXPECT_TRUE(std::isnan(at("bessel_second_kind", {1, -1})));
}
