//===- TypeCheckerCalls.cpp - calls and overload resolution -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/TypeCheckerImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace astragal::stan;
using llvm::ArrayRef;
using llvm::StringRef;

ArrayRef<FunctionDecl *> Checker::functionsNamed(StringRef name) const {
  auto found = functions.find(name);
  return found == functions.end() ? ArrayRef<FunctionDecl *>() : ArrayRef<FunctionDecl *>(found->second);
}

bool Checker::anyError(ArrayRef<Expr *> args) {
  return llvm::any_of(args, [](Expr *arg) { return arg->type.isError(); });
}

llvm::SmallVector<Type, 8> Checker::typesOf(ArrayRef<Expr *> args) {
  llvm::SmallVector<Type, 8> types;
  for (Expr *arg : args)
    types.push_back(arg->type);
  return types;
}

std::string Checker::listTypes(ArrayRef<Type> types) {
  std::string result = "(";
  for (size_t i = 0; i < types.size(); ++i)
    result += (i ? ", " : "") + types[i].str();
  return result + ")";
}

/// The overload that needs the fewest promotions. A user's function wins over a builtin of equal cost; two of
/// a user's are ambiguous.
Resolution Checker::resolve(StringRef name, ArrayRef<Expr *> args) {
  Resolution best;
  unsigned bestCost = 0;
  llvm::SmallVector<Type, 8> types = typesOf(args);

  for (FunctionDecl *candidate : functionsNamed(name)) {
    best.status = std::max(best.status, Resolution::Mismatch);
    if (candidate->args.size() != args.size())
      continue;
    unsigned cost = 0;
    bool fits = true;
    std::optional<unsigned> notData;
    for (size_t i = 0; i < args.size() && fits; ++i) {
      fits = isPromotable(types[i], candidate->args[i]->type);
      if (!fits)
        break;
      cost += promotionCost(types[i], candidate->args[i]->type);
      if (candidate->args[i]->isDataOnly && args[i]->autodiff && !notData)
        notData = i;
    }
    if (!fits)
      continue;
    if (notData) {
      if (best.status == Resolution::Mismatch) {
        best.function = candidate;
        best.notData = notData;
      }
      continue;
    }
    if (best.status >= Resolution::Ambiguous && cost > bestCost)
      continue;
    best.status =
        best.status >= Resolution::Ambiguous && cost == bestCost ? Resolution::Ambiguous : Resolution::Found;
    bestCost = cost;
    best.function = candidate;
    best.result = candidate->returnType;
    best.params.clear();
    for (VarDecl *param : candidate->args)
      best.params.push_back(param->type);
  }

  if (!isBuiltin(name, options.libraryMode))
    return best;
  best.status = std::max(best.status, Resolution::Mismatch);
  std::optional<SignatureMatch> match = matchBuiltin(name, types, program.arena, options.libraryMode);
  if (match && (best.status < Resolution::Ambiguous || match->cost < bestCost)) {
    best.status = Resolution::Found;
    best.function = nullptr;
    best.notData.reset();
    best.result = match->result;
    best.params = match->params;
  }
  return best;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void Checker::checkCall(CallExpr *call, bool isStatement) {
  call->unnormalized = isUnnormalizedName(call->name);
  checkCallPlace(call);
  if (checkHigherOrder(call))
    return;
  for (Expr *arg : call->args)
    check(arg);
  std::string name = normalizedName(call->name);
  bool isKnown = !functionsNamed(name).empty() || isBuiltin(name, options.libraryMode);
  if (auto found = variables.find(call->name);
      found != variables.end() && !isBuiltin(name, options.libraryMode))
    return error(call->nameRange, "'" + call->name + "' is a variable, not a function");
  if (!isKnown)
    return reportUnknown(call->name, call->nameRange);
  if (anyError(call->args))
    return;

  Resolution resolution = resolve(name, call->args);
  if (resolution.status != Resolution::Found)
    return reportMismatch(name, call->nameRange, call->args, resolution);
  if (resolution.result.isVoid() && !isStatement)
    return error(call->nameRange, "'" + call->name + "' is void: it returns no value");
  if (!resolution.result.isVoid() && isStatement)
    return error(call->nameRange,
                 "'" + call->name +
                     "' returns a value, which a statement cannot drop: only void functions are called "
                     "as statements");
  call->callee = resolution.function;
  call->type = resolution.result;
  for (size_t i = 0; i < call->args.size(); ++i) {
    call->args[i] = promote(call->args[i], resolution.params[i]);
    call->autodiff |= call->args[i]->autodiff;
  }
  call->autodiff &= !call->type.isDiscrete();
}

/// The rules that follow from the suffix of a name.
void Checker::checkCallPlace(CallExpr *call) {
  bool isDistribution = call->suffix != Suffix::None && call->suffix < Suffix::Rng;
  if (isDistribution && !call->hasBar && call->args.size() > 1)
    error(call->nameRange, "'" + call->name + "' needs a '|' after its first argument");
  else if (!isDistribution && call->hasBar)
    error(call->nameRange,
          "'|' is only for functions that end in '_lpdf', '_lpmf', '_lcdf', '_lccdf' or '_cdf'");

  Suffix inside = function ? function->suffix : Suffix::None;
  switch (call->suffix) {
  case Suffix::Rng:
    if (inTopSizes)
      error(call->nameRange, "a size cannot be random");
    else if (origin != Origin::TransformedData && origin != Origin::GeneratedQuantities &&
             inside != Suffix::Rng)
      error(call->nameRange,
            "a function that ends in '_rng' may be called only in the transformed data and generated "
            "quantities blocks, and in functions that end in '_rng'");
    break;
  case Suffix::Lp:
    if (origin != Origin::TransformedParameters)
      checkMayAddToTarget(call->nameRange, "a call of a function that ends in '_lp'");
    break;
  case Suffix::Jacobian:
    if (origin != Origin::TransformedParameters && inside != Suffix::Jacobian)
      error(call->nameRange,
            "a function that ends in '_jacobian' may be called only in the transformed parameters "
            "block and in functions that end in '_jacobian'");
    break;
  default:
    break;
  }
  bool mayDrop =
      origin == Origin::Model || inside == Suffix::Lpdf || inside == Suffix::Lpmf || inside == Suffix::Lp;
  if (call->unnormalized && !mayDrop)
    error(call->nameRange,
          "a function that ends in '_lupdf' or '_lupmf' may be called only in the model block and in "
          "functions that end in '_lpdf', '_lpmf' or '_lp'");
}

//===----------------------------------------------------------------------===//
// What went wrong
//===----------------------------------------------------------------------===//

/// What to write for functions that Stan no longer has.
static StringRef replacementOf(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Case("if_else", "the operator '?:'")
      .Case("fabs", "'abs'")
      .Case("multiply_log", "'lmultiply'")
      .Case("binomial_coefficient_log", "'lchoose'")
      .Case("cov_exp_quad", "'gp_exp_quad_cov'")
      .Case("increment_log_prob", "'target += ...;'")
      .Case("tcrossproduct", "'tcrossprod'")
      .Default("");
}

void Checker::reportUnknown(StringRef name, SourceRange range) {
  StringRef replacement = replacementOf(name);
  if (!replacement.empty())
    return error(range, "'" + name + "' was removed from Stan, use " + replacement);
  auto exists = [&](const llvm::Twine &candidate) {
    std::string text = candidate.str();
    return isBuiltin(text) || !functionsNamed(text).empty();
  };
  StringRef stem = name.take_front(name.rfind('_'));
  if (name.ends_with("_log") || suffixOf(name) != Suffix::None)
    for (StringRef suffix : {"_lpdf", "_lpmf"})
      if (name != (stem + suffix).str() && exists(stem + suffix) &&
          (name.ends_with("_log") || suffixOf(name) <= Suffix::Lpmf))
        return error(range,
                     "undeclared function '" + name + "': this distribution has '" + stem + suffix + "'");
  error(range, "undeclared function '" + name + "'" + suggestFunction(name));
}

/// "real normal_lpdf(reals | reals, reals)", as the manual writes signatures.
static std::string headline(StringRef name, ArrayRef<std::string> args, const std::string &result) {
  std::string text = result + " " + name.str() + "(";
  bool hasBar = suffixOf(name) != Suffix::None && suffixOf(name) <= Suffix::Cdf;
  for (size_t i = 0; i < args.size(); ++i)
    text += (i == 0 ? "" : i == 1 && hasBar ? " | " : ", ") + args[i];
  return text + ")";
}

std::string Checker::headlineOf(const FunctionDecl &function) {
  llvm::SmallVector<std::string> args;
  for (const VarDecl *param : function.args)
    args.push_back(param->type.str());
  return headline(function.name, args, function.returnType.str());
}

/// The sets of Builtins.def, in the words of the Stan manual.
static std::string readable(StringRef name, StringRef signature) {
  llvm::SmallVector<StringRef> words;
  signature.split(words, ' ', -1, /*KeepEmpty=*/false);
  std::string result;
  llvm::SmallVector<std::string> args;
  bool afterArrow = false;
  for (StringRef word : words) {
    if (word == "->") {
      afterArrow = true;
      continue;
    }
    std::string text = llvm::StringSwitch<std::string>(word)
                           .Cases({"R", "R1"}, "reals")
                           .Cases({"I", "J", "G"}, afterArrow ? "T" : "ints")
                           .Case("V", "vectors")
                           .Case("V1", "vector")
                           .Cases({"B", "M", "C", "Q", "E", "N", "Z", "H", "cB", "reN", "reZ", "intH"}, "T")
                           .Case("flatH", "array[] T")
                           .Case("realv", "R")
                           .Case("intv", "ints")
                           .Case("vectorv", "vectors")
                           .Default("");
    if (text.empty()) {
      llvm::BumpPtrAllocator arena;
      std::optional<Type> type = parseTypeNotation(word, arena);
      text = type ? type->str() : word.str();
    }
    if (afterArrow)
      result = text;
    else
      args.push_back(text);
  }
  std::string legend;
  for (auto [word, meaning] : {std::pair<StringRef, StringRef>{"ints", "int or array[] int"},
                               {"reals", "real, vector, row_vector or array[] real"},
                               {"vectors", "vector, row_vector or an array of these"}})
    if (result == word || llvm::is_contained(args, word))
      legend += ("; " + word + ": " + meaning).str();
  return headline(name, args, result) + legend;
}

void Checker::reportMismatch(StringRef name, SourceRange range, ArrayRef<Expr *> args,
                             const Resolution &resolution) {
  llvm::SmallVector<Type, 8> types = typesOf(args);
  if (resolution.status == Resolution::Ambiguous) {
    error(range, "the call of '" + name + "' with " + listTypes(types) + " is ambiguous");
  } else if (resolution.notData) {
    error(args[*resolution.notData]->range,
          "argument " + llvm::Twine(*resolution.notData + 1) + " of '" + name + "' must be data only");
    diagnostics.note(resolution.function->args[*resolution.notData]->range, "declared as data here");
    return;
  } else {
    error(range, "'" + name + "' does not take " + listTypes(types));
  }
  constexpr size_t most = 5;
  size_t shown = 0;
  for (FunctionDecl *candidate : functionsNamed(name)) {
    if (shown++ == most)
      return;
    diagnostics.note(candidate->range, "candidate: " + headlineOf(*candidate));
  }
  for (const std::string &signature : builtinSignatures(name)) {
    if (shown++ == most)
      return;
    diagnostics.note(range, "candidate: " + readable(name, signature));
  }
}
