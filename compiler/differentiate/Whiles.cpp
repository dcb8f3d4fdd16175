//===- Whiles.cpp - scf.while as a loop of known length -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

using namespace mlir;

namespace astragal::differentiate {

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

LogicalResult convertWhiles(Context &context, Value input) {
  for (;;) {
    Value result = context.function.front().getTerminator()->getOperand(0);
    context.activity.compute(input, result);
    // Outer loops first: the copy that counts keeps its inner loops as they are.
    SmallVector<scf::WhileOp> found;
    context.function.walk<WalkOrder::PreOrder>([&](scf::WhileOp loop) {
      if (llvm::none_of(loop.getResults(), [&](Value value) { return context.activity.isActive(value); }))
        return WalkResult::advance();
      found.push_back(loop);
      return WalkResult::skip();
    });
    if (found.empty())
      return success();
    for (scf::WhileOp loop : found)
      convert(context, loop);
  }
}

} // namespace astragal::differentiate
