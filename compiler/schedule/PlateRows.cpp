//===- PlateRows.cpp - the rows of a plate, in lanes or in sequence ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the loops over a plate's rows and the rule for sums: row n, counted along the last
// extent, goes to partial n mod 8, and a fixed tree adds the partials.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/SaveAndRestore.h"
#include <limits>

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

PlateVectorizer::Values PlateVectorizer::Carried::flat() const {
  Values all;
  for (const Values &partials : sums)
    llvm::append_range(all, partials);
  for (const Values *values : {&maxima, &accumulators, &rows, &held})
    llvm::append_range(all, *values);
  return all;
}

PlateVectorizer::Carried PlateVectorizer::Carried::like(ValueRange flat) const {
  Carried result = *this;
  auto take = [&](Values &values) {
    values.assign(flat.begin(), flat.begin() + values.size());
    flat = flat.drop_front(values.size());
  };
  for (Values &partials : result.sums)
    take(partials);
  take(result.maxima);
  take(result.accumulators);
  take(result.rows);
  take(result.held);
  return result;
}

/// The tree of design: ((p0+p4)+(p2+p6)) + ((p1+p5)+(p3+p7)), absent partials being zero.
Value PlateVectorizer::tree(ArrayRef<Value> partials) {
  Values level(partials);
  while (level.size() < partialCount)
    level.push_back(zeroLike(partials.front()));
  for (size_t half = partialCount / 2; half > 0; half /= 2) {
    for (size_t k = 0; k < half; ++k)
      level[k] = add(level[k], level[k + half]);
    level.resize(half);
  }
  return level.front();
}

Value PlateVectorizer::treeOfLanes(Value vector) {
  for (int64_t half = partialCount / 2; half > 0; half /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t k = 0; k < half; ++k) {
      low.push_back(k);
      high.push_back(k + half);
    }
    Value first = vector::ShuffleOp::create(b, vector, vector, low);
    Value second = vector::ShuffleOp::create(b, vector, vector, high);
    vector = add(first, second);
  }
  return vector::ExtractOp::create(b, vector, int64_t(0));
}

/// With `lanes` the partials of a sum are a vector's lanes, else as many values as are asked for.
PlateVectorizer::Carried PlateVectorizer::initial(tg::PlateOp op, bool inLanes, int64_t partials) {
  auto start = [&](Value result, TypedAttr value, int64_t width) -> Value {
    if (inLanes || variance.isVarying(result))
      return arith::ConstantOp::create(
          b, DenseElementsAttr::get(VectorType::get({width}, result.getType()), Attribute(value)));
    return arith::ConstantOp::create(b, value);
  };
  Carried carried;
  for (Value sum : op.getSums()) {
    Value zero = start(sum, cast<TypedAttr>(b.getZeroAttr(sum.getType())), inLanes ? partialCount : lanes);
    carried.sums.emplace_back(inLanes ? 1 : partials, zero);
  }
  for (Value maximum : op.getMaxima())
    carried.maxima.push_back(
        start(maximum, b.getF64FloatAttr(-std::numeric_limits<double>::infinity()), lanes));
  for (Value result : op.getRows()) {
    auto type = cast<RankedTensorType>(result.getType());
    Values sizes;
    for (auto [extent, size] : llvm::zip_equal(op.getExtents(), type.getShape()))
      if (ShapedType::isDynamic(size))
        sizes.push_back(largestOf(extent));
    if (variance.isVarying(result))
      type = wideType(type);
    carried.rows.push_back(tensor::EmptyOp::create(b, type.getShape(), type.getElementType(), sizes));
  }
  return carried;
}

/// Computes the row at `indices`, to which the plate's indices are bound, and adds what it contributes.
FailureOr<PlateVectorizer::Carried> PlateVectorizer::addRow(tg::PlateOp op, ValueRange indices,
                                                            Carried carried, int64_t partial) {
  bool inLanes = variance.isVarying(op.getIndices().back());
  bind(op.getAccumulators(), carried.accumulators);
  if (!carried.held.empty())
    for (auto [update, vector] : llvm::zip_equal(variance.getHeld(), carried.held))
      held[update] = vector;
  if (failed(transform(*op.getBodyBlock())))
    return failure();
  if (!carried.held.empty())
    for (auto [update, vector] : llvm::zip_equal(variance.getHeld(), carried.held))
      vector = held.lookup(update);
  tg::YieldOp yield = op.getYield();
  b.setLoc(yield.getLoc());
  auto contribution = [&](Value value, Value result) {
    return inLanes || variance.isVarying(result) ? vectorOf(value) : scalarOf(value);
  };
  for (auto [value, result, partials] : llvm::zip_equal(yield.getSums(), op.getSums(), carried.sums)) {
    Value summand = contribution(value, result);
    Value &sum = partials[partial % partials.size()];
    sum = isa<VectorType>(summand.getType()) ? addLanes(sum, orZero(summand)) : add(sum, summand);
  }
  for (auto [value, result, maximum] : llvm::zip_equal(yield.getMaxima(), op.getMaxima(), carried.maxima)) {
    Value candidate = contribution(value, result);
    if (mask && isa<VectorType>(candidate.getType()))
      candidate = masked(candidate, maximum);
    maximum = arith::MaximumFOp::create(b, maximum, candidate);
  }
  carried.accumulators = flatten(yield.getAccumulated(), op.getAccumulators());
  for (auto [value, result, tensor] : llvm::zip_equal(yield.getRows(), op.getRows(), carried.rows)) {
    if (inLanes)
      tensor = writeRow(vectorOf(value), tensor, indices);
    else if (variance.isVarying(result))
      tensor = writeSlot(vectorOf(value), tensor, indices);
    else
      tensor = tensor::InsertOp::create(b, scalarOf(value), tensor, indices);
  }
  return carried;
}

FailureOr<PlateVectorizer::Carried>
PlateVectorizer::loop(Value extent, int64_t step, Carried carried,
                      function_ref<FailureOr<Carried>(Value, Carried)> body) {
  auto loop = scf::ForOp::create(b, index(0), extent, index(step), carried.flat());
  OpBuilder::InsertionGuard insertion(b);
  loop.getBody()->clear();
  b.setInsertionPointToStart(loop.getBody());
  FailureOr<Carried> next = body(loop.getInductionVar(), carried.like(loop.getRegionIterArgs()));
  if (failed(next))
    return failure();
  scf::YieldOp::create(b, next->flat());
  return carried.like(loop.getResults());
}

//===----------------------------------------------------------------------===//
// In lanes
//===----------------------------------------------------------------------===//

FailureOr<PlateVectorizer::Carried> PlateVectorizer::blocks(tg::PlateOp op, Values indices, Carried carried) {
  size_t dimension = indices.size();
  Value extent = scalarOf(op.getExtents()[dimension]);
  if (dimension + 1 < op.getRank())
    return loop(extent, 1, std::move(carried), [&](Value at, Carried inner) {
      scalars.map(op.getIndices()[dimension], at);
      Values outer(indices);
      outer.push_back(at);
      return blocks(op, std::move(outer), std::move(inner));
    });

  for (Operation *update : variance.getHeld())
    carried.held.push_back(
        constant(VectorType::get({partialCount}, cast<tg::AccumulateOp>(update).getValue().getType()), 0));
  FailureOr<Carried> end = lastExtent(op, extent, std::move(indices), std::move(carried));
  if (failed(end))
    return failure();
  bind(op.getAccumulators(), end->accumulators);
  for (auto [heldUpdate, vector] : llvm::zip_equal(variance.getHeld(), end->held)) {
    auto update = cast<tg::AccumulateOp>(heldUpdate);
    b.setLoc(update.getLoc());
    Accumulator &accumulator = accumulators[op.getAccumulators()[variance.numberOf(update.getDest())]];
    Values at =
        llvm::map_to_vector(update.getIndices(), [&](Value index) { return outsideOfRow(op, index); });
    Value sum = add(tensor::ExtractOp::create(b, accumulator.plain, at), treeOfLanes(vector));
    accumulator.plain = tensor::InsertOp::create(b, sum, accumulator.plain, at);
  }
  end->accumulators = flatten(op.getAccumulators(), op.getAccumulators());
  end->held.clear();
  return end;
}

/// A value of the row that is the same along the last extent, computed where there is no row.
Value PlateVectorizer::outsideOfRow(tg::PlateOp op, Value value) {
  Operation *made = value.getDefiningOp();
  if (!made || made->getBlock() != op.getBodyBlock())
    return scalarOf(value);
  IRMapping mapping;
  for (Value operand : made->getOperands())
    mapping.map(operand, outsideOfRow(op, operand));
  return b.clone(*made, mapping)->getResult(cast<OpResult>(value).getResultNumber());
}

FailureOr<PlateVectorizer::Carried> PlateVectorizer::lastExtent(tg::PlateOp op, Value extent, Values indices,
                                                                Carried carried) {
  std::optional<int64_t> size = getConstantIntValue(extent);
  auto block = [&](Value start, Carried state) -> FailureOr<Carried> {
    llvm::SaveAndRestore saved(mask);
    if (!isMultipleOf(extent, lanes)) {
      rowsLeft = arith::SubIOp::create(b, extent, start);
      mask = vector::CreateMaskOp::create(b, vectorOfType(b.getI1Type()), rowsLeft);
    }
    starts[op.getIndices().back()] = start;
    Values all(indices);
    all.push_back(start);
    return addRow(op, all, std::move(state), 0);
  };
  if (size && *size > 0 && *size <= lanes)
    return block(index(0), std::move(carried));
  return loop(extent, lanes, std::move(carried), block);
}

FailureOr<PlateVectorizer::Values> PlateVectorizer::inLanes() {
  for (Value accumulator : plate.getAccumulators())
    if (!isa<Float64Type>(getElementTypeOrSelf(accumulator.getType())))
      return fail(plate, "accumulates other numbers than reals");
  findStreams();
  Carried carried = initial(plate, /*inLanes=*/true, 1);
  for (auto [init, argument] : llvm::zip_equal(plate.getInits(), plate.getAccumulators())) {
    Variance::Updates updates = variance.updatesOf(argument);
    if (updates.plain)
      carried.accumulators.push_back(init);
    if (updates.wide)
      carried.accumulators.push_back(wideZero(init));
  }
  FailureOr<Carried> end = blocks(plate, {}, std::move(carried));
  if (failed(end))
    return failure();
  b.setLoc(plate.getLoc());
  Values results;
  for (const Values &partials : end->sums)
    results.push_back(treeOfLanes(partials.front()));
  for (Value maximum : end->maxima)
    results.push_back(vector::ReductionOp::create(b, vector::CombiningKind::MAXIMUMF, maximum));
  bind(plate.getAccumulators(), end->accumulators);
  for (auto [init, argument] : llvm::zip_equal(plate.getInits(), plate.getAccumulators())) {
    Accumulator accumulator = accumulators.lookup(argument);
    Value plain = accumulator.plain ? accumulator.plain : init;
    results.push_back(accumulator.wide ? addSlots(plain, accumulator.wide) : plain);
  }
  llvm::append_range(results, end->rows);
  return results;
}

//===----------------------------------------------------------------------===//
// In sequence
//===----------------------------------------------------------------------===//

/// The first row of eight goes to partial 0. The loop over the last extent turns the partials by one each
/// row, so that a single body serves all of them; a full unrolling needs no turning.
FailureOr<PlateVectorizer::Carried> PlateVectorizer::sequence(tg::PlateOp op, Values indices,
                                                              Carried carried) {
  size_t dimension = indices.size();
  // Lanes that disagree on the extent go on until the last has no row left.
  Value ofLanes =
      variance.isVarying(op.getExtents()[dimension]) ? vectorOf(op.getExtents()[dimension]) : Value();
  Value extent = largestOf(op.getExtents()[dimension]);
  std::optional<int64_t> size = getConstantIntValue(extent);
  auto at = [&](Value index, Carried state, int64_t partial) {
    llvm::SaveAndRestore savedMask(mask);
    llvm::SaveAndRestore savedDivergent(divergent);
    if (ofLanes) {
      mask = both(mask, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, broadcast(index), ofLanes));
      divergent = true;
    }
    scalars.map(op.getIndices()[dimension], index);
    Values inner(indices);
    inner.push_back(index);
    return dimension + 1 < op.getRank() ? sequence(op, std::move(inner), std::move(state))
                                        : addRow(op, inner, std::move(state), partial);
  };
  if (dimension + 1 < op.getRank())
    return loop(extent, 1, std::move(carried),
                [&](Value index, Carried state) { return at(index, std::move(state), 0); });

  constexpr int64_t unrollUpTo = 4;
  if (size && *size <= unrollUpTo) {
    for (int64_t row = 0; row < *size; ++row) {
      FailureOr<Carried> next = at(index(row), std::move(carried), row);
      if (failed(next))
        return failure();
      carried = std::move(*next);
    }
    return carried;
  }
  auto turn = [](Values &partials) { std::rotate(partials.begin(), partials.begin() + 1, partials.end()); };
  FailureOr<Carried> end = loop(extent, 1, std::move(carried), [&](Value index, Carried state) {
    FailureOr<Carried> next = at(index, std::move(state), 0);
    if (succeeded(next))
      llvm::for_each(next->sums, turn);
    return next;
  });
  if (failed(end))
    return failure();
  // Back to where partial 0 comes first: by 8 - (rows mod 8) further turns.
  if (size) {
    for (Values &partials : end->sums)
      std::rotate(partials.begin(),
                  partials.begin() + (partials.size() - *size % partials.size()) % partials.size(),
                  partials.end());
    return end;
  }
  if (end->sums.empty())
    return end;
  Value left = arith::SubIOp::create(b, index(0), extent);
  for (int64_t distance = 1; distance < partialCount; distance *= 2) {
    Value bit = arith::AndIOp::create(b, left, index(distance));
    Value turns = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, bit, index(0));
    for (Values &partials : end->sums) {
      if (partials.size() == 1)
        continue;
      Values turned(partials);
      std::rotate(turned.begin(), turned.begin() + distance, turned.end());
      for (auto [partial, other] : llvm::zip_equal(partials, turned))
        partial = arith::SelectOp::create(b, turns, other, partial);
    }
  }
  return end;
}

FailureOr<PlateVectorizer::Values> PlateVectorizer::rowsInSequence(tg::PlateOp op) {
  std::optional<int64_t> last = getConstantIntValue(scalarOf(op.getExtents().back()));
  Carried carried =
      initial(op, /*inLanes=*/false, last ? std::clamp<int64_t>(*last, 1, partialCount) : partialCount);
  // Whole numbers need no partials.
  for (auto [sum, partials] : llvm::zip_equal(op.getSums(), carried.sums))
    if (!isa<FloatType>(sum.getType()))
      partials.resize(1);
  carried.accumulators = flatten(op.getInits(), op.getAccumulators());
  FailureOr<Carried> end = sequence(op, {}, std::move(carried));
  if (failed(end))
    return failure();
  b.setLoc(op.getLoc());
  Values results;
  for (auto [sum, partials] : llvm::zip_equal(op.getSums(), end->sums))
    results.push_back(isa<FloatType>(sum.getType()) ? tree(partials) : partials.front());
  llvm::append_range(results, end->maxima);
  llvm::append_range(results, end->accumulators);
  llvm::append_range(results, end->rows);
  return results;
}

PlateVectorizer::Values PlateVectorizer::inSequence() { return *rowsInSequence(plate); }

LogicalResult PlateVectorizer::transformNested(tg::PlateOp op) {
  FailureOr<Values> values = rowsInSequence(op);
  if (failed(values))
    return failure();
  ValueRange flat = *values;
  for (Value result : op.getResults())
    bindOne(result, flat);
  return success();
}
