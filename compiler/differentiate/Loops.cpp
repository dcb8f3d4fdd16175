//===- Loops.cpp - derivatives of scf.for ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"
#include "compiler/optimize/CarriedState.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::differentiate {

/// max(0, ceil((upper - lower) / step)), before the loop.
static Value countTrips(Sweep &sweep, scf::ForOp loop) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  Value lower = loop.getLowerBound(), upper = loop.getUpperBound(), step = loop.getStep();
  if (upper.getDefiningOp<scf::WhileOp>() && lower == sweep.index(0) && step == sweep.index(1))
    return upper; // counted, see Whiles.cpp
  Value span = b.createOrFold<arith::SubIOp>(upper, lower);
  Value trips = b.createOrFold<arith::CeilDivSIOp>(span, step);
  return b.createOrFold<arith::MaxSIOp>(trips, sweep.index(0));
}

/// Iterations that hand nothing on may be reversed in any order: in their own, what they read stays the same
/// for all rows of a plate around the loop.
static bool isInAnyOrder(scf::ForOp loop) {
  for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k) {
    optimize::CarriedState::Kind kind = optimize::CarriedState(loop, k).getKind();
    if (kind != optimize::CarriedState::Sum && kind != optimize::CarriedState::Invariant)
      return false;
  }
  return true;
}

/// The reverse runs the iterations from the last to the first. Each computes the body again from the state at
/// its start, then reverses it. The adjoints of the state and of what the loop captures are carried.
LogicalResult reverseLoop(Sweep &outer, scf::ForOp &loop, Value capacity) {
  Context &context = outer.context;
  ImplicitLocOpBuilder &b = outer.b;
  if (!loop.getInductionVar().getType().isIndex())
    return loop.emitError("not supported yet: the derivative of a loop over ")
           << loop.getInductionVar().getType();

  SmallVector<unsigned> carried;
  SmallVector<Value> inits;
  for (unsigned k = 0; k < loop.getNumResults(); ++k)
    if (outer.isActive(loop.getResult(k)) || outer.isActive(loop.getRegionIterArg(k))) {
      carried.push_back(k);
      inits.push_back(outer.takeOrZero(loop.getResult(k)));
    }
  llvm::SetVector<Value> captured = context.activity.captures(loop.getRegion());
  Value trips = countTrips(outer, loop);
  std::optional<int64_t> knownTrips = getConstantIntValue(trips);
  auto isSelected = [&](Value value) {
    return (!knownTrips || *knownTrips <= 0) && outer.isWorthSelecting(value);
  };
  for (Value value : captured)
    inits.push_back(isSelected(value) ? outer.constant(0) : outer.getOrZero(value));

  auto reverse = scf::ForOp::create(b, outer.index(0), trips, outer.index(1), inits);
  Block *body = reverse.getBody();
  if (!body->empty())
    body->back().erase();
  Sweep inner(context, OpBuilder::atBlockEnd(body), loop.getLoc(), outer.plate);
  inner.onCopies = true;
  ImplicitLocOpBuilder &ib = inner.b;
  Value last, iteration = reverse.getInductionVar();
  if (!isInAnyOrder(loop)) {
    last = ImplicitLocOpBuilder(loop.getLoc(), reverse).createOrFold<arith::SubIOp>(trips, outer.index(1));
    iteration = ib.createOrFold<arith::SubIOp>(last, iteration);
  }
  Value offset = ib.createOrFold<arith::MulIOp>(iteration, loop.getStep());
  IRMapping mapping;
  mapping.map(loop.getInductionVar(), ib.createOrFold<arith::AddIOp>(offset, loop.getLowerBound()));

  SmallVector<Value> placeholders;
  for (Value state : loop.getRegionIterArgs()) {
    placeholders.push_back(context.placeholder(ib, loop.getLoc(), state));
    mapping.map(state, placeholders.back());
  }
  SmallVector<Operation *> copies = context.copyOps(*loop.getBody(), ib, mapping, /*withChecks=*/false);
  for (Operation &op : loop.getBody()->without_terminator())
    for (Value value : op.getResults())
      if (Value copy = mapping.lookupOrNull(value))
        context.origin[copy] = value;

  for (auto [value, adjoint] :
       llvm::zip_equal(captured, reverse.getRegionIterArgs().drop_front(carried.size())))
    inner.set(value, adjoint);
  {
    // Adjoints of tensors must stand before the copies: plates among them may add to them.
    OpBuilder::InsertionGuard guard(ib);
    ib.setInsertionPointToStart(body);
    for (auto [k, adjoint] : llvm::zip(carried, reverse.getRegionIterArgs()))
      inner.add(mapping.lookupOrDefault(loop.getYieldedValues()[k]), adjoint);
  }
  if (failed(inner.run(copies)))
    return failure();

  ib.setLoc(loop.getLoc());
  SmallVector<Value> next;
  for (unsigned k : carried)
    next.push_back(inner.takeOrZero(placeholders[k]));
  for (Value value : captured)
    next.push_back(inner.get(value));
  scf::YieldOp::create(ib, next);

  for (auto [value, adjoint] : llvm::zip_equal(captured, reverse.getResults().drop_front(carried.size())))
    if (isSelected(value))
      outer.add(value, outer.ifIterated(trips, value, adjoint));
    else
      outer.set(value, adjoint);
  for (auto [k, adjoint] : llvm::zip(carried, reverse.getResults()))
    outer.add(loop.getInits()[k], adjoint);
  loop = provideState(outer, loop, reverse, placeholders, last, capacity ? capacity : trips);
  return success();
}

} // namespace astragal::differentiate
