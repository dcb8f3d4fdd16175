//===- Bessel.cpp - Bessel functions ---------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Those of whole order are Boost's. The logarithm of I is the sum of its power series from the largest term
// outwards: all terms are positive, and so is the measure that the derivative in the order averages over.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

#include <boost/math/special_functions/bessel.hpp>

using namespace astragal::kernels;

/// Orders beyond this would take a recurrence of as many steps.
static bool isOrder(double v) { return std::fabs(v) <= 1e6; }

static double firstKind(double v, double z) {
  if (!isOrder(v) || !(std::fabs(z) < inf))
    return notANumber;
  return boost::math::cyl_bessel_j(static_cast<int>(v), z, Policy());
}

static double secondKind(double v, double z) {
  if (!isOrder(v) || !(z > 0 && z < inf))
    return notANumber;
  return boost::math::cyl_neumann(static_cast<int>(v), z, Policy());
}

static double modifiedFirstKind(double v, double z) {
  if (!isOrder(v) || !(std::fabs(z) < inf))
    return notANumber;
  return boost::math::cyl_bessel_i(static_cast<int>(v), z, Policy());
}

static double modifiedSecondKind(double v, double z) {
  if (!isOrder(v) || !(z > 0))
    return notANumber;
  return z < inf ? boost::math::cyl_bessel_k(static_cast<int>(v), z, Policy()) : 0;
}

namespace {
struct LogBessel {
  double value, slope; // slope: the derivative in v
};
} // namespace

/// log I_v(z), where I_v(z) = (z/2)^v * sum of (z/2)^2k / (k! Gamma(v + k + 1)).
static LogBessel logModified(double v, double z) {
  if (!(v > -1 && z >= 0) || std::isinf(v))
    return {notANumber, notANumber};
  if (z == 0)
    return {v == 0 ? 0 : v > 0 ? -inf : inf, v == 0 ? -inf : notANumber};
  if (z > 1e10) // the next terms are v^2 / (2 z) and smaller
    return v * v < 1e-6 * z ? LogBessel{z - 0.5 * std::log(2 * pi * z), -v / z}
                            : LogBessel{notANumber, notANumber};
  double quarter = 0.25 * z * z;
  double peak = std::floor(quarter / (0.5 * (v + std::sqrt(v * v + z * z)))); // k (v + k) = z^2 / 4
  double logHalf = std::log(0.5 * z);
  double top = (v + 2 * peak) * logHalf - astragal_lgamma(peak + 1) - astragal_lgamma(v + peak + 1);
  double center = astragal_digamma(v + peak + 1);
  double sum = 0,
         moment = 0; // of the other terms over the largest, and of what digamma differs by from its center
  double term = 1, shift = 0;
  for (double k = peak + 1; term > 1e-18 * sum; ++k) {
    term *= quarter / (k * (v + k));
    shift += 1 / (v + k);
    sum += term;
    moment += term * shift;
  }
  term = 1, shift = 0;
  for (double k = peak; k > 0 && term > 1e-18 * (1 + sum); --k) {
    term *= k * (v + k) / quarter;
    shift -= 1 / (v + k);
    sum += term;
    moment += term * shift;
  }
  return {top + std::log1p(sum), logHalf - center - moment / (1 + sum)};
}

static double logModifiedFirstKind(double v, double z) { return logModified(v, z).value; }
static double slopeInOrder(double v, double z) { return logModified(v, z).slope; }

ASTRAGAL_SPECIAL_2(bessel_first_kind, firstKind)
ASTRAGAL_SPECIAL_2(bessel_second_kind, secondKind)
ASTRAGAL_SPECIAL_2(modified_bessel_first_kind, modifiedFirstKind)
ASTRAGAL_SPECIAL_2(modified_bessel_second_kind, modifiedSecondKind)
ASTRAGAL_SPECIAL_2(log_modified_bessel_first_kind, logModifiedFirstKind)
ASTRAGAL_SPECIAL_2(log_modified_bessel_first_kind_d_v, slopeInOrder)
