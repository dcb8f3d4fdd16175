//===- RowGroups.cpp - rows that share parameters -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowGroups.h"
#include "compiler/optimize/DeclaredBounds.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

Value RowGroups::numberOf(OpBuilder &b, Location loc, Operation *rows, IRMapping &mapping) const {
  Value number = cloneRowValue(b, key, rows, mapping);
  if (!number.getType().isIndex())
    number = arith::IndexCastOp::create(b, loc, b.getIndexType(), number);
  number = arith::SubIOp::create(b, loc, number, first);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  number = arith::MaxSIOp::create(b, loc, number, zero);
  return arith::MinSIOp::create(b, loc, number, arith::SubIOp::create(b, loc, count, one));
}

void RowGroups::mapGroup(OpBuilder &b, Location loc, Value number, IRMapping &mapping) const {
  Value value = arith::AddIOp::create(b, loc, number, first);
  if (!key.getType().isIndex())
    value = arith::IndexCastOp::create(b, loc, key.getType(), value);
  mapping.map(key, value);
}

/// Whether an op in loops and plates of `rows` is run in each row.
static bool isAlwaysRun(Operation *op, Operation *rows) {
  for (Operation *around = op->getParentOp(); around != rows; around = around->getParentOp()) {
    if (auto loop = dyn_cast<scf::ForOp>(around)) {
      std::optional<APInt> trips = loop.getStaticTripCount();
      if (!trips || trips->isZero())
        return false;
    } else {
      auto plate = dyn_cast<tg::PlateOp>(around);
      auto isThere = [](Value extent) { return getConstantIntValue(extent).value_or(0) > 0; };
      if (!plate || !llvm::all_of(plate.getExtents(), isThere))
        return false;
    }
  }
  return true;
}

FailureOr<RowGroups> optimize::findGroups(OpBuilder &b, Value key, ValueRange roots,
                                          RowDependence &dependence, const DataOnly &data) {
  Operation *rows = dependence.getRows();
  Location loc = rows->getLoc();
  RowGroups groups{key, {}, {}};
  auto constant = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value).getResult(); };
  auto element = key.getDefiningOp<tensor::ExtractOp>();
  if (auto bounds = element ? declaredBounds(b, element.getTensor()) : std::nullopt) {
    groups.first = constant(bounds->lower);
    Value end = b.createOrFold<arith::IndexCastOp>(loc, b.getIndexType(), bounds->upper);
    groups.count = b.createOrFold<arith::AddIOp>(loc, end, constant(1 - bounds->lower));
  } else {
    // An index is one of every tensor that is read with it.
    Value end;
    bool isKnown = true;
    auto look = [&](tensor::ExtractOp read) {
      for (auto [dim, at] : llvm::enumerate(read.getIndices())) {
        if (data.contains(read.getTensor()) || dependence.of(at).kind != Dependence::Data ||
            dependence.keyOf(at) != key)
          continue;
        if (at.getParentRegion()->getParentOp() != rows ||
            !isAlwaysRun(read, rows)) { // or the index may vary in between
          isKnown = false;
          continue;
        }
        IRMapping zero;
        zero.map(key, arith::ConstantOp::create(b, loc, b.getZeroAttr(key.getType())));
        Value shift = cloneRowValue(b, at, rows, zero);
        Value low = b.createOrFold<arith::SubIOp>(loc, constant(0), shift);
        Value high = b.createOrFold<arith::SubIOp>(loc, sizeOf(b, loc, read.getTensor(), dim), shift);
        groups.first = groups.first ? b.createOrFold<arith::MaxSIOp>(loc, groups.first, low) : low;
        end = end ? b.createOrFold<arith::MinSIOp>(loc, end, high) : high;
      }
    };
    for (Operation *needed : sliceOf(rows->getRegion(0).front(), roots))
      needed->walk(look);
    if (!end || !isKnown)
      return failure();
    groups.count = b.createOrFold<arith::SubIOp>(loc, end, groups.first);
  }
  // A failed check must not lead out of bounds.
  groups.count = b.createOrFold<arith::MaxSIOp>(loc, groups.count, constant(1));
  return groups;
}
