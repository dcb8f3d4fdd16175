//===- TypeChecker.cpp - programs, functions, scopes ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/TypeCheckerImpl.h"

using namespace astragal::stan;
using llvm::StringRef;

bool Checker::run() {
  unsigned before = diagnostics.errorCount();
  declareFunctions();
  for (FunctionDecl *function : program.functions)
    checkFunction(function);
  checkTopBlock(program.data, Origin::Data);
  checkTopBlock(program.transformedData, Origin::TransformedData);
  checkTopBlock(program.parameters, Origin::Parameters);
  checkTopBlock(program.transformedParameters, Origin::TransformedParameters);
  {
    Scope modelScope(*this);
    checkTopBlock(program.model, Origin::Model);
  }
  checkTopBlock(program.generatedQuantities, Origin::GeneratedQuantities);
  return diagnostics.errorCount() == before;
}

void Checker::checkTopBlock(BlockStmt *block, Origin blockOrigin) {
  origin = blockOrigin;
  function = nullptr;
  loops = 0;
  if (block)
    checkBody(block->body);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static llvm::SmallVector<Type, 8> argTypes(const FunctionDecl *function) {
  llvm::SmallVector<Type, 8> types;
  for (const VarDecl *arg : function->args)
    types.push_back(arg->type);
  return types;
}

static bool sameArgs(const FunctionDecl *a, const FunctionDecl *b) { return argTypes(a) == argTypes(b); }

/// All functions are visible in all bodies, whatever their order.
void Checker::declareFunctions() {
  for (const Program *import : options.imports)
    for (FunctionDecl *function : import->functions)
      if (function->body)
        functions[function->name].push_back(function);
  for (FunctionDecl *function : program.functions) {
    checkSignature(function);
    declareFunction(function);
  }
  for (FunctionDecl *function : program.functions)
    if (!function->definition && !function->body)
      error(function->range, "'" + function->name + "' is declared but not defined");
}

void Checker::declareFunction(FunctionDecl *function) {
  if (function->body)
    function->definition = function;
  auto &overloads = functions[function->name];
  for (FunctionDecl *&other : overloads) {
    if (!sameArgs(function, other))
      continue;
    bool isImported = !llvm::is_contained(program.functions, other);
    if (function->returnType != other->returnType) {
      error(function->range, "'" + function->name + "' is declared again with another return type");
    } else if (isImported && options.libraryMode) {
      other = function; // this file's own comes first
      return;
    } else if (!function->body || (other->body && function->body)) {
      error(function->range, "'" + function->name + "' is already " + (other->body ? "defined" : "declared") +
                                 " with arguments " + listTypes(argTypes(function)));
    } else {
      other->definition = function; // the body of a forward declaration
      other = function;
      return;
    }
    diagnostics.note(other->range, "the other declaration is here");
    return;
  }
  overloads.push_back(function);

  if (options.libraryMode)
    return;
  std::optional<SignatureMatch> builtin = matchBuiltin(function->name, argTypes(function), program.arena);
  if (isHigherOrder(function->name) || (builtin && builtin->cost == 0))
    error(function->range, "'" + function->name + "' is a function of the language" +
                               (builtin ? " for arguments " + listTypes(argTypes(function)) : ""));
}

void Checker::checkSignature(FunctionDecl *function) {
  StringRef name = function->name;
  if (isUnnormalizedName(name))
    return error(function->range, "functions end in '_lpdf' or '_lpmf'; '" + name + "' is then defined too");
  bool isDistribution = function->suffix != Suffix::None && function->suffix < Suffix::Rng;
  if (isDistribution && !function->returnType.isReal())
    error(function->range, "'" + name + "' must return real, as its suffix says");
  bool isDiscrete = !function->args.empty() && function->args[0]->type.isDiscrete();
  if (function->suffix == Suffix::Lpdf && (isDiscrete || function->args.empty()))
    error(function->range, "the first argument of a density must be real: a mass function ends in '_lpmf'");
  if (function->suffix == Suffix::Lpmf && !isDiscrete)
    error(function->range, "the first argument of a mass function must be int: a density ends in '_lpdf'");
}

void Checker::checkFunction(FunctionDecl *checked) {
  origin = Origin::Functions;
  function = checked;
  loops = 0;
  Scope scope(*this);
  for (VarDecl *arg : checked->args) {
    declare(arg);
    if (arg->spec && arg->spec->constraint != ConstraintKind::None)
      checkConstraint(arg->spec); // may name the arguments before it
  }
  if (!checked->body)
    return;
  Flow flow = checkBody(checked->body->body);
  if (!checked->returnType.isVoid() && flow != Flow::Returns)
    error(checked->range, "'" + checked->name + "' may end without returning a value");
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

Checker::Scope::~Scope() {
  while (checker.names.size() > size) {
    checker.variables.erase(checker.names.back());
    checker.names.pop_back();
  }
}

/// stanc's rule: what depends on parameters by where it stands, not by how it was computed.
bool Checker::isAutodiff(Origin where, Type type) const {
  if (origin == Origin::GeneratedQuantities || type.isDiscrete())
    return false;
  return where == Origin::Parameters || where == Origin::TransformedParameters || where == Origin::Model ||
         where == Origin::Functions;
}

void Checker::declare(VarDecl *variable) {
  variable->autodiff = !variable->isDataOnly && isAutodiff(variable->origin, variable->type);
  if (isUnnormalizedName(variable->name))
    error(variable->range, "a variable cannot end in '_lupdf' or '_lupmf'");
  auto [entry, isNew] = variables.try_emplace(variable->name, variable);
  if (isNew) {
    names.push_back(variable->name);
    return;
  }
  // Names are unique even across nested blocks.
  error(variable->range, "'" + variable->name + "' is already declared");
  diagnostics.note(entry->second->range, "the other declaration is here");
}

namespace {
/// Keeps the name nearest to a misspelt one.
struct Suggestion {
  StringRef wrong;
  std::string best;
  unsigned distance;

  explicit Suggestion(StringRef wrong) : wrong(wrong), distance(wrong.size() / 3 + 1) {}
  void consider(StringRef candidate) {
    unsigned found = wrong.edit_distance(candidate, /*AllowReplacements=*/true, distance + 1);
    if (found > distance || (found == distance && !best.empty() && best <= candidate))
      return;
    if (found >= wrong.size())
      return; // nothing in common
    best = candidate.str();
    distance = found;
  }
  std::string text() const { return best.empty() ? "" : ", did you mean '" + best + "'?"; }
};
} // namespace

std::string Checker::suggestVariable(StringRef name) const {
  Suggestion suggestion(name);
  for (const auto &entry : variables)
    suggestion.consider(entry.getKey());
  return suggestion.text();
}

std::string Checker::suggestFunction(StringRef name) const {
  Suggestion suggestion(name);
  for (const auto &entry : functions)
    suggestion.consider(entry.getKey());
  forEachBuiltin([&](StringRef candidate) { suggestion.consider(candidate); });
  forEachHigherOrder([&](StringRef candidate) { suggestion.consider(candidate); });
  return suggestion.text();
}

bool astragal::stan::isUnnormalizedName(StringRef name) {
  return name.ends_with("_lupdf") || name.ends_with("_lupmf");
}

std::string astragal::stan::normalizedName(StringRef name) {
  if (!isUnnormalizedName(name))
    return name.str();
  return (name.drop_back(5) + "lp" + name.take_back(2)).str();
}

bool astragal::stan::check(Program &program, Diagnostics &diagnostics, const CheckOptions &options) {
  return Checker(program, diagnostics, options).run();
}
