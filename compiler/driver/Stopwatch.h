//===- Stopwatch.h - what steps take ----------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_STOPWATCH_H
#define ASTRAGAL_COMPILER_DRIVER_STOPWATCH_H

#include "compiler/driver/Code.h"

#include <chrono>
#include <string_view>

namespace astragal::driver {

/// Adds the time since the last call, in milliseconds, to a list.
class Stopwatch {
public:
  explicit Stopwatch(Timings &timings) : timings(timings), last(Clock::now()) {}

  void lap(std::string_view step) {
    Clock::time_point time = Clock::now();
    timings.emplace_back(step, std::chrono::duration<double, std::milli>(time - last).count());
    last = time;
  }

private:
  using Clock = std::chrono::steady_clock;
  Timings &timings;
  Clock::time_point last;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_STOPWATCH_H
