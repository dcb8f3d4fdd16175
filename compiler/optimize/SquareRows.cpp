//===- SquareRows.cpp - squares at the rows of a factor -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of the rows is computed again with elements of the factor in place of data. A constant that is
// added to what is linear meets the column of ones, which only the first row has. There the value at the
// means of the data is taken first, and multiplied then: what cancels is as large as the data, and what is
// left is exact.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/SquareRows.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

Value SquareRows::constant(OpBuilder &at, double value) {
  return arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(value));
}

Value SquareRows::ifFirst(OpBuilder &at, Value value) {
  Value isFirst = arith::CmpIOp::create(at, loc, arith::CmpIPredicate::eq, row,
                                        arith::ConstantIndexOp::create(at, loc, 0));
  return arith::SelectOp::create(at, loc, isFirst, value, constant(at, 0));
}

Value SquareRows::plain(OpBuilder &at, Value value, Scope &scope) {
  return cloneRowValue(at, value, form->getPlate(), scope.indices);
}

void SquareRows::makeTensorsFor(OpBuilder &at, Operation *nested, Scope &scope) {
  nested->walk([&](tensor::ExtractOp read) {
    Value tensor = read.getTensor();
    Operation *made = tensor.getDefiningOp();
    if (!made || nested->isAncestor(made) || !form->getPlate()->isProperAncestor(made) ||
        form->getDegree(tensor) != 1)
      return;
    part(at, tensor, scope, Part::Differences);
    if (factor.one)
      scope.means[tensor] = meanOf(at, tensor, scope);
  });
}

/// A plate over the rows of `nested`, with what `yield` makes of one.
Value SquareRows::overRows(OpBuilder &at, tg::PlateOp nested, Scope &scope,
                           function_ref<void(OpBuilder &, Scope &)> yield) {
  makeTensorsFor(at, nested, scope);
  SmallVector<Value> extents;
  for (Value extent : nested.getExtents())
    extents.push_back(plain(at, extent, scope));
  return tg::PlateOp::create(at, loc, extents, ValueRange(),
                             [&](OpBuilder &in, Location, ValueRange indices, ValueRange) {
                               Scope inner = scope;
                               inner.isOutermost = false;
                               for (auto [from, to] : llvm::zip_equal(nested.getIndices(), indices))
                                 inner.indices.map(from, to);
                               yield(in, inner);
                             })
      ->getResult(0);
}

/// A nested sum, of which `inside` says what an iteration adds or, in a loop, hands on.
Value SquareRows::overIndices(OpBuilder &at, Value value, Scope &scope,
                              function_ref<Value(OpBuilder &, Value, Scope &)> inside) {
  unsigned number = cast<OpResult>(value).getResultNumber();
  if (auto nested = value.getDefiningOp<tg::PlateOp>()) {
    return overRows(at, nested, scope, [&](OpBuilder &in, Scope &inner) {
      Value sum = inside(in, nested.getYield().getSums()[number], inner);
      tg::YieldOp::create(in, loc, sum, ValueRange(), ValueRange(), ValueRange());
    });
  }
  auto loop = value.getDefiningOp<scf::ForOp>();
  makeTensorsFor(at, loop, scope);
  Value lower = plain(at, loop.getLowerBound(), scope), upper = plain(at, loop.getUpperBound(), scope),
        step = plain(at, loop.getStep(), scope), init = inside(at, loop.getInitArgs()[number], scope);
  return scf::ForOp::create(
             at, loc, lower, upper, step, init,
             [&](OpBuilder &in, Location, Value index, ValueRange state) {
               Scope inner = scope;
               inner.isOutermost = false;
               inner.indices.map(loop.getInductionVar(), index);
               Value carried = loop.getRegionIterArg(number);
               inner.differences[carried] = inner.means[carried] = inner.whole[carried] = state.front();
               scf::YieldOp::create(in, loc, inside(in, loop.getYieldedValues()[number], inner));
             })
      .getResult(0);
}

Value SquareRows::part(OpBuilder &at, Value value, Scope &scope, Part which) {
  bool atMeans = which == Part::Means;
  auto &known = atMeans ? scope.means : scope.differences;
  if (Value found = known.lookup(value))
    return found;
  auto compute = [&]() -> Value {
    if (*form->degreeOf(value) == 0)
      return atMeans ? plain(at, value, scope) : constant(at, 0);
    if (isa<RankedTensorType>(value.getType())) // though it be of data: columns are numbers
      return tensorPart(at, value, scope, which);
    if (form->getDependence().of(value).kind == Dependence::Data)
      return atMeans ? factor.mean(at, value, scope.indices) : factor.element(at, value, row, scope.indices);
    Operation *op = value.getDefiningOp();
    auto operand = [&](unsigned k) { return part(at, op->getOperand(k), scope, which); };
    if (auto read = dyn_cast<tensor::ExtractOp>(op)) {
      if (!tensors.contains(read.getTensor())) { // of this row alone
        SmallVector<Value> indices;
        for (Value index : read.getIndices())
          indices.push_back(plain(at, index, scope));
        return tensor::ExtractOp::create(at, loc, operand(0), indices);
      }
      if (atMeans) // a new tensor has it all
        return constant(at, 0);
      SmallVector<Value> indices{row};
      for (Value index : read.getIndices().drop_front())
        indices.push_back(plain(at, index, scope));
      return tensor::ExtractOp::create(at, loc, tensor(read.getTensor()), indices);
    }
    if (isa<arith::AddFOp, arith::SubFOp>(op)) {
      bool isSum = isa<arith::AddFOp>(op);
      auto isNothing = [&](Value part) { return !atMeans && *form->degreeOf(part) == 0; };
      if (isNothing(op->getOperand(1)))
        return operand(0);
      if (isNothing(op->getOperand(0)))
        return isSum ? operand(1) : arith::NegFOp::create(at, loc, operand(1)).getResult();
      Value left = operand(0), right = operand(1);
      return isSum ? arith::AddFOp::create(at, loc, left, right).getResult()
                   : arith::SubFOp::create(at, loc, left, right).getResult();
    }
    if (isa<arith::NegFOp>(op))
      return arith::NegFOp::create(at, loc, operand(0));
    if (isa<arith::DivFOp>(op))
      return arith::DivFOp::create(at, loc, operand(0), plain(at, op->getOperand(1), scope));
    if (isa<arith::MulFOp>(op)) {
      unsigned constant = *form->degreeOf(op->getOperand(0)) == 0 ? 0 : 1;
      return arith::MulFOp::create(at, loc, operand(1 - constant),
                                   plain(at, op->getOperand(constant), scope));
    }
    return overIndices(at, value, scope,
                       [&](OpBuilder &in, Value next, Scope &inner) { return part(in, next, inner, which); });
  };
  Value result = compute();
  (atMeans ? scope.means : scope.differences)[value] = result;
  return result;
}

Value SquareRows::tensorPart(OpBuilder &at, Value tensor, Scope &scope, Part which) {
  Operation *op = tensor.getDefiningOp();
  if (auto elements = dyn_cast<tensor::FromElementsOp>(op)) {
    SmallVector<Value> values;
    for (Value element : elements.getElements())
      values.push_back(part(at, element, scope, which));
    return tensor::FromElementsOp::create(at, loc, tensor.getType(), values);
  }
  if (auto kernel = dyn_cast<tg::KernelOp>(op)) {
    SmallVector<Value> inputs, outs;
    for (auto [k, input] : llvm::enumerate(kernel.getInputs()))
      inputs.push_back(k == 1 ? part(at, input, scope, which) : plain(at, input, scope));
    for (Value out : kernel.getOuts())
      outs.push_back(plain(at, out, scope));
    return tg::KernelOp::create(at, loc, kernel.getKernel(), inputs, outs).getResult(0);
  }
  auto nested = cast<tg::PlateOp>(op);
  unsigned number = llvm::find(nested.getRows(), tensor) - nested.getRows().begin();
  return overRows(at, nested, scope, [&](OpBuilder &in, Scope &inner) {
    Value row = part(in, nested.getYield().getRows()[number], inner, which);
    tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), row);
  });
}

/// At the row of means: once for all new rows, where no other index is around.
Value SquareRows::meanOf(OpBuilder &at, Value value, Scope &scope) {
  return isShared(scope) ? part(before, value, outside, Part::Means) : part(at, value, scope, Part::Means);
}

Value SquareRows::linear(OpBuilder &at, Value value, Scope &scope) {
  if (Value found = scope.whole.lookup(value))
    return found;
  Value result = part(at, value, scope, Part::Differences);
  if (factor.one) {
    OpBuilder &there = isShared(scope) ? before : at;
    Value mean = meanOf(at, value, scope);
    if (!matchPattern(mean, m_AnyZeroFloat())) {
      mean = arith::MulFOp::create(there, loc, mean, factor.one);
      result = arith::AddFOp::create(at, loc, result, ifFirst(at, mean));
    }
  }
  scope.whole[value] = result;
  return result;
}

Value SquareRows::square(OpBuilder &at, Value value, Scope &scope) {
  if (Value found = scope.whole.lookup(value))
    return found;
  unsigned degree = *form->degreeOf(value);
  if (matchPattern(value, m_AnyZeroFloat()))
    return constant(at, 0);
  if (degree == 0)
    return ifFirst(at, arith::MulFOp::create(at, loc, plain(at, value, scope), factor.rowCountAsReal));
  if (degree == 1)
    return ifFirst(at, arith::MulFOp::create(at, loc, linear(at, value, scope), factor.one));
  Operation *op = value.getDefiningOp();
  auto compute = [&]() -> Value {
    if (isa<arith::AddFOp, arith::SubFOp>(op)) {
      Value left = square(at, op->getOperand(0), scope), right = square(at, op->getOperand(1), scope);
      return isa<arith::AddFOp>(op) ? arith::AddFOp::create(at, loc, left, right).getResult()
                                    : arith::SubFOp::create(at, loc, left, right).getResult();
    }
    if (isa<arith::NegFOp>(op))
      return arith::NegFOp::create(at, loc, square(at, op->getOperand(0), scope));
    if (isa<arith::DivFOp>(op))
      return arith::DivFOp::create(at, loc, square(at, op->getOperand(0), scope),
                                   plain(at, op->getOperand(1), scope));
    if (isa<arith::MulFOp>(op)) {
      SmallVector<Value> factors;
      for (Value operand : op->getOperands()) {
        unsigned part = *form->degreeOf(operand);
        factors.push_back(part == 0   ? plain(at, operand, scope)
                          : part == 1 ? linear(at, operand, scope)
                                      : square(at, operand, scope));
      }
      return arith::MulFOp::create(at, loc, factors[0], factors[1]);
    }
    return overIndices(at, value, scope,
                       [&](OpBuilder &in, Value next, Scope &inner) { return square(in, next, inner); });
  };
  return scope.whole[value] = compute();
}

/// The rows of a tensor that a plate or a kernel makes of rows, for the new ones.
Value SquareRows::tensor(Value original) {
  if (Value found = made.lookup(original))
    return found;
  const SquareForm::RowTensor &rows = tensors.find(original)->second;
  auto shapeOf = [&](Value tensor) {
    SmallVector<Value> sizes = sizesOf(before, loc, tensor);
    sizes.front() = count;
    return sizes;
  };
  auto makeEmpty = [&](ArrayRef<Value> sizes) -> Value {
    SmallVector<OpFoldResult> shape;
    for (Value size : sizes)
      shape.push_back(getAsOpFoldResult(size));
    return tensor::EmptyOp::create(before, loc, shape, before.getF64Type());
  };
  Value result;
  if (auto kernel = original.getDefiningOp<tg::KernelOp>()) {
    SmallVector<Value> inputs(kernel.getInputs());
    inputs[1] = tensor(rows.source);
    inputs[3] = count;
    result = tg::KernelOp::create(before, loc, kernel.getKernel(), inputs, makeEmpty(shapeOf(original)))
                 .getResult(0);
  } else if (auto insert = original.getDefiningOp<tensor::InsertSliceOp>()) {
    SmallVector<OpFoldResult> offsets = insert.getMixedOffsets(), sizes = insert.getMixedSizes(),
                              strides = insert.getMixedStrides();
    sizes.front() = getAsOpFoldResult(count);
    Value source = tensor(rows.source), dest = rows.dest ? tensor(rows.dest) : makeEmpty(shapeOf(original));
    result = tensor::InsertSliceOp::create(before, loc, source, dest, offsets, sizes, strides);
  } else {
    // Another body, at other rows.
    SquareForm *outer = std::exchange(form, rows.form.get());
    Value outerRow = row;
    tg::PlateOp producer = form->getPlate();
    OpBuilder here(before);
    auto plate = tg::PlateOp::create(
        here, loc, shapeOf(original), ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
          Scope scope;
          row = at.front();
          for (auto [from, to] : llvm::zip_equal(producer.getIndices().drop_front(), at.drop_front()))
            scope.indices.map(from, to);
          tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(),
                              linear(in, rows.element, scope));
        });
    result = plate->getResult(0);
    form = outer;
    row = outerRow;
  }
  return made[original] = result;
}

/// What is linear, and magnitudes and maxima of that.
Value SquareRows::magnitude(OpBuilder &at, Value value, Scope &scope) {
  Operation *op = value.getDefiningOp();
  if (isa_and_present<math::AbsFOp, arith::MaximumFOp>(op) && !form->isConstant(value)) {
    IRMapping mapping;
    for (Value operand : op->getOperands())
      mapping.map(operand, magnitude(at, operand, scope));
    return at.clone(*op, mapping)->getResult(0);
  }
  return form->isConstant(value) ? plain(at, value, scope) : linear(at, value, scope);
}

void SquareRows::repeat(OpBuilder &at, Operation *check, Scope &scope) {
  auto compare = check->getOperand(0).getDefiningOp<arith::CmpFOp>();
  IRMapping mapping;
  mapping.map(compare.getLhs(), magnitude(at, compare.getLhs(), scope));
  if (compare.getRhs() != compare.getLhs())
    mapping.map(compare.getRhs(), plain(at, compare.getRhs(), scope));
  at.clone(*compare, mapping);
  check->walk([&](tg::CheckOp inner) {
    if (inner != check)
      mapping.map(inner.getCondition(), plain(at, inner.getCondition(), scope));
  });
  at.clone(*check, mapping);
}

SmallVector<Value> SquareRows::results(SquareForm &of, ValueRange values, ValueRange magnitudes,
                                       ArrayRef<Operation *> checks) {
  form = &of;
  tg::PlateOp plate = of.getPlate();
  SmallVector<Value> extents(plate.getExtents());
  extents.front() = count;
  // Tensors come first, since the plate reads them.
  for (auto &entry : tensors)
    tensor(entry.first);
  OpBuilder here(before);
  auto result = tg::PlateOp::create(
      here, loc, extents, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        Scope scope;
        scope.isOutermost = true;
        row = at.front();
        for (auto [from, to] : llvm::zip_equal(plate.getIndices().drop_front(), at.drop_front()))
          scope.indices.map(from, to);
        SmallVector<Value> sums, maxima;
        for (Value value : values)
          sums.push_back(square(in, value, scope));
        for (Value value : magnitudes)
          maxima.push_back(magnitude(in, value, scope));
        for (Operation *check : checks)
          repeat(in, check, scope);
        tg::YieldOp::create(in, loc, sums, maxima, ValueRange(), ValueRange());
      });
  return llvm::to_vector(ValueRange(result->getResults()));
}
