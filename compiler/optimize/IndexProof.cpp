//===- IndexProof.cpp - what holds of indices, whatever data says ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndexProof.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;

namespace astragal::optimize {

/// A bound that is the smaller of two is two bounds; a proof that takes more is given up.
static constexpr unsigned maxDepth = 12;

/// Whether `value` is the index of a plate or a loop.
static bool isIndexOfIterations(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !argument.getType().isIndex())
    return false;
  Operation *op = argument.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return argument == loop.getInductionVar();
  auto plate = dyn_cast<tg::PlateOp>(op);
  return plate && argument.getArgNumber() < plate.getExtents().size();
}

/// Whether an integer is so far from overflow that adding a few of its kind is: what counts iterations runs
/// to no more than a 32-bit number, and its sums to no more than some of them.
static bool isCount(Value value, unsigned depth = 0) {
  if (isIndexOfIterations(value) || getConstantIntValue(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || depth > maxDepth)
    return false;
  return isa<arith::AddIOp, arith::SubIOp, arith::MinSIOp, arith::MaxSIOp, arith::IndexCastOp,
             arith::ExtSIOp>(op) &&
         llvm::all_of(op->getOperands(), [&](Value operand) { return isCount(operand, depth + 1); });
}

static void add(Value value, int64_t factor, Affine &to, unsigned depth = 0) {
  if (std::optional<int64_t> constant = getConstantIntValue(value)) {
    to.offset += factor * *constant;
    return;
  }
  Operation *op = value.getDefiningOp();
  if (op && depth < maxDepth) {
    bool isWide = value.getType().isIndex();
    if (isa<arith::AddIOp, arith::SubIOp>(op) && (isWide || isCount(value))) {
      add(op->getOperand(0), factor, to, depth + 1);
      add(op->getOperand(1), isa<arith::SubIOp>(op) ? -factor : factor, to, depth + 1);
      return;
    }
    if (isa<arith::IndexCastOp, arith::ExtSIOp>(op) && (isWide || isCount(op->getOperand(0))))
      return add(op->getOperand(0), factor, to, depth + 1);
    if (isa<arith::MulIOp>(op) && isWide)
      if (std::optional<int64_t> constant = getConstantIntValue(op->getOperand(1)))
        return add(op->getOperand(0), factor * *constant, to, depth + 1);
  }
  to.terms[value] += factor;
}

Affine exactly(Value value) {
  Affine result;
  add(value, 1, result);
  return result;
}

Affine difference(Value a, Value b) {
  Affine result;
  add(a, 1, result);
  add(b, -1, result);
  return result;
}

/// Of a number of iterations that is not zero: what it is chosen from.
static Value withoutZero(Value count) {
  Operation *op = count.getDefiningOp();
  if (isa_and_present<arith::MaxSIOp>(op))
    if (std::optional<int64_t> least = getConstantIntValue(op->getOperand(1)); least && *least <= 0)
      return withoutZero(op->getOperand(0));
  if (auto select = dyn_cast_if_present<arith::SelectOp>(op)) {
    if (matchPattern(select.getFalseValue(), m_Zero()))
      return withoutZero(select.getTrueValue());
    if (matchPattern(select.getTrueValue(), m_Zero()))
      return withoutZero(select.getFalseValue());
  }
  return count;
}

/// What the index of an iteration that runs is no less, or no more, than.
static Affine boundOf(BlockArgument index, bool largest) {
  Affine bound;
  Operation *op = index.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
    Value upper = lower && *lower >= 0 ? withoutZero(loop.getUpperBound()) : loop.getUpperBound();
    add(largest ? upper : loop.getLowerBound(), 1, bound);
  } else if (largest) {
    add(withoutZero(cast<tg::PlateOp>(op).getExtents()[index.getArgNumber()]), 1, bound);
  }
  if (largest)
    --bound.offset;
  return bound;
}

/// The index of the innermost iterations that `value` depends on.
static BlockArgument innermostOf(const Affine &value) {
  BlockArgument innermost;
  for (auto [symbol, factor] : value.terms)
    if (factor != 0 && isIndexOfIterations(symbol)) {
      auto index = cast<BlockArgument>(symbol);
      if (!innermost ||
          innermost.getOwner()->getParentOp()->isProperAncestor(index.getOwner()->getParentOp()))
        innermost = index;
    }
  return innermost;
}

bool dependsOnIndex(const Affine &value) { return innermostOf(value) != BlockArgument(); }

static std::optional<int64_t> leastOf(const Affine &value, unsigned depth) {
  if (depth > maxDepth)
    return std::nullopt;
  auto replaced = [&](Value symbol, const Affine &bound) {
    Affine result = value;
    int64_t factor = value.factorOf(symbol);
    result.terms[symbol] = 0;
    result.add(bound, factor);
    return leastOf(result, depth + 1);
  };
  // The smaller of two is no more than either, and what depends on an inner index comes first.
  for (auto [symbol, factor] : value.terms) {
    Operation *op = symbol.getDefiningOp();
    bool isBound = (factor < 0 && isa_and_present<arith::MinSIOp>(op)) ||
                   (factor > 0 && isa_and_present<arith::MaxSIOp>(op));
    if (!isBound)
      continue;
    std::optional<int64_t> first = replaced(symbol, exactly(op->getOperand(0))),
                           second = replaced(symbol, exactly(op->getOperand(1)));
    return first && second ? std::max(*first, *second) : (first ? first : second);
  }
  if (BlockArgument index = innermostOf(value))
    return replaced(index, boundOf(index, /*largest=*/value.factorOf(index) < 0));
  int64_t least = value.offset;
  for (auto [symbol, factor] : value.terms)
    if (factor < 0 || (factor > 0 && !symbol.getDefiningOp<tensor::DimOp>()))
      return std::nullopt;
  return least;
}

std::optional<int64_t> leastOf(const Affine &value) { return leastOf(value, 0); }

std::optional<int64_t> mostOf(const Affine &value) {
  Affine negative;
  negative.add(value, -1);
  std::optional<int64_t> least = leastOf(negative, 0);
  return least ? std::optional(-*least) : std::nullopt;
}

} // namespace astragal::optimize
