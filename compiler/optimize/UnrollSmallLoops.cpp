//===- UnrollSmallLoops.cpp - loops and plates of few rows become straight-line code ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Sums.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include <array>

namespace astragal::optimize {
#define GEN_PASS_DEF_UNROLLSMALLLOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static unsigned countOps(Operation *op) {
  unsigned count = 0;
  op->walk([&](Operation *) { ++count; });
  return count;
}

static std::optional<int64_t> constantOf(Value value) {
  Linear linear = linearOf(value);
  return linear.isConstant() ? std::optional(linear.offset) : std::nullopt;
}

/// The product of the extents, if they are constants.
static std::optional<int64_t> countRows(tg::PlateOp plate) {
  int64_t rows = 1;
  for (Value extent : plate.getExtents()) {
    std::optional<int64_t> n = constantOf(extent);
    if (!n || *n < 0 || *n > 1000)
      return std::nullopt;
    rows *= *n;
  }
  return rows;
}

/// Returns what the iterations have become.
static SmallVector<Operation *> unrollLoop(scf::ForOp loop, int64_t first, int64_t step, int64_t trips) {
  OpBuilder b(loop);
  SmallVector<Operation *> clones;
  SmallVector<Value> state(loop.getInitArgs());
  for (int64_t trip = 0; trip < trips; ++trip) {
    IRMapping mapping;
    mapping.map(loop.getInductionVar(),
                arith::ConstantIndexOp::create(b, loop.getLoc(), first + trip * step));
    mapping.map(loop.getRegionIterArgs(), state);
    for (Operation &op : loop.getBody()->without_terminator())
      clones.push_back(b.clone(op, mapping));
    for (auto [value, yielded] : llvm::zip_equal(state, loop.getYieldedValues()))
      value = mapping.lookupOrDefault(yielded);
  }
  loop.replaceAllUsesWith(state);
  loop.erase();
  return clones;
}

namespace {
/// The sum, or the maximum, of the rows of a small plate, in the order that holds for every plate: rows go to
/// eight partials along the last dimension, and a fixed tree joins these. A partial without rows is left out,
/// which is exact.
class Partials {
public:
  Partials(OpBuilder &b, Location loc, bool maximum) : b(&b), loc(loc), maximum(maximum) {}

  void add(int64_t n, Value row) { partials[n % 8] = join(partials[n % 8], row); }

  Value finish(Type type) {
    auto four = [&](unsigned k) {
      Value first = join(partials[k], partials[k + 4]), second = join(partials[k + 2], partials[k + 6]);
      return join(first, second);
    };
    Value even = four(0), odd = four(1);
    if (Value result = join(even, odd))
      return result;
    if (!type.isF64())
      return arith::ConstantIntOp::create(*b, loc, type, 0);
    APFloat none = maximum ? APFloat::getInf(APFloat::IEEEdouble(), /*Negative=*/true) : APFloat(0.0);
    return arith::ConstantFloatOp::create(*b, loc, b->getF64Type(), none);
  }

private:
  Value join(Value x, Value y) {
    if (!x || !y)
      return x ? x : y;
    if (maximum)
      return arith::MaximumFOp::create(*b, loc, x, y);
    return plus(*b, loc, x, y);
  }

  OpBuilder *b;
  Location loc;
  bool maximum;
  std::array<Value, 8> partials;
};
} // namespace

static void unrollPlate(tg::PlateOp plate, int64_t rows) {
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  tg::YieldOp yield = plate.getYield();
  SmallVector<Partials> sums(yield.getSums().size(), Partials(b, loc, false));
  SmallVector<Partials> maxima(yield.getMaxima().size(), Partials(b, loc, true));
  SmallVector<Value> accumulated(plate.getInits());
  SmallVector<SmallVector<Value>> elements(yield.getRows().size());
  SmallVector<int64_t> extents;
  for (Value extent : plate.getExtents())
    extents.push_back(*constantOf(extent));
  for (int64_t row = 0; row < rows; ++row) {
    IRMapping mapping;
    int64_t rest = row, last = row % extents.back();
    for (int k = extents.size() - 1; k >= 0; --k) {
      mapping.map(plate.getIndices()[k], arith::ConstantIndexOp::create(b, loc, rest % extents[k]));
      rest /= extents[k];
    }
    mapping.map(plate.getAccumulators(), accumulated);
    for (Operation &op : plate.getBodyBlock()->without_terminator())
      b.clone(op, mapping);
    auto find = [&](Value value) { return mapping.lookupOrDefault(value); };
    for (auto [partials, value] : llvm::zip_equal(sums, yield.getSums()))
      partials.add(last, find(value));
    for (auto [partials, value] : llvm::zip_equal(maxima, yield.getMaxima()))
      partials.add(last, find(value));
    for (auto [state, value] : llvm::zip_equal(accumulated, yield.getAccumulated()))
      state = find(value);
    for (auto [list, value] : llvm::zip_equal(elements, yield.getRows()))
      list.push_back(find(value));
  }
  SmallVector<Value> results;
  for (auto [partials, value] : llvm::zip_equal(sums, yield.getSums()))
    results.push_back(partials.finish(value.getType()));
  for (auto [partials, value] : llvm::zip_equal(maxima, yield.getMaxima()))
    results.push_back(partials.finish(value.getType()));
  llvm::append_range(results, accumulated);
  for (auto [list, value, result] : llvm::zip_equal(elements, yield.getRows(), plate.getRows())) {
    Value tensor =
        tensor::FromElementsOp::create(b, loc, RankedTensorType::get(extents, value.getType()), list);
    if (tensor.getType() != result.getType())
      tensor = tensor::CastOp::create(b, loc, result.getType(), tensor);
    results.push_back(tensor);
  }
  plate.replaceAllUsesWith(results);
  plate.erase();
}

namespace {
struct UnrollSmallLoops : optimize::impl::UnrollSmallLoopsBase<UnrollSmallLoops> {
  using UnrollSmallLoopsBase::UnrollSmallLoopsBase;

  void runOnOperation() override { visitAll(getOperation()); }

  void visitAll(Operation *root) {
    SmallVector<Operation *> candidates; // innermost first
    root->walk([&](Operation *op) {
      if (isa<scf::ForOp, tg::PlateOp>(op))
        candidates.push_back(op);
    });
    for (Operation *op : candidates)
      if (auto loop = dyn_cast<scf::ForOp>(op))
        visit(loop);
      else
        visit(cast<tg::PlateOp>(op));
  }

  bool fits(Operation *op, int64_t trips) {
    if (trips * countOps(op) <= maxOps)
      return true;
    declined(op, "unroll-small-loops", "the body is too large");
    return false;
  }

  void visit(scf::ForOp loop) {
    auto first = constantOf(loop.getLowerBound()), end = constantOf(loop.getUpperBound()),
         step = constantOf(loop.getStep());
    if (!first || !end || !step || *step < 1)
      return;
    int64_t trips = *end <= *first ? 0 : (*end - *first + *step - 1) / *step;
    bool isLocal = trips > static_cast<int64_t>(maxRows) && trips <= static_cast<int64_t>(maxLocal) &&
                   hasTensorOfRow(loop);
    if ((trips > static_cast<int64_t>(maxTrips) && !isLocal) || !fits(loop, trips))
      return;
    bool isLong = trips > static_cast<int64_t>(maxRows) + 1 || (trips > 1 && holdsWhile(loop));
    if (isLong && !isLocal && becomesPlate(loop))
      return declined(loop, "unroll-small-loops", "its iterations are independent: a plate is better");
    if (isLong && !isLocal && holdsOpenRows(loop))
      return declined(loop, "unroll-small-loops",
                      "it holds rows of open number, and would be as many plates");
    applied(loop, "unroll-small-loops", "written out: " + Twine(trips) + " iterations");
    // Bounds in an iteration may be constants now.
    for (Operation *clone : unrollLoop(loop, *first, *step, trips))
      visitAll(clone);
  }

  /// Loops in the rows of a plate, now or later, stay loops; others of which the iterations are independent
  /// do not.
  static bool becomesPlate(scf::ForOp loop) {
    for (Operation *op = loop->getParentOp(); op; op = op->getParentOp())
      if (auto outer = dyn_cast<scf::ForOp>(op); isa<tg::PlateOp>(op) || (outer && IndependentLoop(outer)))
        return false;
    return static_cast<bool>(IndependentLoop(loop));
  }

  /// Whether it makes or uses a tensor of the row of a plate around it, or of a loop that can become one once
  /// such tensors are gone.
  bool hasTensorOfRow(Operation *op) {
    for (Operation *outer = op->getParentOp(); outer; outer = outer->getParentOp()) {
      auto loop = dyn_cast<scf::ForOp>(outer);
      if (!loop && !isa<tg::PlateOp>(outer))
        continue;
      auto isTensor = [](Value value) { return isa<RankedTensorType>(value.getType()); };
      bool has = llvm::any_of(op->getResults(), isTensor) ||
                 op->walk([&](Operation *user) {
                     return llvm::any_of(user->getOperands(),
                                         [&](Value operand) {
                                           return isTensor(operand) && isDefinedIn(operand, outer) &&
                                                  !isDefinedIn(operand, op) && !isSliceOf(operand, outer);
                                         })
                                ? WalkResult::interrupt()
                                : WalkResult::advance();
                   }).wasInterrupted();
      if (has && (!loop || (fillsLanes(loop) && IndependentLoop(loop, maxLocal))))
        return true;
    }
    return false;
  }

  static bool isDefinedIn(Value value, Operation *op) {
    return op->isAncestor(value.getParentBlock()->getParentOp());
  }

  /// Reads of a slice will be reads of what it is a slice of.
  static bool isSliceOf(Value value, Operation *outer) {
    auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
    return slice && !isDefinedIn(slice.getSource(), outer);
  }

  static bool fillsLanes(scf::ForOp loop) {
    auto first = constantOf(loop.getLowerBound()), end = constantOf(loop.getUpperBound());
    return !first || !end || *end - *first >= 8;
  }

  /// Whether a size will be a constant once the indices of loops are.
  static bool dependsOnIndices(Value size) {
    Operation *op = size.getDefiningOp();
    if (!op)
      return scf::getForInductionVarOwner(size) != nullptr;
    return op->getNumRegions() == 0 && isa<arith::ArithDialect>(op->getDialect()) &&
           llvm::all_of(op->getOperands(),
                        [](Value operand) { return isConstant(operand) || dependsOnIndices(operand); });
  }

  static bool isConstant(Value value) {
    return constantOf(value).has_value() || matchPattern(value, m_Constant());
  }

  /// Whether it holds a plate whose number of rows data chooses.
  static bool holdsOpenRows(Operation *op) {
    return op
        ->walk([](tg::PlateOp plate) {
          bool isOpen = llvm::any_of(plate.getExtents(), [](Value extent) {
            return !isConstant(extent) && !dependsOnIndices(extent);
          });
          return isOpen ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  /// What goes on until it is done takes long, and no longer for several rows at once than for one.
  static bool holdsWhile(Operation *op) {
    return op->walk([](scf::WhileOp) { return WalkResult::interrupt(); }).wasInterrupted();
  }

  void visit(tg::PlateOp plate) {
    std::optional<int64_t> rows = countRows(plate);
    if (!rows || *rows > static_cast<int64_t>(maxLocal))
      return;
    if ((*rows <= static_cast<int64_t>(maxRows) || hasTensorOfRow(plate)) && fits(plate, *rows)) {
      if (*rows > 1 && !plate->getParentOfType<tg::PlateOp>() && holdsWhile(plate))
        return declined(plate, "unroll-small-loops",
                        "its rows hold a while loop: they are better side by side");
      applied(plate, "unroll-small-loops", "written out: " + Twine(*rows) + " rows");
      unrollPlate(plate, *rows);
    }
  }
};
} // namespace
