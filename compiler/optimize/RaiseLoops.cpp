//===- RaiseLoops.cpp - independent loops become plates ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Cells.h"
#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/LoopNest.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/PromoteElement.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Sums.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_RAISELOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
class Raising {
public:
  Raising(scf::ForOp loop, IndependentLoop &analysis) : loop(loop), analysis(analysis), b(loop) {}

  void run() {
    Location loc = loop.getLoc();
    Value extent = tripCount(b, loc, loop.getLowerBound(), loop.getUpperBound());
    auto plate = tg::PlateOp::create(
        b, loc, extent, ValueRange(),
        [&](OpBuilder &body, Location, ValueRange row, ValueRange) { fill(body, row.front()); });
    simplifyIndices(*plate.getBodyBlock());
    replace(plate);
  }

private:
  void fill(OpBuilder &body, Value row) {
    Location loc = loop.getLoc();
    Value lower = loop.getLowerBound(), inductionVariable = row;
    if (linearOf(lower).base || linearOf(lower).offset != 0)
      inductionVariable = arith::AddIOp::create(body, loc, row, lower);
    CellCloner cloner;
    cloner.mapping.map(loop.getInductionVar(), inductionVariable);
    for (auto [k, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
      const CarriedState &state = analysis.states[k];
      Value init = loop.getInitArgs()[k];
      switch (state.getKind()) {
      case CarriedState::Sum:
        cloner.mapping.map(argument, makeNeutral(b, loc, argument.getType()));
        break;
      case CarriedState::Tensor:
        for (const Place &place : analysis.owned[k].places)
          cloner.cells[argument].push_back(startOf(body, place, init, inductionVariable));
        cloner.cellOf.insert_range(analysis.owned[k].placeOf);
        cloner.regionOps.insert_range(state.getRegionOps());
        break;
      default:
        cloner.mapping.map(argument, init);
      }
    }
    cloner.cloneOps(body, *loop.getBody());
    SmallVector<Value> sums, rows;
    for (auto [k, yielded] : llvm::enumerate(loop.getYieldedValues()))
      if (analysis.states[k].getKind() == CarriedState::Sum)
        sums.push_back(cloner.mapping.lookup(yielded));
      else if (analysis.states[k].getKind() == CarriedState::Tensor)
        llvm::append_range(rows, cloner.cells.at(yielded));
    tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), rows);
  }

  /// The element at `place` before the iteration.
  Value startOf(OpBuilder &body, const Place &place, Value init, Value inductionVariable) {
    SmallVector<Value> indices;
    for (Linear linear : place) {
      if (linear.base == loop.getInductionVar())
        linear.base = inductionVariable;
      indices.push_back(materialize(body, loop.getLoc(), linear));
    }
    return tensor::ExtractOp::create(body, loop.getLoc(), init, indices);
  }

  void replace(tg::PlateOp plate) {
    Location loc = loop.getLoc();
    ResultRange sums = plate.getSums(), rows = plate.getRows();
    for (auto [k, result] : llvm::enumerate(loop.getResults())) {
      Value init = loop.getInitArgs()[k], value = init;
      if (analysis.states[k].getKind() == CarriedState::Sum) {
        bool isZero = matchPattern(init, m_AnyZeroFloat()) || matchPattern(init, m_Zero());
        value = isZero ? sums.front() : plus(b, loc, init, sums.front());
        sums = sums.drop_front();
      } else if (analysis.states[k].getKind() == CarriedState::Tensor) {
        for (const Place &place : analysis.owned[k].places) {
          value = putBack(analysis.owned[k], place, rows.front(), value, plate.getExtents().front());
          rows = rows.drop_front();
        }
      }
      result.replaceAllUsesWith(value);
    }
    loop.erase();
  }

  /// `into` with the rows of the plate at `place`.
  Value putBack(const OwnedPlaces &owned, const Place &place, Value rows, Value into, Value extent) {
    Location loc = loop.getLoc();
    auto type = cast<RankedTensorType>(into.getType());
    Linear first = linearOf(loop.getLowerBound());
    first.offset += owned.offset;
    if (type.getRank() == 1 && first == Linear() && provablyEqual(sizeOf(b, loc, into, 0), extent))
      return rows.getType() == type ? rows : tensor::CastOp::create(b, loc, type, rows);
    SmallVector<OpFoldResult> offsets, sizes(type.getRank(), b.getIndexAttr(1)), strides = sizes;
    for (auto [dim, linear] : llvm::enumerate(place))
      offsets.push_back(getAsOpFoldResult(materialize(b, loc, dim == owned.dim ? first : linear)));
    sizes[owned.dim] = getAsOpFoldResult(extent);
    return tensor::InsertSliceOp::create(b, loc, rows, into, offsets, sizes, strides);
  }

  scf::ForOp loop;
  IndependentLoop &analysis;
  OpBuilder b;
};

struct RaiseLoops : optimize::impl::RaiseLoopsBase<RaiseLoops> {
  void runOnOperation() override { visit(getOperation().getBody()); }

  void visit(Region &region) {
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(block)) {
        if (isa<tg::PlateOp>(op))
          continue;
        Operation *left = &op;
        if (auto loop = dyn_cast<scf::ForOp>(op)) {
          left = raise(loop);
          if (!left)
            continue;
        }
        for (Region &inner : left->getRegions())
          visit(inner);
      }
  }

  /// The loop that is left, or null if it became a plate.
  static scf::ForOp raise(scf::ForOp loop) {
    while (true) {
      IndependentLoop analysis(loop);
      if (analysis) {
        applied(loop, "raise-loops", "became a plate: its iterations are independent");
        Raising(loop, analysis).run();
        return {};
      }
      if (LoopNest nest(loop); nest) {
        applied(loop, "raise-loops", "became a plate, with the loop in it: iterations are independent");
        nest.raise();
        return {};
      }
      if (mayUsePrepared(loop->getParentOfType<func::FuncOp>())) // what runs once need not be fast
        declined(loop, "raise-loops", analysis.getReason());
      scf::ForOp promoted = promoteElement(loop);
      if (!promoted)
        return loop;
      loop = promoted;
    }
  }
};
} // namespace
