//===- Liveness.cpp - when a tensor is read for the last time -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Liveness.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace astragal::lower {

OpOperand *getUpdatedOperand(OpResult result) {
  return llvm::TypeSwitch<Operation *, OpOperand *>(result.getOwner())
      .Case([](tensor::InsertOp op) { return &op.getDestMutable(); })
      .Case([](tensor::InsertSliceOp op) { return &op.getDestMutable(); })
      .Case([](tg::AccumulateOp op) { return &op.getDestMutable(); })
      .Case([](vector::TransferWriteOp op) { return &op.getBaseMutable(); })
      .Case([](vector::ScatterOp op) { return &op.getBaseMutable(); })
      .Case([&](tg::KernelOp op) { return &op.getOutsMutable()[result.getResultNumber()]; })
      .Case([&](tg::ChunksOp op) { return &op.getOutsMutable()[result.getResultNumber()]; })
      .Case([&](scf::ForOp op) { return &op.getInitArgsMutable()[result.getResultNumber()]; })
      .Default([](Operation *) { return nullptr; });
}

Liveness::Liveness(Operation *function) : root(function) {
  unsigned next = 0;
  function->walk<WalkOrder::PreOrder>([&](Operation *op) { positions[op] = 2 * next++; });
  function->walk([&](Operation *op) {
    for (OpOperand &use : op->getOpOperands())
      if (isa<TensorType>(use.get().getType()))
        recordUse(use);
  });
}

void Liveness::recordUse(OpOperand &use) {
  Operation *op = use.getOwner();
  if (isa<tensor::DimOp>(op)) // sizes are known without the tensor
    return;
  Value value = use.get();
  for (OpResult result : op->getOpResults())
    if (isa<TensorType>(result.getType()) && getUpdatedOperand(result) == &use)
      updates[{value, op->getBlock()}].push_back(positions[op]);
  if (isa<scf::WhileOp>(op))
    updates[{value, op->getBlock()}].push_back(positions[op]);

  unsigned inner = 0;
  while (true) {
    Block *block = op->getBlock();
    unsigned &last = lastUse[{value, block}];
    last = std::max(last, positions[op] + inner);
    if (block == value.getParentBlock())
      return;
    op = block->getParentOp();
    usedInside.insert({value, op});
    inner = 1;
  }
}

bool Liveness::dead(Value value, Operation *op, unsigned inner) const {
  while (true) {
    Block *block = op->getBlock();
    auto last = lastUse.find({value, block});
    if (last != lastUse.end() && last->second > positions.lookup(op) + inner)
      return false;
    if (block == value.getParentBlock())
      return true;
    op = block->getParentOp();
    if (op == root)
      return true;
    if (!isa<scf::IfOp>(op) && usedInside.contains({value, op}))
      return false;
    inner = 1;
  }
}

bool Liveness::updatedWhile(Value value, Operation *op, Value until) const {
  auto found = updates.find({value, op->getBlock()});
  if (found == updates.end())
    return false;
  unsigned from = positions.lookup(op), to = lastUse.lookup({until, op->getBlock()});
  return llvm::any_of(found->second, [&](unsigned update) { return from < update && update < to; });
}

} // namespace astragal::lower
