//===- OwensT.cpp - Owen's T function --------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// T(h, a) = 1 / (2 pi) * integral from 0 to a of exp(-h^2 (1 + x^2) / 2) / (1 + x^2). For 0 <= a <= 1 the
// integrand is smooth and positive, and a Gauss-Legendre rule has full relative accuracy; the identities of
// Owen (1956) lead there.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Special.h"

using namespace astragal::kernels;

/// The positive nodes and the weights of the rule with 32 points.
static constexpr double nodes[16] = {
    0.048307665687738316235, 0.14447196158279649349, 0.23928736225213707454, 0.33186860228212764978,
    0.42135127613063534536,  0.50689990893222939002, 0.58771575724076232904, 0.66304426693021520098,
    0.73218211874028968039,  0.79448379596794240696, 0.84936761373256997013, 0.89632115576605212397,
    0.93490607593773968917,  0.96476225558750643077, 0.9856115115452683354,  0.99726386184948156354};
static constexpr double weights[16] = {
    0.096540088514727800567, 0.095638720079274859419, 0.093844399080804565639, 0.091173878695763884713,
    0.087652093004403811143, 0.083311924226946755222, 0.078193895787070306472, 0.072345794108848506225,
    0.065822222776361846838, 0.058684093478535547145, 0.050998059262376176196, 0.042835898022226680657,
    0.034273862913021433103, 0.025392065309262059456, 0.016274394730905670605, 0.0070186100094700966004};

/// For h >= 0 and 0 <= a <= 1.
static double integrate(double h, double a) {
  // Behind 9 deviations nothing is left.
  double half = 0.5 * (a * h > 9 ? 9 / h : a);
  double sum = 0;
  auto integrand = [h](double x) { return std::exp(-0.5 * h * h * x * x) / (1 + x * x); };
  for (int k = 0; k < 16; ++k)
    sum += weights[k] * (integrand(half * (1 - nodes[k])) + integrand(half * (1 + nodes[k])));
  return sum * half * std::exp(-0.5 * h * h) / (2 * pi);
}

static double owensT(double h, double a) {
  if (std::isnan(h) || std::isnan(a))
    return notANumber;
  double sign = a < 0 ? -1 : 1;
  h = std::fabs(h), a = std::fabs(a);
  if (h == 0)
    return sign * std::atan(a) / (2 * pi);
  if (a <= 1)
    return sign * integrate(h, a);
  double q = 0.5 * std::erfc(h / std::sqrt(2.0)), p = 0.5 * std::erfc(a * h / std::sqrt(2.0));
  return sign * (0.5 * (q + p) - q * p - integrate(a * h, 1 / a));
}

ASTRAGAL_SPECIAL_2(owens_t, owensT)
