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
#include "llvm/Support/SaveAndRestore.h"

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
      return unsupported(call.nameRange, "function '" + call.name + "'");
  for (const Expr *arg : call.args) {
    args.push_back(lowerExpr(*arg));
    if (!args.back())
      return {};
  }
  setLoc(call.range);
  if (call.callee) {
    llvm::SaveAndRestore<bool> drops(dropsConstants, dropsConstants && (call.suffix == Suffix::Lp || call.unnormalized));
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
  return unsupported(call.nameRange, "function '" + call.name + "'");
}

/// The container with its last two dimensions exchanged.
Val Lowering::swapLast(const Val &value) {
  Values dims = llvm::to_vector<4>(value.dims);
  std::swap(dims[dims.size() - 1], dims[dims.size() - 2]);
  return rows(dims, [&](ValueRange at) {
    Values from(at);
    std::swap(from[from.size() - 1], from[from.size() - 2]);
    return extract(value, from);
  });
}

Val Lowering::callLibrary(const FunctionDecl &function, ArrayRef<Val> args, ArrayRef<const Expr *> exprs,
                          const Type &resultType, SourceRange range) {
  llvm::SaveAndRestore<const Program *> here(source, &library::program());
  SmallVector<Val> promoted(args);
  const Val *shape = nullptr;
  for (auto [declared, arg] : llvm::zip_equal(function.args, promoted)) {
    if (declared->type.base() != BaseType::Int && getElementTypeOrSelf(arg.value.getType()).isInteger(32))
      arg = elementwise({arg}, range, [&](ValueRange x) {
        return b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), x[0]);
      });
    if (declared->type.isScalar() && !arg.isScalar())
      shape = &arg;
  }
  // A matrix lies column by column: the array of ints beside it takes the same order.
  auto isMatrix = [](const Expr *expr) { return expr && expr->type.base() == BaseType::Matrix; };
  if (shape && llvm::any_of(exprs, isMatrix))
    for (auto [declared, arg, expr] : llvm::zip_equal(function.args, promoted, exprs))
      if (declared->type.isScalar() && arg.dims.size() >= 2 && expr && !isMatrix(expr))
        arg = swapLast(arg);
  if (!shape)
    return inlineCall(function, promoted, exprs, range);
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
  if (function.suffix != Suffix::Rng)
    return rows(dims, [&](ValueRange at) {
      Val row = inlineCall(function, elements(at), exprs, range);
      return row.value;
    });
  // Draws are made in order, so that each has its own number.
  if (dims.size() != 1)
    return unsupported(range, "random containers of more than one dimension");
  Val whole = undefined(function.returnType, dims);
  auto loop = scf::ForOp::create(b, loc, constantIndex(0), dims[0], constantIndex(1),
                                 ValueRange{whole.value, hidden.counter});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  hidden.counter = loop.getRegionIterArg(1);
  Val draw = inlineCall(function, elements(loop.getInductionVar()), exprs, range);
  if (!draw)
    return {};
  mlir::Value next =
      tensor::InsertOp::create(b, loc, draw.value, loop.getRegionIterArg(0), loop.getInductionVar());
  scf::YieldOp::create(b, loc, ValueRange{next, hidden.counter});
  hidden.counter = loop.getResult(1);
  return Val{loop.getResult(0), dims};
}

Val Lowering::inlineCall(const FunctionDecl &function, ArrayRef<Val> args, ArrayRef<const Expr *> exprs,
                         SourceRange range) {
  if (!function.body)
    return unsupported(range, "a function without a body: '" + function.name + "'");
  if (llvm::is_contained(inlineStack, &function))
    return unsupported(range, "recursive functions");
  inlineStack.push_back(&function);
  bool anyAutodiff = false;
  SmallVector<bool> given;
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    given.push_back(exprs[k] && isAutodiff(*exprs[k]));
    anyAutodiff |= given.back();
  }
  auto outerEnv = env;
  auto outerRanges = ranges;
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    Val value = args[k];
    // What is declared real may have come as int.
    if (arg->type.base() != BaseType::Int && getElementTypeOrSelf(value.value.getType()).isInteger(32))
      value = elementwise({value}, range, [&](ValueRange x) {
        return b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), x[0]);
      });
    env[arg] = value;
    levels[arg] = given[k];
    ranges.erase(arg);
    if (exprs[k] && arg->type.isInt())
      ranges[arg] = rangeOf(*exprs[k]);
  }
  llvm::SaveAndRestore<bool> level(localsAreAutodiff, anyAutodiff);
  llvm::SaveAndRestore<Origin> where(origin, Origin::Functions);
  llvm::SaveAndRestore<bool> splits(splitsSummands, false);
  llvm::SaveAndRestore<Loop *> ownLoops(loop, nullptr);
  llvm::SaveAndRestore<const VarDecl *> ownFlag(returned, nullptr), ownSlot(returnSlot, nullptr);
  mlir::Location callSite = loc;
  Val result;
  bool returned = lowerStatements(function.body->body, function.returnType.isVoid() ? nullptr : &result);
  loc = callSite;
  env = std::move(outerEnv);
  ranges = std::move(outerRanges);
  inlineStack.pop_back();
  if (failed)
    return {};
  if (!function.returnType.isVoid() && (!returned || !result))
    return unsupported(range, "a path without a return in '" + function.name + "'");
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
  case ExprKind::Index: return isAutodiff(*llvm::cast<IndexExpr>(expr).base);
  default: break;
  }
  bool any = false;
  forEachChild(expr, [&](const Expr *child) { any |= child && isAutodiff(*child); });
  return any;
}

//===----------------------------------------------------------------------===//
// Functions of the library as func.func
//===----------------------------------------------------------------------===//

func::FuncOp Lowering::lowerLibraryFunction(const FunctionDecl &function, StringRef symbol, TypeRange operands) {
  bool isDensity = function.suffix == Suffix::Lpdf || function.suffix == Suffix::Lpmf;
  bool hasJacobian = function.suffix == Suffix::Jacobian;
  b.setInsertionPointToEnd(module.getBody());
  auto func = func::FuncOp::create(b, loc, symbol, b.getFunctionType(operands, {}));
  func.setPrivate();
  Block *entry = func.addEntryBlock();
  b.setInsertionPointToStart(entry);
  splitsSummands = isDensity;
  numArguments = function.args.size();
  for (auto [k, arg] : llvm::enumerate(function.args)) {
    mlir::Value value = entry->getArgument(k);
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
    if (arg->spec->constraint != ConstraintKind::None)
      checkArgument(*arg, function.name);
  hidden.jacobian = hasJacobian ? constantF64(0) : mlir::Value();
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
  func.setFunctionType(b.getFunctionType(operands, ValueRange(results).getTypes()));
  return func;
}

void Lowering::checkArgument(const VarDecl &arg, StringRef function) {
  Val value = env.lookup(&arg);
  const TypeSpec &spec = *arg.spec;
  if (spec.constraint != ConstraintKind::Bounds)
    return;
  Val lower = spec.first ? lowerExpr(*spec.first) : Val(), upper = spec.second ? lowerExpr(*spec.second) : Val();
  std::string message;
  llvm::raw_string_ostream os(message);
  os << function << ": " << arg.name << " must be ";
  // A half-line is open, an interval closed: see the room's README.
  if (lower && upper) {
    os << "in [";
    printPlain(*spec.first, os);
    os << ", ";
    printPlain(*spec.second, os);
    os << "]";
  } else {
    os << (lower ? "greater than " : "less than ");
    printPlain(lower ? *spec.first : *spec.second, os);
  }
  bool isInt = arg.type.base() == BaseType::Int;
  auto test = [&](mlir::Value x) {
    auto compare = [&](mlir::Value m, bool isLower) {
      if (isInt)
        return b.createOrFold<arith::CmpIOp>(loc, isLower ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle, x, m);
      if (m.getType().isInteger(32))
        m = b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), m);
      arith::CmpFPredicate predicate = lower && upper
                                           ? (isLower ? arith::CmpFPredicate::OGE : arith::CmpFPredicate::OLE)
                                           : (isLower ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT);
      return b.createOrFold<arith::CmpFOp>(loc, predicate, x, m);
    };
    mlir::Value ok = lower ? compare(lower.value, true) : compare(upper.value, false);
    if (lower && upper)
      ok = b.createOrFold<arith::AndIOp>(loc, ok, compare(upper.value, false));
    check(ok, tg::CheckKind::Domain, message);
  };
  if (value.isScalar())
    return test(value.value);
  forEach(value.dims, [&](ValueRange at) { test(extract(value, at)); });
}

func::FuncOp instantiateLibraryFunction(ModuleOp module, StringRef name, TypeRange operands) {
  std::string symbol = name.str();
  SmallVector<Type> types;
  for (mlir::Type operand : operands) {
    bool isInt = getElementTypeOrSelf(operand).isInteger(32);
    auto tensor = dyn_cast<RankedTensorType>(operand);
    if (!tensor) {
      types.push_back(isInt ? BaseType::Int : BaseType::Real);
      continue;
    }
    for (int64_t n : tensor.getShape())
      symbol += "_" + (n == ShapedType::kDynamic ? std::string("n") : std::to_string(n));
    types.push_back(isInt                  ? Type(BaseType::Int, tensor.getRank())
                    : tensor.getRank() == 2 ? Type(BaseType::Matrix)
                                            : Type(BaseType::Vector, tensor.getRank() - 1));
  }
  if (auto known = module.lookupSymbol<func::FuncOp>(symbol))
    return known;
  const FunctionDecl *function = library::find(name, types);
  if (!function)
    return {};
  Diagnostics diagnostics(library::program().sources);
  static const LowerOptions options;
  Lowering lowering(library::program(), module, diagnostics, options);
  func::FuncOp func = lowering.lowerLibraryFunction(*function, symbol, operands);
  if (!func)
    diagnostics.print(llvm::errs());
  return func;
}

} // namespace astragal::stan
