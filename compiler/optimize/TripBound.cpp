//===- TripBound.cpp - how often a while runs at most -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The condition is taken apart into what must all hold for the loop to go on. One part may compare with a
// bound what every trip moves towards it by the same step, or every trip but the one that sets a flag on
// which the loop ends.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/TripBound.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace astragal;

namespace {

/// What an `scf.if` or a select yields, by its condition.
struct Choice {
  Value condition, ifTrue, ifFalse;
};

Choice choiceOf(Value value) {
  if (auto select = value.getDefiningOp<arith::SelectOp>())
    return {select.getCondition(), select.getTrueValue(), select.getFalseValue()};
  if (auto branch = value.getDefiningOp<scf::IfOp>()) {
    unsigned k = cast<OpResult>(value).getResultNumber();
    return {branch.getCondition(), branch.thenYield().getOperand(k), branch.elseYield().getOperand(k)};
  }
  return {};
}

class TripBound {
public:
  explicit TripBound(scf::WhileOp loop) : loop(loop) {
    SmallVector<Value> parts = {loop.getConditionOp().getCondition()};
    for (size_t k = 0; k < parts.size(); ++k)
      if (!split(parts[k], parts))
        conjuncts.push_back(parts[k]);
  }

  std::optional<int64_t> find() {
    std::optional<int64_t> least;
    for (Value conjunct : conjuncts)
      if (std::optional<int64_t> bound = boundBy(conjunct); bound && *bound <= least.value_or(*bound))
        least = bound;
    return least;
  }

  /// Whether something counts the trips, however many there are.
  bool isCounted() {
    return llvm::any_of(conjuncts, [&](Value conjunct) { return counterOf(conjunct).has_value(); });
  }

private:
  /// Appends the parts of a conjunction, also one that does not evaluate its second part in vain.
  bool split(Value value, SmallVectorImpl<Value> &parts) {
    if (auto both = value.getDefiningOp<arith::AndIOp>()) {
      parts.append({both.getLhs(), both.getRhs()});
      return true;
    }
    if (auto negation = value.getDefiningOp<arith::XOrIOp>();
        negation && matchPattern(negation.getRhs(), m_One())) {
      endsOn(negation.getLhs());
      return true;
    }
    Choice choice = choiceOf(value);
    if (!choice.condition)
      return false;
    if (matchPattern(choice.ifTrue, m_Zero())) {
      endsOn(choice.condition);
      parts.push_back(choice.ifFalse);
      return true;
    }
    if (matchPattern(choice.ifFalse, m_Zero())) {
      parts.append({choice.condition, choice.ifTrue});
      return true;
    }
    return false;
  }

  void endsOn(Value flag) {
    if (auto argument = dyn_cast<BlockArgument>(flag);
        argument && argument.getOwner() == loop.getBeforeBody())
      flags.push_back(argument.getArgNumber());
  }

  /// Whether a trip in which `condition` holds is the last.
  bool isLast(Value condition) {
    return llvm::any_of(flags, [&](unsigned k) {
      Value next = loop.getYieldOp().getOperand(k);
      Choice choice = choiceOf(next);
      auto either = next.getDefiningOp<arith::OrIOp>();
      return next == condition || (either && llvm::is_contained(either->getOperands(), condition)) ||
             (choice.condition == condition && matchPattern(choice.ifTrue, m_One()));
    });
  }

  /// A counter that every trip, or all but one, moves towards `end`.
  struct Counter {
    Value start, end;
    int64_t step;
    bool inclusive; ///< It may be `end`.
    bool mayPause;  ///< In the last trip.
  };

  std::optional<Counter> counterOf(Value conjunct) {
    auto compare = conjunct.getDefiningOp<arith::CmpIOp>();
    auto counter = compare ? dyn_cast<BlockArgument>(compare.getLhs()) : BlockArgument();
    if (!counter || counter.getOwner() != loop.getBeforeBody() ||
        !loop.isDefinedOutsideOfLoop(compare.getRhs()))
      return std::nullopt;
    unsigned k = counter.getArgNumber();
    OperandRange passed = loop.getConditionOp().getArgs();
    size_t number = llvm::find(passed, counter) - passed.begin();
    if (number == passed.size())
      return std::nullopt;
    Value before = loop.getAfterArguments()[number], after = loop.getYieldOp().getOperand(k);
    bool mayPause = false;
    if (Choice choice = choiceOf(after);
        choice.condition && choice.ifTrue == before && isLast(choice.condition)) {
      after = choice.ifFalse;
      mayPause = true;
    }
    auto next = after.getDefiningOp<arith::AddIOp>();
    std::optional<int64_t> step;
    if (!next || next.getLhs() != before || !(step = getConstantIntValue(next.getRhs())))
      return std::nullopt;
    using P = arith::CmpIPredicate;
    P predicate = compare.getPredicate();
    bool up = predicate == P::slt || predicate == P::sle, down = predicate == P::sgt || predicate == P::sge;
    if (!(up && *step > 0) && !(down && *step < 0))
      return std::nullopt;
    bool inclusive = predicate == P::sle || predicate == P::sge;
    return Counter{loop.getInits()[k], compare.getRhs(), *step, inclusive, mayPause};
  }

  std::optional<int64_t> boundBy(Value conjunct) {
    std::optional<Counter> counter = counterOf(conjunct);
    if (!counter)
      return std::nullopt;
    std::optional<int64_t> start = getConstantIntValue(counter->start),
                           end = getConstantIntValue(counter->end);
    auto isSmall = [](std::optional<int64_t> value) { return value && llvm::isInt<32>(*value); };
    if (!isSmall(start) || !isSmall(end) || !isSmall(counter->step))
      return std::nullopt;
    int64_t distance = (counter->step > 0 ? *end - *start : *start - *end) + counter->inclusive;
    return std::max<int64_t>(0, llvm::divideCeilSigned(distance, std::abs(counter->step))) +
           counter->mayPause;
  }

  scf::WhileOp loop;
  SmallVector<Value> conjuncts;
  SmallVector<unsigned> flags; // states on which the loop ends
};
} // namespace

std::optional<int64_t> optimize::boundTrips(scf::WhileOp loop) { return TripBound(loop).find(); }

bool optimize::mayRunForever(scf::WhileOp loop) { return !TripBound(loop).isCounted(); }
