//===- LowerBranches.cpp - branches and what they agree on ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both sides of a branch end with values of one type. Where sizes are made in a branch they are computed
// first, by a branch of their own.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::stan {

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
  // A loop around this carries hidden state only where its body touches it: what stayed as it was must not
  // come out of here as a new value.
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
          llvm::append_range(
              dims, finish(sizes, SmallVector<mlir::Type>(type.indexDepth(), b.getIndexType())).getResults());
      });
      // Something stands between the two branches: side by side they would become one, and the sizes would be
      // inside again.
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

/// The sizes of what two branches of `op` yield, as they stand before it; empty if they are not the same or
/// are computed inside.
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
  bool isSame = llvm::all_of(llvm::zip_equal(value.dims, dims), [&](auto sizes) {
    return provablyEqual(std::get<0>(sizes), std::get<1>(sizes));
  });
  if (isSame)
    return Val{castTo(value.value, tensorType(element, dims)), llvm::to_vector<2>(dims)};
  if (isEmpty(value.dims))
    return undefined(type, dims);
  SmallVector<OpFoldResult> offsets(dims.size(), b.getIndexAttr(0)), strides(dims.size(), b.getIndexAttr(1)),
      lengths;
  for (mlir::Value dim : value.dims) {
    lengths.push_back(getAsOpFoldResult(dim));
  }
  return Val{tensor::InsertSliceOp::create(b, loc, castTo(value.value, tensorType(element, value.dims)),
                                           undefined(type, dims).value, offsets, lengths, strides),
             llvm::to_vector<2>(dims)};
}

} // namespace astragal::stan
