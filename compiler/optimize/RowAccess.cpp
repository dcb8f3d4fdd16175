//===- RowAccess.cpp - where rows of a plate read and add ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowAccess.h"
#include "compiler/optimize/DeclaredBounds.h"
#include "compiler/optimize/Linear.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;

/// What an index is below of: it is checked, and zero where the check fails.
static std::optional<OpFoldResult> boundOf(Value index, tg::PlateOp plate) {
  std::optional<optimize::GuardedIndex> guarded = optimize::guardedIndexOf(index);
  if (!guarded)
    return std::nullopt;
  Value bound = guarded->bound;
  if (std::optional<int64_t> constant = getConstantIntValue(bound))
    return OpFoldResult(IntegerAttr::get(IndexType::get(index.getContext()), *constant));
  if (!bound.getType().isIndex() || plate.getBody().isAncestor(bound.getParentRegion()))
    return std::nullopt;
  return OpFoldResult(bound);
}

optimize::RowAccess optimize::rowAccessOf(ValueRange indices, tg::PlateOp plate) {
  Linear first = linearOf(indices.front());
  if (first.base == plate.getIndices().front())
    return {RowAccess::Own, first.offset, {}};
  if (indices.size() > 1)
    return {};
  if (first.isConstant())
    return {RowAccess::InRange, first.offset, IntegerAttr::get(IndexType::get(plate.getContext()), 1)};
  if (std::optional<OpFoldResult> bound = boundOf(first.base, plate))
    return {RowAccess::InRange, first.offset, *bound};
  // Or it was checked when data was bound.
  auto element = first.base.getDefiningOp<tensor::ExtractOp>();
  if (auto bounds = element ? indexedBounds(element.getTensor()) : std::nullopt)
    return {RowAccess::InRange, first.offset + bounds->first,
            IntegerAttr::get(IndexType::get(plate.getContext()), bounds->second - bounds->first + 1)};
  return {};
}

SmallVector<optimize::RowAccess> optimize::groupsOf(ArrayRef<RowAccess> accesses, bool direct) {
  SmallVector<RowAccess> groups;
  for (const RowAccess &access : accesses)
    if (!llvm::is_contained(groups, access))
      groups.push_back(access);
  auto isOwn = [](const RowAccess &access) { return access.kind == RowAccess::Own; };
  if (groups.size() == 1 && isOwn(groups.front()))
    return groups;
  // Rows that own elements at two distances meet.
  if (!direct || llvm::count_if(groups, isOwn) > 1)
    return {RowAccess()};
  if (llvm::is_contained(groups, RowAccess()))
    llvm::erase_if(groups, [](const RowAccess &access) { return access.kind == RowAccess::InRange; });
  return groups;
}

unsigned optimize::groupOf(const RowAccess &access, ArrayRef<RowAccess> groups) {
  const RowAccess *found = llvm::find(groups, access);
  if (found == groups.end())
    found = llvm::find(groups, RowAccess());
  assert(found != groups.end() && "the groups are those of this access and others");
  return found - groups.begin();
}
