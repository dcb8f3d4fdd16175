//===- LowerFlow.cpp - loops, and what they carry -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Control flow is structured: no jump leaves a region. `break`, `continue` and `return` inside a loop set
// flags, which are carried as variables are, and what they skip stands under a branch on the flag. A loop
// over a range that may break runs all its trips, the last ones empty, so that it stays a loop over a range.
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

static bool drawsRandomly(const CallExpr &call) {
  return call.suffix == Suffix::Rng || call.name.ends_with("_rng");
}

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
      for (const VarDecl *dim : returnDims)
        assign(dim);
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
  bool isOfProgram = source != &library::program();
  lowerCountedLoop(begin, end, stmt, *stmt.body, [&](mlir::Value position) {
    if (isOfProgram) // messages name it
      position.setLoc(NameLoc::get(b.getStringAttr(stmt.variable->name), loc));
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
    auto evaluate = [&](Val *into) {
      return static_cast<bool>(*into = scalar(lowerCondition(*stmt.condition)));
    };
    auto stop = [&](Val *into) { return static_cast<bool>(*into = scalar(constantI1(false))); };
    if (Val broken = env.lookup(loop->broken)) // the condition may not even be evaluated then
      joinReturns(broken.value, stmt.condition->range, stop, evaluate, &condition, BaseType::Int);
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

} // namespace astragal::stan
