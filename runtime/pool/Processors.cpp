//===- Processors.cpp - how many threads can run at once --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/pool/Processors.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

using namespace astragal;

namespace fs = std::filesystem;

/// How many processors the scheduler may put this process on; 0 if it does not say.
static int allowedProcessors() {
#ifdef __linux__
  // The set must be as large as the kernel's, which is known by trying.
  for (int size = 1024; size <= 1 << 20; size *= 2) {
    cpu_set_t *set = CPU_ALLOC(size);
    if (!set)
      return 0;
    int count = 0;
    bool isKnown = sched_getaffinity(0, CPU_ALLOC_SIZE(size), set) == 0;
    if (isKnown)
      count = CPU_COUNT_S(CPU_ALLOC_SIZE(size), set);
    CPU_FREE(set);
    if (isKnown)
      return count;
  }
#endif
  return 0;
}

static bool isInList(const std::string &list, const std::string &name) {
  return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

/// The quota of one group, whichever version it is of.
static std::optional<double> quotaOf(const fs::path &group) {
  double quota = -1, period = 0;
  if (std::ifstream both(group / "cpu.max"); both) // "max 100000" is no number
    both >> quota >> period;
  else
    std::ifstream(group / "cpu.cfs_quota_us") >> quota, std::ifstream(group / "cpu.cfs_period_us") >> period;
  return quota > 0 && period > 0 ? std::optional(quota / period) : std::nullopt;
}

namespace {
/// Where a hierarchy of groups is mounted, from which of its groups on; and which group the process is in.
struct Hierarchy {
  fs::path mount;
  std::string root, group;
};
} // namespace

/// The hierarchies that may limit processors: that of version 2, and that of version 1 with the controller
/// `cpu`.
static std::vector<Hierarchy> findHierarchies(const fs::path &root) {
  std::string unified, versionOne; // the groups
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) { // number:controllers:group
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos)
      continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty())
      unified = line.substr(second + 1);
    else if (isInList(controllers, "cpu"))
      versionOne = line.substr(second + 1);
  }
  std::vector<Hierarchy> found;
  std::ifstream mounts(root / "proc/self/mountinfo");
  for (std::string line;
       std::getline(mounts, line);) { // id parent device root mount options ... - type source options
    size_t dash = line.find(" - ");
    if (dash == std::string::npos)
      continue;
    std::istringstream left(line), right(line.substr(dash + 3));
    std::string skipped, from, mount, type, options;
    left >> skipped >> skipped >> skipped >> from >> mount;
    right >> type >> skipped >> options;
    if (type == "cgroup2" && !unified.empty())
      found.push_back({root / fs::path(mount).relative_path(), from, unified});
    else if (type == "cgroup" && isInList(options, "cpu") && !versionOne.empty())
      found.push_back({root / fs::path(mount).relative_path(), from, versionOne});
  }
  return found;
}

std::optional<double> pool::processorQuota(const fs::path &root) {
  std::optional<double> smallest;
  for (const Hierarchy &hierarchy : findHierarchies(root)) {
    // What lies above the mount, a container's own group, is not seen, and the group is then not below it
    // either.
    fs::path below = fs::path(hierarchy.group).lexically_relative(hierarchy.root);
    if (below.empty() || *below.begin() == "..")
      below = ".";
    fs::path group = hierarchy.mount;
    auto look = [&] {
      if (std::optional<double> quota = quotaOf(group))
        smallest = std::min(*quota, smallest.value_or(*quota));
    };
    look();
    for (const fs::path &name : below)
      if (name != ".") {
        group /= name;
        look();
      }
  }
  return smallest;
}

int pool::availableProcessors() {
  int count = allowedProcessors();
  if (count < 1)
    count = std::max(1, int(std::thread::hardware_concurrency()));
  if (std::optional<double> quota = processorQuota())
    count = std::min(count, int(std::ceil(std::min(*quota, 1e6))));
  return std::max(count, 1);
}
