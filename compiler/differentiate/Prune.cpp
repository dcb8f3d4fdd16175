//===- Prune.cpp - computing again only what is needed --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dead code elimination that sees through regions: of a loop with two states where one is needed, the other's
// history is not. What the tape holds is what is still used afterwards, so this decides its size.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace astragal::differentiate {

namespace {

class Liveness {
public:
  Liveness(Context &context, Block &block) : context(context), region(block.getParent()) {
    // Effects keep their operands, and the regions that they are in.
    block.walk([&](Operation *op) {
      if (op->getNumRegions() == 0 && !op->hasTrait<OpTrait::IsTerminator>() && !isMemoryEffectFree(op))
        touch(op);
    });
    for (Value value : block.getTerminator()->getOperands())
      mark(value);
    while (!worklist.empty())
      process(worklist.pop_back_val());
  }

  void erase(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
      if (op.hasTrait<OpTrait::IsTerminator>() || (op.getNumResults() == 1 && isPlaceholder(op.getResult(0))))
        continue;
      if (!touched.contains(&op)) {
        context.erase(&op);
        continue;
      }
      cut(&op);
      for (Region &inner : op.getRegions())
        for (Block &block : inner)
          erase(block);
    }
  }

private:
  void mark(Value value) {
    if (region->isAncestor(value.getParentRegion()) && live.insert(value).second)
      worklist.push_back(value);
  }

  void markTerminator(Region &region) {
    if (!region.empty())
      for (Value value : region.front().getTerminator()->getOperands())
        mark(value);
  }

  /// The op has to be executed; which of its results matter is another question.
  void touch(Operation *op) {
    if (!op || !region->isAncestor(op->getParentRegion()) || !touched.insert(op).second)
      return;
    touch(op->getParentOp());
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (Value value : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
        mark(value);
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      mark(branch.getCondition());
    } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
      llvm::for_each(plate.getExtents(), [&](Value value) { mark(value); });
      if (plate.getChunks())
        mark(plate.getChunks());
    } else {
      for (Value value : op->getOperands())
        mark(value);
      llvm::for_each(op->getRegions(), [&](Region &region) { markTerminator(region); });
    }
  }

  void process(Value value) {
    Operation *op = value.getDefiningOp();
    unsigned k;
    if (op) {
      k = cast<OpResult>(value).getResultNumber();
    } else {
      auto argument = cast<BlockArgument>(value);
      op = argument.getOwner()->getParentOp();
      unsigned leading = isa<scf::ForOp>(op) ? 1 : isa<tg::PlateOp>(op) ? cast<tg::PlateOp>(op).getRank() : 0;
      if (argument.getArgNumber() < leading)
        return touch(op);
      k = argument.getArgNumber() - leading;
      if (auto plate = dyn_cast<tg::PlateOp>(op))
        k += plate.getYield().getSums().size() + plate.getYield().getMaxima().size();
    }
    touch(op);
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      mark(loop.getInits()[k]);
      mark(loop.getYieldedValues()[k]);
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (Region &inner : op->getRegions())
        if (!inner.empty())
          mark(inner.front().getTerminator()->getOperand(k));
    } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
      tg::YieldOp yield = plate.getYield();
      mark(yield->getOperand(k));
      unsigned first = yield.getSums().size() + yield.getMaxima().size();
      if (k >= first && k < first + plate.getInits().size())
        mark(plate.getInits()[k - first]);
    }
  }

  bool needed(Value a, Value c = {}) const { return live.contains(a) || (c && live.contains(c)); }

  static Value poison(Operation *before, Type type) {
    OpBuilder b(before);
    return ub::PoisonOp::create(b, before->getLoc(), type);
  }

  /// Unties results that nobody needs from what they are computed from.
  void cut(Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      Operation *yield = loop.getBody()->getTerminator();
      for (unsigned k = 0; k < loop.getNumResults(); ++k)
        if (!needed(loop.getResult(k), loop.getRegionIterArg(k))) {
          yield->setOperand(k, loop.getRegionIterArg(k));
          loop.getInitsMutable()[k].set(poison(loop, loop.getResult(k).getType()));
        }
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (unsigned k = 0; k < branch.getNumResults(); ++k)
        if (!needed(branch.getResult(k)))
          for (Region &inner : op->getRegions()) {
            Operation *yield = inner.front().getTerminator();
            yield->setOperand(k, poison(branch, branch.getResult(k).getType()));
          }
    } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
      tg::YieldOp yield = plate.getYield();
      unsigned first = yield.getSums().size() + yield.getMaxima().size();
      for (unsigned k = 0; k < plate.getNumResults(); ++k) {
        if (k >= first && k < first + plate.getInits().size()) {
          Value accumulator = plate.getAccumulators()[k - first];
          if (!needed(plate.getResult(k), accumulator)) {
            yield->setOperand(k, accumulator);
            plate.getInitsMutable()[k - first].set(poison(plate, accumulator.getType()));
          }
        } else if (!needed(plate.getResult(k))) {
          yield->setOperand(k, poison(plate, yield->getOperand(k).getType()));
        }
      }
    }
  }

  Context &context;
  Region *region;
  llvm::DenseSet<Value> live;
  llvm::DenseSet<Operation *> touched;
  SmallVector<Value> worklist;
};

} // namespace

void prune(Context &context, Block &block) { Liveness(context, block).erase(block); }

} // namespace astragal::differentiate
