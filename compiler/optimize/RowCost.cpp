//===- RowCost.cpp - what it costs to compute a row again -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowCost.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace astragal;

SmallVector<Operation *> optimize::sliceOf(Block &block, ValueRange values) {
  DenseSet<Operation *> needed;
  SmallVector<Operation *> worklist;
  auto need = [&](Value value) {
    Operation *op = value.getDefiningOp();
    op = op ? block.findAncestorOpInBlock(*op) : nullptr;
    if (op && needed.insert(op).second)
      worklist.push_back(op);
  };
  llvm::for_each(values, need);
  while (!worklist.empty())
    worklist.pop_back_val()->walk([&](Operation *op) { llvm::for_each(op->getOperands(), need); });
  SmallVector<Operation *> slice;
  for (Operation &op : block)
    if (needed.contains(&op))
      slice.push_back(&op);
  return slice;
}

bool optimize::isCheap(Operation *op) {
  if (op->getNumRegions() > 0)
    return false;
  if (isa<arith::ArithDialect>(op->getDialect()))
    return !isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
                arith::CeilDivSIOp, arith::FloorDivSIOp>(op);
  return isa<tensor::ExtractOp, tensor::DimOp, math::AbsFOp, math::FmaOp, math::FloorOp, math::CeilOp,
             math::CopySignOp, tg::StopGradientOp, tg::WithPartialsOp>(op);
}

bool optimize::isAddressing(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() ||
         (isa<arith::ArithDialect>(op->getDialect()) && isCheap(op) &&
          llvm::all_of(op->getResultTypes(), [](Type type) { return type.isIndex() || type.isInteger(32); }));
}
