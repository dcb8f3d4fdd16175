//===- ExpandExp.cpp - exp and its relatives -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file expands functions that rest on exp(r) = 1 + r + r²·q(r) for |r| <= ln(2)/2, where x = k·ln(2) +
// r. The quotient q is the minimax polynomial of degree 9 for the error relative to expm1(r), 2^-55.6.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"

using namespace astragal::schedule;

namespace {
// ln(2) in two parts, the first short enough for its product with any exponent to be exact.
constexpr double log2e = 0x1.71547652b82fep+0, ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;
// A double this large has no fraction: adding it rounds, and leaves the integer in the low bits.
constexpr double shifter = 0x1.8p52;

constexpr double quotient[] = {0.5000000000000006,     0.16666666666666685,   0.041666666666572774,
                               0.00833333333331443,    0.0013888888932675509, 0.00019841269903432627,
                               2.4801504069514744e-05, 2.755722755526708e-06, 2.762648314696073e-07,
                               2.5114609890769826e-08};

/// x = k·ln(2) + r; the low bits of `integer` hold k + bias.
struct Reduced {
  Real k, r;
  Bits integer;
};
} // namespace

static Reduced reduce(Real x, int bias) {
  double shift = shifter + bias;
  Real shifted = mulAdd(x, log2e, x.b->constant(shift));
  Real k = shifted - shift;
  Real r = mulAdd(k, -ln2Low, mulAdd(k, -ln2High, x));
  return {k, r, bitsOf(shifted)};
}

/// exp(r) - 1.
static Real expm1Kernel(Real r) { return mulAdd(r * r, r.b->polynomial(r, quotient), r); }

/// p·2^k where the integer's low bits hold k + 2046: where it takes two steps, since 2^k alone may overflow
/// or be subnormal.
static Real scale(Real p, const Reduced &reduced) {
  if (p.b->scaleb)
    return scaleB(p, reduced.k);
  Bits half = reduced.integer >> 1;
  return roundedProduct(p * realOf(half << 52), realOf((reduced.integer - half) << 52));
}

static Real clampToRange(Real x) { return atLeast(atMost(x, 710.0), -746.0); }

Real astragal::schedule::expandExp(Real x) {
  Reduced reduced = reduce(clampToRange(x), 2046);
  return scale(expm1Kernel(reduced.r) + 1.0, reduced);
}

Real astragal::schedule::expOfSum(Real high, Real low) {
  Reduced reduced = reduce(clampToRange(high), 2046);
  return scale(expm1Kernel(reduced.r + low) + 1.0, reduced);
}

Real astragal::schedule::expandExp2(Real x) {
  double shift = shifter + 2046;
  Real clamped = atLeast(atMost(x, 1025.0), -1080.0);
  Real shifted = clamped + shift;
  Real k = shifted - shift;
  Real r = (clamped - k) * 0x1.62e42fefa39efp-1;
  return scale(expm1Kernel(r) + 1.0, {k, r, bitsOf(shifted)});
}

/// exp(x) / 2 for x >= 0: finite where exp(x) is not.
static Real halfExp(Real x) {
  Reduced reduced = reduce(atMost(x, 712.0), 2046);
  reduced.k = reduced.k - 1.0;
  reduced.integer = reduced.integer + uint64_t(-1);
  return scale(expm1Kernel(reduced.r) + 1.0, reduced);
}

Real astragal::schedule::expandExpm1(Real x) {
  // Twice (2^(k-1)·expm1(r) + (2^(k-1) - 1/2)): 2^k itself overflows for the largest x.
  Reduced reduced = reduce(atLeast(atMost(x, 709.9), -40.0), 1023 - 1);
  Real power = realOf(reduced.integer << 52);
  Real halved = mulAdd(power, expm1Kernel(reduced.r), power - 0.5);
  return withSign(halved + halved, x);
}

Real astragal::schedule::expandTanh(Real x) {
  // With t = expm1(2|x|), tanh|x| = t / (t + 2), which is 1 from 20 on.
  Reduced reduced = reduce(atMost(magnitude(x), 20.0) * 2.0, 1023);
  Real power = realOf(reduced.integer << 52);
  Real t = mulAdd(power, expm1Kernel(reduced.r), power - 1.0);
  return withSign(t / (t + 2.0), x);
}

Real astragal::schedule::expandSinh(Real x) {
  Real size = magnitude(x);
  Real t = expandExpm1(atMost(size, 1.0));
  Real h = halfExp(size);
  Real large = h - 0.25 / h;
  return withSign(select(size > 1.0, large, (t + t / (t + 1.0)) * 0.5), x);
}

Real astragal::schedule::expandCosh(Real x) {
  Real h = halfExp(magnitude(x));
  return h + 0.25 / h;
}

Real astragal::schedule::expandLogistic(Real x) {
  Real z = expandExp(-magnitude(x));
  return select(x < 0.0, z, 1.0) / (z + 1.0);
}
