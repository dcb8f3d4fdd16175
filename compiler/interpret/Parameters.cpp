//===- Parameters.cpp - between the constrained and the unconstrained scale ===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The transforms are text in compiler/library/transforms.stan. Those of a scalar are applied to each element
// of a container; those of a vector or a matrix to each one of an array.
//
//===----------------------------------------------------------------------===//

#include "compiler/interpret/Interpretation.h"

#include "compiler/stan/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace astragal::interpret {

/// True if the transform is one of whole vectors or matrices.
static bool isStructured(prob::Support support) { return support > prob::Support::OffsetMultiplier; }

/// The sizes of one value of a structured support.
static ValueRange shapeOf(prob::ParamOp param, ValueRange dims) {
  return dims.drop_front(param.getArrayRank());
}

/// The sizes of what one such value is on the unconstrained scale. Of a matrix the columns come first.
static SmallVector<Value> freeShape(EntryBuilder &e, prob::ParamOp param, ValueRange dims) {
  SmallVector<Value> shape(shapeOf(param, dims));
  Location loc = param.getLoc();
  auto less = [&](Value n) { return e.b.createOrFold<arith::SubIOp>(loc, n, e.index(1)); };
  auto half = [&](Value n) { return e.b.createOrFold<arith::DivUIOp>(loc, n, e.index(2)); };
  switch (param.getSupport()) {
  case prob::Support::Simplex:
  case prob::Support::SumToZero:
    for (Value &n : shape)
      n = less(n);
    return shape;
  case prob::Support::StochasticRow:
    return {less(shape[0]), shape[1]};
  case prob::Support::StochasticColumn:
    return {shape[0], less(shape[1])};
  case prob::Support::CholeskyFactorCorr:
  case prob::Support::CorrMatrix:
    return {half(e.multiply(shape[0], less(shape[0])))};
  case prob::Support::CovMatrix:
    return {half(e.multiply(shape[0], e.add(shape[0], e.index(1))))};
  case prob::Support::CholeskyFactorCov: {
    Value square = half(e.multiply(shape[0], e.add(shape[0], e.index(1))));
    Value below = e.b.createOrFold<arith::SubIOp>(loc, shape[1], shape[0]);
    return {e.add(square, e.multiply(below, shape[0]))};
  }
  default:
    return shape;
  }
}

/// What the constraining function is told beside the unconstrained value: rows, then columns.
static SmallVector<Value> sizeArguments(prob::ParamOp param, ValueRange dims) {
  ValueRange shape = shapeOf(param, dims);
  switch (param.getSupport()) {
  case prob::Support::CholeskyFactorCorr:
  case prob::Support::CorrMatrix:
  case prob::Support::CovMatrix:
    return {shape[0]};
  case prob::Support::CholeskyFactorCov:
    return {shape[1], shape[0]};
  default:
    return {};
  }
}

Value unconstrainedSize(EntryBuilder &e, prob::ParamOp param, ValueRange dims) {
  if (!isStructured(param.getSupport()))
    return e.product(dims);
  return e.multiply(e.product(dims.take_front(param.getArrayRank())), e.product(freeShape(e, param, dims)));
}

/// Row-major position of `indices` in `dims`, from `start`.
static Value linearize(EntryBuilder &e, Value start, ValueRange dims, ValueRange indices) {
  Value linear;
  for (auto [dim, at] : llvm::zip_equal(dims, indices))
    linear = linear ? e.add(e.multiply(linear, dim), at) : at;
  return linear ? e.add(start, linear) : start;
}

static OpFoldResult foldIndex(Value v) {
  APInt n;
  if (matchPattern(v, m_ConstantInt(&n)))
    return IntegerAttr::get(IndexType::get(v.getContext()), n.getSExtValue());
  return v;
}

static RankedTensorType tensorOf(ValueRange dims, Type element) {
  return RankedTensorType::get(tg::PlateOp::getRowShape(dims), element);
}

static Value slice(EntryBuilder &e, Location loc, Value from, Value start, Value length) {
  if (matchPattern(length, m_Zero())) // may lie at the end, which is no place of an element
    start = e.index(0);
  SmallVector<OpFoldResult> offsets{foldIndex(start)}, lengths{foldIndex(length)},
      strides{e.b.getIndexAttr(1)};
  // An offset must be that of an element, of which an empty slice at the end has none.
  if (isZeroInteger(lengths[0]))
    offsets[0] = e.b.getIndexAttr(0);
  return tensor::ExtractSliceOp::create(e.b, loc, tensorOf(length, e.b.getF64Type()), from, offsets, lengths,
                                        strides);
}

/// The element `at` of an array of `dims` as a slice.
static void selectElement(EntryBuilder &e, ValueRange dims, ValueRange at,
                          SmallVectorImpl<OpFoldResult> &offsets, SmallVectorImpl<OpFoldResult> &lengths,
                          SmallVectorImpl<OpFoldResult> &strides) {
  offsets.assign(at.begin(), at.end());
  lengths.assign(at.size(), e.b.getIndexAttr(1));
  strides.assign(dims.size(), e.b.getIndexAttr(1));
  for (Value size : dims.drop_front(at.size())) {
    offsets.push_back(e.b.getIndexAttr(0));
    lengths.push_back(foldIndex(size));
  }
}

/// The elements of `from` that lie at `start` in row-major order, in this shape.
static Value read(EntryBuilder &e, Location loc, Value from, Value start, ValueRange dims) {
  if (dims.empty())
    return e.b.createOrFold<tensor::ExtractOp>(loc, from, start);
  if (dims.size() == 1)
    return slice(e, loc, from, start, dims[0]);
  return tg::PlateOp::create(e.b, loc, dims, ValueRange(),
                             [&](OpBuilder &, Location, ValueRange at, ValueRange) {
                               Value x =
                                   tensor::ExtractOp::create(e.b, loc, from, linearize(e, start, dims, at));
                               tg::YieldOp::create(e.b, loc, ValueRange(), ValueRange(), ValueRange(), x);
                             })
      ->getResult(0);
}

Value readInput(EntryBuilder &e, Location loc, ValueRange dims) {
  Value start = e.position;
  e.position = e.add(start, e.product(dims));
  return read(e, loc, e.input, start, dims);
}

static FailureOr<func::FuncOp> findFunction(prob::ParamOp param, StringRef name,
                                            ArrayRef<stan::LibraryOperand> operands) {
  auto module = param->getParentOfType<ModuleOp>();
  if (func::FuncOp function = stan::instantiateLibraryFunction(module, name, operands))
    return function;
  return param.emitOpError("needs '") << name << "', which the library does not have";
}

static FailureOr<func::FuncOp> findTransform(prob::ParamOp param, StringRef direction,
                                             ArrayRef<stan::LibraryOperand> operands) {
  return findFunction(param, (stringifySupport(param.getSupport()) + direction).str(), operands);
}

/// Applies a transform of scalars, with bounds, at every element. `read` yields the element.
static FailureOr<ValueRange> applyScalar(EntryBuilder &e, prob::ParamOp param, StringRef direction,
                                         ValueRange dims, function_ref<Value(ValueRange)> read) {
  Location loc = param.getLoc();
  SmallVector<Value> bounds;
  SmallVector<stan::LibraryOperand> types{{e.b.getF64Type()}};
  for (Value bound : param.getBounds()) {
    bounds.push_back(e.map.lookup(bound));
    types.push_back({e.b.getF64Type()});
  }
  FailureOr<func::FuncOp> function = findTransform(param, direction, types);
  if (failed(function))
    return failure();
  auto call = [&](ValueRange at) {
    SmallVector<Value> operands{read(at)};
    for (Value bound : bounds)
      operands.push_back(isa<RankedTensorType>(bound.getType())
                             ? tensor::ExtractOp::create(e.b, loc, bound, at).getResult()
                             : bound);
    return func::CallOp::create(e.b, loc, *function, operands).getResults();
  };
  if (dims.empty())
    return ValueRange(call({}));
  auto plate = tg::PlateOp::create(
      e.b, loc, dims, ValueRange(), [&](OpBuilder &, Location, ValueRange at, ValueRange) {
        ValueRange results = call(at);
        tg::YieldOp::create(e.b, loc, results.drop_front(), ValueRange(), ValueRange(), results.take_front());
      });
  return ValueRange(plate.getResults());
}

/// Calls `function` for each element of an array; its first results, of shape `toShape`, make an array again,
/// and the second ones, if there are any, a sum.
static SmallVector<Value> callForEach(EntryBuilder &e, Location loc, func::FuncOp function,
                                      ValueRange arrayDims, ValueRange toShape,
                                      function_ref<SmallVector<Value>(ValueRange)> arguments) {
  RankedTensorType one = tensorOf(toShape, e.b.getF64Type());
  auto call = [&](ValueRange at) {
    SmallVector<Value> results(func::CallOp::create(e.b, loc, function, arguments(at)).getResults());
    if (results[0].getType() != one)
      results[0] = tensor::CastOp::create(e.b, loc, one, results[0]);
    return results;
  };
  if (arrayDims.empty())
    return call({});

  SmallVector<Value> dims(arrayDims);
  llvm::append_range(dims, toShape);
  RankedTensorType whole = tensorOf(dims, e.b.getF64Type());
  SmallVector<Value> dynamic;
  for (auto [k, dim] : llvm::enumerate(dims))
    if (whole.isDynamicDim(k))
      dynamic.push_back(dim);
  SmallVector<Value> state{tensor::EmptyOp::create(e.b, loc, whole, dynamic)};
  bool hasSum = function.getNumResults() == 2;
  if (hasSum)
    state.push_back(arith::ConstantOp::create(e.b, loc, e.b.getF64FloatAttr(0)));
  if (whole.hasStaticShape() && whole.getNumElements() == 0)
    return state;
  auto nest = [&](auto &&self, unsigned level, SmallVector<Value> &at,
                  ValueRange carried) -> SmallVector<Value> {
    if (level < arrayDims.size()) {
      auto loop = scf::ForOp::create(e.b, loc, e.index(0), arrayDims[level], e.index(1), carried);
      OpBuilder::InsertionGuard guard(e.b);
      e.b.setInsertionPointToStart(loop.getBody());
      at.push_back(loop.getInductionVar());
      SmallVector<Value> next = self(self, level + 1, at, loop.getRegionIterArgs());
      at.pop_back();
      scf::YieldOp::create(e.b, loc, next);
      return SmallVector<Value>(loop.getResults());
    }
    SmallVector<Value> results = call(at);
    SmallVector<OpFoldResult> offsets, lengths, strides;
    selectElement(e, dims, at, offsets, lengths, strides);
    SmallVector<Value> next{
        tensor::InsertSliceOp::create(e.b, loc, results[0], carried[0], offsets, lengths, strides)};
    if (hasSum)
      next.push_back(arith::AddFOp::create(e.b, loc, carried[1], results[1]));
    return next;
  };
  SmallVector<Value> at;
  return nest(nest, 0, at, state);
}

/// Applies a transform of vectors or matrices to each one of an array: `from` holds them end to end from
/// `start`, each of the shape `fromShape`; the results have shape arrayDims x toShape. The second result is
/// the summed Jacobian, if any. `sizes` are further arguments of the transform.
static FailureOr<SmallVector<Value>> applyStructured(EntryBuilder &e, prob::ParamOp param,
                                                     StringRef direction, ValueRange arrayDims, Value from,
                                                     Value start, ValueRange fromShape, ValueRange toShape,
                                                     ArrayRef<Value> sizes = {}) {
  Location loc = param.getLoc();
  SmallVector<stan::LibraryOperand> operands{{tensorOf(fromShape, e.b.getF64Type())}};
  SmallVector<Value> integers;
  for (Value size : sizes) {
    APInt n;
    bool isKnown = matchPattern(size, m_ConstantInt(&n));
    operands.push_back({e.b.getI32Type(), isKnown ? std::optional<int32_t>(n.getSExtValue()) : std::nullopt});
    integers.push_back(e.b.createOrFold<arith::IndexCastOp>(loc, e.b.getI32Type(), size));
  }
  FailureOr<func::FuncOp> function = findTransform(param, direction, operands);
  if (failed(function))
    return failure();
  return callForEach(e, loc, *function, arrayDims, toShape, [&](ValueRange at) {
    Value position = start;
    if (!at.empty())
      position = e.add(start, e.multiply(linearize(e, e.index(0), arrayDims, at), e.product(fromShape)));
    SmallVector<Value> arguments{read(e, loc, from, position, fromShape)};
    llvm::append_range(arguments, integers);
    return arguments;
  });
}

/// A function from matrices to matrices of the same size, for each one of an array.
static FailureOr<Value> applyToMatrices(EntryBuilder &e, prob::ParamOp param, StringRef name, Value matrices,
                                        ValueRange dims) {
  Location loc = param.getLoc();
  ValueRange arrayDims = dims.take_front(param.getArrayRank()), shape = shapeOf(param, dims);
  RankedTensorType one = tensorOf(shape, e.b.getF64Type());
  FailureOr<func::FuncOp> function = findFunction(param, name, {{one}});
  if (failed(function))
    return failure();
  return callForEach(
             e, loc, *function, arrayDims, shape,
             [&](ValueRange at) -> SmallVector<Value> {
               if (at.empty())
                 return {matrices};
               SmallVector<OpFoldResult> offsets, lengths, strides;
               selectElement(e, dims, at, offsets, lengths, strides);
               return {tensor::ExtractSliceOp::create(e.b, loc, one, matrices, offsets, lengths, strides)};
             })
      .front();
}

FailureOr<Value> constrain(EntryBuilder &e, prob::ParamOp param) {
  Location loc = param.getLoc();
  SmallVector<Value> dims;
  for (Value dim : param.getDims())
    dims.push_back(e.map.lookup(dim));
  if (param.getSupport() == prob::Support::Real) {
    e.map.map(param.getResult(), readInput(e, loc, dims));
    return Value();
  }
  Value start = e.position;
  e.position = e.add(start, unconstrainedSize(e, param, dims));
  if (!isStructured(param.getSupport())) {
    FailureOr<ValueRange> results = applyScalar(e, param, "_jacobian", dims, [&](ValueRange at) {
      return tensor::ExtractOp::create(e.b, loc, e.input, linearize(e, start, dims, at)).getResult();
    });
    if (failed(results))
      return failure();
    // A call returns value and Jacobian, a plate its sum first.
    e.map.map(param.getResult(), (*results)[dims.empty() ? 0 : 1]);
    return (*results)[dims.empty() ? 1 : 0];
  }
  FailureOr<SmallVector<Value>> results =
      applyStructured(e, param, param.getFactor() ? "_factor_jacobian" : "_jacobian",
                      ValueRange(dims).take_front(param.getArrayRank()), e.input, start,
                      freeShape(e, param, dims), shapeOf(param, dims), sizeArguments(param, dims));
  if (failed(results))
    return failure();
  FailureOr<Value> value = (*results)[0];
  if (param.getFactor()) {
    e.map.map(param.getFactor(), *value);
    value = applyToMatrices(e, param, "tcrossprod", *value, dims);
    if (failed(value))
      return failure();
  }
  e.map.map(param.getResult(), *value);
  return (*results)[1];
}

FailureOr<Value> unconstrain(EntryBuilder &e, prob::ParamOp param) {
  Location loc = param.getLoc();
  SmallVector<Value> dims;
  for (Value dim : param.getDims())
    dims.push_back(e.map.lookup(dim));
  Value start = e.position;
  Value value = readInput(e, loc, dims);
  e.map.map(param.getResult(), value);
  if (param.getFactor()) {
    FailureOr<Value> factor = applyToMatrices(e, param, "lower_factor", value, dims);
    if (failed(factor))
      return failure();
    e.map.map(param.getFactor(), *factor);
  }
  Value result = value;
  if (isStructured(param.getSupport())) {
    SmallVector<Value> shape = freeShape(e, param, dims),
                       all(ValueRange(dims).take_front(param.getArrayRank()));
    FailureOr<SmallVector<Value>> results =
        applyStructured(e, param, "_unconstrain", all, e.input, start, shapeOf(param, dims), shape);
    if (failed(results))
      return failure();
    result = (*results)[0];
    llvm::append_range(all, shape);
    dims = all;
  } else if (param.getSupport() != prob::Support::Real) {
    FailureOr<ValueRange> results = applyScalar(e, param, "_unconstrain", dims, [&](ValueRange at) {
      return at.empty() ? value : tensor::ExtractOp::create(e.b, loc, value, at).getResult();
    });
    if (failed(results))
      return failure();
    result = results->front();
  }
  if (dims.size() < 2)
    return result;
  // Row-major elements as one vector.
  Value n = e.product(dims);
  return tg::PlateOp::create(
             e.b, loc, ValueRange(n), ValueRange(),
             [&](OpBuilder &, Location, ValueRange at, ValueRange) {
               SmallVector<Value> indices(dims.size());
               Value rest = at[0];
               for (size_t k = dims.size(); k-- > 0;) {
                 indices[k] = k == 0 ? rest : arith::RemUIOp::create(e.b, loc, rest, dims[k]).getResult();
                 if (k)
                   rest = arith::DivUIOp::create(e.b, loc, rest, dims[k]);
               }
               Value x = tensor::ExtractOp::create(e.b, loc, result, indices);
               tg::YieldOp::create(e.b, loc, ValueRange(), ValueRange(), ValueRange(), x);
             })
      ->getResult(0);
}

} // namespace astragal::interpret
