//===- TestPrograms.h - what the front end makes of a text ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the helpers of the tests here: a text goes in, messages or a dump come out as text.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_STAN_TESTPROGRAMS_H
#define ASTRAGAL_TESTS_COMPILER_STAN_TESTPROGRAMS_H

#include "compiler/stan/Lexer.h"
#include "compiler/stan/Parser.h"
#include "compiler/stan/TypeChecker.h"

#include <gtest/gtest.h>

namespace astragal::stan {

/// A text, parsed and, if that went well, checked.
struct TestProgram {
  explicit TestProgram(llvm::StringRef text, bool libraryMode = false, bool runChecker = true)
      : diagnostics(sources) {
    unsigned file = sources.addText("test.stan", text);
    ParseOptions parseOptions;
    parseOptions.libraryMode = libraryMode;
    program = parse(sources, file, diagnostics, parseOptions);
    CheckOptions checkOptions;
    checkOptions.libraryMode = libraryMode;
    if (runChecker && !diagnostics.hasErrors())
      check(*program, diagnostics, checkOptions);
  }

  /// One message a line, "line:column: severity: text".
  std::string messages() const {
    static const char *const names[] = {"error", "warning", "note"};
    std::string result;
    for (const Diagnostic &diagnostic : diagnostics.all()) {
      Location location = sources.locate(diagnostic.range);
      result += (result.empty() ? "" : "\n") + std::to_string(location.line) + ":" +
                std::to_string(location.column) + ": " + names[static_cast<int>(diagnostic.severity)] + ": " +
                diagnostic.message;
    }
    return result;
  }

  std::string dump(bool types = false) const {
    std::string result;
    llvm::raw_string_ostream os(result);
    print(*program, os, types);
    return os.str();
  }

  SourceManager sources;
  Diagnostics diagnostics;
  std::unique_ptr<Program> program;
};

} // namespace astragal::stan

#endif // ASTRAGAL_TESTS_COMPILER_STAN_TESTPROGRAMS_H
