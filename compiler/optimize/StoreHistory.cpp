//===- StoreHistory.cpp - what a tensor holds at an index -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/StoreHistory.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal::optimize;

static std::pair<SmallVector<void *, 2>, SmallVector<int64_t, 2>> split(const Indices &indices) {
  std::pair<SmallVector<void *, 2>, SmallVector<int64_t, 2>> parts;
  for (const Linear &linear : indices) {
    parts.first.push_back(linear.base.getAsOpaquePointer());
    parts.second.push_back(linear.offset);
  }
  return parts;
}

void StoreHistory::record(tensor::InsertOp insert) {
  Value dest = insert.getDest();
  auto known = versions.find(dest);
  Chain *chain;
  unsigned position = 0;
  if (known != versions.end() && known->second.second == known->second.first->length) {
    std::tie(chain, position) = known->second;
  } else { // the first insert, or a second one into the same version
    chain = chains.emplace_back(std::make_unique<Chain>()).get();
    chain->start = dest;
  }
  Indices indices;
  for (Value index : insert.getIndices())
    indices.push_back(linearOf(index));
  auto [bases, offsets] = split(indices);
  Stores &stores = chain->stores[bases];
  stores.positions.push_back(++position);
  stores.byOffsets[offsets].emplace_back(position, insert.getScalar());
  chain->length = position;
  versions[insert.getResult()] = {chain, position};
}

StoreHistory::Element StoreHistory::findInChain(const Chain &chain, unsigned position,
                                                const Indices &indices) const {
  auto [bases, offsets] = split(indices);
  unsigned at = 0;
  Value value;
  if (auto same = chain.stores.find(bases); same != chain.stores.end())
    if (auto stored = same->second.byOffsets.find(offsets); stored != same->second.byOffsets.end()) {
      auto after = llvm::upper_bound(stored->second, position,
                                     [](unsigned p, const auto &store) { return p < store.first; });
      if (after != stored->second.begin())
        std::tie(at, value) = *std::prev(after);
    }
  // A later store at a place that may be the same one hides it.
  for (const auto &[otherBases, stores] : chain.stores) {
    if (otherBases == bases)
      continue;
    auto after = llvm::upper_bound(stores.positions, at);
    if (after != stores.positions.end() && *after <= position)
      return {};
  }
  return {value, value ? Value() : chain.start, indices};
}

/// Goes from an op that makes a tensor of others to the tensor, or the scalar, that the element comes from.
bool StoreHistory::stepBack(OpBuilder &b, Location loc, Element &element) const {
  Operation *op = element.tensor.getDefiningOp();
  if (!op)
    return false;
  bool constant = llvm::all_of(element.indices, [](const Linear &linear) { return linear.isConstant(); });
  auto type = cast<RankedTensorType>(element.tensor.getType());
  auto inBounds = [&](ArrayRef<int64_t> shape) {
    return llvm::all_of(llvm::zip_equal(element.indices, shape), [](auto pair) {
      auto [linear, size] = pair;
      return linear.offset >= 0 && linear.offset < size;
    });
  };
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    element.value = splat.getInput();
    return true;
  }
  if (auto cast = dyn_cast<tensor::CastOp>(op)) {
    if (!isa<RankedTensorType>(cast.getSource().getType()))
      return false;
    element.tensor = cast.getSource();
    return true;
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    Indices indices;
    unsigned next = 0;
    for (auto [k, mixed] :
         llvm::enumerate(llvm::zip_equal(slice.getMixedOffsets(), slice.getMixedStrides()))) {
      auto [offset, stride] = mixed;
      if (getConstantIntValue(stride) != 1)
        return false;
      std::optional<int64_t> known = getConstantIntValue(offset);
      Linear start = known ? Linear{Value(), *known} : linearOf(llvm::cast<Value>(offset));
      Linear index = dropped[k] ? Linear() : element.indices[next++];
      if (start.base && index.base) {
        Value sum = arith::AddIOp::create(b, loc, materialize(b, loc, {start.base, 0}),
                                          materialize(b, loc, {index.base, 0}));
        indices.push_back({sum, start.offset + index.offset});
      } else {
        indices.push_back({start.base ? start.base : index.base, start.offset + index.offset});
      }
    }
    element.tensor = slice.getSource();
    element.indices = indices;
    return true;
  }
  if (!constant)
    return false;
  if (auto list = dyn_cast<tensor::FromElementsOp>(op)) {
    if (!inBounds(type.getShape()))
      return false;
    int64_t position = 0;
    for (auto [linear, size] : llvm::zip_equal(element.indices, type.getShape()))
      position = position * size + linear.offset;
    element.value = list.getElements()[position];
    return true;
  }
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    bool inside = true;
    Indices indices;
    for (auto [dim, linear, offset, size, stride] : llvm::enumerate(
             element.indices, slice.getMixedOffsets(), slice.getMixedSizes(), slice.getMixedStrides())) {
      auto from = getConstantIntValue(offset), count = getConstantIntValue(size);
      if (!from || !count || getConstantIntValue(stride) != 1)
        return false;
      inside &= linear.offset >= *from && linear.offset < *from + *count;
      if (!dropped[dim])
        indices.push_back({Value(), linear.offset - *from});
    }
    element.tensor = inside ? slice.getSource() : slice.getDest();
    if (inside)
      element.indices = indices;
    return true;
  }
  DenseElementsAttr elements;
  if (matchPattern(op, m_Constant(&elements)) && inBounds(type.getShape())) {
    SmallVector<uint64_t> position;
    for (const Linear &linear : element.indices)
      position.push_back(linear.offset);
    auto attribute = dyn_cast<TypedAttr>(elements.getValues<Attribute>()[position]);
    if (!attribute)
      return false;
    element.value = arith::ConstantOp::create(b, loc, attribute);
    return true;
  }
  return false;
}

StoreHistory::Element StoreHistory::find(OpBuilder &b, Location loc, Value tensor, Indices indices) {
  Element element{Value(), tensor, std::move(indices)};
  while (!element.value) {
    if (auto known = versions.find(element.tensor); known != versions.end()) {
      Element before = findInChain(*known->second.first, known->second.second, element.indices);
      if (!before.value && !before.tensor)
        break;
      element = before;
    } else if (!stepBack(b, loc, element)) {
      break;
    }
  }
  return element;
}
