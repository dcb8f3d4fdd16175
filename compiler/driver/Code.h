//===- Code.h - a program and the code that is made of it -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines what goes into the compiler and what comes out of it, in terms that need neither MLIR nor
// LLVM. What is not here cannot have an influence on the code: the cache makes its keys of these fields.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_CODE_H
#define ASTRAGAL_COMPILER_DRIVER_CODE_H

#include "compiler/driver/ModelDescription.h"

#include <string>
#include <utility>
#include <vector>

namespace astragal::driver {

/// Milliseconds of each step, in order.
using Timings = std::vector<std::pair<std::string, double>>;

struct Source {
  std::string name; ///< the file's, as messages show it
  std::string text;
  /// Where #include looks, in order.
  std::vector<std::string> includeDirectories;
};

/// A program in a file, whose folder is the first that #include looks in. Throws Error (IO) if it cannot be
/// read.
Source readSource(const std::string &path, const std::vector<std::string> &includeDirectories);

struct CodeOptions {
  /// Of the enum in runtime/abi.h.
  std::vector<int> entries;
  /// Passes to leave out, by name; Error (Usage) for unknown ones.
  std::vector<std::string> disabledPasses;
  /// Specialise to sizes, which are among `integers`.
  bool staticSizes = true;
  /// Move what depends on data alone into prepare. Off for entries that join a model.
  bool hoistData = true;
  /// Store large containers of real data in single precision; arithmetic stays in double.
  bool singleData = false;
  /// The number of the first check.
  int firstCheck = 1;
  bool verifyPhases = false;
  /// Read the clock around what takes time.
  bool profile = false;
  /// The number of the first region.
  int firstRegion = 0;
  /// The scalar integers of the data, which is all of it that the compiler sees.
  std::vector<std::pair<std::string, int32_t>> integers;
};

/// Machine code of some entries.
struct Code {
  ModelDescription description;
  std::string compilerName;
  std::vector<CheckDescription> checks;
  std::vector<int> entries;
  /// Relocatable object files that define them by their names; each may use what those before it define.
  std::vector<std::string> objects;
};

/// Code, and what it came from.
struct Compilation {
  Code code;
  Timings timings;
  /// Those of the integers that sizes of declarations depend on, whether they are given or not.
  std::vector<std::string> sizeVariables;
  /// Files that were included, with their texts.
  std::vector<std::pair<std::string, std::string>> includes;
  /// Where they would have been found first, had they been there.
  std::vector<std::string> absent;
  /// Shared libraries that the compiler consists of.
  std::vector<std::string> libraries;
  /// What the front end thinks may be meant otherwise; empty, or lines.
  std::string warnings;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_CODE_H
