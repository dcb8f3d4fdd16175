//===- VectorRecurrence.cpp - log_sum_exp of a vector that a loop carries ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/VectorRecurrence.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

std::optional<RowsLogSumExp> optimize::matchRowsLogSumExp(Value value) {
  auto add = value.getDefiningOp<arith::AddFOp>();
  if (!add)
    return std::nullopt;
  for (auto [shift, rest] : {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())}) {
    auto log = rest.getDefiningOp<math::LogOp>();
    auto sum = log ? dyn_cast<OpResult>(log.getOperand()) : OpResult();
    auto plate = sum ? dyn_cast<tg::PlateOp>(sum.getOwner()) : tg::PlateOp();
    if (!plate || plate.getRank() != 1 || sum.getResultNumber() >= plate.getYield().getSums().size())
      continue;
    auto exp = plate.getYield().getSums()[sum.getResultNumber()].getDefiningOp<math::ExpOp>();
    auto shifted = exp ? exp.getOperand().getDefiningOp<arith::SubFOp>() : arith::SubFOp();
    if (!shifted || shifted.getRhs() != shift)
      continue;
    RowsLogSumExp found{plate.getExtents().front(), plate, shifted.getLhs()};
    // The arguments may be rows that another plate has stored.
    auto read = found.argument.getDefiningOp<tensor::ExtractOp>();
    auto rows = read ? dyn_cast<OpResult>(read.getTensor()) : OpResult();
    auto stored = rows ? dyn_cast<tg::PlateOp>(rows.getOwner()) : tg::PlateOp();
    if (stored && stored->getBlock() == plate->getBlock() && stored.getRank() == 1 &&
        llvm::is_contained(stored.getRows(), rows) && read.getIndices().front() == found.getRow()) {
      found.argument = stored.getYield()->getOperand(rows.getResultNumber());
      found.plate = stored;
    }
    return found;
  }
  return std::nullopt;
}

unsigned VectorRecurrence::dependenceOf(Value value) {
  if (llvm::is_contained(versions, value))
    return OnStates;
  if (value == loop.getInductionVar())
    return OnIteration;
  if (sum.plate && value == sum.getRow())
    return OnRow;
  Operation *op = value.getDefiningOp();
  if (!op || loop.isDefinedOutsideOfLoop(value))
    return 0;
  if (auto known = dependences.find(op); known != dependences.end())
    return known->second;
  // What it needs is known when its turn comes.
  auto isOpen = [&](Value other) {
    return !dependences.contains(other.getDefiningOp()) && !loop.isDefinedOutsideOfLoop(other);
  };
  visitInOrder(op, isOpen, [&](Operation *inner) {
    unsigned all = 0;
    inner->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (Operation *definition = operand.getDefiningOp(); !definition || !inner->isAncestor(definition))
          all |= dependenceOf(operand);
    });
    dependences[inner] = all;
  });
  return dependences.lookup(op);
}

bool VectorRecurrence::isOfStates(Operation &op) {
  bool found = false;
  op.walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      found |= isOfStates(operand);
  });
  return found;
}

SmallVector<Value> VectorRecurrence::indicesOf(OpBuilder &b, Location loc, Linear iteration, Value j) {
  SmallVector<Value> indices = {j};
  if (time) {
    iteration.offset += offset;
    indices.insert(indices.begin() + *time, materialize(b, loc, iteration));
  }
  return indices;
}

/// Where an iteration stores an element of row k.
bool VectorRecurrence::findStore(ValueRange indices, Value &state) {
  if (indices.size() == 1) {
    state = indices.front();
    return true;
  }
  for (unsigned dim : {0, 1}) {
    Linear linear = linearOf(indices[dim]);
    if (linear.base != loop.getInductionVar())
      continue;
    time = dim;
    offset = linear.offset;
    state = indices[1 - dim];
    return true;
  }
  return false;
}

/// Finds what computes the next tensor, one element after the other, and the element.
bool VectorRecurrence::findContext(Value &element) {
  std::optional<Value> next;
  for (auto [k, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !type.getElementType().isF64() || type.getRank() > 2) {
      isAlone = false;
      continue;
    }
    // One that is only filled anew may be there too: a vector that the model declared ahead of the loop.
    if (llvm::none_of(argument.getUsers(),
                      [](Operation *user) {
                        return isa<tensor::ExtractOp, tensor::InsertSliceOp>(user) ||
                               user->getParentOfType<tg::PlateOp>();
                      }) &&
        loop.getNumRegionIterArgs() > 1 && loop.getResult(k).use_empty())
      continue;
    if (next)
      return false;
    number = k;
    next = loop.getYieldedValues()[k];
  }
  if (!next)
    return false;
  Value state = loop.getRegionIterArg(number), stored = *next;
  bool isHistory = cast<RankedTensorType>(state.getType()).getRank() == 2;
  versions = {state};
  if (isHistory)
    if (auto slice = stored.getDefiningOp<tensor::InsertSliceOp>()) {
      if (slice.getDest() != state || slice.getSourceType().getRank() != 1)
        return false;
      SmallVector<Value> indices;
      OpBuilder b(slice);
      for (OpFoldResult from : slice.getMixedOffsets())
        indices.push_back(getValueOrCreateConstantIndexOp(b, loop.getLoc(), from));
      Value first;
      if (!findStore(indices, first) || !linearOf(first).isConstant() || linearOf(first).offset != 0)
        return false;
      stored = slice.getSource();
    }
  context = stored.getDefiningOp();
  if (!context || context->getBlock() != loop.getBody() || context->getNumResults() != 1)
    return false;
  OpBuilder b(context);
  if (auto plate = dyn_cast<tg::PlateOp>(context)) {
    if (plate.getRank() != 1 || plate.getRows().size() != 1 || (isHistory && !time))
      return false;
    body = plate.getBodyBlock();
    k = plate.getIndices().front();
    kLower = arith::ConstantIndexOp::create(b, loop.getLoc(), 0);
    kUpper = plate.getExtents().front();
    element = plate.getYield().getRows().front();
  } else {
    auto inner = dyn_cast<scf::ForOp>(context);
    if (!inner || !matchPattern(inner.getStep(), m_One()) ||
        isHistory != (inner.getInitArgs().front() == state))
      return false;
    auto insert = inner.getYieldedValues().front().getDefiningOp<tensor::InsertOp>();
    Value index;
    if (!insert || insert.getDest() != inner.getRegionIterArg(0) || !findStore(insert.getIndices(), index))
      return false;
    Linear linear = linearOf(index), lower = linearOf(inner.getLowerBound());
    if (linear.base != inner.getInductionVar() || lower.base || lower.offset + linear.offset != 0)
      return false;
    if (isHistory)
      versions.push_back(inner.getRegionIterArg(0));
    else if (!inner.getRegionIterArg(0).hasOneUse())
      return false;
    body = inner.getBody();
    k = inner.getInductionVar();
    kLower = inner.getLowerBound();
    kUpper = inner.getUpperBound();
    element = insert.getScalar();
  }
  return true;
}

/// A read of element j of the iteration before.
bool VectorRecurrence::isStateRead(Value value) {
  auto read = value.getDefiningOp<tensor::ExtractOp>();
  if (!read || !llvm::is_contained(versions, read.getTensor()))
    return false;
  Value j = read.getIndices().front();
  if (time) {
    Linear before = linearOf(read.getIndices()[*time]);
    j = read.getIndices()[1 - *time];
    if (before.base != loop.getInductionVar() || before.offset != offset - 1)
      return false;
  }
  return j == sum.getRow();
}

/// element = log_sum_exp(state + factor) + emission.
bool VectorRecurrence::splitElement(Value element) {
  auto split = [&](Value value, Block &block, function_ref<bool(const Addend &)> take) {
    SmallVector<Value> open = {value};
    SmallVector<Addend> addends;
    while (!open.empty()) {
      Value sum = open.pop_back_val();
      Operation *op = sum.getDefiningOp();
      if (op && op->getBlock() == &block && isOfStates(sum) && isa<arith::AddFOp, arith::SubFOp>(op) &&
          !matchRowsLogSumExp(sum)) {
        if (isa<arith::SubFOp>(op) && isOfStates(op->getOperand(1)))
          return false;
        open.push_back(op->getOperand(0));
        if (isa<arith::AddFOp>(op))
          open.push_back(op->getOperand(1));
        else
          appendAddends(op->getOperand(1), true, block, addends);
      } else if (isOfStates(sum)) {
        addends.push_back({sum});
      } else {
        appendAddends(sum, false, block, addends);
      }
    }
    return llvm::all_of(addends, take);
  };
  std::optional<RowsLogSumExp> found;
  bool isOne = split(element, *body, [&](const Addend &addend) {
    if (!isOfStates(addend.value)) {
      emission.push_back(addend);
      return true;
    }
    if (found)
      return false;
    found = matchRowsLogSumExp(addend.value);
    return found.has_value();
  });
  if (!isOne || !found)
    return false;
  sum = *found;
  dependences.clear(); // now that the row is known
  bool isRead = false;
  return split(sum.argument, *sum.plate.getBodyBlock(),
               [&](const Addend &addend) {
                 unsigned on = dependenceOf(addend.value);
                 if (on & OnStates) {
                   bool isFirst = !isRead;
                   isRead = true;
                   return isFirst && isStateRead(addend.value);
                 }
                 (on & OnRow ? factor : emission).push_back(addend);
                 return true;
               }) &&
         isRead;
}

bool VectorRecurrence::checkUses() {
  for (Value version : versions)
    for (Operation *user : version.getUsers())
      if (Operation *here = loop.getBody()->findAncestorOpInBlock(*user);
          here != context && here != loop.getBody()->getTerminator() && !isa<tensor::InsertSliceOp>(here))
        return refuse("log probabilities are used otherwise in the loop");
  for (Operation *user : context->getUsers())
    if (user != loop.getBody()->getTerminator() && !isa<tensor::InsertSliceOp>(user))
      return refuse("log probabilities are used otherwise in the loop");
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (&op == context)
      continue;
    WalkResult walked = op.walk([](Operation *inner) {
      bool isSafe = inner->getNumRegions() || isa<tg::CheckOp>(inner) || isMemoryEffectFree(inner);
      return isSafe ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (walked.wasInterrupted())
      return refuse("an iteration has an effect");
  }
  for (Operation &op : body->without_terminator())
    if (isOfStates(op) && !isMemoryEffectFree(&op))
      return refuse("log probabilities are used in a branch, a loop or a check");
  varies =
      llvm::any_of(factor, [&](const Addend &addend) { return dependenceOf(addend.value) & OnIteration; });
  return true;
}

/// Whether a number that is counted to in the loop is known ahead of it; it is then computed there.
bool VectorRecurrence::takeAhead(Value &count) {
  llvm::SetVector<Operation *> needed;
  std::function<bool(Value)> isKnown = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (loop.isDefinedOutsideOfLoop(value) || needed.contains(op))
      return true;
    // What indexes a container is checked in the loop.
    if (!op || op->getNumRegions() || !isPure(op) || isa<tensor::ExtractOp>(op) ||
        !llvm::all_of(op->getResultTypes(), [](Type type) { return type.isIntOrIndex(); }) ||
        !llvm::all_of(op->getOperands(), isKnown))
      return false;
    needed.insert(op);
    return true;
  };
  if (!isKnown(count))
    return false;
  OpBuilder b(loop);
  IRMapping mapping;
  for (Operation *op : needed)
    b.clone(*op, mapping);
  count = mapping.lookupOrDefault(count);
  return true;
}

/// Whether each iteration computes all states. Their number is then that of the first ones, whoever asks.
bool VectorRecurrence::checkSize() {
  OpBuilder b(loop);
  Value tensor = loop.getInitArgs()[number];
  Value states = sizeOf(b, loop.getLoc(), tensor, time ? 1 - *time : 0);
  Linear upper = linearOf(kUpper), lower = linearOf(kLower);
  upper.offset -= lower.offset;
  if (!(linearOf(states) == upper) &&
      (upper.offset != 0 || !upper.base || !provablyEqual(upper.base, states)))
    return refuse("not all states are computed in each iteration");
  for (Value same : {Value(loop.getRegionIterArg(number)), Value(loop.getResult(number))})
    for (Operation *user : llvm::make_early_inc_range(same.getUsers()))
      if (auto dim = dyn_cast<tensor::DimOp>(user))
        if (std::optional<int64_t> index = dim.getConstantIndex()) {
          Value size = sizeOf(b, loop.getLoc(), tensor, *index);
          if (sum.count == dim)
            sum.count = size;
          dim.replaceAllUsesWith(size);
          dim.erase();
        }
  dependences.clear();
  return (takeAhead(kUpper) && takeAhead(sum.count)) ||
         refuse("how many states there are is not known ahead of the loop");
}

bool VectorRecurrence::analyze() {
  Value element;
  if (!matchPattern(loop.getStep(), m_One()) || !loop.getInductionVar().getType().isIndex() ||
      loop.getNumRegionIterArgs() == 0 || !findContext(element))
    return false;
  if (!isAlone)
    return splitElement(element) && refuse("it carries something else, too");
  takeOutOfBranches(versions, *body);
  if (!findContext(element) || !splitElement(element))
    return false;
  return checkSize() && checkUses();
}
