//===- BufferizeAccess.cpp - element, vector and copy accesses ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file computes linear indices for `bufferize-tensors`, and makes the loads, stores, fills and copies.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::lower {

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

Value Bufferizer::index(int64_t value) {
  Value &known = indices[value];
  if (!known) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&function.getBody().front());
    known = arith::ConstantIndexOp::create(b, function.getLoc(), value);
  }
  return known;
}

Value Bufferizer::toIndex(OpFoldResult value) {
  if (auto constant = getConstantIntValue(value))
    return index(*constant);
  return cast<Value>(value);
}

OpFoldResult Bufferizer::add(Location loc, OpFoldResult left, OpFoldResult right) {
  auto a = getConstantIntValue(left), c = getConstantIntValue(right);
  if (a && c)
    return b.getIndexAttr(*a + *c);
  if (a == 0)
    return right;
  if (c == 0)
    return left;
  return arith::AddIOp::create(b, loc, toIndex(left), toIndex(right)).getResult();
}

OpFoldResult Bufferizer::mul(Location loc, OpFoldResult left, OpFoldResult right) {
  auto a = getConstantIntValue(left), c = getConstantIntValue(right);
  if (a && c)
    return b.getIndexAttr(*a * *c);
  if (a == 0 || c == 0)
    return b.getIndexAttr(0);
  if (a == 1)
    return right;
  if (c == 1)
    return left;
  return arith::MulIOp::create(b, loc, toIndex(left), toIndex(right)).getResult();
}

OpFoldResult Bufferizer::countElements(Location loc, const Sizes &sizes) {
  OpFoldResult count = b.getIndexAttr(1);
  for (OpFoldResult size : sizes)
    count = mul(loc, count, size);
  return count;
}

Sizes Bufferizer::getStrides(Location loc, const Sizes &sizes) {
  Sizes strides(sizes.size());
  OpFoldResult stride = b.getIndexAttr(1);
  for (size_t k = sizes.size(); k-- > 0;) {
    strides[k] = stride;
    if (k > 0) // the first size is not needed, and may be unknown
      stride = mul(loc, stride, sizes[k]);
  }
  return strides;
}

OpFoldResult Bufferizer::linearize(Location loc, const View &view, ArrayRef<OpFoldResult> at) {
  OpFoldResult position = b.getIndexAttr(0);
  for (auto [k, i] : llvm::enumerate(at)) {
    if (k > 0)
      position = mul(loc, position, view.sizes[k]);
    position = add(loc, position, i);
  }
  return view.storage ? add(loc, view.offset, position) : position;
}

OpFoldResult Bufferizer::linearize(Location loc, const View &view, ValueRange at) {
  return linearize(loc, view, getAsOpFoldResult(at));
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// The element of a tensor that has no memory.
Value Bufferizer::makeFill(Location loc, const View &view) {
  if (auto value = dyn_cast_if_present<Value>(view.fill))
    return value;
  auto attribute = dyn_cast_if_present<Attribute>(view.fill);
  if (!attribute)
    attribute = b.getZeroAttr(view.elementType); // undefined: any value does
  return arith::ConstantOp::create(b, loc, cast<TypedAttr>(attribute));
}

static Type getVectorLike(Type shape, Type element) {
  auto vector = dyn_cast<VectorType>(shape);
  return vector ? vector.clone(element) : element;
}

Value Bufferizer::load(Location loc, const View &view, OpFoldResult position) {
  if (!view.storage)
    return makeFill(loc, view);
  Value stored = memref::LoadOp::create(b, loc, view.storage->memref, toIndex(position));
  return view.elementType.isInteger(1) ? arith::TruncIOp::create(b, loc, view.elementType, stored) : stored;
}

void Bufferizer::store(Location loc, Value value, const View &view, OpFoldResult position) {
  if (view.elementType.isInteger(1))
    value = arith::ExtUIOp::create(b, loc, getVectorLike(value.getType(), b.getI8Type()), value);
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(b, loc, value, view.storage->memref, toIndex(position));
  else
    memref::StoreOp::create(b, loc, value, view.storage->memref, toIndex(position));
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// All of a view as one buffer.
Value Bufferizer::getMemory(Location loc, const View &view) {
  Value memref = view.storage->memref;
  OpFoldResult count = countElements(loc, view.sizes);
  std::optional<int64_t> known = getConstantIntValue(count);
  if (known && isConstantIntValue(view.offset, 0) &&
      cast<MemRefType>(memref.getType()).getDimSize(0) == *known)
    return memref;
  return memref::SubViewOp::create(b, loc, memref, ArrayRef<OpFoldResult>{view.offset},
                                   ArrayRef<OpFoldResult>{count}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

void Bufferizer::copy(Location loc, const View &from, const View &to) {
  if (!from.storage) {
    if (!from.fill.isNull())
      fill(loc, makeFill(loc, from), to);
    return;
  }
  if (from.storage == to.storage && from.offset == to.offset)
    return;
  std::optional<int64_t> count = getConstantIntValue(countElements(loc, to.sizes));
  if (count == 0)
    return;
  if (count == 1) {
    Value element = memref::LoadOp::create(b, loc, from.storage->memref, toIndex(from.offset));
    memref::StoreOp::create(b, loc, element, to.storage->memref, toIndex(to.offset));
    return;
  }
  View source = from;
  source.sizes = to.sizes; // equal, but these are surely known
  memref::CopyOp::create(b, loc, getMemory(loc, source), getMemory(loc, to));
}

void Bufferizer::fill(Location loc, Value value, const View &to) {
  constexpr int64_t lanes = 8, unrolled = 64;
  OpFoldResult count = countElements(loc, to.sizes);
  std::optional<int64_t> known = getConstantIntValue(count);
  OpBuilder::InsertionGuard guard(b);
  Value wide;
  if (!known || *known >= lanes)
    wide = vector::BroadcastOp::create(b, loc, VectorType::get({lanes}, value.getType()), value);
  if (known && *known <= unrolled) {
    int64_t k = 0;
    for (; k + lanes <= *known; k += lanes)
      store(loc, wide, to, add(loc, to.offset, b.getIndexAttr(k)));
    for (; k < *known; ++k)
      store(loc, value, to, add(loc, to.offset, b.getIndexAttr(k)));
    return;
  }
  Value end = toIndex(count), step = index(lanes);
  // Where the check of a size has failed the count is negative, and neither loop runs.
  Value whole = known
                    ? index(*known / lanes * lanes)
                    : b.createOrFold<arith::SubIOp>(loc, end, b.createOrFold<arith::RemSIOp>(loc, end, step));
  auto emit = [&](Value from, Value to_, Value by, Value what) {
    auto loop = scf::ForOp::create(b, loc, from, to_, by);
    OpBuilder::InsertionGuard inner(b);
    b.setInsertionPointToStart(loop.getBody());
    store(loc, what, to, add(loc, to.offset, loop.getInductionVar()));
  };
  emit(index(0), whole, step, wide);
  if (!known || *known % lanes)
    emit(whole, end, index(1), value);
}

void Bufferizer::moveAll(Operation *op, ArrayRef<Move> moves) {
  Location loc = op->getLoc();
  auto stays = [](const Move &move) {
    return !move.first.storage ||
           (move.first.storage == move.second.storage && move.first.offset == move.second.offset);
  };
  llvm::SmallPtrSet<Storage *, 4> written;
  for (const Move &move : moves)
    if (!stays(move) || !move.first.storage)
      written.insert(move.second.storage);
  SmallVector<Move> pending;
  for (const Move &move : moves) {
    if (stays(move) && move.first.storage)
      continue;
    View from = move.first;
    // What another move, or this one, is going to overwrite is saved first.
    if (from.storage && written.contains(from.storage)) {
      View saved = makeTemporary(op, from.elementType, move.second.sizes);
      copy(loc, from, saved);
      from = saved;
    }
    pending.push_back({from, move.second});
  }
  for (const Move &move : pending)
    copy(loc, move.first, move.second);
}

/// Element by element, but for rows that are contiguous on both sides. A source without memory fills.
void Bufferizer::copyStrided(Location loc, const Sizes &sizes, View from, const Sizes &fromStrides, View to,
                             const Sizes &toStrides) {
  OpBuilder::InsertionGuard guard(b);
  SmallVector<size_t> loops;
  for (size_t k = 0; k < sizes.size(); ++k)
    if (!isConstantIntValue(sizes[k], 1))
      loops.push_back(k);
  bool rows = !loops.empty() && isConstantIntValue(toStrides[loops.back()], 1) &&
              (!from.storage || isConstantIntValue(fromStrides[loops.back()], 1));
  Sizes row;
  if (rows)
    row.push_back(sizes[loops.pop_back_val()]);
  for (size_t k : loops) {
    auto loop = scf::ForOp::create(b, loc, index(0), toIndex(sizes[k]), index(1));
    b.setInsertionPointToStart(loop.getBody());
    Value i = loop.getInductionVar();
    if (from.storage)
      from.offset = add(loc, from.offset, mul(loc, i, fromStrides[k]));
    to.offset = add(loc, to.offset, mul(loc, i, toStrides[k]));
  }
  from.sizes = to.sizes = row;
  copy(loc, from, to);
}

} // namespace astragal::lower
