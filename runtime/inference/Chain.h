//===- Chain.h - one chain --------------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines AdaptiveNuts, a sampler with what it learns in warm-up, and declares the run of one
// chain.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_CHAIN_H
#define ASTRAGAL_RUNTIME_INFERENCE_CHAIN_H

#include "runtime/inference/Adaptation.h"
#include "runtime/inference/Nuts.h"
#include "runtime/inference/Progress.h"
#include "runtime/inference/Sample.h"
#include "runtime/pool/ThreadTeam.h"

#include <atomic>
#include <vector>

namespace astragal::inference {

/// NUTS whose step size and metric adapt.
class AdaptiveNuts {
public:
  AdaptiveNuts(Nuts &sampler, const AdaptationOptions &options, int numWarmup);
  /// Before the first transition, when the sampler has a position.
  void begin();
  /// A transition of warm-up.
  Transition warmUp();
  /// After the last one.
  void end();

private:
  Nuts &sampler;
  DualAveraging average;
  WindowSchedule schedule;
  MetricEstimator estimator;
  std::vector<double> inverse;
};

/// Names of the sampler's columns: lp__, accept_stat__ ...
std::vector<std::string> samplerColumnNames(bool fixedParam);

class Report;

/// Runs chain `index` of a run on the threads of `team`; `stop` says that another chain failed.
ChainDraws runChain(const model::Model &model, const SampleOptions &options, int index,
                    const pool::ThreadTeam &team, const std::atomic<bool> &stop, Progress &progress,
                    Report &report);

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_CHAIN_H
