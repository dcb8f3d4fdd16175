//===- Stream.cpp - random numbers one after the other --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/random/Stream.h"

#include <cmath>

using namespace astragal::random;

// Eight blocks go through the rounds side by side: the rounds of one block depend on each other, those of
// eight keep the vector unit busy.
void Stream::refill() {
  constexpr unsigned lanes = 8;
  for (unsigned first = 0; first < batch / 2; first += lanes) {
    uint64_t x0[lanes], x1[lanes], x2[lanes], x3[lanes]; // the low 32 bits count
    for (unsigned lane = 0; lane < lanes; ++lane) {
      uint64_t position = counter + first + lane;
      x0[lane] = position & 0xFFFFFFFFu;
      x1[lane] = position >> 32;
      x2[lane] = stream & 0xFFFFFFFFu;
      x3[lane] = stream >> 32;
    }
    uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
    for (int round = 0; round < 10; ++round) {
      for (unsigned lane = 0; lane < lanes; ++lane) {
        uint64_t product0 = (x0[lane] & 0xFFFFFFFFu) * 0xD2511F53u;
        uint64_t product1 = (x2[lane] & 0xFFFFFFFFu) * 0xCD9E8D57u;
        x0[lane] = (product1 >> 32) ^ x1[lane] ^ key0;
        x2[lane] = (product0 >> 32) ^ x3[lane] ^ key1;
        x1[lane] = product1 & 0xFFFFFFFFu;
        x3[lane] = product0 & 0xFFFFFFFFu;
      }
      key0 += 0x9E3779B9u;
      key1 += 0xBB67AE85u;
    }
    for (unsigned lane = 0; lane < lanes; ++lane) {
      buffer[2 * (first + lane)] = x1[lane] << 32 | x0[lane];
      buffer[2 * (first + lane) + 1] = x3[lane] << 32 | x2[lane];
    }
  }
  counter += batch / 2;
  next = 0;
}

// Box-Muller in pairs; the second number of an odd last pair is dropped, so that what follows does not depend
// on who asked before.
void Stream::normals(double *out, size_t count) {
  constexpr double twoPi = 6.283185307179586476925286766559;
  for (size_t i = 0; i < count; i += 2) {
    double radius = std::sqrt(-2.0 * std::log(uniform()));
    double angle = twoPi * uniform();
    out[i] = radius * std::cos(angle);
    if (i + 1 < count)
      out[i + 1] = radius * std::sin(angle);
  }
}
