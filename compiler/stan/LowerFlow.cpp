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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
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

/// What the slot of a return holds before the loop: of a container, one of the size that is returned. Where that is
/// found out only in the loop, the loop is run for it first.
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
    for (mlir::Value result : inner->getResults())
      sizeOfInt.erase(result);
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
      [&](Val *from) { return lowerStatements(path(stmt.no), from); }, result, returnType);
}

bool Lowering::joinReturns(mlir::Value condition, SourceRange range, function_ref<bool(Val *)> yesPath,
                           function_ref<bool(Val *)> noPath, Val *result, const Type &type) {
  // The sizes of the container that both sides yield, once they are known.
  llvm::SmallVector<mlir::Value, 2> dims;
  auto outer = env;
  Hidden outerHidden = hidden;
  // The regions need a parent while they are built: ops look up dialects and symbols through it.
  auto makeScratch = [&] {
    auto scratch = scf::IfOp::create(b, loc, TypeRange(), condition, /*withElse=*/true);
    for (Region *region : {&scratch.getThenRegion(), &scratch.getElseRegion()})
      region->front().clear();
    return scratch;
  };
  // A side that surely fails has no value.
  auto build = [&](function_ref<bool(Val *)> path, Block *block, function_ref<Values(Val)> yield) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(block);
    env = outer;
    hidden = outerHidden;
    Val value;
    bool didReturn = path(result ? &value : nullptr);
    setLoc(range);
    if (!failed && result && !didReturn)
      check(constantI1(false), tg::CheckKind::Fatal, "a function ended without a value");
    Values values = yield(value);
    if (!failed)
      scf::YieldOp::create(b, loc, values);
    env = outer;
    hidden = outerHidden;
    return value;
  };
  auto finish = [&](scf::IfOp scratch, TypeRange types) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(scratch);
    auto branch = scf::IfOp::create(b, loc, types, condition, /*withElse=*/true);
    for (auto [to, from] : llvm::zip(branch->getRegions(), scratch->getRegions())) {
      to.getBlocks().clear();
      to.takeBody(from);
    }
    scratch.erase();
    return branch;
  };
  // A loop around this carries hidden state only where its body touches it: what stayed as it was must not come out of
  // here as a new value.
  bool counts = false, hasJacobian = false;
  auto valueAndHidden = [&](Val value) {
    Values values;
    if (result && !type.isVoid()) {
      if (type.indexDepth() == 0)
        value = value ? value : undefined(type, {});
      else if (!dims.empty())
        value = value ? inShape(value, dims, type) : undefined(type, dims);
      if (value)
        values.push_back(value.value);
    }
    counts |= hidden.counter != outerHidden.counter;
    hasJacobian |= hidden.jacobian != outerHidden.jacobian;
    if (hidden.counter)
      values.push_back(hidden.counter);
    if (hidden.jacobian)
      values.push_back(hidden.jacobian);
    return values;
  };
  scf::IfOp scratch = makeScratch();
  Val yes = build(yesPath, scratch.thenBlock(), valueAndHidden);
  Val no = failed ? Val() : build(noPath, scratch.elseBlock(), valueAndHidden);
  if (failed)
    return true;
  if (result && type.indexDepth() > 0) {
    dims = commonDims(yes, no, scratch);
    if (dims.empty()) {
      // The sizes come first, from a branch that computes nothing else.
      eraseBranch(scratch);
      withoutEffects([&] {
        scf::IfOp sizes = makeScratch();
        auto yieldSizes = [&](Val value) {
          Values values(value.dims.begin(), value.dims.end());
          values.resize(type.indexDepth(), value ? mlir::Value() : constantIndex(0));
          return values;
        };
        build(yesPath, sizes.thenBlock(), yieldSizes);
        build(noPath, sizes.elseBlock(), yieldSizes);
        if (!failed)
          llvm::append_range(dims, finish(sizes, SmallVector<mlir::Type>(type.indexDepth(), b.getIndexType())).getResults());
      });
      // Something stands between the two branches: side by side they would become one, and the sizes would be inside again.
      for (mlir::Value &dim : dims)
        dim = b.createOrFold<arith::MaxSIOp>(loc, dim, constantIndex(0));
      scratch = makeScratch();
      build(yesPath, scratch.thenBlock(), valueAndHidden);
      build(noPath, scratch.elseBlock(), valueAndHidden);
    } else if (!yes || !no) {
      // One side fails: it yields anything of the other's size.
      OpBuilder::InsertionGuard guard(b);
      Operation *yield = (yes ? scratch.elseBlock() : scratch.thenBlock())->getTerminator();
      b.setInsertionPoint(yield);
      yield->insertOperands(0, undefined(type, dims).value);
    }
  }
  if (failed)
    return true;
  auto branch = finish(scratch, scratch.thenBlock()->getTerminator()->getOperandTypes());
  size_t next = result && !type.isVoid() ? 1 : 0;
  mlir::Value counter = hidden.counter ? branch.getResult(next++) : mlir::Value();
  mlir::Value jacobian = hidden.jacobian ? branch.getResult(next++) : mlir::Value();
  if (counts)
    hidden.counter = counter;
  if (hasJacobian)
    hidden.jacobian = jacobian;
  if (result && !type.isVoid())
    *result = Val{branch.getResult(0), dims};
  return true;
}

/// The sizes of what two branches of `op` yield, as they stand before it; empty if they are not the same or are computed
/// inside.
llvm::SmallVector<mlir::Value, 2> Lowering::commonDims(const Val &yes, const Val &no, Operation *op) {
  if (!yes && !no)
    return {};
  if (yes && no && yes.value.getType() != no.value.getType())
    return {};
  llvm::SmallVector<mlir::Value, 2> dims;
  const Val &known = yes ? yes : no;
  for (unsigned k = 0; k < known.dims.size(); ++k) {
    mlir::Value dim = known.dims[k];
    if (yes && no && !provablyEqual(dim, no.dims[k]))
      return {};
    if (std::optional<int64_t> n = constantOf(dim)) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(op);
      dims.push_back(constantIndex(*n));
    } else if (op->isProperAncestor(dim.getParentRegion()->getParentOp()) ||
               dim.getParentRegion()->getParentOp() == op) {
      return {};
    } else {
      dims.push_back(dim);
    }
  }
  return dims;
}

Val Lowering::inShape(const Val &value, ArrayRef<mlir::Value> dims, const Type &type) {
  mlir::Type element = cast<RankedTensorType>(value.value.getType()).getElementType();
  bool isSame = llvm::all_of(llvm::zip_equal(value.dims, dims),
                             [&](auto sizes) { return provablyEqual(std::get<0>(sizes), std::get<1>(sizes)); });
  if (isSame)
    return Val{castTo(value.value, tensorType(element, dims)), llvm::to_vector<2>(dims)};
  if (isEmpty(value.dims))
    return undefined(type, dims);
  SmallVector<OpFoldResult> offsets(dims.size(), b.getIndexAttr(0)), strides(dims.size(), b.getIndexAttr(1)), lengths;
  for (mlir::Value dim : value.dims) {
    std::optional<int64_t> n = constantOf(dim);
    lengths.push_back(n ? OpFoldResult(b.getIndexAttr(*n)) : OpFoldResult(dim));
  }
  return Val{tensor::InsertSliceOp::create(b, loc, castTo(value.value, tensorType(element, value.dims)),
                                           undefined(type, dims).value, offsets, lengths, strides),
             llvm::to_vector<2>(dims)};
}

} // namespace astragal::stan
