//===- WorkspacePool.h - blocks of memory for evaluations -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines WorkspacePool, which hands out the one block of memory that an evaluation works in, and
// Workspace, the handle that gives the block back. The compiler plans what lies where in a block; nobody else
// allocates.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_POOL_WORKSPACEPOOL_H
#define ASTRAGAL_RUNTIME_POOL_WORKSPACEPOOL_H

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace astragal::pool {

/// A block of bytes aligned to 64; null if its size is 0. Contents are not initialised.
class Block {
public:
  Block() = default;
  /// Throws Error (Usage) if the system has no such amount of memory.
  explicit Block(size_t bytes);
  Block(Block &&other) noexcept;
  Block &operator=(Block &&other) noexcept;
  ~Block();

  void *data() const { return memory; }
  size_t size() const { return bytes; }

private:
  void *memory = nullptr;
  size_t bytes = 0;
};

/// How acquisitions were served since the pool was made or the counts were reset.
struct PoolStatistics {
  uint64_t hits = 0;    ///< acquisitions served by a block of the pool
  uint64_t misses = 0;  ///< acquisitions that had to allocate
  uint64_t returns = 0; ///< blocks that came back and were kept
  uint64_t drops = 0;   ///< blocks that came back to a full pool and were freed

  uint64_t totalGets() const { return hits + misses; }
  /// Percent of acquisitions that were hits, 0 to 100; 0 if there were none.
  double hitRatio() const { return totalGets() ? 100.0 * double(hits) / double(totalGets()) : 0.0; }
};

class WorkspacePool;

/// A block on loan. Gives it back when it goes. The pool must outlive it.
class Workspace {
public:
  Workspace() = default;
  Workspace(Workspace &&other) noexcept;
  Workspace &operator=(Workspace &&other) noexcept;
  ~Workspace() { release(); }

  void *data() const { return block.data(); }
  size_t size() const { return block.size(); }

  /// Makes the block at least `bytes` large; what was in it is lost. The pool sees a larger block come back,
  /// and counts nothing now: nobody was served.
  void grow(size_t bytes);

  /// Gives the block back now.
  void release();

private:
  friend class WorkspacePool;
  Workspace(WorkspacePool *pool, Block &&block) : pool(pool), block(std::move(block)) {}

  WorkspacePool *pool = nullptr;
  Block block;
};

/// Idle blocks, last in first out, since the last one is warm in the cache. Safe to use from many threads.
class WorkspacePool {
public:
  /// Keeps at most `max` idle blocks; `shrink` leaves a quarter of them.
  explicit WorkspacePool(size_t max = 64);
  /// Throws Error (Usage) unless min <= max.
  static WorkspacePool withBounds(size_t max, size_t min);

  /// A block of at least `bytes`: the last idle one that is large enough. If none is, the last idle one makes
  /// place for a new one, so that small blocks do not fill the pool for ever.
  Workspace acquire(size_t bytes);

  /// Allocates until `count` blocks (at most `capacity`) of at least `bytes` are idle.
  void prewarm(size_t count, size_t bytes);

  /// Frees idle blocks, those longest unused first, until `minCapacity` (or `count`, or none) are left.
  void shrink();
  void shrinkTo(size_t count);
  void clear() { shrinkTo(0); }

  size_t size() const;
  bool empty() const { return size() == 0; }
  size_t capacity() const { return max; }
  size_t minCapacity() const { return min; }
  /// Bytes of the idle blocks.
  size_t idleBytes() const;

  PoolStatistics statistics() const;
  void resetStatistics();

private:
  friend class Workspace;
  WorkspacePool(size_t max, size_t min);
  void giveBack(Block &&block);

  mutable std::mutex mutex;
  size_t max, min;
  std::vector<Block> idle;
  PoolStatistics counts;
};

} // namespace astragal::pool

#endif // ASTRAGAL_RUNTIME_POOL_WORKSPACEPOOL_H
