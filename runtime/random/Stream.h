//===- Stream.h - random numbers one after the other ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Stream, the generator of samplers: the blocks of one (seed, stream) in order, made a
// batch at a time. Two Streams with the same arguments give the same numbers on every machine with the same
// libm.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_RANDOM_STREAM_H
#define ASTRAGAL_RUNTIME_RANDOM_STREAM_H

#include "runtime/random/Philox.h"

#include <cstddef>
#include <cstdint>

namespace astragal::random {

class Stream {
public:
  explicit Stream(uint64_t seed, uint64_t stream = streamId(Purpose::Sampler)) : seed(seed), stream(stream) {}

  /// 64 random bits.
  uint64_t bits() {
    if (next == batch)
      refill();
    return buffer[next++];
  }

  /// Uniform on (0, 1).
  double uniform() { return toUniform(bits()); }

  /// Fills `out` with `count` standard normal numbers.
  void normals(double *out, size_t count);

private:
  void refill();

  static constexpr unsigned batch = 64; // two of them a block
  uint64_t seed, stream, counter = 0;
  unsigned next = batch;
  uint64_t buffer[batch];
};

} // namespace astragal::random

#endif // ASTRAGAL_RUNTIME_RANDOM_STREAM_H
