//===- Gamma.cpp - the gamma function's logarithm and its derivatives -----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Callables of generated code. Digamma and trigamma go by recurrence to x >= 10 and by their asymptotic
// series from there (Abramowitz and Stegun 6.3.18, 6.4.12), by reflection below 0. No state: lgamma's sign
// stays local.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

#include <cmath>
#include <limits>

static constexpr double pi = 3.14159265358979323846;

extern "C" double astragal_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

/// π times what x is away from a whole number: circular functions of it do not lose what x has.
static double phase(double x) { return pi * (x - std::rint(x)); }

extern "C" double astragal_digamma(double x) {
  if (x <= 0) {
    if (x == 0)
      return -std::copysign(std::numeric_limits<double>::infinity(), x);
    if (x == std::floor(x))
      return std::numeric_limits<double>::quiet_NaN();
    return astragal_digamma(1 - x) - pi / std::tan(phase(x));
  }
  double shift = 0;
  for (; x < 10; x += 1)
    shift += 1 / x;
  double r = 1 / (x * x);
  double series =
      r * (1.0 / 12 -
           r * (1.0 / 120 -
                r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132 - r * (691.0 / 32760 - r * (1.0 / 12)))))));
  return std::log(x) - 0.5 / x - series - shift;
}

extern "C" double astragal_trigamma(double x) {
  if (x <= 0) {
    if (x == std::floor(x))
      return std::isinf(x) ? std::numeric_limits<double>::quiet_NaN()
                           : std::numeric_limits<double>::infinity();
    double s = pi / std::sin(phase(x));
    return s * s - astragal_trigamma(1 - x);
  }
  double shift = 0;
  for (; x < 10; x += 1)
    shift += 1 / (x * x);
  double r = 1 / (x * x);
  double series =
      1 + r * (1.0 / 6 -
               r * (1.0 / 30 -
                    r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66 - r * (691.0 / 2730 - r * (7.0 / 6)))))));
  return shift + series / x + 0.5 * r;
}

/// By recurrence to x >= 15, then the series of Abramowitz and Stegun 6.4.13.
static double tetragamma(double x) {
  if (x <= 0) {
    if (x == std::floor(x))
      return std::numeric_limits<double>::quiet_NaN();
    double s = std::sin(pi * x);
    return tetragamma(1 - x) - 2 * pi * pi * pi * std::cos(pi * x) / (s * s * s);
  }
  double shift = 0;
  for (; x < 15; x += 1)
    shift += 2 / (x * x * x);
  double r = 1 / (x * x);
  double series =
      r *
      (0.5 - r * (1.0 / 6 - r * (1.0 / 6 - r * (3.0 / 10 - r * (5.0 / 6 - r * (691.0 / 210 - r * 17.5))))));
  return -(r + r / x + r * series + shift);
}

ASTRAGAL_SPECIAL_1(tetragamma, tetragamma)

static double gammaFunction(double x) { return std::tgamma(x); }
static double scale(double x, double n) {
  return std::ldexp(x, n > 4000 ? 4000 : n > -4000 ? static_cast<int>(n) : -4000);
}

ASTRAGAL_SPECIAL_1(tgamma, gammaFunction)
ASTRAGAL_SPECIAL_2(ldexp, scale)
