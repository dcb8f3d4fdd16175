//===- Helpers.h - what the runtime's tests share ---------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines seeds, temporary folders and the check that an error says what it should.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_RUNTIME_HELPERS_H
#define ASTRAGAL_TESTS_RUNTIME_HELPERS_H

#include "runtime/Error.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace astragal::tests {

/// A hash of the running test's name: seeds are never chosen.
inline uint64_t seedOfTest() {
  const testing::TestInfo *test = testing::UnitTest::GetInstance()->current_test_info();
  uint64_t hash = 0xCBF29CE484222325u;
  for (char c : std::string(test->test_suite_name()) + "." + test->name())
    hash = (hash ^ uint8_t(c)) * 0x100000001B3u;
  return hash;
}

/// A folder that goes with the test.
class Folder {
public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "astragal-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      std::abort();
    path = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string &name) const { return (path / name).string(); }
  size_t size() const {
    return size_t(
        std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
  }

private:
  std::filesystem::path path;
};

/// Runs `action` and gives the message of the Error it throws; "no error" if it throws none.
template <typename Action> std::string errorOf(Action action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_RUNTIME_HELPERS_H
