//===- Profiler.cpp - what profiled code measures -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/profile/Profiler.h"

#include <algorithm>

using namespace astragal::profile;

Recorder::Recorder(std::string name, size_t maxEvents) : label(std::move(name)), events(maxEvents) {
  record = {readClock(), nullptr, events.data(), events.data() + events.size()};
}

void Recorder::reserve(const astragal_model &model) {
  if (regions.size() < model.num_regions)
    regions.resize(model.num_regions);
  record.regions = regions.data();
}

void Recorder::note(uint64_t what) {
  if (record.next != record.end)
    *record.next++ = {readClock(), what};
}

void Recorder::beginIteration(int iteration, int count) {
  double used = static_cast<double>(record.next - events.data());
  double allowed = static_cast<double>(events.size()) * (iteration + 1) / count;
  record.end = used < allowed ? events.data() + events.size() : record.next;
  note(iterationBegin | static_cast<uint32_t>(iteration));
}

void Recorder::endIteration(int iteration) {
  note(iterationEnd | static_cast<uint32_t>(iteration));
  record.end = record.next;
}

Recorder &Profiler::open(std::string name) {
  std::lock_guard<std::mutex> lock(mutex);
  size_t events = std::min(maxEvents, eventsLeft);
  eventsLeft -= events;
  return all.emplace_back(std::move(name), events);
}
