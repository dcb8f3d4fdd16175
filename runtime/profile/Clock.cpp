//===- Clock.cpp - a clock that costs little to read ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/profile/Clock.h"
#include "runtime/abi.h"

#include <algorithm>

using namespace astragal::profile;

double Calibration::secondsPerTick() const {
  for (;;) {
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - firstTime;
    uint64_t ticks = readClock() - firstTicks;
    if (passed.count() >= 0.01 && ticks > 0)
      return passed.count() / static_cast<double>(ticks);
  }
}

/// What compiler/lower/LowerMarks.cpp makes of a mark.
static inline void mark(astragal_profile *volatile &from) {
  astragal_profile *profile = from;
  if (!profile)
    return;
  uint64_t now = readClock();
  profile->regions->ticks += now - profile->latest;
  ++profile->regions->runs;
  profile->latest = now;
  if (profile->next != profile->end)
    profile->next->ticks = now;
}

double astragal::profile::measureReading() {
  astragal_region_time region = {};
  astragal_profile profile = {readClock(), &region, nullptr, nullptr};
  astragal_profile *volatile wanted = &profile;
  constexpr int count = 200;
  double best = 1e300;
  for (int batch = 0; batch < 50; ++batch) { // what disturbs only makes it slower
    uint64_t begin = readClock();
    for (int k = 0; k < count; ++k)
      mark(wanted);
    best = std::min(best, static_cast<double>(readClock() - begin) / count);
  }
  return best;
}
