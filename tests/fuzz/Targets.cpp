//===- Targets.cpp - what is given mutated inputs -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Targets.h"

#include "compiler/stan/Lower.h"
#include "compiler/stan/Parser.h"
#include "compiler/stan/TypeChecker.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"

#include <cstdlib>

using namespace astragal;
using namespace astragal::fuzz;

namespace {

enum class Depth { Parse, Check, Lower };

bool runStan(const std::string &input, Depth depth) {
  stan::SourceManager sources;
  stan::Diagnostics diagnostics(sources);
  auto program = stan::parse(sources, sources.addText("fuzz.stan", input), diagnostics);
  if (depth >= Depth::Check && !diagnostics.hasErrors())
    stan::check(*program, diagnostics);
  if (depth >= Depth::Lower && !diagnostics.hasErrors()) {
    // A context keeps what was made in it: a new one from time to time holds memory down.
    static std::unique_ptr<mlir::MLIRContext> context;
    static unsigned uses = 0;
    if (uses++ % 512 == 0)
      context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
    stan::lower(*program, *context, diagnostics);
  }
  bool isRight = !diagnostics.hasErrors();
  // Messages point into the text: they must find their line.
  std::string messages;
  llvm::raw_string_ostream os(messages);
  diagnostics.print(os);
  if (!isRight && messages.empty())
    std::abort(); // a refusal without a reason
  return isRight;
}

bool runJson(const std::string &input) {
  try {
    io::parseJson(input);
    return true;
  } catch (const Error &error) {
    if (error.kind() != Error::Kind::Data || !*error.what())
      std::abort();
    return false;
  }
}

/// These two fail, so that finding failures is tested too.
bool crash(const std::string &input) {
  static unsigned inputs = 0;
  volatile int *nowhere = nullptr;
  return ++inputs < 1000 || *nowhere == static_cast<int>(input.size());
}
bool hang(const std::string &input) {
  static unsigned inputs = 0;
  volatile bool forever = ++inputs == 1000;
  while (forever) {
  }
  return !input.empty();
}

constexpr Target targets[] = {
    {"parse", ".stan", [](const std::string &input) { return runStan(input, Depth::Parse); }},
    {"check", ".stan", [](const std::string &input) { return runStan(input, Depth::Check); }},
    {"lower", ".stan", [](const std::string &input) { return runStan(input, Depth::Lower); }},
    {"json", ".json", runJson},
    {"crash", ".stan", crash},
    {"hang", ".stan", hang},
};

} // namespace

const Target *astragal::fuzz::findTarget(const std::string &name) {
  for (const Target &target : targets)
    if (target.name == name)
      return &target;
  return nullptr;
}
