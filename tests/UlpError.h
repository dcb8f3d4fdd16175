//===- UlpError.h - distances from exact values -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_ULPERROR_H
#define ASTRAGAL_TESTS_ULPERROR_H

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mpfr.h>

namespace astragal::tests {

/// The distance from the exact value, in ulp of it or of `floor`, if that is larger. What is not finite has
/// none, or is infinitely far away.
inline double errorInUlp(double result, const mpfr_t exact, double floor) {
  double rounded = mpfr_get_d(exact, MPFR_RNDN);
  if (!std::isfinite(rounded) || !std::isfinite(result))
    return std::bit_cast<uint64_t>(result) == std::bit_cast<uint64_t>(rounded)
               ? 0
               : std::numeric_limits<double>::infinity();
  mpfr_t difference;
  mpfr_init2(difference, 200);
  mpfr_sub_d(difference, exact, result, MPFR_RNDN);
  double size = std::max(std::fabs(rounded), floor);
  int exponent = std::max(size == 0 ? -1074 : std::ilogb(size) - 52, -1074);
  mpfr_mul_2si(difference, difference, -exponent, MPFR_RNDN);
  double error = std::fabs(mpfr_get_d(difference, MPFR_RNDN));
  mpfr_clear(difference);
  return error;
}

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_ULPERROR_H
