//===- BufferizeControlFlow.cpp - loops and branches on memory ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file takes the tensors out of the iter_args and results of `scf`: a loop's state lies in one place, at
// the start of every iteration as well as behind the loop, and so does the result of a branch.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"

using namespace mlir;

namespace astragal::lower {

static bool isTensor(Value value) { return isa<TensorType>(value.getType()); }

static SmallVector<Value> getScalars(ValueRange values) {
  return llvm::to_vector(llvm::make_filter_range(values, [](Value value) { return !isTensor(value); }));
}

static SmallVector<Type> getScalarTypes(TypeRange types) {
  return llvm::to_vector(llvm::make_filter_range(types, [](Type type) { return !isa<TensorType>(type); }));
}

static void eraseTensorArguments(Block &block) {
  block.eraseArguments([](BlockArgument argument) { return isTensor(argument); });
}

/// Gives the scalar results of `from` to `to`, which has no others.
static void replaceScalars(Operation *from, Operation *to) {
  unsigned next = 0;
  for (Value result : from->getResults())
    if (!isTensor(result))
      result.replaceAllUsesWith(to->getResult(next++));
}

LogicalResult Bufferizer::convertBody(Block &block, MutableOperandRange yielded, ArrayRef<View> places) {
  auto *place = places.begin();
  for (OpOperand &operand : yielded)
    if (isTensor(operand.get()))
      hint(operand.get(), &block, (place++)->storage);
  SmallVector<Operation *> gone;
  if (failed(convertBlock(block, gone)))
    return failure();
  SmallVector<Move> moves;
  place = places.begin();
  for (OpOperand &operand : yielded)
    if (isTensor(operand.get()))
      moves.push_back({viewOf(operand.get()), *place++});
  b.setInsertionPoint(block.getTerminator());
  moveAll(block.getTerminator(), moves);
  SmallVector<Value> scalars;
  for (OpOperand &operand : yielded)
    if (!isTensor(operand.get()))
      scalars.push_back(operand.get());
  yielded.assign(scalars);
  erase(gone);
  return success();
}

View Bufferizer::enterLoop(Operation *op, Value init, Value result, SmallVectorImpl<Storage *> &taken) {
  View from = viewOf(init);
  if (from.storage && from.storage->writable && !llvm::is_contained(taken, from.storage) &&
      groupDead(from.storage->occupant, op)) {
    taken.push_back(from.storage);
    return from;
  }
  Storage *hinted = hints.lookup(result);
  if (hinted && llvm::is_contained(taken, hinted))
    hints.erase(result);
  View to = makePlace(op, result, from.sizes);
  taken.push_back(to.storage);
  copy(op->getLoc(), from, to);
  return to;
}

LogicalResult Bufferizer::convertFor(scf::ForOp op) {
  size_t mark = log.size();
  SmallVector<View> places;
  SmallVector<Storage *> taken;
  for (auto [init, result] : llvm::zip_equal(op.getInits(), op.getResults()))
    if (isTensor(init))
      places.push_back(enterLoop(op, init, result, taken));
  auto *place = places.begin();
  for (BlockArgument argument : op.getRegionIterArgs())
    if (isTensor(argument))
      setView(argument, *place++);
  if (failed(convertBody(*op.getBody(), cast<scf::YieldOp>(op.getBody()->getTerminator()).getResultsMutable(),
                         places)))
    return failure();
  rollBack(mark);
  if (places.empty())
    return success();
  b.setInsertionPoint(op);
  auto loop = scf::ForOp::create(b, op.getLoc(), op.getLowerBound(), op.getUpperBound(), op.getStep(),
                                 getScalars(op.getInits()));
  loop->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  loop.getRegion().takeBody(op.getRegion());
  eraseTensorArguments(*loop.getBody());
  replaceScalars(op, loop);
  place = places.begin();
  for (Value result : op.getResults())
    if (isTensor(result))
      setView(result, *place++);
  return success();
}

LogicalResult Bufferizer::convertWhile(scf::WhileOp op) {
  size_t mark = log.size();
  SmallVector<View> states, results;
  SmallVector<Storage *> taken;
  DenseMap<Value, View> stateOf;
  for (auto [init, argument] : llvm::zip_equal(op.getInits(), op.getBeforeArguments())) {
    if (!isTensor(init))
      continue;
    states.push_back(enterLoop(op, init, argument, taken));
    setView(argument, states.back());
    stateOf[argument] = states.back();
  }
  // A state that is forwarded as it is needs no second place.
  auto condition = op.getConditionOp();
  for (auto [forwarded, result] : llvm::zip_equal(condition.getArgs(), op.getResults())) {
    if (!isTensor(result))
      continue;
    if (auto state = stateOf.find(forwarded); state != stateOf.end()) {
      results.push_back(state->second);
      stateOf.erase(state);
      continue;
    }
    FailureOr<Sizes> sizes = sizesBefore(Value(forwarded), op);
    if (failed(sizes))
      return failure();
    results.push_back(makeTemporary(op, getElementTypeOrSelf(result.getType()), *sizes));
  }
  if (failed(convertBody(*op.getBeforeBody(), condition.getArgsMutable(), results)))
    return failure();
  rollBack(mark);
  auto *place = results.begin();
  for (BlockArgument argument : op.getAfterArguments())
    if (isTensor(argument))
      setView(argument, *place++);
  if (failed(convertBody(*op.getAfterBody(), op.getYieldOp().getResultsMutable(), states)))
    return failure();
  rollBack(mark);
  if (states.empty() && results.empty())
    return success();
  b.setInsertionPoint(op);
  auto loop =
      scf::WhileOp::create(b, op.getLoc(), getScalarTypes(op.getResultTypes()), getScalars(op.getInits()));
  loop.getBefore().takeBody(op.getBefore());
  loop.getAfter().takeBody(op.getAfter());
  eraseTensorArguments(*loop.getBeforeBody());
  eraseTensorArguments(*loop.getAfterBody());
  replaceScalars(op, loop);
  place = results.begin();
  for (Value result : op.getResults())
    if (isTensor(result))
      setView(result, *place++);
  return success();
}

/// The sizes of a tensor that may not be converted yet; null where nobody knows.
Sizes Bufferizer::findSizes(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.hasStaticShape())
    return Sizes(getAsIndexOpFoldResult(b.getContext(), type.getShape()));
  if (auto known = views.find(tensor); known != views.end())
    return known->second.sizes;
  if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    Operation *loop = argument.getOwner()->getParentOp();
    unsigned i = argument.getArgNumber();
    if (auto counted = dyn_cast<scf::ForOp>(loop))
      return findSizes(counted.getInitArgs()[i - 1]);
    auto open = cast<scf::WhileOp>(loop);
    return findSizes(argument.getOwner() == open.getBeforeBody() ? open.getInits()[i]
                                                                 : open.getConditionOp().getArgs()[i]);
  }
  Operation *op = tensor.getDefiningOp();
  if (isa<tensor::EmptyOp, tensor::SplatOp, tg::TapeAllocOp>(op)) {
    ValueRange dynamic = op->getOperands().take_back(type.getNumDynamicDims());
    return getMixedValues(type.getShape(), dynamic, b);
  }
  if (auto sized = dyn_cast<tg::SizedOp>(op))
    return Sizes(getAsOpFoldResult(sized.getSizes()));
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return findSizes(select.getTrueValue());
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    Sizes sizes;
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    for (auto [k, size] : llvm::enumerate(slice.getMixedSizes()))
      if (!dropped.test(k))
        sizes.push_back(size);
    return sizes;
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    unsigned i = cast<OpResult>(tensor).getResultNumber();
    Sizes sizes = findSizes(branch.thenYield().getOperand(i));
    for (auto [size, other] : llvm::zip_equal(sizes, findSizes(branch.elseYield().getOperand(i))))
      if (size != other)
        size = OpFoldResult();
    return sizes;
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return findSizes(loop.getConditionOp().getArgs()[cast<OpResult>(tensor).getResultNumber()]);
  if (Value before = previousVersion(tensor))
    return findSizes(before);
  return Sizes(type.getRank());
}

/// The sizes that `tensors`, which are computed inside `op` and have the same, will have, as values from
/// before `op`.
FailureOr<Sizes> Bufferizer::sizesBefore(ArrayRef<Value> tensors, Operation *op) {
  for (Value tensor : tensors) {
    Sizes sizes = findSizes(tensor);
    for (OpFoldResult &size : sizes) {
      auto value = dyn_cast_if_present<Value>(size);
      if (!value || !op->isAncestor(value.getParentBlock()->getParentOp()))
        continue;
      Value atEntry = computeAtEntry(value);
      size = atEntry ? OpFoldResult(atEntry) : OpFoldResult();
    }
    if (llvm::none_of(sizes, [](OpFoldResult size) { return size.isNull(); }))
      return sizes;
  }
  return op->emitError("not supported yet: a result whose size is computed inside");
}

LogicalResult Bufferizer::convertIf(scf::IfOp op) {
  SmallVector<View> places;
  SmallVector<Storage *> taken;
  for (OpResult result : op.getResults()) {
    if (!isTensor(result))
      continue;
    // In place, where a branch changes a tensor that is dead afterwards.
    Value source = previousVersion(result);
    if (source) {
      View &view = viewOf(source);
      if (view.storage && view.storage->writable && !llvm::is_contained(taken, view.storage) &&
          groupDead(view.storage->occupant, op, /*afterRegions=*/true)) {
        places.push_back(view);
        taken.push_back(view.storage);
        continue;
      }
    }
    unsigned i = result.getResultNumber();
    FailureOr<Sizes> sizes = sizesBefore({op.thenYield().getOperand(i), op.elseYield().getOperand(i)}, op);
    if (failed(sizes))
      return failure();
    Storage *hinted = hints.lookup(result);
    if (hinted && llvm::is_contained(taken, hinted))
      hints.erase(result);
    places.push_back(makePlace(op, result, *sizes));
    taken.push_back(places.back().storage);
  }
  size_t mark = log.size();
  for (Region &region : op->getRegions()) {
    if (region.empty())
      continue;
    auto yield = cast<scf::YieldOp>(region.front().getTerminator());
    if (failed(convertBody(region.front(), yield.getResultsMutable(), places)))
      return failure();
    rollBack(mark);
  }
  if (places.empty())
    return success();
  b.setInsertionPoint(op);
  auto branch = scf::IfOp::create(b, op.getLoc(), getScalarTypes(op.getResultTypes()), op.getCondition(),
                                  /*addThenBlock=*/false, /*addElseBlock=*/false);
  branch->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  branch.getThenRegion().takeBody(op.getThenRegion());
  branch.getElseRegion().takeBody(op.getElseRegion());
  replaceScalars(op, branch);
  auto *place = places.begin();
  for (Value result : op.getResults())
    if (isTensor(result))
      setView(result, *place++);
  return success();
}

} // namespace astragal::lower
