//===- Whiles.cpp - derivatives of scf.while -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A while whose state is scalars counts its trips, and its reverse is that of a loop of so many trips. Where
// the condition bounds the trips, the tape has room for as many as there may be, and the while writes it as
// it runs; otherwise the loop runs once more for the tape. A while that carries tensors becomes a loop of
// known length before anything else.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

using namespace mlir;

namespace astragal::differentiate {

//===----------------------------------------------------------------------===//
// What carries tensors
//===----------------------------------------------------------------------===//

/// The loop as it is, with a counter instead of results. It keeps the checks.
static Value countTrips(Context &context, scf::WhileOp loop) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  SmallVector<Value> inits(loop.getInits());
  inits.push_back(context.index(0));
  SmallVector<Type> types(loop.getResultTypes());
  types.push_back(b.getIndexType());
  IRMapping mapping;
  auto counting = scf::WhileOp::create(
      b, types, inits,
      [&](OpBuilder &inner, Location loc, ValueRange state) {
        mapping.map(loop.getBeforeArguments(), state.drop_back());
        context.copyOps(*loop.getBeforeBody(), inner, mapping, /*withChecks=*/true);
        scf::ConditionOp condition = loop.getConditionOp();
        SmallVector<Value> forwarded;
        for (Value value : condition.getArgs())
          forwarded.push_back(mapping.lookupOrDefault(value));
        forwarded.push_back(state.back());
        scf::ConditionOp::create(inner, loc, mapping.lookupOrDefault(condition.getCondition()), forwarded);
      },
      [&](OpBuilder &inner, Location loc, ValueRange state) {
        mapping.map(loop.getAfterArguments(), state.drop_back());
        context.copyOps(*loop.getAfterBody(), inner, mapping, /*withChecks=*/true);
        SmallVector<Value> next;
        for (Value value : loop.getYieldOp().getOperands())
          next.push_back(mapping.lookupOrDefault(value));
        next.push_back(arith::AddIOp::create(inner, loc, state.back(), context.index(1)));
        scf::YieldOp::create(inner, loc, next);
      });
  return counting.getResults().back();
}

static void convert(Context &context, scf::WhileOp loop) {
  Value trips = countTrips(context, loop);
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  // What the condition's region passes on, from the state at its start.
  auto forward = [&](OpBuilder &builder, ValueRange state) {
    IRMapping mapping;
    mapping.map(loop.getBeforeArguments(), state);
    context.copyOps(*loop.getBeforeBody(), builder, mapping, /*withChecks=*/false);
    SmallVector<Value> forwarded;
    for (Value value : loop.getConditionOp().getArgs())
      forwarded.push_back(mapping.lookupOrDefault(value));
    return forwarded;
  };
  auto fill = [&](OpBuilder &builder, Location loc, Value, ValueRange state) {
    IRMapping mapping;
    mapping.map(loop.getAfterArguments(), forward(builder, state));
    context.copyOps(*loop.getAfterBody(), builder, mapping, /*withChecks=*/false);
    SmallVector<Value> next;
    for (Value value : loop.getYieldOp().getOperands())
      next.push_back(mapping.lookupOrDefault(value));
    scf::YieldOp::create(builder, loc, next);
  };
  auto counted = scf::ForOp::create(b, context.index(0), trips, context.index(1), loop.getInits(), fill);
  loop.replaceAllUsesWith(forward(b, counted.getResults()));
  context.erase(loop);
}

//===----------------------------------------------------------------------===//
// What carries scalars
//===----------------------------------------------------------------------===//

/// On a while in the form that has a reverse: what is passed on is the whole state, and the last of it the
/// number of trips so far.
static constexpr llvm::StringLiteral countedName = "differentiate.counted";

/// Brings the loop into that form. What its condition's region passed on is computed from the state instead.
static void count(Context &context, scf::WhileOp loop) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  scf::ConditionOp condition = loop.getConditionOp();
  bool isComputed = llvm::any_of(condition.getArgs(), [&](Value value) {
    return value.getDefiningOp() && loop.getBefore().isAncestor(value.getParentRegion());
  });
  auto forward = [&](OpBuilder &builder, ValueRange state) {
    IRMapping mapping;
    mapping.map(loop.getBeforeArguments(), state);
    if (isComputed)
      context.copyOps(*loop.getBeforeBody(), builder, mapping, /*withChecks=*/false);
    return llvm::map_to_vector(condition.getArgs(),
                               [&](Value value) { return mapping.lookupOrDefault(value); });
  };
  SmallVector<Value> inits(loop.getInits());
  inits.push_back(context.index(0));
  auto counted = scf::WhileOp::create(
      b, ValueRange(inits).getTypes(), inits,
      [&](OpBuilder &inner, Location loc, ValueRange state) {
        IRMapping mapping;
        mapping.map(loop.getBeforeArguments(), state.drop_back());
        context.copyOps(*loop.getBeforeBody(), inner, mapping, /*withChecks=*/true);
        scf::ConditionOp::create(inner, loc, mapping.lookupOrDefault(condition.getCondition()), state);
      },
      [&](OpBuilder &inner, Location loc, ValueRange state) {
        IRMapping mapping;
        mapping.map(loop.getAfterArguments(), forward(inner, state.drop_back()));
        context.copyOps(*loop.getAfterBody(), inner, mapping, /*withChecks=*/true);
        SmallVector<Value> next;
        for (Value value : loop.getYieldOp().getOperands())
          next.push_back(mapping.lookupOrDefault(value));
        next.push_back(arith::AddIOp::create(inner, loc, state.back(), context.index(1)));
        scf::YieldOp::create(inner, loc, next);
      });
  counted->setAttr(countedName, b.getUnitAttr());
  loop.replaceAllUsesWith(forward(b, ValueRange(counted.getResults()).drop_back()));
  context.erase(loop);
}

/// The loop of as many trips as the while has counted, behind it.
static scf::ForOp runAgain(Context &context, scf::WhileOp loop, bool withChecks) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  b.setInsertionPointAfter(loop);
  auto fill = [&](OpBuilder &builder, Location loc, Value trip, ValueRange state) {
    IRMapping mapping;
    mapping.map(loop.getAfterArguments().back(), trip);
    for (auto [argument, value] : llvm::zip_equal(loop.getAfterArguments().drop_back(), state)) {
      context.activity.inherit(argument, value);
      mapping.map(argument, value);
    }
    context.copyOps(*loop.getAfterBody(), builder, mapping, withChecks);
    SmallVector<Value> next;
    for (Value value : loop.getYieldOp().getOperands().drop_back())
      next.push_back(mapping.lookupOrDefault(value));
    scf::YieldOp::create(builder, loc, next);
  };
  auto again = scf::ForOp::create(b, context.index(0), loop.getResults().back(), context.index(1),
                                  loop.getInits().drop_back(), fill);
  for (auto [counted, result] : llvm::zip_equal(loop.getResults().drop_back(), again.getResults()))
    context.activity.inherit(counted, result);
  return again;
}

/// `again` does what the while does, and writes tapes: the while takes over its body and its place.
static void absorb(Context &context, scf::WhileOp loop, scf::ForOp again) {
  unsigned states = loop.getInits().size() - 1;
  ImplicitLocOpBuilder b(loop.getLoc(), again);
  SmallVector<Value> inits(again.getInits());
  inits.push_back(loop.getInits().back());
  auto whole = scf::WhileOp::create(b, ValueRange(inits).getTypes(), inits);
  whole->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  auto move = [&](Block *from, Region &to) {
    SmallVector<Location> locations(inits.size(), b.getLoc());
    Block *block = b.createBlock(&to, {}, ValueRange(inits).getTypes(), locations);
    block->getOperations().splice(block->end(), from->getOperations());
    b.setInsertionPoint(block->getTerminator());
    return block;
  };
  auto replace = [&](ValueRange from, ValueRange to) {
    for (auto [old, made] : llvm::zip_equal(from, to))
      context.replace(old, made);
  };
  Block *before = move(loop.getBeforeBody(), whole.getBefore());
  replace(loop.getBeforeArguments().take_front(states), before->getArguments().take_front(states));
  replace(loop.getBeforeArguments().back(), before->getArguments().back());
  auto condition = cast<scf::ConditionOp>(before->getTerminator());
  condition.getArgsMutable().assign(before->getArguments());

  Block *after = move(again.getBody(), whole.getAfter());
  replace(again.getRegionIterArgs(), after->getArguments().drop_back());
  replace(again.getInductionVar(), after->getArguments().back());
  Value trips = arith::AddIOp::create(b, after->getArguments().back(), context.index(1));
  after->getTerminator()->insertOperands(again.getNumResults(), trips);

  replace(again.getResults(), whole.getResults().drop_back());
  replace(loop.getResults().take_front(states), whole.getResults().take_front(states));
  replace(loop.getResults().back(), whole.getResults().back());
  context.erase(again);
  context.erase(loop);
}

LogicalResult reverseWhile(Sweep &outer, scf::WhileOp loop) {
  Context &context = outer.context;
  constexpr int64_t most = 1024; // for more trips than that no memory is set aside
  std::optional<int64_t> bound = boundTrips(loop);
  if (bound && *bound > most)
    bound.reset();
  scf::ForOp again = runAgain(context, loop, /*withChecks=*/bound.has_value());
  for (auto [counted, result] : llvm::zip_equal(loop.getResults().drop_back(), again.getResults()))
    outer.rename(counted, result);
  unsigned states = again.getNumResults();
  Value capacity = bound ? context.index(*bound) : Value();
  if (failed(reverseLoop(outer, again, capacity)))
    return failure();
  if (again.getNumResults() == states)
    context.erase(again);
  else if (bound)
    absorb(context, loop, again);
  return success();
}

LogicalResult convertWhiles(Context &context, Value input) {
  for (;;) {
    Value result = context.function.front().getTerminator()->getOperand(0);
    context.activity.compute(input, result);
    // Outer loops first: the copy that counts keeps its inner loops as they are.
    SmallVector<scf::WhileOp> found;
    context.function.walk<WalkOrder::PreOrder>([&](scf::WhileOp loop) {
      if (loop->hasAttr(countedName) ||
          llvm::none_of(loop.getResults(), [&](Value value) { return context.activity.isActive(value); }))
        return WalkResult::advance();
      found.push_back(loop);
      return WalkResult::skip();
    });
    if (found.empty())
      return success();
    for (scf::WhileOp loop : found)
      if (llvm::any_of(loop.getInits().getTypes(), llvm::IsaPred<ShapedType>))
        convert(context, loop);
      else
        count(context, loop);
  }
}

void forgetCounts(func::FuncOp function) {
  function.walk([](scf::WhileOp loop) { loop->removeAttr(countedName); });
}

} // namespace astragal::differentiate
