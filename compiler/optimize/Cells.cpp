//===- Cells.cpp - elements of carried tensors as scalars -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Cells.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace astragal::optimize;

SmallVector<Value> CellCloner::lookup(ValueRange values) {
  SmallVector<Value> found;
  for (Value value : values)
    if (auto split = cells.find(value); split != cells.end())
      llvm::append_range(found, split->second);
    else
      found.push_back(mapping.lookupOrDefault(value));
  return found;
}

/// Lets `clones` stand for `originals`, which are split where `like` is.
void CellCloner::bind(ValueRange originals, ValueRange clones, ValueRange like) {
  for (auto [original, model] : llvm::zip_equal(originals, like)) {
    auto split = cells.find(model);
    if (split == cells.end()) {
      mapping.map(original, clones.front());
      clones = clones.drop_front();
      continue;
    }
    size_t count = split->second.size();
    SmallVector<Value> values(clones.take_front(count));
    clones = clones.drop_front(count);
    cells[original] = std::move(values);
  }
}

void CellCloner::cloneOps(OpBuilder &b, Block &block) {
  for (Operation &op : block.without_terminator()) {
    if (auto cell = cellOf.find(&op); cell != cellOf.end()) {
      if (auto insert = dyn_cast<tensor::InsertOp>(op)) {
        SmallVector<Value> next = cells.at(insert.getDest());
        next[cell->second] = mapping.lookupOrDefault(insert.getScalar());
        cells[insert.getResult()] = std::move(next);
      } else {
        mapping.map(op.getResult(0), cells.at(op.getOperand(0))[cell->second]);
      }
    } else if (!regionOps.contains(&op)) {
      b.clone(op, mapping);
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      cloneLoop(b, loop);
    } else {
      cloneBranch(b, cast<scf::IfOp>(op));
    }
  }
}

scf::ForOp CellCloner::cloneLoop(OpBuilder &b, scf::ForOp loop) {
  auto clone = scf::ForOp::create(b, loop.getLoc(), mapping.lookupOrDefault(loop.getLowerBound()),
                                  mapping.lookupOrDefault(loop.getUpperBound()),
                                  mapping.lookupOrDefault(loop.getStep()), lookup(loop.getInitArgs()));
  mapping.map(loop.getInductionVar(), clone.getInductionVar());
  bind(loop.getRegionIterArgs(), clone.getRegionIterArgs(), loop.getInitArgs());
  Block *body = clone.getBody();
  if (!body->empty())
    body->back().erase(); // a loop that carries nothing is built with its terminator
  OpBuilder inner = OpBuilder::atBlockEnd(body);
  cloneOps(inner, *loop.getBody());
  scf::YieldOp::create(inner, loop.getLoc(), lookup(loop.getYieldedValues()));
  bind(loop.getResults(), clone.getResults(), loop.getInitArgs());
  return clone;
}

void CellCloner::cloneBranch(OpBuilder &b, scf::IfOp branch) {
  // The arms are built first: they tell which results are split.
  auto arm = [&](Region &from, Region &to) {
    if (from.empty())
      return SmallVector<Value>();
    OpBuilder inner(b.getContext());
    inner.setInsertionPointToEnd(&to.emplaceBlock());
    cloneOps(inner, from.front());
    SmallVector<Value> yielded = lookup(from.front().getTerminator()->getOperands());
    scf::YieldOp::create(inner, branch.getLoc(), yielded);
    return yielded;
  };
  Region then, otherwise;
  SmallVector<Value> yielded = arm(branch.getThenRegion(), then);
  arm(branch.getElseRegion(), otherwise);
  auto clone = scf::IfOp::create(b, branch.getLoc(), ValueRange(yielded).getTypes(),
                                 mapping.lookupOrDefault(branch.getCondition()), /*addThenBlock=*/false,
                                 /*addElseBlock=*/false);
  clone.getThenRegion().takeBody(then);
  if (!branch.getElseRegion().empty())
    clone.getElseRegion().takeBody(otherwise);
  if (branch.getNumResults())
    bind(branch.getResults(), clone.getResults(), branch.thenYield().getOperands());
}
