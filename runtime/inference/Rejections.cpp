//===- Rejections.cpp - what checks of a model say in a run ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Rejections.h"

using namespace astragal;
using namespace astragal::inference;

std::string Rejections::place() const {
  std::string text = "chain " + std::to_string(chain) + ", ";
  switch (stage) {
  case Stage::Start:
    return text + "before the first iteration";
  case Stage::Warmup:
    return text + "warm-up iteration " + std::to_string(at);
  case Stage::Sampling:
    return text + "iteration " + std::to_string(at);
  }
  return text;
}

void Rejections::note(model::Evaluation &evaluation) {
  int32_t check = evaluation.failedCheck();
  if (check < 0)
    return;
  if (size_t(check) >= byCheck.size())
    byCheck.resize(size_t(check) + 1);
  Count &count = byCheck[size_t(check)];
  bool isNew = count.warmup + count.sampling == 0;
  ++(stage == Stage::Start || stage == Stage::Warmup ? count.warmup : count.sampling);
  if (isNew && report.isFirst(check))
    report.say(place() + ": " + evaluation.failure());
}

void Rejections::noteNan(model::Evaluation &evaluation, const double *q) {
  if (hasTraced)
    return;
  hasTraced = true;
  if (report.isFirst(-1))
    report.say(place() + ": " + evaluation.traceNan(q));
}

std::vector<CheckCount> Rejections::counts(const model::Model &model) const {
  std::vector<CheckCount> result;
  for (size_t check = 0; check < byCheck.size(); ++check)
    if (byCheck[check].warmup + byCheck[check].sampling)
      result.push_back({model.checkMessage(int32_t(check)), byCheck[check].warmup, byCheck[check].sampling});
  return result;
}
