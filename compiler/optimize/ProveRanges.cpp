//===- ProveRanges.cpp - what the bounds of loops decide ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndexProof.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_PROVERANGES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static bool isLess(Value a, Value b) {
  std::optional<int64_t> least = leastOf(difference(b, a));
  return least && *least > 0;
}

static bool isNoMore(Value a, Value b) {
  std::optional<int64_t> least = leastOf(difference(b, a));
  return least && *least >= 0;
}

static bool isNotNegative(Value a) {
  std::optional<int64_t> least = leastOf(exactly(a));
  return least && *least >= 0;
}

static bool isNegative(Value a) {
  std::optional<int64_t> most = mostOf(exactly(a));
  return most && *most < 0;
}

/// The outcome of a comparison, where it is the same in every iteration.
static std::optional<bool> outcomeOf(arith::CmpIOp op) {
  using P = arith::CmpIPredicate;
  Value a = op.getLhs(), b = op.getRhs();
  P predicate = op.getPredicate();
  switch (predicate) {
  case P::sgt:
  case P::sge:
  case P::ugt:
  case P::uge:
    std::swap(a, b);
    predicate = predicate == P::sgt   ? P::slt
                : predicate == P::sge ? P::sle
                : predicate == P::ugt ? P::ult
                                      : P::ule;
    break;
  default:
    break;
  }
  switch (predicate) {
  case P::slt:
    return isLess(a, b) ? std::optional(true) : isNoMore(b, a) ? std::optional(false) : std::nullopt;
  case P::sle:
    return isNoMore(a, b) ? std::optional(true) : isLess(b, a) ? std::optional(false) : std::nullopt;
  case P::ult:
  case P::ule: {
    // What is negative is larger than all that is not.
    bool isTrue = isNotNegative(a) && (predicate == P::ult ? isLess(a, b) : isNoMore(a, b));
    if (isTrue)
      return true;
    if (isNotNegative(b) && (isNegative(a) || (predicate == P::ult ? isNoMore(b, a) : isLess(b, a))))
      return false;
    return std::nullopt;
  }
  default: {
    bool differ = isLess(a, b) || isLess(b, a), agree = !differ && isNoMore(a, b) && isNoMore(b, a);
    if (!differ && !agree)
      return std::nullopt;
    return (predicate == P::eq) == agree;
  }
  }
}

/// The operand that a minimum or a maximum always is.
static Value chosenBy(Operation *op) {
  Value a = op->getOperand(0), b = op->getOperand(1);
  bool isUnsigned = isa<arith::MinUIOp, arith::MaxUIOp>(op);
  if (isUnsigned && (!isNotNegative(a) || !isNotNegative(b)))
    return {};
  Value smaller = isNoMore(a, b) ? a : isNoMore(b, a) ? b : Value();
  if (!smaller || isa<arith::MinSIOp, arith::MinUIOp>(op))
    return smaller;
  return smaller == a ? b : a;
}

namespace {
struct ProveRanges : optimize::impl::ProveRangesBase<ProveRanges> {
  void runOnOperation() override {
    getOperation()->walk<WalkOrder::PreOrder>([](Operation *op) {
      if (op->getNumResults() != 1 || !isa<arith::ArithDialect>(op->getDialect()) ||
          !getElementTypeOrSelf(op->getResult(0).getType()).isIntOrIndex())
        return;
      if (Value known = valueOf(op))
        op->getResult(0).replaceAllUsesWith(known);
    });
  }

  /// What an op computes, if that is known. What is chosen by a comparison that was decided is known, too.
  static Value valueOf(Operation *op) {
    if (auto compare = dyn_cast<arith::CmpIOp>(op); compare && compare.getLhs().getType().isIntOrIndex()) {
      if (std::optional<bool> outcome = outcomeOf(compare)) {
        OpBuilder b(op);
        return arith::ConstantOp::create(b, op->getLoc(), b.getBoolAttr(*outcome));
      } else if (dependsOnIndex(difference(compare.getLhs(), compare.getRhs())) &&
                 llvm::any_of(op->getUsers(), llvm::IsaPred<tg::CheckOp>)) {
        declined(op, "prove-ranges", "whether the index is in range depends on data");
      }
    }
    if (isa<arith::MinSIOp, arith::MinUIOp, arith::MaxSIOp, arith::MaxUIOp>(op) &&
        op->getOperand(0).getType().isIntOrIndex())
      return chosenBy(op);
    if (isa<arith::SelectOp, arith::AndIOp, arith::OrIOp>(op)) {
      OpBuilder b(op);
      SmallVector<Value> folded;
      if (succeeded(b.tryFold(op, folded)) && folded.size() == 1)
        return folded.front();
    }
    return {};
  }
};
} // namespace
