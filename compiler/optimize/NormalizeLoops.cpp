//===- NormalizeLoops.cpp - loops that count, and loops that break ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_NORMALIZELOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

//===----------------------------------------------------------------------===//
// A while that counts
//===----------------------------------------------------------------------===//

namespace {
/// `while (k < end) { ...; k += step; }`, or the same downwards.
struct Count {
  unsigned state; ///< Which one k is.
  Value end;      ///< The same in all trips.
  int64_t step;   ///< Not zero.
  bool inclusive; ///< k may be `end`.
};
} // namespace

/// Moves what the condition computes from outside values in front of the loop: it is evaluated once at least.
static void hoistInvariant(scf::WhileOp loop) {
  for (Operation &op : llvm::make_early_inc_range(loop.getBeforeBody()->without_terminator()))
    if (op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
        llvm::all_of(op.getOperands(), [&](Value operand) { return loop.isDefinedOutsideOfLoop(operand); }))
      op.moveBefore(loop);
}

static std::optional<Count> findCount(scf::WhileOp loop) {
  scf::ConditionOp condition = loop.getConditionOp();
  auto compare = condition.getCondition().getDefiningOp<arith::CmpIOp>();
  if (!compare || !llvm::hasSingleElement(loop.getBeforeBody()->without_terminator()))
    return std::nullopt;
  auto isKnown = [&](Value value) {
    return llvm::is_contained(loop.getBeforeArguments(), value) || loop.isDefinedOutsideOfLoop(value);
  };
  if (!llvm::all_of(condition.getArgs(), isKnown) || !loop.isDefinedOutsideOfLoop(compare.getRhs()))
    return std::nullopt;
  auto counter = dyn_cast<BlockArgument>(compare.getLhs());
  if (!counter || counter.getOwner() != loop.getBeforeBody())
    return std::nullopt;
  Count count{counter.getArgNumber(), compare.getRhs(), 0, false};
  auto next = loop.getYieldOp().getOperand(count.state).getDefiningOp<arith::AddIOp>();
  auto passed = next ? dyn_cast<BlockArgument>(next.getLhs()) : BlockArgument();
  if (!passed || passed.getOwner() != loop.getAfterBody() ||
      condition.getArgs()[passed.getArgNumber()] != counter)
    return std::nullopt;
  count.step = getConstantIntValue(next.getRhs()).value_or(0);
  using P = arith::CmpIPredicate;
  P predicate = compare.getPredicate();
  count.inclusive = predicate == P::sle || predicate == P::sge;
  bool up = (predicate == P::slt || predicate == P::sle) && count.step > 0;
  bool down = (predicate == P::sgt || predicate == P::sge) && count.step < 0;
  return up || down ? std::optional(count) : std::nullopt;
}

/// Rewrites the loop as one over the numbers of its trips, or over k itself where it goes up by one.
static void countByRange(scf::WhileOp loop, Count count) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  Type type = count.end.getType();
  auto toIndex = [&](Value value) {
    return type.isIndex() ? value : b.createOrFold<arith::IndexCastOp>(b.getIndexType(), value);
  };
  Value start = toIndex(loop.getInits()[count.state]), end = toIndex(count.end);
  Value zero = arith::ConstantIndexOp::create(b, 0), one = arith::ConstantIndexOp::create(b, 1);
  bool direct = count.step == 1;
  Value first = start, last = end, step = arith::ConstantIndexOp::create(b, count.step);
  if (direct) {
    if (count.inclusive)
      last = b.createOrFold<arith::AddIOp>(end, one);
  } else {
    Value distance = count.step > 0 ? b.createOrFold<arith::SubIOp>(end, start)
                                    : b.createOrFold<arith::SubIOp>(start, end);
    if (count.inclusive)
      distance = b.createOrFold<arith::AddIOp>(distance, one);
    if (std::abs(count.step) != 1)
      distance = b.createOrFold<arith::CeilDivSIOp>(distance,
                                                    arith::ConstantIndexOp::create(b, std::abs(count.step)));
    first = zero;
    last = distance;
  }
  auto counterAt = [&](OpBuilder &builder, Location loc, Value position) {
    Value value = position;
    if (!direct)
      value = builder.createOrFold<arith::AddIOp>(loc, start,
                                                  builder.createOrFold<arith::MulIOp>(loc, position, step));
    return type.isIndex() ? value : builder.createOrFold<arith::IndexCastOp>(loc, type, value);
  };
  scf::ConditionOp condition = loop.getConditionOp();
  /// What stands for the state, given that of the others, and the counter.
  auto mapState = [&](IRMapping &mapping, ValueRange others, Value counter) {
    for (auto [k, argument] : llvm::enumerate(loop.getBeforeArguments())) {
      mapping.map(argument, k == count.state ? counter : others.front());
      if (k != count.state)
        others = others.drop_front();
    }
  };
  SmallVector<Value> inits;
  for (auto [k, init] : llvm::enumerate(loop.getInits()))
    if (k != count.state)
      inits.push_back(init);
  auto range = scf::ForOp::create(
      b, first, last, one, inits, [&](OpBuilder &builder, Location loc, Value position, ValueRange state) {
        IRMapping mapping;
        mapState(mapping, state, counterAt(builder, loc, position));
        for (auto [argument, value] : llvm::zip_equal(loop.getAfterArguments(), condition.getArgs()))
          mapping.map(argument, mapping.lookupOrDefault(value));
        for (Operation &op : loop.getAfterBody()->without_terminator())
          builder.clone(op, mapping);
        SmallVector<Value> next;
        for (auto [k, value] : llvm::enumerate(loop.getYieldOp().getOperands()))
          if (k != count.state)
            next.push_back(mapping.lookupOrDefault(value));
        scf::YieldOp::create(builder, loc, next);
      });
  IRMapping ends;
  // The counter ends where it began if there was no trip.
  Value behind =
      direct ? b.createOrFold<arith::MaxSIOp>(first, last) : b.createOrFold<arith::MaxSIOp>(last, zero);
  mapState(ends, range.getResults(), counterAt(b, loop.getLoc(), behind));
  for (auto [result, value] : llvm::zip_equal(loop.getResults(), condition.getArgs()))
    result.replaceAllUsesWith(ends.lookupOrDefault(value));
  loop.erase();
}

//===----------------------------------------------------------------------===//
// A range with a break
//===----------------------------------------------------------------------===//

namespace {
/// `for (i in first:last) { if (!broken) ...; }`
struct Break {
  scf::IfOp branch;
  unsigned flag;
  bool idleIfSet; ///< Nothing happens in a trip once the flag is set; else: while it is not.
};
} // namespace

/// Whether the branch does nothing, given that the flag has the value that leads to it.
static bool isIdle(Region &region, scf::ForOp loop, Break found) {
  if (region.empty() || !llvm::hasSingleElement(region.front()))
    return false;
  ValueRange yielded = region.front().getTerminator()->getOperands();
  for (auto [k, next] : llvm::enumerate(loop.getYieldedValues())) {
    auto result = dyn_cast<OpResult>(next);
    if (!result || result.getOwner() != found.branch) {
      if (next != loop.getRegionIterArg(k))
        return false;
      continue;
    }
    Value kept = yielded[result.getResultNumber()];
    APInt constant;
    bool isFlag = k == found.flag && matchPattern(kept, m_ConstantInt(&constant)) &&
                  constant.isOne() == found.idleIfSet;
    if (kept != loop.getRegionIterArg(k) && !isFlag)
      return false;
  }
  return true;
}

static std::optional<Break> findBreak(scf::ForOp loop) {
  for (Operation &op : loop.getBody()->without_terminator()) {
    auto branch = dyn_cast<scf::IfOp>(op);
    if (!branch) {
      if (op.getNumRegions() != 0 || !isMemoryEffectFree(&op))
        return std::nullopt;
      continue;
    }
    auto flag = dyn_cast<BlockArgument>(branch.getCondition());
    if (!flag || flag.getOwner() != loop.getBody() || flag == loop.getInductionVar() ||
        op.getNextNode() != loop.getBody()->getTerminator())
      return std::nullopt;
    for (bool idleIfSet : {true, false}) {
      Break found{branch, flag.getArgNumber() - 1, idleIfSet};
      if (isIdle(idleIfSet ? branch.getThenRegion() : branch.getElseRegion(), loop, found))
        return found;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

/// Rewrites the loop as a while that ends with the trip that breaks.
static void endAtBreak(scf::ForOp loop, Break found) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  SmallVector<Value> inits(loop.getInits());
  inits.push_back(loop.getLowerBound());
  Value yes = arith::ConstantIntOp::create(b, b.getI1Type(), 1);
  Region &active = found.idleIfSet ? found.branch.getElseRegion() : found.branch.getThenRegion();
  auto shorter = scf::WhileOp::create(
      b, ValueRange(inits).getTypes(), inits,
      [&](OpBuilder &builder, Location loc, ValueRange state) {
        Value more = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, state.back(),
                                           loop.getUpperBound());
        Value flag = state[found.flag];
        if (found.idleIfSet)
          flag = arith::XOrIOp::create(builder, loc, flag, yes);
        scf::ConditionOp::create(builder, loc, arith::AndIOp::create(builder, loc, more, flag), state);
      },
      [&](OpBuilder &builder, Location loc, ValueRange state) {
        IRMapping mapping;
        mapping.map(loop.getRegionIterArgs(), state.drop_back());
        mapping.map(loop.getInductionVar(), state.back());
        for (Operation &op : loop.getBody()->without_terminator())
          if (&op != found.branch)
            builder.clone(op, mapping);
        Operation *end = active.empty() ? nullptr : active.front().getTerminator();
        if (end)
          for (Operation &op : active.front().without_terminator())
            builder.clone(op, mapping);
        SmallVector<Value> next;
        for (Value value : loop.getYieldedValues()) {
          auto result = dyn_cast<OpResult>(value);
          if (result && result.getOwner() == found.branch)
            value = end->getOperand(result.getResultNumber());
          next.push_back(mapping.lookupOrDefault(value));
        }
        next.push_back(arith::AddIOp::create(builder, loc, state.back(), loop.getStep()));
        scf::YieldOp::create(builder, loc, next);
      });
  loop.replaceAllUsesWith(ValueRange(shorter.getResults()).drop_back());
  loop.erase();
}

namespace {
struct NormalizeLoops : optimize::impl::NormalizeLoopsBase<NormalizeLoops> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto loop = dyn_cast<scf::WhileOp>(op))
        visit(loop);
      else if (auto loop = dyn_cast<scf::ForOp>(op))
        visit(loop);
    });
  }

  static void visit(scf::WhileOp loop) {
    hoistInvariant(loop);
    std::optional<Count> count = findCount(loop);
    if (!count)
      return declined(loop, "normalize-loops", "its condition is not a bound of what each trip counts");
    applied(loop, "normalize-loops",
            "became a loop over a range: its condition bounds what each trip counts");
    countByRange(loop, *count);
  }

  static void visit(scf::ForOp loop) {
    constexpr int64_t few = 4;
    std::optional<Break> found = findBreak(loop);
    if (!found)
      return;
    if (llvm::any_of(loop.getResultTypes(), llvm::IsaPred<ShapedType>))
      return declined(loop, "normalize-loops",
                      "it breaks, but carries a tensor: the trips that are left stay, empty");
    if (std::optional<int64_t> most = mostTrips(loop); most && *most <= few)
      return declined(loop, "normalize-loops", "it breaks, but a loop of so few trips is better written out");
    applied(loop, "normalize-loops", "ends with the trip that breaks");
    endAtBreak(loop, *found);
  }
};
} // namespace
