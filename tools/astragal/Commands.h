//===- Commands.h - the subcommands of astragal -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function adds one subcommand: its options, its help, and what it does when it is chosen. What they do
// is in libraries; these files only translate between words and structs.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_COMMANDS_H
#define ASTRAGAL_TOOLS_ASTRAGAL_COMMANDS_H

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/Data.h"
#include "tools/astragal/Arguments.h"

#include <string>
#include <vector>

namespace astragal::tool {

void addSample(CLI::App &app);
void addLogProb(CLI::App &app);
void addCompile(CLI::App &app);
void addBench(CLI::App &app);
void addCheck(CLI::App &app);
void addSummary(CLI::App &app);
void addCache(CLI::App &app);

/// `--disable=PASS`, as often as one likes; `--disable list` prints their names and asks for no model.
void addDisable(CLI::App *command, std::vector<std::string> &passes);

/// `--threads=N` of commands that evaluate at one point after the other.
inline void addThreads(CLI::App *command, int &threads) {
  command->add_option("--threads", threads, "That take parts of large plates; values do not depend on it")
      ->check(between(1, 1024))
      ->capture_default_str();
}

/// `--data-precision=f32`.
inline void addDataPrecision(CLI::App *command, bool &single) {
  command
      ->add_option_function<std::string>(
          "--data-precision", [&single](const std::string &text) { single = text == "f32"; },
          "How large containers of real data are stored: f64, or f32, which halves what is read from "
          "memory;\n"
          "data is then rounded to 24 bits (6e-8 relative), arithmetic stays in f64")
      ->check(oneOf({"f64", "f32"}))
      ->default_str("f64");
}

/// What commands that run a model say of the cache of compiled code.
struct CacheFlags {
  bool noCache = false, logCompiles = false;

  void add(CLI::App &command);
  void apply(CompileOptions &options) const;
};

/// The data file, or no data where there is none.
io::Data readData(const std::string &path);

/// Writes a text to a file by way of a temporary name, so that no one sees half of it; "-" is standard
/// output.
void writeText(const std::string &path, const std::string &text);

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_COMMANDS_H
