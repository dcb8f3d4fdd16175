//===- VectorizePlates.cpp - plates become loops on vectors --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements vectorize-plates on top of PlateVectorizer: which plates go into lanes, and what is
// said of those that do not.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Passes.h"
#include "compiler/schedule/PlateVectorizer.h"

#include "dialects/tg/Rare.h"
#include "dialects/tg/RowBlocks.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::schedule {
#define GEN_PASS_DEF_VECTORIZEPLATES
#include "compiler/schedule/Passes.h.inc"
} // namespace astragal::schedule

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// So few rows that vectors would be mostly empty, and so little code that copies of it are cheap.
static bool isBetterUnrolled(tg::PlateOp plate) {
  constexpr int64_t mostRows = 4, mostOps = 64;
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().back());
  if (!rows || *rows > mostRows)
    return false;
  int64_t ops = 0;
  bool waits = false; // for the end of a loop, which lanes do together
  plate.getBody().walk([&](Operation *op) {
    ++ops;
    waits |= isa<scf::WhileOp>(op);
  });
  return *rows * ops <= mostRows * mostOps && (!waits || *rows < 2);
}

/// Rows that add up products in a loop wait for each sum before the next: twice as many of them at once halve
/// the time.
static int64_t lanesOf(tg::PlateOp plate) {
  constexpr int64_t fewestRows = 4 * partialCount, mostOps = 12;
  static_assert(tg::rowsOfBlock % (2 * partialCount) == 0, "vectors must not cut blocks of rows");
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().back());
  if (rows && *rows < fewestRows)
    return partialCount;
  for (auto loop : plate.getBodyBlock()->getOps<scf::ForOp>()) {
    bool isShort =
        loop.getBody()->getOperations().size() <= mostOps && llvm::all_of(*loop.getBody(), [](Operation &op) {
          return isa<arith::ArithDialect, tensor::TensorDialect, scf::SCFDialect>(op.getDialect());
        });
    if (isShort && llvm::any_of(loop.getResultTypes(), llvm::IsaPred<Float64Type>))
      return 2 * partialCount;
  }
  return partialCount;
}

/// Whether `index` is one of `places` or, in the same direction, so many away from it.
static bool isBeside(Value index, ArrayRef<Value> places, scf::ForOp loop) {
  while (!llvm::is_contained(places, index)) {
    auto sum = index.getDefiningOp<arith::AddIOp>();
    if (!sum || !loop.isDefinedOutsideOfLoop(sum.getRhs()))
      return false;
    index = sum.getLhs();
  }
  return true;
}

/// Whether all that the loop does is to add to elements of tensors, no two iterations to the same.
static bool addsToOwnElements(scf::ForOp loop, ArrayRef<Value> places) {
  if (!isMemoryEffectFree(loop))
    return false;
  return llvm::all_of(llvm::zip_equal(loop.getRegionIterArgs(), loop.getYieldedValues()), [&](auto pair) {
    auto [state, yielded] = pair;
    auto update = yielded.template getDefiningOp<tg::AccumulateOp>();
    return update && update.getDest() == state && state.hasOneUse() && update->hasOneUse() &&
           llvm::any_of(update.getIndices(), [&](Value index) { return isBeside(index, places, loop); });
  });
}

/// Adjoints of loops run backwards. Where the order does not matter they turn around, and read memory as it
/// lies.
static void turnForwards(scf::ForOp loop) {
  Value index = loop.getInductionVar();
  if (index.use_empty() || getConstantIntValue(loop.getLowerBound()) != 0 ||
      getConstantIntValue(loop.getStep()) != 1)
    return;
  SmallVector<Value> places;
  for (Operation *user : index.getUsers()) {
    auto place = dyn_cast<arith::SubIOp>(user);
    if (!place || place.getRhs() != index || !loop.isDefinedOutsideOfLoop(place.getLhs()))
      return;
    places.push_back(place);
  }
  if (!addsToOwnElements(loop, places))
    return;
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value last = b.createOrFold<arith::SubIOp>(loop.getUpperBound(), one);
  for (Value place : places) {
    auto old = place.getDefiningOp<arith::SubIOp>();
    b.setInsertionPoint(loop);
    Value first = b.createOrFold<arith::SubIOp>(old.getLhs(), last);
    b.setInsertionPoint(old);
    old.replaceAllUsesWith(b.createOrFold<arith::AddIOp>(index, first));
    old.erase();
  }
}

static void vectorize(tg::PlateOp plate, bool lanes) {
  Operation *before = plate->getPrevNode();
  auto undo = [&] {
    while (plate->getPrevNode() != before)
      plate->getPrevNode()->erase();
  };
  if (lanes && !isBetterUnrolled(plate) && !tg::isRare(plate)) {
    Variance variance(plate, lanesOf(plate));
    PlateVectorizer vectorizer(plate, variance);
    FailureOr<SmallVector<Value>> results = vectorizer.inLanes();
    if (succeeded(results)) {
      remark::passed(plate.getLoc(), remark::RemarkOpts::name("vectorize-plates").category("schedule"))
          << remark::add("{0}", variance.getLanes() == partialCount ? "eight rows at a time"
                                                                    : "sixteen rows at a time");
      plate->replaceAllUsesWith(*results);
      plate->erase();
      return;
    }
    undo();
    remark::missed(plate.getLoc(), remark::RemarkOpts::name("vectorize-plates").category("schedule"))
        << remark::reason("{0}", vectorizer.reason);
  }
  Variance nothingVaries;
  PlateVectorizer sequencer(plate, nothingVaries);
  plate->replaceAllUsesWith(sequencer.inSequence());
  plate->erase();
}

/// Outside of plates an update is a read, an addition and a write.
static void lowerUpdate(tg::AccumulateOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Value old = tensor::ExtractOp::create(b, op.getDest(), op.getIndices());
  Value sum = arith::AddFOp::create(b, old, op.getValue());
  op.getResult().replaceAllUsesWith(tensor::InsertOp::create(b, sum, op.getDest(), op.getIndices()));
  op.erase();
}

namespace {
struct VectorizePlates : astragal::schedule::impl::VectorizePlatesBase<VectorizePlates> {
  using VectorizePlatesBase::VectorizePlatesBase;
  void runOnOperation() override {
    getOperation()->walk([](scf::ForOp loop) {
      if (loop->getParentOfType<tg::PlateOp>())
        turnForwards(loop);
    });
    // A plate that is the same for all lanes of another is vectorised after it, where it now stands.
    for (;;) {
      SmallVector<tg::PlateOp> outermost;
      getOperation()->walk<WalkOrder::PreOrder>([&](tg::PlateOp plate) {
        outermost.push_back(plate);
        return WalkResult::skip();
      });
      if (outermost.empty())
        break;
      for (tg::PlateOp plate : outermost)
        vectorize(plate, lanes);
    }
    getOperation()->walk([](tg::AccumulateOp op) { lowerUpdate(op); });
  }
};
} // namespace
