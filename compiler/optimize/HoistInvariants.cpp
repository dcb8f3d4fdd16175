//===- HoistInvariants.cpp - what no iteration changes is computed once ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_HOISTINVARIANTS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "hoist-invariants";

namespace {
/// The numbers from `lower` up to, but not including, `upper`.
struct Interval {
  Linear lower;
  Linear upper;

  bool isKnownNotEmpty() const { return lower.base == upper.base && lower.offset < upper.offset; }
  bool contains(const Interval &other) const {
    return lower.base == other.lower.base && lower.offset <= other.lower.offset &&
           upper.base == other.upper.base && upper.offset >= other.upper.offset;
  }
};
} // namespace

/// The smallest bound that `value` is a maximum with does not matter to a range that starts there.
static Linear upperOf(Value value, Linear lower) {
  auto most = value.getDefiningOp<arith::MaxSIOp>();
  if (most && linearOf(most.getRhs()) == lower)
    return linearOf(most.getLhs());
  if (most && linearOf(most.getLhs()) == lower)
    return linearOf(most.getRhs());
  return linearOf(value);
}

/// What a loop or plate runs over, all of its dimensions; none if that is not counted.
static SmallVector<Interval> rangesOf(Operation *op) {
  SmallVector<Interval> ranges;
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    Linear lower = linearOf(loop.getLowerBound());
    ranges.push_back({lower, upperOf(loop.getUpperBound(), lower)});
  } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    for (Value extent : plate.getExtents())
      ranges.push_back({Linear(), upperOf(extent, Linear())});
  }
  return ranges;
}

/// Whether at least one iteration is known to run each time that `loop` is reached.
static bool runs(Operation *loop) {
  SmallVector<Interval> ranges = rangesOf(loop), around;
  for (Operation *outer = loop->getParentOp(); outer; outer = outer->getParentOp())
    llvm::append_range(around, rangesOf(outer));
  return !ranges.empty() && llvm::all_of(ranges, [&](const Interval &range) {
    return range.isKnownNotEmpty() ||
           llvm::any_of(around, [&](const Interval &outer) { return range.contains(outer); });
  });
}

namespace {
struct HoistInvariants : optimize::impl::HoistInvariantsBase<HoistInvariants> {
  void runOnOperation() override {
    getOperation().walk([](LoopLikeOpInterface loop) {
      auto isOutside = [&](Value value, Region *) { return loop.isDefinedOutsideOfLoop(value); };
      auto mayMove = [&](Operation *op, Region *) {
        if (!isa<prob::LogDensityOp>(op))
          return isPure(op);
        if (!llvm::all_of(op->getOperands(),
                          [&](Value operand) { return loop.isDefinedOutsideOfLoop(operand); }))
          return false;
        bool moves = runs(loop);
        if (!moves)
          declined(op, passName, "the loop around it may have no iteration");
        return moves;
      };
      moveLoopInvariantCode(loop.getLoopRegions(), isOutside, mayMove,
                            [&](Operation *op, Region *) { loop.moveOutOfLoop(op); });
    });
  }
};
} // namespace
