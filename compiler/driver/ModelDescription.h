//===- ModelDescription.h - what a compiled model says of itself -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines what the tables of an `astragal_model` are made from, and the names of its entries.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_MODELDESCRIPTION_H
#define ASTRAGAL_COMPILER_DRIVER_MODELDESCRIPTION_H

#include "runtime/abi.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace astragal::driver {

/// See `astragal_variable`.
struct VariableDescription {
  std::string name, file;
  uint32_t line, column;
  std::string sizes;
  uint8_t block, scalar, arrayRank, rank, singleRows;
};

/// See `astragal_check`.
struct CheckDescription {
  std::string message, file;
  uint32_t line, column, kind;
  std::string explanation;
};

/// See `astragal_share`.
struct ShareDescription {
  uint32_t statement;
  double forward, reverse;
};

/// See `astragal_region`.
struct RegionDescription {
  uint32_t entry, kind, parent;
  std::string name;
  std::vector<ShareDescription> shares;
  double flops, functionFlops, bytesRead, bytesWritten, calls, workingSet;
  bool byRow, exact, parts;
};

/// See `astragal_statement`.
struct StatementDescription {
  std::string file;
  uint32_t line, column;
  std::string text;
  uint32_t profile;
};

/// See `astragal_profile_block`.
struct ProfileBlockDescription {
  std::string name;
  uint32_t parent;
};

/// The names and ranks of a model. Its checks are known to the compiled module.
struct ModelDescription {
  std::string name;
  std::vector<VariableDescription> data, outputs;
  bool hasGenerated = false;
  /// If its code is profiled: the regions of this code, and the statements of the program.
  std::vector<RegionDescription> regions;
  std::vector<StatementDescription> statements;
  std::vector<ProfileBlockDescription> profileBlocks;
};

/// The name of an entry's function: that of its place in the enum of `runtime/abi.h`, in lower case.
extern const std::array<const char *, ASTRAGAL_NUM_ENTRIES> entryNames;

/// True of entries that explain a failure or trace a NaN. They are compiled in another way, as a module of
/// their own.
bool isExplanation(std::string_view entry);

/// "astragal <version>, <cpu>": for people.
std::string getCompilerName(const std::string &cpu);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_MODELDESCRIPTION_H
