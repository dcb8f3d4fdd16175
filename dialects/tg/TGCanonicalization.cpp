//===- TGCanonicalization.cpp - rewrites that are always right ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace astragal::tg;

namespace {

/// A result that nobody reads is not computed, and an accumulator that nobody reads goes with its updates.
struct DropUnusedResults : OpRewritePattern<PlateOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PlateOp op, PatternRewriter &rewriter) const override {
    YieldOp yield = op.getYield();
    SmallVector<Value> inits, sums, maxima, accumulated, rows, kept;
    SmallVector<unsigned> keptAccumulators;
    auto keep = [&](ResultRange results, ValueRange yielded, SmallVector<Value> &to) {
      for (auto [result, value] : llvm::zip_equal(results, yielded))
        if (!result.use_empty()) {
          to.push_back(value);
          kept.push_back(result);
        }
    };
    keep(op.getSums(), yield.getSums(), sums);
    keep(op.getMaxima(), yield.getMaxima(), maxima);
    for (auto [k, result] : llvm::enumerate(op.getAccumulated()))
      if (!result.use_empty()) {
        keptAccumulators.push_back(k);
        accumulated.push_back(yield.getAccumulated()[k]);
        inits.push_back(op.getInits()[k]);
        kept.push_back(result);
      }
    keep(op.getRows(), yield.getRows(), rows);
    if (kept.size() == op.getNumResults())
      return rewriter.notifyMatchFailure(op, "every result is used");

    auto plate = PlateOp::create(rewriter, op.getLoc(), ValueRange(kept).getTypes(), op.getExtents(), inits,
                                 op.getChunks());
    rewriter.setInsertionPoint(yield);
    rewriter.replaceOpWithNewOp<YieldOp>(yield, sums, maxima, accumulated, rows);
    SmallVector<Value> arguments(plate.getIndices());
    unsigned next = 0;
    for (auto [k, init] : llvm::enumerate(op.getInits()))
      if (next < keptAccumulators.size() && keptAccumulators[next] == k)
        arguments.push_back(plate.getAccumulators()[next++]);
      else
        arguments.push_back(init); // only dead updates refer to it
    rewriter.mergeBlocks(op.getBodyBlock(), plate.getBodyBlock(), arguments);
    for (auto [from, to] : llvm::zip_equal(kept, plate.getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void PlateOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnusedResults>(context);
}

/// Whether the same was checked before, on every way to `op`: that check has failed first.
static bool isRepeated(CheckOp op) {
  return !matchPattern(op.getCondition(), m_Constant()) &&
         llvm::any_of(op.getCondition().getUsers(), [&](Operation *user) {
           auto other = dyn_cast<CheckOp>(user);
           Operation *here = other && other != op ? other->getBlock()->findAncestorOpInBlock(*op) : nullptr;
           return here && other != here && other.getKind() == op.getKind() && other->isBeforeInBlock(here);
         });
}

LogicalResult CheckOp::canonicalize(CheckOp op, PatternRewriter &rewriter) {
  if (!matchPattern(op.getCondition(), m_One()) && !isRepeated(op))
    return rewriter.notifyMatchFailure(op, "the condition is not known to hold");
  rewriter.eraseOp(op);
  return success();
}
