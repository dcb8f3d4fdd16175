//===- Metric.cpp - the mass matrix of Hamiltonian samplers ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Metric.h"
#include "runtime/Error.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>

using namespace astragal;
using namespace astragal::inference;

using Matrix = Eigen::Map<const Eigen::MatrixXd>;

Metric::Metric(MetricKind kind, int64_t dimension) : metricKind(kind), size(dimension) {
  if (!isDense()) {
    inverseMass.assign(size, 1.0);
    factor.assign(size, 1.0);
    return;
  }
  inverseMass.assign(size * size, 0.0);
  for (int64_t i = 0; i < size; ++i)
    inverseMass[i * size + i] = 1.0;
  factor = inverseMass;
}

void Metric::setInverse(const double *values) {
  if (!std::all_of(values, values + inverseMass.size(), [](double value) { return std::isfinite(value); }))
    throw Error(Error::Kind::Model, "the inverse metric is not finite: the posterior may be improper");
  if (isDense()) {
    Eigen::LLT<Eigen::MatrixXd> cholesky(Matrix(values, size, size));
    if (cholesky.info() != Eigen::Success)
      throw Error(Error::Kind::Model, "the inverse metric is not positive definite");
    Eigen::Map<Eigen::MatrixXd>(factor.data(), size, size) = cholesky.matrixL();
  } else {
    for (int64_t i = 0; i < size; ++i) {
      if (values[i] <= 0)
        throw Error(Error::Kind::Model, "the inverse metric is not positive");
      factor[i] = 1.0 / std::sqrt(values[i]);
    }
  }
  std::copy(values, values + inverseMass.size(), inverseMass.begin());
}

void Metric::velocity(const double *momentum, double *velocity) const {
  if (isDense()) {
    Eigen::Map<Eigen::VectorXd>(velocity, size).noalias() =
        Matrix(inverseMass.data(), size, size) * Eigen::Map<const Eigen::VectorXd>(momentum, size);
    return;
  }
  for (int64_t i = 0; i < size; ++i)
    velocity[i] = inverseMass[i] * momentum[i];
}

void Metric::sampleMomentum(random::Stream &random, double *momentum) const {
  random.normals(momentum, size);
  if (isDense()) {
    Eigen::Map<Eigen::VectorXd> solution(momentum, size);
    Matrix(factor.data(), size, size).transpose().triangularView<Eigen::Upper>().solveInPlace(solution);
    return;
  }
  for (int64_t i = 0; i < size; ++i)
    momentum[i] *= factor[i];
}
