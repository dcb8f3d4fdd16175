//===- Tensors.cpp - derivatives of ops that move elements ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adjoints of tensors are updated, not added up: a read contributes to one element, an overwritten element's
// adjoint becomes zero, so that each tensor of the program has one buffer for its adjoint.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace astragal::differentiate {

static void reverseInsert(Sweep &s, tensor::InsertOp op, Value d) {
  if (s.isActive(op.getScalar()))
    s.add(op.getScalar(), tensor::ExtractOp::create(s.b, d, op.getIndices()));
  if (s.isActive(op.getDest()))
    s.add(op.getDest(), tensor::InsertOp::create(s.b, s.constant(0), d, op.getIndices()));
}

static void reverseAccumulate(Sweep &s, tg::AccumulateOp op, Value d) {
  if (s.isActive(op.getValue()))
    s.add(op.getValue(), tensor::ExtractOp::create(s.b, d, op.getIndices()));
  s.add(op.getDest(), d);
}

static void reverseFromElements(Sweep &s, tensor::FromElementsOp op, Value d) {
  auto type = op.getType();
  for (auto [k, element] : llvm::enumerate(op.getElements())) {
    if (!s.isActive(element))
      continue;
    SmallVector<Value> indices(type.getRank());
    int64_t rest = k;
    for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
      indices[dim] = s.index(rest % type.getDimSize(dim));
      rest /= type.getDimSize(dim);
    }
    s.add(element, s.b.createOrFold<tensor::ExtractOp>(d, indices));
  }
}

static void reverseSplat(Sweep &s, tensor::SplatOp op, Value d) {
  SmallVector<Value> extents =
      getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), sizesOf(s.b, s.b.getLoc(), op));
  if (extents.empty())
    return s.add(op.getInput(), tensor::ExtractOp::create(s.b, d, ValueRange()));
  auto plate = tg::PlateOp::create(
      s.b, extents, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange indices, ValueRange) {
        Value element = tensor::ExtractOp::create(b, loc, d, indices);
        tg::YieldOp::create(b, loc, element, ValueRange(), ValueRange(), ValueRange());
      });
  s.add(op.getInput(), plate->getResult(0));
}

static void reverseExtractSlice(Sweep &s, tensor::ExtractSliceOp op, Value d) {
  Value source = op.getSource();
  // In a plate the adjoint of what is captured is an accumulator: rows add to it, element by element.
  if (s.plate && !s.plate->isAncestor(source.getParentRegion())) {
    SmallVector<OpFoldResult> sizes = op.getMixedSizes();
    SmallVector<Value> extents = getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), sizes);
    SmallVector<Value> offsets = getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), op.getMixedOffsets());
    SmallVector<Value> strides = getValueOrCreateConstantIndexOp(s.b, s.b.getLoc(), op.getMixedStrides());
    llvm::SmallBitVector dropped = op.getDroppedDims();
    auto fill = [&](OpBuilder &b, Location loc, ValueRange indices, ValueRange accumulators) {
      SmallVector<Value> from, to;
      for (auto [dim, index] : llvm::enumerate(indices)) {
        if (!dropped.test(dim))
          from.push_back(index);
        Value step = b.createOrFold<arith::MulIOp>(loc, index, strides[dim]);
        to.push_back(b.createOrFold<arith::AddIOp>(loc, offsets[dim], step));
      }
      Value element = tensor::ExtractOp::create(b, loc, d, from);
      Value next = tg::AccumulateOp::create(b, loc, element, accumulators[0], to);
      tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), next, ValueRange());
    };
    auto plate = tg::PlateOp::create(s.b, extents, ValueRange(s.getOrZero(source)), fill);
    return s.set(source, plate->getResult(0));
  }
  std::optional<int64_t> offset = getConstantIntValue(op.getMixedOffsets().front());
  if (offset && op.hasUnitStride() && op.getType().getRank() == 1 && s.addToClearSlice(source, *offset, d))
    return;
  Value slice = d;
  Value current = s.get(source);
  if (current) {
    Value old = tensor::ExtractSliceOp::create(s.b, op.getType(), current, op.getOffsets(), op.getSizes(),
                                               op.getStrides(), op.getStaticOffsets(), op.getStaticSizes(),
                                               op.getStaticStrides());
    // The slice takes part in the sum as if it were the adjoint of the op's result.
    s.set(op.getResult(), old);
    s.add(op.getResult(), d);
    slice = s.take(op.getResult());
  } else {
    current = s.zeroLike(source);
  }
  s.set(source,
        tensor::InsertSliceOp::create(s.b, slice, current, op.getOffsets(), op.getSizes(), op.getStrides(),
                                      op.getStaticOffsets(), op.getStaticSizes(), op.getStaticStrides()));
}

static void reverseInsertSlice(Sweep &s, tensor::InsertSliceOp op, Value d) {
  if (s.isActive(op.getSource()))
    s.add(op.getSource(), tensor::ExtractSliceOp::create(
                              s.b, op.getSourceType(), d, op.getOffsets(), op.getSizes(), op.getStrides(),
                              op.getStaticOffsets(), op.getStaticSizes(), op.getStaticStrides()));
  if (s.isActive(op.getDest())) {
    Value zero = s.zeroLike(op.getSource());
    s.add(op.getDest(),
          tensor::InsertSliceOp::create(s.b, zero, d, op.getOffsets(), op.getSizes(), op.getStrides(),
                                        op.getStaticOffsets(), op.getStaticSizes(), op.getStaticStrides()));
  }
}

static void reverseSelect(Sweep &s, arith::SelectOp op, Value d) {
  if (s.isActive(op.getTrueValue()))
    s.add(op.getTrueValue(),
          arith::SelectOp::create(s.b, op.getCondition(), d, s.zeroLike(op.getTrueValue())));
  if (s.isActive(op.getFalseValue()))
    s.add(op.getFalseValue(),
          arith::SelectOp::create(s.b, op.getCondition(), s.zeroLike(op.getFalseValue()), d));
}

LogicalResult reverseTensorOp(Sweep &s, Operation *op) {
  Value result = op->getResult(0);
  Value d = s.take(result);
  if (!d)
    return success();
  bool known = true;
  llvm::TypeSwitch<Operation *>(op)
      .Case<tensor::ExtractOp>(
          [&](auto extract) { s.addElement(extract.getTensor(), extract.getIndices(), d); })
      .Case<tensor::InsertOp>([&](auto insert) { reverseInsert(s, insert, d); })
      .Case<tg::AccumulateOp>([&](auto accumulate) { reverseAccumulate(s, accumulate, d); })
      .Case<tensor::FromElementsOp>([&](auto elements) { reverseFromElements(s, elements, d); })
      .Case<tensor::SplatOp>([&](auto splat) { reverseSplat(s, splat, d); })
      .Case<tensor::ExtractSliceOp>([&](auto slice) { reverseExtractSlice(s, slice, d); })
      .Case<tensor::InsertSliceOp>([&](auto slice) { reverseInsertSlice(s, slice, d); })
      .Case<tensor::CastOp>([&](auto cast) {
        s.add(cast.getSource(), tensor::CastOp::create(s.b, cast.getSource().getType(), d));
      })
      .Case<tg::SizedOp>([&](auto sized) { s.add(sized.getOperand(), d); })
      .Case<arith::SelectOp>([&](auto select) { reverseSelect(s, select, d); })
      .Default([&](Operation *) { known = false; });
  if (known)
    return success();
  return op->emitError("not supported yet: the derivative of '") << op->getName() << "'";
}

} // namespace astragal::differentiate
