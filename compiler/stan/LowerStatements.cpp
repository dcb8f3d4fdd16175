//===- LowerStatements.cpp - statements to structured control flow --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include <limits>

using namespace mlir;

namespace astragal::stan {

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

bool Lowering::lowerStatements(ArrayRef<Stmt *> statements, Val *result) {
  for (size_t k = 0; k < statements.size() && !failed; ++k) {
    bool tookRest = false;
    ArrayRef<Stmt *> rest = statements.drop_front(k + 1);
    if (lowerStatement(statements[k], rest, result, tookRest))
      return true;
    if (tookRest)
      return false;
    if (loop && !rest.empty() && mayJump(*statements[k])) {
      lowerWhileLive(rest);
      return false;
    }
  }
  return false;
}

bool Lowering::lowerStatement(const Stmt *statement, ArrayRef<Stmt *> rest, Val *result, bool &tookRest) {
  setLoc(statement->range);
  switch (statement->kind) {
  case StmtKind::Decl:
    for (const VarDecl *decl : llvm::cast<DeclStmt>(statement)->variables)
      lowerDecl(*decl);
    return false;
  case StmtKind::Assign:
    lowerAssign(*llvm::cast<AssignStmt>(statement));
    return false;
  case StmtKind::Tilde:
    lowerTilde(*llvm::cast<TildeStmt>(statement));
    return false;
  case StmtKind::TargetPlus:
    if (Val value = lowerExpr(*llvm::cast<TargetPlusStmt>(statement)->value))
      addToTarget(value);
    return false;
  case StmtKind::JacobianPlus: {
    Val value = lowerExpr(*llvm::cast<JacobianPlusStmt>(statement)->value);
    if (!value)
      return false;
    if (hidden.jacobian)
      hidden.jacobian = b.createOrFold<arith::AddFOp>(loc, hidden.jacobian, totalOf(value));
    else
      prob::FactorOp::create(b, loc, totalOf(value), b.getUnitAttr());
    return false;
  }
  case StmtKind::For:
  case StmtKind::ForEach:
  case StmtKind::While:
    if (!loop && containsReturn(*statement)) {
      tookRest = true;
      return lowerReturningLoop(*statement, rest, result);
    }
    lowerLoop(*statement);
    return false;
  case StmtKind::If:
    if (!loop && containsReturn(*statement)) {
      tookRest = true;
      return lowerReturningIf(*llvm::cast<IfStmt>(statement), rest, result);
    }
    return lowerIf(*llvm::cast<IfStmt>(statement));
  case StmtKind::Return: {
    const Expr *value = llvm::cast<ReturnStmt>(statement)->value;
    if (loop) {
      returnFromLoop(*llvm::cast<ReturnStmt>(statement));
      return true;
    }
    if (!value || !result)
      return true;
    if (splitsSummands && value->type.isReal())
      *result = Val{lowerSummands(*value), {}};
    else
      *result = lowerExpr(*value);
    return true;
  }
  case StmtKind::Block:
  case StmtKind::Profile: {
    ArrayRef<Stmt *> body = statement->kind == StmtKind::Block
                                ? ArrayRef<Stmt *>(llvm::cast<BlockStmt>(statement)->body)
                                : ArrayRef<Stmt *>(llvm::cast<ProfileStmt>(statement)->body);
    if (loop || !containsReturn(*statement))
      return lowerStatements(body, result);
    // What follows may have to move into a branch.
    tookRest = true;
    SmallVector<Stmt *> all(body);
    llvm::append_range(all, rest);
    return lowerStatements(all, result);
  }
  case StmtKind::Call:
    lowerExpr(*llvm::cast<CallStmt>(statement)->call);
    return false;
  // A function that returns a value may end so: without one.
  case StmtKind::Reject:
    lowerReject(llvm::cast<RejectStmt>(statement)->items, tg::CheckKind::Domain);
    return result && !loop;
  case StmtKind::FatalError:
    lowerReject(llvm::cast<FatalErrorStmt>(statement)->items, tg::CheckKind::Fatal);
    return result && !loop;
  case StmtKind::Break:
    env[loop->broken] = scalar(constantI1(true));
    [[fallthrough]];
  case StmtKind::Continue:
    env[loop->live] = scalar(constantI1(false));
    return true;
  case StmtKind::Print:
    lowerPrint(llvm::cast<PrintStmt>(statement)->items);
    return false;
  case StmtKind::Empty:
    return false;
  }
  return false;
}

void Lowering::lowerDecl(const VarDecl &decl) {
  if (decl.type.isComplexBase() || decl.type.base() == BaseType::Tuple) {
    unsupported(decl.range, "variables of type " + decl.type.str());
    return;
  }
  auto dims = lowerSizes(*decl.spec);
  if (failed)
    return;
  setLoc(decl.range);
  if (!decl.init) {
    env[&decl] = undefined(decl.type, dims);
    return;
  }
  Val value = lowerExpr(*decl.init);
  if (!value)
    return;
  if (!dims.empty()) {
    value = fitTo(value, dims, decl.type, decl.init->range, "variable '" + decl.name + "'");
    if (!value)
      return;
  }
  env[&decl] = value;
  if (decl.type.isInt() && origin == Origin::TransformedData)
    ranges[&decl] = rangeOf(*decl.init);
  if (splitsSummands)
    depends[&decl] = dependsOf(*decl.init);
}

void Lowering::lowerAssign(const AssignStmt &stmt) {
  const Expr &target = *stmt.target;
  if (llvm::isa<TupleExpr>(target) || llvm::isa<SlotExpr>(target)) {
    unsupported(target.range, "assignment to tuples");
    return;
  }
  Val value = lowerExpr(*stmt.value);
  if (!value)
    return;
  const VarDecl *root = rootOf(target);
  ranges.erase(root); // what was known of its value
  if (splitsSummands && root)
    depends[root] |= dependsOf(*stmt.value);
  if (stmt.op != AssignOp::Set) {
    Val current = lowerExpr(target);
    if (!current)
      return;
    setLoc(stmt.range);
    static constexpr BinaryOp operators[] = {BinaryOp::Add,      BinaryOp::Add,    BinaryOp::Subtract,
                                             BinaryOp::Multiply, BinaryOp::Divide, BinaryOp::EltMultiply,
                                             BinaryOp::EltDivide};
    BinaryOp op = operators[static_cast<int>(stmt.op)];
    bool isInt = target.type.base() == BaseType::Int;
    if (!isInt)
      value = toReal(value);
    value = op == BinaryOp::Multiply ? multiply(current, target.type, value, stmt.value->type, stmt.range)
                                     : arithmetic(op, current, value, isInt, stmt.range);
    if (!value)
      return;
  }
  setLoc(stmt.range);
  if (auto *indexed = llvm::dyn_cast<IndexExpr>(&target)) {
    assignIndexed(*indexed, value);
    return;
  }
  Val &variable = env[root];
  if (!variable.isScalar()) {
    value = fitTo(value, variable.dims, root->type, stmt.range, "assignment to '" + root->name + "'");
    if (!value)
      return;
    value.value = castTo(value.value, cast<RankedTensorType>(variable.value.getType()));
  }
  variable.value = value.value;
}

mlir::Value Lowering::totalOf(const Val &value) {
  mlir::Value amount = value.value;
  if (!value.isScalar())
    amount = sumOver(value.dims, [&](ValueRange at) { return extract(value, at); });
  return toReal(amount);
}

void Lowering::addToTarget(const Val &value) { prob::FactorOp::create(b, loc, totalOf(value), UnitAttr()); }

void Lowering::lowerTilde(const TildeStmt &stmt) {
  lowerStatementDensity(stmt);
  if (stmt.isTruncated && !failed)
    lowerTruncation(stmt);
}

void Lowering::lowerStatementDensity(const TildeStmt &stmt) {
  SmallVector<const Expr *> operands{stmt.variate};
  llvm::append_range(operands, stmt.args);
  if (!stmt.callee) {
    lowerDensity(stmt.function, operands, /*propto=*/true, /*isStatement=*/true, stmt.range);
    return;
  }
  SmallVector<Val> args;
  for (const Expr *operand : operands) {
    args.push_back(lowerExpr(*operand));
    if (!args.back())
      return;
  }
  setLoc(stmt.range);
  if (Val value = inlineCall(stmt.callee->definition ? *stmt.callee->definition : *stmt.callee, args,
                             operands, stmt.range))
    addToTarget(value);
}

void Lowering::lowerTruncation(const TildeStmt &stmt) {
  Val variate = lowerExpr(*stmt.variate);
  if (!variate)
    return;
  SmallVector<Val> args(1);
  SmallVector<const Expr *> exprs(1);
  bool argsAreScalar = true;
  for (const Expr *arg : stmt.args) {
    args.push_back(lowerExpr(*arg));
    exprs.push_back(arg);
    argsAreScalar &= arg->type.isScalar();
    if (!args.back())
      return;
  }
  bool isInt = stmt.variate->type.isDiscrete();
  // Whether some element of the variate is beyond the bound.
  auto isBeyond = [&](mlir::Value bound, bool isLower) {
    mlir::Value extreme = variate.value;
    if (!variate.isScalar()) {
      extreme = maxOver(variate.dims, [&](ValueRange at) {
        mlir::Value x = tg::StopGradientOp::create(b, loc, toReal(extract(variate, at)));
        return isLower ? b.createOrFold<arith::NegFOp>(loc, x) : x;
      });
      if (isLower)
        extreme = b.createOrFold<arith::NegFOp>(loc, extreme);
    }
    return b.createOrFold<arith::CmpFOp>(loc, isLower ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT,
                                         toReal(extreme), toReal(bound));
  };
  // The log of the probability up to the bound, or from it on.
  auto probability = [&](const Expr &boundExpr, mlir::Value bound, FunctionDecl *callee, StringRef suffix) {
    args[0] = scalar(bound);
    exprs[0] = &boundExpr;
    setLoc(stmt.range);
    if (callee)
      return inlineCall(callee->definition ? *callee->definition : *callee, args, exprs, stmt.range);
    std::string name = (stmt.distribution + suffix).str();
    SmallVector<Type> types;
    for (const Expr *expr : exprs)
      types.push_back(expr->type);
    if (const FunctionDecl *function = library::find(name, types))
      return callLibrary(*function, args, exprs, Type(BaseType::Real), stmt.range);
    return unsupported(stmt.distributionRange, "function '" + name + "'");
  };
  mlir::Value outside, lower, upper;
  if (stmt.lower) {
    Val bound = lowerExpr(*stmt.lower);
    if (!bound)
      return;
    setLoc(stmt.range);
    outside = isBeyond(bound.value, true);
    lower = isInt ? b.createOrFold<arith::SubIOp>(loc, bound.value, constantI32(1)) : bound.value;
  }
  if (stmt.upper) {
    Val bound = lowerExpr(*stmt.upper);
    if (!bound)
      return;
    setLoc(stmt.range);
    mlir::Value isAbove = isBeyond(bound.value, false);
    outside = outside ? b.createOrFold<arith::OrIOp>(loc, outside, isAbove) : isAbove;
    upper = bound.value;
  }
  Val inside;
  if (lower && upper) {
    Val high = probability(*stmt.upper, upper, stmt.lcdf, "_lcdf"),
        low = probability(*stmt.lower, lower, stmt.lcdf, "_lcdf");
    if (!high || !low)
      return;
    inside = callLibrary(*library::find("log_diff_exp"), {high, low}, {nullptr, nullptr},
                         Type(BaseType::Real), stmt.range);
  } else {
    inside = lower ? probability(*stmt.lower, lower, stmt.lccdf, "_lccdf")
                   : probability(*stmt.upper, upper, stmt.lcdf, "_lcdf");
  }
  if (!inside)
    return;
  // With scalar arguments it is the same for each element; with others the sum over them is taken.
  if (!variate.isScalar() && argsAreScalar)
    inside.value = b.createOrFold<arith::MulFOp>(loc, inside.value, toReal(toI32(variate.dims[0])));
  mlir::Value normalizer = b.createOrFold<arith::NegFOp>(loc, inside.value);
  addToTarget(scalar(b.createOrFold<arith::SelectOp>(
      loc, outside, constantF64(-std::numeric_limits<double>::infinity()), normalizer)));
}

/// The name of an argument that a reject of the library is about: the first item, or a container. Empty: it
/// is none.
StringRef Lowering::rejectedArgument(const Expr &item, bool isFirst) {
  auto *variable = llvm::dyn_cast<VariableExpr>(&item);
  if (!variable || source != &library::program() || (item.type.isScalar() && !isFirst))
    return {};
  return argumentNames.lookup(variable->variable);
}

/// Stands for a value that is not shown.
void Lowering::printPlaceholder(const Expr &item, bool isFirst, llvm::raw_ostream &os) {
  if (StringRef name = rejectedArgument(item, isFirst); !name.empty()) {
    os << (isFirst ? calledFunction() + ": " : "") << name;
    return;
  }
  os << '<';
  printPlain(item, os);
  os << '>';
}

std::string Lowering::messageOf(ArrayRef<Expr *> items) {
  std::string message;
  llvm::raw_string_ostream os(message);
  for (const Expr *item : items) {
    if (auto *text = llvm::dyn_cast<StringLiteral>(item)) {
      os << text->value;
    } else if (source == &library::program() && item->type.isScalar() &&
               rejectedArgument(*item, item == items.front()).empty()) {
      // What follows explains: nobody who reads the message knows what the library calls its values.
      for (StringRef before : {", got ", ": "})
        if (size_t at = message.rfind(before.str()); at != std::string::npos)
          return message.substr(0, at);
      return message;
    } else {
      printPlaceholder(*item, item == items.front(), os);
    }
  }
  return message;
}

void Lowering::lowerPrint(ArrayRef<Expr *> items) {
  SmallVector<std::string> texts(1);
  SmallVector<bool> matrices;
  SmallVector<int32_t> ranks;
  Values values, sizes;
  for (const Expr *item : items) {
    if (auto *text = llvm::dyn_cast<StringLiteral>(item)) {
      texts.back() += text->value;
      continue;
    }
    Val value = lowerExpr(*item);
    if (!value)
      return;
    values.push_back(value.value);
    llvm::append_range(sizes, value.dims);
    ranks.push_back(value.dims.size());
    matrices.push_back(item->type.base() == BaseType::Matrix);
    texts.emplace_back();
  }
  tg::PrintOp::create(b, loc, printBlock,
                      b.getStrArrayAttr(SmallVector<StringRef>(texts.begin(), texts.end())), values, sizes,
                      matrices, ranks);
}

void Lowering::lowerReject(ArrayRef<Expr *> items, tg::CheckKind kind) {
  std::string explanation;
  Values values;
  mlir::Location here = loc;
  for (const Expr *item : items) {
    if (auto *text = llvm::dyn_cast<StringLiteral>(item)) {
      explanation += escapeBraces(text->value);
      continue;
    }
    bool isNamed = !rejectedArgument(*item, item == items.front()).empty();
    bool isShown = item->type.isScalar() && !isNamed && values.size() < tg::maxExplained;
    Val value = isShown ? lowerExpr(*item) : Val();
    if (failed)
      return;
    if (value) {
      explanation += "{}";
      values.push_back(value.value);
      continue;
    }
    std::string written;
    llvm::raw_string_ostream os(written);
    printPlaceholder(*item, item == items.front(), os);
    explanation += escapeBraces(written);
  }
  loc = here;
  if (reason) {
    reason->text = explanation;
    reason->values.assign(values.begin(), values.end());
    return;
  }
  tg::CheckOp::create(b, loc, constantI1(false), kind, messageOf(items), values.empty() ? "" : explanation,
                      values);
}

} // namespace astragal::stan
