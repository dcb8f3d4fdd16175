//===- Activity.cpp - which values carry adjoints -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Activity.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace astragal::differentiate {

bool isDifferentiable(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

static void forEachTargetOfYield(scf::YieldOp yield, unsigned k, function_ref<void(Value)> f) {
  Operation *parent = yield->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent)) {
    f(loop.getRegionIterArg(k));
    f(loop.getResult(k));
  } else if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
    f(loop.getBeforeArguments()[k]);
  } else {
    f(parent->getResult(k));
  }
}

static void forEachTargetOfYield(tg::YieldOp yield, OpOperand &operand, function_ref<void(Value)> f) {
  auto plate = cast<tg::PlateOp>(yield->getParentOp());
  unsigned k = operand.getOperandNumber();
  f(plate->getResult(k)); // yields and results have the same order
  unsigned first = yield.getSums().size() + yield.getMaxima().size();
  if (k >= first && k < first + yield.getAccumulated().size())
    f(plate.getAccumulators()[k - first]);
}

void forEachTarget(OpOperand &operand, function_ref<void(Value)> f) {
  Operation *op = operand.getOwner();
  unsigned k = operand.getOperandNumber();
  if (auto yield = dyn_cast<scf::YieldOp>(op))
    return forEachTargetOfYield(yield, k, f);
  if (auto yield = dyn_cast<tg::YieldOp>(op))
    return forEachTargetOfYield(yield, operand, f);
  if (auto condition = dyn_cast<scf::ConditionOp>(op)) {
    auto loop = cast<scf::WhileOp>(condition->getParentOp());
    if (k > 0) {
      f(loop.getAfterArguments()[k - 1]);
      f(loop.getResult(k - 1));
    }
    return;
  }
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    if (k >= loop.getNumControlOperands()) {
      f(loop.getRegionIterArg(k - loop.getNumControlOperands()));
      f(loop.getResult(k - loop.getNumControlOperands()));
    }
    return;
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return f(loop.getBeforeArguments()[k]);
  if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    unsigned first = plate.getRank() + (plate.getChunks() ? 1 : 0);
    if (k >= first) {
      f(plate.getAccumulators()[k - first]);
      f(plate.getAccumulated()[k - first]);
    }
    return;
  }
  for (Value result : op->getResults())
    f(result);
}

/// Ops whose derivative with respect to the operand is zero wherever it exists.
static bool isFlat(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (auto given = dyn_cast<tg::WithPartialsOp>(op))
    return operand.getOperandNumber() == 0 || operand.getOperandNumber() > given.getWrt().size();
  if (auto kernel = dyn_cast<tg::KernelOp>(op))
    return operand.getOperandNumber() >= kernel.getInputs().size();
  return isa<tg::StopGradientOp, math::FloorOp, math::CeilOp, math::TruncOp, math::RoundOp,
             math::RoundEvenOp>(op) ||
         (isa<math::CopySignOp>(op) && operand.getOperandNumber() == 1);
}

/// Calls `f` with every operand whose value `value` receives directly: `forEachTarget` backwards.
static void forEachSource(Value value, function_ref<void(OpOperand &)> f) {
  auto fromYield = [&](Region &region, unsigned k) { f(region.front().getTerminator()->getOpOperand(k)); };
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *op = argument.getOwner()->getParentOp();
    unsigned k = argument.getArgNumber();
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (k > 0) {
        f(loop.getInitsMutable()[k - 1]);
        fromYield(loop.getRegion(), k - 1);
      }
    } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
      if (argument.getOwner() == loop.getBeforeBody()) {
        f(loop.getInitsMutable()[k]);
        fromYield(loop.getAfter(), k);
      } else {
        fromYield(loop.getBefore(), k + 1);
      }
    } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
      if (k >= plate.getRank()) {
        unsigned j = k - plate.getRank();
        f(plate.getInitsMutable()[j]);
        f(plate.getYield().getAccumulatedMutable()[j]);
      }
    }
    return;
  }
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  unsigned k = result.getResultNumber();
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    f(loop.getInitsMutable()[k]);
    fromYield(loop.getRegion(), k);
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    fromYield(loop.getBefore(), k + 1);
  } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    unsigned first = plate.getSums().size() + plate.getMaxima().size();
    if (k >= first && k < first + plate.getInits().size())
      f(plate.getInitsMutable()[k - first]);
    fromYield(plate.getBody(), k);
  } else if (op->getNumRegions()) {
    for (Region &region : op->getRegions())
      if (!region.empty())
        fromYield(region, k);
  } else {
    for (OpOperand &operand : op->getOpOperands())
      f(operand);
  }
}

void Activity::compute(Value input, Value result) {
  llvm::DenseSet<Value> varied;
  SmallVector<Value> worklist = {input};
  varied.insert(input);
  while (!worklist.empty())
    for (OpOperand &use : worklist.pop_back_val().getUses())
      if (!isFlat(use))
        forEachTarget(use, [&](Value target) {
          if (isDifferentiable(target.getType()) && varied.insert(target).second)
            worklist.push_back(target);
        });

  active.clear();
  auto visit = [&](Value value) {
    if (varied.contains(value) && active.insert(value).second)
      worklist.push_back(value);
  };
  visit(result);
  while (!worklist.empty())
    forEachSource(worklist.pop_back_val(), [&](OpOperand &source) {
      if (!isFlat(source))
        visit(source.get());
    });
}

void Activity::inherit(Value from, Value to) {
  if (active.contains(from))
    active.insert(to);
}

void Activity::inherit(Operation *from, const IRMapping &mapping) {
  auto inheritOne = [&](Value value) {
    if (Value copy = mapping.lookupOrNull(value))
      inherit(value, copy);
  };
  from->walk([&](Operation *op) {
    llvm::for_each(op->getResults(), inheritOne);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), inheritOne);
  });
}

bool Activity::flows(OpOperand &operand) const {
  if (!isActive(operand.get()) || isFlat(operand))
    return false;
  bool found = false;
  forEachTarget(operand, [&](Value target) { found |= isActive(target); });
  return found;
}

llvm::SetVector<Value> Activity::captures(Region &region) const {
  llvm::SetVector<Value> result;
  region.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands())
      if (!region.isAncestor(operand.get().getParentRegion()) && flows(operand))
        result.insert(operand.get());
  });
  return result;
}

} // namespace astragal::differentiate
