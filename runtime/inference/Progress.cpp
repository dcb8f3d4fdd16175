//===- Progress.cpp - the line that tells how far a run is ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Progress.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

using namespace astragal::inference;

Progress::Progress(int64_t total, int chains, bool enabled)
    : total(std::max<int64_t>(total, 1)), chains(chains), enabled(enabled && isatty(STDERR_FILENO)),
      begin(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (enabled)
    std::fputs("\r\033[K", stderr);
}

void Progress::advance(int64_t iterations) {
  int64_t now = done.fetch_add(iterations, std::memory_order_relaxed) + iterations;
  if (!enabled)
    return;
  std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
  if (!lock)
    return; // somebody is writing
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  double left = seconds * double(total - now) / double(now);
  std::fprintf(stderr, "\rsampling %d %s: %3d%%, %.0f s, about %.0f s left\033[K", chains,
               chains == 1 ? "chain" : "chains", int(100 * now / total), seconds, left);
  std::fflush(stderr);
}
