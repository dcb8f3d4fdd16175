//===- ExpandGamma.cpp - the gamma function's logarithm and its derivatives -===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands lgamma, digamma and trigamma for positive arguments: by recurrence onto an interval of
// length one, where a polynomial holds, and by Stirling's series (Abramowitz and
// Stegun 6.1.41, 6.3.18, 6.4.12) far out. The recurrence only ever adds numbers of one sign, but at the roots
// of digamma. Products of shifted arguments take one logarithm, or one division, for the whole recurrence.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

using namespace astragal::schedule;

namespace {
// lgamma(2 + t) / t for |t| <= 1/2: 2^-55.
constexpr double lgammaCore[] = {
    0.42278433509846713,     0.3224670334241132,     -0.06735230105319814,    0.02058080842778457,
    -0.0073855510286681535,  0.002890510330738737,   -0.0011927539120010226,  0.0005096695248853096,
    -0.00022315475074520367, 9.945750909889392e-05,  -4.4926351103833334e-05, 2.050726741605779e-05,
    -9.438458716242811e-06,  4.374374916915131e-06,  -2.0449201467015115e-06, 9.578663334114758e-07,
    -4.303558760359961e-07,  2.0304806751615227e-07, -1.3412819758517287e-07, 6.379047507619774e-08};
// x·(lgamma(x) - ((x - 1/2)·log(x) - x + log(2π)/2)) in 1/x², for x >= 11.5: 2^-54.
constexpr double stirling[] = {0.08333333333333333,    -0.002777777777772741, 0.0007936507858609519,
                               -0.0005952336775565864, 0.0008406131959596544, -0.0017810058132283423};
constexpr double stirlingConstant = 0.9189385332046728 - 0.5; // log(2π)/2 - 1/2
constexpr int stirlingFrom = 11;                              // and a half

// digamma(5/2 + t) for |t| <= 1/2: 2^-55.
constexpr double digammaCore[] = {0.7031566406452432,     0.49035775610023485,     -0.11810202582086309,
                                  0.03731764146954176,    -0.013073166646180193,   0.004821409821419739,
                                  -0.0018305640355441625, 0.0007073881640957325,   -0.00027643930999581804,
                                  0.00010882586435206692, -4.3052048513574485e-05, 1.708891125596372e-05,
                                  -6.803232576993842e-06, 2.7109965480846823e-06,  -1.0640705254157975e-06,
                                  4.2481223325063033e-07, -2.0687583795242883e-07, 8.267815845287522e-08};
// x²·(log(x) - 1/(2x) - digamma(x)) in 1/x², for x >= 7: 2^-54.
constexpr double digammaTail[] = {0.08333333333333333,   -0.00833333333332384, 0.003968253958426331,
                                  -0.004166662767567941, 0.007574991595408956, -0.021009956001674945,
                                  0.07823545304690731,   -0.2688613631355613};
constexpr int digammaTailFrom = 7;

// x³·(trigamma(x) - 1/x - 1/(2x²)) in 1/x², for x >= 8: 2^-54.
constexpr double trigammaTail[] = {0.16666666666666666,  -0.03333333333330476, 0.023809523770911365,
                                   -0.03333331335581846, 0.07575246348177586,  -0.2523946862734603,
                                   1.1093601965597248,   -4.575304142113963};
constexpr int trigammaTailFrom = 8;
} // namespace

Real astragal::schedule::expandLgamma(Real x) {
  RealBuilder &b = *x.b;
  // Below 11.5, with n the nearest integer and t = x - n, lgamma(x) is lgamma(2 + t) plus or minus the
  // logarithm of what lies between 2 + t and x: (x - 1)…(x - n + 2), x, or x·(x + 1).
  Real n = rounded(x);
  Real t = x - n;
  // As a tree: nobody waits for nine products.
  llvm::SmallVector<Real> factors{x - 1.0};
  for (int j = 2; j + 2 <= stirlingFrom; ++j)
    factors.push_back(select(n >= j + 2.0, x - double(j), 1.0));
  for (size_t count = factors.size(); count > 1; count = (count + 1) / 2)
    for (size_t k = 0; k < count / 2; ++k)
      factors[k] = factors[k] * factors[count - 1 - k];
  Real product = factors.front();
  Cond below = n < 2.0, far = x >= stirlingFrom + 0.5;
  product = select(n == 2.0, 1.0, select(n < 1.0, x * (x + 1.0), select(below, x, product)));
  Real log = expandLog(select(far, x, product));
  Real near = mulAdd(t, b.polynomial(t, lgammaCore, /*isLong=*/true), select(below, -log, log));
  Real inverse = 1.0 / x;
  Real series = mulAdd(inverse, b.polynomial(inverse * inverse, stirling), stirlingConstant);
  return select(far, mulAdd(x - 0.5, log - 1.0, series), near);
}

Real astragal::schedule::expandDigamma(Real x) {
  RealBuilder &b = *x.b;
  // With n = floor(x) <= 6, digamma(x) is digamma(2 + (x - n)) plus the sum of 1/(x - 1) … 1/(x - n + 2), or
  // minus 1/x and 1/x + 1/(x + 1): a fraction numerator / denominator.
  Real n = truncate(x);
  Real t = (x - n) - 0.5;
  Real denominator = x - 1.0, numerator = b.constant(1.0);
  for (int j = 2; j + 2 < digammaTailFrom; ++j) {
    Cond reached = n >= j + 2.0;
    Real factor = x - double(j);
    numerator = select(reached, mulAdd(numerator, factor, denominator), numerator);
    denominator = select(reached, denominator * factor, denominator);
  }
  Cond zero = n < 1.0, one = n == 1.0, far = x >= double(digammaTailFrom);
  numerator = select(zero, -(x + x + 1.0), select(one, -1.0, select(n == 2.0, 0.0, numerator)));
  denominator = select(zero, x * (x + 1.0), select(one, x, denominator));
  Real near = b.polynomial(t, digammaCore, /*isLong=*/true) + numerator / denominator;
  Real inverse = 1.0 / x, square = inverse * inverse;
  Real tail = mulAdd(inverse, 0.5, square * b.polynomial(square, digammaTail));
  return select(far, expandLog(x) - tail, near);
}

Real astragal::schedule::expandTrigamma(Real x) {
  RealBuilder &b = *x.b;
  // Two steps of the recurrence at a time: 1/z² + 1/(z + 1)².
  Real z = x, sum = b.constant(0.0);
  for (int j = 0; j < trigammaTailFrom; j += 2) {
    Cond below = z < double(trigammaTailFrom);
    Real next = z + 1.0;
    Real first = 1.0 / z, second = 1.0 / next;
    sum = select(below, mulAdd(first, first, mulAdd(second, second, sum)), sum);
    z = select(below, z + 2.0, z);
  }
  Real inverse = 1.0 / z, square = inverse * inverse;
  Real tail = mulAdd(square * inverse, b.polynomial(square, trigammaTail), square * 0.5);
  return sum + (inverse + tail);
}
