//===- Progress.h - the line that tells how far a run is --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Progress: one line on a terminal that is written over and over; nothing where standard
// error is not a terminal.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_PROGRESS_H
#define ASTRAGAL_RUNTIME_INFERENCE_PROGRESS_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace astragal::inference {

class Progress {
public:
  /// `total` iterations of all chains together; `enabled` false keeps it quiet.
  Progress(int64_t total, int chains, bool enabled);
  /// Wipes the line.
  ~Progress();

  /// Any thread may say that it did so many iterations more.
  void advance(int64_t iterations);

private:
  int64_t total;
  int chains;
  bool enabled;
  std::chrono::steady_clock::time_point begin;
  std::atomic<int64_t> done{0};
  std::mutex mutex;
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_PROGRESS_H
