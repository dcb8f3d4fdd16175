//===- BufferizeStorage.cpp - who lies where ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file decides for `bufferize-tensors` which tensors share memory, and when and of what size memory is
// allocated.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace astragal::lower {

View &Bufferizer::viewOf(Value tensor) {
  auto found = views.find(tensor);
  assert(found != views.end() && "tensors are converted before their users");
  return found->second;
}

void Bufferizer::setView(Value tensor, View view) {
  if (view.storage)
    occupy(view.storage, tensor);
  views[tensor] = std::move(view);
}

void Bufferizer::setAlias(Value tensor, Value of, View view) {
  if (Value root = aliased.lookup(of))
    of = root;
  aliased[tensor] = of;
  aliases[of].push_back(tensor);
  views[tensor] = std::move(view);
}

Storage *Bufferizer::addStorage(Value memref, bool writable) {
  storages.push_back({memref, writable, {}});
  return &storages.back();
}

void Bufferizer::occupy(Storage *storage, Value tensor) {
  log.push_back({storage, storage->occupant});
  storage->occupant = tensor;
}

void Bufferizer::rollBack(size_t length) {
  while (log.size() > length) {
    auto [storage, before] = log.pop_back_val();
    storage->occupant = before;
  }
}

bool Bufferizer::groupDead(Value tensor, Operation *op, bool afterRegions) const {
  auto dead = [&](Value value) {
    return afterRegions ? liveness.deadAfter(value, op) : liveness.deadAfterOperands(value, op);
  };
  auto found = aliases.find(tensor);
  return dead(tensor) && (found == aliases.end() || llvm::all_of(found->second, dead));
}

unsigned Bufferizer::countOperandsIn(Storage *storage, Operation *op) const {
  return llvm::count_if(op->getOperands(), [&](Value operand) {
    return isa<TensorType>(operand.getType()) && views.find(operand)->second.storage == storage;
  });
}

/// Nothing in `storage` is read by `op`, or after it.
bool Bufferizer::isFree(Storage *storage, Operation *op) const {
  if (countOperandsIn(storage, op))
    return false;
  return storage->writable && (!storage->occupant || groupDead(storage->occupant, op));
}

/// The tensor outside `block` that `tensor` is a version of, if it is one.
Value Bufferizer::sourceOutside(Value tensor, Block *block) {
  while (tensor && tensor.getParentBlock() == block)
    tensor = previousVersion(tensor);
  return tensor;
}

/// What `tensor` may be an update of in place; null if its definition starts afresh.
Value Bufferizer::previousVersion(Value tensor) {
  auto result = dyn_cast<OpResult>(tensor);
  if (!result)
    return {};
  Operation *op = result.getOwner();
  if (OpOperand *updated = getUpdatedOperand(result))
    return updated->get();
  if (isa<tensor::CastOp, tg::SizedOp, tg::StopGradientOp>(op))
    return op->getOperand(0);
  if (auto loop = dyn_cast<scf::WhileOp>(op); loop && !loop.getBefore().empty()) {
    auto state = dyn_cast<BlockArgument>(loop.getConditionOp().getArgs()[result.getResultNumber()]);
    return state && state.getOwner() == loop.getBeforeBody() ? loop.getInits()[state.getArgNumber()]
                                                             : Value();
  }
  // An operation whose regions have moved to its successor has nothing to say any more.
  if (auto branch = dyn_cast<scf::IfOp>(op); branch && !branch.getThenRegion().empty()) {
    for (Block *block : {branch.thenBlock(), branch.elseBlock()})
      if (Value outside = sourceOutside(block->getTerminator()->getOperand(result.getResultNumber()), block))
        return outside;
  }
  return {};
}

void Bufferizer::hint(Value tensor, Block *block, Storage *storage) {
  while (tensor && tensor.getParentBlock() == block) {
    if (!hints.try_emplace(tensor, storage).second)
      return;
    auto reshape = tensor.getDefiningOp<tensor::ExpandShapeOp>(); // the same elements
    tensor = reshape ? reshape.getSrc() : previousVersion(tensor);
  }
}

View Bufferizer::makePlace(Operation *op, Value tensor, const Sizes &sizes) {
  Storage *hinted = hints.lookup(tensor);
  if (hinted && isFree(hinted, op))
    return {hinted, b.getIndexAttr(0), {}, sizes, getElementTypeOrSelf(tensor.getType())};
  return makeTemporary(op, getElementTypeOrSelf(tensor.getType()), sizes);
}

/// More than there is memory for, and few enough that sums of their bytes do not overflow.
static constexpr uint64_t mostElements = uint64_t(1) << 52;

/// The product of sizes, of which `known` is that of the constants. Where it would overflow it is too many:
/// whoever allocates then says so.
Value Bufferizer::countForAllocation(Location loc, ValueRange sizes, int64_t known) {
  SmallVector<Value> factors(sizes);
  if (known != 1)
    factors.push_back(index(known));
  // Two sizes, which are integers of 32 bits, have a product of 62.
  if (factors.size() <= 2)
    return factors.size() == 1 ? factors[0] : b.createOrFold<arith::MulIOp>(loc, factors[0], factors[1]);
  Value product;
  for (Value factor : factors) {
    Value wide = b.createOrFold<arith::IndexCastOp>(loc, b.getI64Type(), factor);
    Value real = arith::SIToFPOp::create(b, loc, b.getF64Type(), wide);
    product = product ? arith::MulFOp::create(b, loc, product, real).getResult() : real;
  }
  Value most = arith::ConstantOp::create(b, loc, b.getF64FloatAttr(static_cast<double>(mostElements)));
  product = arith::MinimumFOp::create(b, loc, product, most);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                    arith::FPToSIOp::create(b, loc, b.getI64Type(), product));
}

View Bufferizer::makeTemporary(Operation *op, Type elementType, const Sizes &sizes) {
  OpBuilder::InsertionGuard guard(b);
  Location loc = op->getLoc();
  View view{nullptr, b.getIndexAttr(0), {}, sizes, elementType};
  int64_t known = 1;
  SmallVector<Value> open, atEntry; // what is not static
  for (OpFoldResult extent : sizes) {
    if (auto constant = getConstantIntValue(extent)) {
      known = std::min(llvm::SaturatingMultiply<uint64_t>(known, *constant), mostElements);
      continue;
    }
    open.push_back(cast<Value>(extent));
    atEntry.push_back(sizeAtEntry(open.back()));
  }
  if (llvm::is_contained(atEntry, Value())) {
    b.setInsertionPoint(op);
    auto type = MemRefType::get({ShapedType::kDynamic}, getStoredType(elementType));
    Value count = countForAllocation(loc, open, known);
    view.storage = addStorage(memref::AllocaOp::create(b, loc, type, count), /*writable=*/true);
    return view;
  }
  Value size;
  if (!open.empty()) {
    b.setInsertionPoint(prologueEnd);
    size = countForAllocation(loc, atEntry, known);
  }
  // At the level of the function, so that it exists once, but as late as possible, so that its life is short.
  Operation *level = op;
  while (level->getBlock() != &function.getBody().front())
    level = level->getParentOp();
  b.setInsertionPoint(level);
  auto type = MemRefType::get({size ? ShapedType::kDynamic : known}, getStoredType(elementType));
  Value memref = memref::AllocOp::create(b, loc, type, size ? ValueRange(size) : ValueRange());
  view.storage = addStorage(memref, /*writable=*/true);
  return view;
}

View Bufferizer::makeWritable(Operation *op, Value dest, Value result) {
  View from = viewOf(dest);
  if (from.storage && from.storage->writable && groupDead(from.storage->occupant, op) &&
      countOperandsIn(from.storage, op) == 1) {
    setView(result, from);
    return from;
  }
  View to = makePlace(op, result, from.sizes);
  copy(op->getLoc(), from, to);
  setView(result, to);
  return to;
}

//===----------------------------------------------------------------------===//
// Sizes at entry
//===----------------------------------------------------------------------===//

/// `size`, or an upper bound of it, computed at entry; null if that cannot be.
Value Bufferizer::sizeAtEntry(Value size) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(prologueEnd);
  Value bound = boundAtEntry(size, /*upper=*/true);
  if (!bound)
    return {};
  return b.createOrFold<arith::MaxSIOp>(size.getLoc(), bound, index(0));
}

/// A copy of `value`'s computation in front of everything, if it consists of operations that are safe there.
Value Bufferizer::computeAtEntry(Value value) {
  Block &entry = function.getBody().front();
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == &entry ? value : Value();
  if (auto known = entryValues.find(value); known != entryValues.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> axis = dim.getConstantIndex();
    OpFoldResult size = axis ? findSizes(dim.getSource())[*axis] : OpFoldResult();
    auto known = dyn_cast_if_present<Value>(size);
    return known ? computeAtEntry(known) : Value();
  }
  if (op->getBlock() == &entry && (op == prologueEnd || op->isBeforeInBlock(prologueEnd)))
    return value;
  bool safe = isa<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::MaxSIOp,
                  arith::MinSIOp, arith::IndexCastOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp,
                  arith::CmpIOp, arith::SelectOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op);
  if (isa<arith::DivSIOp, arith::RemSIOp, arith::CeilDivSIOp, arith::FloorDivSIOp, arith::DivUIOp,
          arith::RemUIOp>(op))
    safe = getConstantIntValue(op->getOperand(1)).value_or(0) > 0;
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    auto argument = dyn_cast<BlockArgument>(load.getMemRef());
    safe = argument && argument.getOwner() == &entry && op->getBlock() == &entry &&
           llvm::none_of(destinations, [&](const View &view) { return view.storage->memref == argument; });
  }
  if (!safe)
    return {};
  IRMapping map;
  for (Value operand : op->getOperands()) {
    Value copy = computeAtEntry(operand);
    if (!copy)
      return {};
    map.map(operand, copy);
  }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(prologueEnd);
  return entryValues[value] = b.clone(*op, map)->getResult(0);
}

/// A bound of an index over all iterations of the loops around it.
Value Bufferizer::boundAtEntry(Value value, bool upper) {
  if (Value same = computeAtEntry(value))
    return same;
  Location loc = value.getLoc();
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop || argument != loop.getInductionVar())
      return {};
    if (!upper)
      return boundAtEntry(loop.getLowerBound(), false);
    Value end = boundAtEntry(loop.getUpperBound(), true);
    return end ? b.createOrFold<arith::SubIOp>(loc, end, index(1)) : Value();
  }
  Operation *op = value.getDefiningOp();
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MaxSIOp, arith::MinSIOp, arith::MulIOp, arith::SelectOp>(op))
    return {};
  unsigned firstBound = isa<arith::SelectOp>(op) ? 1 : 0;
  Value left = boundAtEntry(op->getOperand(firstBound), upper);
  Value right = boundAtEntry(op->getOperand(firstBound + 1), isa<arith::SubIOp>(op) ? !upper : upper);
  if (isa<arith::MinSIOp>(op) && upper && (!left || !right))
    return left ? left : right;
  if (!left || !right)
    return {};
  if (isa<arith::AddIOp>(op))
    return b.createOrFold<arith::AddIOp>(loc, left, right);
  if (isa<arith::SubIOp>(op))
    return b.createOrFold<arith::SubIOp>(loc, left, right);
  if (isa<arith::MinSIOp>(op))
    return b.createOrFold<arith::MinSIOp>(loc, left, right);
  if (isa<arith::MaxSIOp>(op))
    return b.createOrFold<arith::MaxSIOp>(loc, left, right);
  if (isa<arith::SelectOp>(op))
    return upper ? b.createOrFold<arith::MaxSIOp>(loc, left, right)
                 : b.createOrFold<arith::MinSIOp>(loc, left, right);
  // Of a product, only that of factors which are not negative: those that a constant scales.
  std::optional<int64_t> factor = getConstantIntValue(op->getOperand(1));
  return factor && *factor >= 0 ? b.createOrFold<arith::MulIOp>(loc, left, right) : Value();
}

} // namespace astragal::lower
