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

#include <atomic>
#include <cmath>
#include <cstddef>

// Every allocation counts, those of the C library and of Eigen too. Under a sanitizer the allocator is the
// sanitizer's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define ASTRAGAL_COUNTS 0
#else
#define ASTRAGAL_COUNTS 1
#endif

static std::atomic<long> allocations{0};

#if ASTRAGAL_COUNTS
extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}
#endif

using namespace astragal;
using namespace astragal::inference;

/// Whether an allocation is seen.
static bool counts() {
  long before = allocations;
  // Volatile, or the pair of calls may be left out.
  void *volatile block = ::operator new(100);
  ::operator delete(block);
  return allocations > before;
}

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
