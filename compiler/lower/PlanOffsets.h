//===- PlanOffsets.h - buffers that are not needed at once share -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the memory planner: a pure function of lives and sizes.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_PLANOFFSETS_H
#define ASTRAGAL_COMPILER_LOWER_PLANOFFSETS_H

#include <cstdint>
#include <vector>

namespace astragal::lower {

/// A buffer is needed from `begin` to `end`, both included. Lists of buffers are in the order of `begin`.
struct BufferLife {
  uint64_t begin, end, bytes;
};

struct OffsetPlan {
  std::vector<uint64_t> offsets; // one a buffer
  uint64_t total = 0;
};

/// Places buffers at multiples of `alignment` such that two that are needed at once do not overlap. First fit
/// over free ranges, in n log n steps.
OffsetPlan planOffsets(const std::vector<BufferLife> &lives, uint64_t alignment);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_PLANOFFSETS_H
