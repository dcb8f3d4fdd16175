//===- Program.h - a model that can be taken apart --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines a Stan program as a tree of statements that are texts: enough to print it, and to leave
// parts of it out. Whether what is left is still a program, the compiler says.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_PROGRAM_H
#define ASTRAGAL_TESTS_FUZZ_PROGRAM_H

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace astragal::fuzz {

/// `x = 1;`, or a head with a body: `for (n in 1 : N) { ... }`, and perhaps an else.
struct Statement {
  std::string text;
  bool hasBody = false;
  std::vector<Statement> body = {}, otherwise = {};
};

/// A head with a body, and perhaps an else.
inline Statement withBody(std::string head, std::vector<Statement> body,
                          std::vector<Statement> otherwise = {}) {
  return {std::move(head), true, std::move(body), std::move(otherwise)};
}

struct Program {
  /// In the order of the language; those without statements are not printed.
  struct Block {
    const char *name;
    std::vector<Statement> statements;
  };
  enum { Functions, Data, TransformedData, Parameters, TransformedParameters, Model, GeneratedQuantities };
  std::vector<Block> blocks = {{"functions", {}},
                               {"data", {}},
                               {"transformed data", {}},
                               {"parameters", {}},
                               {"transformed parameters", {}},
                               {"model", {}},
                               {"generated quantities", {}}};
  /// Values as JSON.
  std::map<std::string, std::string> data;

  std::string stan() const;
  std::string json() const;
};

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_PROGRAM_H
