//===- ThreadTeamTest.cpp - threads that share an evaluation ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/pool/ThreadTeam.h"
#include "Helpers.h"
#include "runtime/Error.h"
#include "runtime/pool/WorkspacePool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

using namespace astragal;
using namespace astragal::pool;

namespace {

/// Counts calls by item, and looks whether a thread is at work twice at once.
struct Calls {
  explicit Calls(int64_t items) : byItem(items) {}

  static void task(void *argument, int64_t thread, int64_t item) {
    auto &calls = *static_cast<Calls *>(argument);
    ASSERT_TRUE(thread >= 0 && thread < 16);
    EXPECT_EQ(calls.busy[thread].fetch_add(1), 0);
    ++calls.byItem[item];
    calls.busy[thread].fetch_sub(1);
  }
  bool eachOnce() const {
    return std::all_of(byItem.begin(), byItem.end(), [](auto &n) { return n == 1; });
  }

  std::vector<std::atomic<int>> byItem;
  std::atomic<int> busy[16] = {};
};

TEST(ThreadTeam, DoesEveryItemOnce) {
  for (int threads : {1, 2, 3, 8}) {
    ThreadTeam team(threads);
    for (int64_t items : {0, 1, 2, 7, 64, 1000})
      for (int repeat = 0; repeat < 20; ++repeat) {
        Calls calls(items);
        team.run(Calls::task, &calls, items);
        EXPECT_TRUE(calls.eachOnce()) << items << " items on " << threads << " threads";
      }
  }
}

TEST(ThreadTeam, DoesMoreItemsThanATicketCounts) {
  ThreadTeam team(3);
  Calls calls(150000);
  team.run(Calls::task, &calls, 150000);
  EXPECT_TRUE(calls.eachOnce());
}

TEST(ThreadTeam, SeveralTeamsAtOnce) {
  std::vector<std::thread> owners;
  for (int owner = 0; owner < 4; ++owner)
    owners.emplace_back([] {
      ThreadTeam team(3);
      for (int repeat = 0; repeat < 200; ++repeat) {
        Calls calls(17);
        team.run(Calls::task, &calls, 17);
        EXPECT_TRUE(calls.eachOnce());
      }
    });
  for (std::thread &owner : owners)
    owner.join();
}

// Runs that come at once, and after so long that all threads sleep.
TEST(ThreadTeam, WakesAndSleeps) {
  ThreadTeam team(4);
  for (int pause : {0, 10, 200, 3000})
    for (int repeat = 0; repeat < 10; ++repeat) {
      std::this_thread::sleep_for(std::chrono::microseconds(pause));
      Calls calls(9);
      team.run(Calls::task, &calls, 9);
      EXPECT_TRUE(calls.eachOnce());
    }
}

TEST(ThreadTeam, IdleThreadsSleep) {
  ThreadTeam team(8);
  Calls calls(100);
  team.run(Calls::task, &calls, 100);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::clock_t before = std::clock(); // of the process
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(double(std::clock() - before) / CLOCKS_PER_SEC, 0.05);
}

TEST(ThreadTeam, AloneItIsNoTeam) {
  EXPECT_EQ(ThreadTeam(1).get(), nullptr);
  ThreadTeam two(2);
  ASSERT_NE(two.get(), nullptr);
  EXPECT_EQ(two.get()->threads, 2);
}

TEST(ThreadTeam, RefusesWhatIsNoNumberOfThreads) {
  EXPECT_THROW(ThreadTeam(0), Error);
  EXPECT_THROW(ThreadTeam(5000), Error);
}

/// What a chunk function is given here.
struct Rows {
  std::vector<double> x;
  std::vector<double> sums;
  std::vector<std::atomic<int>> seen;
  std::vector<int64_t> failing; ///< Check 1 + row % 3 fails there.
  uint64_t scratch = 0;         ///< Bytes that each chunk needs.
  std::atomic<int> overlaps{0};

  explicit Rows(int64_t n) : x(n), sums(64), seen(n) {
    for (int64_t i = 0; i < n; ++i)
      x[i] = 1.0 / double(3 * i + 1);
  }
};

void sumRows(astragal_call *call, const void *arguments, int64_t chunk, int64_t begin, int64_t end) {
  auto &rows = **static_cast<Rows *const *>(arguments);
  if (rows.scratch > call->workspace_bytes) {
    call->workspace_needed = std::max(rows.scratch, 2 * call->workspace_bytes);
    return;
  }
  std::memset(call->workspace, int(chunk), rows.scratch);
  double sum = 0;
  for (int64_t i = begin; i < end; ++i) {
    ++rows.seen[i];
    sum += rows.x[i];
    if (!call->failed_check && std::count(rows.failing.begin(), rows.failing.end(), i))
      call->failed_check = int32_t(1 + i % 3);
  }
  rows.sums[chunk] = sum;
  auto *bytes = static_cast<unsigned char *>(call->workspace);
  rows.overlaps += std::any_of(bytes, bytes + rows.scratch, [&](unsigned char b) { return b != chunk; });
}

/// Runs chunks as generated code does.
struct Caller {
  explicit Caller(int threads, size_t bytes = 4096) : team(threads), workspace(bytes) {
    call.workspace = workspace.data();
    call.workspace_bytes = bytes;
    call.team = team.get();
  }
  int32_t run(Rows &rows, int64_t count, int64_t grain = 8, uint64_t used = 0) {
    const Rows *list[] = {&rows};
    return astragal_run_chunks(&call, sumRows, list, used, count, int64_t(rows.x.size()), grain);
  }

  ThreadTeam team;
  Block workspace;
  astragal_call call = {};
};

TEST(Chunks, CoverAllRowsOnce) {
  for (int threads : {1, 3})
    for (int64_t n : {0, 5, 8, 100, 1001})
      for (int64_t count : {1, 2, 7, 64})
        for (int64_t grain : {1, 8}) {
          Caller caller(threads);
          Rows rows(n);
          EXPECT_EQ(caller.run(rows, count, grain), 0);
          EXPECT_TRUE(std::all_of(rows.seen.begin(), rows.seen.end(), [](auto &k) { return k == 1; }))
              << n << " rows in " << count << " chunks by " << grain;
        }
}

TEST(Chunks, GiveTheSameBitsOnAnyNumberOfThreads) {
  Rows expected(10001);
  Caller(1).run(expected, 37);
  for (int threads : {2, 3, 8}) {
    Caller caller(threads);
    for (int repeat = 0; repeat < 20; ++repeat) {
      Rows rows(10001);
      caller.run(rows, 37);
      EXPECT_EQ(std::memcmp(rows.sums.data(), expected.sums.data(), 37 * sizeof(double)), 0);
    }
  }
}

TEST(Chunks, TellTheFirstFailureInTheOrderOfRows) {
  for (int threads : {1, 2, 8}) {
    Caller caller(threads);
    for (int repeat = 0; repeat < 50; ++repeat) {
      Rows rows(1000);
      rows.failing = {997, 622, 409, 410};
      EXPECT_EQ(caller.run(rows, 20), 1 + 409 % 3);
    }
  }
}

TEST(Chunks, HaveMemoryOfTheirOwn) {
  for (int threads : {1, 2, 8}) {
    Caller caller(threads, 1000);
    Rows small(1000);
    small.scratch = 400;
    caller.run(small, 20, 8, 128);
    ASSERT_EQ(caller.call.workspace_needed > 0, threads > 1) << "of 872 bytes each thread needs 400";
    if (!caller.call.workspace_needed)
      continue;
    Caller larger(threads, caller.call.workspace_needed);
    Rows rows(1000);
    rows.scratch = 400;
    larger.run(rows, 20, 8, 128);
    EXPECT_EQ(larger.call.workspace_needed, 0u) << "what was asked for is enough";
    EXPECT_EQ(rows.overlaps, 0);
  }
}

} // namespace
