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
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"

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
  plate.getBody().walk([&](Operation *) { ++ops; });
  return *rows * ops <= mostRows * mostOps;
}

static LogicalResult vectorize(tg::PlateOp plate, bool lanes) {
  Operation *before = plate->getPrevNode();
  auto undo = [&] {
    while (plate->getPrevNode() != before)
      plate->getPrevNode()->erase();
  };
  if (lanes && !isBetterUnrolled(plate) && !tg::isRare(plate)) {
    Variance variance(plate);
    PlateVectorizer vectorizer(plate, variance);
    FailureOr<SmallVector<Value>> results = vectorizer.inLanes();
    if (succeeded(results)) {
      remark::passed(plate.getLoc(), remark::RemarkOpts::name("vectorize-plates").category("schedule"))
          << remark::add("{0}", "eight rows at a time");
      plate->replaceAllUsesWith(*results);
      plate->erase();
      return success();
    }
    undo();
    remark::missed(plate.getLoc(), remark::RemarkOpts::name("vectorize-plates").category("schedule"))
        << remark::reason("{0}", vectorizer.reason);
  }
  Variance nothingVaries;
  PlateVectorizer sequencer(plate, nothingVaries);
  FailureOr<SmallVector<Value>> results = sequencer.inSequence();
  if (failed(results))
    return plate.emitOpError() << "cannot become a loop: " << sequencer.reason;
  plate->replaceAllUsesWith(*results);
  plate->erase();
  return success();
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
        if (failed(vectorize(plate, lanes)))
          return signalPassFailure();
    }
    getOperation()->walk([](tg::AccumulateOp op) { lowerUpdate(op); });
  }
};
} // namespace
