//===- LaneIndices.cpp - where each lane reads and writes -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements indices lane by lane. Addresses are scalars, so an index that is data is best read as
// one: out of a vector its lanes come one by one, through ports that arithmetic needs.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

bool PlateVectorizer::isReadInOrder(Value index) {
  // Lanes that control flow has switched off may be any.
  if (divergent)
    return false;
  constexpr int longest = 6;
  for (int length = 0; length < longest; ++length) {
    Operation *op = index.getDefiningOp();
    if (auto read = dyn_cast_or_null<tensor::ExtractOp>(op))
      return !read.getType().isInteger(1) && isContiguous(read.getIndices()) &&
             !plate.getBody().isAncestor(read.getTensor().getParentRegion());
    if (isa_and_present<arith::IndexCastOp, arith::ExtSIOp>(op)) {
      index = op->getOperand(0);
    } else if (isa_and_present<arith::AddIOp, arith::SubIOp>(op)) {
      bool first = variance.isVarying(op->getOperand(0));
      if (variance.isVarying(op->getOperand(first ? 1 : 0)))
        return false;
      index = op->getOperand(first ? 0 : 1);
    } else {
      return false;
    }
  }
  return false;
}

/// The lanes of what isReadInOrder. Beyond the last row there may be nothing to read.
PlateVectorizer::Values PlateVectorizer::readLanes(Value value) {
  Operation *op = value.getDefiningOp();
  Values results;
  if (auto read = dyn_cast<tensor::ExtractOp>(op)) {
    Value tensor = scalarOf(read.getTensor());
    Values at = startOf(read.getIndices());
    Value start = at.back(), last = mask ? Value(arith::SubIOp::create(b, rowsLeft, index(1))) : Value();
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value offset = mask ? Value(arith::MinSIOp::create(b, index(lane), last)) : index(lane);
      at.back() = arith::AddIOp::create(b, start, offset);
      results.push_back(tensor::ExtractOp::create(b, tensor, at));
    }
    return results;
  }
  SmallVector<Values> operands;
  for (Value operand : op->getOperands())
    operands.push_back(variance.isVarying(operand) ? readLanes(operand) : Values(lanes, scalarOf(operand)));
  for (int64_t lane = 0; lane < lanes; ++lane) {
    IRMapping mapping;
    for (auto [operand, values] : llvm::zip_equal(op->getOperands(), operands))
      mapping.map(operand, values[lane]);
    results.push_back(b.clone(*op, mapping)->getResult(0));
  }
  return results;
}

PlateVectorizer::Values PlateVectorizer::lanesOfIndex(Value index) {
  if (!variance.isVarying(index))
    return Values(lanes, scalarOf(index));
  if (isReadInOrder(index))
    return readLanes(index);
  Value vector = orZero(vectorOf(index));
  Values results;
  for (int64_t lane = 0; lane < lanes; ++lane)
    results.push_back(vector::ExtractOp::create(b, vector, lane));
  return results;
}

PlateVectorizer::Values PlateVectorizer::inSlot(ValueRange indices, int64_t lane) {
  Values at(indices);
  at.push_back(index(lane));
  return at;
}

SmallVector<PlateVectorizer::Values> PlateVectorizer::placesOf(ValueRange indices, bool withLane) {
  SmallVector<Values> places(lanes);
  for (Value index : indices)
    for (auto [place, lane] : llvm::zip_equal(places, lanesOfIndex(index)))
      place.push_back(lane);
  if (withLane)
    for (auto [lane, place] : llvm::enumerate(places))
      place.push_back(index(int64_t(lane)));
  return places;
}
