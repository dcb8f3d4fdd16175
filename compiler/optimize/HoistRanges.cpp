//===- HoistRanges.cpp - one check of a loop's end, not one an iteration --===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Effects.h"
#include "compiler/optimize/IndexProof.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_HOISTRANGES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// A comparison, in every iteration, of the loop's index plus `offset` with a size.
struct IndexCheck {
  arith::CmpIOp compare;
  int64_t offset;
  SmallVector<tg::CheckOp, 2> checks;
};
} // namespace

static std::optional<IndexCheck> findCheck(scf::ForOp loop, arith::CmpIOp compare) {
  std::optional<int64_t> offset = offsetInRange(compare, loop.getInductionVar());
  if (!offset || !loop.isDefinedOutsideOfLoop(compare.getRhs()))
    return std::nullopt;
  IndexCheck found{compare, *offset, {}};
  for (Operation *user : compare->getUsers())
    if (auto check = dyn_cast<tg::CheckOp>(user); check && check->getBlock() == loop.getBody() &&
                                                  check.getKind() == tg::CheckKind::Fatal &&
                                                  check->getNumOperands() == 1)
      found.checks.push_back(check);
  return found.checks.empty() ? std::nullopt : std::optional(found);
}

static void visit(scf::ForOp loop) {
  SmallVector<IndexCheck> found;
  if (!matchPattern(loop.getStep(), m_One()))
    return;
  for (auto compare : loop.getBody()->getOps<arith::CmpIOp>())
    if (std::optional<IndexCheck> check = findCheck(loop, compare))
      found.push_back(*check);
  if (found.empty())
    return;
  if (!hasOnlyChecks(loop.getRegion()))
    return declined(loop, "hoist-ranges", "the body has an effect");
  std::optional<int64_t> first = leastOf(exactly(loop.getLowerBound()));
  OpBuilder b(loop), behind(loop->getContext());
  behind.setInsertionPointAfter(loop);
  Location loc = loop.getLoc();
  bool changed = false;
  for (IndexCheck &check : found) {
    if (!first || *first + check.offset < 0) {
      declined(loop, "hoist-ranges", "its first index may be below the first element");
      continue;
    }
    // The iteration that would fail, or none: what the check guards is then read in no other.
    Value size = check.compare.getRhs(),
          fails =
              b.createOrFold<arith::AddIOp>(loc, size, arith::ConstantIndexOp::create(b, loc, -check.offset)),
          end = b.createOrFold<arith::MaxSIOp>(loc, fails, loop.getLowerBound()),
          fits = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, loop.getUpperBound(), end);
    loop.setUpperBound(b.createOrFold<arith::MinSIOp>(loc, loop.getUpperBound(), end));
    for (tg::CheckOp op : check.checks) {
      op->moveBefore(behind.getInsertionBlock(), behind.getInsertionPoint());
      op->setOperand(0, fits);
    }
    OpBuilder inside(check.compare);
    Value holds = arith::ConstantOp::create(inside, check.compare.getLoc(), inside.getBoolAttr(true));
    check.compare.replaceAllUsesWith(holds);
    check.compare.erase();
    changed = true;
  }
  if (changed)
    applied(loop, "hoist-ranges", "its end is checked, not the index of each iteration");
}

namespace {
struct HoistRanges : optimize::impl::HoistRangesBase<HoistRanges> {
  void runOnOperation() override { getOperation()->walk(visit); }
};
} // namespace
