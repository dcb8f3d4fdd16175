//===- Arguments.h - what the command line takes ----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares checks of options and what is said of a command line that is wrong: what was expected,
// what was found, and an example.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_ARGUMENTS_H
#define ASTRAGAL_TOOLS_ASTRAGAL_ARGUMENTS_H

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace astragal::tool {

/// A whole number within bounds.
CLI::Validator between(int64_t least, int64_t most);
inline CLI::Validator atLeast(int64_t least) { return between(least, std::numeric_limits<int>::max()); }

/// A number within bounds, for which texts stand in messages.
CLI::Validator betweenReals(double least, double most, const std::string &range);

/// One of a few words.
CLI::Validator oneOf(const std::vector<std::string> &words);

/// `--include-path=FOLDER`, as often as one likes.
void addIncludePath(CLI::App *command, std::vector<std::string> &folders);

/// Why the command line cannot be understood.
std::string describeError(const CLI::App &app, const CLI::ParseError &error,
                          const std::vector<std::string> &arguments);

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_ARGUMENTS_H
