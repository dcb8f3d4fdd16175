//===- RowTensors.cpp - tensors that belong to a row of a plate ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowTensors.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

bool optimize::makesRowTensor(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](tensor::ExtractSliceOp slice) { return slice.hasUnitStride(); })
      .Case([](tensor::InsertSliceOp slice) { return slice.hasUnitStride(); })
      .Case<tg::PlateOp, scf::ForOp, scf::IfOp, tensor::FromElementsOp, tensor::InsertOp, tensor::EmptyOp,
            tensor::SplatOp, tensor::CastOp>([](Operation *) { return true; })
      .Default(false);
}

static Value plusIndex(OpBuilder &b, Location loc, Value x, Value y) {
  Linear linear = linearOf(x);
  if (linear.isConstant() && linear.offset == 0)
    return y;
  return arith::AddIOp::create(b, loc, x, y);
}

/// The place in the whole tensor of the element of a slice at `place`.
static SmallVector<Value> placeInWhole(OpBuilder &b, Location loc, ArrayRef<Value> offsets,
                                       const llvm::SmallBitVector &dropped, ValueRange place) {
  SmallVector<Value> whole;
  for (auto [dim, offset] : llvm::enumerate(offsets)) {
    whole.push_back(dropped[dim] ? offset : plusIndex(b, loc, offset, place.front()));
    if (!dropped[dim])
      place = place.drop_front();
  }
  return whole;
}

static Value castTo(OpBuilder &b, Type type, Value value) {
  return value.getType() == type ? value : tensor::CastOp::create(b, value.getLoc(), type, value).getResult();
}

static void expand(tensor::ExtractSliceOp slice) {
  OpBuilder b(slice);
  Location loc = slice.getLoc();
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  SmallVector<Value> offsets = getValueOrCreateConstantIndexOp(b, loc, slice.getMixedOffsets()), extents;
  for (auto [dim, size] : llvm::enumerate(getValueOrCreateConstantIndexOp(b, loc, slice.getMixedSizes())))
    if (!dropped[dim])
      extents.push_back(size);
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
        SmallVector<Value> place = placeInWhole(body, loc, offsets, dropped, row);
        Value element = tensor::ExtractOp::create(body, loc, slice.getSource(), place);
        tg::YieldOp::create(body, loc, ValueRange(), ValueRange(), ValueRange(), element);
      });
  slice.replaceAllUsesWith(castTo(b, slice.getType(), plate.getRows().front()));
  slice.erase();
}

/// All of a new vector, so that whoever reads it need not make it.
static void expandVector(tensor::InsertSliceOp slice) {
  OpBuilder b(slice);
  Location loc = slice.getLoc();
  Value offset = getValueOrCreateConstantIndexOp(b, loc, slice.getMixedOffsets().front());
  Value size = getValueOrCreateConstantIndexOp(b, loc, slice.getMixedSizes().front());
  Value extent = sizeOf(b, loc, slice.getDest(), 0);
  auto plate = tg::PlateOp::create(
      b, loc, extent, ValueRange(), [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
        Value at = row.front();
        if (Linear first = linearOf(offset); !first.isConstant() || first.offset != 0)
          at = arith::SubIOp::create(body, loc, at, offset);
        // A place before the slice is a large number.
        Value isIn = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult, at, size);
        auto branch = scf::IfOp::create(
            body, loc, isIn,
            [&](OpBuilder &in, Location) {
              scf::YieldOp::create(in, loc,
                                   tensor::ExtractOp::create(in, loc, slice.getSource(), at).getResult());
            },
            [&](OpBuilder &in, Location) {
              scf::YieldOp::create(in, loc,
                                   tensor::ExtractOp::create(in, loc, slice.getDest(), row).getResult());
            });
        tg::YieldOp::create(body, loc, ValueRange(), ValueRange(), ValueRange(), branch.getResults());
      });
  slice.replaceAllUsesWith(castTo(b, slice.getType(), plate.getRows().front()));
  slice.erase();
}

static void expand(tensor::InsertSliceOp slice) {
  OpBuilder b(slice);
  Location loc = slice.getLoc();
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  SmallVector<Value> offsets = getValueOrCreateConstantIndexOp(b, loc, slice.getMixedOffsets()), place;
  SmallVector<scf::ForOp> loops;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value state = slice.getDest();
  for (auto [dim, size] : llvm::enumerate(getValueOrCreateConstantIndexOp(b, loc, slice.getMixedSizes()))) {
    if (dropped[dim])
      continue;
    loops.push_back(scf::ForOp::create(b, loc, zero, size, one, state));
    place.push_back(loops.back().getInductionVar());
    state = loops.back().getRegionIterArg(0);
    b.setInsertionPointToStart(loops.back().getBody());
  }
  Value element = tensor::ExtractOp::create(b, loc, slice.getSource(), place);
  state = tensor::InsertOp::create(b, loc, element, state, placeInWhole(b, loc, offsets, dropped, place));
  for (scf::ForOp loop : llvm::reverse(loops)) {
    b.setInsertionPointToEnd(loop.getBody());
    scf::YieldOp::create(b, loc, state);
    state = loop.getResult(0);
  }
  slice.replaceAllUsesWith(state);
  slice.erase();
}

void optimize::expandSlices(Block &block) {
  SmallVector<Operation *> slices;
  block.walk([&](Operation *op) {
    if (isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(op))
      slices.push_back(op);
  });
  for (Operation *op : slices)
    if (auto read = dyn_cast<tensor::ExtractSliceOp>(op))
      expand(read);
    else if (auto write = cast<tensor::InsertSliceOp>(op); write->getBlock() == &block &&
                                                           write.getType().getRank() == 1 &&
                                                           write.getSourceType().getRank() == 1)
      expandVector(write);
    else
      expand(write);
}
