//===- Program.cpp - a model that can be taken apart ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

using namespace astragal::fuzz;

static void print(std::string &out, const std::vector<Statement> &statements, size_t depth) {
  std::string indent(2 * depth, ' ');
  for (const Statement &statement : statements) {
    out += indent + statement.text;
    if (statement.hasBody) {
      out += " {\n";
      print(out, statement.body, depth + 1);
      if (!statement.otherwise.empty()) {
        out += indent + "} else {\n";
        print(out, statement.otherwise, depth + 1);
      }
      out += indent + "}";
    }
    out += "\n";
  }
}

std::string Program::stan() const {
  std::string out;
  for (const Block &block : blocks)
    if (!block.statements.empty()) {
      out += std::string(block.name) + " {\n";
      print(out, block.statements, 1);
      out += "}\n";
    }
  return out;
}

std::string Program::json() const {
  std::string out;
  for (const auto &[name, value] : data)
    out += (out.empty() ? "{\n  \"" : ",\n  \"") + name + "\": " + value;
  return out.empty() ? "{}\n" : out + "\n}\n";
}
