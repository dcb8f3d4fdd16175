//===- IndexRange.cpp - bounds of indices as sums of symbols --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndexRange.h"
#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace astragal::optimize {

/// Each bound that is an alternative doubles the work.
static constexpr unsigned maxAlternatives = 4, maxDepth = 32;

void Affine::add(const Affine &other, int64_t factor) {
  offset += factor * other.offset;
  for (auto [symbol, f] : other.terms)
    terms[symbol] += factor * f;
}

std::optional<int64_t> Affine::minus(const Affine &other) const {
  Affine difference = *this;
  difference.add(other, -1);
  bool cancels = llvm::all_of(difference.terms, [](auto &term) { return term.second == 0; });
  return cancels ? std::optional(difference.offset) : std::nullopt;
}

void addIndex(OpFoldResult index, int64_t factor, Affine &to, unsigned depth) {
  if (std::optional<int64_t> constant = getConstantIntValue(index)) {
    to.offset += factor * *constant;
    return;
  }
  auto value = cast<Value>(index);
  Operation *op = value.getDefiningOp();
  if (op && depth < maxDepth) {
    if (isa<arith::AddIOp, arith::SubIOp>(op)) {
      addIndex(op->getOperand(0), factor, to, depth + 1);
      addIndex(op->getOperand(1), isa<arith::SubIOp>(op) ? -factor : factor, to, depth + 1);
      return;
    }
    if (isa<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp>(op))
      return addIndex(op->getOperand(0), factor, to, depth + 1);
    if (isa<arith::MulIOp>(op))
      if (std::optional<int64_t> constant = getConstantIntValue(op->getOperand(1)))
        return addIndex(op->getOperand(0), factor * *constant, to, depth + 1);
    // An index that is checked, and replaced by 0 where the check fails: then nothing that is computed
    // counts.
    if (std::optional<optimize::GuardedIndex> guarded = optimize::guardedIndexOf(value))
      return addIndex(guarded->checked, factor, to, depth + 1);
  }
  to.terms[value] += factor;
}

/// Values that are no smaller than a size that is not zero.
static void boundSize(OpFoldResult size, SmallVectorImpl<Affine> &bounds, unsigned depth = 0) {
  auto value = dyn_cast<Value>(size);
  Operation *op = value ? value.getDefiningOp() : nullptr;
  if (op && depth < maxDepth) {
    auto bound = [&](Value same) { boundSize(same, bounds, depth + 1); };
    if (auto select = dyn_cast<arith::SelectOp>(op)) {
      if (matchPattern(select.getFalseValue(), m_Zero()))
        return bound(select.getTrueValue());
      if (matchPattern(select.getTrueValue(), m_Zero()))
        return bound(select.getFalseValue());
    }
    if (isa<arith::MaxSIOp>(op))
      if (std::optional<int64_t> least = getConstantIntValue(op->getOperand(1)); least && *least <= 0)
        return bound(op->getOperand(0));
    if (isa<arith::MinSIOp>(op) || (isa<arith::MinUIOp>(op) && llvm::all_of(op->getOperands(), [](Value v) {
                                      return isNonNegative(v);
                                    }))) {
      llvm::for_each(op->getOperands(), bound);
      return;
    }
  }
  if (bounds.size() < maxAlternatives)
    addIndex(size, 1, bounds.emplace_back());
}

IndexRange rangeOf(OpFoldResult index) {
  IndexRange range;
  addIndex(index, 1, range.first.emplace_back());
  range.last = range.first;
  return range;
}

IndexRange rangeOfSlice(OpFoldResult offset, OpFoldResult size, OpFoldResult stride) {
  IndexRange range = rangeOf(offset);
  if (getConstantIntValue(size) == std::optional<int64_t>(1))
    return range;
  if (getConstantIntValue(stride) != std::optional<int64_t>(1))
    return {};
  Affine start = range.first.front();
  range.last.clear();
  boundSize(size, range.last);
  for (Affine &last : range.last) {
    last.add(start, 1);
    --last.offset;
  }
  return range;
}

/// The largest or smallest values of a variable: the body runs, so the loop is not empty.
static SmallVector<Affine> boundsOf(BlockArgument variable, bool largest) {
  SmallVector<Affine> bounds;
  Operation *op = variable.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(op); loop && variable == loop.getInductionVar()) {
    std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
    if (!largest)
      addIndex(loop.getLowerBound(), 1, bounds.emplace_back());
    else if (lower && *lower >= 0)
      boundSize(loop.getUpperBound(), bounds);
    else
      addIndex(loop.getUpperBound(), 1, bounds.emplace_back());
  } else if (auto plate = dyn_cast<tg::PlateOp>(op);
             plate && variable.getArgNumber() < plate.getExtents().size()) {
    if (!largest)
      bounds.emplace_back();
    else
      boundSize(plate.getExtents()[variable.getArgNumber()], bounds);
  }
  if (largest)
    for (Affine &bound : bounds)
      --bound.offset;
  return bounds;
}

static void widen(const Affine &value, bool largest, function_ref<bool(Value)> isFixed,
                  SmallVectorImpl<Affine> &to, unsigned depth = 0) {
  for (auto [symbol, factor] : value.terms) {
    auto variable = dyn_cast<BlockArgument>(symbol);
    if (factor == 0 || !variable || isFixed(symbol) || depth > maxDepth)
      continue;
    SmallVector<Affine> bounds = boundsOf(variable, largest == (factor > 0));
    if (bounds.empty())
      continue;
    for (const Affine &bound : bounds) {
      Affine replaced = value;
      replaced.terms[symbol] = 0;
      replaced.add(bound, factor);
      widen(replaced, largest, isFixed, to, depth + 1);
    }
    return;
  }
  if (to.size() < maxAlternatives)
    to.push_back(value);
}

IndexRange widen(const IndexRange &range, function_ref<bool(Value)> isFixed) {
  IndexRange wide;
  for (const Affine &first : range.first)
    widen(first, /*largest=*/false, isFixed, wide.first);
  for (const Affine &last : range.last)
    widen(last, /*largest=*/true, isFixed, wide.last);
  return wide;
}

} // namespace astragal::optimize
