//===- Adaptation.cpp - what warm-up learns -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Adaptation.h"

#include <algorithm>
#include <cmath>

using namespace astragal::inference;

void DualAveraging::restart(double stepSize) {
  mu = std::log(10 * stepSize);
  counter = sBar = xBar = 0;
}

double DualAveraging::learn(double acceptStat) {
  counter += 1;
  double eta = 1 / (counter + options.t0);
  sBar = (1 - eta) * sBar + eta * (options.delta - std::min(1.0, acceptStat));
  double x = mu - sBar * std::sqrt(counter) / options.gamma;
  double xEta = std::pow(counter, -options.kappa);
  xBar = (1 - xEta) * xBar + xEta * x;
  return std::exp(x);
}

double DualAveraging::final() const { return std::exp(xBar); }

WindowSchedule::WindowSchedule(int warmup, const AdaptationOptions &options) {
  if (warmup < 20)
    return; // too few draws to learn a metric from
  numWarmup = warmup;
  initBuffer = options.initBuffer;
  termBuffer = options.termBuffer;
  size = options.window;
  if (int64_t(initBuffer) + size + termBuffer > numWarmup) {
    initBuffer = int(0.15 * numWarmup);
    termBuffer = int(0.1 * numWarmup);
    size = numWarmup - (initBuffer + termBuffer);
  }
  next = initBuffer + size - 1;
}

bool WindowSchedule::collects() const { return counter >= initBuffer && counter < numWarmup - termBuffer; }

bool WindowSchedule::endsWindow() const { return counter == next && counter < numWarmup; }

void WindowSchedule::advance() {
  int last = numWarmup - termBuffer - 1;
  if (endsWindow() && next != last) {
    size *= 2;
    next = counter + size;
    // A window that leaves no room for another one of double size stretches to the end.
    if (next != last && int64_t(next) + 2 * int64_t(size) >= numWarmup - termBuffer)
      next = last;
  }
  ++counter;
}

MetricEstimator::MetricEstimator(MetricKind kind, int64_t dimension)
    : kind(kind), dimension(dimension), mean(dimension, 0.0),
      squares(kind == MetricKind::Dense ? dimension * dimension : dimension, 0.0), delta(dimension) {}

void MetricEstimator::add(const double *q) {
  count += 1;
  for (int64_t i = 0; i < dimension; ++i) {
    delta[i] = q[i] - mean[i];
    mean[i] += delta[i] / count;
  }
  if (kind != MetricKind::Dense) {
    for (int64_t i = 0; i < dimension; ++i)
      squares[i] += (q[i] - mean[i]) * delta[i];
    return;
  }
  for (int64_t j = 0; j < dimension; ++j)
    for (int64_t i = 0; i < dimension; ++i)
      squares[j * dimension + i] += (q[i] - mean[i]) * delta[j];
}

void MetricEstimator::finish(double *inverseMetric) {
  double shrink = count / (count + 5), prior = 1e-3 * (5 / (count + 5));
  double degrees = std::max(count - 1, 1.0);
  if (kind == MetricKind::Dense) {
    // The two halves differ in the last bits: use their mean.
    for (int64_t j = 0; j < dimension; ++j)
      for (int64_t i = 0; i < dimension; ++i)
        inverseMetric[j * dimension + i] =
            shrink * (0.5 * (squares[j * dimension + i] + squares[i * dimension + j]) / degrees) +
            (i == j ? prior : 0.0);
  } else {
    for (int64_t i = 0; i < dimension; ++i)
      inverseMetric[i] = shrink * (squares[i] / degrees) + prior;
  }
  count = 0;
  std::fill(mean.begin(), mean.end(), 0.0);
  std::fill(squares.begin(), squares.end(), 0.0);
}
