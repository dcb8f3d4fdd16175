//===- Whiles.cpp - derivatives of scf.while -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A while whose state is scalars counts its trips, and its reverse is that of a loop of so many trips. Where
// the condition bounds the trips, the tape has room for as many as there may be, and the while writes it as
// it runs. Otherwise it does so for the first trips, and a loop that has more of them runs once more for the
// tape. A while that carries tensors becomes a loop of known length before anything else.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"
#include "compiler/optimize/TripBound.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace astragal::differentiate {

/// The rest of a trip of a copy that carries the number of trips, too: `mapping` knows the body's arguments.
static void goOn(Context &context, scf::WhileOp loop, OpBuilder &b, IRMapping &mapping, Value trip) {
  context.copyOps(*loop.getAfterBody(), b, mapping, /*withChecks=*/true);
  SmallVector<Value> next;
  for (Value value : loop.getYieldOp().getOperands())
    next.push_back(mapping.lookupOrDefault(value));
  next.push_back(arith::AddIOp::create(b, loop.getLoc(), trip, context.index(1)));
  scf::YieldOp::create(b, loop.getLoc(), next);
}

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
      [&](OpBuilder &inner, Location, ValueRange state) {
        mapping.map(loop.getAfterArguments(), state.drop_back());
        goOn(context, loop, inner, mapping, state.back());
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
      [&](OpBuilder &inner, Location, ValueRange state) {
        IRMapping mapping;
        mapping.map(loop.getAfterArguments(), forward(inner, state.drop_back()));
        goOn(context, loop, inner, mapping, state.back());
      });
  counted->setAttr(countedName, b.getUnitAttr());
  loop.replaceAllUsesWith(forward(b, ValueRange(counted.getResults()).drop_back()));
  context.erase(loop);
}

/// The loop of as many trips as the while has counted, behind it.
static scf::ForOp runAgain(Context &context, scf::WhileOp loop) {
  ImplicitLocOpBuilder b(loop.getLoc(), loop);
  b.setInsertionPointAfter(loop);
  auto fill = [&](OpBuilder &builder, Location loc, Value trip, ValueRange state) {
    IRMapping mapping;
    mapping.map(loop.getAfterArguments().back(), trip);
    for (auto [argument, value] : llvm::zip_equal(loop.getAfterArguments().drop_back(), state)) {
      context.activity.inherit(argument, value);
      mapping.map(argument, value);
    }
    context.copyOps(*loop.getAfterBody(), builder, mapping, /*withChecks=*/true);
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
static scf::WhileOp absorb(Context &context, scf::WhileOp loop, scf::ForOp again) {
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
  return whole;
}

/// A copy of `again` in front of it, with tapes of `count` places, and one more for all that does not fit.
static scf::ForOp writeFirst(Context &context, scf::ForOp again, unsigned states, int64_t count) {
  ImplicitLocOpBuilder b(again.getLoc(), again);
  b.setInsertionPoint(again.getInits()[states].getDefiningOp());
  SmallVector<Value> inits(again.getInits().take_front(states));
  for (Value tape : again.getInits().drop_front(states)) {
    auto type = cast<RankedTensorType>(tape.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape.front() = count + 1;
    inits.push_back(tensor::EmptyOp::create(b, shape, type.getElementType()));
  }
  Value rest = context.index(count);
  auto fill = [&](OpBuilder &builder, Location loc, Value trip, ValueRange state) {
    IRMapping mapping;
    mapping.map(again.getInductionVar(), trip);
    mapping.map(again.getRegionIterArgs(), state);
    Value place = arith::MinSIOp::create(builder, loc, trip, rest);
    llvm::SmallPtrSet<Value, 8> tapes;
    for (Value tape : again.getRegionIterArgs().drop_front(states))
      tapes.insert(tape);
    for (Operation &op : again.getBody()->without_terminator()) {
      auto insert = dyn_cast<tensor::InsertOp>(op);
      if (!insert || !tapes.contains(insert.getDest())) {
        builder.clone(op, mapping);
        continue;
      }
      tapes.insert(insert.getResult());
      SmallVector<Value> indices(insert.getIndices());
      indices.front() = place;
      mapping.map(insert.getResult(),
                  tensor::InsertOp::create(builder, loc, mapping.lookupOrDefault(insert.getScalar()),
                                           mapping.lookup(insert.getDest()), indices));
    }
    scf::YieldOp::create(builder, loc, llvm::map_to_vector(again.getYieldedValues(), [&](Value value) {
                           return mapping.lookupOrDefault(value);
                         }));
  };
  return scf::ForOp::create(b, again.getLowerBound(), again.getUpperBound(), again.getStep(), inits, fill);
}

/// Reads of the first places of `tapes` become reads of `early`.
static void readFirst(Context &context, ValueRange tapes, ValueRange early, int64_t count) {
  for (auto [tape, first] : llvm::zip_equal(tapes, early))
    for (Operation *user : llvm::make_early_inc_range(tape.getUsers())) {
      auto read = cast<tensor::ExtractOp>(user);
      ImplicitLocOpBuilder b(read.getLoc(), read);
      Value isEarly = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, read.getIndices().front(),
                                            context.index(count));
      auto either = scf::IfOp::create(
          b, isEarly,
          [&](OpBuilder &builder, Location loc) {
            scf::YieldOp::create(
                builder, loc, tensor::ExtractOp::create(builder, loc, first, read.getIndices()).getResult());
          },
          [&](OpBuilder &builder, Location loc) {
            scf::YieldOp::create(
                builder, loc, tensor::ExtractOp::create(builder, loc, tape, read.getIndices()).getResult());
          });
      context.replace(read, either.getResult(0));
      context.erase(read);
    }
}

static void dropChecks(scf::ForOp loop) {
  loop.getBody()->walk([](Operation *op) {
    if (isa<tg::CheckOp, tg::PrintOp>(op))
      op->erase();
  });
}

/// The while writes the first places of the tapes itself, and `again` runs only where these were not enough.
static void absorbFirst(Context &context, scf::WhileOp loop, scf::ForOp again) {
  constexpr int64_t count = 64;
  unsigned states = loop.getInits().size() - 1;
  auto isAlloc = [](Value tape) { return static_cast<bool>(tape.getDefiningOp<tg::TapeAllocOp>()); };
  ValueRange tapes = ValueRange(again.getResults()).drop_front(states);
  auto isRead = [](Operation *user) { return isa<tensor::ExtractOp>(user); };
  if (!llvm::all_of(again.getInits().drop_front(states), isAlloc) ||
      !llvm::all_of(tapes, [&](Value tape) { return llvm::all_of(tape.getUsers(), isRead); }))
    return dropChecks(again);
  scf::ForOp first = writeFirst(context, again, states, count);
  dropChecks(again);
  scf::WhileOp whole = absorb(context, loop, first);
  readFirst(context, tapes, ValueRange(whole.getResults()).slice(states, tapes.size()), count);
  ImplicitLocOpBuilder b(again.getLoc(), again);
  b.setInsertionPointAfter(whole);
  Value trips = whole.getResults().back();
  Value tooMany = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, trips, context.index(count));
  Value left = arith::SelectOp::create(b, tooMany, trips, context.index(0));
  for (Value tape : again.getInits().drop_front(states))
    tape.getDefiningOp<tg::TapeAllocOp>().getSizesMutable().assign(left);
  again.getUpperBoundMutable().assign(left);
}

LogicalResult reverseWhile(Sweep &outer, scf::WhileOp loop) {
  Context &context = outer.context;
  constexpr int64_t most = 1024; // for more trips than that no memory is set aside
  std::optional<int64_t> bound = optimize::boundTrips(loop);
  if (bound && *bound > most)
    bound.reset();
  scf::ForOp again = runAgain(context, loop);
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
  else
    absorbFirst(context, loop, again);
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
