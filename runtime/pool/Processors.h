//===- Processors.h - how many threads can run at once ----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what the system leaves to this process of the machine's processors. In a container or
// under a batch system that is less than there are: more threads than that take turns, and those that spin
// waste the quota.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_POOL_PROCESSORS_H
#define ASTRAGAL_RUNTIME_POOL_PROCESSORS_H

#include <filesystem>
#include <optional>

namespace astragal::pool {

/// The processors that the process may run on, but no more than the quota of its control groups, rounded up;
/// at least one.
int availableProcessors();

/// The smallest quota of the process's control groups (version 2 `cpu.max`, version 1 `cpu.cfs_quota_us`) and
/// of those that these are in, in processors. Nothing if there is none. The files of the system are those
/// under `root`.
std::optional<double> processorQuota(const std::filesystem::path &root = "/");

} // namespace astragal::pool

#endif // ASTRAGAL_RUNTIME_POOL_PROCESSORS_H
