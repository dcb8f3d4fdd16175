//===- Library.cpp - parsing the library's text ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/library/Library.h"

#include "compiler/library/Texts.h"
#include "compiler/stan/Parser.h"
#include "compiler/stan/TypeChecker.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ErrorHandling.h"

namespace astragal::library {

namespace {
struct Loaded {
  stan::SourceManager sources;
  std::unique_ptr<stan::Program> program;
  llvm::StringMap<llvm::SmallVector<const stan::FunctionDecl *, 1>> byName;

  Loaded() {
    // One text, so that files may call each other.
    std::string all;
    for (unsigned k = 0; k < textCount; ++k)
      all += texts[k].text;
    stan::Diagnostics diagnostics(sources);
    unsigned file = sources.addText("library.stan", all);
    program = stan::parse(sources, file, diagnostics, {.libraryMode = true});
    if (diagnostics.hasErrors() ||
        !stan::check(*program, diagnostics, {.libraryMode = true, .imports = {}})) {
      diagnostics.print(llvm::errs());
      // Not input of a user: the build's own tests load the library.
      llvm::report_fatal_error("the library does not parse");
    }
    for (const stan::FunctionDecl *function : program->functions)
      if (function->body)
        byName[function->name].push_back(function);
  }
};

const Loaded &loaded() {
  static const Loaded instance;
  return instance;
}
} // namespace

const stan::Program &program() { return *loaded().program; }

static bool fits(const stan::Type &declared, const stan::Type &given) {
  if (stan::isPromotable(given, declared))
    return true;
  if (!declared.isScalar())
    return false;
  // A container of the scalar.
  bool isInt = given.base() == stan::BaseType::Int;
  return declared.isInt() ? isInt : !given.isComplexBase() && given.indexDepth() > 0;
}

const stan::FunctionDecl *find(llvm::StringRef name, llvm::ArrayRef<stan::Type> arguments) {
  auto found = loaded().byName.find(name);
  if (found == loaded().byName.end())
    return nullptr;
  const stan::FunctionDecl *lifted = nullptr;
  for (const stan::FunctionDecl *function : found->second) {
    if (function->args.size() != arguments.size())
      continue;
    bool isExact = true, isFit = true;
    for (auto [declared, given] : llvm::zip_equal(function->args, arguments)) {
      isExact &= stan::isPromotable(given, declared->type);
      isFit &= fits(declared->type, given);
    }
    if (isExact)
      return function;
    if (isFit && !lifted)
      lifted = function;
  }
  return lifted;
}

const stan::FunctionDecl *find(llvm::StringRef name) {
  auto found = loaded().byName.find(name);
  return found == loaded().byName.end() ? nullptr : found->second.front();
}

unsigned overload(const stan::FunctionDecl &function) {
  const auto &all = loaded().byName.find(function.name)->second;
  return llvm::find(all, &function) - all.begin();
}

} // namespace astragal::library
