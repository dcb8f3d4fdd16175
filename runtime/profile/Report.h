//===- Report.h - what a profile says ---------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the sums over all threads of what was measured, and the texts that are made of them: a
// table, a trace for chrome://tracing and Perfetto, and a file of profile blocks as CmdStan writes it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_PROFILE_REPORT_H
#define ASTRAGAL_RUNTIME_PROFILE_REPORT_H

#include "runtime/profile/Profiler.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace astragal::profile {

/// A region that has run. What reading the clock took is left out of its times.
struct RegionReport {
  const astragal_region *region;
  uint32_t index;
  int depth;           ///< 0: an entry
  uint64_t runs, rows; ///< of all threads
  double ownSeconds;   ///< not those of regions in it
  double totalSeconds; ///< with them
  double share;        ///< of own seconds in all that was measured, 0 to 1
  double reverse;      ///< how much of its operations belongs to the reverse sweep, 0 to 1
};

/// Above this share a region is a bottleneck.
constexpr double bottleneck = 0.1;

class Report {
public:
  /// When no thread runs any more. The model and the profiler must outlive it. Of all recorders, or of `only`
  /// one.
  Report(const astragal_model &model, const Profiler &profiler, const Recorder *only = nullptr);

  /// In the order of the code: an entry, then what is in it.
  const std::vector<RegionReport> &regions() const { return lines; }
  double seconds() const { return total; }        ///< in the model
  double clockSeconds() const { return reading; } ///< what reading the clock took, beside that
  double secondsOf(uint64_t ticks) const { return static_cast<double>(ticks) * secondsPerTick; }

  std::string formatTable() const;

  /// Takes pieces of text, one after the other.
  using Sink = std::function<void(std::string_view)>;
  struct TraceSize {
    uint64_t written, left; ///< spans of code that are in the trace, and that had no room
  };
  TraceSize writeTrace(const Sink &sink) const;

  /// name,thread_id,total_time,forward_time,reverse_time,...: times of the program's profile blocks, by
  /// thread. A region's time is divided among the statements that it comes from as its operations are.
  std::string formatBlocks() const;

  /// "model.stan:12: y ~ normal(mu, sigma)" of each statement in a region, the largest share first.
  std::vector<std::string> describeStatements(const astragal_region &region) const;

private:
  double secondsIn(const astragal_region_time &time) const;
  uint64_t writeThread(const Recorder &recorder, int thread, std::string &text, const Sink &sink) const;

  const astragal_model &model;
  const Profiler &profiler;
  double secondsPerTick, ticksPerReading, total = 0, reading = 0;
  std::vector<const Recorder *> recorders;
  std::vector<RegionReport> lines;
};

} // namespace astragal::profile

#endif // ASTRAGAL_RUNTIME_PROFILE_REPORT_H
