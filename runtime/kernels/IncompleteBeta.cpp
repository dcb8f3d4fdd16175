//===- IncompleteBeta.cpp - the regularised incomplete beta function ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function and its inverse are Boost's. The derivatives in the shapes are those of the smaller tail's
// power series, where that has few terms, or else of the continued fraction of Didonato and Morris (1992),
// each evaluated together with its derivatives, as Boik and Robison-Cox (1998) did with another fraction.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

#include <boost/math/special_functions/beta.hpp>

using namespace astragal::kernels;

static bool isOutside(double a, double b, double x) {
  return !(a > 0 && b > 0 && x >= 0 && x <= 1) || std::isinf(a) || std::isinf(b);
}

static double incompleteBeta(double a, double b, double x) {
  return isOutside(a, b, x) ? notANumber : boost::math::ibeta(a, b, x, Policy());
}

static double inverse(double a, double b, double p) {
  if (isOutside(a, b, p))
    return notANumber;
  // Beyond, the search for the root need not end.
  constexpr double low = 1e-5, high = 1e7;
  return a < low || b < low || a > high || b > high ? notANumber : boost::math::ibeta_inv(a, b, p, Policy());
}

static double density(double a, double b, double x) {
  return isOutside(a, b, x) ? notANumber : boost::math::ibeta_derivative(a, b, x, Policy());
}

namespace {
/// A value with its derivatives in a and b.
struct Dual {
  double v, a = 0, b = 0;
};
Dual operator+(Dual x, Dual y) { return {x.v + y.v, x.a + y.a, x.b + y.b}; }
Dual operator-(Dual x, Dual y) { return {x.v - y.v, x.a - y.a, x.b - y.b}; }
Dual operator*(Dual x, Dual y) { return {x.v * y.v, x.a * y.v + x.v * y.a, x.b * y.v + x.v * y.b}; }
Dual operator/(Dual x, Dual y) {
  double q = x.v / y.v;
  return {q, (x.a - q * y.a) / y.v, (x.b - q * y.b) / y.v};
}
} // namespace

/// What x^a y^b / B(a, b) is divided by in I_x(a, b), for x below its mean.
static Dual fraction(double shapeA, double shapeB, double x, double y) {
  Dual a{shapeA, 1, 0}, b{shapeB, 0, 1};
  auto numerator = [&](double m) {
    Dual denominator = a + Dual{2 * m - 1};
    Dual r = (a + Dual{m - 1}) * (a + b + Dual{m - 1}) * (b - Dual{m}) * Dual{m * x * x};
    return r / (denominator * denominator);
  };
  auto denominator = [&](double m) {
    Dual drift{shapeA * y - shapeB * x + 1 + m * (2 - x), y, -x};
    Dual r = Dual{m} + (a + Dual{m}) * drift / (a + Dual{2 * m + 1});
    return m == 0 ? r : r + (b - Dual{m}) * Dual{m * x} / (a + Dual{2 * m - 1});
  };
  Dual f = denominator(0), c = f, d{0};
  for (int m = 1; m < 100000; ++m) {
    Dual p = numerator(m), q = denominator(m);
    d = Dual{1} / (q + p * d);
    c = q + p / c;
    Dual factor = c * d;
    f = f * factor;
    double change = std::fabs(factor.v - 1) + std::fabs(factor.a) * shapeA + std::fabs(factor.b) * shapeB;
    if (change < 1e-15)
      return f;
  }
  return {notANumber, notANumber, notANumber};
}

/// digamma(x + d) - digamma(x), to full relative accuracy for small d too.
static double digammaDifference(double x, double d) {
  double sum = 0;
  for (; x < 10; x += 1)
    sum += d / (x * (x + d));
  double y = x + d, r = 1 / (x * x), s = 1 / (y * y);
  auto series = [](double r) {
    return r * (1.0 / 12 -
                r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132 - r * (691.0 / 32760))))));
  };
  return sum + std::log1p(d / x) + 0.5 * d / (x * y) + series(r) - series(s);
}

/// I_x(a, b) with its derivatives, for x below the mean. `power` is x^a (1 - x)^b / B(a, b).
static Dual tail(double a, double b, double x, double y, double power) {
  double logX = std::log(x), log1mX = y < 0.5 ? std::log(y) : std::log1p(-x);
  double inB = digammaDifference(b, a); // the logarithmic derivative, and what the rest adds to it
  if (b * x > 0.7 || x > 0.7) {
    Dual f = fraction(a, b, x, y);
    double value = power / f.v;
    return {value, value * (logX + digammaDifference(a, b) - f.a / f.v), value * (log1mX + inB - f.b / f.v)};
  }
  // x^a Gamma(a + b) / (Gamma(a + 1) Gamma(b)) * sum of (1 - b)(2 - b)...(n - b) / n! * a / (a + n) * x^n
  Dual sum{1}, product{1};
  for (int n = 1; n < 10000; ++n) {
    product = product * Dual{(n - b) * x / n, 0, -x / n};
    Dual term = product * Dual{a / (a + n), n / ((a + n) * (a + n)), 0};
    sum = sum + term;
    if (!(std::fabs(term.v) + std::fabs(term.a) * a + std::fabs(term.b) * b > 1e-18 * std::fabs(sum.b * b)))
      break;
  }
  double value = power / a * std::exp(-b * log1mX) * sum.v;
  double inA = logX + astragal_digamma(a + b) - astragal_digamma(a + 1);
  return {value, value * (inA + sum.a / sum.v), value * (inB + sum.b / sum.v)};
}

static Dual slopes(double a, double b, double x) {
  if (isOutside(a, b, x))
    return {notANumber, notANumber, notANumber};
  double y = 1 - x;
  double power = x * y * boost::math::ibeta_derivative(a, b, x, Policy());
  if (x == 0 || x == 1 || power == 0)
    return {0};
  if (x <= (a + 1) / (a + b + 2))
    return tail(a, b, x, y, power);
  Dual upper = tail(b, a, y, x, power);
  return {1 - upper.v, -upper.b, -upper.a};
}

static double slopeInA(double a, double b, double x) { return slopes(a, b, x).a; }
static double slopeInB(double a, double b, double x) { return slopes(a, b, x).b; }

ASTRAGAL_SPECIAL_3(inc_beta, incompleteBeta)
ASTRAGAL_SPECIAL_3(inc_beta_d_a, slopeInA)
ASTRAGAL_SPECIAL_3(inc_beta_d_b, slopeInB)
ASTRAGAL_SPECIAL_3(inc_beta_d_x, density)
ASTRAGAL_SPECIAL_3(inv_inc_beta, inverse)
