//===- Parser.h - Stan text to syntax tree ----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the way from text to an untyped tree. The parser goes on after an error, so that one run
// shows several; the tree is then what could be understood and must not be lowered.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_PARSER_H
#define ASTRAGAL_COMPILER_STAN_PARSER_H

#include "compiler/stan/Ast.h"

#include <memory>

namespace astragal::stan {

struct ParseOptions {
  /// The text is a sequence of function definitions, as in compiler/library: no blocks, and arguments may
  /// carry constraints (`real<lower=0> sigma`).
  bool libraryMode = false;
  /// Expressions and statements deeper than this are an error, so that no input exhausts the stack.
  unsigned maxDepth = 1000;
};

/// Parses file `file` of `sources`. Always returns a program; whether it is whole, `diagnostics` says.
std::unique_ptr<Program> parse(SourceManager &sources, unsigned file, Diagnostics &diagnostics,
                               const ParseOptions &options = {});

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_PARSER_H
