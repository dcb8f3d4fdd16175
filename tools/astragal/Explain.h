//===- Explain.h - each region of a gradient and the roofline ---*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `bench --explain` says: of each loop nest and each call in a gradient its time, its work, and how far
// both are from what this machine could do.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_EXPLAIN_H
#define ASTRAGAL_TOOLS_ASTRAGAL_EXPLAIN_H

#include "compiler/driver/Service.h"
#include "runtime/model/Model.h"
#include "runtime/profile/Report.h"

#include <nlohmann/json.hpp>

namespace astragal::tool {

/// Runs gradients of a model that is compiled for a profile and measures the machine.
class Explanation {
public:
  /// At `q`, in so many batches of so many seconds, of which the fastest counts.
  Explanation(const model::Model &model, const profile::Profiler &profiler, const std::vector<double> &q,
              int batches, double batchSeconds);

  /// What the parts of a gradient have done, which is more than the code alone says: how often loops ran. The
  /// working set is that of `counted`.
  lower::Work total(const lower::Work &counted) const;

  nlohmann::ordered_json json() const;
  void print() const;

private:
  struct Line {
    std::string name, level;
    std::vector<std::string> statements;
    double share, seconds, runs, rows; ///< of one gradient
    bool hasWork, isExact;
    double flops, functionFlops, bytesRead, bytesWritten, calls, workingSet;
    double computeSeconds, memorySeconds; ///< at least so long it takes
    double roof() const;
  };
  void add(const profile::Report &report, const profile::RegionReport &region, double gradients);
  double bandwidthOf(double bytes);

  double seconds = 0, rest = 0, clockSeconds = 0; ///< of one gradient
  double peakFlops, nearBandwidth;
  std::vector<std::pair<double, double>> bandwidths; ///< by bytes
  std::vector<Line> lines;
};

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_EXPLAIN_H
