//===- TGCanonicalization.cpp - rewrites that are always right ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// Without rows there is nothing but what sums, maxima and accumulators start from.
struct DropEmptyPlate : OpRewritePattern<PlateOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PlateOp op, PatternRewriter &rewriter) const override {
    if (llvm::none_of(op.getExtents(), [](Value extent) { return matchPattern(extent, m_Zero()); }))
      return rewriter.notifyMatchFailure(op, "no extent is known to be zero");
    SmallVector<TypedAttr> constants;
    for (Value sum : op.getSums())
      constants.push_back(cast<TypedAttr>(rewriter.getZeroAttr(sum.getType())));
    APFloat none = APFloat::getInf(APFloat::IEEEdouble(), /*Negative=*/true);
    constants.append(op.getMaxima().size(), rewriter.getFloatAttr(rewriter.getF64Type(), none));
    for (Value row : op.getRows()) {
      auto type = cast<RankedTensorType>(row.getType());
      if (!type.hasStaticShape() || type.getNumElements() != 0)
        return rewriter.notifyMatchFailure(op, "rows of open extents");
      constants.push_back(DenseElementsAttr::get(type, ArrayRef<Attribute>()));
    }
    SmallVector<Value> results;
    for (TypedAttr constant : constants)
      results.push_back(arith::ConstantOp::create(rewriter, op.getLoc(), constant));
    results.insert(results.begin() + op.getSums().size() + op.getMaxima().size(), op.getInits().begin(),
                   op.getInits().end());
    rewriter.replaceOp(op, results);
    return success();
  }
};

} // namespace

void PlateOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnusedResults, DropEmptyPlate>(context);
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
