//===- LogDensity.h - what samplers see of a model --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the interface between samplers and what they sample from, and its implementation for
// models.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_LOGDENSITY_H
#define ASTRAGAL_RUNTIME_INFERENCE_LOGDENSITY_H

#include "runtime/inference/Rejections.h"
#include "runtime/model/Evaluation.h"

#include <cmath>
#include <cstdint>

namespace astragal::inference {

/// A density on R^dimension, known up to a constant.
class LogDensity {
public:
  virtual ~LogDensity() = default;
  virtual int64_t dimension() const = 0;
  /// The log density at `q`; writes its gradient. -inf or NaN: the point is impossible, the gradient is
  /// unspecified. Must not allocate after its first call. May throw to end the run.
  virtual double gradient(const double *q, double *gradient) = 0;
};

/// A model's log density on the unconstrained scale: with Jacobian, constants dropped.
class ModelDensity final : public LogDensity {
public:
  /// `rejections`, if any, hear of failed checks, and of NaNs if those are to be traced.
  explicit ModelDensity(model::Evaluation &evaluation, Rejections *rejections = nullptr,
                        bool traceNans = false)
      : evaluation(evaluation), noted(rejections), traceNans(traceNans && rejections) {}
  int64_t dimension() const override { return evaluation.model().dimension(); }
  double gradient(const double *q, double *gradient) override {
    double value = evaluation.gradient(q, gradient);
    if (evaluation.failedCheck() >= 0) {
      if (rejectionCount++ == 0)
        rejectedBy = evaluation.failedCheck();
      if (noted)
        noted->note(evaluation);
    } else if (traceNans && (std::isnan(value) || hasNan(gradient))) {
      noted->noteNan(evaluation, q);
    }
    return value;
  }

  /// Evaluations at which a check of the model failed, and the check that failed first; -1 if none did.
  int64_t rejections() const { return rejectionCount; }
  int32_t firstRejection() const { return rejectedBy; }
  void resetRejections() {
    rejectionCount = 0;
    rejectedBy = -1;
  }

private:
  bool hasNan(const double *gradient) const {
    bool found = false;
    for (int64_t i = 0; i < dimension(); ++i)
      found |= std::isnan(gradient[i]);
    return found;
  }

  model::Evaluation &evaluation;
  Rejections *noted;
  bool traceNans;
  int64_t rejectionCount = 0;
  int32_t rejectedBy = -1;
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_LOGDENSITY_H
