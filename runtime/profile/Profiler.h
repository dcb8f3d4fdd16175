//===- Profiler.h - what profiled code measures -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines where the times of a model's regions are kept (runtime/abi.h), a Recorder for each
// thread.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_PROFILE_PROFILER_H
#define ASTRAGAL_RUNTIME_PROFILE_PROFILER_H

#include "runtime/abi.h"
#include "runtime/profile/Clock.h"

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace astragal::profile {

/// Events of samplers, among those of code (astragal_event::what): the number of an iteration is in the lower
/// half.
constexpr uint64_t iterationBegin = uint64_t(2) << 32, iterationEnd = uint64_t(3) << 32;

/// What one thread measures: for each region how often it ran and how long, and what happened when, as far as
/// there is room for it. After reserve(), nothing allocates.
class Recorder {
public:
  Recorder(std::string name, size_t maxEvents);
  Recorder(const Recorder &) = delete;

  /// For astragal_call.
  astragal_profile *get() { return &record; }
  /// Before code runs: entries that were compiled since then have new regions.
  void reserve(const astragal_model &model);

  /// Events are kept of whole iterations, which are chosen so that the room lasts for all `count` of them.
  void beginIteration(int iteration, int count);
  void endIteration(int iteration);

  /// Who runs here, as the trace shows it, and the number of the chain.
  void setName(std::string given, int number) {
    label = std::move(given);
    chain = number;
  }
  const std::string &name() const { return label; }
  int number() const { return chain; }
  const std::vector<astragal_region_time> &times() const { return regions; }
  const astragal_event *begin() const { return events.data(); }
  const astragal_event *end() const { return record.next; }

private:
  void note(uint64_t what);

  std::string label;
  int chain = 0;
  std::vector<astragal_region_time> regions;
  std::vector<astragal_event> events;
  astragal_profile record;
};

/// All that is measured in one run. Outlives the models that it is given to.
class Profiler {
public:
  /// Keeps so many events of each thread, and ten times as many of all together.
  explicit Profiler(size_t maxEvents = 0) : maxEvents(maxEvents), eventsLeft(10 * maxEvents) {}

  /// A new one. Any thread.
  Recorder &open(std::string name);

  /// When no thread runs any more.
  const std::deque<Recorder> &recorders() const { return all; }
  const Calibration &clock() const { return calibration; }

private:
  size_t maxEvents, eventsLeft;
  Calibration calibration;
  std::mutex mutex;
  std::deque<Recorder> all;
};

} // namespace astragal::profile

#endif // ASTRAGAL_RUNTIME_PROFILE_PROFILER_H
