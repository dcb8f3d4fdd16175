//===- BoundLoops.cpp - loops end where their index has left what it reads --===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_BOUNDLOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// A check, in every iteration, that the loop's index plus `offset` is one of `size` indices.
struct IndexCheck {
  int64_t offset;
  Value size;
};
} // namespace

static std::optional<IndexCheck> findCheck(scf::ForOp loop) {
  for (auto check : loop.getBody()->getOps<tg::CheckOp>()) {
    std::optional<int64_t> offset = offsetInRange(check.getCondition(), loop.getInductionVar());
    if (check.getKind() != tg::CheckKind::Fatal || !offset)
      continue;
    Value size = check.getCondition().getDefiningOp<arith::CmpIOp>().getRhs();
    if (loop.isDefinedOutsideOfLoop(size))
      return IndexCheck{*offset, size};
  }
  return std::nullopt;
}

/// Whether something was declared with this size, an index counts up to it, or it is no more than such a
/// number: a loop over so many iterations ends soon enough.
static bool isLimited(Value count) {
  Value base = linearOf(count).base;
  if (!base || isNonNegative(base))
    return true;
  if (auto least = base.getDefiningOp<arith::MinSIOp>())
    return isLimited(least.getLhs()) || isLimited(least.getRhs());
  if (auto argument = dyn_cast<BlockArgument>(base))
    if (auto outer = dyn_cast<LoopLikeOpInterface>(argument.getOwner()->getParentOp()))
      return argument.getType().isIndex() && !llvm::is_contained(outer.getRegionIterArgs(), argument);
  return llvm::any_of(base.getUsers(), [](Operation *user) {
    return isa<arith::IndexCastOp>(user) && isNonNegative(user->getResult(0));
  });
}

static void bound(scf::ForOp loop) {
  Linear lower = linearOf(loop.getLowerBound()), upper = linearOf(loop.getUpperBound());
  if (!matchPattern(loop.getStep(), m_One()) || (lower.isConstant() && upper.isConstant()))
    return;
  std::optional<IndexCheck> check = findCheck(loop);
  bool startsLow = lower.base && (lower.base.getDefiningOp<arith::MinSIOp>() || !isLimited(lower.base));
  if (!check || (!startsLow && isLimited(loop.getUpperBound())))
    return;
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  // The first iteration that fails is the last one: that of the lower bound, or else that at the end.
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value first = loop.getLowerBound(),
        end = b.createOrFold<arith::AddIOp>(loc, check->size, constant(-check->offset)),
        isLow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, first, constant(-check->offset)),
        last = arith::SelectOp::create(b, loc, isLow, first, arith::MaxSIOp::create(b, loc, first, end)),
        bound = arith::AddIOp::create(b, loc, last, constant(1));
  loop.getUpperBoundMutable().assign(arith::MinSIOp::create(b, loc, loop.getUpperBound(), bound));
}

namespace {
struct BoundLoops : optimize::impl::BoundLoopsBase<BoundLoops> {
  void runOnOperation() override { getOperation().walk(bound); }
};
} // namespace
