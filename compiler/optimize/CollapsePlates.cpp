//===- CollapsePlates.cpp - a plate in a plate becomes one of two dimensions ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// So does one that counts through the elements of a matrix: lanes follow a column, and nothing is divided.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sums.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_COLLAPSEPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Arithmetic of the outer body that every row may compute again: a few instructions beside what reads its
/// data.
static constexpr unsigned cheapBody = 4;

namespace {
/// The inner plate, or the loop that could be one: its sums, each yielded by the body that it is in.
struct Inner {
  Operation *op;
  Block *body;
  Value index, lower, upper; ///< No lower bound: zero.
  SmallVector<Value> terms;  ///< What a row contributes to each result of `op`.
  SmallVector<Value> starts; ///< Of a loop: what stands for the sums while a row is computed.
};
} // namespace

static std::optional<Inner> innerOf(Operation *op) {
  if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    if (plate.getRank() != 1 || plate.getSums().size() != plate.getNumResults())
      return std::nullopt;
    return Inner{op,      plate.getBodyBlock(),       plate.getIndices().front(),
                 Value(), plate.getExtents().front(), llvm::to_vector(plate.getYield().getSums()),
                 {}};
  }
  auto loop = dyn_cast<scf::ForOp>(op);
  if (!loop)
    return std::nullopt;
  IndependentLoop analysis(loop);
  if (!analysis ||
      llvm::any_of(analysis.states, [](auto &state) { return state.getKind() != CarriedState::Sum; }))
    return std::nullopt;
  for (Value init : loop.getInitArgs())
    if (!matchPattern(init, m_AnyZeroFloat()) && !matchPattern(init, m_Zero()))
      return std::nullopt;
  return Inner{op,
               loop.getBody(),
               loop.getInductionVar(),
               loop.getLowerBound(),
               loop.getUpperBound(),
               llvm::to_vector(loop.getYieldedValues()),
               llvm::to_vector(llvm::map_range(loop.getRegionIterArgs(), [](Value v) { return v; }))};
}

/// How many reads of an inner row are of (..., `across`, ..., `along`): rows that differ in `along` lie next
/// to each other.
static unsigned countReads(const Inner &inner, Value across, Value along) {
  unsigned count = 0;
  inner.body->walk([&](tensor::ExtractOp extract) {
    auto indices = extract.getIndices();
    count += indices.size() >= 2 && linearOf(indices.back()).base == along &&
             llvm::any_of(indices.drop_back(), [&](Value index) { return linearOf(index).base == across; });
  });
  return count;
}

static bool isWorthIt(tg::PlateOp outer, const Inner &inner) {
  Linear rows = linearOf(outer.getExtents().front()), upper = linearOf(inner.upper),
         lower = inner.lower ? linearOf(inner.lower) : Linear();
  bool isKnown = upper.base == lower.base;
  int64_t extent = upper.offset - lower.offset;
  if (isKnown && extent < 8)
    return false;
  if (isKnown && rows.isConstant() && extent >= rows.offset)
    return true;
  return countReads(inner, outer.getIndices().front(), inner.index) > 0;
}

/// The inner plate, if the body of `outer` only adds up its sums; and whether what it computes beside is
/// cheap.
static std::optional<Inner> findInner(tg::PlateOp outer, bool &isCheapBeside) {
  std::optional<Inner> inner;
  unsigned arithmetic = 0;
  isCheapBeside = true;
  for (Operation &op : outer.getBodyBlock()->without_terminator()) {
    if (isa<tg::PlateOp, scf::ForOp>(op)) {
      if (inner || !(inner = innerOf(&op)))
        return std::nullopt;
      continue;
    }
    isCheapBeside &= isCheap(&op) || isAddressing(&op);
    arithmetic += !isAddressing(&op) && !isa<tensor::ExtractOp>(op);
  }
  isCheapBeside &= arithmetic <= cheapBody;
  auto isOfRow = [&](Value bound) { return bound && bound.getParentBlock() == outer.getBodyBlock(); };
  if (!inner || isOfRow(inner->lower) || isOfRow(inner->upper))
    return std::nullopt;
  // Every sum of the outer plate is one of the inner one, and these have no other use.
  if (outer.getSums().size() != outer.getNumResults())
    return std::nullopt;
  for (Value sum : outer.getYield().getSums())
    if (sum.getDefiningOp() != inner->op)
      return std::nullopt;
  for (Operation *user : inner->op->getUsers())
    if (user != outer.getYield())
      return std::nullopt;
  return inner;
}

static void collapse(tg::PlateOp outer, const Inner &inner) {
  OpBuilder b(outer);
  Location loc = outer.getLoc();
  Value extent = inner.lower ? tripCount(b, loc, inner.lower, inner.upper) : inner.upper;
  // Lanes follow the last index.
  Value row = outer.getIndices().front();
  unsigned last = countReads(inner, row, inner.index) >= countReads(inner, inner.index, row) ? 1 : 0;
  SmallVector<Value, 2> extents(2, outer.getExtents().front());
  extents[last] = extent;
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &body, Location loc, ValueRange indices, ValueRange) {
        IRMapping mapping;
        mapping.map(row, indices[1 - last]);
        Value index = indices[last];
        if (inner.lower && !matchPattern(inner.lower, m_Zero()))
          index = arith::AddIOp::create(body, loc, index, inner.lower);
        mapping.map(inner.index, index);
        for (Value start : inner.starts)
          mapping.map(start, makeNeutral(b, loc, start.getType()));
        for (Operation &op : outer.getBodyBlock()->without_terminator())
          if (&op != inner.op)
            body.clone(op, mapping);
        for (Operation &op : inner.body->without_terminator())
          body.clone(op, mapping);
        SmallVector<Value> sums;
        for (Value sum : outer.getYield().getSums())
          sums.push_back(mapping.lookupOrDefault(inner.terms[cast<OpResult>(sum).getResultNumber()]));
        tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), ValueRange());
      });
  simplifyIndices(*plate.getBodyBlock());
  outer.replaceAllUsesWith(plate.getResults());
  outer.erase();
}

/// The number by which a plate that only adds up takes its index apart, into quotient and remainder: as many
/// rows as lie side by side.
static Value findColumnSize(tg::PlateOp plate) {
  if (plate.getRank() != 1 || plate.getSums().size() != plate.getNumResults())
    return {};
  Value index = plate.getIndices().front();
  for (Operation *op : index.getUsers())
    if (isa<arith::RemUIOp, arith::RemSIOp>(op) && op->getOperand(0) == index &&
        !plate->isAncestor(op->getOperand(1).getParentRegion()->getParentOp()))
      return op->getOperand(1);
  return {};
}

/// Of so many rows that the lanes of a column are full, or nearly.
static bool fillsLanes(tg::PlateOp plate, Value columnSize) {
  constexpr int64_t fewest = 16;
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().front()),
                         size = getConstantIntValue(columnSize);
  return rows && size && *size >= fewest && *rows % *size == 0;
}

static void separate(tg::PlateOp plate, Value columnSize) {
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  int64_t columns = *getConstantIntValue(plate.getExtents().front()) / *getConstantIntValue(columnSize);
  SmallVector<Value> extents{arith::ConstantIndexOp::create(b, loc, columns), columnSize};
  auto separated = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &body, Location, ValueRange indices, ValueRange) {
        IRMapping mapping;
        Value start = arith::MulIOp::create(body, loc, indices[0], columnSize);
        mapping.map(plate.getIndices().front(), arith::AddIOp::create(body, loc, start, indices[1]));
        for (Operation &op : *plate.getBodyBlock()) {
          bool isPlace = isa<arith::DivUIOp, arith::DivSIOp, arith::RemUIOp, arith::RemSIOp>(op) &&
                         op.getOperand(0) == plate.getIndices().front() &&
                         isEqualConstantIntOrValue(op.getOperand(1), columnSize);
          if (isPlace)
            mapping.map(op.getResult(0), indices[isa<arith::RemUIOp, arith::RemSIOp>(op)]);
          else
            body.clone(op, mapping);
        }
      });
  simplifyIndices(*separated.getBodyBlock());
  plate.replaceAllUsesWith(separated.getResults());
  plate.erase();
}

/// Whether a plate in the rows of another does nothing but add up what is cheap. Where lanes are filled with
/// rows, a loop reads each datum where it lies, tiles at best, and its adjoint reads it there again. A few
/// columns are better written out.
static bool isBetterAsLoop(tg::PlateOp plate) {
  constexpr int64_t writtenOut = 16, fewRows = 4;
  auto outer = dyn_cast<tg::PlateOp>(plate->getParentOp());
  if (!outer || plate.getRank() != 1 || plate.getSums().size() != plate->getNumResults() || plate.getChunks())
    return false;
  Linear extent = linearOf(plate.getExtents().front()), rows = linearOf(outer.getExtents().back());
  bool hasColumns = countReads(*innerOf(plate), outer.getIndices().back(), plate.getIndices().front()) == 0;
  if ((hasColumns && extent.isConstant() && extent.offset <= writtenOut) ||
      (rows.isConstant() && rows.offset <= fewRows))
    return false;
  return llvm::all_of(plate.getBodyBlock()->without_terminator(),
                      [](Operation &op) { return isCheap(&op); }) &&
         llvm::all_of(plate->getResultTypes(), llvm::IsaPred<Float64Type>);
}

static void makeLoop(tg::PlateOp plate) {
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> zeros(plate->getNumResults(),
                           arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0)));
  auto loop = scf::ForOp::create(
      b, loc, zero, plate.getExtents().front(), one, zeros,
      [&](OpBuilder &body, Location loc, Value index, ValueRange sums) {
        IRMapping mapping;
        mapping.map(plate.getIndices().front(), index);
        for (Operation &op : plate.getBodyBlock()->without_terminator())
          body.clone(op, mapping);
        SmallVector<Value> next;
        for (auto [sum, term] : llvm::zip_equal(sums, plate.getYield().getSums()))
          next.push_back(arith::AddFOp::create(body, loc, sum, mapping.lookupOrDefault(term)));
        scf::YieldOp::create(body, loc, next);
      });
  plate->replaceAllUsesWith(loop);
  plate.erase();
}

namespace {
struct CollapsePlates : optimize::impl::CollapsePlatesBase<CollapsePlates> {
  void runOnOperation() override {
    SmallVector<tg::PlateOp> plates;
    getOperation()->walk([&](tg::PlateOp plate) {
      if (plate.getRank() == 1 && !plate->getParentOfType<tg::PlateOp>())
        plates.push_back(plate);
    });
    for (tg::PlateOp plate : plates) {
      bool isCheapBeside;
      std::optional<Inner> inner = findInner(plate, isCheapBeside);
      if (Value columnSize = inner ? Value() : findColumnSize(plate)) {
        if (fillsLanes(plate, columnSize)) {
          applied(plate, "collapse-plates", "an index that counts through a matrix became two");
          separate(plate, columnSize);
        } else {
          declined(plate, "collapse-plates",
                   "the columns that it counts through are not known to fill the lanes");
        }
        continue;
      }
      if (!inner)
        continue;
      if (!isCheapBeside) {
        declined(plate, "collapse-plates", "what a row computes beside the plate in it is not cheap");
        continue;
      }
      if (!isWorthIt(plate, *inner)) {
        declined(plate, "collapse-plates", "the inner extent is not known to fill the lanes better");
        continue;
      }
      applied(plate, "collapse-plates", "joined with the plate in its rows");
      collapse(plate, *inner);
    }
    getOperation()->walk([](tg::PlateOp plate) {
      if (!isBetterAsLoop(plate))
        return;
      applied(plate, "collapse-plates", "became a loop in the rows that it is in");
      makeLoop(plate);
    });
  }
};
} // namespace
