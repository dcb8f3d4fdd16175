//===- LowerStatements.cpp - statements to structured control flow --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace astragal::stan {

//===----------------------------------------------------------------------===//
// What a loop or a branch carries
//===----------------------------------------------------------------------===//

/// True if calling this function draws random numbers.
static bool drawsRandomly(const CallExpr &call) { return call.suffix == Suffix::Rng || call.name.ends_with("_rng"); }

Lowering::Carried Lowering::findCarried(ArrayRef<const Stmt *> statements) {
  Carried carried;
  llvm::DenseSet<const VarDecl *> seen;
  auto assign = [&](const VarDecl *decl) {
    if (decl && env.contains(decl) && seen.insert(decl).second)
      carried.variables.push_back(decl);
  };
  for (const Stmt *statement : statements)
    walk(statement, [&](const Stmt &stmt) {
      if (auto *assignment = llvm::dyn_cast<AssignStmt>(&stmt)) {
        if (auto *tuple = llvm::dyn_cast<TupleExpr>(assignment->target))
          for (const Expr *element : tuple->elements)
            assign(rootOf(*element));
        else
          assign(rootOf(*assignment->target));
      }
      carried.jacobian |= stmt.kind == StmtKind::JacobianPlus;
      forEachExpr(stmt, [&](const Expr *expr) {
        walk(expr, [&](const Expr &e) {
          if (auto *call = llvm::dyn_cast<CallExpr>(&e)) {
            carried.counter |= drawsRandomly(*call);
            carried.jacobian |= call->suffix == Suffix::Jacobian;
          }
        });
      });
    });
  carried.counter &= static_cast<bool>(hidden.counter);
  carried.jacobian &= static_cast<bool>(hidden.jacobian);
  return carried;
}

Lowering::Values Lowering::gather(const Carried &carried) {
  Values values;
  for (const VarDecl *decl : carried.variables)
    values.push_back(env[decl].value);
  if (carried.counter)
    values.push_back(hidden.counter);
  if (carried.jacobian)
    values.push_back(hidden.jacobian);
  return values;
}

void Lowering::scatter(const Carried &carried, ValueRange values) {
  size_t next = 0;
  for (const VarDecl *decl : carried.variables)
    env[decl].value = values[next++];
  if (carried.counter)
    hidden.counter = values[next++];
  if (carried.jacobian)
    hidden.jacobian = values[next++];
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

bool Lowering::lowerStatements(ArrayRef<Stmt *> statements, Val *result) {
  for (size_t k = 0; k < statements.size() && !failed; ++k) {
    bool tookRest = false;
    if (lowerStatement(statements[k], statements.drop_front(k + 1), result, tookRest))
      return true;
    if (tookRest)
      return false;
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
  case StmtKind::Assign: lowerAssign(*llvm::cast<AssignStmt>(statement)); return false;
  case StmtKind::Tilde: lowerTilde(*llvm::cast<TildeStmt>(statement)); return false;
  case StmtKind::TargetPlus:
    if (Val value = lowerExpr(*llvm::cast<TargetPlusStmt>(statement)->value))
      addToTarget(value);
    return false;
  case StmtKind::JacobianPlus: {
    Val value = lowerExpr(*llvm::cast<JacobianPlusStmt>(statement)->value);
    if (!value)
      return false;
    mlir::Value amount = value.value;
    if (!value.isScalar())
      amount = sumOver(value.dims, [&](ValueRange at) { return extract(value, at); });
    if (hidden.jacobian)
      hidden.jacobian = b.createOrFold<arith::AddFOp>(loc, hidden.jacobian, amount);
    else
      unsupported(statement->range, "jacobian statements outside functions");
    return false;
  }
  case StmtKind::For:
    if (containsReturn(*statement))
      unsupported(statement->range, "return from a loop");
    else
      lowerFor(*llvm::cast<ForStmt>(statement));
    return false;
  case StmtKind::ForEach:
    if (containsReturn(*statement))
      unsupported(statement->range, "return from a loop");
    else
      lowerForEach(*llvm::cast<ForEachStmt>(statement));
    return false;
  case StmtKind::While:
    if (containsReturn(*statement))
      unsupported(statement->range, "return from a loop");
    else
      lowerWhile(*llvm::cast<WhileStmt>(statement));
    return false;
  case StmtKind::If:
    if (containsReturn(*statement)) {
      tookRest = true;
      return lowerReturningIf(*llvm::cast<IfStmt>(statement), rest, result);
    }
    lowerIf(*llvm::cast<IfStmt>(statement));
    return false;
  case StmtKind::Return: {
    const Expr *value = llvm::cast<ReturnStmt>(statement)->value;
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
    if (!containsReturn(*statement))
      return lowerStatements(body, result);
    // What follows may have to move into a branch.
    tookRest = true;
    SmallVector<Stmt *> all(body);
    llvm::append_range(all, rest);
    return lowerStatements(all, result);
  }
  case StmtKind::Call: lowerExpr(*llvm::cast<CallStmt>(statement)->call); return false;
  case StmtKind::Reject: lowerReject(llvm::cast<RejectStmt>(statement)->items, tg::CheckKind::Domain); return false;
  case StmtKind::FatalError:
    lowerReject(llvm::cast<FatalErrorStmt>(statement)->items, tg::CheckKind::Fatal);
    return false;
  case StmtKind::Break: unsupported(statement->range, "break"); return false;
  case StmtKind::Continue: unsupported(statement->range, "continue"); return false;
  case StmtKind::Print: unsupported(statement->range, "print"); return false;
  case StmtKind::Empty: return false;
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
  Val shape{undefined(decl.type, {}).value, dims};
  if (!dims.empty()) {
    for (auto [m, n] : llvm::zip_equal(value.dims, dims))
      if (!commonSize(m, n, decl.init->range, "variable '" + decl.name.str() + "'"))
        return;
    value.value = castTo(value.value, tensorType(elementType(decl.type), dims));
    value.dims = dims;
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
  if (splitsSummands && root)
    depends[root] |= dependsOf(*stmt.value);
  if (stmt.op != AssignOp::Set) {
    Val current = lowerExpr(target);
    if (!current)
      return;
    setLoc(stmt.range);
    static constexpr BinaryOp operators[] = {BinaryOp::Add,         BinaryOp::Add,    BinaryOp::Subtract,
                                             BinaryOp::Multiply,    BinaryOp::Divide, BinaryOp::EltMultiply,
                                             BinaryOp::EltDivide};
    BinaryOp op = operators[static_cast<int>(stmt.op)];
    bool isInt = target.type.base() == BaseType::Int;
    if (!isInt && getElementTypeOrSelf(value.value.getType()).isInteger(32))
      value = elementwise({value}, stmt.range, [&](ValueRange x) {
        return b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), x[0]);
      });
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
    for (auto [m, n] : llvm::zip_equal(value.dims, variable.dims))
      if (!commonSize(m, n, stmt.range, "assignment to '" + root->name.str() + "'"))
        return;
    value.value = castTo(value.value, cast<RankedTensorType>(variable.value.getType()));
  }
  variable.value = value.value;
}

void Lowering::lowerFor(const ForStmt &stmt) {
  Val lower = lowerExpr(*stmt.lower), upper = lowerExpr(*stmt.upper);
  if (!lower || !upper)
    return;
  Carried carried = findCarried(stmt.body);
  setLoc(stmt.range);
  mlir::Value begin = toIndex(lower.value);
  mlir::Value end = b.createOrFold<arith::AddIOp>(loc, toIndex(upper.value), constantIndex(1));
  auto loop = scf::ForOp::create(b, loc, begin, end, constantIndex(1), gather(carried));
  auto outer = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *body = loop.getBody();
    // An empty loop comes with its terminator, one that carries values without.
    if (!body->empty())
      body->back().erase();
    b.setInsertionPointToStart(body);
    scatter(carried, loop.getRegionIterArgs());
    env[stmt.variable] = scalar(toI32(loop.getInductionVar()));
    ranges[stmt.variable] = IntRange{rangeOf(*stmt.lower).lower, rangeOf(*stmt.upper).upper};
    lowerStatements(const_cast<Stmt *>(stmt.body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  }
  env = std::move(outer);
  scatter(carried, loop.getResults());
}

void Lowering::lowerForEach(const ForEachStmt &stmt) {
  Val sequence = lowerExpr(*stmt.sequence);
  if (!sequence)
    return;
  if (sequence.dims.size() != 1) {
    unsupported(stmt.range, "foreach over containers of more than one dimension");
    return;
  }
  Carried carried = findCarried(stmt.body);
  setLoc(stmt.range);
  auto loop = scf::ForOp::create(b, loc, constantIndex(0), sequence.dims[0], constantIndex(1), gather(carried));
  auto outer = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *body = loop.getBody();
    if (!body->empty())
      body->back().erase();
    b.setInsertionPointToStart(body);
    scatter(carried, loop.getRegionIterArgs());
    env[stmt.variable] = scalar(extract(sequence, loop.getInductionVar()));
    lowerStatements(const_cast<Stmt *>(stmt.body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  }
  env = std::move(outer);
  scatter(carried, loop.getResults());
}

void Lowering::lowerWhile(const WhileStmt &stmt) {
  Carried carried = findCarried(stmt.body);
  Values inits = gather(carried);
  SmallVector<mlir::Type> types(ValueRange(inits).getTypes());
  SmallVector<mlir::Location> locations(types.size(), loc);
  auto loop = scf::WhileOp::create(b, loc, types, inits);
  auto outer = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before = b.createBlock(&loop.getBefore(), {}, types, locations);
    b.setInsertionPointToStart(before);
    scatter(carried, before->getArguments());
    mlir::Value condition = lowerCondition(*stmt.condition);
    if (!condition)
      return;
    scf::ConditionOp::create(b, loc, condition, before->getArguments());
    Block *after = b.createBlock(&loop.getAfter(), {}, types, locations);
    b.setInsertionPointToStart(after);
    scatter(carried, after->getArguments());
    lowerStatements(const_cast<Stmt *>(stmt.body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  }
  env = std::move(outer);
  scatter(carried, loop.getResults());
}

void Lowering::lowerIf(const IfStmt &stmt) {
  mlir::Value condition = lowerCondition(*stmt.condition);
  if (!condition)
    return;
  if (std::optional<int64_t> known = constantOf(condition)) {
    const Stmt *taken = *known ? stmt.yes : stmt.no;
    if (taken)
      lowerStatements(const_cast<Stmt *>(taken), nullptr);
    return;
  }
  SmallVector<const Stmt *> branches{stmt.yes};
  if (stmt.no)
    branches.push_back(stmt.no);
  Carried carried = findCarried(branches);
  setLoc(stmt.range);
  Values before = gather(carried);
  auto branch = scf::IfOp::create(b, loc, ValueRange(before).getTypes(), condition, /*withElse=*/true);
  auto outer = env;
  Hidden outerHidden = hidden;
  auto fill = [&](Block *block, const Stmt *body) {
    OpBuilder::InsertionGuard guard(b);
    if (!block->empty())
      block->back().erase();
    b.setInsertionPointToEnd(block);
    env = outer;
    hidden = outerHidden;
    if (body)
      lowerStatements(const_cast<Stmt *>(body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  };
  fill(branch.thenBlock(), stmt.yes);
  fill(branch.elseBlock(), stmt.no);
  env = std::move(outer);
  hidden = outerHidden;
  scatter(carried, branch.getResults());
}

bool Lowering::lowerReturningIf(const IfStmt &stmt, ArrayRef<Stmt *> rest, Val *result) {
  mlir::Value condition = lowerCondition(*stmt.condition);
  if (!condition)
    return true;
  auto path = [&](const Stmt *first) {
    SmallVector<Stmt *> all;
    if (first)
      all.push_back(const_cast<Stmt *>(first));
    llvm::append_range(all, rest);
    return all;
  };
  if (std::optional<int64_t> known = constantOf(condition))
    return lowerStatements(path(*known ? stmt.yes : stmt.no), result);
  if (!result) {
    unsupported(stmt.range, "return from a branch of a void function");
    return true;
  }
  // What follows the statement moves into the branches, so that both end in a value.
  auto outer = env;
  Hidden outerHidden = hidden;
  auto build = [&](const Stmt *first, Block *block, Val &value) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(block);
    env = outer;
    hidden = outerHidden;
    bool returned = lowerStatements(path(first), &value);
    setLoc(stmt.range);
    if (!failed && (!returned || !value))
      unsupported(stmt.range, "a path without a return");
    Values values;
    if (value)
      values.push_back(value.value);
    if (hidden.counter)
      values.push_back(hidden.counter);
    if (hidden.jacobian)
      values.push_back(hidden.jacobian);
    scf::YieldOp::create(b, loc, values);
    return values;
  };
  Region yes, no;
  yes.emplaceBlock();
  no.emplaceBlock();
  Val yesValue, noValue;
  // The regions need a parent while they are built: ops look up dialects and symbols through it.
  auto scratch = scf::IfOp::create(b, loc, TypeRange(), condition, /*withElse=*/true);
  for (Region *region : {&scratch.getThenRegion(), &scratch.getElseRegion()})
    region->front().clear();
  Values yesValues = build(stmt.yes, scratch.thenBlock(), yesValue);
  Values noValues = build(stmt.no, scratch.elseBlock(), noValue);
  env = std::move(outer);
  hidden = outerHidden;
  if (failed)
    return true;
  if (yesValue.value.getType() != noValue.value.getType()) {
    unsupported(stmt.range, "branches that return containers of different sizes");
    return true;
  }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(scratch);
  auto branch = scf::IfOp::create(b, loc, ValueRange(yesValues).getTypes(), condition, /*withElse=*/true);
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
    region->getBlocks().clear();
  branch.getThenRegion().takeBody(scratch.getThenRegion());
  branch.getElseRegion().takeBody(scratch.getElseRegion());
  scratch.erase();
  *result = Val{branch.getResult(0), yesValue.dims};
  // Sizes of a container that was made in a branch are not in scope here.
  for (auto [k, dim] : llvm::enumerate(result->dims))
    if (dim.getParentRegion()->isAncestor(branch->getParentRegion()) == false) {
      auto type = cast<RankedTensorType>(result->value.getType());
      b.setInsertionPointAfter(branch);
      dim = type.isDynamicDim(k) ? mlir::Value() : constantIndex(type.getDimSize(k));
      if (!dim) {
        unsupported(stmt.range, "branches that return containers whose size is computed there");
        return true;
      }
    }
  size_t next = 1;
  if (hidden.counter)
    hidden.counter = branch.getResult(next++);
  if (hidden.jacobian)
    hidden.jacobian = branch.getResult(next++);
  return true;
}

void Lowering::addToTarget(const Val &value) {
  mlir::Value amount = value.value;
  if (!value.isScalar())
    amount = sumOver(value.dims, [&](ValueRange at) { return extract(value, at); });
  if (amount.getType().isInteger(32))
    amount = b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), amount);
  prob::FactorOp::create(b, loc, amount);
}

void Lowering::lowerTilde(const TildeStmt &stmt) {
  if (stmt.isTruncated) {
    unsupported(stmt.range, "truncation");
    return;
  }
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
  if (Val value = inlineCall(*stmt.callee, args, operands, stmt.range))
    addToTarget(value);
}

std::string Lowering::messageOf(ArrayRef<Expr *> items) {
  std::string message;
  llvm::raw_string_ostream os(message);
  for (const Expr *item : items) {
    if (auto *text = llvm::dyn_cast<StringLiteral>(item))
      os << text->value;
    else
      printPlain(*item, os);
  }
  return message;
}

void Lowering::lowerReject(ArrayRef<Expr *> items, tg::CheckKind kind) {
  mlir::Value never = arith::ConstantOp::create(b, loc, b.getBoolAttr(false));
  check(never, kind, messageOf(items));
}

} // namespace astragal::stan
