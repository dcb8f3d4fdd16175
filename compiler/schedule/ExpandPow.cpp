//===- ExpandPow.cpp - powers --------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands x^y = exp(y·log x). An error of log x is multiplied by up to 745, so the logarithm is a
// sum of two doubles: with s = f / (2 + f), it is 2s + (2/3)s³ + s⁵·p(s²), of which only the last summand is
// computed in one.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

#include <limits>

using namespace astragal::schedule;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;
// 2^-69 relative to 2·atanh(s).
constexpr double atanhTail[] = {0.3999999999999972,  0.28571428571579877, 0.22222222190792013,
                                0.18181821567122863, 0.15384404584499883, 0.13341203119763725,
                                0.11591479019782162, 0.12576843903666043};
constexpr double twoThirdsHigh = 0.6666666666666666, twoThirdsLow = 3.700743415417188e-17;
} // namespace

/// log(x) to some 2^-64, for x positive and finite.
static Double preciseLog(Real x) {
  Cond subnormal = x < 0x1p-1022;
  Decomposed parts = decompose(select(subnormal, x * 0x1p54, x));
  Real k = parts.exponent - select(subnormal, 54.0, 0.0), f = parts.fraction;

  // s = f / (2 + f).
  Double divisor = exactSum(x.b->constant(2.0), f);
  Real inverse = 1.0 / divisor.high;
  Real s = f * inverse;
  Double back = exactProduct(s, divisor.high);
  Real sLow = (((f - back.high) - back.low) - s * divisor.low) * inverse;
  // z = s².
  Double z = exactProduct(s, s);
  z.low = mulAdd(s + s, sLow, z.low);
  // u = (2/3)z + z²·p(z).
  Double u = exactProduct(z.high, x.b->constant(twoThirdsHigh));
  Real uLow = u.low + mulAdd(z.high, twoThirdsLow, z.low * twoThirdsHigh);
  u = exactSum(u.high, z.high * z.high * x.b->polynomial(z.high, atanhTail));
  u.low = u.low + uLow;
  // v = s·u.
  Double v = exactProduct(s, u.high);
  v.low = v.low + mulAdd(s, u.low, sLow * u.high);
  // k·ln(2) + 2s + v.
  Double sum = exactSum(k * ln2High, s + s);
  Double all = exactSum(sum.high, v.high);
  Real low = (all.low + sum.low) + (v.low + mulAdd(k, ln2Low, sLow + sLow));
  return exactSum(all.high, low);
}

Real astragal::schedule::expandPow(Real x, Real y) {
  Real size = magnitude(x), ySize = magnitude(y);
  Double log = preciseLog(size);
  // The ends of the range, where the two-part logarithm is no number.
  Cond proper = (size > 0.0) & (size < infinity);
  Real logHigh = select(proper, log.high, select(size == 0.0, -infinity, size));
  Double product = exactProduct(y, logHigh);
  Real low = mulAdd(y, log.low, product.low);
  // 1^y and x^0 are 1 for NaN too, and (-1)^±inf is 1.
  Cond one = (x == 1.0) | (y == 0.0) | ((size == 1.0) & (ySize == infinity));
  Real high = select(one, 0.0, product.high);
  Real highSize = magnitude(high);
  low = select((highSize > 0.0) & (highSize < 1100.0), low, 0.0);
  Real power = expOfSum(high, low);

  Real half = y * 0.5;
  Cond integer = truncate(y) == y;
  Cond odd = integer & !(truncate(half) == half);
  Cond negative = withSign(x.b->constant(1.0), x) < 0.0;
  power = select(negative & odd, -power, power);
  // A negative finite base with a fractional exponent.
  Cond invalid = (x < 0.0) & (x > -infinity) & !integer & !isNaN(y);
  return select(invalid, notANumber, power);
}
