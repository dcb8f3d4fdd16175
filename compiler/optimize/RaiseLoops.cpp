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
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowTensors.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Sums.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

namespace astragal::optimize {
#define GEN_PASS_DEF_RAISELOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// Makes a plate of iterations that may run in any order.
class Raising {
public:
  explicit Raising(Iterations &rows, LoopNest *nest = nullptr)
      : rows(rows), nest(nest), loop(rows.loop), loc(loop.getLoc()), b(loop) {}

  tg::PlateOp run() {
    for (const Axis &axis : rows.axes)
      extents.push_back(axis.makeExtent(b, loc));
    auto plate =
        tg::PlateOp::create(b, loc, extents, ValueRange(),
                            [&](OpBuilder &body, Location, ValueRange row, ValueRange) { fill(body, row); });
    expandSlices(*plate.getBodyBlock());
    simplifyIndices(*plate.getBodyBlock());
    replace(plate);
    return plate;
  }

private:
  void fill(OpBuilder &body, ValueRange row) {
    for (auto [axis, at] : llvm::zip_equal(rows.axes, row))
      cloner.mapping.map(axis.index, axis.first() == Linear()
                                         ? at
                                         : arith::AddIOp::create(body, loc, at, axis.lower).getResult());
    if (nest)
      for (Operation &op : llvm::make_range(loop.getBody()->begin(), nest->inner->getIterator()))
        body.clone(op, cloner.mapping);
    for (unsigned k = 0; k < rows.states.size(); ++k)
      start(body, k);
    cloner.cloneOps(body, *rows.body);
    if (nest)
      finishOuter(body);
    SmallVector<Value> sums, elements;
    for (auto [k, yielded] : llvm::enumerate(loop.getYieldedValues()))
      if (rows.states[k].getKind() == CarriedState::Sum)
        sums.push_back(cloner.mapping.lookup(yielded));
      else if (rows.states[k].getKind() == CarriedState::Tensor)
        llvm::append_range(elements, cloner.cells.at(yielded));
    tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), elements);
  }

  /// Lets the body know what the loop carries as number `k`.
  void start(OpBuilder &body, unsigned k) {
    const CarriedState &state = rows.states[k];
    Value init = loop.getInitArgs()[k];
    switch (state.getKind()) {
    case CarriedState::Sum:
      cloner.mapping.map(rows.starts[k], makeNeutral(b, loc, init.getType()));
      break;
    case CarriedState::Tensor:
      if (rows.starts[k])
        for (const Place &place : rows.owned[k].places)
          cloner.cells[rows.starts[k]].push_back(
              tensor::ExtractOp::create(body, loc, init, indicesOf(body, place)));
      cloner.cellOf.insert_range(rows.owned[k].placeOf);
      cloner.regionOps.insert_range(state.getRegionOps());
      break;
    default:
      cloner.mapping.map(loop.getRegionIterArg(k), init);
    }
  }

  SmallVector<Value> indicesOf(OpBuilder &body, const Place &place) {
    return llvm::map_to_vector(place, [&](Linear linear) { return indexOf(body, linear); });
  }

  Value indexOf(OpBuilder &body, Linear linear) {
    if (linear.base)
      linear.base = cloner.mapping.lookupOrDefault(linear.base);
    return materialize(body, loc, linear);
  }

  /// Clones what an outer loop does after the inner one.
  void finishOuter(OpBuilder &body) {
    ValueRange ends = rows.body->getTerminator()->getOperands(); // of a plate, rows alone
    for (auto [result, end] : llvm::zip_equal(nest->inner->getResults(), ends))
      if (auto element = cloner.cells.find(end); element != cloner.cells.end())
        cloner.cells[result] = SmallVector<Value>(element->second);
      else
        cloner.mapping.map(result, cloner.mapping.lookupOrDefault(end));
    for (Operation &op : llvm::make_range(std::next(nest->inner->getIterator()),
                                          loop.getBody()->getTerminator()->getIterator()))
      if (auto write = dyn_cast<tensor::InsertSliceOp>(op))
        cloner.cells[write.getResult()] = {cloner.mapping.lookupOrDefault(write.getSource())};
      else if (auto insert = dyn_cast<tensor::InsertOp>(op))
        update(body, insert);
      else if (auto extract = dyn_cast<tensor::ExtractOp>(op);
               extract && cloner.cells.contains(extract.getTensor()))
        // What elements elsewhere make of theirs is not selected.
        cloner.mapping.map(extract.getResult(), cloner.cells.at(extract.getTensor()).front());
      else
        body.clone(op, cloner.mapping);
  }

  /// Selects what is inserted where the row's element is the one that is updated.
  void update(OpBuilder &body, tensor::InsertOp insert) {
    auto k = llvm::find_if(rows.states, [&](auto &state) { return state.contains(insert.getResult()); }) -
             rows.states.begin();
    const Place &place = rows.owned[k].places.front();
    Value old = cloner.cells.at(insert.getDest()).front();
    Value isHere =
        arith::CmpIOp::create(body, loc, arith::CmpIPredicate::eq, indexOf(body, place[nest->innerDims[k]]),
                              indexOf(body, *nest->updated[k]));
    cloner.cells[insert.getResult()] = {
        arith::SelectOp::create(body, loc, isHere, cloner.mapping.lookupOrDefault(insert.getScalar()), old)};
  }

  void replace(tg::PlateOp plate) {
    ResultRange sums = plate.getSums(), elements = plate.getRows();
    for (auto [k, result] : llvm::enumerate(loop.getResults())) {
      Value init = loop.getInitArgs()[k], value = init;
      if (rows.states[k].getKind() == CarriedState::Sum) {
        bool isZero = matchPattern(init, m_AnyZeroFloat()) || matchPattern(init, m_Zero());
        value = isZero ? sums.front() : plus(b, loc, init, sums.front());
        sums = sums.drop_front();
      } else if (rows.states[k].getKind() == CarriedState::Tensor) {
        for (const Place &place : rows.owned[k].places) {
          value = putBack(place, elements.front(), value);
          elements = elements.drop_front();
        }
      }
      result.replaceAllUsesWith(value);
    }
    loop.erase();
  }

  /// `into` with the elements that the plate computes at `place`.
  Value putBack(const Place &place, Value elements, Value into) {
    auto type = cast<RankedTensorType>(into.getType());
    bool covers = place.size() == rows.axes.size();
    SmallVector<OpFoldResult> offsets, sizes(type.getRank(), b.getIndexAttr(1)), strides = sizes;
    for (auto [dim, linear] : llvm::enumerate(place)) {
      auto axis = llvm::find_if(rows.axes, [&](const Axis &axis) { return axis.index == linear.base; });
      Linear first = linear;
      if (axis != rows.axes.end()) {
        Value extent = extents[axis - rows.axes.begin()];
        first = axis->first();
        first.offset += linear.offset;
        covers = covers && first == Linear() && provablyEqual(sizeOf(b, loc, into, dim), extent);
        sizes[dim] = getAsOpFoldResult(extent);
      }
      offsets.push_back(getAsOpFoldResult(materialize(b, loc, first)));
    }
    if (!covers)
      return tensor::InsertSliceOp::create(b, loc, elements, into, offsets, sizes, strides);
    return elements.getType() == type ? elements : tensor::CastOp::create(b, loc, type, elements);
  }

  Iterations &rows;
  LoopNest *nest;
  scf::ForOp loop;
  Location loc;
  OpBuilder b;
  SmallVector<Value, 2> extents;
  CellCloner cloner;
};

} // namespace

tg::PlateOp optimize::raiseIndependent(IndependentLoop &loop) { return Raising(loop).run(); }

namespace {
struct RaiseLoops : optimize::impl::RaiseLoopsBase<RaiseLoops> {
  void runOnOperation() override {
    visit(getOperation().getBody());
    getOperation()->walk([](scf::ForOp loop) {
      if (loop->getParentOfType<tg::PlateOp>())
        countFromZero(loop);
    });
  }

  /// A loop in rows counts from zero, as a plate does, so that other passes see it as one.
  static void countFromZero(scf::ForOp loop) {
    Linear lower = linearOf(loop.getLowerBound()), upper = linearOf(loop.getUpperBound());
    if (!lower.isConstant() || lower.offset == 0 || !matchPattern(loop.getStep(), m_One()))
      return;
    OpBuilder b(loop), body = OpBuilder::atBlockBegin(loop.getBody());
    Location loc = loop.getLoc();
    Value index = loop.getInductionVar();
    auto shifted = arith::AddIOp::create(body, loc, index, loop.getLowerBound());
    index.replaceAllUsesExcept(shifted, shifted);
    upper.offset -= lower.offset;
    loop.setUpperBound(materialize(b, loc, upper));
    loop.setLowerBound(arith::ConstantIndexOp::create(b, loc, 0));
    simplifyIndices(*loop.getBody());
  }

  /// Whether a loop became a plate.
  static bool visit(Region &region) {
    bool changed = false;
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(block))
        if (auto loop = dyn_cast<scf::ForOp>(op))
          changed |= visit(loop);
        else if (!isa<tg::PlateOp>(op))
          for (Region &inner : op.getRegions())
            changed |= visit(inner);
    return changed;
  }

  static bool visit(scf::ForOp loop) {
    std::string reason = raise(loop);
    while (!reason.empty()) {
      if (scf::ForOp promoted = promoteElement(loop)) {
        loop = promoted;
        reason = raise(loop);
        continue;
      }
      bool changed = visit(loop.getRegion());
      if (changed && raise(loop).empty()) // a loop in it was in the way
        return true;
      if (mayUsePrepared(loop->getParentOfType<func::FuncOp>())) // what runs once need not be fast
        declined(loop, "raise-loops", reason);
      return changed;
    }
    return true;
  }

  /// A few iterations, of a number that is not known, fill no vector. In a loop that stays, what they read is
  /// chosen by its variable, too.
  static bool isShort(scf::ForOp loop) {
    constexpr int64_t few = 4;
    std::optional<int64_t> most = mostTrips(loop);
    if (!most || loop.getStaticTripCount())
      return false;
    bool startsAtConstant = linearOf(loop.getLowerBound()).isConstant();
    if (isa<scf::ForOp>(loop->getParentOp()))
      return startsAtConstant && *most <= few;
    // What starts at a place of its own is a part of what it might be.
    double trips = static_cast<double>(*most) / (startsAtConstant ? 2 : 4),
           row = nanosecondsOf(*loop.getBody());
    constexpr double lanes = 8, lanesGain = 4, sumsOfLanes = 10;
    return lanesGain * row * trips < lanes * row * std::ceil(trips / lanes) + sumsOfLanes;
  }

  /// Rows that make tensors are better on lanes, but not much better than the loop if there are few, and code
  /// for all that lanes may do apart is long.
  static bool isWorthLanes(scf::ForOp loop) {
    constexpr int64_t fewRows = 8;
    constexpr unsigned maxOps = 250;
    unsigned count = 0;
    loop.walk([&](Operation *) { ++count; });
    std::optional<llvm::APInt> trips = loop.getStaticTripCount();
    return count <= maxOps && (!trips || trips->sge(fewRows));
  }

  /// Makes a plate of `loop`, or says why not.
  static std::string raise(scf::ForOp loop) {
    if (isShort(loop))
      return isa<scf::ForOp>(loop->getParentOp()) ? "it has few iterations, in each iteration of another loop"
                                                  : "it has few iterations";
    IndependentLoop iterations(loop, Iterations::anySize);
    if (iterations && iterations.makesTensors() && !isWorthLanes(loop))
      return "its rows make tensors, and are few or long";
    if (iterations) {
      applied(loop, "raise-loops", "became a plate: its iterations are independent");
      Raising(iterations).run();
      return {};
    }
    LoopNest nest(loop);
    if (nest) {
      applied(loop, "raise-loops", "became a plate, with the loop in it: iterations are independent");
      Raising(nest, &nest).run();
      return {};
    }
    std::string reason = iterations.getReason().str();
    if (nest.inner && nest.getReason() != iterations.getReason())
      reason += (", and with the loop in it: " + nest.getReason()).str();
    return reason;
  }
};
} // namespace
