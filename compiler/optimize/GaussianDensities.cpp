//===- GaussianDensities.cpp - from factors to densities ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows of the factors are observations like those that they replace: of each group or cell as many as it
// has columns, of all groups together one for each column that is left, and one for what no column explains.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianStatistics.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Rows of the shared factor that are written out.
static constexpr int64_t fewRows = 8;

/// The rows as they were, if the new ones are not fewer.
Value GaussianStatistics::rowDensities() {
  return addUp(ifFewer(index(b, 0), given.extent), [&](OpBuilder &in, Value n) {
    IRMapping mapping;
    mapRow(in, n, mapping);
    for (auto [value, row] : llvm::zip_equal(expensive, kept))
      mapping.map(value, extract(in, row, n));
    auto here = [&](Value value) { return cloneRowValue(in, value, given.rows, mapping); };
    Value mean = here(given.op.getArguments()[0]), sigma = here(given.op.getArguments()[1]);
    Value value = rawDensity(in, mean, here(given.op.getAt()), sigma), times = weight(in, mapping);
    return times ? arith::MulFOp::create(in, loc, value, times).getResult() : value;
  });
}

Value GaussianStatistics::densities() {
  IRMapping none;
  for (const RegressionColumn &column : given.columns)
    parameters.push_back(column.run || column.isKeyed ? Value() : parameter(b, column, none));
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!means[c] || column.isKeyed)
      continue;
    if (!column.run)
      shift.addProduct(b, loc, means[c], parameters[c]);
    else
      shift.add(b, loc,
                addUp(boundsOf(b, loc, column.run, given.rows).extent,
                      [&, c = c, &column = column](OpBuilder &in, Value k) {
                        IRMapping run;
                        mapRun(in, column, k, run);
                        return times(in, extract(in, means[c], k), parameter(in, column, run));
                      }));
  }
  if (means.back())
    shift.add(b, loc, arith::NegFOp::create(b, loc, means.back()));
  for (auto [value, column] : llvm::zip(parameters, given.columns))
    if (column.isIntercept() && !column.isKeyed) {
      shift.add(b, loc, value);
      value = shift.get(b, loc);
    }

  Value total = given.cells ? cellDensities() : given.groups ? groupDensities() : Value();
  if (given.cells)
    total = plus(b, total, rowDensities());
  if (given.isScaleKeyed)
    return plus(b, total, correction());
  total = plus(b, total, pooledDensities());
  return plus(b, total, correction());
}

static bool isElement(const RegressionColumn &column) {
  return llvm::all_of(column.terms, [](const Term &term) {
    return llvm::all_of(term.parameters, [](const Factor &factor) {
      return !factor.isInverse && factor.value.getDefiningOp<tensor::ExtractOp>();
    });
  });
}

/// A value of a group where a condition holds. Where not, it may be infinite or have an infinite derivative,
/// so that only what `isSimple` is computed anyhow. Without a condition: always.
static Value where(OpBuilder &b, Location loc, Value condition, bool isSimple, const IRMapping &known,
                   Value otherwise, function_ref<Value(OpBuilder &, IRMapping &)> compute) {
  IRMapping inside = known;
  if (!condition)
    return compute(b, inside);
  if (isSimple)
    return arith::SelectOp::create(b, loc, condition, compute(b, inside), otherwise);
  return scf::IfOp::create(
             b, loc, condition,
             [&](OpBuilder &then, Location) { scf::YieldOp::create(then, loc, compute(then, inside)); },
             [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, otherwise); })
      .getResult(0);
}

/// The parameter of a column, of a group if it is one of groups.
Value GaussianStatistics::parameterOf(OpBuilder &at, const RegressionColumn &column, IRMapping &mapping,
                                      const Group &group) {
  if (!column.isKeyed || !group.hasRows)
    return parameter(at, column, mapping);
  return where(at, loc, group.hasRows, isElement(column), mapping, real(at, 0),
               [&](OpBuilder &then, IRMapping &known) { return parameter(then, column, known); });
}

/// `start` and, from k = `from` on, a coefficient times the parameter.
static Value addRun(OpBuilder &b, Location loc, Value from, Value extent, Value start,
                    function_ref<Value(OpBuilder &, Value)> summand) {
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  if (!from)
    from = arith::ConstantIndexOp::create(b, loc, 0);
  if (!start)
    start = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0));
  return scf::ForOp::create(b, loc, from, extent, one, start,
                            [&](OpBuilder &in, Location, Value k, ValueRange total) {
                              Value next = arith::AddFOp::create(in, loc, total.front(), summand(in, k));
                              scf::YieldOp::create(in, loc, next);
                            })
      .getResult(0);
}

/// Makes the intercept of a group, if it has one, that which columns taken from their means ask for. `values`
/// are the parameters of all columns but runs.
void GaussianStatistics::addGroup(OpBuilder &at, Group &group, Values &values) {
  Compensated intercept = shift;
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!column.isKeyed || !means[c])
      continue;
    if (!column.run) {
      intercept.addProduct(at, loc, means[c], values[c]);
      continue;
    }
    Value extent = boundsOf(at, loc, column.run, given.rows).extent;
    Value sum = addRun(at, loc, {}, extent, {}, [&, c = c, &column = column](OpBuilder &in, Value k) {
      IRMapping run = group.keys;
      mapRun(in, column, k, run);
      return times(in, extract(in, means[c], k), parameterOf(in, column, run, group));
    });
    intercept.add(at, loc, sum);
  }
  for (auto [value, column] : llvm::zip(values, given.columns))
    if (column.isIntercept() && column.isKeyed) {
      intercept.add(at, loc, value);
      value = intercept.get(at, loc);
    }
}

/// The mean of a new row with the given elements, of which those before column `first` are zero, and those
/// before place `from`, if it is there.
Value GaussianStatistics::meanOf(OpBuilder &at, Element element, ArrayRef<Value> values, const Group &group,
                                 size_t first, Value from) {
  Value mean;
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (c < first)
      continue;
    if (!column.run) {
      mean = plus(at, mean, times(at, element(at, starts[c]), values[c]));
      continue;
    }
    Value extent = boundsOf(at, loc, column.run, given.rows).extent, zero = index(at, 0), lower;
    if (from)
      lower = arith::MaxSIOp::create(at, loc, arith::SubIOp::create(at, loc, from, starts[c]), zero);
    mean = addRun(at, loc, lower, extent, mean, [&, c = c, &column = column](OpBuilder &in, Value k) {
      IRMapping run = group.keys;
      mapRun(in, column, k, run);
      Value j = arith::AddIOp::create(in, loc, k, starts[c]);
      return times(in, element(in, j), parameterOf(in, column, run, group));
    });
  }
  return mean ? mean : real(at, 0);
}

/// One new observation for each column of a group. Nothing is said about groups without rows.
Value GaussianStatistics::groupDensities() {
  size_t last = given.columns.size();
  return addUp(ifFewer(groupCount, index(b, 0)), [&](OpBuilder &in, Value number) {
    auto entry = [&](OpBuilder &at, Value i, Value j) { return extract(at, groupFactors, {i, j, number}); };
    Group group;
    given.groups->mapGroup(in, loc, number, group.keys);
    Value zero = real(in, 0);
    if (groupRows)
      group.hasRows =
          arith::CmpFOp::create(in, loc, arith::CmpFPredicate::OGT, extract(in, groupRows, number), zero);

    size_t intercepts =
        llvm::find_if(given.columns, [](const auto &c) { return c.isIntercept() && c.isKeyed; }) -
        given.columns.begin();
    Values values = parameters;
    for (auto [c, column] : llvm::enumerate(given.columns)) {
      if (!column.isKeyed || column.run)
        continue;
      // Of a column taken from its mean nothing may be left, but the intercept has a share of it.
      size_t of = means[c] ? intercepts : c;
      Group occupied;
      for (size_t i = 0; i <= of; ++i) {
        Value isThere = arith::CmpFOp::create(in, loc, arith::CmpFPredicate::UNE,
                                              entry(in, index(in, int64_t(i)), starts[of]), zero);
        occupied.hasRows =
            occupied.hasRows ? arith::OrIOp::create(in, loc, occupied.hasRows, isThere).getResult() : isThere;
      }
      values[c] = parameterOf(in, column, group.keys, occupied);
    }
    addGroup(in, group, values);

    Value sigma, total;
    if (!given.isScaleKeyed) {
      sigma = given.scaleOf(in, loc, group.keys);
    } else {
      Value scale = given.op.getArguments()[1];
      bool isSimple = given.scaleData.empty() && scale.getDefiningOp<tensor::ExtractOp>();
      sigma = where(in, loc, group.hasRows, isSimple, group.keys, real(in, 1),
                    [&](OpBuilder &then, IRMapping &known) { return given.scaleOf(then, loc, known); });
      Value weight = arith::SubFOp::create(in, loc, extract(in, groupWeights, number), toReal(in, keyed));
      total = times(in, weight, density(in, zero, zero, sigma));
    }
    auto row = [&](OpBuilder &at, Value i, size_t first, Value from) {
      auto element = [&](OpBuilder &inner, Value j) { return entry(inner, i, j); };
      Value mean = meanOf(at, element, values, group, first, from);
      return density(at, mean, entry(at, i, starts[last]), sigma);
    };
    if (!given.hasGroupedRuns()) {
      for (size_t i = 0; i < given.grouped; ++i)
        total = plus(in, total, row(in, index(in, int64_t(i)), i, {}));
      return total;
    }
    return addRun(in, loc, {}, keyed, total, [&](OpBuilder &at, Value i) { return row(at, i, 0, i); });
  });
}

/// The new observations of cells, eight by eight so that no block of lanes has to be masked.
Value GaussianStatistics::cellDensities() {
  size_t last = given.columns.size();
  Value eight = index(b, 8), blocks = arith::DivSIOp::create(b, loc, packed.count, eight);
  blocks = ifFewer(blocks, index(b, 0));
  auto plate = tg::PlateOp::create(
      b, loc, ValueRange{blocks, eight}, ValueRange(),
      [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        Value row =
            arith::AddIOp::create(in, loc, arith::MulIOp::create(in, loc, at[0], index(in, 8)), at[1]);
        Group group;
        for (auto [key, keys] : llvm::zip_equal(given.cells->keys, packed.keys))
          group.keys.map(key, extract(in, keys, row));
        Values values = parameters;
        for (auto [value, column] : llvm::zip(values, given.columns))
          if (column.isKeyed && !column.run)
            value = parameter(in, column, group.keys);
        addGroup(in, group, values);
        auto element = [&](OpBuilder &inner, Value j) { return extract(inner, packed.elements, {j, row}); };
        Value mean = meanOf(in, element, values, group, 0), sigma = given.scaleOf(in, loc, group.keys);
        Value total = density(in, mean, element(in, starts[last]), sigma);
        if (given.isScaleKeyed) {
          Value zero = real(in, 0);
          total = plus(in, total, times(in, extract(in, packed.more, row), density(in, zero, zero, sigma)));
        }
        tg::YieldOp::create(in, loc, total, ValueRange(), ValueRange(), ValueRange());
      });
  return plate->getResult(0);
}

/// One new observation for each column that is left, and one for what no column explains.
Value GaussianStatistics::pooledDensities() {
  size_t last = given.columns.size();
  IRMapping none;
  Group all;
  Value sigma = given.scaleOf(b, loc, none);
  auto densityOf = [&](OpBuilder &in, Value i, int64_t number) {
    auto element = [&](OpBuilder &inner, Value j) {
      return extract(inner, factor, {inner.createOrFold<arith::SubIOp>(loc, j, keyed), i});
    };
    Value mean = meanOf(in, element, parameters, all, given.grouped + size_t(number));
    return density(in, mean, element(in, starts[last]), sigma);
  };
  std::optional<int64_t> rows = getConstantIntValue(pooled);
  bool anyRun = llvm::any_of(given.columns, [](const RegressionColumn &c) { return c.run; });
  if (rows && *rows <= fewRows && !anyRun && !areFewer) {
    Value total;
    for (int64_t i = 0; i < *rows; ++i)
      total = plus(b, total, densityOf(b, index(b, i), i));
    return total;
  }
  return addUp(ifFewer(pooled, index(b, 0)), [&](OpBuilder &in, Value i) { return densityOf(in, i, 0); });
}

/// What densities have beside their squares: there are fewer than there were, and data is out of their
/// scales.
Value GaussianStatistics::correction() {
  Value zero = real(b, 0), total = ofRows;
  if (total && areFewer)
    total = arith::SelectOp::create(b, loc, areFewer, total, zero);
  if (given.isScaleKeyed)
    return total;
  Value now = pooled;
  if (given.cells)
    now = arith::AddIOp::create(b, loc, pooled, packed.count);
  else if (given.groups)
    now = b.createOrFold<arith::AddIOp>(loc, b.createOrFold<arith::MulIOp>(loc, keyed, groupCount), pooled);
  Value left;
  if (given.weights.empty())
    left = toReal(b, ifFewer(b.createOrFold<arith::SubIOp>(loc, given.extent, now), index(b, 0)));
  else
    left = ifFewer(arith::SubFOp::create(b, loc, rowCount, toReal(b, now)), zero);
  IRMapping none;
  return plus(b, total, times(b, left, density(b, zero, zero, given.scaleOf(b, loc, none))));
}
