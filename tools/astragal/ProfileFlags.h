//===- ProfileFlags.h - what commands say of profiles -----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// --profile and --profile-file, of all commands that run a model.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_PROFILEFLAGS_H
#define ASTRAGAL_TOOLS_ASTRAGAL_PROFILEFLAGS_H

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/OutputFile.h"
#include "runtime/profile/Profiler.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

namespace astragal::tool {

struct ProfileFlags {
  std::string trace;  ///< empty: no profile; "-": none but the table
  std::string blocks; ///< a CSV file; empty: none

  void add(CLI::App &command);
};

/// The profile of one run of a command.
class ProfiledRun {
public:
  /// Opens the files, so that one that cannot be written is an error before anything runs. Throws Error (IO).
  explicit ProfiledRun(const ProfileFlags &flags);

  bool isWanted() const { return profiler != nullptr; }

  /// Has the model compiled for a profile, if one is wanted.
  void apply(CompileOptions &options) {
    if (profiler)
      options.profiler = profiler.get();
  }

  /// Prints the table to `out` and writes the files, if they are wanted. No thread runs the model any more.
  void finish(const model::Model &model, std::FILE *out);

private:
  std::unique_ptr<profile::Profiler> profiler;
  std::optional<io::OutputFile> trace, blocks;
  bool printsTable = false;
};

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_PROFILEFLAGS_H
