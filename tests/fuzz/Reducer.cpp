//===- Reducer.cpp - smaller programs that fail the same way --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Trial.h"

#include <cctype>

using namespace astragal::fuzz;

/// Where the bracket at `open` is closed.
static size_t closing(const std::string &text, size_t open) {
  int depth = 0;
  for (size_t at = open; at < text.size(); ++at) {
    depth += text[at] == '(' || text[at] == '[' || text[at] == '{';
    depth -= text[at] == ')' || text[at] == ']' || text[at] == '}';
    if (depth == 0)
      return at;
  }
  return std::string::npos;
}

/// Makes the n-th change of an expression: a call or what is in parentheses becomes a number, or a part of
/// it.
static bool changeText(std::string &text, size_t &n) {
  for (size_t open = text.find('('); open != std::string::npos; open = text.find('(', open + 1)) {
    size_t close = closing(text, open), begin = open;
    if (close == std::string::npos)
      return false;
    while (begin > 0 && (std::isalnum(text[begin - 1]) || text[begin - 1] == '_'))
      --begin;
    if (n-- == 0) {
      text.replace(begin, close + 1 - begin, "0.5");
      return true;
    }
    // Its parts: between commas, bars and operators with spaces around them.
    size_t part = open + 1, at = open + 1;
    for (bool isFirst = true; at <= close; ++at) {
      bool isOperator = at + 2 < close && text[at] == ' ' && text[at + 2] == ' ';
      if (text[at] == '(' || text[at] == '[' || text[at] == '{') {
        at = closing(text, at);
        if (at >= close)
          break;
        continue;
      }
      if (at != close && text[at] != ',' && !isOperator)
        continue;
      bool isAll = isFirst && at == close && begin == open;
      isFirst = false;
      if (!isAll && n-- == 0) {
        text.replace(begin, close + 1 - begin, "(" + text.substr(part, at - part) + ")");
        return true;
      }
      at += isOperator ? 2 : 0;
      part = at + 1;
    }
  }
  return false;
}

/// Makes the n-th change; false if there are fewer.
static bool change(std::vector<Statement> &statements, size_t &n) {
  for (size_t k = 0; k < statements.size(); ++k) {
    if (n-- == 0) {
      statements.erase(statements.begin() + long(k));
      return true;
    }
    Statement &statement = statements[k];
    if (statement.hasBody && n-- == 0) {
      std::vector<Statement> body = std::move(statement.body);
      statements.erase(statements.begin() + long(k));
      statements.insert(statements.begin() + long(k), body.begin(), body.end());
      return true;
    }
    if (!statement.otherwise.empty() && n-- == 0) {
      statement.otherwise.clear();
      return true;
    }
    if (change(statement.body, n) || change(statement.otherwise, n) || changeText(statement.text, n))
      return true;
  }
  return false;
}

/// What an error says, wherever and of whatever number.
static std::string essence(const std::string &text) {
  size_t begin = text.find("error: ");
  begin = begin == std::string::npos ? 0 : begin;
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  std::erase_if(line, [](unsigned char c) { return std::isdigit(c); });
  return line;
}

void astragal::fuzz::reduce(Program &program, Trial &trial, const Outcome &failure, unsigned most) {
  // Only the variant that failed.
  std::vector<Variant> variants = {trial.variants[0]};
  if (failure.variant > 0)
    variants.push_back(trial.variants[failure.variant]);
  trial.variants = variants;
  unsigned trials = 0;
  auto stillFails = [&](const Program &smaller, const Trial &simpler) {
    ++trials;
    Outcome outcome = run(smaller, simpler);
    return outcome.kind == failure.kind && outcome.variant == simpler.variants.size() - 1 &&
           (outcome.kind != Outcome::Error || essence(outcome.text) == essence(failure.text));
  };
  if (!stillFails(program, trial))
    return;
  Variant &last = trial.variants.back();
  for (size_t k = 0; k < last.disabledPasses.size() && trials < most;) {
    Trial simpler = trial;
    auto &passes = simpler.variants.back().disabledPasses;
    passes.erase(passes.begin() + long(k));
    if (stillFails(program, simpler))
      trial = simpler;
    else
      ++k;
  }
  for (bool changed = true; changed && trials < most;) {
    changed = false;
    for (size_t block = program.blocks.size(); block-- > 0;)
      for (size_t next = 0; trials < most;) {
        Program smaller = program;
        size_t n = next;
        if (!change(smaller.blocks[block].statements, n))
          break;
        if (stillFails(smaller, trial)) {
          program = std::move(smaller);
          changed = true;
        } else {
          ++next;
        }
      }
  }
  // Values that are not asked for.
  std::string text = program.stan();
  std::erase_if(program.data,
                [&](const auto &entry) { return text.find(" " + entry.first + ";") == std::string::npos; });
}
