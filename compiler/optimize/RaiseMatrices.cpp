//===- RaiseMatrices.cpp - loops over columns become plates over elements ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_RAISEMATRICES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Arithmetic beside the plate that every element may compute again.
static constexpr unsigned cheapBody = 8;

namespace {
/// A loop each of whose iterations writes one row or column of a matrix, made by a plate, and then perhaps
/// one element of it again.
class MatrixLoop {
public:
  explicit MatrixLoop(scf::ForOp loop) : loop(loop) { isMatrix = analyze(); }

  explicit operator bool() const { return isMatrix; }
  /// Why not; empty where the loop is nothing of the kind.
  StringRef getReason() const { return reason; }

  void raise() {
    OpBuilder b(loop);
    Location loc = loop.getLoc();
    SmallVector<Value> extents(2);
    extents[dim] = tripCount(b, loc, loop.getLowerBound(), loop.getUpperBound());
    extents[1 - dim] = plate.getExtents().front();
    auto elements = tg::PlateOp::create(
        b, loc, extents, ValueRange(),
        [&](OpBuilder &body, Location, ValueRange at, ValueRange) { fill(body, at[dim], at[1 - dim]); });
    simplifyIndices(*elements.getBodyBlock());
    Value result = elements->getResult(0);
    if (Type type = loop.getResult(0).getType(); result.getType() != type)
      result = tensor::CastOp::create(b, loc, type, result);
    loop.getResult(0).replaceAllUsesWith(result);
    loop.erase();
  }

private:
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }

  bool analyze() {
    for (Operation &op : *loop.getBody())
      if (isa<tg::PlateOp>(op)) {
        if (plate)
          return refuse("an iteration has several plates");
        plate = cast<tg::PlateOp>(op);
      }
    if (!plate || plate.getRank() != 1 || plate.getRows().size() != 1 || plate.getNumResults() != 1 ||
        loop.getNumResults() == 0)
      return false;
    for (Operation *user : plate->getUsers())
      write = dyn_cast<tensor::InsertSliceOp>(user);
    if (!write || !plate->hasOneUse())
      return false;
    Linear step = linearOf(loop.getStep());
    auto type = dyn_cast<RankedTensorType>(loop.getResult(0).getType());
    if (loop.getNumResults() != 1 || !type || type.getRank() != 2)
      return refuse("it carries more than one matrix");
    version = loop.getRegionIterArg(0);
    if (write.getDest() != version || !version.hasOneUse())
      return refuse("the matrix is read before its column is written");
    if (!step.isConstant() || step.offset != 1 || !findPlace() || !coversAll())
      return refuse("an iteration writes a part of a column, or the iterations not all columns");
    return followElement() && checkRest();
  }

  /// Dimension `dim` moves with the loop, and the other one is written as a whole.
  bool findPlace() {
    if (!write.hasUnitStride())
      return false;
    SmallVector<OpFoldResult> offsets = write.getMixedOffsets(), sizes = write.getMixedSizes();
    OpBuilder b(loop);
    for (dim = 0; dim < 2; ++dim)
      if (auto at = dyn_cast<Value>(offsets[dim])) {
        place = linearOf(at);
        if (place.base != loop.getInductionVar() || !isConstantIntValue(sizes[dim], 1) ||
            !isConstantIntValue(offsets[1 - dim], 0))
          return false;
        Value extent = plate.getExtents().front();
        return loop.isDefinedOutsideOfLoop(extent) &&
               provablyEqual(sizeOf(b, loop.getLoc(), loop.getInitArgs()[0], 1 - dim), extent);
      }
    return false;
  }

  bool coversAll() {
    OpBuilder b(loop);
    Linear first = linearOf(loop.getLowerBound());
    first.offset += place.offset;
    Value trips = tripCount(b, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound());
    return first == Linear() && provablyEqual(sizeOf(b, loop.getLoc(), loop.getInitArgs()[0], dim), trips);
  }

  /// What happens to the matrix once the column stands in it: one element is read and written.
  bool followElement() {
    Value current = write;
    auto isElement = [&](ValueRange indices) {
      if (!(linearOf(indices[dim]) == place))
        return false;
      Linear other = linearOf(indices[1 - dim]);
      if (other.base && other.base != loop.getInductionVar() && !loop.isDefinedOutsideOfLoop(other.base))
        return false;
      if (!element)
        element = other;
      return *element == other;
    };
    while (true) {
      tensor::InsertOp next;
      for (Operation *user : current.getUsers()) {
        if (auto extract = dyn_cast<tensor::ExtractOp>(user);
            extract && extract->getBlock() == loop.getBody() && isElement(extract.getIndices()))
          continue;
        if (user == loop.getBody()->getTerminator())
          continue;
        auto insert = dyn_cast<tensor::InsertOp>(user);
        if (!insert || next || insert->getBlock() != loop.getBody() || insert.getDest() != current ||
            !isElement(insert.getIndices()))
          return refuse("an iteration does more to the matrix than write a column and one element");
        next = insert;
      }
      versions.insert(current);
      if (!next)
        break;
      current = next.getResult();
    }
    if (loop.getYieldedValues()[0] != current)
      return refuse("an iteration does more to the matrix than write a column and one element");
    return true;
  }

  /// Everything else may be computed for each element.
  bool checkRest() {
    unsigned arithmetic = 0;
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (&op == plate || &op == write || isa<tensor::InsertOp>(op))
        continue;
      if (!isCheap(&op) || !isMemoryEffectFree(&op))
        return refuse("what an iteration computes beside its column is not cheap");
      arithmetic += !isAddressing(&op) && !isa<tensor::ExtractOp>(op);
    }
    if (arithmetic > cheapBody)
      return refuse("what an iteration computes beside its column is not cheap");
    return true;
  }

  void fill(OpBuilder &body, Value moving, Value along) {
    Location loc = loop.getLoc();
    Linear lower = linearOf(loop.getLowerBound());
    Value inductionVariable = moving;
    if (!(lower == Linear()))
      inductionVariable = arith::AddIOp::create(body, loc, moving, loop.getLowerBound());
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), inductionVariable);
    mapping.map(plate.getIndices().front(), along);
    Value value, isHere;
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (&op == write)
        continue;
      if (&op == plate) {
        for (Operation &inner : plate.getBodyBlock()->without_terminator())
          body.clone(inner, mapping);
        value = mapping.lookupOrDefault(plate.getYield().getRows().front());
        continue;
      }
      auto extract = dyn_cast<tensor::ExtractOp>(op);
      if (extract && versions.contains(extract.getTensor())) {
        mapping.map(extract.getResult(), value); // what is read elsewhere than here is not selected
        continue;
      }
      if (auto insert = dyn_cast<tensor::InsertOp>(op)) {
        if (!isHere) {
          Linear at = *element;
          if (at.base == loop.getInductionVar())
            at.base = inductionVariable;
          isHere =
              arith::CmpIOp::create(body, loc, arith::CmpIPredicate::eq, along, materialize(body, loc, at));
        }
        value =
            arith::SelectOp::create(body, loc, isHere, mapping.lookupOrDefault(insert.getScalar()), value);
        continue;
      }
      body.clone(op, mapping);
    }
    tg::YieldOp::create(body, loc, ValueRange(), ValueRange(), ValueRange(), value);
  }

  scf::ForOp loop;
  tg::PlateOp plate;
  tensor::InsertSliceOp write;
  Value version;
  unsigned dim = 0;
  Linear place;
  std::optional<Linear> element;
  DenseSet<Value> versions; ///< The matrix after the column was written.
  bool isMatrix = false;
  StringRef reason;
};

struct RaiseMatrices : optimize::impl::RaiseMatricesBase<RaiseMatrices> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (!loop->getParentOfType<tg::PlateOp>())
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops) {
      MatrixLoop matrix(loop);
      if (matrix) {
        applied(loop, "raise-matrices", "became a plate over all elements of the matrix");
        matrix.raise();
      } else if (!matrix.getReason().empty()) {
        declined(loop, "raise-matrices", matrix.getReason());
      }
    }
  }
};
} // namespace
