//===- ExpandLog.cpp - log and its relatives -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands functions that rest on log(1 + f) for 1 + f in [0.75, 1.5): with s = f / (2 + f), it is
// 2·atanh(s) = f - (f²/2 - s·(f²/2 + s²·p(s²))). The minimax polynomial p of degree 6 errs by 2^-55.9.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

#include <limits>

using llvm::ArrayRef;
using namespace astragal::schedule;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;
constexpr double atanhTail[] = {0.6666666666667282,  0.3999999999610225, 0.28571429405950755,
                                0.22222137631000272, 0.181863917176304,  0.15249475417131153,
                                0.15373736993211076};
// For 1 + f in [1, 2], 2^-54.1.
constexpr double wideAtanhTail[] = {0.666666666666777,   0.3999999999604951,  0.2857142905802162,
                                    0.2222219290340379,  0.1818281410622272,  0.1536429500375476,
                                    0.13586318888391735, 0.09902798849941646, 0.17739802686167677};
constexpr uint64_t bitsOfOne = 0x3FF0000000000000, bitsOfThreeQuarters = 0x3FE8000000000000;
constexpr uint64_t fractionMask = 0x000FFFFFFFFFFFFF;
} // namespace

Decomposed astragal::schedule::decompose(Real x) {
  // Moved so that the exponent changes at 0.75 in place of 1.
  Bits moved = bitsOf(x) + (bitsOfOne - bitsOfThreeQuarters);
  Bits biased = moved >> 52;
  // An integer below 2^52 in the low bits of 2^52 is a double without a conversion.
  Real exponent = realOf(biased | 0x4330000000000000) - (0x1p52 + 1023);
  Real significand = realOf((moved & fractionMask) + bitsOfThreeQuarters);
  return {exponent, significand - 1.0, biased};
}

/// log(2^k · (1 + f)) + low - k·ln2Low, where low holds k·ln2Low and what else is tiny beside the result.
static Real logKernel(Real k, Real f, Real low) {
  Real s = f / (f + 2.0);
  Real z = s * s;
  Real half = f * f * 0.5;
  Real tail = mulAdd(s, mulAdd(z, f.b->polynomial(z, atanhTail), half), low);
  return mulAdd(k, ln2High, f - (half - tail));
}

static Real logKernel(Real f, ArrayRef<double> tail) {
  Real s = f / (f + 2.0);
  Real z = s * s;
  Real half = f * f * 0.5;
  return f - (half - s * mulAdd(z, f.b->polynomial(z, tail), half));
}

/// log(1 + f) for 1 + f in [0.75, 1.5).
static Real logKernel(Real f) { return logKernel(f, atanhTail); }

namespace {
/// Subnormals are scaled into the normal range first.
struct Normalized {
  Real exponent, fraction;
};
} // namespace

static Normalized normalize(Real x) {
  if (x.b->scaleb) {
    Real scaled = significand(x);
    return {logB(x) - logB(scaled), scaled - 1.0};
  }
  Cond subnormal = x < 0x1p-1022;
  Decomposed parts = decompose(select(subnormal, x * 0x1p54, x));
  return {parts.exponent - select(subnormal, 54.0, 0.0), parts.fraction};
}

/// The logarithm of zero, of negative numbers, of infinity and of NaN, unless the exponent was infinite or
/// the significand NaN for these.
static Real withSpecialCases(Real x, Real logarithm) {
  if (x.b->scaleb)
    return logarithm;
  Real finite = select(x < infinity, logarithm, x);
  return select(x > 0.0, finite, select(x == 0.0, x.b->constant(-infinity), select(isNaN(x), x, notANumber)));
}

Real astragal::schedule::expandLog(Real x) {
  Normalized parts = normalize(x);
  return withSpecialCases(x, logKernel(parts.exponent, parts.fraction, parts.exponent * ln2Low));
}

Real astragal::schedule::expandLog2(Real x) {
  Normalized parts = normalize(x);
  return withSpecialCases(x, mulAdd(logKernel(parts.fraction), 0x1.71547652b82fep+0, parts.exponent));
}

Real astragal::schedule::expandLog10(Real x) {
  constexpr double log10e = 0.4342944819032518, log10of2High = 0.3010299955494702,
                   log10of2Low = 1.1451100898021838e-10;
  Normalized parts = normalize(x);
  Real k = parts.exponent;
  return withSpecialCases(
      x, mulAdd(k, log10of2High, mulAdd(logKernel(parts.fraction), log10e, k * log10of2Low)));
}

Real astragal::schedule::expandLog1p(Real x) {
  RealBuilder &b = *x.b;
  Real sum = x + 1.0;
  Real lost = select(x > 1.0, 1.0 - (sum - x), x - (sum - 1.0));
  // Near zero 1 + x would lose digits that x itself, being the fraction, has.
  Cond near = (x > -0.25) & (x < 0.5);
  Decomposed parts = decompose(select(near, 1.0, sum));
  Real f = select(near, x, parts.fraction);
  // The derivative of log at the rounded sum, to the few digits that what was lost needs.
  Real slope = realOf((2046 - parts.biasedExponent) << 52) * mulAdd(f, f - 1.0, 1.0);
  // Nothing is lost near zero; far away it does not matter, and the slope's exponent would be out of range.
  Real low = select(near | (x > 0x1p60), b.constant(0.0), lost * slope);
  Real logarithm = withSign(logKernel(parts.exponent, f, mulAdd(parts.exponent, ln2Low, low)), x);
  Real finite = select(x < infinity, logarithm, x);
  return select(x > -1.0, finite, select(x == -1.0, b.constant(-infinity), select(isNaN(x), x, notANumber)));
}

Real astragal::schedule::expandLog1pExp(Real x) {
  // z is in [0, 1]: one interval, and no selection that the rest would wait for.
  Real z = expandExp(-magnitude(x));
  return atLeast(x, 0.0) + logKernel(z, wideAtanhTail);
}
