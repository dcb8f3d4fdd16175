//===- Callables.cpp - random numbers for compiled models -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the functions of ASTRAGAL_CALLABLES. Ahead-of-time libraries link it alone, so it needs
// libm and nothing else. JIT and ahead-of-time code give the same bits because both run this source.
//
//===----------------------------------------------------------------------===//

#include "runtime/abi.h"
#include "runtime/random/Philox.h"

#include <cmath>

using namespace astragal::random;

double astragal_random_uniform(uint64_t seed, uint64_t stream, uint64_t counter) {
  Block block = philox(seed, stream, counter);
  return toUniform(block.word[0], block.word[1]);
}

// Box-Muller: one block has the bits of both uniforms, so that a normal is a function of one counter.
double astragal_random_normal(uint64_t seed, uint64_t stream, uint64_t counter) {
  constexpr double twoPi = 6.283185307179586476925286766559;
  Block block = philox(seed, stream, counter);
  double radius = std::sqrt(-2.0 * std::log(toUniform(block.word[0], block.word[1])));
  return radius * std::cos(twoPi * toUniform(block.word[2], block.word[3]));
}
