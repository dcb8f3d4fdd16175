//===- FlattenPlates.cpp - loops of different lengths in rows become one plate ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Effects.h"
#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowData.h"
#include "compiler/optimize/RowDependence.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Sums.h"

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_FLATTENPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// A loop or a plate in the rows of a plate, of which nothing but the sums is used, and these are added up
/// over rows.
struct Inner {
  Operation *op = nullptr;
  Block *body = nullptr;
  Value index, lower, upper; ///< No lower bound: zero.
  /// What an iteration adds to each result, and what stands for the result before the iteration, if anything.
  SmallVector<Value> terms, states;
  /// What the results start from, if they are those of a loop.
  SmallVector<Value> starts;
  /// The sum of the outer plate that each result is a part of, and whether it is subtracted there; none if
  /// unused.
  SmallVector<std::optional<std::pair<unsigned, bool>>> targets;
  /// The index plus a constant must be below `size`, for a check in the body or because something is read
  /// there without one. No size: the bounds themselves tell how many iterations there may be.
  Value size;
  int64_t first = 0; ///< The index at which the sum is zero.
  bool isChecked = false;
  SmallVector<Value> handed; ///< Numbers of the row that iterations do not compute again.
};

/// As many parameters of its row an iteration may read, and add to in a gradient.
constexpr unsigned maxHanded = 4;

class Flattening {
public:
  /// `lists` are those of rows and indices that were made before.
  Flattening(tg::PlateOp plate, DataOnly &data, DenseSet<Value> &lists)
      : plate(plate), data(data), rows(plate, data), lists(lists) {}

  /// Takes inner loops out of the plate; returns the plates that they became.
  SmallVector<tg::PlateOp> run() {
    SmallVector<tg::PlateOp> plates;
    // The last first: what one starts from may be the sum of another.
    SmallVector<Operation *> ops(llvm::make_pointer_range(*plate.getBodyBlock()));
    for (Operation *op : llvm::reverse(ops)) {
      std::optional<Inner> inner = find(op);
      if (!inner)
        continue;
      if (!accept(*inner)) {
        declined(op, "flatten-plates", reason);
        continue;
      }
      applied(op, "flatten-plates", "its iterations in all rows became one plate");
      plates.push_back(flatten(*inner));
    }
    eraseDead(*plate.getBodyBlock());
    return plates;
  }

private:
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }

  bool isOfRow(Value value) { return value.getParentBlock() == plate.getBodyBlock(); }

  /// A loop whose length is data of the row.
  std::optional<Inner> find(Operation *op) {
    Inner inner;
    inner.op = op;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      inner.body = loop.getBody();
      inner.index = loop.getInductionVar();
      inner.lower = loop.getLowerBound();
      inner.upper = loop.getUpperBound();
      if (!matchPattern(loop.getStep(), m_One()))
        return std::nullopt;
    } else if (auto nested = dyn_cast<tg::PlateOp>(op); nested && nested.getRank() == 1) {
      inner.body = nested.getBodyBlock();
      inner.index = nested.getIndices().front();
      inner.upper = nested.getExtents().front();
    } else {
      return std::nullopt;
    }
    auto isData = [&](Value bound) { return !bound || rows.contains(bound) || data.contains(bound); };
    if (!isData(inner.lower) || !isData(inner.upper) || data.allows(op, rows.getKnown()))
      return std::nullopt;
    if (!(inner.lower && isOfRow(inner.lower)) && !isOfRow(inner.upper))
      return std::nullopt;
    return inner;
  }

  bool accept(Inner &inner) {
    if (!findTerms(inner))
      return false;
    for (Value result : inner.op->getResults()) {
      std::optional<std::pair<unsigned, bool>> target;
      if (!result.use_empty() && !(target = targetOf(result)))
        return refuse("its row uses the sum");
      inner.targets.push_back(target);
    }
    if (isLargeTriangle(inner))
      return refuse("its row's number bounds it, and there may be many rows: all pairs would be listed");
    if (!findLimits(inner))
      return refuse("nothing bounds how many iterations all rows have");
    if (!findHanded(inner))
      return false;
    if (outrunsChecks(inner))
      return refuse("a check of its row would move behind a loop that may run forever without it");
    // Rows that count together choose the same parameters at a time. That is better than lists of them,
    // unless sums over data take the place of rows.
    bool countTogether = (!inner.lower || !isOfRow(inner.lower)) && choosesParameters(inner);
    return !countTogether || !mixes(inner) ||
           refuse("rows count together, and densities mix data and parameters");
  }

  /// What the row computes from parameters for its iterations. What is cheap each of these computes again,
  /// reading parameters by way of the row; other numbers are computed a row, and read that way.
  bool findHanded(Inner &inner) {
    llvm::SetVector<Value> handed;
    inner.body->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (isOfRow(operand) && !rows.contains(operand))
          handed.insert(operand);
    });
    unsigned reads = 0;
    for (Value value : handed) {
      if (!value.getType().isF64() && !value.getType().isIntOrIndex())
        return refuse("its row hands more than numbers to it");
      SmallVector<Operation *> slice = sliceOf(*plate.getBodyBlock(), value);
      if (llvm::all_of(slice, [](Operation *op) { return isCheap(op) || isAddressing(op); })) {
        reads += llvm::count_if(slice, [&](Operation *op) {
          auto read = dyn_cast<tensor::ExtractOp>(op);
          return read && !data.contains(read.getTensor());
        });
      } else {
        inner.handed.push_back(value);
        ++reads;
      }
    }
    return reads <= maxHanded ||
           refuse("its row hands many parameters to it, which each iteration would read");
  }

  /// Whether what runs ahead of the rows may wait for one of their checks.
  bool outrunsChecks(const Inner &inner) {
    SmallVector<Operation *> ahead = sliceOf(*plate.getBodyBlock(), inner.handed);
    ahead.push_back(inner.op);
    return llvm::any_of(ahead, [](Operation *op) { return mayRunForever(op); }) &&
           llvm::any_of(*plate.getBodyBlock(),
                        [&](Operation &op) { return &op != inner.op && makesChecks(&op); });
  }

  /// Nearly all of its loops fill vectors, so lists of all pairs would cost more than they bring.
  bool isLargeTriangle(const Inner &inner) {
    constexpr int64_t manyRows = 256;
    Value row = plate.getIndices().front();
    auto isOfRowNumber = [&](Value bound) { return bound && linearOf(bound).base == row; };
    std::optional<int64_t> count = getConstantIntValue(plate.getExtents().front());
    return (isOfRowNumber(inner.lower) || isOfRowNumber(inner.upper)) && (!count || *count > manyRows);
  }

  /// Whether iterations read parameters at their own number.
  bool choosesParameters(const Inner &inner) {
    return inner.body
        ->walk([&](tensor::ExtractOp read) {
          bool chooses = !data.contains(read.getTensor()) &&
                         llvm::any_of(read.getIndices(),
                                      [&](Value index) { return linearOf(index).base == inner.index; });
          return chooses ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool mixes(const Inner &inner) {
    RowDependence dependence(plate, plate.getIndices().front(), data);
    return inner.body
        ->walk([&](Operation *op) {
          bool counts = isa<prob::LogDensityOp>(op) || (op->getNumRegions() == 0 && isExpensive(op));
          bool mixed = counts && llvm::any_of(op->getOperands(), [&](Value operand) {
                         return dependence.of(operand).kind == Dependence::Mixed;
                       });
          return mixed ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool findTerms(Inner &inner) {
    if (auto nested = dyn_cast<tg::PlateOp>(inner.op)) {
      inner.terms = llvm::to_vector(nested.getYield().getSums());
      return inner.terms.size() == nested.getNumResults() || refuse("it computes more than sums");
    }
    auto loop = cast<scf::ForOp>(inner.op);
    IndependentLoop analysis(loop);
    if (!analysis)
      return refuse("its iterations are not independent");
    for (const CarriedState &state : analysis.states)
      if (state.getKind() != CarriedState::Sum)
        return refuse("it computes more than sums");
    inner.terms = llvm::to_vector(loop.getYieldedValues());
    inner.states = llvm::to_vector_of<Value>(loop.getRegionIterArgs());
    inner.starts = llvm::to_vector(loop.getInitArgs());
    return true;
  }

  /// The sum of the plate that a value is added to, or subtracted from, and not used otherwise.
  std::optional<std::pair<unsigned, bool>> targetOf(Value value) {
    bool isNegative = false;
    while (value.hasOneUse()) {
      OpOperand &use = *value.getUses().begin();
      Operation *user = use.getOwner();
      if (user == plate.getYield()) {
        unsigned k = use.getOperandNumber();
        return k < plate.getSums().size() ? std::optional(std::pair(k, isNegative)) : std::nullopt;
      }
      if (user->getBlock() != plate.getBodyBlock())
        return std::nullopt;
      if (auto loop = dyn_cast<scf::ForOp>(user)) {
        if (use.getOperandNumber() < loop.getNumControlOperands())
          return std::nullopt;
        unsigned k = use.getOperandNumber() - loop.getNumControlOperands();
        if (CarriedState(loop, k).getKind() != CarriedState::Sum)
          return std::nullopt;
        value = loop.getResult(k);
        continue;
      }
      if (!isa<arith::AddFOp, arith::SubFOp, arith::AddIOp, arith::SubIOp>(user))
        return std::nullopt;
      isNegative ^= isa<arith::SubFOp, arith::SubIOp>(user) && use.getOperandNumber() == 1;
      value = user->getResult(0);
    }
    return std::nullopt;
  }

  /// Data may say anything until it is checked, as it is where the iterations are listed.
  bool findLimits(Inner &inner) {
    auto limit = [&](Value index, Value size) {
      Linear place = linearOf(index);
      if (place.base != inner.index ||
          !(matchPattern(size, m_Constant()) || rows.contains(size) || data.contains(size)))
        return false;
      inner.first = -place.offset;
      inner.size = size;
      return true;
    };
    for (auto check : inner.body->getOps<tg::CheckOp>()) {
      auto compare = check.getCondition().getDefiningOp<arith::CmpIOp>();
      inner.isChecked = compare && compare.getPredicate() == arith::CmpIPredicate::ult &&
                        compare.getLhs().getType().isIndex() && limit(compare.getLhs(), compare.getRhs());
      if (inner.isChecked)
        return true;
    }
    OpBuilder b(plate);
    for (auto read : inner.body->getOps<tensor::ExtractOp>())
      for (auto [dim, index] : llvm::enumerate(read.getIndices()))
        if (linearOf(index).base == inner.index && !isOfRow(read.getTensor()) &&
            read.getTensor().getParentBlock() != inner.body &&
            limit(index, sizeOf(b, read.getLoc(), read.getTensor(), dim)))
          return true;
    // A slice of the row: what it starts from is a number of the row.
    for (auto read : inner.body->getOps<tensor::ExtractOp>())
      for (auto [dim, index] : llvm::enumerate(read.getIndices()))
        if (auto sum = index.getDefiningOp<arith::AddIOp>(); sum && !isOfRow(read.getTensor()))
          for (auto [start, moving] : {std::pair(sum.getLhs(), sum.getRhs()), {sum.getRhs(), sum.getLhs()}})
            if (moving == inner.index && isOfRow(start) && rows.contains(start)) {
              OpBuilder atRow(inner.op);
              Value size = sizeOf(b, read.getLoc(), read.getTensor(), dim);
              if (!matchPattern(size, m_Constant()) && !data.contains(size))
                continue;
              inner.size = arith::SubIOp::create(atRow, read.getLoc(), size, start);
              return true;
            }
    // Otherwise sizes bound it, and the row.
    auto isBounded = [&](Value bound) {
      if (!bound)
        return true;
      Value base = linearOf(bound).base;
      auto listed = base ? base.getDefiningOp<tensor::ExtractOp>() : nullptr;
      return !base || base == plate.getIndices().front() || isNonNegative(base) ||
             (listed && lists.contains(listed.getTensor()));
    };
    return isBounded(inner.lower) && isBounded(inner.upper);
  }

  //===--------------------------------------------------------------------===//
  // The rewrite
  //===--------------------------------------------------------------------===//

  /// The bounds of the inner loop in row `row`, within the limits; `failed` says whether a row before was
  /// not.
  struct Bounds {
    Value lower, upper, failed;
  };

  Bounds boundsAt(OpBuilder &b, Location loc, const Inner &inner, Value row, Value failed) {
    IRMapping mapping;
    mapping.map(plate.getIndices().front(), row);
    SmallVector<Value> needed{inner.upper};
    if (inner.lower)
      needed.push_back(inner.lower);
    if (inner.size)
      needed.push_back(inner.size);
    for (Operation *op : sliceOf(*plate.getBodyBlock(), needed))
      b.clone(*op, mapping);
    auto constant = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value).getResult(); };
    Value lower = inner.lower ? mapping.lookupOrDefault(inner.lower) : constant(0);
    Value upper = mapping.lookupOrDefault(inner.upper);
    if (!inner.size)
      return {lower, upper, failed};
    auto least = [&](Value x, Value y) -> Value { return arith::MinSIOp::create(b, loc, x, y); };
    auto isLess = [&](Value x, Value y) -> Value {
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x, y);
    };
    Value first = constant(inner.first);
    Value end = arith::AddIOp::create(b, loc, mapping.lookupOrDefault(inner.size), first);
    Value isWrong = arith::OrIOp::create(b, loc, isLess(lower, first), isLess(end, upper));
    isWrong = arith::AndIOp::create(b, loc, isWrong, isLess(lower, upper));
    Value start = least(lower, end), last;
    if (inner.isChecked) { // The first iteration that fails is enough, which may be the first of all.
      last = least(upper, arith::AddIOp::create(b, loc, end, constant(1)));
      Value next = least(upper, arith::AddIOp::create(b, loc, start, constant(1)));
      last = arith::SelectOp::create(b, loc, isLess(lower, first), next, last);
    } else {
      start = arith::MaxSIOp::create(b, loc, start, first);
      last = least(upper, end);
    }
    last = arith::SelectOp::create(b, loc, failed, start, last);
    return {start, last, arith::OrIOp::create(b, loc, failed, isWrong)};
  }

  /// The rows and the indices of all iterations, and how many there are.
  struct Iterations {
    Value rows, indices, count;
  };

  Iterations listIterations(const Inner &inner) {
    OpBuilder b(plate);
    Location loc = inner.op->getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
    Value no = arith::ConstantIntOp::create(b, loc, 0, 1), extent = plate.getExtents().front();
    auto counting = scf::ForOp::create(b, loc, zero, extent, one, ValueRange{zero, no},
                                       [&](OpBuilder &b, Location loc, Value row, ValueRange state) {
                                         Bounds bounds = boundsAt(b, loc, inner, row, state[1]);
                                         Value trips =
                                             arith::SubIOp::create(b, loc, bounds.upper, bounds.lower);
                                         trips = arith::MaxSIOp::create(b, loc, trips, zero);
                                         Value count = arith::AddIOp::create(b, loc, state[0], trips);
                                         scf::YieldOp::create(b, loc, ValueRange{count, bounds.failed});
                                       });
    Value count = counting.getResult(0);
    auto type = RankedTensorType::get(ShapedType::kDynamic, b.getIndexType());
    Value rowList = tensor::EmptyOp::create(b, loc, type, count),
          indexList = tensor::EmptyOp::create(b, loc, type, count);
    auto filling = scf::ForOp::create(b, loc, zero, extent, one, ValueRange{rowList, indexList, zero, no},
                                      [&](OpBuilder &b, Location loc, Value row, ValueRange state) {
                                        Bounds bounds = boundsAt(b, loc, inner, row, state[3]);
                                        auto ofRow = scf::ForOp::create(
                                            b, loc, bounds.lower, bounds.upper, one, state.take_front(3),
                                            [&](OpBuilder &b, Location loc, Value index, ValueRange state) {
                                              Value rows =
                                                  tensor::InsertOp::create(b, loc, row, state[0], state[2]);
                                              Value indices =
                                                  tensor::InsertOp::create(b, loc, index, state[1], state[2]);
                                              Value next = arith::AddIOp::create(b, loc, state[2], one);
                                              scf::YieldOp::create(b, loc, ValueRange{rows, indices, next});
                                            });
                                        SmallVector<Value> next(ofRow.getResults());
                                        next.push_back(bounds.failed);
                                        scf::YieldOp::create(b, loc, next);
                                      });
    lists.insert_range(filling.getResults().take_front(2));
    return {filling.getResult(0), filling.getResult(1), count};
  }

  /// The numbers that rows hand to their iterations, a row each.
  ResultRange computeHanded(OpBuilder &b, const Inner &inner) {
    if (inner.handed.empty())
      return ResultRange(plate->getResults().take_front(0));
    auto ofRows = tg::PlateOp::create(b, inner.op->getLoc(), plate.getExtents(), ValueRange(),
                                      [&](OpBuilder &body, Location loc, ValueRange row, ValueRange) {
                                        IRMapping mapping;
                                        mapping.map(plate.getIndices(), row);
                                        for (Operation *op : sliceOf(*plate.getBodyBlock(), inner.handed))
                                          body.clone(*op, mapping);
                                        SmallVector<Value> values;
                                        for (Value value : inner.handed)
                                          values.push_back(mapping.lookup(value));
                                        tg::YieldOp::create(body, loc, ValueRange(), ValueRange(),
                                                            ValueRange(), values);
                                      });
    return ofRows.getRows();
  }

  tg::PlateOp flatten(Inner &inner) {
    Operation *before = plate->getPrevNode();
    Iterations all = listIterations(inner);
    addOps(before, plate, data);
    OpBuilder b(plate);
    ResultRange handed = computeHanded(b, inner);
    auto flat = tg::PlateOp::create(
        b, inner.op->getLoc(), all.count, ValueRange(),
        [&](OpBuilder &body, Location loc, ValueRange k, ValueRange) {
          IRMapping mapping;
          Value row = tensor::ExtractOp::create(body, loc, all.rows, k);
          mapping.map(plate.getIndices().front(), row);
          for (auto [value, ofRows] : llvm::zip_equal(inner.handed, handed))
            mapping.map(value, tensor::ExtractOp::create(body, loc, ofRows, row).getResult());
          mapping.map(inner.index, tensor::ExtractOp::create(body, loc, all.indices, k).getResult());
          for (Value state : inner.states)
            mapping.map(state, makeNeutral(b, loc, state.getType()));
          SmallVector<Value> captured;
          inner.body->walk([&](Operation *op) {
            llvm::copy_if(op->getOperands(), std::back_inserter(captured),
                          [&](Value v) { return isOfRow(v) && !llvm::is_contained(inner.handed, v); });
          });
          for (Operation *op : sliceOf(*plate.getBodyBlock(), captured))
            body.clone(*op, mapping);
          for (Operation &op : inner.body->without_terminator())
            body.clone(op, mapping);
          SmallVector<Value> sums;
          for (auto [term, target] : llvm::zip_equal(inner.terms, inner.targets))
            if (target)
              sums.push_back(mapping.lookupOrDefault(term));
          tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), ValueRange());
        });
    SmallVector<std::pair<unsigned, bool>> targets;
    for (auto [k, target] : llvm::enumerate(inner.targets)) {
      if (target)
        targets.push_back(*target);
      Value result = inner.op->getResult(k), start;
      if (!inner.starts.empty())
        start = inner.starts[k];
      else
        start = arith::ConstantOp::create(b, inner.op->getLoc(), b.getZeroAttr(result.getType()));
      result.replaceAllUsesWith(start);
    }
    inner.op->erase();
    eraseDead(*flat.getBodyBlock());
    addSums(flat, targets);
    return flat;
  }

  /// Adds the sums of `flat` to those of the plate that they were a part of.
  void addSums(tg::PlateOp flat, ArrayRef<std::pair<unsigned, bool>> targets) {
    OpBuilder b(plate.getContext());
    b.setInsertionPointAfter(plate);
    for (auto [part, target] : llvm::zip_equal(flat.getSums(), targets)) {
      Location loc = flat.getLoc();
      Value sum = plate.getSums()[target.first];
      Value total = target.second ? minus(b, loc, sum, part) : plus(b, loc, sum, part);
      sum.replaceAllUsesExcept(total, total.getDefiningOp());
    }
  }

  tg::PlateOp plate;
  DataOnly &data;
  RowData rows;
  DenseSet<Value> &lists;
  StringRef reason;
};

struct FlattenPlates : optimize::impl::FlattenPlatesBase<FlattenPlates> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!mayUsePrepared(function))
      return;
    SmallVector<tg::PlateOp> plates(function.getBody().front().getOps<tg::PlateOp>());
    DataOnly data(function);
    DenseSet<Value> lists;
    SetVector<tg::PlateOp> made;
    while (!plates.empty()) {
      tg::PlateOp plate = plates.pop_back_val();
      if (plate.getRank() != 1 || !data.contains(plate.getExtents().front()))
        continue;
      SmallVector<tg::PlateOp> flat = Flattening(plate, data, lists).run();
      made.insert_range(flat);
      llvm::append_range(plates, flat);
    }
    for (tg::PlateOp plate : made)
      gatherRowData(plate, data);
  }
};
} // namespace
