//===- Trial.h - one program, compiled in several ways ----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the question that the differential fuzzer asks of a program: do all ways to compile it
// lead to the same values?
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_TRIAL_H
#define ASTRAGAL_TESTS_FUZZ_TRIAL_H

#include "Program.h"

#include <cstdint>

namespace astragal::fuzz {

/// A way to compile.
struct Variant {
  bool staticSizes = true;
  std::vector<std::string> disabledPasses = {};

  std::string describe() const;
};

struct Trial {
  uint64_t seed; ///< of the points
  /// All are compared with the first.
  std::vector<Variant> variants;
  bool withOutputs = false;
  bool withDifferences = false; ///< gradients against finite differences
  bool withFault = false; ///< values of other variants are made wrong, so that finding this is tested, too

  /// With all passes, with open sizes, without any optional pass, and without some of them.
  static Trial of(uint64_t seed);
};

struct Outcome {
  enum Kind {
    Right,
    NeverFinite, ///< nothing was compared
    Refused,     ///< not supported yet
    Error,       ///< of the compiler, where there should be none
    Wrong,       ///< variants disagree
    Slope,       ///< the gradient is not that of the density
    Crash,
    Hang
  };
  Kind kind;
  size_t variant; ///< in which it happened
  std::string text;

  bool isFailure() const { return kind >= Error; }
  const char *name() const;
};

/// In a process of its own, so that a crash is an outcome.
Outcome run(const Program &program, const Trial &trial);

/// Leaves out what the failure does not need, of the program and of the trial.
void reduce(Program &program, Trial &trial, const Outcome &failure, unsigned most);

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_TRIAL_H
