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
  std::string name;
  uint8_t block, scalar, arrayRank, rank;
  uint32_t line;
};

/// See `astragal_check`.
struct CheckDescription {
  std::string message, file;
  uint32_t line, column, kind;
  std::string explanation;
};

/// The names and ranks of a model. Its checks are known to the compiled module.
struct ModelDescription {
  std::string name;
  std::vector<VariableDescription> data, outputs;
  bool hasGenerated = false;
};

/// The name of an entry's function: that of its place in the enum of `runtime/abi.h`, in lower case.
extern const std::array<const char *, ASTRAGAL_NUM_ENTRIES> entryNames;

/// True of entries that explain a failure or trace a NaN. They are compiled in another way, as a module of their own.
bool isExplanation(std::string_view entry);

/// "astragal <version>, <cpu>": for people.
std::string getCompilerName(const std::string &cpu);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_MODELDESCRIPTION_H
