//===- DiagnosticsTest.cpp - R-hat and effective sample sizes ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "runtime/diagnostics/Autocovariance.h"
#include "runtime/diagnostics/Ranks.h"
#include "runtime/diagnostics/Statistics.h"
#include "runtime/random/Stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace astragal;
using namespace astragal::diagnostics;

/// Chains of x[t] = phi x[t - 1] + e[t], begun in equilibrium, with variance 1.
static Chains autoregressive(double phi, int chains, int length) {
  random::Stream random(tests::seedOfTest());
  Chains result(chains, std::vector<double>(length));
  for (std::vector<double> &chain : result) {
    random.normals(chain.data(), length);
    for (int t = 1; t < length; ++t)
      chain[t] = phi * chain[t - 1] + std::sqrt(1 - phi * phi) * chain[t];
  }
  return result;
}

static std::vector<double> flat(const Chains &chains) {
  std::vector<double> values;
  for (const std::vector<double> &chain : chains)
    values.insert(values.end(), chain.begin(), chain.end());
  return values;
}

TEST(Diagnostics, IndependentDraws) {
  Statistics s = statistics(autoregressive(0, 4, 1000));
  EXPECT_NEAR(s.essBulk, 4000, 600);
  EXPECT_NEAR(s.essMean, 4000, 600);
  EXPECT_NEAR(s.essTail, 4000, 900);
  EXPECT_LT(s.rHat, 1.01);
  EXPECT_NEAR(s.mean, 0, 5 / std::sqrt(4000));
  EXPECT_NEAR(s.mcse, 1 / std::sqrt(4000), 0.002);
  EXPECT_NEAR(s.stdDev, 1, 0.06);
  EXPECT_NEAR(s.mad, 1, 0.08);
  EXPECT_NEAR(s.q5, -1.645, 0.15);
  EXPECT_NEAR(s.q50, 0, 0.1);
  EXPECT_NEAR(s.q95, 1.645, 0.15);
}

// An AR(1) process has N (1 - phi) / (1 + phi) effective draws.
TEST(Diagnostics, AutoregressiveDraws) {
  for (double phi : {0.5, 0.9}) {
    double expected = 40000 * (1 - phi) / (1 + phi);
    Statistics s = statistics(autoregressive(phi, 4, 10000));
    EXPECT_NEAR(s.essMean, expected, 0.15 * expected);
    EXPECT_NEAR(s.essBulk, expected, 0.15 * expected);
    EXPECT_GT(s.essTail, expected); // tails forget faster
    EXPECT_LT(s.rHat, 1.02);
  }
}

TEST(Diagnostics, AntitheticDrawsAreWorthMore) {
  EXPECT_GT(statistics(autoregressive(-0.5, 4, 2000)).essMean, 16000);
}

TEST(Diagnostics, ChainsThatDisagree) {
  Chains shifted = autoregressive(0, 4, 1000);
  for (double &value : shifted[0])
    value += 2;
  Statistics s = statistics(shifted);
  EXPECT_GT(s.rHat, 1.2);
  EXPECT_LT(s.essBulk, 40);
  // The same location and another scale: only the folded R-hat sees it.
  Chains scaled = autoregressive(0, 4, 1000);
  for (double &value : scaled[0])
    value *= 4;
  std::vector<double> values = flat(scaled);
  EXPECT_LT(potentialScaleReduction(values.data(), 4, 1000), 1.02);
  EXPECT_GT(statistics(scaled).rHat, 1.1);
  // A trend within chains: splitting sees it.
  Chains drifting = autoregressive(0, 4, 1000);
  for (std::vector<double> &chain : drifting)
    for (int t = 0; t < 1000; ++t)
      chain[t] += 0.002 * t;
  EXPECT_GT(statistics(drifting).rHat, 1.1);
}

TEST(Diagnostics, RanksDoNotMindTransformations) {
  Chains chains = autoregressive(0.7, 4, 500), transformed = chains;
  for (std::vector<double> &chain : transformed)
    for (double &value : chain)
      value = std::exp(3 * value);
  Statistics a = statistics(chains), b = statistics(transformed);
  EXPECT_DOUBLE_EQ(a.essBulk, b.essBulk);
  EXPECT_DOUBLE_EQ(a.essTail, b.essTail);
  EXPECT_NE(a.essMean, b.essMean);
}

TEST(Diagnostics, WhatCannotBeSaidIsNaN) {
  Statistics none = statistics({}), constant = statistics({{2, 2, 2, 2, 2, 2}, {2, 2, 2, 2, 2, 2}});
  EXPECT_TRUE(std::isnan(none.mean));
  EXPECT_EQ(constant.mean, 2);
  EXPECT_EQ(constant.q50, 2);
  EXPECT_TRUE(std::isnan(constant.rHat));
  EXPECT_TRUE(std::isnan(constant.essBulk));
  Chains infinite = autoregressive(0, 2, 100);
  infinite[1][7] = INFINITY;
  EXPECT_TRUE(std::isnan(statistics(infinite).rHat));
  EXPECT_TRUE(std::isnan(statistics({{1, 2, 3}, {4, 5, 6}}).essBulk));
  EXPECT_EQ(statistics({{5}}).mean, 5);
}

// The definition by sums, with every lag.
static double slowEss(const Chains &chains) {
  int n = int(chains[0].size()), m = int(chains.size());
  std::vector<double> covariance(n, 0), means;
  for (const std::vector<double> &chain : chains) {
    double mean = std::accumulate(chain.begin(), chain.end(), 0.0) / n;
    means.push_back(mean);
    for (int lag = 0; lag < n; ++lag)
      for (int i = 0; i + lag < n; ++i)
        covariance[lag] += (chain[i] - mean) * (chain[i + lag] - mean) / n / m;
  }
  double grand = std::accumulate(means.begin(), means.end(), 0.0) / m, between = 0;
  for (double mean : means)
    between += (mean - grand) * (mean - grand) / (m - 1);
  double within = covariance[0] * n / (n - 1), plus = covariance[0] + between;
  auto rho = [&](int lag) { return lag == 0 ? 1.0 : 1 - (within - covariance[lag]) / plus; };
  // Geyer: sums of pairs, while positive, made monotone; half of the last one's even term.
  double tau = -1, least = INFINITY;
  for (int t = 0;; t += 2) {
    double pair = rho(t) + rho(t + 1);
    if (t > 0 && pair < 0) {
      tau += std::max(rho(t), 0.0);
      break;
    }
    least = std::min(least, pair);
    tau += 2 * least;
  }
  return double(m) * n / tau;
}

TEST(Diagnostics, EffectiveSampleSizeAgreesWithItsDefinition) {
  for (double phi : {0.0, 0.6, 0.95}) { // the last one needs lags beyond the direct sums
    Chains chains = autoregressive(phi, 3, 700);
    std::vector<double> values = flat(chains);
    double expected = slowEss(chains);
    EXPECT_NEAR(effectiveSampleSize(values.data(), 3, 700), expected, 1e-8 * expected) << phi;
  }
}

TEST(Diagnostics, TransformAgreesWithSums) {
  for (int chains : {1, 2, 3}) {
    const int n = 150;
    Chains draws = autoregressive(0.8, chains, n);
    std::vector<double> values = flat(draws);
    Autocovariance covariance(values.data(), chains, n);
    std::vector<double> direct;
    for (int lag = 0; lag < 32; ++lag)
      direct.push_back(covariance(lag));
    covariance(100); // from here on all lags come from the transform
    for (int lag = 0; lag < 32; ++lag)
      EXPECT_NEAR(covariance(lag), direct[lag], 1e-13);
    double last = 0;
    for (int c = 0; c < chains; ++c)
      last += (draws[c][0] - covariance.chainMeans()[c]) * (draws[c][n - 1] - covariance.chainMeans()[c]) /
              n / chains;
    EXPECT_NEAR(covariance(n - 1), last, 1e-13);
  }
}

TEST(Diagnostics, PotentialScaleReductionByHand) {
  // Means 2 and 4, variances 1 and 1: within 1, between 3 * 2; sqrt((6 / 1 + 2) / 3).
  double values[] = {1, 2, 3, 3, 4, 5};
  EXPECT_NEAR(potentialScaleReduction(values, 2, 3), std::sqrt(8. / 3), 1e-14);
}

TEST(Diagnostics, EnergyByHand) {
  EXPECT_DOUBLE_EQ(eBfmi({1, 3, 2}), 5.0 / 2.0);
  EXPECT_NEAR(eBfmi(autoregressive(0, 1, 20000)[0]), 2, 0.1);
  EXPECT_NEAR(eBfmi(autoregressive(0.95, 1, 20000)[0]), 0.1, 0.03);
}

TEST(Diagnostics, Quantiles) {
  std::vector<double> sorted = {1, 2, 4, 8};
  EXPECT_EQ(quantile(sorted, 0), 1);
  EXPECT_EQ(quantile(sorted, 1), 8);
  EXPECT_EQ(quantile(sorted, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.1), 1.3);
  EXPECT_NEAR(normalQuantile(0.975), 1.9599639845400542, 1e-15);
  EXPECT_NEAR(normalQuantile(1e-10), -6.361340902404056, 1e-13);
  EXPECT_EQ(normalQuantile(0.5), 0);
}

TEST(Diagnostics, OrdersAreSorted) {
  std::vector<double> values = {3, -1, 0, -0.0, 1e300, -1e-300, 3, -INFINITY, 5e-324, -7};
  random::Stream random(tests::seedOfTest());
  std::vector<double> more(3000);
  random.normals(more.data(), more.size());
  values.insert(values.end(), more.begin(), more.end());
  std::vector<uint32_t> order = sortedOrder(values);
  std::vector<bool> seen(values.size());
  for (size_t i = 0; i < order.size(); ++i) {
    EXPECT_LE(values[order[i ? i - 1 : 0]], values[order[i]]);
    seen[order[i]] = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), int64_t(values.size()));

  std::vector<double> folded(more.size());
  for (size_t i = 0; i < more.size(); ++i)
    folded[i] = std::fabs(more[i] - 0.3);
  order = foldedOrder(folded, sortedOrder(more), more, 0.3);
  std::vector<double> sorted = more, distances;
  std::sort(sorted.begin(), sorted.end());
  distances = sortedDistances(sorted, 0.3, sorted.size());
  std::sort(folded.begin(), folded.end());
  EXPECT_EQ(distances, folded);
  for (size_t i = 1; i < order.size(); ++i)
    EXPECT_LE(std::fabs(more[order[i - 1]] - 0.3), std::fabs(more[order[i]] - 0.3));
}

TEST(Diagnostics, TiesShareTheirRank) {
  std::vector<double> values = {5, 1, 5, 2};
  std::vector<double> scores = normalScores(values, sortedOrder(values));
  EXPECT_DOUBLE_EQ(scores[0], normalQuantile((3.5 - 0.375) / 4.25));
  EXPECT_DOUBLE_EQ(scores[0], scores[2]);
  EXPECT_DOUBLE_EQ(scores[1], normalQuantile((1 - 0.375) / 4.25));
  EXPECT_DOUBLE_EQ(scores[3], normalQuantile((2 - 0.375) / 4.25));
}
