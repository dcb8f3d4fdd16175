//===- ProcessorsTest.cpp - how many threads can run at once ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/pool/Processors.h"
#include "tests/runtime/Helpers.h"

#include <fstream>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

using namespace astragal;
using namespace astragal::tests;

namespace {
/// Files of a system as control groups show them.
class Processors : public testing::Test {
protected:
  void write(const std::string &path, const std::string &text) {
    std::filesystem::path file = folder / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  std::optional<double> quota() { return pool::processorQuota(folder / "."); }

  Folder folder;
};
} // namespace

TEST_F(Processors, NoGroups) { EXPECT_EQ(quota(), std::nullopt); }

TEST_F(Processors, VersionTwo) {
  write("proc/self/cgroup", "0::/batch/job.7");
  write("proc/self/mountinfo",
        "24 18 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate");
  write("sys/fs/cgroup/batch/job.7/cpu.max", "max 100000");
  EXPECT_EQ(quota(), std::nullopt);
  write("sys/fs/cgroup/batch/job.7/cpu.max", "250000 100000");
  EXPECT_EQ(quota(), 2.5);
  // The group that it is in allows less.
  write("sys/fs/cgroup/batch/cpu.max", "50000 100000");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(Processors, ContainerOfVersionTwo) {
  // The container's own group is the root of what it sees, under either name.
  write("sys/fs/cgroup/cpu.max", "150000 50000");
  for (const char *group : {"/", "/../other"}) {
    write("proc/self/cgroup", std::string("0::") + group);
    write("proc/self/mountinfo", "24 18 0:22 / /sys/fs/cgroup ro - cgroup2 cgroup rw");
    EXPECT_EQ(quota(), 3);
  }
}

TEST_F(Processors, VersionOne) {
  write("proc/self/cgroup",
        "4:memory:/elsewhere\n3:cpuset:/elsewhere\n2:cpu,cpuacct:/docker/abc/inner\n0::/");
  write("proc/self/mountinfo",
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
        "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
        "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
  write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
  write("sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us", "400000");
  write("sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us", "100000");
  write("sys/fs/cgroup/cpuset/cpu.cfs_quota_us", "1");
  EXPECT_EQ(quota(), 4);
}

TEST_F(Processors, DamagedFiles) {
  write("proc/self/cgroup", "\n:\n0:\nnothing\n0::/a");
  write("proc/self/mountinfo", "\n - \n1 2 - cgroup2\n24 18 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
  for (const char *text : {"", "max", "1 0", "-5 100000", "0 100000", "many few"}) {
    write("sys/fs/cgroup/a/cpu.max", text);
    EXPECT_EQ(quota(), std::nullopt) << text;
  }
}

#ifdef __linux__
TEST(AvailableProcessors, Affinity) {
  int all = pool::availableProcessors();
  EXPECT_GE(all, 1);
  // A thread that may run on one processor alone, whatever the quota.
  std::thread([] {
    cpu_set_t set, one;
    ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    int first = 0;
    while (!CPU_ISSET(first, &set))
      ++first;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(pool::availableProcessors(), 1);
  }).join();
}
#endif
