//===- Chunks.cpp - the rows of a plate in chunks -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements what generated code calls to have chunks computed: on a team's threads, or one after
// the other.
//
//===----------------------------------------------------------------------===//

#include "runtime/abi.h"

#include <atomic>

namespace {

/// The chunks of one plate, as all threads see them.
struct Chunks {
  const astragal_call &call;
  astragal_chunk function;
  const void *arguments;
  int64_t count, rows, grain;
  char *memory;                              ///< of the first thread
  uint64_t bytes;                            ///< of each thread
  std::atomic<uint64_t> needed{0};           ///< the most that one asked for
  std::atomic<uint64_t> failure{UINT64_MAX}; ///< of the first chunk with a failed check: chunk * 2^32 + check

  int64_t beginOf(int64_t chunk) const {
    int64_t blocks = (rows + grain - 1) / grain, begin = chunk * blocks / count * grain;
    return begin < rows ? begin : rows;
  }

  void run(int64_t thread, int64_t chunk) {
    astragal_call own = call;
    own.workspace = memory + uint64_t(thread) * bytes;
    own.workspace_bytes = bytes;
    own.workspace_needed = 0;
    own.failed_check = 0;
    function(&own, arguments, chunk, beginOf(chunk), beginOf(chunk + 1));
    if (own.workspace_needed)
      raise(needed, own.workspace_needed, [](uint64_t a, uint64_t b) { return a < b; });
    if (own.failed_check)
      raise(failure, uint64_t(chunk) << 32 | uint32_t(own.failed_check),
            [](uint64_t a, uint64_t b) { return a > b; });
  }

  /// Sets `value` to `to` if it comes before that.
  template <typename Before> static void raise(std::atomic<uint64_t> &value, uint64_t to, Before before) {
    uint64_t now = value.load(std::memory_order_relaxed);
    while (before(now, to) && !value.compare_exchange_weak(now, to, std::memory_order_relaxed))
      ;
  }
};

} // namespace

extern "C" int32_t astragal_run_chunks(astragal_call *call, astragal_chunk function, const void *arguments,
                                       uint64_t used, int64_t count, int64_t rows, int64_t grain) {
  constexpr uint64_t alignment = 64;
  // Loops without a bound end where a check has failed, which rows could not know of.
  if (call->failed_check)
    return call->failed_check;
  const astragal_team *team = call->team;
  uint64_t threads = team ? uint64_t(team->threads) : 1;
  uint64_t left = call->workspace_bytes > used ? call->workspace_bytes - used : 0;
  Chunks chunks{*call,
                function,
                arguments,
                count,
                rows,
                grain,
                static_cast<char *>(call->workspace) + used,
                left / threads / alignment * alignment};
  if (threads > 1)
    team->run(
        team->context,
        [](void *argument, int64_t thread, int64_t chunk) {
          static_cast<Chunks *>(argument)->run(thread, chunk);
        },
        &chunks, count);
  else
    for (int64_t chunk = 0; chunk < count; ++chunk)
      chunks.run(0, chunk);
  uint64_t needed = (chunks.needed + alignment - 1) / alignment * alignment;
  call->workspace_needed = needed ? used + threads * needed : 0;
  uint64_t failure = chunks.failure;
  return needed || failure == UINT64_MAX ? 0 : int32_t(failure);
}
