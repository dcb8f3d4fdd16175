//===- SingleData.cpp - data that rows read in single precision -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements what merge-rows and tile-data share of data in single precision. The runtime looks
// whether data fits, since only it can name files and give warnings; a module says which.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/SingleData.h"

#include "compiler/optimize/Linear.h"

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace astragal::optimize {

using namespace mlir;

std::optional<RowRead> rowReadOf(tensor::ExtractOp read, tg::PlateOp plate) {
  Value row = plate.getIndices().back();
  std::optional<RowRead> found;
  for (auto [k, index] : llvm::enumerate(read.getIndices())) {
    Linear at = linearOf(index);
    if (at.base != row)
      continue;
    if (found)
      return std::nullopt;
    found = RowRead{read.getTensor(), static_cast<unsigned>(k), at.offset};
  }
  return found;
}

/// The number of the variable of the data that a tensor is; none if it is known to be small.
static std::optional<int64_t> numberOfLarge(Value tensor) {
  constexpr int64_t smallSize = 1024;
  while (Operation *op = tensor.getDefiningOp()) {
    if (!isa<tg::SizedOp, tensor::CastOp>(op))
      return std::nullopt;
    tensor = op->getOperand(0);
  }
  auto argument = cast<BlockArgument>(tensor);
  auto entry = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto binding = entry ? entry.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding")
                       : prob::BindingAttr();
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!binding || binding.getRole() != prob::Role::Data || !type.getElementType().isF64() ||
      (type.hasStaticShape() && type.getNumElements() < smallSize))
    return std::nullopt;
  return binding.getIndex();
}

bool storeInSingle(const RowRead &read) {
  std::optional<int64_t> number = numberOfLarge(read.source);
  if (!number)
    return false;
  Value source = read.source;
  auto module = source.getParentRegion()->getParentOfType<ModuleOp>();
  SmallVector<int64_t> rows;
  if (auto known = module->getAttrOfType<DenseI64ArrayAttr>(singleDataAttr))
    rows.assign(known.asArrayRef().begin(), known.asArrayRef().end());
  rows.resize(std::max<size_t>(rows.size(), *number + 1));
  rows[*number] |= int64_t(1) << read.dim;
  module->setAttr(singleDataAttr, DenseI64ArrayAttr::get(module.getContext(), rows));
  return true;
}

} // namespace astragal::optimize
