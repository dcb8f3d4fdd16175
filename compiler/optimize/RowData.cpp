//===- RowData.cpp - what the rows of a plate know from data ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowData.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/RowCost.h"

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

RowData::RowData(tg::PlateOp plate, const DataOnly &data) {
  known.insert_range(plate.getIndices());
  bool checks = false;
  for (Operation &op : plate.getBodyBlock()->without_terminator()) {
    checks |= makesChecks(&op);
    bool waits = checks && mayRunForever(&op);
    if (!makesChecks(&op) && !waits && data.allows(&op, known))
      known.insert_range(op.getResults());
  }
}

void optimize::addOps(Operation *before, Operation *end, DataOnly &data) {
  Operation *op = before ? before->getNextNode() : &end->getBlock()->front();
  for (; op != end; op = op->getNextNode())
    data.add(op);
}

std::pair<RowList, RowList> optimize::listRows(tg::PlateOp plate, Value condition, DataOnly &data) {
  Operation *before = plate->getPrevNode();
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  Value extent = plate.getExtents().front();
  auto type = RankedTensorType::get(tg::PlateOp::getRowShape(extent), b.getIndexType());
  auto empty = [&]() -> Value {
    return tensor::EmptyOp::create(b, loc, type, type.hasStaticShape() ? ValueRange() : ValueRange(extent));
  };
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value taken = empty(), left = empty();
  // Each row is written at the end of both lists, and one of them grows.
  auto loop = scf::ForOp::create(b, loc, zero, extent, one, ValueRange{taken, left, zero},
                                 [&](OpBuilder &b, Location loc, Value n, ValueRange state) {
                                   IRMapping mapping;
                                   mapping.map(plate.getIndices().front(), n);
                                   for (Operation *op : sliceOf(*plate.getBodyBlock(), condition))
                                     b.clone(*op, mapping);
                                   Value holds = mapping.lookupOrDefault(condition), count = state[2];
                                   Value more = arith::AddIOp::create(b, loc, count, one);
                                   Value others = arith::SubIOp::create(b, loc, n, count);
                                   Value takenNow = tensor::InsertOp::create(b, loc, n, state[0], count);
                                   Value leftNow = tensor::InsertOp::create(b, loc, n, state[1], others);
                                   Value countNow = arith::SelectOp::create(b, loc, holds, more, count);
                                   scf::YieldOp::create(b, loc, ValueRange{takenNow, leftNow, countNow});
                                 });
  // Neither is more than there are, which who uses them would not see.
  auto limited = [&](Value count) -> Value {
    return getConstantIntValue(extent) ? arith::MinSIOp::create(b, loc, count, extent) : count;
  };
  Value count = limited(loop.getResult(2)), others = limited(arith::SubIOp::create(b, loc, extent, count));
  addOps(before, plate, data);
  return {{loop.getResult(0), count}, {loop.getResult(1), others}};
}

namespace {
/// Finds the values from data that the rest of a body reads.
class Gathering {
public:
  Gathering(tg::PlateOp plate, const DataOnly &data) : plate(plate), rows(plate, data) {
    for (Operation &op : *plate.getBodyBlock())
      if (!isKnown(&op) && !(makesChecks(&op) && data.allows(&op, rows.getKnown())))
        need(&op);
  }

  SetVector<Value> kept;

private:
  bool isKnown(Operation *op) {
    return op->getNumResults() > 0 &&
           llvm::all_of(op->getResults(), [&](Value value) { return rows.contains(value); });
  }

  void need(Operation *op) {
    op->walk([&](Operation *inner) { llvm::for_each(inner->getOperands(), [&](Value v) { need(v); }); });
  }

  void need(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || op->getBlock() != plate.getBodyBlock() || !rows.contains(value) ||
        op->hasTrait<OpTrait::ConstantLike>() || readsInOrder(op))
      return;
    Type type = value.getType();
    if (type.isF64() || type.isIndex() || type.isInteger(32))
      kept.insert(value);
    else if (seen.insert(op).second) // computed from what is kept
      need(op);
  }

  /// Whether an op reads what lies next to each other for rows next to each other.
  bool readsInOrder(Operation *op) {
    auto extract = dyn_cast<tensor::ExtractOp>(op);
    return extract && ValueRange(extract.getIndices()) == plate.getIndices();
  }

  tg::PlateOp plate;
  RowData rows;
  DenseSet<Operation *> seen;
};
} // namespace

void optimize::gatherRowData(tg::PlateOp plate, DataOnly &data) {
  SetVector<Value> kept = Gathering(plate, data).kept;
  if (kept.empty())
    return;
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  auto gathered = tg::PlateOp::create(
      b, loc, plate.getExtents(), ValueRange(), [&](OpBuilder &b, Location loc, ValueRange row, ValueRange) {
        IRMapping mapping;
        mapping.map(plate.getIndices(), row);
        for (Operation *op : sliceOf(*plate.getBodyBlock(), kept.getArrayRef()))
          b.clone(*op, mapping);
        SmallVector<Value> values;
        for (Value value : kept)
          values.push_back(mapping.lookup(value));
        tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  data.add(gathered);
  for (auto [original, row] : llvm::zip_equal(kept, gathered.getRows())) {
    Value value = original;
    OpBuilder at(value.getDefiningOp());
    value.replaceAllUsesWith(tensor::ExtractOp::create(at, loc, row, plate.getIndices()).getResult());
  }
  eraseDead(*plate.getBodyBlock());
}

void optimize::eraseDead(Block &block) {
  SmallVector<Operation *> ops(llvm::make_pointer_range(block.without_terminator()));
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}
