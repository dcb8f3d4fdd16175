//===- ThreadTeam.cpp - threads that share an evaluation ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/pool/ThreadTeam.h"
#include "runtime/Error.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>

using namespace astragal;
using namespace astragal::pool;

/// A thread that sleeps takes tens of microseconds to wake: what comes sooner is waited for.
static constexpr std::chrono::microseconds patience{10};

static void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Whether `isTrue` became true within some microseconds.
template <typename Condition> static bool spinUntil(Condition isTrue) {
  auto end = std::chrono::steady_clock::now() + patience;
  do {
    for (int k = 0; k < 32; ++k) {
      if (isTrue())
        return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

ThreadTeam::Ticket ThreadTeam::unpack(uint64_t word) {
  return {uint32_t(word >> 32), uint16_t(word >> 16), uint16_t(word)};
}

uint64_t ThreadTeam::pack(Ticket ticket) {
  return uint64_t(ticket.run) << 32 | uint64_t(ticket.count) << 16 | ticket.taken;
}

ThreadTeam::ThreadTeam(int threads)
    : interface{this, threads, [](void *context, Task task, void *argument, int64_t count) {
                  static_cast<ThreadTeam *>(context)->run(task, argument, count);
                }} {
  if (threads < 1 || threads > 1024)
    throw Error(Error::Kind::Usage, "a team cannot have " + std::to_string(threads) + " threads");
}

ThreadTeam::~ThreadTeam() {
  {
    std::lock_guard lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (std::thread &helper : helpers)
    helper.join();
}

/// A system that gives no more threads leaves the team smaller; what it computes is the same.
void ThreadTeam::start() {
  helpers.reserve(size_t(interface.threads) - 1);
  try {
    for (int64_t thread = 1; thread < interface.threads; ++thread)
      helpers.emplace_back([this, thread] { work(thread); });
  } catch (const std::system_error &) {
  }
}

void ThreadTeam::run(Task newTask, void *newArgument, int64_t count) {
  if (helpers.empty() && interface.threads > 1)
    start();
  task = newTask;
  argument = newArgument;
  constexpr int64_t most = UINT16_MAX;
  for (first = 0; first < count; first += most)
    runSome(std::min(most, count - first));
}

void ThreadTeam::runSome(int64_t count) {
  done.store(0, std::memory_order_relaxed);
  Ticket last = unpack(ticket.load(std::memory_order_relaxed));
  // In one order with `sleeping`: either a helper sees the items before it sleeps, or it is seen to sleep.
  ticket.store(pack({last.run + 1, uint16_t(count), 0}), std::memory_order_seq_cst);
  if (sleeping.load(std::memory_order_seq_cst) > 0) {
    {
      std::lock_guard lock(mutex);
    }
    wake.notify_all();
  }
  take(0);
  auto isDone = [&] { return done.load(std::memory_order_acquire) == count; };
  if (isDone() || spinUntil(isDone))
    return;
  std::unique_lock lock(mutex);
  isWaiting.store(true, std::memory_order_seq_cst);
  finished.wait(lock, [&] { return done.load(std::memory_order_seq_cst) == count; });
  isWaiting.store(false, std::memory_order_relaxed);
}

void ThreadTeam::take(int64_t thread) {
  uint64_t word = ticket.load(std::memory_order_acquire);
  for (;;) {
    Ticket now = unpack(word);
    if (!now.isOpen())
      return;
    Ticket next = now;
    ++next.taken;
    if (!ticket.compare_exchange_weak(word, pack(next), std::memory_order_acq_rel, std::memory_order_acquire))
      continue;
    task(argument, thread, first + now.taken);
    word = ticket.load(std::memory_order_acquire);
    if (done.fetch_add(1, std::memory_order_seq_cst) + 1 == now.count &&
        isWaiting.load(std::memory_order_seq_cst)) {
      std::lock_guard lock(mutex);
      finished.notify_one();
    }
  }
}

void ThreadTeam::work(int64_t thread) {
  for (;;) {
    take(thread);
    if (spinUntil([&] { return hasWork(); }))
      continue;
    std::unique_lock lock(mutex);
    sleeping.fetch_add(1, std::memory_order_seq_cst);
    wake.wait(lock, [&] { return stopping || hasWork(); });
    sleeping.fetch_sub(1, std::memory_order_relaxed);
    if (stopping)
      return;
  }
}
