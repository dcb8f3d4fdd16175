//===- Ranks.h - orders and normal scores -----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares sorting by index, and the normal scores of ranks that R-hat and the bulk effective
// sample size are computed from.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_DIAGNOSTICS_RANKS_H
#define ASTRAGAL_RUNTIME_DIAGNOSTICS_RANKS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace astragal::diagnostics {

/// Indices of the values in ascending order. The values are finite.
std::vector<uint32_t> sortedOrder(const std::vector<double> &values);

/// The `count` smallest of |value - centre| of sorted values, ascending.
std::vector<double> sortedDistances(const std::vector<double> &sorted, double centre, size_t count);

/// Indices of `folded`, which is |values - centre|, in ascending order; `order` is that of `values`.
std::vector<uint32_t> foldedOrder(const std::vector<double> &folded, const std::vector<uint32_t> &order,
                                  const std::vector<double> &values, double centre);

/// For each value the normal quantile at (rank - 3/8) / (size + 1/4); equal values share their mean rank.
std::vector<double> normalScores(const std::vector<double> &values, const std::vector<uint32_t> &order);

/// The inverse of the standard normal distribution function.
double normalQuantile(double probability);

} // namespace astragal::diagnostics

#endif // ASTRAGAL_RUNTIME_DIAGNOSTICS_RANKS_H
