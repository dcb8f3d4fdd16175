//===- Inverses.cpp - inverses of elementary and error functions ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

#include <boost/math/special_functions/erf.hpp>

using namespace astragal::kernels;

static double inverseErfc(double x) {
  if (!(x >= 0 && x <= 2))
    return notANumber;
  return x == 0 ? inf : x == 2 ? -inf : boost::math::erfc_inv(x, Policy());
}

/// The quantile of the normal distribution.
static double inversePhi(double p) { return -std::sqrt(2.0) * inverseErfc(2 * p); }

/// x with log Phi(x) = q. Far out by Newton's method on the asymptotic series of the logarithm.
static double inverseLogPhi(double q) {
  if (!(q <= 0))
    return notANumber;
  if (q > -0.6931471805599453)
    return std::sqrt(2.0) * inverseErfc(-2 * std::expm1(q));
  if (q > -300)
    return inversePhi(std::exp(q));
  if (std::isinf(q))
    return -inf;
  double x = -std::sqrt(-2 * q - std::log(-4 * pi * q));
  for (int k = 0; k < 8; ++k) {
    double r = 1 / (x * x);
    double series = -r * (1 - r * (3 - r * (15 - r * (105 - r * (945 - r * (10395 - r * 135135))))));
    double logPhi = -0.5 * x * x - std::log(-x) - 0.5 * std::log(2 * pi) + std::log1p(series);
    double slope = -x * (1 + r); // phi / Phi, nearly
    double step = (logPhi - q) / slope;
    x -= step;
    if (!(std::fabs(step) > 1e-16 * std::fabs(x)))
      break;
  }
  return x;
}

/// w exp(w) = x by the iteration of Fritsch, Shafer and Crowley (1973), or near the branch point by its
/// series.
static double lambert(double x, double w) {
  for (int k = 0; k < 10; ++k) {
    double z = std::log(x / w) - w;
    double q = 2 * (1 + w) * (1 + w + 2.0 / 3 * z);
    double change = z / (1 + w) * (q - z) / (q - 2 * z);
    w *= 1 + change;
    if (!(std::fabs(change) > 1e-15))
      break;
  }
  return w;
}

/// In p = sqrt(2 (e x + 1)), negative for the lower branch.
static double nearBranchPoint(double p) {
  double c = -221.0 / 8505 + p * (680863.0 / 43545600 - p * 1963.0 / 204120);
  return -1 + p * (1 + p * (-1.0 / 3 + p * (11.0 / 72 + p * (-43.0 / 540 + p * (769.0 / 17280 + p * c)))));
}

static double distance(double x) {
  constexpr double e = 2.718281828459045, rest = 1.4456468917292502e-16;
  return std::sqrt(2 * (std::fma(e, x, 1) + rest * x));
}

static double lambertW0(double x) {
  if (x == 0 || x == inf)
    return x;
  double p = distance(x);
  if (!(p >= 0))
    return notANumber;
  if (p < 0.01)
    return nearBranchPoint(p);
  if (x < 0)
    return lambert(x, p < 1 ? nearBranchPoint(p) : x * (1 - x));
  if (x < 3)
    return lambert(x, std::log1p(x) * (x < 1 ? 1 / (1 + 0.5 * x) : 0.75));
  double l = std::log(x);
  return lambert(x, l - std::log(l) + std::log(l) / l);
}

static double lambertWm1(double x) {
  double p = distance(x);
  if (!(p >= 0) || x > 0)
    return notANumber;
  if (x == 0)
    return -inf;
  if (p < 0.01)
    return nearBranchPoint(-p);
  if (x < -0.27)
    return lambert(x, nearBranchPoint(-p));
  double l = std::log(-x), m = std::log(-l);
  return lambert(x, l - m + m / l);
}

ASTRAGAL_SPECIAL_1(inv_erfc, inverseErfc)
ASTRAGAL_SPECIAL_1(inv_phi, inversePhi)
ASTRAGAL_SPECIAL_1(std_normal_log_qf, inverseLogPhi)
ASTRAGAL_SPECIAL_1(lambert_w0, lambertW0)
ASTRAGAL_SPECIAL_1(lambert_wm1, lambertWm1)
