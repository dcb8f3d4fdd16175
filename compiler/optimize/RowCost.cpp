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
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

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

double optimize::nanosecondsOf(Operation *op) {
  constexpr double unknownTrips = 8;
  auto ofRegions = [&] {
    double sum = 0;
    for (Region &region : op->getRegions())
      for (Block &block : region)
        sum += optimize::nanosecondsOf(block);
    return sum;
  };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([&](scf::ForOp loop) {
        std::optional<llvm::APInt> trips = loop.getStaticTripCount();
        return ofRegions() * (trips ? static_cast<double>(trips->getSExtValue()) : unknownTrips);
      })
      .Case([&](scf::WhileOp) { return ofRegions() * unknownTrips; })
      .Case([&](tg::PlateOp plate) {
        double rows = 1;
        for (Value extent : plate.getExtents()) {
          std::optional<int64_t> size = getConstantIntValue(extent);
          rows *= size ? static_cast<double>(*size) : unknownTrips;
        }
        return ofRegions() * rows;
      })
      .Case([](tensor::ExtractOp) { return 0.3; })
      .Case<tensor::InsertOp, tg::AccumulateOp>([](Operation *) { return 0.5; })
      .Case<tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp, tg::NormalQuantileOp>(
          [](Operation *) { return 5.0; })
      .Case([](tg::SpecialOp) { return 100.0; })
      .Case([](tg::KernelOp) { return 500.0; })
      .Default([&](Operation *other) {
        if (other->getNumRegions() > 0)
          return ofRegions();
        if (optimize::isAddressing(other) || other->hasTrait<OpTrait::IsTerminator>())
          return 0.0;
        if (optimize::isCheap(other) || isa<tg::CheckOp>(other))
          return 0.06;
        return isa<arith::ArithDialect>(other->getDialect()) ? 0.4 : 0.8;
      });
}

double optimize::nanosecondsOf(Block &body) {
  double sum = 0;
  for (Operation &op : body)
    sum += nanosecondsOf(&op);
  return sum;
}
