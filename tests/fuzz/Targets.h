//===- Targets.h - what is given mutated inputs -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_TARGETS_H
#define ASTRAGAL_TESTS_FUZZ_TARGETS_H

#include <string>

namespace astragal::fuzz {

struct Target {
  const char *name;
  const char *extension; ///< of the files that inputs are made from
  /// True if the input is a right one. Fails by not returning.
  bool (*run)(const std::string &input);
};

/// Null if there is none of this name.
const Target *findTarget(const std::string &name);

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_TARGETS_H
