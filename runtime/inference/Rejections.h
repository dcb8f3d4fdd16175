//===- Rejections.h - what checks of a model say in a run -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines how failed checks reach people: each check speaks once a run, with the values at hand,
// and is counted from then on.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_REJECTIONS_H
#define ASTRAGAL_RUNTIME_INFERENCE_REJECTIONS_H

#include "runtime/inference/Sample.h"
#include "runtime/model/Evaluation.h"

#include <mutex>
#include <set>

namespace astragal::inference {

/// Of all chains of a run.
class Report {
public:
  explicit Report(std::function<void(const std::string &)> sink) : sink(std::move(sink)) {}

  /// True for the first who asks for this check; -1 is a NaN.
  bool isFirst(int32_t check) {
    std::lock_guard<std::mutex> lock(mutex);
    return sink && seen.insert(check).second;
  }
  void say(const std::string &message) {
    std::lock_guard<std::mutex> lock(mutex);
    sink(message);
  }

private:
  std::function<void(const std::string &)> sink;
  std::mutex mutex;
  std::set<int32_t> seen;
};

/// Of one chain: counts by check, and where the chain is.
class Rejections {
public:
  Rejections(Report &report, int chain) : report(report), chain(chain) {}

  enum class Stage { Start, Warmup, Sampling };
  void moveTo(Stage where, int iteration) {
    stage = where;
    at = iteration;
  }

  /// After an evaluation in which a check failed. Allocates only when a check fails for the first time in the
  /// chain.
  void note(model::Evaluation &evaluation);
  /// After one whose density or gradient at `q` is NaN.
  void noteNan(model::Evaluation &evaluation, const double *q);

  std::vector<CheckCount> counts(const model::Model &model) const;

  /// "chain 1, warm-up iteration 37".
  std::string place() const;

private:
  struct Count {
    int64_t warmup = 0, sampling = 0;
  };
  Report &report;
  int chain;
  Stage stage = Stage::Start;
  int at = 0;
  bool hasTraced = false;
  std::vector<Count> byCheck;
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_REJECTIONS_H
