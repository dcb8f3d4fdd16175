//===- DataOnly.cpp - what depends on data alone ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/RowCost.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

DataOnly::DataOnly(func::FuncOp function, bool withChecks) : withChecks(withChecks) {
  for (auto [k, argument] : llvm::enumerate(function.getArguments())) {
    auto binding = function.getArgAttrOfType<prob::BindingAttr>(k, "prob.binding");
    if (binding &&
        llvm::is_contained({prob::Role::Data, prob::Role::DataSeed, prob::Role::Prepared}, binding.getRole()))
      values.insert(argument);
  }
  for (Operation &op : function.getBody().front().without_terminator())
    if (allows(&op)) {
      values.insert_range(op.getResults());
      ops.push_back(&op);
    }
}

void DataOnly::add(Operation *op) {
  values.insert_range(op->getResults());
  ops.push_back(op);
}

bool DataOnly::allows(Operation *op, const DenseSet<Value> &more) const {
  if (!withChecks && mayRunForever(op))
    return false;
  WalkResult result = op->walk([&](Operation *inner) {
    if (isa<tg::CheckOp, prob::LogDensityOp>(inner)
            ? !withChecks
            : inner->getNumRegions() == 0 && !isMemoryEffectFree(inner))
      return WalkResult::interrupt();
    for (Value operand : inner->getOperands()) {
      Region *region = operand.getParentRegion();
      bool inside = region->getParentOp() == op || op->isProperAncestor(region->getParentOp());
      if (!inside && !values.contains(operand) && !more.contains(operand))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return !result.wasInterrupted();
}

bool optimize::isExpensive(Operation *op) {
  WalkResult result = op->walk([](Operation *inner) {
    if (isa<tg::PlateOp, tg::KernelOp, scf::ForOp, scf::WhileOp, prob::LogDensityOp, tg::RandomUniformOp,
            tg::RandomNormalOp>(inner))
      return WalkResult::interrupt();
    if (isa<tg::TGDialect>(inner->getDialect()) && inner->hasTrait<OpTrait::Elementwise>() && !isCheap(inner))
      return WalkResult::interrupt();
    if (isa<arith::ArithDialect, math::MathDialect>(inner->getDialect()) && !isCheap(inner) &&
        llvm::none_of(inner->getResultTypes(), [](Type type) { return type.isIndex(); }))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

bool optimize::canBePrepared(Type type) {
  Type element = getElementTypeOrSelf(type);
  bool number = element.isF64() || element.isF32() || element.isInteger(32) || element.isIndex();
  return number || (type.isInteger(1) && element == type);
}
