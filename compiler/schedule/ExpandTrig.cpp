//===- ExpandTrig.cpp - sine, cosine, tangent, arctangent ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands functions that rest on sin and cos of |r| <= π/4, where x = k·π/2 + r and r is a sum of
// two doubles. π/2 is cut into pieces of 30 bits, whose products with k < 2^23 are exact.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

using namespace astragal::schedule;

namespace {
constexpr double pieces[] = {0x1.921fb54p+0, 0x1.10b46118p-30, 0x1.313198ap-61, 0x1.701b839a25205p-92};
constexpr double shifter = 0x1.8p52;
constexpr double sineTail[] = {-0.16666666666666632,  0.00833333333332237,    -0.00019841269829771197,
                               2.755731367867558e-06, -2.505075596283765e-08, 1.5896666583670493e-10};
constexpr double cosineTail[] = {0.0416666666666666,      -0.0013888888888874064, 2.4801587289443444e-05,
                                 -2.7557314340650397e-07, 2.0875721622638566e-09, -1.1359559280207792e-11};

// 2^-54 relative to atan, for z <= tan(π/8)².
constexpr double atanTail[] = {-0.3333333333333333,  0.19999999999999804,   -0.14285714285659828,
                               0.11111111105155447,  -0.09090908753500877,  0.07692296375032143,
                               -0.06666424885738255, 0.05878928997834775,   -0.05230454270650244,
                               0.04551593220626549,  -0.034570561981427744, 0.016285756855221028};
constexpr double tanEighthPi = 0.41421356237309503, tanThreeEighthsPi = 2.414213562373095;
constexpr double halfPi = 0x1.921fb54442d18p+0, halfPiLow = 0x1.1a62633145c07p-54;

struct Quadrant {
  Bits k;            // in the low bits
  Real sine, cosine; // of r
};
} // namespace

static Quadrant reduce(Real x) {
  Real shifted = mulAdd(x, 0x1.45f306dc9c883p-1, x.b->constant(shifter));
  Real k = shifted - shifter;
  Real first = x - k * pieces[0]; // exact: the two are within a factor of two
  Real second = k * pieces[1];
  Real high = first - second;
  Real kept = high - first;
  Real low = (first - (high - kept)) - (second + kept);
  low = (low - k * pieces[2]) - k * pieces[3];
  Real r = high + low;
  Real rLow = low - (r - high);

  Real z = r * r;
  // sin(r + l) = r + l + r³·S - l·r²/2, cos(r + l) = 1 - r²/2 + r⁴·C - r·l.
  Real sine = r + mulAdd(z * r, x.b->polynomial(z, sineTail), mulAdd(z * -0.5, rLow, rLow));
  Real halfSquare = z * 0.5;
  Real top = 1.0 - halfSquare;
  Real rest = ((1.0 - top) - halfSquare) + mulAdd(z * z, x.b->polynomial(z, cosineTail), -(r * rLow));
  return {bitsOf(shifted), sine, top + rest};
}

/// Whether bit n of the quadrant is set, as the sign of a real.
static Real signFrom(Bits k, unsigned n) { return realOf((k >> n) << 63); }

static Cond isOdd(Bits k) { return withSign(k.b->constant(1.0), signFrom(k, 0)) < 0.0; }

/// The first with its sign flipped where the second has the sign bit.
static Real flipped(Real x, Real sign) { return x * withSign(x.b->constant(1.0), sign); }

Real astragal::schedule::expandSin(Real x) {
  Quadrant q = reduce(x);
  Real sine = flipped(select(isOdd(q.k), q.cosine, q.sine), signFrom(q.k, 1));
  return select(x == 0.0, x, sine);
}

Real astragal::schedule::expandCos(Real x) {
  Quadrant q = reduce(x);
  // Negative in quadrants 1 and 2.
  Bits next = q.k + 1;
  return flipped(select(isOdd(q.k), q.sine, q.cosine), signFrom(next, 1));
}

Real astragal::schedule::expandTan(Real x) {
  Quadrant q = reduce(x);
  Cond odd = isOdd(q.k);
  Real quotient = select(odd, q.cosine, q.sine) / select(odd, -q.sine, q.cosine);
  return select(x == 0.0, x, quotient);
}

Real astragal::schedule::expandAtan(Real x) {
  // atan(x) = base + atan(r) with |r| <= tan(π/8): r is x, (x - 1) / (x + 1) or -1 / x.
  Real size = magnitude(x);
  Cond middle = size > tanEighthPi, far = size > tanThreeEighthsPi;
  Real one = x.b->constant(1.0);
  Real r = select(far, -one, select(middle, size - 1.0, size)) /
           select(far, size, select(middle, size + 1.0, one));
  Real z = r * r;
  Real low =
      mulAdd(z * r, x.b->polynomial(z, atanTail), select(far, halfPiLow, select(middle, halfPiLow / 2, 0.0)));
  return withSign(select(far, halfPi, select(middle, halfPi / 2, 0.0)) + (r + low), x);
}
