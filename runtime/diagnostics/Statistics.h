//===- Statistics.h - what chains say of a quantity -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the estimates and diagnostics of one quantity, after Vehtari, Gelman, Simpson, Carpenter
// and Buerkner 2021 ("Rank-normalization, folding, and localization: an improved R-hat"), and as Stan
// computes them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_DIAGNOSTICS_STATISTICS_H
#define ASTRAGAL_RUNTIME_DIAGNOSTICS_STATISTICS_H

#include <vector>

namespace astragal::diagnostics {

/// The draws of one quantity, a vector a chain. If lengths differ, the shortest one counts.
using Chains = std::vector<std::vector<double>>;

/// NaN where it cannot be said: too few draws, constant or infinite ones.
struct Statistics {
  double mean, mcse, stdDev;
  double mad; ///< median absolute deviation, times 1.4826
  double q5, q50, q95;
  double essBulk, essTail; ///< of ranks; the smaller one of the 5 % and 95 % quantiles
  double essMean;          ///< of the values themselves
  double rHat;             ///< the larger one of the rank-normalised and the folded split R-hat
};

Statistics statistics(const Chains &chains);

/// The energy's Bayesian fraction of missing information (Betancourt 2016) of one chain.
double eBfmi(const std::vector<double> &energy);

/// The effective sample size of `chains` chains of `length` draws, one after the other: Geyer's initial
/// monotone sequence over all of them. NaN if there are fewer than four draws, or if they are constant.
double effectiveSampleSize(const double *values, int chains, int length);

/// The potential scale reduction of such chains, without splitting or ranks.
double potentialScaleReduction(const double *values, int chains, int length);

/// Of sorted values, with linear interpolation between them.
double quantile(const std::vector<double> &sorted, double probability);

} // namespace astragal::diagnostics

#endif // ASTRAGAL_RUNTIME_DIAGNOSTICS_STATISTICS_H
