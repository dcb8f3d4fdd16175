//===- Comparison.h - draws against reference posteriors --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines estimates with standard errors, and how those of a run are held against a reference's.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_POSTERIORS_COMPARISON_H
#define ASTRAGAL_TESTS_POSTERIORS_COMPARISON_H

#include "runtime/inference/Sample.h"

#include <map>
#include <string>
#include <vector>

namespace astragal::tests {

struct Estimate {
  double value, error; ///< error: the standard error
};

/// "mean", "mean_square", "q5", "q50", "q95".
using Estimates = std::map<std::string, Estimate>;
/// By name of quantity, as "theta[1]".
using Posterior = std::map<std::string, Estimates>;

/// What tests/reference/posteriors.json holds, by name of posterior.
std::map<std::string, Posterior> readReference(const std::string &path);

/// Of one quantity, a vector a chain. Standard errors of quantiles are half the distance between the
/// quantiles one standard error of the probability below and above.
Estimates estimate(const std::vector<std::vector<double>> &chains);

/// The limit for |z| of so many comparisons at a family-wise error rate of 0.005.
double limitOfZ(size_t comparisons);

/// A sentence each.
struct Findings {
  std::vector<std::string> differences; ///< of more than the limit
  std::vector<std::string> imprecise;   ///< quantities with a bulk or tail effective sample size below 4000

  bool empty() const { return differences.empty() && imprecise.empty(); }
  std::string text() const;
};

/// `limit` is in standard errors of the difference.
Findings compare(const inference::Draws &draws, const Posterior &reference, double limit);

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_POSTERIORS_COMPARISON_H
