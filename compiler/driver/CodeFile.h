//===- CodeFile.h - code as bytes -------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the entries of the cache. Two lead to code: a program, which says what its code depends
// on beside its text, and the code itself. Both begin with where they came from.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_CODEFILE_H
#define ASTRAGAL_COMPILER_DRIVER_CODEFILE_H

#include "compiler/driver/Code.h"
#include "compiler/driver/Service.h"

#include <optional>
#include <string_view>

namespace astragal::driver {

/// Goes into every key: entries of another format are not found.
constexpr int codeFormat = 5;

/// Where code came from, for people and for reasons.
struct CodeTag {
  std::string model;    ///< the name of the file
  std::string source;   ///< hash of the text and of all that it includes
  std::string sizes;    ///< "J = 8, K = ?"
  std::string options;  ///< "gradient_propto_jacobian, generate"
  std::string target;   ///< hash of the processor
  std::string compiler; ///< hash of the compiler and its version
};

/// What a program's code depends on beside its text and the options.
struct ProgramFile {
  std::vector<std::string> sizeVariables;
  std::vector<std::pair<std::string, std::string>>
      files;                       ///< included files and libraries, and what tells their contents
  std::vector<std::string> absent; ///< files that would be included if they were there
  std::string warnings;            ///< what the compiler says of the program
};

std::string formatCode(const CodeTag &tag, const Code &code);
std::optional<Code> parseCode(std::string_view text);
std::optional<CodeTag> parseTag(std::string_view text);

std::string formatWork(const lower::Work &cost);
std::optional<lower::Work> parseWork(std::string_view text);

std::string formatProgram(const ProgramFile &program);
std::optional<ProgramFile> parseProgram(std::string_view text);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_CODEFILE_H
