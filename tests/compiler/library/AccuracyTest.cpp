//===- AccuracyTest.cpp - functions of the library against MPFR -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions that are made of others, as a model calls them: on random arguments of all sizes and on edges.
// What the others are good for stands in tests/compiler/schedule/AccuracyTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "tests/UlpError.h"

#include <algorithm>
#include <array>
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

using Point = std::array<double, 3>;

/// Near a root the error is an absolute one: of numbers of the size of the arguments, and of 1.
double ofHalf(const Point &) { return 0.5; }
double ofFirst(const Point &p) { return std::max(std::fabs(p[0]), 0.5); }
double ofTerms(const Point &p) { return std::max({std::fabs(p[1]), std::fabs(p[2]), 0.5}); }
double nothing(const Point &) { return 0; }

struct Function {
  const char *name;
  const char *call;                                    // of x, y and z
  void (*exact)(mpfr_t, mpfr_t x, mpfr_t y, mpfr_t z); // may overwrite its arguments
  Point (*point)(const Point &wide,
                 const Point &unit);        // arguments from (-1, 1) times powers of two, and from (0, 1)
  double limit = 4;                         // in ulp
  double (*floor)(const Point &) = nothing; // below this size of the result, in ulp of this
};

void log1m(mpfr_t to, mpfr_t x, mpfr_t, mpfr_t) {
  mpfr_neg(x, x, MPFR_RNDN);
  mpfr_log1p(to, x, MPFR_RNDN);
}
void log1mExp(mpfr_t to, mpfr_t x, mpfr_t, mpfr_t) {
  bool isNear = mpfr_cmp_si(x, -1) > 0;
  (isNear ? mpfr_expm1 : mpfr_exp)(x, x, MPFR_RNDN);
  mpfr_neg(x, x, MPFR_RNDN);
  (isNear ? mpfr_log : mpfr_log1p)(to, x, MPFR_RNDN);
}
void logDiffExp(mpfr_t to, mpfr_t x, mpfr_t y, mpfr_t z) {
  mpfr_sub(y, y, x, MPFR_RNDN);
  log1mExp(to, y, y, z);
  mpfr_add(to, to, x, MPFR_RNDN);
}
void logSumExp(mpfr_t to, mpfr_t x, mpfr_t y, mpfr_t) {
  if (mpfr_cmp(x, y) < 0)
    mpfr_swap(x, y);
  mpfr_sub(y, y, x, MPFR_RNDN);
  mpfr_exp(y, y, MPFR_RNDN);
  mpfr_log1p(y, y, MPFR_RNDN);
  mpfr_add(to, y, x, MPFR_RNDN);
}
void logMix(mpfr_t to, mpfr_t x, mpfr_t y, mpfr_t z) {
  mpfr_log(to, x, MPFR_RNDN);
  mpfr_add(y, y, to, MPFR_RNDN);
  mpfr_neg(x, x, MPFR_RNDN);
  mpfr_log1p(to, x, MPFR_RNDN);
  mpfr_add(z, z, to, MPFR_RNDN);
  logSumExp(to, y, z, x);
}
void power(mpfr_t to, mpfr_t x, mpfr_t y, mpfr_t) { mpfr_pow(to, x, y, MPFR_RNDN); }

const Function functions[] = {
    {"log1m", "log1m(x)", log1m,
     [](const Point &wide, const Point &unit) { return Point{std::min(wide[0], unit[0])}; }},
    {"log1m_exp", "log1m_exp(x)", log1mExp,
     [](const Point &wide, const Point &) { return Point{-std::fabs(wide[0])}; }},
    {"log_diff_exp", "log_diff_exp(x, y)", logDiffExp,
     [](const Point &wide, const Point &) { return Point{wide[0], wide[0] - std::fabs(wide[1])}; }, 4,
     ofFirst},
    {"log_sum_exp", "log_sum_exp(x, y)", logSumExp,
     [](const Point &wide, const Point &) { return Point{wide[0], wide[1]}; }, 4, ofHalf},
    {"log_mix", "log_mix(x, y, z)", logMix,
     [](const Point &wide, const Point &unit) { return Point{unit[0], wide[1], wide[2]}; }, 4, ofTerms},
    {"pow", "pow(x, y)", power,
     [](const Point &wide, const Point &unit) {
       return Point{std::exp(wide[0]), unit[1] * 1400 / wide[0] - 700 / wide[0]};
     }},
    {"square_root", "x ^ 0.5", [](mpfr_t to, mpfr_t x, mpfr_t, mpfr_t) { mpfr_sqrt(to, x, MPFR_RNDN); },
     [](const Point &wide, const Point &) { return Point{std::fabs(wide[0])}; }},
    {"reciprocal_square", "pow(x, -2)",
     [](mpfr_t to, mpfr_t x, mpfr_t, mpfr_t) { mpfr_pow_si(to, x, -2, MPFR_RNDN); },
     [](const Point &wide, const Point &) { return Point{wide[0]}; }},
    {"fifth_power", "x ^ 5", [](mpfr_t to, mpfr_t x, mpfr_t, mpfr_t) { mpfr_pow_si(to, x, 5, MPFR_RNDN); },
     [](const Point &wide, const Point &) { return Point{wide[0]}; }},
};

std::vector<Point> pointsOf(const Function &f) {
  std::mt19937_64 random(20250411);
  auto unit = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  std::vector<Point> points;
  for (int k = 0; k < 60000; ++k) {
    // Of like size, or of all sizes; the whole in (0, 1), or its ends.
    int scale = static_cast<int>(random() % 64) - 53;
    Point wide, part;
    for (int i = 0; i < 3; ++i) {
      wide[i] = std::ldexp(2 * unit() - 1, k % 2 ? scale : static_cast<int>(random() % 64) - 53);
      part[i] = k % 3 == 0 ? std::ldexp(unit(), -static_cast<int>(random() % 60)) : unit();
      part[i] = k % 9 == 1 && part[i] > 0x1p-40 ? 1 - part[i] * 0x1p-10 : part[i];
    }
    Point point = f.point(wide, part);
    if (point[0] != 1)
      points.push_back(point);
  }
  return points;
}

/// A model that has the arguments as parameters, and the values among its outputs.
std::string modelOf(const Function &f) {
  return "data { int N; } parameters { array[N] real xs; array[N] real ys; array[N] real zs; } "
         "generated quantities { array[N] real values; for (n in 1:N) { real x = xs[n]; real y = ys[n]; real "
         "z = zs[n]; "
         "values[n] = " +
         std::string(f.call) + "; } }";
}

class LibraryAccuracy : public testing::TestWithParam<Function> {};

TEST_P(LibraryAccuracy, WithinLimit) {
  const Function &f = GetParam();
  std::vector<Point> points = pointsOf(f);
  size_t N = points.size();
  auto compiled = compileText(modelOf(f), io::parseJson("{\"N\": " + std::to_string(N) + "}"), {});
  std::vector<double> q(3 * N), values(compiled->model().numOutputValues());
  for (size_t n = 0; n < N; ++n)
    for (int i = 0; i < 3; ++i)
      q[i * N + n] = points[n][i];
  model::Evaluation evaluation(compiled->model());
  ASSERT_TRUE(evaluation.generate(q.data(), values.data(), 1, 1)) << evaluation.failure();
  mpfr_t exact, x, y, z;
  mpfr_inits2(400, exact, x, y, z, nullptr);
  double worst = 0;
  Point at{};
  for (size_t n = 0; n < N; ++n) {
    const Point &p = points[n];
    mpfr_set_d(x, p[0], MPFR_RNDN);
    mpfr_set_d(y, p[1], MPFR_RNDN);
    mpfr_set_d(z, p[2], MPFR_RNDN);
    f.exact(exact, x, y, z);
    if (double error = tests::errorInUlp(values[3 * N + n], exact, f.floor(p)); error > worst) {
      worst = error;
      at = p;
    }
  }
  mpfr_clears(exact, x, y, z, nullptr);
  std::printf("%-18s %.3f ulp, at %.17g, %.17g, %.17g\n", f.call, worst, at[0], at[1], at[2]);
  EXPECT_LE(worst, f.limit);
}

INSTANTIATE_TEST_SUITE_P(Functions, LibraryAccuracy, testing::ValuesIn(functions),
                         [](const auto &info) { return info.param.name; });

/// At the edges of their domains, with the arguments as parameters.
TEST(LibraryEdges, AreExact) {
  const struct {
    const char *call;
    double x, y, expected;
  } edges[] = {
      {"log1m(x)", 1, 0, -inf},
      {"log1m(x)", -inf, 0, inf},
      {"log1m(x)", 0, 0, 0},
      {"log1m_exp(x)", 0, 0, -inf},
      {"log1m_exp(x)", -inf, 0, 0},
      {"log_diff_exp(x, y)", 2, 2, -inf},
      {"log_diff_exp(x, y)", 2, -inf, 2},
      {"log_diff_exp(x, y)", -inf, -inf, -inf},
      {"log_diff_exp(x, y)", inf, 1, inf},
      {"log_sum_exp(x, y)", 2, -inf, 2},
      {"log_sum_exp(x, y)", -inf, -inf, -inf},
      {"log_sum_exp(x, y)", inf, inf, inf},
      {"log_sum_exp(x, y)", -inf, inf, inf},
      {"log_mix(0, x, y)", 3, 4, 4},
      {"log_mix(1, x, y)", 3, 4, 3},
      {"log_mix(0.5, x, y)", -inf, -inf, -inf},
      {"pow(x, y)", 0, 0, 1},
      {"pow(x, y)", 0, -1, inf},
      {"pow(x, y)", -2, 3, -8},
      {"pow(x, y)", inf, -1, 0},
  };
  std::string declarations, values;
  std::vector<double> q;
  for (const auto &edge : edges) {
    std::string n = std::to_string(q.size() / 2);
    declarations += "real x" + n + "; real y" + n + "; ";
    values +=
        "real v" + n + "; { real x = x" + n + "; real y = y" + n + "; v" + n + " = " + edge.call + "; } ";
    q.insert(q.end(), {edge.x, edge.y});
  }
  auto compiled = compileText("parameters { " + declarations + "} generated quantities { " + values + "}",
                              io::parseJson("{}"), {});
  std::vector<double> results(compiled->model().numOutputValues());
  model::Evaluation evaluation(compiled->model());
  ASSERT_TRUE(evaluation.generate(q.data(), results.data(), 1, 1)) << evaluation.failure();
  for (size_t k = 0; k < std::size(edges); ++k)
    EXPECT_EQ(results[q.size() + k], edges[k].expected)
        << edges[k].call << " of " << edges[k].x << ", " << edges[k].y;
}

} // namespace
