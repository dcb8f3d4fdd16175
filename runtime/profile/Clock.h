//===- Clock.h - a clock that costs little to read --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The clock that profiled code reads: the counter of the processor. It runs at a fixed speed, is the same on
// all cores, and is read when the instructions before it have ended. Who changes it changes
// compiler/lower/LowerMarks.cpp with it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_PROFILE_CLOCK_H
#define ASTRAGAL_RUNTIME_PROFILE_CLOCK_H

#include <chrono>
#include <cstdint>

namespace astragal::profile {

inline uint64_t readClock() {
#if defined(__x86_64__)
  unsigned processor;
  return __builtin_ia32_rdtscp(&processor);
#elif defined(__aarch64__)
  uint64_t ticks;
  asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Learns how long a tick is while it lives.
class Calibration {
public:
  /// From the beginning of its life until now, 10 ms at least: it waits for them.
  double secondsPerTick() const;
  uint64_t beginning() const { return firstTicks; }

private:
  std::chrono::steady_clock::time_point firstTime = std::chrono::steady_clock::now();
  uint64_t firstTicks = readClock();
};

/// What reading the clock costs profiled code each time, in ticks: the same work, again and again.
double measureReading();

} // namespace astragal::profile

#endif // ASTRAGAL_RUNTIME_PROFILE_CLOCK_H
