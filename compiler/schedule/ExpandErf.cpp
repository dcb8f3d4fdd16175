//===- ExpandErf.cpp - the error function and the normal distribution ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands erf, erfc, the normal distribution function and its inverse. In the tail, erfc(z) is
// exp(-z²) times a function that varies slowly, which in t = (z - 5/2) / (z + 5/2) is a polynomial (Shepherd
// and Laframboise 1981); the square is exact, since exp multiplies its error by z². The inverse is AS 241
// (Wichura 1988).
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

#include <limits>

using namespace astragal::schedule;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

// erf(z) / z in z², for z <= 1/2: 2^-56.
constexpr double nearZero[] = {1.1283791670955126,     -0.3761263890318375,     0.1128379167095487,
                               -0.02686617064499972,   0.0052239776220169365,   -0.0008548326510724796,
                               0.00012055286202005714, -1.4923003368152099e-05, 1.637123442577e-06,
                               -1.462091340945175e-07};
// (1 + 2z)·exp(z²)·erfc(z) in t, for 1/2 <= z <= 28: 2^-55.
constexpr double tailCoefficients[] = {
    1.2648381843668615,      -0.12235676308240391,  -0.09902453957359442,   0.15762991902316154,
    -0.10296705603909058,    0.03276089327116656,   0.0009318928313035082,  -0.004382078392235905,
    0.000491865623824022,    0.0006321249462193283, -8.847778859395323e-05, -0.00011352669241466046,
    6.259424672752805e-06,   2.271943474373966e-05, 2.626569578867381e-06,  -4.2762804437175635e-06,
    -1.6099514299162484e-06, 6.354838907299171e-07, 5.418519299611337e-07,  -8.47622934269096e-08,
    -1.0587646567837358e-07, 2.2691804102771046e-08};
constexpr double centre = 2.5, tailEnd = 28;
constexpr double sqrt2 = 1.4142135623730951;

// AS 241, PPND16: the centre and two tails, numerators and denominators.
constexpr double centreOver[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                 1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double centreUnder[] = {1.0,
                                  4.2313330701600911252e+1,
                                  6.8718700749205790830e+2,
                                  5.3941960214247511077e+3,
                                  2.1213794301586595867e+4,
                                  3.9307895800092710610e+4,
                                  2.8729085735721942674e+4,
                                  5.2264952788528545610e+3};
constexpr double nearOver[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                               3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double nearUnder[] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
constexpr double farOver[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double farUnder[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
constexpr double centreLimit = 0.425, nearLimit = 5, nearShift = 1.6;
} // namespace

/// factor·exp(z²)·erfc(z) for z = x / unit between 1/2 and 28.
static Real scaledErfc(Real x, double unit, double factor) {
  double coefficients[std::size(tailCoefficients)];
  for (size_t k = 0; k < std::size(coefficients); ++k)
    coefficients[k] = tailCoefficients[k] * (factor * unit / 2);
  Real t = (x - centre * unit) / (x + centre * unit);
  return x.b->polynomial(t, coefficients) / (x + unit / 2);
}

/// exp(-scale·x²), the scale being a power of two.
static Real gaussian(Real x, double scale) {
  Double square = exactProduct(x, x);
  return expOfSum(square.high * -scale, square.low * -scale);
}

static Real erfNearZero(Real x) { return x * x.b->polynomial(x * x, nearZero); }

/// erfc(|x|) for |x| >= 1/2.
static Real erfcTail(Real size) {
  Real z = atMost(atLeast(size, 0.5), tailEnd);
  return gaussian(z, 1) * scaledErfc(z, 1, 1);
}

Real astragal::schedule::expandErf(Real x) {
  Real size = magnitude(x);
  return select(size < 0.5, erfNearZero(x), withSign(1.0 - erfcTail(size), x));
}

Real astragal::schedule::expandErfc(Real x) {
  Real size = magnitude(x);
  Real tail = erfcTail(size);
  return select(size < 0.5, 1.0 - erfNearZero(x), select(x < 0.0, 2.0 - tail, tail));
}

Real astragal::schedule::expandNormalCdf(Real x) {
  // As erfc(-x / sqrt(2)) / 2, but squaring x itself.
  Real size = magnitude(x);
  Cond isNear = size < 0.7;
  Real far = atMost(atLeast(size, 0.7), 39.0);
  Real tail = gaussian(far, 0.5) * scaledErfc(far, sqrt2, 0.5);
  Real near = erfNearZero(x * (sqrt2 / 2)) * 0.5 + 0.5;
  return select(isNear, near, select(x > 0.0, 1.0 - tail, tail));
}

Real astragal::schedule::expandNormalQuantile(Real p) {
  RealBuilder &b = *p.b;
  Real q = p - 0.5;
  Cond central = magnitude(q) <= centreLimit;
  Real tail = squareRoot(-expandLog(select(q < 0.0, p, 1.0 - p)));
  Cond near = tail <= nearLimit;
  Real r = select(central, centreLimit * centreLimit - q * q, tail - select(near, nearShift, nearLimit));
  Real square = r * r;
  auto choose = [&](auto &ofCentre, auto &ofNear, auto &ofFar) {
    auto coefficient = [&](size_t k) {
      return select(central, b.constant(ofCentre[k]), select(near, ofNear[k], ofFar[k]));
    };
    // The terms of even and of odd power, as RealBuilder::polynomial has them.
    Real even = coefficient(6), odd = coefficient(7);
    for (size_t k = 6; k >= 2; k -= 2) {
      even = mulAdd(even, square, coefficient(k - 2));
      odd = mulAdd(odd, square, coefficient(k - 1));
    }
    return mulAdd(odd, r, even);
  };
  Real quotient = choose(centreOver, nearOver, farOver) / choose(centreUnder, nearUnder, farUnder);
  Real value = select(central, q * quotient, withSign(quotient, q));
  Real outside = select((p == 0.0) | (p == 1.0), withSign(b.constant(infinity), q), notANumber);
  return select((p > 0.0) & (p < 1.0), value, outside);
}
