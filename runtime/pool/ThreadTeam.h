//===- ThreadTeam.h - threads that share an evaluation ----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines ThreadTeam: the threads that take the chunks of an evaluation's large plates.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_POOL_THREADTEAM_H
#define ASTRAGAL_RUNTIME_POOL_THREADTEAM_H

#include "runtime/abi.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace astragal::pool {

/// Its threads start when they are first needed, and sleep between evaluations but for some microseconds. One
/// evaluation at a time may use a team. Runs allocate nothing once the threads have started.
class ThreadTeam {
public:
  /// So many threads, that of the caller among them.
  explicit ThreadTeam(int threads);
  ThreadTeam(const ThreadTeam &) = delete;
  ThreadTeam &operator=(const ThreadTeam &) = delete;
  ~ThreadTeam();

  int threads() const { return int(interface.threads); }
  /// What compiled models take; null if the caller is alone.
  const astragal_team *get() const { return interface.threads > 1 ? &interface : nullptr; }

  using Task = void (*)(void *argument, int64_t thread, int64_t item);
  /// Calls `task` for every item below `count`, and returns when all have come back. Items are taken in their
  /// order.
  void run(Task task, void *argument, int64_t count);

private:
  /// What there is to do: the items of a run, and how many of them are taken. One word, so that a thread that
  /// comes late takes nothing of a run that it knows nothing of.
  struct Ticket {
    uint32_t run;
    uint16_t count, taken;
    bool isOpen() const { return taken < count; }
  };
  static Ticket unpack(uint64_t word);
  static uint64_t pack(Ticket ticket);

  void start();
  void work(int64_t thread);
  /// Takes items while there are any.
  void take(int64_t thread);
  bool hasWork() const { return unpack(ticket.load(std::memory_order_seq_cst)).isOpen(); }
  void runSome(int64_t count);

  astragal_team interface;
  std::vector<std::thread> helpers;

  // Of the run: valid while an item of it is not done.
  Task task = nullptr;
  void *argument = nullptr;
  int64_t first = 0;

  alignas(64) std::atomic<uint64_t> ticket{0};
  alignas(64) std::atomic<int64_t> done{0};
  alignas(64) std::mutex mutex;
  std::condition_variable wake;       ///< There are items, or the team goes.
  std::condition_variable finished;   ///< All items are done.
  std::atomic<int> sleeping{0};       ///< Helpers that wait to be woken.
  std::atomic<bool> isWaiting{false}; ///< The caller does.
  bool stopping = false;
};

} // namespace astragal::pool

#endif // ASTRAGAL_RUNTIME_POOL_THREADTEAM_H
