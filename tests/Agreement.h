//===- Agreement.h - what agreement of numbers means ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_AGREEMENT_H
#define ASTRAGAL_TESTS_AGREEMENT_H

#include <algorithm>
#include <cmath>

namespace astragal::tests {

/// What a tolerance is relative to: |value|, but at least a thousandth of the largest element of its vector, and 1e-6.
inline double scaleOf(double value, double largest) {
  return std::max({std::fabs(value), 1e-3 * largest, 1e-6});
}

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_AGREEMENT_H
