//===- BufferizeVectors.cpp - vectors into and out of memory --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file converts vector reads and writes for `bufferize-tensors`. Vectors run along the last dimension.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"

using namespace mlir;

namespace astragal::lower {

/// The mask of an access, which leaves out what lies behind the end of the row; null if all lanes are in.
Value Bufferizer::maskOf(Location loc, VectorType type, Value mask, bool inBounds, Value at,
                         OpFoldResult size) {
  if (inBounds)
    return mask;
  auto maskType = VectorType::get(type.getShape(), b.getI1Type());
  Value rest = arith::SubIOp::create(b, loc, toIndex(size), at);
  Value inside = vector::CreateMaskOp::create(b, loc, maskType, rest);
  return mask ? arith::AndIOp::create(b, loc, inside, mask).getResult() : inside;
}

static LogicalResult checkTransfer(VectorTransferOpInterface op) {
  if (op.getVectorType().getRank() == 1 && op.getPermutationMap().isMinorIdentity())
    return success();
  return op->emitError("not supported yet: a transfer that is not one row along the last dimension");
}

/// Asks for the lines that a vector has `ahead` bytes behind its own. They may lie behind the buffer's end:
/// nothing is read.
void Bufferizer::prefetch(Location loc, VectorType type, Value memref, Value at, int64_t ahead) {
  constexpr int64_t line = 64;
  int64_t width = type.getElementTypeBitWidth() / 8, bytes = type.getNumElements() * width;
  for (int64_t offset = 0; offset < bytes; offset += line) {
    Value there = arith::AddIOp::create(b, loc, at, index((ahead + offset) / width));
    memref::PrefetchOp::create(b, loc, memref, there, /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  }
}

LogicalResult Bufferizer::convertRead(vector::TransferReadOp op) {
  if (failed(checkTransfer(op)))
    return failure();
  Location loc = op.getLoc();
  const View &view = viewOf(op.getBase());
  VectorType type = op.getVectorType();
  Value mask =
      maskOf(loc, type, op.getMask(), op.isDimInBounds(0), op.getIndices().back(), view.sizes.back());
  auto broadcast = [&](Value scalar) -> Value {
    return vector::BroadcastOp::create(b, loc, type.clone(scalar.getType()), scalar);
  };
  Value result;
  if (!view.storage) {
    result = broadcast(makeFill(loc, view));
    if (mask)
      result = arith::SelectOp::create(b, loc, mask, result, broadcast(op.getPadding()));
  } else {
    bool bits = view.elementType.isInteger(1);
    VectorType stored = type.clone(getStoredType(view.elementType));
    Value at = toIndex(linearize(loc, view, op.getIndices()));
    if (mask) {
      Value padding = op.getPadding();
      if (bits)
        padding = arith::ExtUIOp::create(b, loc, b.getI8Type(), padding);
      result =
          vector::MaskedLoadOp::create(b, loc, stored, view.storage->memref, at, mask, broadcast(padding));
    } else {
      result = vector::LoadOp::create(b, loc, stored, view.storage->memref, at);
    }
    if (auto ahead = op->getAttrOfType<IntegerAttr>("tg.ahead"))
      prefetch(loc, stored, view.storage->memref, at, ahead.getInt());
    if (bits)
      result = arith::TruncIOp::create(b, loc, type, result);
  }
  op.replaceAllUsesWith(result);
  return success();
}

LogicalResult Bufferizer::convertWrite(vector::TransferWriteOp op) {
  if (failed(checkTransfer(op)))
    return failure();
  Location loc = op.getLoc();
  View view = makeWritable(op, op.getBase(), op.getResult());
  Value mask = maskOf(loc, op.getVectorType(), op.getMask(), op.isDimInBounds(0), op.getIndices().back(),
                      view.sizes.back());
  Value vector = op.getValueToStore();
  OpFoldResult at = linearize(loc, view, op.getIndices());
  if (!mask) {
    store(loc, vector, view, at);
    return success();
  }
  if (view.elementType.isInteger(1))
    vector = arith::ExtUIOp::create(b, loc, op.getVectorType().clone(b.getI8Type()), vector);
  vector::MaskedStoreOp::create(b, loc, view.storage->memref, toIndex(at), mask, vector);
  return success();
}

LogicalResult Bufferizer::convertGather(vector::GatherOp op) {
  Location loc = op.getLoc();
  const View &view = viewOf(op.getBase());
  if (view.elementType.isInteger(1))
    return op.emitError("not supported yet: a gather of booleans");
  if (!view.storage) {
    Value all = vector::BroadcastOp::create(b, loc, op.getVectorType(), makeFill(loc, view));
    op.replaceAllUsesWith(arith::SelectOp::create(b, loc, op.getMask(), all, op.getPassThru()).getResult());
    return success();
  }
  Value at = toIndex(linearize(loc, view, op.getOffsets()));
  op.replaceAllUsesWith(vector::GatherOp::create(b, loc, op.getVectorType(), view.storage->memref, at,
                                                 op.getIndices(), op.getMask(), op.getPassThru())
                            .getResult());
  return success();
}

LogicalResult Bufferizer::convertScatter(vector::ScatterOp op) {
  View view = makeWritable(op, op.getBase(), op.getResult());
  if (view.elementType.isInteger(1))
    return op.emitError("not supported yet: a scatter of booleans");
  Value at = toIndex(linearize(op.getLoc(), view, op.getOffsets()));
  vector::ScatterOp::create(b, op.getLoc(), Type(), view.storage->memref, at, op.getIndices(), op.getMask(),
                            op.getValueToStore());
  return success();
}

} // namespace astragal::lower
