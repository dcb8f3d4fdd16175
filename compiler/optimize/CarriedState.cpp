//===- CarriedState.cpp - what a loop carries from one iteration to the next ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/CarriedState.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace astragal::optimize;

CarriedState::CarriedState(scf::ForOp loop, unsigned k, bool slices)
    : loop(loop), number(k), slices(slices), kind(Recurrence) {
  Value start = loop.getRegionIterArg(k), end = loop.getYieldedValues()[k];
  if (start == end) {
    kind = Invariant;
    return;
  }
  Type type = start.getType();
  bool isTensor = isa<RankedTensorType>(type);
  if (!isTensor && !type.isF64() && !type.isInteger(32)) {
    refuse(loop, "it carries a value that is neither f64 nor i32");
    return;
  }
  add(start);
  while (!worklist.empty()) {
    Value version = worklist.pop_back_val();
    for (OpOperand &use : version.getUses()) {
      if (!follow(use))
        return;
      for (Operation *op = use.getOwner()->getParentOp(); op != loop && regionOps.insert(op).second;
           op = op->getParentOp())
        if (isTensor && !isa<scf::ForOp, scf::IfOp>(op)) {
          refuse(op, "a carried tensor is used in a nested while loop or plate");
          return;
        }
    }
  }
  if (!contains(end)) {
    refuse(loop, "each iteration replaces what it carries");
    return;
  }
  if (joinsAgree())
    kind = isTensor ? Tensor : Sum;
}

bool CarriedState::refuse(Operation *op, StringRef why) {
  culprit = op;
  reason = why;
  return false;
}

void CarriedState::add(Value value) {
  if (versions.insert(value).second)
    worklist.push_back(value);
}

/// Sees where one use of a version leads; false if it is a use that makes a recurrence.
bool CarriedState::follow(OpOperand &use) {
  constexpr StringLiteral readElsewhere = "an iteration needs what the one before it computed";
  Operation *op = use.getOwner();
  unsigned position = use.getOperandNumber();
  if (auto yield = dyn_cast<scf::YieldOp>(op)) {
    Operation *parent = yield->getParentOp();
    if (parent == loop)
      return position == number || refuse(op, "one carried value becomes another");
    if (auto inner = dyn_cast<scf::ForOp>(parent))
      add(inner.getRegionIterArg(position));
    else if (!isa<scf::IfOp>(parent))
      return refuse(parent, readElsewhere);
    add(parent->getResult(position));
    joins.push_back(parent);
    return true;
  }
  if (auto inner = dyn_cast<scf::ForOp>(op)) {
    if (position < inner.getNumControlOperands())
      return refuse(op, readElsewhere);
    unsigned k = position - inner.getNumControlOperands();
    add(inner.getRegionIterArg(k));
    add(inner.getResult(k));
    joins.push_back(op);
    regionOps.insert(op);
    return true;
  }
  if ((isa<tensor::InsertOp>(op) || (slices && isa<tensor::InsertSliceOp>(op))) && position == 1) {
    add(op->getResult(0));
    accesses.push_back(op);
    return true;
  }
  if (isa<tensor::ExtractOp>(op)) {
    accesses.push_back(op);
    return true;
  }
  if (isa<tensor::InsertSliceOp>(op) && position == 1)
    return refuse(op, "an iteration writes a slice of a carried tensor");
  bool adds = isa<arith::AddFOp, arith::AddIOp>(op);
  bool subtracts = isa<arith::SubFOp, arith::SubIOp>(op) && position == 0;
  bool selects = isa<arith::SelectOp>(op) && position > 0 && !isa<RankedTensorType>(use.get().getType());
  if (!adds && !subtracts && !selects)
    return refuse(op, readElsewhere);
  add(op->getResult(0));
  joins.push_back(op);
  return true;
}

/// Whether every version comes from exactly one version before it, on every way.
bool CarriedState::joinsAgree() {
  auto refuseMixed = [&](Operation *op) {
    return refuse(op, "an iteration needs what the one before it computed");
  };
  for (Operation *op : joins) {
    if (isa<arith::SelectOp>(op)) {
      if (!contains(op->getOperand(1)) || !contains(op->getOperand(2)))
        return refuseMixed(op);
    } else if (isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp>(op)) {
      if (contains(op->getOperand(0)) == contains(op->getOperand(1)))
        return refuseMixed(op);
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (auto [result, a, b] : llvm::zip_equal(branch.getResults(), branch.thenYield().getOperands(),
                                                 branch.elseYield().getOperands()))
        if (contains(result) && (!contains(a) || !contains(b)))
          return refuseMixed(op);
    } else if (auto inner = dyn_cast<scf::ForOp>(op)) {
      for (auto [result, argument, init, end] : llvm::zip_equal(
               inner.getResults(), inner.getRegionIterArgs(), inner.getInitArgs(), inner.getYieldedValues()))
        if ((contains(result) || contains(argument)) && (!contains(init) || !contains(end)))
          return refuseMixed(op);
    }
  }
  return true;
}
