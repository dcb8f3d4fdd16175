//===- LaneMemory.cpp - tensors in the body of a plate -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements reads, writes and updates of tensors: consecutive elements as vectors, others lane by
// lane.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/PlateVectorizer.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// A vector of i1 in memory is bits, a tensor of i1 is bytes: no vector op reads one.
static bool isVectorElement(Type type) { return !type.isInteger(1); }

bool PlateVectorizer::isContiguous(ValueRange indices) {
  return !indices.empty() && variance.isConsecutive(indices.back()) &&
         llvm::none_of(indices.drop_back(), [&](Value index) { return variance.isVarying(index); });
}

/// The same, from the last lane to the first.
bool PlateVectorizer::isReversed(ValueRange indices) {
  return !indices.empty() && variance.isReceding(indices.back()) &&
         llvm::none_of(indices.drop_back(), [&](Value index) { return variance.isVarying(index); });
}

/// Whether the index is a place in a tile of rows, which is the last dimension of the tensor: all lanes are
/// in it.
bool PlateVectorizer::isPlaceInTile(Value tensor, Value index) {
  auto place = index.getDefiningOp<arith::RemUIOp>();
  std::optional<int64_t> size = place ? getConstantIntValue(place.getRhs()) : std::nullopt;
  return size && variance.isConsecutive(index) &&
         *size == cast<RankedTensorType>(tensor.getType()).getShape().back();
}

/// The tiles of a matrix are one stream, and each is read several times. The hardware sees the loops start
/// over, and follows badly: the last reader asks for what comes some tiles later. What a near cache holds
/// needs no asking.
void PlateVectorizer::findStreams() {
  constexpr int64_t nearSize = 1 << 17;
  plate.getBodyBlock()->walk([&](tensor::ExtractOp read) {
    auto type = cast<RankedTensorType>(read.getTensor().getType());
    bool isNear = type.hasStaticShape() && type.getNumElements() < nearSize;
    if (!isNear && type.getRank() > 0 && isPlaceInTile(read.getTensor(), read.getIndices().back()))
      lastReads[read.getTensor()] = read;
  });
}

/// Where the first lane's element of a contiguous access is, or the last lane's of a reversed one.
PlateVectorizer::Values PlateVectorizer::startOf(ValueRange indices) {
  Values at = scalarsOf(indices.drop_back());
  Value start = starts.lookup(indices.back());
  if (variance.isReceding(indices.back()))
    start = arith::SubIOp::create(b, start, index(lanes - 1));
  at.push_back(start);
  return at;
}

/// A vector with its lanes in the opposite order; no vector is none. A product stays one, which may be
/// contracted.
Value PlateVectorizer::reverse(Value vector) {
  if (!vector)
    return {};
  if (auto product = vector.getDefiningOp<arith::MulFOp>())
    return arith::MulFOp::create(b, reverse(product.getLhs()), reverse(product.getRhs()));
  if (auto same = vector.getDefiningOp<vector::BroadcastOp>())
    return same;
  auto lanesBackwards = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, lanes)));
  return vector::ShuffleOp::create(b, vector, vector, lanesBackwards);
}

Value PlateVectorizer::read(Value tensor, ValueRange indices, Value mask, int64_t padding, int64_t width) {
  auto type = cast<RankedTensorType>(tensor.getType());
  auto map = AffineMapAttr::get(AffineMap::getMinorIdentityMap(type.getRank(), 1, b.getContext()));
  return vector::TransferReadOp::create(b, VectorType::get({width}, type.getElementType()), tensor, indices,
                                        map, constant(type.getElementType(), padding), mask,
                                        b.getBoolArrayAttr({true}));
}

Value PlateVectorizer::write(Value vector, Value tensor, ValueRange indices, Value mask) {
  auto type = cast<RankedTensorType>(tensor.getType());
  auto map = AffineMapAttr::get(AffineMap::getMinorIdentityMap(type.getRank(), 1, b.getContext()));
  return vector::TransferWriteOp::create(b, vector, tensor, indices, map, mask, b.getBoolArrayAttr({true}))
      .getResult();
}

/// All slots at indices that the lanes share.
Value PlateVectorizer::readSlot(Value wide, ValueRange indices) {
  Values at(indices);
  auto type = cast<RankedTensorType>(wide.getType());
  Type element = type.getElementType();
  if (isVectorElement(element)) {
    at.push_back(index(0));
    return read(wide, at, {}, 0, type.getShape().back());
  }
  Values elements;
  for (int64_t lane = 0; lane < type.getShape().back(); ++lane)
    elements.push_back(tensor::ExtractOp::create(b, wide, inSlot(indices, lane)));
  return vector::FromElementsOp::create(b, VectorType::get({type.getShape().back()}, element), elements);
}

Value PlateVectorizer::writeSlot(Value vector, Value wide, ValueRange indices) {
  Values at(indices);
  if (isVectorElement(getElementTypeOrSelf(wide.getType()))) {
    at.push_back(index(0));
    return write(vector, wide, at, {});
  }
  for (int64_t lane = 0; lane < lanes; ++lane)
    wide =
        tensor::InsertOp::create(b, vector::ExtractOp::create(b, vector, lane), wide, inSlot(indices, lane));
  return wide;
}

/// Writes the rows of a plate's row result, whose last index is that of the first lane.
Value PlateVectorizer::writeRow(Value value, Value tensor, ValueRange indices) {
  if (isVectorElement(getElementTypeOrSelf(tensor.getType())))
    return write(value, tensor, indices, mask);
  // Lane 0, which is active, comes last: inactive lanes write what it overwrites.
  for (int64_t lane = lanes - 1; lane >= 0; --lane) {
    Values at(indices);
    Value offset = index(lane);
    if (mask)
      offset = arith::SelectOp::create(b, vector::ExtractOp::create(b, mask, lane), offset, index(0));
    at.back() = arith::AddIOp::create(b, at.back(), offset);
    tensor = tensor::InsertOp::create(b, vector::ExtractOp::create(b, value, lane), tensor, at);
  }
  return tensor;
}

LogicalResult PlateVectorizer::transform(tensor::ExtractOp op) {
  Value source = op.getTensor();
  ValueRange indices = op.getIndices();
  bool wide = variance.isVarying(source);
  Value tensor = wide ? wideOf(source) : scalarOf(source);
  Type element = op.getType();
  bool shared = llvm::none_of(indices, [&](Value index) { return variance.isVarying(index); });
  Value &result = vectors[op.getResult()];
  if (wide && shared) {
    result = readSlot(tensor, scalarsOf(indices));
    return success();
  }
  if (!wide && isContiguous(indices) && isVectorElement(element)) {
    // Inactive lanes get a one, in which logarithms and quotients are harmless; a tile has something there.
    Value active = isPlaceInTile(tensor, indices.back()) ? Value() : mask;
    result = read(tensor, startOf(indices), active, 1, lanes);
    constexpr int64_t bytesAhead = 16 << 10;
    if (lastReads.lookup(source) == op)
      result.getDefiningOp()->setAttr(aheadName, b.getI64IntegerAttr(bytesAhead));
    return success();
  }
  if (!wide && isReversed(indices) && isVectorElement(element)) {
    result = reverse(read(tensor, startOf(indices), reverse(mask), 1, lanes));
    return success();
  }
  // Eight loads take a third of the time of a gather instruction (Zen 5: 0.16 against 0.45 ns a number),
  // unless their indices have to leave a vector for it.
  if (!wide && indices.size() == 1 && isVectorElement(element) && !isReadInOrder(indices.front())) {
    VectorType type = vectorOfType(element);
    Value active = mask ? mask : constant(vectorOfType(b.getI1Type()), 1);
    result = vector::GatherOp::create(b, type, tensor, ValueRange(index(0)), vectorOf(indices.front()),
                                      active, constant(type, 1));
    return success();
  }
  Values elements;
  for (const Values &at : placesOf(indices, wide))
    elements.push_back(tensor::ExtractOp::create(b, tensor, at));
  result = vector::FromElementsOp::create(b, vectorOfType(element), elements);
  return success();
}

LogicalResult PlateVectorizer::transform(tensor::InsertOp op) {
  Value tensor = wideOf(op.getDest()), value = vectorOf(op.getScalar());
  bool shared = llvm::none_of(op.getIndices(), [&](Value index) { return variance.isVarying(index); });
  if (shared) {
    Values at = scalarsOf(op.getIndices());
    // The slots of rows beyond the end are nobody's: only divergence has to keep what was there.
    if (divergent)
      value = masked(value, readSlot(tensor, at));
    wides[op.getResult()] = writeSlot(value, tensor, at);
    return success();
  }
  for (auto [lane, place] : llvm::enumerate(placesOf(op.getIndices(), /*withLane=*/true))) {
    Value scalar = vector::ExtractOp::create(b, value, int64_t(lane));
    if (divergent)
      scalar = arith::SelectOp::create(b, vector::ExtractOp::create(b, mask, int64_t(lane)), scalar,
                                       tensor::ExtractOp::create(b, tensor, place));
    tensor = tensor::InsertOp::create(b, scalar, tensor, place);
  }
  wides[op.getResult()] = tensor;
  return success();
}

LogicalResult PlateVectorizer::transform(tg::AccumulateOp op) {
  Value dest = op.getDest();
  bool isShared = variance.isAccumulator(dest);
  Accumulator accumulator = isShared ? accumulators.lookup(dest) : Accumulator{{}, wideOf(dest)};
  Value value = termOf(op.getValue());
  if (variance.isHeld(op)) {
    Value &sum = held[op];
    sum = addLanes(sum, value);
  } else if (variance.isWideUpdate(op)) {
    Values at = scalarsOf(op.getIndices());
    Value sum = addLanes(readSlot(accumulator.wide, at), value);
    accumulator.wide = writeSlot(sum, accumulator.wide, at);
  } else if (isShared && isContiguous(op.getIndices())) {
    Values at = startOf(op.getIndices());
    accumulator.plain =
        write(add(read(accumulator.plain, at, mask, 0, lanes), value), accumulator.plain, at, mask);
  } else if (isShared && isReversed(op.getIndices())) {
    Values at = startOf(op.getIndices());
    Value active = reverse(mask);
    accumulator.plain = write(add(read(accumulator.plain, at, active, 0, lanes), reverse(value)),
                              accumulator.plain, at, active);
  } else {
    // Lanes may meet in one element, so they take turns; inactive ones add nothing to the first.
    Value &tensor = isShared ? accumulator.plain : accumulator.wide;
    for (auto [lane, place] : llvm::enumerate(placesOf(op.getIndices(), !isShared))) {
      Value term = vector::ExtractOp::create(b, value, int64_t(lane));
      Value sum = add(tensor::ExtractOp::create(b, tensor, place), term);
      tensor = tensor::InsertOp::create(b, sum, tensor, place);
    }
  }
  if (isShared)
    accumulators[op.getResult()] = accumulator;
  else
    wides[op.getResult()] = accumulator.wide;
  return success();
}

/// Whether tensors of a row are of a size of its own. Lanes then share the largest.
bool PlateVectorizer::makesSizesOfRows() {
  return plate.getBodyBlock()
      ->walk([&](Operation *op) {
        bool makes = isa<tensor::EmptyOp, tensor::SplatOp, tg::TapeAllocOp, tg::PlateOp>(op) &&
                     llvm::any_of(op->getOperands(), [&](Value operand) {
                       return operand.getType().isIndex() && variance.isVarying(operand);
                     });
        return makes ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Other ops that make or reshape a tensor that varies.
LogicalResult PlateVectorizer::transformTensor(Operation *op) {
  auto refuse = [&](auto) -> LogicalResult { return fail(op, "makes a tensor that differs between rows"); };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tensor::EmptyOp) {
        wides[op->getResult(0)] = widen(op->getResult(0));
        return success();
      })
      .Case([&](tg::TapeAllocOp) {
        wides[op->getResult(0)] = widen(op->getResult(0));
        return success();
      })
      .Case([&](tensor::SplatOp splat) {
        RankedTensorType type = wideType(splat.getType());
        Values sizes =
            llvm::map_to_vector(splat.getDynamicSizes(), [&](Value size) { return largestOf(size); });
        Value empty = tensor::EmptyOp::create(b, type.getShape(), type.getElementType(), sizes);
        Value value = vectorOf(splat.getInput());
        wides[op->getResult(0)] = forEachElement(empty, empty, [&](ValueRange at, Value tensor) {
          return writeSlot(value, tensor, at.drop_back());
        });
        return success();
      })
      .Case([&](tensor::FromElementsOp list) {
        RankedTensorType type = wideType(list.getType());
        Value tensor = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
        SmallVector<int64_t> at(list.getType().getRank(), 0);
        for (Value element : list.getElements()) {
          tensor = writeSlot(vectorOf(element), tensor,
                             llvm::map_to_vector(at, [&](int64_t i) { return index(i); }));
          for (size_t d = at.size(); d-- > 0 && ++at[d] == type.getDimSize(d);)
            at[d] = 0;
        }
        wides[op->getResult(0)] = tensor;
        return success();
      })
      .Case([&](tensor::CastOp cast) {
        wides[op->getResult(0)] = tensor::CastOp::create(
            b, wideType(llvm::cast<RankedTensorType>(cast.getType())), wideOf(cast.getSource()));
        return success();
      })
      .Case([&](tensor::DimOp dim) -> LogicalResult {
        Value source = dim.getSource();
        bool isShared = variance.isAccumulator(source);
        if (!isShared && makesSizesOfRows())
          return fail(op, "asks for a size, and rows differ in sizes");
        Accumulator accumulator = isShared ? accumulators.lookup(source) : Accumulator{{}, wideOf(source)};
        Value tensor = accumulator.plain ? accumulator.plain : accumulator.wide;
        scalars.map(dim.getResult(), tensor::DimOp::create(b, tensor, scalarOf(dim.getIndex())).getResult());
        return success();
      })
      .Default(refuse);
}

/// A tensor without contents, of the shape that the given one has here.
Value PlateVectorizer::emptyLike(Value tensor, bool wide) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Values sizes;
  for (int64_t d = 0; d < type.getRank(); ++d)
    if (type.isDynamicDim(d))
      sizes.push_back(tensor::DimOp::create(b, tensor, d));
  RankedTensorType result = wide ? wideType(type) : type;
  return tensor::EmptyOp::create(b, result.getShape(), result.getElementType(), sizes);
}

Value PlateVectorizer::wideZero(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Values sizes;
  for (int64_t d = 0; d < type.getRank(); ++d)
    if (type.isDynamicDim(d))
      sizes.push_back(tensor::DimOp::create(b, tensor, d));
  return tensor::SplatOp::create(b, constant(type.getElementType(), 0), slotsType(type), sizes);
}

/// A tensor with a copy of the given one for each lane. What has no contents is not copied.
Value PlateVectorizer::widen(Value original) {
  RankedTensorType type = wideType(cast<RankedTensorType>(original.getType()));
  Operation *source = original.getDefiningOp();
  auto sizes = [&](ValueRange of) {
    return llvm::map_to_vector(of, [&](Value size) { return largestOf(size); });
  };
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(source))
    return tensor::EmptyOp::create(b, type.getShape(), type.getElementType(), sizes(empty.getDynamicSizes()));
  if (auto tape = dyn_cast_or_null<tg::TapeAllocOp>(source))
    return tg::TapeAllocOp::create(b, type, sizes(tape.getSizes()));
  if (auto splat = dyn_cast_or_null<tensor::SplatOp>(source))
    return tensor::SplatOp::create(b, scalarOf(splat.getInput()), type, sizes(splat.getDynamicSizes()));
  Value tensor = scalarOf(original), copy = emptyLike(tensor, /*wide=*/true);
  return forEachElement(copy, copy, [&](ValueRange at, Value to) {
    return writeSlot(broadcast(tensor::ExtractOp::create(b, tensor, at.drop_back())), to, at.drop_back());
  });
}

/// Loops over a wide tensor's elements, one for all lanes: the last index is zero.
Value PlateVectorizer::forEachElement(Value wide, Value init, function_ref<Value(ValueRange, Value)> body) {
  int64_t rank = cast<RankedTensorType>(wide.getType()).getRank() - 1;
  Values at;
  auto nest = [&](auto &self, Value state) -> Value {
    if (static_cast<int64_t>(at.size()) == rank) {
      Values all(at);
      all.push_back(index(0));
      return body(all, state);
    }
    Value extent = tensor::DimOp::create(b, wide, static_cast<int64_t>(at.size()));
    auto loop = scf::ForOp::create(b, index(0), extent, index(1), state);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    at.push_back(loop.getInductionVar());
    Value next = self(self, loop.getRegionIterArg(0));
    at.pop_back();
    scf::YieldOp::create(b, next);
    return loop.getResult(0);
  };
  return nest(nest, init);
}

Value PlateVectorizer::addSlots(Value plain, Value wide) {
  return forEachElement(wide, plain, [&](ValueRange at, Value tensor) -> Value {
    ValueRange place = at.drop_back();
    Value sum =
        add(tensor::ExtractOp::create(b, tensor, place), treeOfLanes(read(wide, at, {}, 0, partialCount)));
    return tensor::InsertOp::create(b, sum, tensor, place);
  });
}
