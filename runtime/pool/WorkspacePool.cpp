//===- WorkspacePool.cpp - blocks of memory for evaluations ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/pool/WorkspacePool.h"
#include "runtime/Error.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace astragal;
using namespace astragal::pool;

Block::Block(size_t wanted) {
  if (!wanted)
    return;
  // What is larger than the caches lies on large pages, where there are some: reading a matrix needs few
  // look-ups of addresses then.
  constexpr size_t line = 64, page = size_t(2) << 20;
  size_t alignment = wanted >= 4 * page ? page : line;
  if (wanted <= SIZE_MAX - alignment)
    memory = std::aligned_alloc(alignment, (wanted + alignment - 1) / alignment * alignment);
  if (!memory)
    throw Error(Error::Kind::Data,
                "cannot allocate " + std::to_string(wanted) +
                    " bytes: sizes that the data gives make the model's containers that large");
#ifdef __linux__
  if (alignment == page)
    madvise(memory, wanted / page * page, MADV_HUGEPAGE);
#endif
  bytes = wanted;
}

Block::Block(Block &&other) noexcept
    : memory(std::exchange(other.memory, nullptr)), bytes(std::exchange(other.bytes, 0)) {}

Block &Block::operator=(Block &&other) noexcept {
  std::swap(memory, other.memory);
  std::swap(bytes, other.bytes);
  return *this;
}

Block::~Block() { std::free(memory); }

Workspace::Workspace(Workspace &&other) noexcept
    : pool(std::exchange(other.pool, nullptr)), block(std::move(other.block)) {}

Workspace &Workspace::operator=(Workspace &&other) noexcept {
  if (this != &other) {
    release();
    pool = std::exchange(other.pool, nullptr);
    block = std::move(other.block);
  }
  return *this;
}

void Workspace::grow(size_t bytes) {
  if (bytes <= block.size())
    return;
  block = Block(); // first, so that both are never alive at once
  block = Block(bytes);
}

void Workspace::release() {
  if (WorkspacePool *owner = std::exchange(pool, nullptr))
    owner->giveBack(std::move(block));
}

// Room for idle blocks is reserved at once, so that giving back does not allocate.
WorkspacePool::WorkspacePool(size_t max, size_t min) : max(max), min(min) {
  idle.reserve(std::min<size_t>(max, 1024));
}

WorkspacePool::WorkspacePool(size_t max) : WorkspacePool(max, max / 4) {}

WorkspacePool WorkspacePool::withBounds(size_t max, size_t min) {
  if (min > max)
    throw Error(Error::Kind::Data,
                "pool bounds: minimum " + std::to_string(min) + " exceeds maximum " + std::to_string(max));
  return WorkspacePool(max, min);
}

Workspace WorkspacePool::acquire(size_t bytes) {
  Block evicted; // freed after the lock is
  {
    std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = idle.size(); i-- > 0;) {
      if (idle[i].size() < bytes)
        continue;
      Block block = std::move(idle[i]);
      idle.erase(idle.begin() + i);
      ++counts.hits;
      return Workspace(this, std::move(block));
    }
    ++counts.misses;
    if (!idle.empty()) {
      evicted = std::move(idle.back());
      idle.pop_back();
    }
  }
  evicted = Block();
  return Workspace(this, Block(bytes));
}

void WorkspacePool::giveBack(Block &&block) {
  Block dropped;
  std::lock_guard<std::mutex> lock(mutex);
  if (idle.size() < max) {
    idle.push_back(std::move(block));
    ++counts.returns;
  } else {
    dropped = std::move(block);
    ++counts.drops;
  }
}

void WorkspacePool::prewarm(size_t count, size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex);
  for (Block &block : idle)
    if (block.size() < bytes)
      block = Block(bytes);
  while (idle.size() < std::min(count, max))
    idle.push_back(Block(bytes));
}

void WorkspacePool::shrink() { shrinkTo(min); }

void WorkspacePool::shrinkTo(size_t count) {
  std::lock_guard<std::mutex> lock(mutex);
  if (idle.size() > count)
    idle.erase(idle.begin(), idle.end() - count);
}

size_t WorkspacePool::size() const {
  std::lock_guard<std::mutex> lock(mutex);
  return idle.size();
}

size_t WorkspacePool::idleBytes() const {
  std::lock_guard<std::mutex> lock(mutex);
  size_t total = 0;
  for (const Block &block : idle)
    total += block.size();
  return total;
}

PoolStatistics WorkspacePool::statistics() const {
  std::lock_guard<std::mutex> lock(mutex);
  return counts;
}

void WorkspacePool::resetStatistics() {
  std::lock_guard<std::mutex> lock(mutex);
  counts = {};
}
