//===- LowerFlow.cpp - loops, branches, jumps -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Control flow is structured: no jump leaves a region. `break`, `continue` and `return` inside a loop set flags, which
// are carried as variables are, and what they skip stands under a branch on the flag. A loop over a range that may
// break runs all its trips, the last ones empty, so that it stays a loop over a range.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace astragal::stan {

//===----------------------------------------------------------------------===//
// What a loop or a branch carries
//===----------------------------------------------------------------------===//

static bool drawsRandomly(const CallExpr &call) { return call.suffix == Suffix::Rng || call.name.ends_with("_rng"); }

bool drawsRandomly(const Expr &expr) {
  bool draws = false;
  walk(&expr, [&](const Expr &e) {
    if (auto *call = llvm::dyn_cast<CallExpr>(&e))
      draws |= drawsRandomly(*call);
  });
  return draws;
}

Lowering::Carried Lowering::findCarried(ArrayRef<const Stmt *> statements) {
  Carried carried;
  llvm::DenseSet<const VarDecl *> seen;
  auto assign = [&](const VarDecl *decl) {
    if (decl && env.contains(decl) && seen.insert(decl).second) {
      carried.variables.push_back(decl);
      ranges.erase(decl); // what was known of its value before the loop or branch
    }
  };
  for (const Stmt *statement : statements) {
    Jumps jumps = findJumps(*statement);
    if (loop && (jumps.breaks || jumps.continues))
      assign(loop->live);
    if (loop && jumps.breaks)
      assign(loop->broken);
    if (jumps.returns) {
      for (Loop *outer = loop; outer; outer = outer->outer) {
        assign(outer->live);
        assign(outer->broken);
      }
      assign(returned);
      assign(returnSlot);
    }
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
  }
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
// Jumps
//===----------------------------------------------------------------------===//

Lowering::Jumps Lowering::findJumps(const Stmt &stmt) {
  Jumps jumps;
  auto visit = [&](auto &&self, const Stmt *s) -> void {
    if (!s)
      return;
    switch (s->kind) {
    case StmtKind::Break: jumps.breaks = true; break;
    case StmtKind::Continue: jumps.continues = true; break;
    case StmtKind::Return: jumps.returns = true; break;
    // Their breaks are their own.
    case StmtKind::For:
    case StmtKind::ForEach:
    case StmtKind::While: jumps.returns |= containsReturn(*s); break;
    case StmtKind::If:
      self(self, llvm::cast<IfStmt>(s)->yes);
      self(self, llvm::cast<IfStmt>(s)->no);
      break;
    case StmtKind::Block:
      for (const Stmt *child : llvm::cast<BlockStmt>(s)->body)
        self(self, child);
      break;
    case StmtKind::Profile:
      for (const Stmt *child : llvm::cast<ProfileStmt>(s)->body)
        self(self, child);
      break;
    default: break;
    }
  };
  visit(visit, &stmt);
  return jumps;
}

bool Lowering::mayJump(const Stmt &stmt) {
  Jumps jumps = findJumps(stmt);
  return jumps.breaks || jumps.continues || jumps.returns;
}

const VarDecl *Lowering::makeFlag() { return &flags.emplace_back(); }

void Lowering::lowerUnder(mlir::Value condition, const Carried &carried, SourceRange range,
                          function_ref<void()> body) {
  Values before = gather(carried);
  auto branch = scf::IfOp::create(b, loc, ValueRange(before).getTypes(), condition, /*withElse=*/true);
  auto outer = env;
  Hidden outerHidden = hidden;
  auto fill = [&](Block *block, bool runs) {
    OpBuilder::InsertionGuard guard(b);
    if (!block->empty())
      block->back().erase();
    b.setInsertionPointToEnd(block);
    if (runs)
      body();
    setLoc(range);
    scf::YieldOp::create(b, loc, gather(carried));
    env = outer;
    hidden = outerHidden;
  };
  fill(branch.thenBlock(), true);
  fill(branch.elseBlock(), false);
  scatter(carried, branch.getResults());
}

void Lowering::lowerWhileLive(ArrayRef<Stmt *> statements) {
  mlir::Value live = env[loop->live].value;
  if (std::optional<int64_t> known = constantOf(live)) {
    if (*known)
      lowerStatements(statements, nullptr);
    return;
  }
  SourceRange range = statements.front()->range;
  setLoc(range);
  lowerUnder(live, findCarried(SmallVector<const Stmt *>(statements)), range,
             [&] { lowerStatements(statements, nullptr); });
}

void Lowering::returnFromLoop(const ReturnStmt &stmt) {
  if (stmt.value) {
    Val value = lowerExpr(*stmt.value);
    if (!value)
      return;
    setLoc(stmt.range);
    Val &slot = env[returnSlot];
    for (auto [m, n] : llvm::zip_equal(value.dims, slot.dims))
      if (!provablyEqual(m, n)) {
        unsupported(stmt.range, "return of containers of several sizes from a loop");
        return;
      }
    slot.value = slot.isScalar() ? value.value : castTo(value.value, cast<RankedTensorType>(slot.value.getType()));
  }
  env[returned] = scalar(constantI1(true));
  for (Loop *outer = loop; outer; outer = outer->outer) {
    env[outer->live] = scalar(constantI1(false));
    env[outer->broken] = scalar(constantI1(true));
  }
}

/// What the slot of a return holds before the loop: of a container, one of the size that is returned.
Val Lowering::initialReturn(const Stmt &stmt) {
  const Expr *value = nullptr;
  walk(&stmt, [&](const Stmt &s) {
    if (auto *found = llvm::dyn_cast<ReturnStmt>(&s); found && !value)
      value = found->value;
  });
  if (!value)
    return {};
  if (value->type.indexDepth() == 0)
    return undefined(value->type, {});
  auto *variable = llvm::dyn_cast<VariableExpr>(value);
  Val known = variable ? env.lookup(variable->variable) : Val();
  if (!known)
    return unsupported(value->range, "return from a loop of a container that is not a variable declared before it");
  return undefined(value->type, known.dims);
}

bool Lowering::lowerReturningLoop(const Stmt &stmt, ArrayRef<Stmt *> rest, Val *result) {
  returned = makeFlag();
  returnSlot = makeFlag();
  env[returned] = scalar(constantI1(false));
  if (result) {
    env[returnSlot] = initialReturn(stmt);
    if (failed)
      return true;
  }
  lowerLoop(stmt);
  if (failed)
    return true;
  Val value = env.lookup(returnSlot);
  return joinReturns(
      env[returned].value, stmt.range,
      [&](Val *from) {
        if (from)
          *from = value;
        return true;
      },
      [&](Val *from) { return lowerStatements(rest, from); }, result);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void Lowering::lowerLoop(const Stmt &stmt) {
  const Stmt *body = stmt.kind == StmtKind::For       ? llvm::cast<ForStmt>(stmt).body
                     : stmt.kind == StmtKind::ForEach ? llvm::cast<ForEachStmt>(stmt).body
                                                      : llvm::cast<WhileStmt>(stmt).body;
  Jumps jumps = findJumps(*body);
  Loop here{loop, nullptr, nullptr};
  if (jumps.breaks || jumps.continues || jumps.returns) {
    here.live = makeFlag();
    here.broken = makeFlag();
    if (jumps.breaks || jumps.returns)
      env[here.broken] = scalar(constantI1(false));
  }
  llvm::SaveAndRestore<Loop *> inside(loop, &here);
  if (auto *range = llvm::dyn_cast<ForStmt>(&stmt))
    lowerFor(*range);
  else if (auto *each = llvm::dyn_cast<ForEachStmt>(&stmt))
    lowerForEach(*each);
  else
    lowerWhile(llvm::cast<WhileStmt>(stmt));
}

void Lowering::lowerTrip(const Stmt &body) {
  auto run = [&] {
    if (loop->live)
      env[loop->live] = scalar(constantI1(true));
    lowerStatements(const_cast<Stmt *>(&body), nullptr);
  };
  Val broken = env.lookup(loop->broken);
  if (!broken)
    return run();
  Carried carried = findCarried(&body);
  mlir::Value goesOn = b.createOrFold<arith::XOrIOp>(loc, broken.value, constantI1(true));
  lowerUnder(goesOn, carried, body.range, run);
}

void Lowering::lowerCountedLoop(mlir::Value begin, mlir::Value end, const Stmt &stmt, const Stmt &body,
                                function_ref<void(mlir::Value)> bindVariable) {
  Carried carried = findCarried(&body);
  setLoc(stmt.range);
  auto counted = scf::ForOp::create(b, loc, begin, end, constantIndex(1), gather(carried));
  auto outer = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *block = counted.getBody();
    // An empty loop comes with its terminator, one that carries values without.
    if (!block->empty())
      block->back().erase();
    b.setInsertionPointToStart(block);
    scatter(carried, counted.getRegionIterArgs());
    bindVariable(counted.getInductionVar());
    lowerTrip(body);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  }
  env = std::move(outer);
  scatter(carried, counted.getResults());
}

void Lowering::lowerFor(const ForStmt &stmt) {
  Val lower = lowerExpr(*stmt.lower), upper = lowerExpr(*stmt.upper);
  if (!lower || !upper)
    return;
  setLoc(stmt.range);
  mlir::Value begin = toIndex(lower.value);
  mlir::Value end = b.createOrFold<arith::AddIOp>(loc, toIndex(upper.value), constantIndex(1));
  lowerCountedLoop(begin, end, stmt, *stmt.body, [&](mlir::Value position) {
    env[stmt.variable] = scalar(toI32(position));
    ranges[stmt.variable] = IntRange{rangeOf(*stmt.lower).lower, rangeOf(*stmt.upper).upper};
  });
}

void Lowering::lowerForEach(const ForEachStmt &stmt) {
  Val sequence = lowerExpr(*stmt.sequence);
  if (!sequence)
    return;
  setLoc(stmt.range);
  bool isMatrix = stmt.sequence->type.isMatrix();
  mlir::Value end = sequence.dims[0];
  if (isMatrix)
    end = b.createOrFold<arith::MulIOp>(loc, end, sequence.dims[1]);
  lowerCountedLoop(constantIndex(0), end, stmt, *stmt.body, [&](mlir::Value position) {
    if (!isMatrix) {
      env[stmt.variable] = element(sequence, position);
      return;
    }
    // Column by column, as it is stored.
    mlir::Value column = b.createOrFold<arith::DivUIOp>(loc, position, sequence.dims[1]);
    mlir::Value row = b.createOrFold<arith::RemUIOp>(loc, position, sequence.dims[1]);
    env[stmt.variable] = scalar(extract(sequence, {column, row}));
  });
}

void Lowering::lowerWhile(const WhileStmt &stmt) {
  Carried carried = findCarried(stmt.body);
  carried.counter |= hidden.counter && drawsRandomly(*stmt.condition);
  setLoc(stmt.range);
  Values inits = gather(carried);
  SmallVector<mlir::Type> types(ValueRange(inits).getTypes());
  SmallVector<mlir::Location> locations(types.size(), loc);
  auto repeated = scf::WhileOp::create(b, loc, types, inits);
  auto outer = env;
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before = b.createBlock(&repeated.getBefore(), {}, types, locations);
    b.setInsertionPointToStart(before);
    scatter(carried, before->getArguments());
    Val condition;
    auto evaluate = [&](Val *into) { return static_cast<bool>(*into = scalar(lowerCondition(*stmt.condition))); };
    auto stop = [&](Val *into) { return static_cast<bool>(*into = scalar(constantI1(false))); };
    if (Val broken = env.lookup(loop->broken)) // the condition may not even be evaluated then
      joinReturns(broken.value, stmt.condition->range, stop, evaluate, &condition);
    else
      evaluate(&condition);
    if (failed)
      return;
    setLoc(stmt.range);
    scf::ConditionOp::create(b, loc, condition.value, gather(carried));
    Block *after = b.createBlock(&repeated.getAfter(), {}, types, locations);
    b.setInsertionPointToStart(after);
    scatter(carried, after->getArguments());
    if (loop->live)
      env[loop->live] = scalar(constantI1(true));
    lowerStatements(const_cast<Stmt *>(stmt.body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
  }
  env = std::move(outer);
  scatter(carried, repeated.getResults());
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

bool Lowering::lowerIf(const IfStmt &stmt) {
  mlir::Value condition = lowerCondition(*stmt.condition);
  if (!condition)
    return false;
  if (std::optional<int64_t> known = constantOf(condition)) {
    const Stmt *taken = *known ? stmt.yes : stmt.no;
    return taken && lowerStatements(const_cast<Stmt *>(taken), nullptr);
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
    bool jumped = body && lowerStatements(const_cast<Stmt *>(body), nullptr);
    setLoc(stmt.range);
    scf::YieldOp::create(b, loc, gather(carried));
    return jumped;
  };
  bool yesJumped = fill(branch.thenBlock(), stmt.yes);
  bool noJumped = fill(branch.elseBlock(), stmt.no);
  env = std::move(outer);
  hidden = outerHidden;
  scatter(carried, branch.getResults());
  return yesJumped && noJumped;
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
  // What follows the statement moves into the branches, so that both end in a value.
  return joinReturns(
      condition, stmt.range, [&](Val *from) { return lowerStatements(path(stmt.yes), from); },
      [&](Val *from) { return lowerStatements(path(stmt.no), from); }, result);
}

bool Lowering::joinReturns(mlir::Value condition, SourceRange range, function_ref<bool(Val *)> yesPath,
                           function_ref<bool(Val *)> noPath, Val *result) {
  auto outer = env;
  Hidden outerHidden = hidden;
  auto build = [&](function_ref<bool(Val *)> path, Block *block, Val &value) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(block);
    env = outer;
    hidden = outerHidden;
    bool didReturn = path(result ? &value : nullptr);
    setLoc(range);
    if (!failed && result && (!didReturn || !value))
      unsupported(range, "a path without a return");
    return hidden;
  };
  Val yesValue, noValue;
  // The regions need a parent while they are built: ops look up dialects and symbols through it.
  auto scratch = scf::IfOp::create(b, loc, TypeRange(), condition, /*withElse=*/true);
  for (Region *region : {&scratch.getThenRegion(), &scratch.getElseRegion()})
    region->front().clear();
  Hidden yesHidden = build(yesPath, scratch.thenBlock(), yesValue);
  Hidden noHidden = build(noPath, scratch.elseBlock(), noValue);
  env = std::move(outer);
  hidden = outerHidden;
  if (failed)
    return true;
  bool isSame = !result || (yesValue.value.getType() == noValue.value.getType() &&
                            llvm::all_of(llvm::zip_equal(yesValue.dims, noValue.dims), [&](auto sizes) {
                              return provablyEqual(std::get<0>(sizes), std::get<1>(sizes));
                            }));
  if (!isSame) {
    unsupported(range, "branches with containers of different sizes");
    return true;
  }
  // A loop around this carries hidden state only where its body touches it: what stayed as it was must not come out of
  // here as a new value.
  bool counts = yesHidden.counter != hidden.counter || noHidden.counter != hidden.counter;
  bool hasJacobian = yesHidden.jacobian != hidden.jacobian || noHidden.jacobian != hidden.jacobian;
  OpBuilder::InsertionGuard guard(b);
  auto yield = [&](Block *block, const Val &value, const Hidden &after) {
    Values values;
    if (value)
      values.push_back(value.value);
    if (counts)
      values.push_back(after.counter);
    if (hasJacobian)
      values.push_back(after.jacobian);
    b.setInsertionPointToEnd(block);
    scf::YieldOp::create(b, loc, values);
    return values;
  };
  Values yielded = yield(scratch.thenBlock(), yesValue, yesHidden);
  yield(scratch.elseBlock(), noValue, noHidden);
  b.setInsertionPoint(scratch);
  auto branch = scf::IfOp::create(b, loc, ValueRange(yielded).getTypes(), condition, /*withElse=*/true);
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
    region->getBlocks().clear();
  branch.getThenRegion().takeBody(scratch.getThenRegion());
  branch.getElseRegion().takeBody(scratch.getElseRegion());
  scratch.erase();
  size_t next = result ? 1 : 0;
  if (counts)
    hidden.counter = branch.getResult(next++);
  if (hasJacobian)
    hidden.jacobian = branch.getResult(next++);
  if (!result)
    return true;
  *result = Val{branch.getResult(0), yesValue.dims};
  // Sizes of a container that was made in a branch are not in scope here.
  for (auto [k, dim] : llvm::enumerate(result->dims))
    if (dim.getParentRegion()->isAncestor(branch->getParentRegion()) == false) {
      auto type = cast<RankedTensorType>(result->value.getType());
      b.setInsertionPointAfter(branch);
      dim = type.isDynamicDim(k) ? mlir::Value() : constantIndex(type.getDimSize(k));
      if (!dim) {
        unsupported(range, "branches with containers whose size is computed there");
        return true;
      }
    }
  return true;
}

} // namespace astragal::stan
