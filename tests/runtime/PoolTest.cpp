//===- PoolTest.cpp - the pool of workspaces --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "runtime/pool/WorkspacePool.h"

#include <atomic>
#include <cstring>
#include <thread>

using namespace astragal;
using namespace astragal::pool;

TEST(Pool, CountsHitsAndMisses) {
  WorkspacePool pool(5);
  std::vector<Workspace> held;
  for (int i = 0; i < 10; ++i)
    held.push_back(pool.acquire(100));
  held.resize(5); // five come back
  for (int i = 0; i < 10; ++i)
    held.push_back(pool.acquire(100));
  PoolStatistics counts = pool.statistics();
  EXPECT_EQ(counts.misses, 15u);
  EXPECT_EQ(counts.hits, 5u);
  EXPECT_EQ(counts.returns, 5u);
  EXPECT_EQ(counts.drops, 0u);
  EXPECT_EQ(counts.totalGets(), 20u);
  EXPECT_DOUBLE_EQ(counts.hitRatio(), 25.0);
  held.clear(); // fifteen come to a pool of five
  EXPECT_EQ(pool.statistics().returns, 10u);
  EXPECT_EQ(pool.statistics().drops, 10u);
  EXPECT_EQ(pool.size(), 5u);
}

TEST(Pool, HitRatioWithoutGetsIsZero) {
  WorkspacePool pool(5);
  EXPECT_EQ(pool.statistics().hitRatio(), 0.0);
  pool.acquire(1).release();
  pool.resetStatistics();
  EXPECT_EQ(pool.statistics().totalGets(), 0u);
  EXPECT_EQ(pool.size(), 1u);
}

TEST(Pool, OneInFlightMissesOnce) {
  WorkspacePool pool(100);
  for (int i = 0; i < 1000; ++i)
    pool.acquire(4096);
  EXPECT_EQ(pool.statistics().misses, 1u);
  EXPECT_EQ(pool.statistics().hits, 999u);
  EXPECT_DOUBLE_EQ(pool.statistics().hitRatio(), 99.9);
}

TEST(Pool, IsLastInFirstOutAndAligned) {
  WorkspacePool pool(4);
  Workspace a = pool.acquire(1000), b = pool.acquire(1000);
  void *first = a.data(), *second = b.data();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % 64, 0u);
  a.release();
  b.release();
  EXPECT_EQ(pool.acquire(10).data(), second);
  Workspace c = pool.acquire(10), d = pool.acquire(10);
  EXPECT_EQ(c.data(), second);
  EXPECT_EQ(d.data(), first);
}

TEST(Pool, PassesOverBlocksThatAreTooSmall) {
  WorkspacePool pool(4);
  Workspace large = pool.acquire(1000), small = pool.acquire(10);
  void *address = large.data();
  large.release();
  small.release();
  Workspace again = pool.acquire(500);
  EXPECT_EQ(again.data(), address);
  EXPECT_EQ(pool.statistics().hits, 1u);
  // Only the small one is left: it makes place for a large one.
  Workspace another = pool.acquire(500);
  EXPECT_GE(another.size(), 500u);
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_EQ(pool.statistics().misses, 3u);
}

TEST(Pool, GrowingKeepsThePoolConsistent) {
  WorkspacePool pool(4);
  {
    Workspace workspace = pool.acquire(100);
    workspace.grow(50);
    EXPECT_EQ(workspace.size(), 100u);
    workspace.grow(5000);
    EXPECT_EQ(workspace.size(), 5000u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(workspace.data()) % 64, 0u);
    std::memset(workspace.data(), 1, workspace.size());
  }
  EXPECT_EQ(pool.idleBytes(), 5000u);
  EXPECT_GE(pool.acquire(4000).size(), 5000u);
  PoolStatistics counts = pool.statistics();
  EXPECT_EQ(counts.misses, 1u);
  EXPECT_EQ(counts.hits, 1u);
  EXPECT_EQ(counts.returns, 2u);
}

TEST(Pool, Bounds) {
  EXPECT_EQ(WorkspacePool(20).minCapacity(), 5u);
  WorkspacePool pool = WorkspacePool::withBounds(10, 3);
  EXPECT_EQ(pool.capacity(), 10u);
  EXPECT_EQ(pool.minCapacity(), 3u);
  EXPECT_EQ(tests::errorOf([] { WorkspacePool::withBounds(3, 4); }),
            "pool bounds: minimum 4 exceeds maximum 3");
  pool.prewarm(20, 64);
  EXPECT_EQ(pool.size(), 10u);
  EXPECT_EQ(pool.statistics().totalGets(), 0u);
  pool.shrinkTo(7);
  EXPECT_EQ(pool.size(), 7u);
  pool.shrink();
  EXPECT_EQ(pool.size(), 3u);
  pool.shrink();
  EXPECT_EQ(pool.size(), 3u);
  pool.clear();
  EXPECT_TRUE(pool.empty());
}

TEST(Pool, RefusesImpossibleSizes) {
  WorkspacePool pool(2);
  EXPECT_NE(tests::errorOf([&] { pool.acquire(SIZE_MAX - 10); }).find("cannot allocate"), std::string::npos);
  EXPECT_GE(pool.acquire(100).size(), 100u); // and goes on
}

TEST(Pool, ServesManyThreads) {
  WorkspacePool pool(8);
  std::vector<std::thread> threads;
  std::atomic<int> clashes{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&pool, &clashes, t] {
      for (int i = 0; i < 2000; ++i) {
        Workspace workspace = pool.acquire(64 + i % 3 * 64);
        int *mine = static_cast<int *>(workspace.data());
        *mine = t;
        std::this_thread::yield();
        clashes += *mine != t;
        if (i % 7 == 0)
          workspace.grow(512);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(clashes, 0);
  PoolStatistics counts = pool.statistics();
  EXPECT_EQ(counts.totalGets(), 8000u);
  EXPECT_EQ(counts.returns + counts.drops, 8000u);
  EXPECT_LE(pool.size(), 4u);
}
