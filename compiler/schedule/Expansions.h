//===- Expansions.h - elementary functions as arithmetic --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the expansions, one family a source file. Each holds on the whole domain: signed zeros,
// subnormals, infinities and NaN included. tests/compiler/schedule/AccuracyTest.cpp measures them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_EXPANSIONS_H
#define ASTRAGAL_COMPILER_SCHEDULE_EXPANSIONS_H

#include "compiler/schedule/RealBuilder.h"

namespace astragal::schedule {

/// Whether `op` is a function of one argument that expand-math writes out. ExpandMath.cpp
bool hasExpansion(mlir::Operation *op);

// ExpandExp.cpp
Real expandExp(Real x);
Real expandExp2(Real x);
Real expandExpm1(Real x);
Real expandTanh(Real x);
Real expandSinh(Real x);
Real expandCosh(Real x);
Real expandLogistic(Real x);
/// exp(high + low), where low is at most an ulp of high.
Real expOfSum(Real high, Real low);

// ExpandLog.cpp
Real expandLog(Real x);
Real expandLog2(Real x);
Real expandLog10(Real x);
Real expandLog1p(Real x);
Real expandLog1pExp(Real x);

/// A number as 2^exponent · (1 + fraction), the significand in [0.75, 1.5).
struct Decomposed {
  Real exponent, fraction;
  Bits biasedExponent;
};
/// Decomposes a positive number that is finite and normal.
Decomposed decompose(Real x);

// ExpandPow.cpp
Real expandPow(Real x, Real y);

// ExpandTrig.cpp: right up to `trigLimit` in magnitude, beyond which the reduction by π/2 loses digits.
constexpr double trigLimit = 0x1p22;
Real expandSin(Real x);
Real expandCos(Real x);
Real expandTan(Real x);
Real expandAtan(Real x);

// ExpandGamma.cpp: for x > 0, and at zero.
Real expandLgamma(Real x);
Real expandDigamma(Real x);
Real expandTrigamma(Real x);

// ExpandErf.cpp
Real expandErf(Real x);
Real expandErfc(Real x);
Real expandNormalCdf(Real x);
Real expandNormalQuantile(Real p);

} // namespace astragal::schedule

#endif // ASTRAGAL_COMPILER_SCHEDULE_EXPANSIONS_H
