//===- PlateVectorizer.cpp - the body of a plate, for eight rows ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements what happens to ops without regions, and chooses the rewrite for every op.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

LogicalResult PlateVectorizer::fail(Operation *culprit, StringRef why) {
  if (reason.empty())
    reason = (culprit->getName().getStringRef() + " " + why).str();
  return failure();
}

LogicalResult PlateVectorizer::transform(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(transform(&op)))
      return failure();
  return success();
}

static bool holdsCheck(Operation *op) {
  return op->walk([](tg::CheckOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

/// A mapping of its own for each clone: one that holds block arguments already would drop them from the next.
void PlateVectorizer::cloneUniform(Operation *op) {
  IRMapping mapping;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (Value mapped = scalars.lookupOrNull(operand))
        mapping.map(operand, mapped);
  });
  scalars.map(op->getResults(), b.clone(*op, mapping)->getResults());
}

LogicalResult PlateVectorizer::transform(Operation *op) {
  b.setLoc(op->getLoc());
  if (variance.isUniform(op) && !(divergent && holdsCheck(op))) {
    cloneUniform(op);
    return success();
  }
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<scf::IfOp, scf::ForOp, scf::WhileOp>([&](auto control) { return transform(control); })
      .Case([&](tg::PlateOp nested) { return transformNested(nested); })
      .Case<tensor::ExtractOp, tensor::InsertOp, tg::AccumulateOp>(
          [&](auto access) { return transform(access); })
      .Case([&](tg::CheckOp check) {
        transformCheck(check);
        return success();
      })
      .Case([&](tg::StopGradientOp same) {
        if (Value start = starts.lookup(same.getOperand()))
          starts[same.getResult()] = start;
        vectors[same.getResult()] = vectorOf(same.getOperand());
        return success();
      })
      .Default([&](Operation *other) {
        if (auto tile = dyn_cast<arith::DivUIOp>(other); tile && !variance.isVarying(tile.getResult())) {
          Value number = arith::DivUIOp::create(b, starts.lookup(tile.getLhs()), scalarOf(tile.getRhs()));
          scalars.map(tile.getResult(), number);
          return success();
        }
        if (auto trip = dyn_cast<arith::SubIOp>(other); trip && Variance::isFromEnd(trip))
          return success(); // the loop knows it
        if (other->getNumResults() == 1 &&
            (variance.isConsecutive(other->getResult(0)) || variance.isReceding(other->getResult(0)))) {
          transformConsecutive(other);
          return success();
        }
        if (llvm::any_of(other->getOperandTypes(), llvm::IsaPred<TensorType>) ||
            llvm::any_of(other->getResultTypes(), llvm::IsaPred<TensorType>))
          return transformTensor(other);
        if (other->getNumRegions() == 0 && OpTrait::hasElementwiseMappableTraits(other))
          return transformElementwise(other);
        return transformLaneByLane(other);
      });
}

/// The op on the first lane's value; the vector is built where one is used.
void PlateVectorizer::transformConsecutive(Operation *op) {
  IRMapping first;
  for (Value operand : op->getOperands())
    first.map(operand, variance.isVarying(operand) ? starts.lookup(operand) : scalarOf(operand));
  starts[op->getResult(0)] = b.clone(*op, first)->getResult(0);
}

LogicalResult PlateVectorizer::transformElementwise(Operation *op) {
  Values operands;
  for (Value operand : op->getOperands()) {
    bool scalarCondition = isa<arith::SelectOp>(op) && operands.empty() && !variance.isVarying(operand);
    operands.push_back(scalarCondition ? scalarOf(operand) : vectorOf(operand));
  }
  // What an inactive lane holds may be a zero, or a pair whose quotient overflows.
  if (mask && isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
                  arith::CeilDivUIOp, arith::FloorDivSIOp>(op))
    operands[1] = masked(operands[1], constant(operands[1].getType(), 1));
  Operation *clone = op->cloneWithoutRegions();
  clone->setOperands(operands);
  for (OpResult result : clone->getResults())
    result.setType(vectorOfType(result.getType()));
  b.insert(clone);
  for (auto [original, result] : llvm::zip_equal(op->getResults(), clone->getResults()))
    vectors[original] = result;
  return success();
}

LogicalResult PlateVectorizer::transformLaneByLane(Operation *op) {
  if (op->getNumRegions() || !isPure(op))
    return fail(op, "cannot be done for several rows at once");
  SmallVector<Values> values(op->getNumResults());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    IRMapping mapping;
    for (Value operand : op->getOperands())
      mapping.map(operand, laneOf(operand, lane));
    for (auto [k, result] : llvm::enumerate(b.clone(*op, mapping)->getResults()))
      values[k].push_back(result);
  }
  for (auto [original, elements] : llvm::zip_equal(op->getResults(), values))
    vectors[original] = vector::FromElementsOp::create(b, vectorOfType(original.getType()), elements);
  return success();
}

void PlateVectorizer::transformCheck(tg::CheckOp op) {
  IRMapping mapping;
  Value condition = vectorOf(op.getCondition());
  if (mask)
    condition = arith::OrIOp::create(b, condition, complement(mask));
  mapping.map(op.getCondition(), condition);
  b.clone(*op, mapping);
}
