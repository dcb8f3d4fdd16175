//===- PlanOffsetsTest.cpp - buffers share memory where they may ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/PlanOffsets.h"

#include "gtest/gtest.h"
#include <random>

using namespace astragal::lower;

namespace {

TEST(PlanOffsets, SharesWhatIsNotNeededAtOnce) {
  OffsetPlan plan = planOffsets({{0, 1, 100}, {1, 2, 64}, {2, 3, 128}, {4, 5, 256}}, 64);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{0, 128, 0, 0}));
  EXPECT_EQ(plan.total, 256u);
}

TEST(PlanOffsets, NothingNeedsNothing) {
  EXPECT_EQ(planOffsets({}, 64).total, 0u);
  EXPECT_EQ(planOffsets({{0, 9, 0}, {0, 9, 0}}, 64).total, 0u);
}

TEST(PlanOffsets, RandomLivesNeverOverlap) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<BufferLife> lives;
    uint64_t begin = 0, sum = 0;
    for (int k = 0; k < 60; ++k) {
      begin += random() % 3;
      lives.push_back({begin, begin + random() % 20, random() % 1000});
      sum += (lives.back().bytes + 63) / 64 * 64;
    }
    OffsetPlan plan = planOffsets(lives, 64);
    EXPECT_LT(plan.total, sum);
    for (size_t a = 0; a < lives.size(); ++a) {
      EXPECT_EQ(plan.offsets[a] % 64, 0u);
      EXPECT_LE(plan.offsets[a] + lives[a].bytes, plan.total);
      for (size_t b = 0; b < a; ++b) {
        bool together = lives[a].begin <= lives[b].end && lives[b].begin <= lives[a].end;
        bool apart = plan.offsets[a] + lives[a].bytes <= plan.offsets[b] ||
                     plan.offsets[b] + lives[b].bytes <= plan.offsets[a];
        EXPECT_TRUE(!together || apart || !lives[a].bytes || !lives[b].bytes) << a << " and " << b;
      }
    }
  }
}

TEST(PlanOffsets, ManyBuffersAreQuick) {
  std::vector<BufferLife> lives;
  for (uint64_t k = 0; k < 100000; ++k)
    lives.push_back({k, k + 50 + k % 17, 64 + k % 1024});
  EXPECT_LT(planOffsets(lives, 64).total, 200000u);
}

} // namespace
