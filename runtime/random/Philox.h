//===- Philox.h - the counter-based generator -------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011: "Parallel random numbers: as easy as 1,
// 2, 3") and the layout of keys and counters. It depends on nothing, since compiled models link it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_RANDOM_PHILOX_H
#define ASTRAGAL_RUNTIME_RANDOM_PHILOX_H

#include <cstdint>

namespace astragal::random {

/// 128 random bits.
struct Block {
  uint32_t word[4];
};

/// The block at `counter` under `key`: a bijection of counters for every key.
inline Block philox(Block counter, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = uint64_t(0xD2511F53u) * counter.word[0];
    uint64_t product1 = uint64_t(0xCD9E8D57u) * counter.word[2];
    counter = {{uint32_t(product1 >> 32) ^ counter.word[1] ^ key0, uint32_t(product1),
                uint32_t(product0 >> 32) ^ counter.word[3] ^ key1, uint32_t(product0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// The block that belongs to (seed, stream, counter): the seed is the key, stream and counter are the 128
/// bits that are counted.
inline Block philox(uint64_t seed, uint64_t stream, uint64_t counter) {
  return philox({{uint32_t(counter), uint32_t(counter >> 32), uint32_t(stream), uint32_t(stream >> 32)}},
                uint32_t(seed), uint32_t(seed >> 32));
}

/// 52 bits and a half step: never 0 and never 1.
inline double toUniform(uint64_t bits) { return (double(bits >> 12) + 0.5) * 0x1p-52; }

inline double toUniform(uint32_t low, uint32_t high) { return toUniform(uint64_t(high) << 32 | low); }

/// What the numbers of a stream are for. Streams of different purposes never meet.
enum class Purpose : uint64_t { TransformedData = 0, Sampler = 1, Generated = 2, Initial = 3 };

/// The 64 bits of a stream: 8 of purpose, 24 of the chain, 32 of the draw.
inline uint64_t streamId(Purpose purpose, uint64_t chain = 0, uint64_t draw = 0) {
  return uint64_t(purpose) << 56 | (chain & 0xFFFFFFu) << 32 | (draw & 0xFFFFFFFFu);
}

} // namespace astragal::random

#endif // ASTRAGAL_RUNTIME_RANDOM_PHILOX_H
