//===- Branches.cpp - derivatives of scf.if -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

using namespace mlir;

namespace astragal::differentiate {

/// The reverse is a branch on the same condition: it computes the branch again, and yields the adjoints of
/// what the op captures. What was not taken is not executed, and contributes nothing: outside of rows, a
/// number that one side alone reads gets a selected adjoint, so that an infinite derivative of its own does
/// not matter.
LogicalResult reverseIf(Sweep &outer, scf::IfOp op) {
  Context &context = outer.context;
  SmallVector<Value> seeds;
  for (Value result : op.getResults())
    seeds.push_back(outer.take(result));

  llvm::SetVector<Value> captured = context.activity.captures(op.getThenRegion()), otherwise;
  unsigned numThen = captured.size();
  if (!op.getElseRegion().empty())
    otherwise = context.activity.captures(op.getElseRegion());
  captured.insert_range(otherwise);
  SmallVector<Value> before;
  for (Value value : captured)
    before.push_back(outer.get(value));

  ImplicitLocOpBuilder &b = outer.b;
  auto reverse = scf::IfOp::create(b, ValueRange(captured.getArrayRef()).getTypes(), op.getCondition(),
                                   /*addThenBlock=*/true, /*addElseBlock=*/true);
  reverse->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), reverse->getRegions())) {
    Sweep inner(context, OpBuilder::atBlockEnd(&to.front()), op.getLoc(), outer.plate);
    inner.onCopies = true;
    for (auto [value, adjoint] : llvm::zip_equal(captured, before))
      if (adjoint)
        inner.set(value, adjoint);
    if (!from.empty()) {
      IRMapping mapping;
      SmallVector<Operation *> copies = context.copyOps(from.front(), inner.b, mapping, /*withChecks=*/false);
      {
        // Adjoints of tensors must stand before the copies: plates among them may add to them.
        OpBuilder::InsertionGuard guard(inner.b);
        inner.b.setInsertionPointToStart(&to.front());
        for (auto [seed, yielded] : llvm::zip_equal(seeds, from.front().getTerminator()->getOperands()))
          if (seed)
            inner.add(mapping.lookupOrDefault(yielded), seed);
      }
      if (failed(inner.run(copies)))
        return failure();
    }
    inner.b.setLoc(op.getLoc());
    SmallVector<Value> after;
    for (Value value : captured)
      after.push_back(inner.getOrZero(value));
    scf::YieldOp::create(inner.b, after);
    prune(context, to.front());
  }
  Value zero = outer.constant(0);
  for (auto [k, value] : llvm::enumerate(captured)) {
    Value adjoint = reverse.getResult(k);
    bool inThen = k < numThen, inElse = otherwise.contains(value);
    if (!before[k] && inThen != inElse && outer.isWorthSelecting(value))
      adjoint =
          arith::SelectOp::create(b, op.getCondition(), inThen ? adjoint : zero, inThen ? zero : adjoint);
    outer.set(value, adjoint);
  }
  return success();
}

} // namespace astragal::differentiate
