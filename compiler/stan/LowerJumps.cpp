//===- LowerJumps.cpp - what leaves a loop or a function early ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A return inside a loop keeps its value in a slot, whose size has to be known before the loop.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace astragal::stan {

Lowering::Jumps Lowering::findJumps(const Stmt &stmt) {
  Jumps jumps;
  auto visit = [&](auto &&self, const Stmt *s) -> void {
    if (!s)
      return;
    switch (s->kind) {
    case StmtKind::Break:
      jumps.breaks = true;
      break;
    case StmtKind::Continue:
      jumps.continues = true;
      break;
    case StmtKind::Return:
      jumps.returns = true;
      break;
    // Their breaks are their own.
    case StmtKind::For:
    case StmtKind::ForEach:
    case StmtKind::While:
      jumps.returns |= containsReturn(*s);
      break;
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
    default:
      break;
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
    if (!returnDims.empty()) {
      for (auto [dim, size] : llvm::zip_equal(returnDims, value.dims))
        env[dim] = scalar(size);
    } else {
      Val &slot = env[returnSlot];
      slot.value = slot.isScalar() ? value.value : inShape(value, slot.dims, stmt.value->type).value;
    }
  }
  env[returned] = scalar(constantI1(true));
  for (Loop *outer = loop; outer; outer = outer->outer) {
    env[outer->live] = scalar(constantI1(false));
    env[outer->broken] = scalar(constantI1(true));
  }
}

/// What the slot of a return holds before the loop: of a container, one of the size that is returned. Where
/// that is found out only in the loop, the loop is run for it first.
Val Lowering::initialReturn(const Stmt &stmt) {
  SmallVector<const Expr *> values;
  walk(&stmt, [&](const Stmt &s) {
    if (auto *found = llvm::dyn_cast<ReturnStmt>(&s); found && found->value)
      values.push_back(found->value);
  });
  if (values.empty())
    return {};
  const Type &type = values[0]->type;
  if (type.indexDepth() == 0)
    return undefined(type, {});
  Val known;
  bool isKnown = llvm::all_of(values, [&](const Expr *value) {
    auto *variable = llvm::dyn_cast<VariableExpr>(value);
    Val here = variable ? env.lookup(variable->variable) : Val();
    if (!known)
      known = here;
    return here && llvm::all_of(llvm::zip_equal(here.dims, known.dims), [&](auto sizes) {
             return provablyEqual(std::get<0>(sizes), std::get<1>(sizes));
           });
  });
  if (isKnown)
    return undefined(type, known.dims);
  llvm::SmallVector<mlir::Value, 2> dims;
  withoutEffects([&] {
    for (unsigned k = 0; k < type.indexDepth(); ++k) {
      returnDims.push_back(makeFlag());
      env[returnDims.back()] = scalar(constantIndex(0));
    }
    lowerLoop(stmt);
    for (const VarDecl *dim : returnDims)
      dims.push_back(env[dim].value);
    returnDims.clear();
  });
  return failed ? Val() : undefined(type, dims);
}

void Lowering::eraseBranch(Operation *op) {
  // Values made later may get the addresses of those that go.
  op->walk([&](Operation *inner) {
    for (mlir::Value result : inner->getResults()) {
      sizeOfInt.erase(result);
      structures.erase(result);
    }
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        for (mlir::Value argument : block.getArguments())
          sizeOfInt.erase(argument);
  });
  op->erase();
}

void Lowering::withoutEffects(function_ref<void()> lower) {
  auto outer = env;
  Hidden outerHidden = hidden;
  Block *block = b.getInsertionBlock();
  Block::iterator end = b.getInsertionPoint();
  Operation *before = end == block->begin() ? nullptr : &*std::prev(end);
  lower();
  env = std::move(outer);
  hidden = outerHidden;
  for (Operation &op : llvm::make_early_inc_range(
           llvm::make_range(before ? std::next(Block::iterator(before)) : block->begin(), end)))
    op.walk([](Operation *inner) {
      if (isa<prob::FactorOp, prob::ObserveOp, tg::PrintOp, tg::CheckOp>(inner))
        inner->erase();
      else if (isa<func::CallOp>(inner))
        inner->setAttr(prob::checkedName, UnitAttr::get(inner->getContext()));
      else if (auto density = dyn_cast<prob::LogDensityOp>(inner)) {
        OpBuilder at(density);
        density.replaceAllUsesWith(
            arith::ConstantOp::create(at, density.getLoc(), at.getF64FloatAttr(0)).getResult());
        density.erase();
      }
    });
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
      [&](Val *from) { return lowerStatements(rest, from); }, result, returnType);
}

} // namespace astragal::stan
