//===- LaneControl.cpp - branches and loops in the body of a plate -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements control flow. Where the lanes agree it stays; where they do not, branches are computed
// one after the other under masks and selected from, and loops run until the last lane has left.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// The version of a tensor outside the region that this version was made from by writes and updates, or null.
static Value rootOf(Value value, Region *region) {
  while (value && region->isAncestor(value.getParentRegion())) {
    Operation *op = value.getDefiningOp();
    if (!op) {
      // An argument of a loop starts from the loop's init.
      auto argument = cast<BlockArgument>(value);
      Operation *parent = argument.getOwner()->getParentOp();
      if (auto loop = dyn_cast<scf::ForOp>(parent); loop && argument != loop.getInductionVar())
        value = loop.getTiedLoopInit(argument)->get();
      else if (auto plate = dyn_cast<tg::PlateOp>(parent);
               plate && argument.getArgNumber() >= plate.getRank())
        value = plate.getInits()[argument.getArgNumber() - plate.getRank()];
      else if (auto loop = dyn_cast<scf::WhileOp>(parent))
        value = argument.getOwner() == loop.getBeforeBody()
                    ? loop.getInits()[argument.getArgNumber()]
                    : loop.getConditionOp().getArgs()[argument.getArgNumber()];
      else
        return {};
      continue;
    }
    unsigned number = cast<OpResult>(value).getResultNumber();
    value = llvm::TypeSwitch<Operation *, Value>(op)
                .Case<tensor::InsertOp, tensor::InsertSliceOp, tg::AccumulateOp>(
                    [](auto write) { return write.getDest(); })
                .Case([&](scf::ForOp loop) { return loop.getInitArgs()[number]; })
                .Case([&](scf::WhileOp loop) { return loop.getConditionOp().getArgs()[number]; })
                .Case([&](scf::IfOp branch) { return branch.thenYield().getOperand(number); })
                .Case([&](tg::PlateOp plate) -> Value {
                  for (auto [result, init] : llvm::zip_equal(plate.getAccumulated(), plate.getInits()))
                    if (result == value)
                      return init;
                  return {};
                })
                .Default(Value());
  }
  return value;
}

Value PlateVectorizer::select(Value condition, Value x, Value y) {
  return x == y ? x : arith::SelectOp::create(b, condition, x, y).getResult();
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

/// Whether nothing can go wrong when the op is computed although no lane wants it.
bool PlateVectorizer::isHarmless(Operation *op) {
  auto varies = [&](Value value) { return variance.isVarying(value); };
  auto access = [&](Value tensor, ValueRange indices) {
    // Varying indices are masked to zero; a shared one has to be right by itself.
    auto shape = cast<RankedTensorType>(tensor.getType()).getShape();
    if (llvm::any_of(shape, [](int64_t size) { return ShapedType::isDynamic(size) || size == 0; }))
      return isContiguous(indices) && !variance.isVarying(tensor);
    return llvm::all_of(llvm::zip_equal(indices, shape), [&](auto pair) {
      auto [index, size] = pair;
      std::optional<int64_t> value = getConstantIntValue(index);
      return varies(index) || (value && *value >= 0 && *value < size);
    });
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](tensor::ExtractOp read) { return access(read.getTensor(), read.getIndices()); })
      .Case([&](tensor::InsertOp write) { return access(write.getDest(), write.getIndices()); })
      .Case([&](tg::AccumulateOp update) { return access(update.getDest(), update.getIndices()); })
      .Case([&](scf::IfOp branch) {
        return isHarmless(branch.getThenRegion().front()) &&
               (branch.getElseRegion().empty() || isHarmless(branch.getElseRegion().front()));
      })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
            arith::CeilDivUIOp, arith::FloorDivSIOp>([&](auto divide) {
        return varies(divide.getRhs()) || matchPattern(divide.getRhs().getDefiningOp(), m_NonZero());
      })
      .Case([](tg::CheckOp) { return true; })
      .Default([](Operation *other) { return other->getNumRegions() == 0 && isPure(other); });
}

/// Branches that do much are worth a test of whether any lane takes them.
bool PlateVectorizer::isHarmless(Block &block) {
  constexpr int costly = 4;
  int cost = 0;
  for (Operation &op : block.without_terminator()) {
    if (!isHarmless(&op))
      return false;
    bool elementary = isa<math::MathDialect>(op.getDialect()) || tg::isSpecialFunction(&op);
    cost += elementary || isa<arith::DivFOp>(op);
    if (isa<tg::SpecialOp>(op))
      cost += costly;
  }
  return cost < costly;
}

/// Computes a branch for the active lanes. With `guarded`, only where there are any.
FailureOr<PlateVectorizer::Values> PlateVectorizer::branch(Block *block, ValueRange results, Value active,
                                                           bool guarded) {
  llvm::SaveAndRestore savedMask(mask, active);
  llvm::SaveAndRestore savedDivergent(divergent, true);
  auto compute = [&]() -> FailureOr<Values> {
    if (failed(transform(*block)))
      return failure();
    return flatten(block->getTerminator()->getOperands(), results);
  };
  if (!guarded)
    return compute();
  auto guard =
      scf::IfOp::create(b, typesOf(results), any(active), /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard insertion(b);
  b.setInsertionPointToStart(guard.thenBlock());
  FailureOr<Values> values = compute();
  if (failed(values))
    return failure();
  scf::YieldOp::create(b, *values);
  // Otherwise tensors stay what they were, and nobody selects the scalars.
  b.setInsertionPointToStart(guard.elseBlock());
  Values unchanged;
  for (auto [yielded, result] : llvm::zip_equal(block->getTerminator()->getOperands(), results)) {
    if (isa<TensorType>(result.getType())) {
      llvm::append_range(unchanged, flatten(rootOf(yielded, block->getParent()), result));
    } else {
      for (Type type : typesOf(result))
        unchanged.push_back(constant(type, 0));
    }
  }
  scf::YieldOp::create(b, unchanged);
  return Values(guard.getResults());
}

LogicalResult PlateVectorizer::transformDivergent(scf::IfOp op) {
  // Tensors go through both branches one after the other, so both have to start from the same one.
  for (auto [k, result] : llvm::enumerate(op.getResults()))
    if (isa<TensorType>(result.getType())) {
      Value root = rootOf(op.thenYield().getOperand(k), &op.getThenRegion());
      if (!root || root != rootOf(op.elseYield().getOperand(k), &op.getElseRegion()))
        return fail(op, "chooses between tensors");
    }
  Value condition = vectorOf(op.getCondition());
  Value thenMask = both(mask, condition);
  FailureOr<Values> thenValues =
      branch(op.thenBlock(), op.getResults(), thenMask, !isHarmless(*op.thenBlock()));
  if (failed(thenValues))
    return failure();
  if (op.getElseRegion().empty())
    return success();

  // The else branch sees what the then branch did to tensors.
  bind(op.getResults(), *thenValues);
  auto savedWides = wides;
  auto savedAccumulators = accumulators;
  for (auto [result, yielded] : llvm::zip_equal(op.getResults(), op.elseYield().getOperands())) {
    if (!isa<TensorType>(result.getType()))
      continue;
    Value root = rootOf(yielded, &op.getElseRegion());
    if (variance.isAccumulator(result))
      accumulators[root] = accumulators.lookup(result);
    else if (variance.isVarying(result))
      wides[root] = wides.lookup(result);
  }
  Value elseMask = both(mask, complement(condition));
  FailureOr<Values> elseValues =
      branch(op.elseBlock(), op.getResults(), elseMask, !isHarmless(*op.elseBlock()));
  if (failed(elseValues))
    return failure();
  wides = std::move(savedWides);
  accumulators = std::move(savedAccumulators);

  Values merged;
  ValueRange thenFlat = *thenValues, elseFlat = *elseValues;
  for (Value result : op.getResults())
    for (size_t n = typesOf(result).size(); n > 0; --n) {
      bool tensor = isa<TensorType>(result.getType());
      merged.push_back(tensor ? elseFlat.front() : select(condition, thenFlat.front(), elseFlat.front()));
      thenFlat = thenFlat.drop_front();
      elseFlat = elseFlat.drop_front();
    }
  bind(op.getResults(), merged);
  return success();
}

LogicalResult PlateVectorizer::transform(scf::IfOp op) {
  if (variance.isDivergent(op))
    return transformDivergent(op);
  bool hasElse = !op.getElseRegion().empty();
  auto result =
      scf::IfOp::create(b, typesOf(op.getResults()), scalarOf(op.getCondition()), /*addThenBlock=*/true,
                        /*addElseBlock=*/hasElse);
  OpBuilder::InsertionGuard insertion(b);
  auto fill = [&](Block *from, Block *to) -> LogicalResult {
    to->clear();
    b.setInsertionPointToStart(to);
    if (failed(transform(*from)))
      return failure();
    scf::YieldOp::create(b, flatten(from->getTerminator()->getOperands(), op.getResults()));
    return success();
  };
  if (failed(fill(op.thenBlock(), result.thenBlock())) ||
      (hasElse && failed(fill(op.elseBlock(), result.elseBlock()))))
    return failure();
  bind(op.getResults(), result.getResults());
  return success();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

LogicalResult PlateVectorizer::transform(scf::ForOp op) {
  if (variance.isDivergent(op))
    return transformDivergent(op);
  auto loop = scf::ForOp::create(b, scalarOf(op.getLowerBound()), scalarOf(op.getUpperBound()),
                                 scalarOf(op.getStep()), flatten(op.getInitArgs(), op.getRegionIterArgs()));
  OpBuilder::InsertionGuard insertion(b);
  loop.getBody()->clear();
  b.setInsertionPointToStart(loop.getBody());
  scalars.map(op.getInductionVar(), loop.getInductionVar());
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
  if (failed(transform(*op.getBody())))
    return failure();
  scf::YieldOp::create(b, flatten(op.getYieldedValues(), op.getRegionIterArgs()));
  bind(op.getResults(), loop.getResults());
  return success();
}

LogicalResult PlateVectorizer::transformDivergent(scf::ForOp op) {
  for (auto [yielded, argument] : llvm::zip_equal(op.getYieldedValues(), op.getRegionIterArgs()))
    if (isa<TensorType>(argument.getType()) && yielded != argument &&
        rootOf(yielded, &op.getRegion()) != op.getTiedLoopInit(argument)->get())
      return fail(op, "exchanges tensors, and rows differ in how often");

  // All lanes count together: along the index itself where they share its start, else by trips.
  bool sharedIndex = !variance.isVarying(op.getInductionVar());
  Type type = op.getInductionVar().getType();
  Value lower = vectorOf(op.getLowerBound()), upper = vectorOf(op.getUpperBound()),
        step = vectorOf(op.getStep());
  Value end = upper;
  if (!sharedIndex) {
    Value distance = arith::SubIOp::create(b, upper, lower);
    Value one = constant(distance.getType(), 1);
    if (getConstantIntValue(op.getStep()) != 1) {
      Value last = arith::SubIOp::create(b, step, one);
      distance = arith::DivSIOp::create(b, arith::AddIOp::create(b, distance, last),
                                        mask ? masked(step, one) : step);
    }
    end = distance;
  }
  Value first = sharedIndex ? scalarOf(op.getLowerBound()) : constant(type, 0);
  Value last = vector::ReductionOp::create(b, vector::CombiningKind::MAXSI,
                                           mask ? masked(end, broadcast(first)) : end);
  Value stride = sharedIndex ? scalarOf(op.getStep()) : constant(type, 1);
  bool reversed = Variance::isReversed(op);
  Value lastTrip = reversed ? arith::SubIOp::create(b, last, index(1)).getResult() : Value();
  // What the running lanes share is kept for each lane as well, if somebody asks what it left with.
  Values inits = flatten(op.getInitArgs(), op.getRegionIterArgs());
  unsigned states = inits.size();
  auto isShared = [&](OpResult result) {
    return variance.isVarying(result) && !isa<TensorType>(result.getType()) &&
           !variance.isVarying(op.getTiedLoopRegionIterArg(result));
  };
  for (OpResult result : op.getResults())
    if (isShared(result) && !result.use_empty())
      inits.push_back(vectorOf(op.getTiedLoopInit(result)->get()));
  auto loop = scf::ForOp::create(b, first, last, stride, inits);

  OpBuilder::InsertionGuard insertion(b);
  loop.getBody()->clear();
  b.setInsertionPointToStart(loop.getBody());
  Value counter = loop.getInductionVar();
  if (reversed)
    counter = arith::SubIOp::create(b, lastTrip, counter);
  Value counters = broadcast(counter);
  if (reversed) {
    for (Operation *trip : op.getInductionVar().getUsers())
      scalars.map(trip->getResult(0), counter);
  } else if (sharedIndex) {
    scalars.map(op.getInductionVar(), counter);
  } else {
    vectors[op.getInductionVar()] = arith::AddIOp::create(b, lower, arith::MulIOp::create(b, counters, step));
    if (variance.isConsecutive(op.getInductionVar())) {
      Value advance = arith::MulIOp::create(b, counter, scalarOf(op.getStep()));
      starts[op.getInductionVar()] = arith::AddIOp::create(b, starts.lookup(op.getLowerBound()), advance);
    }
  }
  Value running = both(mask, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, counters, end));
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs().take_front(states));
  llvm::SaveAndRestore savedMask(mask, running);
  llvm::SaveAndRestore savedDivergent(divergent, true);
  if (failed(transform(*op.getBody())))
    return failure();
  Values next = flatten(op.getYieldedValues(), op.getRegionIterArgs());
  for (OpResult result : op.getResults())
    if (isShared(result) && !result.use_empty())
      next.push_back(vectorOf(op.getTiedLoopYieldedValue(op.getTiedLoopRegionIterArg(result))->get()));
  for (auto [value, current] : llvm::zip_equal(next, loop.getRegionIterArgs()))
    if (isa<VectorType>(value.getType()))
      value = select(running, value, current);
  scf::YieldOp::create(b, next);
  ValueRange ends = loop.getResults().take_front(states), ofLanes = loop.getResults().drop_front(states);
  for (OpResult result : op.getResults()) {
    unsigned width = typesOf(ValueRange(op.getTiedLoopRegionIterArg(result))).size();
    if (!isShared(result)) {
      bind(ValueRange(result), ends.take_front(width));
    } else if (!result.use_empty()) {
      vectors[result] = ofLanes.front();
      ofLanes = ofLanes.drop_front();
    }
    ends = ends.drop_front(width);
  }
  return success();
}

LogicalResult PlateVectorizer::transform(scf::WhileOp op) {
  if (variance.isDivergent(op))
    return transformDivergent(op);
  auto arguments = op.getBeforeArguments(), forwarded = op.getAfterArguments();
  Values inits = flatten(op.getInits(), arguments);
  SmallVector<Type> types = typesOf(forwarded);
  auto loop = scf::WhileOp::create(b, types, inits);
  OpBuilder::InsertionGuard insertion(b);
  SmallVector<Location> beforeLocations(inits.size(), op.getLoc()), afterLocations(types.size(), op.getLoc());
  Block *before = b.createBlock(&loop.getBefore(), {}, ValueRange(inits).getTypes(), beforeLocations);
  bind(arguments, before->getArguments());
  if (failed(transform(*op.getBeforeBody())))
    return failure();
  scf::ConditionOp condition = op.getConditionOp();
  Values passed = flatten(condition.getArgs(), forwarded);
  scf::ConditionOp::create(b, scalarOf(condition.getCondition()), passed);
  Block *after = b.createBlock(&loop.getAfter(), {}, types, afterLocations);
  bind(forwarded, after->getArguments());
  if (failed(transform(*op.getAfterBody())))
    return failure();
  scf::YieldOp::create(b, flatten(op.getYieldOp().getOperands(), arguments));
  bind(op.getResults(), loop.getResults());
  return success();
}

LogicalResult PlateVectorizer::transformDivergent(scf::WhileOp op) {
  auto arguments = op.getBeforeArguments(), forwarded = op.getAfterArguments();
  scf::ConditionOp condition = op.getConditionOp();
  ValueRange yielded = op.getYieldOp().getOperands();
  for (auto [argument, next] : llvm::zip_equal(arguments, yielded))
    if (isa<TensorType>(argument.getType()) && rootOf(next, &op.getAfter()) != argument)
      return fail(op, "exchanges tensors, and rows differ in how often");
  // What a lane leaves with: a state of its own stays as it is from then on; all else is kept beside the
  // state.
  enum class Kept { Nothing, State, Slot };
  SmallVector<Kept> kept;
  Values slots;
  for (auto [value, result] : llvm::zip_equal(condition.getArgs(), op.getResults())) {
    bool isState = llvm::is_contained(arguments, value);
    if (isa<TensorType>(result.getType())) {
      if (!isState)
        return fail(op, "passes on a tensor that it computes, and rows differ in how often");
      kept.push_back(Kept::Nothing);
    } else if (result.use_empty()) {
      kept.push_back(Kept::Nothing);
    } else if (isState && variance.isVarying(value)) {
      kept.push_back(Kept::State);
    } else {
      kept.push_back(Kept::Slot);
      slots.push_back(constant(vectorOfType(result.getType()), 0));
    }
  }

  // Behind the state come the slots, and the lanes that have not left yet.
  Values inits = flatten(op.getInits(), arguments);
  SmallVector<Type> types = typesOf(forwarded);
  unsigned beforeStates = inits.size(), afterStates = types.size();
  llvm::append_range(inits, slots);
  inits.push_back(mask ? mask : constant(vectorOfType(b.getI1Type()), 1));
  llvm::append_range(types, ValueRange(inits).drop_front(beforeStates).getTypes());
  auto loop = scf::WhileOp::create(b, types, inits);
  OpBuilder::InsertionGuard insertion(b);
  llvm::SaveAndRestore savedMask(mask);
  llvm::SaveAndRestore savedDivergent(divergent, true);

  SmallVector<Location> beforeLocations(inits.size(), op.getLoc()), afterLocations(types.size(), op.getLoc());
  Block *before = b.createBlock(&loop.getBefore(), {}, ValueRange(inits).getTypes(), beforeLocations);
  ValueRange state = before->getArguments();
  mask = state.back();
  bind(arguments, state.take_front(beforeStates));
  if (failed(transform(*op.getBeforeBody())))
    return failure();
  Values passed = flatten(condition.getArgs(), forwarded);
  ValueRange slot = state.drop_front(beforeStates);
  for (auto [value, how] : llvm::zip_equal(condition.getArgs(), kept))
    if (how == Kept::Slot) {
      passed.push_back(select(mask, vectorOf(value), slot.front()));
      slot = slot.drop_front();
    }
  passed.push_back(both(mask, vectorOf(condition.getCondition())));
  scf::ConditionOp::create(b, any(passed.back()), passed);

  Block *after = b.createBlock(&loop.getAfter(), {}, types, afterLocations);
  state = after->getArguments();
  mask = state.back();
  bind(forwarded, state.take_front(afterStates));
  if (failed(transform(*op.getAfterBody())))
    return failure();
  Values next = flatten(yielded, arguments);
  for (auto [value, argument, how] : llvm::zip_equal(condition.getArgs(), forwarded, kept))
    if (how == Kept::State) {
      unsigned position = typesOf(arguments.take_front(cast<BlockArgument>(value).getArgNumber())).size();
      next[position] = select(mask, next[position], vectorOf(argument));
    }
  llvm::append_range(next, state.drop_front(afterStates));
  scf::YieldOp::create(b, next);

  ValueRange ends = loop.getResults().take_front(afterStates),
             endSlots = loop.getResults().drop_front(afterStates);
  for (auto [argument, result, how] : llvm::zip_equal(forwarded, op.getResults(), kept)) {
    unsigned width = typesOf(ValueRange(argument)).size();
    if (isa<TensorType>(result.getType())) {
      bind(ValueRange(result), ends.take_front(width));
    } else if (how == Kept::State) {
      vectors[result] = ends.front();
    } else if (how == Kept::Slot) {
      vectors[result] = endSlots.front();
      endSlots = endSlots.drop_front();
    }
    ends = ends.drop_front(width);
  }
  return success();
}
