//===- AllocationTest.cpp - calls of the allocator --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "Models.h"
#include "runtime/inference/Chain.h"
#include "runtime/inference/Sample.h"
#include "tests/AllocationCount.h"

#include <cmath>

using namespace astragal;
using namespace astragal::inference;

TEST(Allocation, TransitionsDoNotAllocate) {
  ASSERT_EQ(counts(), bool(ASTRAGAL_COUNTS));
  if (!counts())
    GTEST_SKIP() << "the sanitizer's allocator is not counted";
  class Normal final : public LogDensity {
  public:
    int64_t dimension() const override { return 30; }
    double gradient(const double *q, double *g) override {
      double lp = 0;
      for (int i = 0; i < 30; ++i) {
        g[i] = -q[i] / (1 + i);
        lp += 0.5 * q[i] * g[i];
      }
      return lp;
    }
  } target;
  for (MetricKind kind : {MetricKind::Unit, MetricKind::Diagonal, MetricKind::Dense}) {
    random::Stream random(tests::seedOfTest());
    Nuts sampler(target, random, kind);
    std::vector<double> start(30, 0.5);
    sampler.setPosition(start.data());
    AdaptiveNuts adaptive(sampler, {}, 300);
    adaptive.begin();
    for (int i = 0; i < 300; ++i)
      adaptive.warmUp();
    adaptive.end();
    long before = allocations;
    for (int i = 0; i < 500; ++i)
      sampler.transition();
    EXPECT_EQ(allocations - before, 0);
  }
}

// Evaluation, generated quantities, kept draws and the file: a longer run allocates as often as a short one.
TEST(Allocation, RunsAllocateTheSameForAnyNumberOfDraws) {
  ASSERT_EQ(counts(), bool(ASTRAGAL_COUNTS));
  if (!counts())
    GTEST_SKIP() << "the sanitizer's allocator is not counted";
  model::Model model(tests::eightSchools(), tests::eightSchoolsData());
  tests::Folder folder;
  auto count = [&](int samples) {
    SampleOptions options;
    options.chains = options.threads = 1;
    options.numSamples = samples;
    options.csvPath = folder / "out.csv";
    long before = allocations;
    Draws draws = sample(model, options);
    EXPECT_EQ(draws.chains[0].rows, samples);
    return allocations - before;
  };
  count(100);
  long few = count(100), many = count(900);
  EXPECT_EQ(few, many);
  EXPECT_GT(few, 0);
}
