//===- Statistics.cpp - what chains say of a quantity ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything comes from one sort. Distances from the median are sorted by merging what lies on its two sides.
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Statistics.h"
#include "runtime/diagnostics/Autocovariance.h"
#include "runtime/diagnostics/Ranks.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace astragal;
using namespace astragal::diagnostics;

static constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

static double meanOf(const std::vector<double> &values) {
  double sum = 0;
  for (double value : values)
    sum += value;
  return sum / double(values.size());
}

static double varianceOf(const std::vector<double> &values) {
  double mean = meanOf(values), sum = 0;
  for (double value : values)
    sum += (value - mean) * (value - mean);
  return sum / double(values.size() - 1);
}

double astragal::diagnostics::quantile(const std::vector<double> &sorted, double probability) {
  if (sorted.empty())
    return notANumber;
  double place = probability * double(sorted.size() - 1);
  size_t below = size_t(place);
  double fraction = place - double(below);
  return fraction == 0 ? sorted[below] : sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double astragal::diagnostics::effectiveSampleSize(const double *values, int chains, int length) {
  int64_t n = length;
  double total = double(chains) * double(n);
  if (n < 4 || std::all_of(values, values + chains * n, [=](double value) { return value == values[0]; }))
    return notANumber;
  Autocovariance covariance(values, chains, n);
  double within = covariance(0) * double(n) / double(n - 1);
  double plus = within * double(n - 1) / double(n);
  if (chains > 1)
    plus += varianceOf(covariance.chainMeans());
  auto correlation = [&](int64_t lag) { return 1 - (within - covariance(lag)) / plus; };

  // Geyer's initial positive sequence: sums of adjacent pairs, until one is negative.
  std::vector<double> rho = {1, correlation(1)};
  double even = 1, odd = rho[1];
  int64_t last = 1;
  while (last < n - 4 && even + odd > 0) {
    even = correlation(last + 1);
    odd = correlation(last + 2);
    rho.push_back(even + odd >= 0 ? even : 0);
    rho.push_back(even + odd >= 0 ? odd : 0);
    last += 2;
  }
  rho.resize(last + 2, 0.0);
  if (even > 0) // improves the estimate for antithetic chains
    rho[last + 1] = even;
  // And then the monotone one.
  for (int64_t t = 1; t <= last - 3; t += 2)
    if (rho[t + 1] + rho[t + 2] > rho[t - 1] + rho[t])
      rho[t + 1] = rho[t + 2] = 0.5 * (rho[t - 1] + rho[t]);
  double tau = -1;
  for (int64_t t = 0; t < last; ++t)
    tau += 2 * rho[t];
  tau += rho[last + 1];
  return total / std::max(tau, 1 / std::log10(total));
}

double astragal::diagnostics::potentialScaleReduction(const double *values, int chains, int length) {
  if (chains < 2 || length < 2)
    return notANumber;
  std::vector<double> means(chains), variances(chains), chain;
  for (int c = 0; c < chains; ++c) {
    chain.assign(values + int64_t(c) * length, values + int64_t(c + 1) * length);
    means[c] = meanOf(chain);
    variances[c] = varianceOf(chain);
  }
  double within = meanOf(variances), between = varianceOf(means); // between / length
  return std::sqrt((between * length / within + length - 1) / length);
}

double astragal::diagnostics::eBfmi(const std::vector<double> &energy) {
  if (energy.size() < 2)
    return notANumber;
  double mean = meanOf(energy), steps = 0, spread = 0;
  for (size_t i = 0; i < energy.size(); ++i) {
    spread += (energy[i] - mean) * (energy[i] - mean);
    if (i)
      steps += (energy[i] - energy[i - 1]) * (energy[i] - energy[i - 1]);
  }
  return steps / spread;
}

Statistics astragal::diagnostics::statistics(const Chains &chains) {
  Statistics result;
  double *fields[] = {&result.mean,    &result.mcse,    &result.stdDev, &result.mad,
                      &result.q5,      &result.q50,     &result.q95,    &result.essBulk,
                      &result.essTail, &result.essMean, &result.rHat};
  for (double *field : fields)
    *field = notANumber;
  size_t length = chains.empty() ? 0 : chains[0].size();
  for (const std::vector<double> &chain : chains)
    length = std::min(length, chain.size());
  if (length == 0)
    return result;

  // Halves of chains, one after the other. Of an odd number of draws the middle one is left out.
  int half = int(length / 2), parts = int(2 * chains.size());
  std::vector<double> all, split;
  all.reserve(chains.size() * length);
  split.reserve(size_t(parts) * half);
  for (const std::vector<double> &chain : chains) {
    all.insert(all.end(), chain.begin(), chain.begin() + length);
    split.insert(split.end(), chain.begin(), chain.begin() + half);
    split.insert(split.end(), chain.begin() + (length - half), chain.begin() + length);
  }
  result.mean = meanOf(all);
  if (!std::all_of(all.begin(), all.end(), [](double value) { return std::isfinite(value); }))
    return result;
  if (all.size() > 1)
    result.stdDev = std::sqrt(varianceOf(all));

  std::vector<uint32_t> order = sortedOrder(split);
  std::vector<double> sorted = all;
  if (split.size() == all.size())
    for (size_t i = 0; i < order.size(); ++i)
      sorted[i] = split[order[i]];
  else
    std::sort(sorted.begin(), sorted.end());
  result.q5 = quantile(sorted, 0.05);
  result.q50 = quantile(sorted, 0.5);
  result.q95 = quantile(sorted, 0.95);
  std::vector<double> nearest = sortedDistances(sorted, result.q50, sorted.size() / 2 + 1);
  // The median of all distances is the mean of the last two if their number is even.
  result.mad =
      1.4826 * (sorted.size() % 2 ? nearest.back() : quantile({nearest.end() - 2, nearest.end()}, 0.5));
  if (half < 2 || sorted.front() == sorted.back())
    return result;

  std::vector<double> scores = normalScores(split, order);
  result.essBulk = effectiveSampleSize(scores.data(), parts, half);
  result.rHat = potentialScaleReduction(scores.data(), parts, half);

  double median = result.q50;
  if (split.size() != all.size()) {
    std::vector<double> kept;
    for (uint32_t index : order)
      kept.push_back(split[index]);
    median = quantile(kept, 0.5);
  }
  std::vector<double> folded(split.size());
  for (size_t i = 0; i < split.size(); ++i)
    folded[i] = std::fabs(split[i] - median);
  scores = normalScores(folded, foldedOrder(folded, order, split, median));
  double tail = potentialScaleReduction(scores.data(), parts, half);
  result.rHat = std::fmax(result.rHat, tail); // the other one if one is NaN

  std::vector<double> indicator(split.size());
  auto essBelow = [&](double limit) {
    for (size_t i = 0; i < split.size(); ++i)
      indicator[i] = split[i] <= limit;
    return effectiveSampleSize(indicator.data(), parts, half);
  };
  result.essTail = std::fmin(essBelow(result.q5), essBelow(result.q95));
  result.essMean = effectiveSampleSize(split.data(), parts, half);
  result.mcse = result.stdDev / std::sqrt(result.essMean);
  return result;
}
