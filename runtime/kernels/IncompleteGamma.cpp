//===- IncompleteGamma.cpp - the incomplete gamma functions ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// P and Q are Boost's. The derivative in the shape is the series of P, or the continued fraction of Q,
// differentiated term by term; on its side each is a sum without cancellation.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

#include <boost/math/special_functions/gamma.hpp>

using namespace astragal::kernels;

static bool isOutside(double a, double x) { return !(a > 0 && x >= 0) || std::isinf(a); }

static double gammaP(double a, double x) {
  if (isOutside(a, x))
    return notANumber;
  return std::isinf(x) ? 1 : boost::math::gamma_p(a, x, Policy());
}

static double gammaQ(double a, double x) {
  if (isOutside(a, x))
    return notANumber;
  return std::isinf(x) ? 0 : boost::math::gamma_q(a, x, Policy());
}

static double densityOfGamma(double a, double x) {
  if (isOutside(a, x))
    return notANumber;
  if (x == 0)
    return a < 1 ? inf : a == 1 ? 1 : 0;
  return std::isinf(x) ? 0 : boost::math::gamma_p_derivative(a, x, Policy());
}

constexpr int maxTerms = 1 << 20;

/// dP/da by P = x^a exp(-x) / Gamma(a + 1) * sum of x^n / ((a + 1) ... (a + n)).
static double bySeries(double a, double x, double power) {
  double term = 1, slope = 0; // slope: the logarithmic derivative of the term
  double sum = 1, derivative = 0;
  for (int n = 1; n < maxTerms; ++n) {
    term *= x / (a + n);
    slope -= 1 / (a + n);
    sum += term;
    derivative += term * slope;
    if (term < 1e-17 * sum && -term * slope < 1e-17 * -derivative)
      return power / a * (sum * (std::log(x) - astragal_digamma(a + 1)) + derivative);
  }
  return notANumber;
}

/// dQ/da by Q = x^a exp(-x) / Gamma(a) * 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)), after Lentz.
static double byFraction(double a, double x, double power) {
  double b = x + 1 - a, c = inf, d = 1 / b, h = d;
  double dc = 0, dd = d * d, dh = dd; // derivatives in a
  for (int n = 1; n < maxTerms; ++n) {
    double an = -n * (n - a);
    b += 2;
    double w = b + an * d, dw = -1 + n * d + an * dd;
    d = 1 / w, dd = -dw * d * d;
    double u = std::isinf(c) ? b : b + an / c;
    double du = std::isinf(c) ? -1 : -1 + n / c - an * dc / (c * c);
    c = u, dc = du;
    double factor = c * d, slope = dc * d + c * dd;
    dh = dh * factor + h * slope;
    h *= factor;
    if (std::fabs(factor - 1) < 4e-16 && std::fabs(h * slope) < 4e-16 * std::fabs(dh))
      return power * (h * (std::log(x) - astragal_digamma(a)) + dh);
  }
  return notANumber;
}

static double slopeOfGammaP(double a, double x) {
  if (isOutside(a, x))
    return notANumber;
  if (x == 0 || std::isinf(x))
    return 0;
  double power = x * boost::math::gamma_p_derivative(a, x, Policy());
  if (power == 0)
    return 0;
  return x < a + 1 ? bySeries(a, x, power) : -byFraction(a, x, power);
}

ASTRAGAL_SPECIAL_2(gamma_p, gammaP)
ASTRAGAL_SPECIAL_2(gamma_q, gammaQ)
ASTRAGAL_SPECIAL_2(gamma_p_d_x, densityOfGamma)
ASTRAGAL_SPECIAL_2(gamma_p_d_a, slopeOfGammaP)
