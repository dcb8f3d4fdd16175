//===- DeclaredBounds.cpp - what is known of integer data -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DeclaredBounds.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static prob::BindingAttr bindingOf(BlockArgument argument) {
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return function ? function.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding")
                  : prob::BindingAttr();
}

/// `value` of `prepare`, in `entry`: made of constants and of arguments that both have. Null if it is not.
static Value inEntry(OpBuilder &b, Value value, func::FuncOp entry) {
  llvm::SetVector<Value> needed;
  needed.insert(value);
  IRMapping mapping;
  for (size_t k = 0; k < needed.size(); ++k) {
    if (auto argument = dyn_cast<BlockArgument>(needed[k])) {
      BlockArgument here = argumentWith(entry, bindingOf(argument));
      if (!here)
        return {};
      mapping.map(argument, here);
      continue;
    }
    Operation *op = needed[k].getDefiningOp();
    if (op->getNumRegions() > 0 || op->getNumResults() != 1 || !isPure(op))
      return {};
    needed.insert_range(op->getOperands());
  }
  if (Operation *op = value.getDefiningOp())
    visitInOrder(
        op, [&](Value other) { return !mapping.contains(other); },
        [&](Operation *inner) { b.clone(*inner, mapping); });
  return mapping.lookup(value);
}

/// Whether a plate has a row for every element of `tensor`.
static bool coversAll(tg::PlateOp plate, Value tensor) {
  auto sized = tensor.getDefiningOp<tg::SizedOp>();
  if (sized)
    return provablyEqual(plate.getExtents(), sized.getSizes());
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  return shape.size() == plate.getRank() && llvm::all_of(llvm::zip(shape, plate.getExtents()), [](auto pair) {
           return getConstantIntValue(std::get<1>(pair)) == std::optional<int64_t>(std::get<0>(pair));
         });
}

/// Calls `look` for what reads every element, in plates over the whole of `tensor`.
static void forEachElement(Value tensor, function_ref<void(tensor::ExtractOp, tg::PlateOp)> look) {
  for (Operation *user : tensor.getUsers()) {
    if (auto sized = dyn_cast<tg::SizedOp>(user))
      forEachElement(sized, look);
    auto extract = dyn_cast<tensor::ExtractOp>(user);
    auto plate = extract ? dyn_cast<tg::PlateOp>(extract->getParentOp()) : nullptr;
    if (plate && plate->getBlock() == tensor.getParentBlock() && extract.getIndices() == plate.getIndices() &&
        coversAll(plate, tensor))
      look(extract, plate);
  }
}

/// The checks of every element: comparisons with it.
template <typename Compare> static void findComparisons(Value tensor, SmallVectorImpl<Compare> &found) {
  forEachElement(tensor, [&](tensor::ExtractOp element, tg::PlateOp) {
    for (Operation *use : element->getUsers())
      if (auto compare = dyn_cast<Compare>(use);
          compare && compare.getLhs() == element &&
          llvm::any_of(compare->getUsers(), [](Operation *user) { return isa<tg::CheckOp>(user); }))
        found.push_back(compare);
  });
}

/// What `data`, an argument of an entry, is in `prepare`; null if it is no such thing.
static BlockArgument inPrepare(Value data) {
  auto argument = dyn_cast<BlockArgument>(data);
  auto entry = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : nullptr;
  auto prepare = entry ? entry->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>("prepare") : nullptr;
  prob::BindingAttr binding = argument ? bindingOf(argument) : nullptr;
  return prepare && binding ? argumentWith(prepare, binding) : BlockArgument();
}

bool optimize::isDeclaredNonNegative(Value data) {
  if (auto sized = data.getDefiningOp<tg::SizedOp>())
    data = sized.getOperand();
  BlockArgument there = inPrepare(data);
  SmallVector<arith::CmpFOp> comparisons;
  if (there)
    findComparisons(there, comparisons);
  return llvm::any_of(comparisons, [](arith::CmpFOp compare) {
    APFloat least(0.0);
    bool isLowerBound =
        llvm::is_contained({arith::CmpFPredicate::OGE, arith::CmpFPredicate::OGT}, compare.getPredicate());
    return isLowerBound && matchPattern(compare.getRhs(), m_ConstantFloat(&least)) && !least.isNegative();
  });
}

std::optional<DeclaredBounds> optimize::declaredBounds(OpBuilder &b, Value data) {
  if (auto sized = data.getDefiningOp<tg::SizedOp>())
    data = sized.getOperand();
  BlockArgument there = inPrepare(data);
  if (!there)
    return std::nullopt;
  auto entry = cast<func::FuncOp>(cast<BlockArgument>(data).getOwner()->getParentOp());
  std::optional<int64_t> lower;
  Value upper;
  SmallVector<arith::CmpIOp> comparisons;
  findComparisons(there, comparisons);
  for (arith::CmpIOp compare : comparisons) {
    APInt constant;
    if (compare.getPredicate() == arith::CmpIPredicate::sge &&
        matchPattern(compare.getRhs(), m_ConstantInt(&constant)))
      lower = std::max(lower.value_or(constant.getSExtValue()), constant.getSExtValue());
    if (compare.getPredicate() == arith::CmpIPredicate::sle && !upper &&
        compare.getRhs().getParentBlock() == there.getOwner())
      upper = inEntry(b, compare.getRhs(), entry);
  }
  if (!lower || !upper)
    return std::nullopt;
  return DeclaredBounds{*lower, upper};
}

std::optional<std::pair<int64_t, int64_t>> optimize::indexedBounds(Value data) {
  if (auto sized = data.getDefiningOp<tg::SizedOp>())
    data = sized.getOperand();
  BlockArgument there = inPrepare(data);
  std::optional<std::pair<int64_t, int64_t>> bounds;
  if (!there)
    return bounds;
  forEachElement(there, [&](tensor::ExtractOp element, tg::PlateOp plate) {
    for (auto check : plate.getBodyBlock()->getOps<tg::CheckOp>()) {
      std::optional<int64_t> offset = offsetInRange(check.getCondition(), element);
      if (!offset)
        continue;
      auto compare = check.getCondition().getDefiningOp<arith::CmpIOp>();
      std::optional<int64_t> size = getConstantIntValue(compare.getRhs());
      if (size && (!bounds || *size - *offset - 1 < bounds->second))
        bounds = std::pair(-*offset, *size - *offset - 1);
    }
  });
  return bounds;
}
