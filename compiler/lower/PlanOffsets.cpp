//===- PlanOffsets.cpp - buffers that are not needed at once share --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/PlanOffsets.h"

#include <map>
#include <queue>
#include <set>

namespace astragal::lower {

namespace {
/// The free ranges below the highest place used so far, by address and by size.
class FreeRanges {
public:
  void release(uint64_t offset, uint64_t bytes) {
    auto after = byOffset.lower_bound(offset);
    if (after != byOffset.end() && after->first == offset + bytes) {
      bytes += after->second;
      after = erase(after);
    }
    if (after != byOffset.begin()) {
      auto before = std::prev(after);
      if (before->first + before->second == offset) {
        offset = before->first;
        bytes += before->second;
        erase(before);
      }
    }
    byOffset.emplace(offset, bytes);
    bySize.emplace(bytes, offset);
  }

  /// The smallest range that fits, or else the end of the block, which grows.
  uint64_t acquire(uint64_t bytes, uint64_t &total) {
    auto fit = bySize.lower_bound({bytes, 0});
    uint64_t offset = total, rest = 0;
    if (fit != bySize.end()) {
      offset = fit->second;
      rest = fit->first - bytes;
      erase(byOffset.find(offset));
    } else if (!byOffset.empty() && byOffset.rbegin()->first + byOffset.rbegin()->second == total) {
      offset = byOffset.rbegin()->first;
      erase(std::prev(byOffset.end()));
    }
    if (rest)
      release(offset + bytes, rest);
    total = std::max(total, offset + bytes);
    return offset;
  }

private:
  using Iterator = std::map<uint64_t, uint64_t>::iterator;
  Iterator erase(Iterator range) {
    bySize.erase({range->second, range->first});
    return byOffset.erase(range);
  }

  std::map<uint64_t, uint64_t> byOffset;
  std::set<std::pair<uint64_t, uint64_t>> bySize;
};
} // namespace

OffsetPlan planOffsets(const std::vector<BufferLife> &lives, uint64_t alignment) {
  struct Active {
    uint64_t end, offset, bytes;
    bool operator>(const Active &other) const { return end > other.end; }
  };
  OffsetPlan plan;
  FreeRanges free;
  std::priority_queue<Active, std::vector<Active>, std::greater<>> active;
  for (const BufferLife &life : lives) {
    for (; !active.empty() && active.top().end < life.begin; active.pop())
      free.release(active.top().offset, active.top().bytes);
    uint64_t bytes = (life.bytes + alignment - 1) / alignment * alignment;
    uint64_t offset = bytes ? free.acquire(bytes, plan.total) : 0;
    plan.offsets.push_back(offset);
    if (bytes)
      active.push({life.end, offset, bytes});
  }
  return plan;
}

} // namespace astragal::lower
