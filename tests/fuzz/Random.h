//===- Random.h - the same choices on every machine -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_RANDOM_H
#define ASTRAGAL_TESTS_FUZZ_RANDOM_H

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace astragal::fuzz {

/// SplitMix64.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t draw() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t below(size_t n) { return n ? draw() % n : 0; }
  bool oneIn(size_t n) { return below(n) == 0; }
  /// In [low, high], by steps of 2^-53.
  double uniform(double low, double high) { return low + (high - low) * (double(draw() >> 11) * 0x1p-53); }
  const char *oneOf(std::initializer_list<const char *> texts) { return texts.begin()[below(texts.size())]; }

private:
  uint64_t state;
};

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_RANDOM_H
