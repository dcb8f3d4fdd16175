//===- LowerFunctions.cpp - calls, inlining, functions of the library -----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/SaveAndRestore.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace astragal::stan {

Val Lowering::lowerCall(const CallExpr &call) {
  if (!call.callee && (call.suffix == Suffix::Lpdf || call.suffix == Suffix::Lpmf)) {
    std::string name = call.name.str();
    // normal_lupdf is normal_lpdf with leave to drop constants.
    if (size_t at = name.rfind("_lup"); at != std::string::npos)
      name.erase(at + 2, 1);
    SmallVector<const Expr *> operands(call.args.begin(), call.args.end());
    mlir::Value density =
        lowerDensity(name, operands, call.unnormalized && dropsConstants, /*isStatement=*/false, call.range);
    return density ? scalar(density) : Val();
  }
  SmallVector<Val> args;
  SmallVector<const Expr *> exprs(call.args.begin(), call.args.end());
  for (const Expr *arg : call.args)
    if (auto *variable = llvm::dyn_cast<VariableExpr>(arg); variable && variable->function)
      return lowerHigherOrder(call);
  for (const Expr *arg : call.args) {
    args.push_back(lowerExpr(*arg));
    if (!args.back())
      return {};
  }
  setLoc(call.range);
  if (call.callee) {
    llvm::SaveAndRestore<bool> drops(dropsConstants,
                                     dropsConstants && (call.suffix == Suffix::Lp || call.unnormalized));
    const FunctionDecl *body = call.callee->definition ? call.callee->definition : call.callee;
    if (source != &program)
      return callLibrary(*body, args, exprs, call.type, call.range);
    return inlineCall(*body, args, exprs, call.range);
  }
  if (std::optional<Val> value = lowerBuiltin(call.name, args, call.args, call.type, call.range))
    return *value;
  SmallVector<Type> types;
  for (const Expr *arg : call.args)
    types.push_back(arg->type);
  if (const FunctionDecl *function = library::find(call.name, types))
    return callLibrary(*function, args, exprs, call.type, call.range);
  // A transform that does not count its Jacobian.
  if (StringRef stem = call.name; stem.consume_back("_constrain"))
    if (const FunctionDecl *function = library::find((stem + "_jacobian").str(), types)) {
      llvm::SaveAndRestore<mlir::Value> uncounted(hidden.jacobian, constantF64(0));
      return callLibrary(*function, args, exprs, call.type, call.range);
    }
  if (std::optional<Val> value = lowerContainerFunction(call.name, args, call.args, call.type, call.range))
    return *value;
  return unsupported(call.nameRange, "function '" + call.name + "'");
}

Val Lowering::callLibrary(const FunctionDecl &function, ArrayRef<Val> args, ArrayRef<const Expr *> exprs,
                          const Type &resultType, SourceRange range) {
  llvm::SaveAndRestore<const Program *> here(source, &library::program());
  SmallVector<Val> promoted(args);
  const Val *shape = nullptr;
  for (auto [declared, arg] : llvm::zip_equal(function.args, promoted)) {
    if (declared->type.base() != BaseType::Int)
      arg = toReal(arg);
    if (declared->type.isScalar() && !arg.isScalar())
      shape = &arg;
  }
  // A matrix lies column by column: the array of ints beside it takes the same order.
  auto isMatrix = [](const Expr *expr) { return expr && expr->type.base() == BaseType::Matrix; };
  if (shape && llvm::any_of(exprs, isMatrix))
    for (auto [declared, arg, expr] : llvm::zip_equal(function.args, promoted, exprs))
      if (declared->type.isScalar() && arg.dims.size() >= 2 && expr && !isMatrix(expr))
        arg = transpose(arg);
  if (!shape) {
    if (const FunctionDecl *byFactor = functionOfFactor(function, promoted, range))
      return inlineCall(*byFactor, promoted, exprs, range);
    Val result = inlineCall(function, promoted, exprs, range);
    noteCall(function.name, promoted, result);
    return result;
  }
  // A scalar function over containers.
  auto elements = [&](ValueRange at) {
    SmallVector<Val> scalars;
    for (auto [declared, arg] : llvm::zip_equal(function.args, promoted))
      scalars.push_back(declared->type.isScalar() ? scalar(extract(arg, at)) : arg);
    return scalars;
  };
  auto dims = shape->dims;
  for (Val &arg : promoted)
    if (!arg.isScalar() && arg.dims.size() == shape->dims.size() && &arg != shape) {
      Val clipped{shape->value, dims};
      if (!sameShape(clipped, arg, range, function.name))
        return {};
      dims = clipped.dims;
    }
  bool draws = function.suffix == Suffix::Rng;
  if (!draws && function.suffix != Suffix::Jacobian) {
    auto row = [&](ValueRange at) { return inlineCall(function, elements(at), exprs, range).value; };
    // The probability that all of them are in range.
    if (function.suffix == Suffix::Lcdf || function.suffix == Suffix::Lccdf)
      return scalar(sumOver(dims, row));
    Val all = rows(dims, row);
    if (function.suffix != Suffix::Cdf || failed)
      return all;
    return scalar(fold(dims[0], constantF64(1), [&](mlir::Value k, mlir::Value product) {
      return b.createOrFold<arith::MulFOp>(loc, product, extract(all, k));
    }));
  }
  if (draws && dims.size() != 1)
    return unsupported(range, "random containers of more than one dimension");
  // Draws are made in order, so that each has its own number; Jacobians are added up, here or as sites.
  mlir::Value &counted = draws ? hidden.counter : hidden.jacobian;
  Values at;
  auto fill = [&](auto &&self, mlir::Value container) -> mlir::Value {
    if (at.size() == dims.size()) {
      Val element = inlineCall(function, elements(at), exprs, range);
      return element ? tensor::InsertOp::create(b, loc, element.value, container, at).getResult() : container;
    }
    Values carried = {container};
    if (counted)
      carried.push_back(counted);
    auto loop = scf::ForOp::create(b, loc, constantIndex(0), dims[at.size()], constantIndex(1), carried);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      if (counted)
        counted = loop.getRegionIterArg(1);
      at.push_back(loop.getInductionVar());
      Values next = {self(self, loop.getRegionIterArg(0))};
      at.pop_back();
      if (counted)
        next.push_back(counted);
      scf::YieldOp::create(b, loc, next);
    }
    if (counted)
      counted = loop.getResult(1);
    return loop.getResult(0);
  };
  Val whole = undefined(function.returnType, dims);
  whole.value = fill(fill, whole.value);
  return failed ? Val() : whole;
}

bool Lowering::isRecursive(const FunctionDecl &function) {
  return llvm::any_of(inlineStack, [&](const Inlined &call) { return call.function == &function; });
}

Lowering::BodySize Lowering::sizeOf(const FunctionDecl &function) {
  BodySize size;
  walk(function.body, [&](const Stmt &stmt) {
    forEachExpr(stmt, [&](const Expr *expr) {
      walk(expr, [&](const Expr &e) {
        ++size.expressions;
        if (auto *call = llvm::dyn_cast<CallExpr>(&e); call && call->callee)
          size.recursiveCalls +=
              isRecursive(call->callee->definition ? *call->callee->definition : *call->callee);
      });
    });
  });
  return size;
}

std::optional<Val> Lowering::endRecursion(const FunctionDecl &function, SourceRange range) {
  // A call in another block than the one around it is reached under a condition: what this leads to is known
  // only when the model runs, and the calls have to end somewhere.
  constexpr unsigned mostCalls = 2000, mostExpressions = 10000, deepest = 200, deepestUnderConditions = 64;
  unsigned depth = 0, conditions = 0;
  Block *block = b.getInsertionBlock();
  for (const Inlined &call : llvm::reverse(inlineStack)) {
    depth += call.function == &function;
    conditions += call.function == &function && call.block != block;
    block = call.block;
  }
  if (++recursiveCalls > mostCalls || depth >= deepest)
    return unsupported(range, "a recursion of '" + function.name + "' of more than " +
                                  Twine(depth >= deepest ? deepest : mostCalls) + " calls");
  // Bodies that call more than once multiply: of long ones fewer levels are written out.
  unsigned limit = deepestUnderConditions;
  if (BodySize size = sizeOf(function); size.recursiveCalls > 1) {
    double most = std::clamp(mostExpressions / size.expressions, 1u, mostCalls);
    limit = std::max(static_cast<int>(std::log(most) / std::log(size.recursiveCalls)) - 1, 2);
  }
  if (conditions < limit)
    return std::nullopt;
  check(constantI1(false), tg::CheckKind::Domain,
        "not supported yet: a recursion of '" + function.name + "' of more than " + Twine(limit) + " calls");
  // Of a container nobody knows the size: the path that ends here has no value.
  if (function.returnType.isVoid() || function.returnType.indexDepth() > 0)
    return Val();
  return undefined(function.returnType, {});
}

/// What a helper refuses is an argument of the function that the model calls, where it passes one on.
void Lowering::nameArguments(const FunctionDecl &function, ArrayRef<const Expr *> exprs) {
  for (auto [arg, passed] : llvm::zip_equal(function.args, exprs)) {
    const Expr *expr = passed;
    while (auto *promoted = llvm::dyn_cast_or_null<PromoteExpr>(expr))
      expr = promoted->operand;
    auto *variable = llvm::dyn_cast_or_null<VariableExpr>(expr);
    auto known = variable ? argumentNames.find(variable->variable) : argumentNames.end();
    argumentNames[arg] = known != argumentNames.end() ? known->second : arg->name;
  }
}

StringRef Lowering::calledFunction() const {
  StringRef name = lowered ? lowered->name : "";
  if (name.contains("_factor_l")) { // what the compiler calls in place of another
    std::string called = name.str();
    called.erase(called.rfind("_factor_l"), StringRef("_factor").size());
    if (const FunctionDecl *function = library::find(called))
      name = function->name;
  }
  for (auto [k, call] : llvm::enumerate(inlineStack))
    if (call.isOfLibrary && (k == 0 ? !lowered : !inlineStack[k - 1].isOfLibrary))
      name = call.function->name;
  return name;
}

Val Lowering::inlineCall(const FunctionDecl &function, ArrayRef<Val> args, ArrayRef<const Expr *> exprs,
                         SourceRange range) {
  if (!function.body)
    return unsupported(range, "a function without a body: '" + function.name + "'");
  if (isRecursive(function)) {
    std::optional<Val> end = endRecursion(function, range);
    if (end)
      return *end;
  }
  inlineStack.push_back({&function, b.getInsertionBlock(), source == &library::program()});
  if (source == &library::program())
    nameArguments(function, exprs);
  bool anyAutodiff = false;
  SmallVector<bool> given, outerLevels;
  SmallVector<IntRange> givenRanges;
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    given.push_back(exprs[k] && isAutodiff(*exprs[k]));
    givenRanges.push_back(exprs[k] && arg->type.isInt() ? rangeOf(*exprs[k]) : IntRange());
    outerLevels.push_back(levels.lookup(arg));
    anyAutodiff |= given.back();
  }
  auto outerEnv = env;
  auto outerRanges = ranges;
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    // What is declared real may have come as int.
    env[arg] = arg->type.base() == BaseType::Int ? args[k] : toReal(args[k]);
    levels[arg] = given[k];
    ranges[arg] = givenRanges[k];
  }
  if (source != &program)
    for (const VarDecl *arg : function.args) {
      checkArgument(*arg, function);
      if (function.suffix == Suffix::Rng && !function.name.starts_with("tg_"))
        checkFinite(*arg, function.name);
    }
  llvm::SaveAndRestore<bool> level(localsAreAutodiff, anyAutodiff);
  llvm::SaveAndRestore<Origin> where(origin, Origin::Functions);
  llvm::SaveAndRestore<bool> splits(splitsSummands, false);
  // Only what says so by its name draws random numbers or adds to the Jacobian: other functions need not
  // carry them.
  std::optional<llvm::SaveAndRestore<mlir::Value>> noDraws, noJacobian;
  if (function.suffix != Suffix::Rng)
    noDraws.emplace(hidden.counter, mlir::Value());
  if (function.suffix != Suffix::Jacobian)
    noJacobian.emplace(hidden.jacobian, mlir::Value());
  llvm::SaveAndRestore<Loop *> ownLoops(loop, nullptr);
  llvm::SaveAndRestore<const VarDecl *> ownFlag(returned, nullptr), ownSlot(returnSlot, nullptr);
  llvm::SaveAndRestore<Type> ownType(returnType, function.returnType);
  auto outerDims = std::move(returnDims);
  returnDims.clear();
  mlir::Location callSite = loc;
  Val result;
  lowerStatements(function.body->body, function.returnType.isVoid() ? nullptr : &result);
  loc = callSite;
  env = std::move(outerEnv);
  ranges = std::move(outerRanges);
  returnDims = std::move(outerDims);
  for (auto [arg, level] : llvm::zip_equal(function.args, outerLevels))
    levels[arg] = level;
  inlineStack.pop_back();
  if (inlineStack.empty())
    recursiveCalls = 0;
  if (failed)
    return {};
  if (!function.returnType.isVoid() && !result) // it always fails
    return undefined(function.returnType,
                     SmallVector<mlir::Value>(function.returnType.indexDepth(), constantIndex(0)));
  return result;
}

bool Lowering::isAutodiff(const Expr &expr) {
  if (expr.type.isDiscrete())
    return false;
  switch (expr.kind) {
  case ExprKind::Variable: {
    const VarDecl *decl = llvm::cast<VariableExpr>(expr).variable;
    if (!decl)
      return false;
    if (decl->isArgument)
      return levels.lookup(decl);
    if (decl->origin == Origin::Functions)
      return localsAreAutodiff;
    return decl->autodiff;
  }
  case ExprKind::Index:
    return isAutodiff(*llvm::cast<IndexExpr>(expr).base);
  default:
    break;
  }
  bool any = false;
  forEachChild(expr, [&](const Expr *child) { any |= child && isAutodiff(*child); });
  return any;
}

//===----------------------------------------------------------------------===//
// Functions of the library as func.func
//===----------------------------------------------------------------------===//

func::FuncOp Lowering::lowerLibraryFunction(const FunctionDecl &function, StringRef symbol,
                                            ArrayRef<LibraryOperand> operands) {
  bool isDensity = function.suffix == Suffix::Lpdf || function.suffix == Suffix::Lpmf;
  bool hasJacobian = function.suffix == Suffix::Jacobian;
  SmallVector<mlir::Type> types;
  for (const LibraryOperand &operand : operands)
    types.push_back(operand.type);
  b.setInsertionPointToEnd(module.getBody());
  auto func = func::FuncOp::create(b, loc, symbol, b.getFunctionType(types, {}));
  func.setPrivate();
  Block *entry = func.addEntryBlock();
  b.setInsertionPointToStart(entry);
  lowered = &function;
  for (const VarDecl *arg : function.args)
    argumentNames[arg] = arg->name;
  splitsSummands = isDensity;
  numArguments = function.args.size();
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    mlir::Value value = operands[k].known ? constantI32(*operands[k].known) : entry->getArgument(k);
    Val val{value, {}};
    if (auto type = dyn_cast<RankedTensorType>(value.getType()))
      for (int64_t d = 0; d < type.getRank(); ++d)
        val.dims.push_back(type.isDynamicDim(d) ? tensor::DimOp::create(b, loc, value, d).getResult()
                                                : constantIndex(type.getDimSize(d)));
    env[arg] = val;
    levels[arg] = true;
    llvm::SmallBitVector self(numArguments);
    self.set(k);
    depends[arg] = self;
  }
  for (const VarDecl *arg : function.args)
    checkArgument(*arg, function);
  hidden.jacobian = hasJacobian ? constantF64(0) : mlir::Value();
  returnType = function.returnType;
  Val result;
  lowerStatements(function.body->body, &result);
  if (failed || !result) {
    func.erase();
    return {};
  }
  Values results{result.value};
  if (hasJacobian)
    results.push_back(hidden.jacobian);
  func::ReturnOp::create(b, loc, results);
  func.setFunctionType(b.getFunctionType(types, ValueRange(results).getTypes()));
  return func;
}

static bool isOfDistribution(const FunctionDecl &function) {
  return function.suffix != Suffix::None && function.suffix <= Suffix::Cdf;
}

/// The infinite number that an expression names, or 0.
static double infinityNamed(const Expr *expr) {
  while (auto *promoted = llvm::dyn_cast_or_null<PromoteExpr>(expr))
    expr = promoted->operand;
  auto *call = llvm::dyn_cast_or_null<CallExpr>(expr);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return !call                               ? 0
         : call->name == "negative_infinity" ? -infinity
         : call->name == "positive_infinity" ? infinity
                                             : 0;
}

/// What must be true of an argument, in words. See the library's README for what bounds mean in a signature.
static std::string requirementOf(const VarDecl &arg) {
  std::string message;
  llvm::raw_string_ostream os(message);
  const Expr *lower = arg.spec->first, *upper = arg.spec->second;
  bool isClosed = arg.type.base() == BaseType::Int || (lower && upper), isBelow = infinityNamed(lower) < 0;
  os << arg.name << " must ";
  if (arg.spec->constraint == ConstraintKind::None || (isBelow && infinityNamed(upper) > 0)) {
    os << "not be nan";
  } else if (isBelow && !upper) {
    os << "be finite";
  } else if (lower && upper && !isBelow && infinityNamed(upper) == 0) {
    os << "be in [";
    printPlain(*lower, os);
    os << ", ";
    printPlain(*upper, os);
    os << "]";
  } else {
    bool isLower = lower && !isBelow;
    os << "be "
       << (isLower    ? (isClosed ? "at least " : "greater than ")
           : isClosed ? "at most "
                      : "less than ");
    printPlain(isLower ? *lower : *upper, os);
    if (isLower && !isClosed)
      os << " and finite";
  }
  return message;
}

std::string Lowering::explainInvalid(StringRef kind, const Val &value, Values &values) {
  const FunctionDecl *explain = library::find(("explain_" + kind).str());
  if (!explain)
    return "";
  Reason found;
  llvm::SaveAndRestore<Reason *> collects(reason, &found);
  callLibrary(*explain, {value}, {nullptr}, Type(BaseType::Void), {});
  if (values.size() + found.values.size() > tg::maxExplained)
    return "";
  llvm::append_range(values, found.values);
  return ": " + found.text;
}

/// What is asked of a type's values, in this order: by check_NAME of the library, with what explain_NAME
/// says.
static SmallVector<StringRef, 3> conditionsOf(ConstraintKind kind) {
  switch (kind) {
  case ConstraintKind::CovMatrix:
    return {"symmetric", "positive_definite"};
  case ConstraintKind::CorrMatrix:
    return {"symmetric", "unit_diagonal", "definite_correlations"};
  default:
    return {spelling(kind)};
  }
}

void Lowering::checkKind(ConstraintKind kind, const Val &value, unsigned arrayRank, tg::CheckKind severity,
                         const Twine &subject, SourceRange range) {
  std::string message = (subject + " is not a valid " + spelling(kind)).str();
  forEachElement(value, arrayRank, [&](Val element, ValueRange at) {
    for (StringRef condition : conditionsOf(kind)) {
      const FunctionDecl *isValid = library::find(("check_" + condition).str());
      if (!isValid) {
        unsupported(range, "variables of type " + spelling(kind));
        return;
      }
      Val ok = callLibrary(*isValid, {element}, {nullptr}, Type(BaseType::Int), range);
      if (!ok)
        return;
      Values values;
      std::string explanation = elementText(at, Type(BaseType::Real, at.size()), values) +
                                explainInvalid(condition, element, values);
      check(toI1(ok.value), severity, message, explanation, values);
    }
  });
}

void Lowering::checkArgument(const VarDecl &arg, const FunctionDecl &function) {
  Val value = env.lookup(&arg);
  const TypeSpec &spec = *arg.spec;
  bool isInt = arg.type.base() == BaseType::Int, isUnbounded = spec.constraint == ConstraintKind::None;
  if (isUnbounded && (!arg.type.isReal() || !isOfDistribution(function)))
    return;
  if (!isUnbounded && spec.constraint != ConstraintKind::Bounds) {
    checkKind(spec.constraint, value, arg.type.rank(), tg::CheckKind::Domain, function.name + ": " + arg.name,
              {});
    return;
  }
  bool hasLower = spec.first && infinityNamed(spec.first) == 0;
  // Less than infinity alone is a bound, and rules out NaN.
  bool hasUpper = spec.second && (infinityNamed(spec.second) == 0 || !spec.first);
  mlir::Value lower = hasLower ? lowerExpr(*spec.first).value : mlir::Value();
  mlir::Value upper = hasUpper ? lowerExpr(*spec.second).value : mlir::Value();
  const bool isFinite = !isInt && spec.first && !spec.second, isOpen = !isInt && !(spec.first && spec.second);
  std::string message = (function.name + ": " + requirementOf(arg)).str();
  auto test = [&](mlir::Value x, ValueRange at) {
    mlir::Value ok;
    auto require = [&](mlir::Value condition) {
      ok = ok ? b.createOrFold<arith::AndIOp>(loc, ok, condition) : condition;
    };
    auto compare = [&](mlir::Value bound, arith::CmpIPredicate ints, arith::CmpFPredicate open,
                       arith::CmpFPredicate closed) {
      if (isInt)
        return require(b.createOrFold<arith::CmpIOp>(loc, ints, x, bound));
      require(b.createOrFold<arith::CmpFOp>(loc, isOpen ? open : closed, x, toReal(bound)));
    };
    if (lower)
      compare(lower, arith::CmpIPredicate::sge, arith::CmpFPredicate::OGT, arith::CmpFPredicate::OGE);
    if (upper)
      compare(upper, arith::CmpIPredicate::sle, arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE);
    if (isFinite)
      require(b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT,
                                            lower ? x : b.createOrFold<math::AbsFOp>(loc, x),
                                            constantF64(std::numeric_limits<double>::infinity())));
    if (!ok)
      ok = b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::ORD, x, x);
    std::string explanation = ", got {}";
    Values values{x};
    for (auto [bound, written] : {std::pair(lower, spec.first), std::pair(upper, spec.second)})
      if (bound && !matchPattern(bound, m_Constant())) { // what is written out needs no value
        explanation += ", and ";
        llvm::raw_string_ostream stream(explanation);
        printPlain(*written, stream);
        explanation += " is {}";
        values.push_back(bound);
      }
    explanation += elementText(at, arg.type, values);
    check(ok, tg::CheckKind::Domain, message, explanation, values);
  };
  if (value.isScalar())
    return test(value.value, {});
  forEach(value.dims, [&](ValueRange at) { test(extract(value, at), at); });
}

void Lowering::checkFinite(const VarDecl &arg, StringRef function) {
  Val value = env.lookup(&arg);
  if (arg.type.base() == BaseType::Int)
    return;
  auto test = [&](mlir::Value x, ValueRange at) {
    mlir::Value size = b.createOrFold<math::AbsFOp>(loc, x);
    mlir::Value infinity = constantF64(std::numeric_limits<double>::infinity());
    Values values{x};
    std::string explanation = ", got {}" + elementText(at, arg.type, values);
    check(b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::OLT, size, infinity),
          tg::CheckKind::Domain, function + ": " + arg.name + " must be finite", explanation, values);
  };
  if (value.isScalar())
    return test(value.value, {});
  forEach(value.dims, [&](ValueRange at) { test(extract(value, at), at); });
}

func::FuncOp instantiateLibraryFunction(ModuleOp module, const FunctionDecl &function,
                                        ArrayRef<LibraryOperand> operands, std::string *problem) {
  std::string symbol = function.name.str();
  if (unsigned k = library::overload(function))
    symbol += "_v" + std::to_string(k + 1);
  for (const LibraryOperand &operand : operands) {
    if (operand.known)
      symbol += "_" + std::to_string(*operand.known);
    if (auto tensor = dyn_cast<RankedTensorType>(operand.type))
      for (int64_t n : tensor.getShape())
        symbol += "_" + (n == ShapedType::kDynamic ? std::string("n") : std::to_string(n));
  }
  if (auto known = module.lookupSymbol<func::FuncOp>(symbol))
    return known;
  Diagnostics diagnostics(library::program().sources);
  static const LowerOptions options;
  Lowering lowering(library::program(), module, diagnostics, options);
  func::FuncOp func = lowering.lowerLibraryFunction(function, symbol, operands);
  if (!func && problem && diagnostics.hasErrors())
    *problem = diagnostics.all().front().message;
  else if (!func)
    diagnostics.print(llvm::errs());
  return func;
}

func::FuncOp instantiateLibraryFunction(ModuleOp module, StringRef name, ArrayRef<LibraryOperand> operands) {
  SmallVector<Type> types;
  for (const LibraryOperand &operand : operands) {
    bool isInt = getElementTypeOrSelf(operand.type).isInteger(32);
    auto tensor = dyn_cast<RankedTensorType>(operand.type);
    unsigned rank = tensor ? tensor.getRank() : 0;
    types.push_back(isInt       ? Type(BaseType::Int, rank)
                    : rank == 0 ? Type(BaseType::Real)
                    : rank == 2 ? Type(BaseType::Matrix)
                                : Type(BaseType::Vector, rank - 1));
  }
  const FunctionDecl *function = library::find(name, types);
  return function ? instantiateLibraryFunction(module, *function, operands) : func::FuncOp();
}

} // namespace astragal::stan
