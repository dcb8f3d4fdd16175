//===- BufferizeSlices.cpp - constants, slices and selections -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file converts what makes or moves more than one element for `bufferize-tensors`, outside vectors.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Bufferizer.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::lower {

LogicalResult Bufferizer::convertConstant(arith::ConstantOp op) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!elements || !type)
    return op.emitError("not supported yet: a tensor constant of this kind");
  View view{nullptr,
            b.getIndexAttr(0),
            {},
            getAsIndexOpFoldResult(b.getContext(), type.getShape()),
            type.getElementType()};
  if (elements.isSplat()) {
    view.fill = elements.getSplatValue<Attribute>();
    setView(op, view);
    return success();
  }
  auto memory = MemRefType::get({type.getNumElements()}, getStoredType(view.elementType));
  auto flat = elements.reshape(RankedTensorType::get(memory.getShape(), view.elementType));
  if (view.elementType.isInteger(1))
    flat = cast<DenseIntElementsAttr>(flat).mapValues(
        b.getI8Type(), [](const APInt &bit) { return APInt(8, bit.getZExtValue()); });
  memref::GlobalOp &global = constants[flat];
  if (!global) {
    OpBuilder atModule(function);
    global = memref::GlobalOp::create(atModule, op.getLoc(), "constant", atModule.getStringAttr("private"),
                                      memory, flat,
                                      /*constant=*/true, /*alignment=*/atModule.getI64IntegerAttr(64));
    symbols.insert(global);
  }
  Value memref = memref::GetGlobalOp::create(b, op.getLoc(), memory, global.getSymName());
  view.storage = addStorage(memref, /*writable=*/false);
  setView(op, view);
  return success();
}

LogicalResult Bufferizer::convertFromElements(tensor::FromElementsOp op) {
  Location loc = op.getLoc();
  if (op.getElements().empty()) {
    setView(op, {nullptr,
                 {},
                 {},
                 getAsIndexOpFoldResult(b.getContext(), op.getType().getShape()),
                 op.getType().getElementType()});
    return success();
  }
  View view = makePlace(op, op, getAsIndexOpFoldResult(b.getContext(), op.getType().getShape()));
  for (auto [k, element] : llvm::enumerate(op.getElements()))
    store(loc, element, view, add(loc, view.offset, b.getIndexAttr(k)));
  setView(op, view);
  return success();
}

LogicalResult Bufferizer::convertReshape(Operation *op) {
  View view = viewOf(op->getOperand(0));
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    view.sizes = expand.getMixedOutputShape();
  } else {
    Sizes sizes;
    for (ArrayRef<int64_t> group : cast<tensor::CollapseShapeOp>(op).getReassociationIndices()) {
      Sizes part;
      for (int64_t k : group)
        part.push_back(view.sizes[k]);
      sizes.push_back(countElements(op->getLoc(), part));
    }
    view.sizes = sizes;
  }
  setAlias(op->getResult(0), op->getOperand(0), view);
  return success();
}

/// One row of memory: behind the first size that is not 1, everything is taken whole.
static bool isContiguous(ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides, const Sizes &whole) {
  if (!llvm::all_of(strides, [](OpFoldResult stride) { return isConstantIntValue(stride, 1); }))
    return false;
  size_t k = 0;
  while (k < sizes.size() && isConstantIntValue(sizes[k], 1))
    ++k;
  for (++k; k < sizes.size(); ++k)
    if (whole[k].isNull() || !isEqualConstantIntOrValue(sizes[k], whole[k]))
      return false;
  return true;
}

LogicalResult Bufferizer::convertExtractSlice(tensor::ExtractSliceOp op) {
  Location loc = op.getLoc();
  View whole = viewOf(op.getSource()), slice = whole;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  slice.sizes.clear();
  for (auto [k, size] : llvm::enumerate(op.getMixedSizes()))
    if (!dropped.test(k))
      slice.sizes.push_back(size);
  if (!whole.storage) {
    setView(op, slice);
    return success();
  }
  slice.offset = linearize(loc, whole, op.getMixedOffsets());
  if (isContiguous(op.getMixedSizes(), op.getMixedStrides(), whole.sizes) &&
      !liveness.updatedWhile(op.getSource(), op, op)) {
    setAlias(op, op.getSource(), slice);
    return success();
  }
  Sizes strides = getStrides(loc, whole.sizes), steps;
  for (auto [stride, by] : llvm::zip_equal(strides, op.getMixedStrides()))
    steps.push_back(mul(loc, stride, by));
  View place = makePlace(op, op, slice.sizes);
  copyStrided(loc, op.getMixedSizes(), slice, steps, place, getStrides(loc, op.getMixedSizes()));
  setView(op, place);
  return success();
}

LogicalResult Bufferizer::convertInsertSlice(tensor::InsertSliceOp op) {
  Location loc = op.getLoc();
  View whole = makeWritable(op, op.getDest(), op.getResult()), slice = whole;
  slice.offset = linearize(loc, whole, op.getMixedOffsets());
  const View &source = viewOf(op.getSource());
  Sizes sizes = op.getMixedSizes();
  if (isContiguous(sizes, op.getMixedStrides(), whole.sizes)) {
    slice.sizes = sizes;
    copy(loc, source, slice);
    return success();
  }
  Sizes strides = getStrides(loc, whole.sizes), steps;
  for (auto [stride, by] : llvm::zip_equal(strides, op.getMixedStrides()))
    steps.push_back(mul(loc, stride, by));
  copyStrided(loc, sizes, source, getStrides(loc, sizes), slice, steps);
  return success();
}

/// What a function is given of an input: its memory, or the scalar.
Value Bufferizer::inputMemory(Operation *op, Value input) {
  if (!isa<TensorType>(input.getType()))
    return input;
  View view = viewOf(input);
  if (!view.storage) {
    View memory = makeTemporary(op, view.elementType, view.sizes);
    copy(op->getLoc(), view, memory);
    view = memory;
  }
  return getMemory(op->getLoc(), view);
}

/// Where a function writes `result`, which has the shape of `out`. What is there before does not matter: it
/// is a place, unless someone else still reads it.
View Bufferizer::outPlace(Operation *op, Value out, Value result, SmallVectorImpl<Storage *> &taken) {
  View to = viewOf(out);
  bool inPlace = to.storage && to.storage->writable && groupDead(to.storage->occupant, op) &&
                 countOperandsIn(to.storage, op) == 1;
  if (!inPlace)
    to = makePlace(op, result, to.sizes);
  if (llvm::is_contained(taken, to.storage))
    to = makeTemporary(op, to.elementType, to.sizes);
  taken.push_back(to.storage);
  setView(result, to);
  return to;
}

LogicalResult Bufferizer::convertKernel(tg::KernelOp op) {
  Location loc = op.getLoc();
  SmallVector<Value> arguments;
  for (Value input : op.getInputs())
    arguments.push_back(inputMemory(op, input));
  SmallVector<Storage *> taken;
  for (auto [out, result] : llvm::zip_equal(op.getOuts(), op.getResults())) {
    View to = op.getUpdating() ? makeWritable(op, out, result) : outPlace(op, out, result, taken);
    arguments.push_back(getMemory(loc, to));
  }
  tg::KernelCallOp::create(b, loc, op.getKernel(), arguments);
  return success();
}

LogicalResult Bufferizer::convertChunks(tg::ChunksOp op) {
  Location loc = op.getLoc();
  SmallVector<Value> arguments;
  for (Value input : op.getInputs())
    arguments.push_back(inputMemory(op, input));
  auto callee = symbols.lookup<func::FuncOp>(op.getCallee());
  // What the function is given of a destination, it updates.
  auto isUpdated = [&](size_t place) {
    auto binding = prob::BindingAttr::get(b.getContext(), prob::Role::Output, static_cast<int64_t>(place));
    for (unsigned i = 0; callee && i < callee.getNumArguments(); ++i)
      if (callee.getArgAttr(i, "prob.binding") == binding)
        return true;
    return false;
  };
  SmallVector<Storage *> taken;
  for (auto [out, result] : llvm::zip_equal(op.getOuts(), op.getResults())) {
    View to = isUpdated(arguments.size()) ? makeWritable(op, out, result) : outPlace(op, out, result, taken);
    Sizes piece(ArrayRef(to.sizes).drop_front());
    arguments.push_back(getMemory(loc, to));
    arguments.push_back(toIndex(countElements(loc, piece)));
  }
  tg::ChunksCallOp::create(b, loc, op.getCallee(), op.getCount(), op.getRows(), op.getGrain(), arguments,
                           /*used=*/Value());
  return success();
}

LogicalResult Bufferizer::convertSelect(arith::SelectOp op) {
  if (isa<TensorType>(op.getCondition().getType()))
    return op.emitError("not supported yet: a selection by a tensor of conditions");
  View place = makePlace(op, op, viewOf(op.getTrueValue()).sizes);
  auto branch = scf::IfOp::create(b, op.getLoc(), op.getCondition(), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  copy(op.getLoc(), viewOf(op.getTrueValue()), place);
  b.setInsertionPointToStart(branch.elseBlock());
  copy(op.getLoc(), viewOf(op.getFalseValue()), place);
  setView(op, place);
  return success();
}

LogicalResult Bufferizer::convertPrint(tg::PrintOp op) {
  SmallVector<Value> values;
  for (Value value : op.getValues()) {
    if (isa<TensorType>(value.getType())) {
      View view = viewOf(value);
      if (!view.storage) {
        View place = makeTemporary(op, view.elementType, view.sizes);
        copy(op.getLoc(), view, place);
        view = place;
      }
      value = getMemory(op.getLoc(), view);
    }
    values.push_back(value);
  }
  tg::PrintOp::create(b, op.getLoc(), op.getBlock(), op.getTexts(), values, op.getSizes(), op.getMatrices(),
                      op.getRanks());
  return success();
}

} // namespace astragal::lower
