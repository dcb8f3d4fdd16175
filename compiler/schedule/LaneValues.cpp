//===- LaneValues.cpp - what a value of the body has become --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the mapping from the body's values to scalars, vectors, wide tensors and accumulators.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

VectorType PlateVectorizer::vectorOfType(Type element) { return VectorType::get({lanes}, element); }

static RankedTensorType withLast(RankedTensorType type, int64_t size) {
  SmallVector<int64_t> shape(type.getShape());
  shape.push_back(size);
  return RankedTensorType::get(shape, type.getElementType());
}

RankedTensorType PlateVectorizer::wideType(RankedTensorType type) { return withLast(type, lanes); }

RankedTensorType PlateVectorizer::slotsType(RankedTensorType type) { return withLast(type, partialCount); }

Value PlateVectorizer::index(int64_t value) { return arith::ConstantIndexOp::create(b, value); }

Value PlateVectorizer::constant(Type type, int64_t value) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attribute = isa<FloatType>(element)
                            ? TypedAttr(b.getFloatAttr(element, static_cast<double>(value)))
                            : TypedAttr(b.getIntegerAttr(element, value));
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, Attribute(attribute));
  return arith::ConstantOp::create(b, attribute);
}

Value PlateVectorizer::broadcast(Value scalar) {
  return vector::BroadcastOp::create(b, vectorOfType(scalar.getType()), scalar);
}

Value PlateVectorizer::zeroLike(Value value) { return constant(value.getType(), 0); }

Value PlateVectorizer::add(Value x, Value y) {
  if (isa<FloatType>(getElementTypeOrSelf(x.getType())))
    return arith::AddFOp::create(b, x, y);
  return arith::AddIOp::create(b, x, y);
}

/// Lanes from `first` on, as many as there are partials. Of a product they are the product of those of its
/// factors, which may be contracted with the sum that it is for.
Value PlateVectorizer::partOf(Value vector, int64_t first) {
  auto slice = [&](Value whole) -> Value {
    return vector::ExtractStridedSliceOp::create(b, whole, first, partialCount, int64_t(1));
  };
  if (auto product = vector.getDefiningOp<arith::MulFOp>())
    return arith::MulFOp::create(b, slice(product.getLhs()), slice(product.getRhs()));
  return slice(vector);
}

Value PlateVectorizer::addLanes(Value partials, Value vector) {
  if (vector.getType() == partials.getType())
    return add(partials, vector);
  for (int64_t first = 0; first < lanes; first += partialCount)
    partials = add(partials, partOf(vector, first));
  return partials;
}

Value PlateVectorizer::termOf(Value original) {
  auto product = original.getDefiningOp<arith::MulFOp>();
  if (!mask || !product)
    return orZero(vectorOf(original));
  Value lhs = orZero(vectorOf(product.getLhs())), rhs = orZero(vectorOf(product.getRhs()));
  return arith::MulFOp::create(b, lhs, rhs);
}

Value PlateVectorizer::masked(Value vector, Value otherwise) {
  return arith::SelectOp::create(b, mask, vector, otherwise);
}

Value PlateVectorizer::both(Value x, Value y) { return x ? arith::AndIOp::create(b, x, y).getResult() : y; }

Value PlateVectorizer::complement(Value condition) {
  return arith::XOrIOp::create(b, condition, constant(condition.getType(), 1));
}

Value PlateVectorizer::any(Value condition) {
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, condition);
}

Value PlateVectorizer::vectorOf(Value original) {
  if (!variance.isVarying(original))
    return broadcast(scalarOf(original));
  if (Value vector = vectors.lookup(original))
    return vector;
  // Built where it is needed: most values with a stride only say where to read.
  Value start = starts.lookup(original);
  VectorType type = vectorOfType(start.getType());
  Value steps;
  if (start.getType().isIndex()) {
    steps = vector::StepOp::create(b, type);
  } else {
    SmallVector<Attribute> numbers;
    for (int64_t lane = 0; lane < lanes; ++lane)
      numbers.push_back(b.getIntegerAttr(start.getType(), lane));
    steps = arith::ConstantOp::create(b, DenseElementsAttr::get(type, numbers));
  }
  if (variance.isReceding(original))
    return arith::SubIOp::create(b, broadcast(start), steps);
  return arith::AddIOp::create(b, broadcast(start), steps);
}

Value PlateVectorizer::wideOf(Value original) {
  if (Value wide = wides.lookup(original))
    return wide;
  return widen(original);
}

PlateVectorizer::Values PlateVectorizer::scalarsOf(ValueRange originals) {
  return llvm::map_to_vector(originals, [&](Value original) { return scalarOf(original); });
}

Value PlateVectorizer::largestOf(Value size) {
  if (!variance.isVarying(size))
    return scalarOf(size);
  return vector::ReductionOp::create(b, vector::CombiningKind::MAXSI, orZero(vectorOf(size)));
}

Value PlateVectorizer::laneOf(Value original, int64_t lane) {
  if (!variance.isVarying(original))
    return scalarOf(original);
  return vector::ExtractOp::create(b, vectorOf(original), lane);
}

PlateVectorizer::Values PlateVectorizer::flatten(ValueRange originals, ValueRange slots) {
  Values flat;
  for (auto [original, slot] : llvm::zip_equal(originals, slots)) {
    if (variance.isAccumulator(slot)) {
      Accumulator accumulator = accumulators.lookup(original);
      Variance::Updates updates = variance.updatesOf(slot);
      if (updates.plain)
        flat.push_back(accumulator.plain);
      if (updates.wide)
        flat.push_back(accumulator.wide);
    } else if (!variance.isVarying(slot)) {
      flat.push_back(scalarOf(original));
    } else {
      flat.push_back(isa<TensorType>(slot.getType()) ? wideOf(original) : vectorOf(original));
    }
  }
  return flat;
}

SmallVector<Type> PlateVectorizer::typesOf(ValueRange slots) {
  SmallVector<Type> types;
  for (Value slot : slots) {
    auto tensor = dyn_cast<RankedTensorType>(slot.getType());
    if (variance.isAccumulator(slot)) {
      Variance::Updates updates = variance.updatesOf(slot);
      if (updates.plain)
        types.push_back(tensor);
      if (updates.wide)
        types.push_back(slotsType(tensor));
    } else if (!variance.isVarying(slot)) {
      types.push_back(slot.getType());
    } else {
      types.push_back(tensor ? Type(wideType(tensor)) : Type(vectorOfType(slot.getType())));
    }
  }
  return types;
}

void PlateVectorizer::bindOne(Value slot, ValueRange &flat) {
  auto take = [&] {
    Value value = flat.front();
    flat = flat.drop_front();
    return value;
  };
  if (variance.isAccumulator(slot)) {
    Variance::Updates updates = variance.updatesOf(slot);
    Accumulator accumulator;
    if (updates.plain)
      accumulator.plain = take();
    if (updates.wide)
      accumulator.wide = take();
    accumulators[slot] = accumulator;
  } else if (!variance.isVarying(slot)) {
    scalars.map(slot, take());
  } else {
    (isa<TensorType>(slot.getType()) ? wides : vectors)[slot] = take();
  }
}

void PlateVectorizer::bind(ValueRange slots, ValueRange flat) {
  for (Value slot : slots)
    bindOne(slot, flat);
}
