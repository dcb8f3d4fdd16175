//===- BlockIndices.cpp - what the rows of a block share -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/BlockIndices.h"
#include "compiler/optimize/DeclaredBounds.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/MapVector.h"
#include <limits>

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Of rows in a group, and of all rows: fewer are not worth blocks of their own, and the code of a second
/// plate.
static constexpr int64_t fewestOfGroup = 32, fewestInBlocks = 1024;

bool BlockIndices::contains(Value key) const {
  Value base = linearOf(key).base;
  return llvm::any_of(indices, [&](const BlockIndex &index) { return index.base == base; });
}

/// So many rows may there be; nothing where sizes are open.
static std::optional<int64_t> mostRowsOf(tg::PlateOp plate) {
  if (std::optional<int64_t> most = largestOf(plate.getExtents().front()))
    return most;
  // Rows that a list counts are about as many as some data has, if they are many.
  int64_t most = 0;
  auto function = plate->getParentOfType<func::FuncOp>();
  for (BlockArgument argument : function.getArguments()) {
    auto binding = function.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding");
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !binding || binding.getRole() != prob::Role::Data)
      continue;
    if (!type.hasStaticShape())
      return std::nullopt;
    most = std::max(most, type.getNumElements());
  }
  return most;
}

/// At most so many values has an index of `size` elements, if that is known.
static std::optional<int64_t> mostValuesOf(OpBuilder &b, Value index, int64_t size) {
  std::optional<int64_t> most = ShapedType::isDynamic(size) ? std::nullopt : std::optional(size);
  Value base = linearOf(index).base;
  auto element = base.getDefiningOp<tensor::ExtractOp>();
  auto limit = [&](int64_t values) { most = std::min(most.value_or(values), std::max<int64_t>(1, values)); };
  // Another index takes its place where it is out of range.
  if (std::optional<GuardedIndex> guarded = guardedIndexOf(base))
    if (std::optional<int64_t> values = getConstantIntValue(guarded->bound))
      limit(*values);
  if (auto indexed = element ? indexedBounds(element.getTensor()) : std::nullopt)
    limit(indexed->second - indexed->first + 1);
  if (auto bounds = element ? declaredBounds(b, element.getTensor()) : std::nullopt)
    if (std::optional<int64_t> upper = getConstantIntValue(bounds->upper))
      limit(*upper - bounds->lower + 1);
  return most;
}

BlockIndices optimize::chooseBlockIndices(OpBuilder &b, tg::PlateOp plate, ArrayRef<Operation *> ops,
                                          const llvm::SetVector<Value> &keys, RowDependence &dependence) {
  struct Use {
    int64_t reads = 0;
    std::optional<int64_t> groups;
  };
  llvm::MapVector<Value, Use> uses;
  auto look = [&](tensor::ExtractOp read) {
    if (dependence.ofOperands(read).isData())
      return;
    for (auto [index, size] : llvm::zip_equal(read.getIndices(), read.getTensor().getType().getShape())) {
      if (!keys.contains(index) || !linearOf(index).base)
        continue;
      Use &use = uses[linearOf(index).base];
      ++use.reads;
      if (std::optional<int64_t> groups = mostValuesOf(b, index, size))
        use.groups = use.groups ? std::min(*use.groups, *groups) : groups;
    }
  };
  for (Operation *op : ops)
    op->walk(look);

  // Most reads first, of those fewest groups; more than one index while their combinations are few.
  constexpr int64_t unknown = std::numeric_limits<int64_t>::max();
  SmallVector<std::tuple<int64_t, int64_t, size_t>> order;
  for (auto [k, use] : llvm::enumerate(uses))
    order.emplace_back(-use.second.reads, use.second.groups.value_or(unknown), k);
  llvm::sort(order);
  BlockIndices blocks;
  blocks.areRead = !uses.empty();
  std::optional<int64_t> rows = mostRowsOf(plate);
  if (rows && *rows < fewestInBlocks)
    return blocks;
  int64_t combinations = 1;
  for (auto [reads, groups, k] : order) {
    bool isKnown = rows && groups != unknown;
    if (isKnown ? *rows / fewestOfGroup / combinations < groups : !blocks.indices.empty())
      continue;
    blocks.indices.push_back({(uses.begin() + k)->first, combinations});
    if (!isKnown)
      break;
    combinations *= groups;
  }
  return blocks;
}
