//===- Metric.h - the mass matrix of Hamiltonian samplers -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Metric: the inverse mass matrix, which is an estimate of the posterior's covariance.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_METRIC_H
#define ASTRAGAL_RUNTIME_INFERENCE_METRIC_H

#include "runtime/random/Stream.h"

#include <cstdint>
#include <vector>

namespace astragal::inference {

enum class MetricKind { Unit, Diagonal, Dense };

class Metric {
public:
  /// The identity.
  Metric(MetricKind kind, int64_t dimension);

  MetricKind kind() const { return metricKind; }
  bool isDense() const { return metricKind == MetricKind::Dense; }
  int64_t dimension() const { return size; }
  /// Diagonal (dimension values), or the whole matrix by columns if dense.
  const std::vector<double> &inverse() const { return inverseMass; }

  /// Sets the inverse mass matrix. Throws Error (Model) if it is not finite or not positive definite.
  void setInverse(const double *values);

  /// velocity = inverse mass * momentum.
  void velocity(const double *momentum, double *velocity) const;

  /// A momentum from N(0, mass).
  void sampleMomentum(random::Stream &random, double *momentum) const;

private:
  MetricKind metricKind;
  int64_t size;
  std::vector<double> inverseMass;
  std::vector<double>
      factor; // diagonal: 1 / sqrt(inverse mass); dense: the lower Cholesky factor of the inverse mass
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_METRIC_H
