//===- GaussianStatistics.cpp - what replaces rows of a regression --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data to factors is GaussianFactors.cpp, factors to densities GaussianDensities.cpp; here stands what both
// are made of. Everything before the densities depends on data alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianStatistics.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

GaussianStatistics::GaussianStatistics(GaussianRows &rows, bool fma)
    : given(rows), b(rows.outermost), loc(rows.original.getLoc()), shift{fma} {}

//===----------------------------------------------------------------------===//
// Small things
//===----------------------------------------------------------------------===//

Value GaussianStatistics::index(OpBuilder &at, int64_t value) {
  return arith::ConstantIndexOp::create(at, loc, value);
}

Value GaussianStatistics::real(OpBuilder &at, double value) {
  return arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(value));
}

Value GaussianStatistics::toReal(OpBuilder &at, Value count) {
  if (std::optional<int64_t> constant = getConstantIntValue(count))
    return real(at, double(*constant));
  Value integer = arith::IndexCastOp::create(at, loc, at.getI64Type(), count);
  return arith::SIToFPOp::create(at, loc, at.getF64Type(), integer);
}

Value GaussianStatistics::plus(OpBuilder &at, Value left, Value right) {
  return left && right ? arith::AddFOp::create(at, loc, left, right).getResult() : left ? left : right;
}

Value GaussianStatistics::times(OpBuilder &at, Value left, Value right) {
  return arith::MulFOp::create(at, loc, left, right);
}

Value GaussianStatistics::extract(OpBuilder &at, Value tensor, ValueRange indices) {
  return tensor::ExtractOp::create(at, loc, tensor, indices);
}

Value GaussianStatistics::makeEmpty(ValueRange sizes) {
  SmallVector<OpFoldResult> mixed;
  for (Value size : sizes)
    mixed.push_back(getAsOpFoldResult(size));
  return tensor::EmptyOp::create(b, loc, mixed, b.getF64Type());
}

Value GaussianStatistics::rawDensity(OpBuilder &at, Value mean, Value point, Value sigma) {
  return prob::LogDensityOp::create(at, loc, at.getF64Type(), given.original.getDistributionAttr(), point,
                                    ValueRange{mean, sigma}, given.original.getAutodiffAttr(),
                                    given.original.getProptoAttr());
}

/// The density of a logarithm where those of observations are normal.
Value GaussianStatistics::density(OpBuilder &at, Value mean, Value point, Value sigma) {
  if (!given.isLogarithmic)
    return rawDensity(at, mean, point, sigma);
  return rawDensity(at, arith::SubFOp::create(at, loc, mean, point), real(at, 1), sigma);
}

/// One of two numbers of rows.
Value GaussianStatistics::ifFewer(Value then, Value otherwise) {
  return areFewer ? arith::SelectOp::create(b, loc, areFewer, then, otherwise).getResult() : then;
}

Value GaussianStatistics::addUp(Value extent, function_ref<Value(OpBuilder &, Value)> summand) {
  return tg::PlateOp::create(b, loc, extent, ValueRange(),
                             [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
                               tg::YieldOp::create(in, loc, summand(in, at.front()), ValueRange(),
                                                   ValueRange(), ValueRange());
                             })
      ->getResult(0);
}

//===----------------------------------------------------------------------===//
// What a row consists of
//===----------------------------------------------------------------------===//

void GaussianStatistics::mapRow(OpBuilder &at, Value row, IRMapping &mapping) {
  if (given.lower)
    row = arith::AddIOp::create(at, loc, row, given.lower);
  mapping.map(given.index, row);
}

void GaussianStatistics::mapRun(OpBuilder &at, const RegressionColumn &column, Value k, IRMapping &mapping) {
  RunBounds bounds = boundsOf(at, loc, column.run, given.rows);
  if (bounds.lower)
    k = arith::AddIOp::create(at, loc, k, bounds.lower);
  mapping.map(bounds.index, k);
}

Value GaussianStatistics::element(OpBuilder &at, const RegressionColumn &column, IRMapping &mapping) {
  Value value = product(at, loc, column.data, given.rows, mapping);
  return value ? value : real(at, 1);
}

Value GaussianStatistics::observation(OpBuilder &at, IRMapping &mapping) {
  Value value = given.isObserved ? cloneRowValue(at, given.op.getAt(), given.rows, mapping) : real(at, 0);
  if (given.isLogarithmic)
    value = logarithm(at, value);
  for (const Term &term : given.offsets) {
    SmallVector<Factor, 2> factors(term.data);
    factors.append(term.parameters);
    Value offset = product(at, loc, factors, given.rows, mapping);
    value = term.isNegative ? arith::AddFOp::create(at, loc, value, offset).getResult()
                            : arith::SubFOp::create(at, loc, value, offset).getResult();
  }
  return value;
}

/// Where there is no finite one, it does not matter.
Value GaussianStatistics::logarithm(OpBuilder &at, Value value) {
  Value zero = real(at, 0),
        isPositive = arith::CmpFOp::create(at, loc, arith::CmpFPredicate::OGT, value, zero);
  return math::LogOp::create(at, loc, arith::SelectOp::create(at, loc, isPositive, value, real(at, 1)));
}

Value GaussianStatistics::weight(OpBuilder &at, IRMapping &mapping) {
  return product(at, loc, given.weights, given.rows, mapping);
}

Value GaussianStatistics::scaleData(OpBuilder &at, IRMapping &mapping) {
  return product(at, loc, given.scaleData, given.rows, mapping);
}

Value GaussianStatistics::parameter(OpBuilder &at, const RegressionColumn &column, IRMapping &mapping) {
  Value value;
  for (const Term &term : column.terms) {
    Value summand = product(at, loc, term.parameters, given.rows, mapping);
    if (!summand)
      summand = real(at, 1);
    if (!value)
      value = term.isNegative ? arith::NegFOp::create(at, loc, summand).getResult() : summand;
    else
      value = term.isNegative ? arith::SubFOp::create(at, loc, value, summand).getResult()
                              : arith::AddFOp::create(at, loc, value, summand).getResult();
  }
  return value;
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

Value GaussianStatistics::emit() {
  // The groups' columns, then the others, those of runs last, then the observation.
  width = index(b, 0);
  for (const RegressionColumn &column : given.columns) {
    starts.push_back(width);
    Value size = column.run ? boundsOf(b, loc, column.run, given.rows).extent : index(b, 1);
    width = b.createOrFold<arith::AddIOp>(loc, width, size);
  }
  starts.push_back(width);
  width = b.createOrFold<arith::AddIOp>(loc, width, index(b, 1));
  starts.push_back(width);
  keyed = starts[given.grouped];
  pooled = b.createOrFold<arith::SubIOp>(loc, width, keyed);
  if (given.cells) {
    given.cells->emit(b, loc, given.extent, given.rows,
                      [&](OpBuilder &at, Value row, IRMapping &mapping) { mapRow(at, row, mapping); });
    groupCount = given.extent;
  } else if (given.groups) {
    groupCount = given.groups->count;
  }
  if (given.isOpen) {
    Value now = pooled;
    if (given.groups)
      now = b.createOrFold<arith::AddIOp>(loc, b.createOrFold<arith::MulIOp>(loc, keyed, groupCount), pooled);
    areFewer = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle,
                                     b.createOrFold<arith::MulIOp>(loc, now, index(b, 2)), given.extent);
  }
  computeMeans();
  reduce();
  rowCount = toReal(b, given.extent);
  if (!given.weights.empty())
    rowCount = addUp(given.extent, [&](OpBuilder &in, Value n) {
      IRMapping mapping;
      mapRow(in, n, mapping);
      return weight(in, mapping);
    });
  if (!given.scaleData.empty() || given.isLogarithmic)
    ofRows = ofData();
  if (given.cells || given.isScaleKeyed || given.hasGroupedRuns())
    countGroups();
  if (given.cells)
    pack();
  if (areFewer)
    keepData();

  // In a branch, a value and its derivative do not share the pass over the rows.
  Value asTheyWere = given.isOpen ? rowDensities() : Value();
  if (getConstantIntValue(given.extent))
    return plus(b, densities(), asTheyWere);
  checkObservations();
  Value anyRow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, given.extent, index(b, 0));
  auto branch = scf::IfOp::create(b, loc, b.getF64Type(), anyRow, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, loc, real(b, 0));
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, densities());
  b.setInsertionPointAfter(branch);
  return plus(b, branch.getResult(0), asTheyWere);
}
