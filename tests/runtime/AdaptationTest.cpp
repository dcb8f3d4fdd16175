//===- AdaptationTest.cpp - what warm-up learns -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Adaptation.h"
#include "Helpers.h"

#include <cmath>

using namespace astragal;
using namespace astragal::inference;

/// The iterations at which windows end, and how many draws each window collected.
static std::vector<std::pair<int, int>> windows(int numWarmup, AdaptationOptions options = {}) {
  WindowSchedule schedule(numWarmup, options);
  std::vector<std::pair<int, int>> ends;
  int collected = 0;
  for (int i = 0; i < numWarmup; ++i) {
    collected += schedule.collects();
    if (schedule.endsWindow()) {
      ends.push_back({i, collected});
      collected = 0;
    }
    schedule.advance();
  }
  EXPECT_EQ(collected, 0);
  return ends;
}

using Windows = std::vector<std::pair<int, int>>;

TEST(Adaptation, WindowsDoubleAndTheLastOneStretches) {
  EXPECT_EQ(windows(1000), (Windows{{99, 25}, {149, 50}, {249, 100}, {449, 200}, {949, 500}}));
  EXPECT_EQ(windows(500), (Windows{{99, 25}, {149, 50}, {249, 100}, {449, 200}}));
  EXPECT_EQ(windows(300), (Windows{{99, 25}, {149, 50}, {249, 100}}));
  EXPECT_EQ(windows(400), (Windows{{99, 25}, {149, 50}, {349, 200}}));
}

TEST(Adaptation, ShortWarmUps) {
  EXPECT_EQ(windows(150), (Windows{{99, 25}}));
  EXPECT_EQ(windows(100), (Windows{{89, 75}})); // 15 %, 75 %, 10 %
  EXPECT_EQ(windows(20), (Windows{{17, 15}}));
  EXPECT_EQ(windows(19), Windows{});
  EXPECT_EQ(windows(0), Windows{});
}

TEST(Adaptation, OtherBuffers) {
  AdaptationOptions options;
  options.initBuffer = 10, options.termBuffer = 0, options.window = 45;
  EXPECT_EQ(windows(100, options), (Windows{{54, 45}, {99, 45}}));
}

// The recursion of Hoffman and Gelman 2014, algorithm 5, written as sums.
TEST(Adaptation, DualAveragingFollowsThePaper) {
  AdaptationOptions options;
  DualAveraging average(options);
  average.restart(0.3);
  double mu = std::log(3.0), xBar = 0;
  std::vector<double> errors;
  for (int m = 1; m <= 50; ++m) {
    double accept = 0.5 + 0.5 * std::sin(m);
    errors.push_back(options.delta - accept);
    // eta = 1 / (m + t0) makes sBar the sum of all errors over m + t0.
    double sum = 0;
    for (double error : errors)
      sum += error;
    double x = mu - std::sqrt(m) / options.gamma * sum / (m + options.t0);
    double weight = std::pow(m, -options.kappa);
    xBar = weight * x + (1 - weight) * xBar;
    EXPECT_NEAR(average.learn(accept), std::exp(x), 1e-12 * std::exp(x));
    EXPECT_NEAR(average.final(), std::exp(xBar), 1e-12 * std::exp(xBar));
  }
  average.restart(0.3);
  EXPECT_NEAR(average.learn(options.delta), 3.0, 1e-12);
  EXPECT_NEAR(DualAveraging(average).learn(5.0), DualAveraging(average).learn(1.0), 0); // capped
}

TEST(Adaptation, EstimatesAreRegularisedCovariances) {
  constexpr int n = 40, dim = 3;
  random::Stream random(tests::seedOfTest());
  std::vector<double> draws(n * dim);
  random.normals(draws.data(), draws.size());
  for (int i = 0; i < n; ++i) {
    draws[i * dim + 1] = 100 + 3 * draws[i * dim + 1] + draws[i * dim];
    draws[i * dim + 2] *= 1e-3;
  }
  double mean[dim] = {}, covariance[dim][dim] = {};
  for (int i = 0; i < n; ++i)
    for (int a = 0; a < dim; ++a)
      mean[a] += draws[i * dim + a] / n;
  for (int i = 0; i < n; ++i)
    for (int a = 0; a < dim; ++a)
      for (int b = 0; b < dim; ++b)
        covariance[a][b] += (draws[i * dim + a] - mean[a]) * (draws[i * dim + b] - mean[b]) / (n - 1);
  MetricEstimator diagonal(MetricKind::Diagonal, dim), dense(MetricKind::Dense, dim);
  for (int repeat = 0; repeat < 2; ++repeat) { // `finish` starts over
    for (int i = 0; i < n; ++i) {
      diagonal.add(&draws[i * dim]);
      dense.add(&draws[i * dim]);
    }
    double variances[dim], matrix[dim * dim];
    diagonal.finish(variances);
    dense.finish(matrix);
    for (int a = 0; a < dim; ++a) {
      double expected = n / (n + 5.0) * covariance[a][a] + 1e-3 * 5 / (n + 5.0);
      EXPECT_NEAR(variances[a], expected, 1e-12 * expected);
      for (int b = 0; b < dim; ++b)
        EXPECT_NEAR(matrix[b * dim + a],
                    n / (n + 5.0) * covariance[a][b] + (a == b ? 1e-3 * 5 / (n + 5.0) : 0), 1e-12);
    }
  }
}

TEST(Metric, MomentaHaveTheMassAsCovariance) {
  // Inverse mass [[2, 1], [1, 3]]; its inverse is [[3, -1], [-1, 2]] / 5.
  const double inverse[] = {2, 1, 1, 3};
  Metric metric(MetricKind::Dense, 2);
  metric.setInverse(inverse);
  double p[2] = {1, 2}, v[2];
  metric.velocity(p, v);
  EXPECT_DOUBLE_EQ(v[0], 4);
  EXPECT_DOUBLE_EQ(v[1], 7);
  random::Stream random(tests::seedOfTest());
  constexpr int n = 100000;
  double sums[3] = {};
  for (int i = 0; i < n; ++i) {
    metric.sampleMomentum(random, p);
    sums[0] += p[0] * p[0] / n, sums[1] += p[0] * p[1] / n, sums[2] += p[1] * p[1] / n;
  }
  // Var(p_a p_b) = m_aa m_bb + m_ab^2
  EXPECT_NEAR(sums[0], 0.6, 5 * std::sqrt(2 * 0.36 / n));
  EXPECT_NEAR(sums[1], -0.2, 5 * std::sqrt((0.24 + 0.04) / n));
  EXPECT_NEAR(sums[2], 0.4, 5 * std::sqrt(2 * 0.16 / n));
}

TEST(Metric, RefusesWhatIsNotPositive) {
  Metric dense(MetricKind::Dense, 2), diagonal(MetricKind::Diagonal, 2);
  const double indefinite[] = {1, 2, 2, 1}, infinite[] = {1, INFINITY, 0, 1}, negative[] = {1, -1};
  EXPECT_EQ(tests::errorOf([&] { dense.setInverse(indefinite); }),
            "the inverse metric is not positive definite");
  EXPECT_NE(tests::errorOf([&] { diagonal.setInverse(infinite); }).find("not finite"), std::string::npos);
  EXPECT_EQ(tests::errorOf([&] { diagonal.setInverse(negative); }), "the inverse metric is not positive");
}
