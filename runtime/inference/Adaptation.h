//===- Adaptation.h - what warm-up learns -----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the adaptation of step size and metric, as Stan does it: dual averaging, and windows that
// double in size, at whose ends the (co)variance of the window's draws becomes the inverse metric.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_ADAPTATION_H
#define ASTRAGAL_RUNTIME_INFERENCE_ADAPTATION_H

#include "runtime/inference/Metric.h"

#include <cstdint>
#include <vector>

namespace astragal::inference {

struct AdaptationOptions {
  bool engaged = true;
  double delta = 0.8;  ///< target acceptance statistic
  double gamma = 0.05; ///< regularisation scale
  double kappa = 0.75; ///< relaxation exponent
  double t0 = 10;      ///< iteration offset
  int initBuffer = 75, termBuffer = 50, window = 25;
};

/// Nesterov's dual averaging of the log step size (Hoffman and Gelman 2014, section 3.2).
class DualAveraging {
public:
  explicit DualAveraging(const AdaptationOptions &options) : options(options) {}
  /// Forgets what it learned, and pulls towards log(10 * stepSize).
  void restart(double stepSize);
  /// The next step size, after a transition with this acceptance statistic.
  double learn(double acceptStat);
  /// The step size to go on with.
  double final() const;

private:
  AdaptationOptions options;
  double mu = 0.5, counter = 0, sBar = 0, xBar = 0;
};

/// When the metric is learned: a buffer, windows that double, a buffer.
class WindowSchedule {
public:
  WindowSchedule(int numWarmup, const AdaptationOptions &options);
  /// Whether this iteration's draw counts for the metric.
  bool collects() const;
  /// Whether a window ends with this iteration.
  bool endsWindow() const;
  /// Goes to the next iteration.
  void advance();

private:
  int numWarmup = 0, initBuffer = 0, termBuffer = 0, size = 0, next = -1, counter = 0;
};

/// Welford's mean and (co)variance, and their regularisation.
class MetricEstimator {
public:
  MetricEstimator(MetricKind kind, int64_t dimension);
  void add(const double *q);
  /// Writes the regularised estimate and starts over.
  void finish(double *inverseMetric);

private:
  MetricKind kind;
  int64_t dimension;
  double count = 0;
  std::vector<double> mean, squares, delta;
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_ADAPTATION_H
