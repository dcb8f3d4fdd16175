//===- GaussianFactors.cpp - from rows of a regression to factors -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The columns of [x | y] are those of the groups, the others, and y. Rows come in blocks. First each row is
// rotated against the few rows that its group has kept, so that nothing is left of it in the group's columns;
// the rest goes into the factor that all groups share. All of this is data.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianStatistics.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Few enough data to be one block, and the rows of a block otherwise.
static constexpr int64_t wholeRows = 2048, wholeElements = 65536, blockRows = 128;

/// Rows of cells come in blocks of lanes that are whole.
static constexpr int64_t lanes = 8;

void GaussianStatistics::computeMeans() {
  size_t count = given.columns.size();
  means.assign(count + 1, {});
  auto *intercept = llvm::find_if(given.columns, [](const RegressionColumn &c) { return c.isIntercept(); });
  if (intercept == given.columns.end())
    return;
  // An intercept that all groups share makes up for no slope of a group.
  auto isCentred = [&](const RegressionColumn &column) {
    return !column.isIntercept() && (intercept->isKeyed || !column.isKeyed);
  };
  Value rows = arith::MaxSIOp::create(b, loc, given.extent, index(b, 1));
  Value inverse = arith::DivFOp::create(b, loc, real(b, 1), toReal(b, rows));
  auto total = [&](OpBuilder &at, function_ref<void(OpBuilder &, IRMapping &, Values &)> values) {
    return tg::PlateOp::create(at, loc, given.extent, ValueRange(),
                               [&](OpBuilder &in, Location, ValueRange row, ValueRange) {
                                 IRMapping mapping;
                                 mapRow(in, row.front(), mapping);
                                 Values sums;
                                 values(in, mapping, sums);
                                 tg::YieldOp::create(in, loc, sums, ValueRange(), ValueRange(), ValueRange());
                               });
  };
  auto scalars = total(b, [&](OpBuilder &in, IRMapping &mapping, Values &sums) {
    for (const RegressionColumn &column : given.columns)
      if (isCentred(column) && !column.run)
        sums.push_back(element(in, column, mapping));
    sums.push_back(observation(in, mapping));
  });
  // What is not finite is left to the columns that it is in.
  auto meanOf = [&](OpBuilder &at, Value sum) -> Value {
    Value mean = times(at, sum, inverse), zero = real(at, 0);
    Value isFinite = arith::CmpFOp::create(at, loc, arith::CmpFPredicate::OEQ, times(at, mean, zero), zero);
    return arith::SelectOp::create(at, loc, isFinite, mean, zero);
  };
  unsigned next = 0;
  for (size_t c = 0; c <= count; ++c)
    if (c == count || (isCentred(given.columns[c]) && !given.columns[c].run))
      means[c] = meanOf(b, scalars->getResult(next++));
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!column.run || !isCentred(column))
      continue;
    Value extent = boundsOf(b, loc, column.run, given.rows).extent;
    auto plate = tg::PlateOp::create(
        b, loc, extent, ValueRange(), [&](OpBuilder &in, Location, ValueRange k, ValueRange) {
          auto sums = total(in, [&](OpBuilder &inner, IRMapping &mapping, Values &sums) {
            mapRun(inner, column, k.front(), mapping);
            sums.push_back(element(inner, column, mapping));
          });
          Value mean = meanOf(in, sums->getResult(0));
          tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), mean);
        });
    means[c] = plate->getResult(0);
  }
}

/// The number of a row's group, as a double.
Value GaussianStatistics::groupOf(OpBuilder &at, Value row, IRMapping &mapping) {
  if (given.cells)
    return extract(at, given.cells->numbers, row);
  return toReal(at, given.groups->numberOf(at, loc, given.rows, mapping));
}

/// `size` rows from `first` on, column by column. What is beyond the last row of data repeats it.
GaussianStatistics::Block GaussianStatistics::makeBlock(Value first, Value size) {
  auto map = [&](OpBuilder &at, Value i, IRMapping &mapping) {
    if (first) {
      Value last = arith::SubIOp::create(at, loc, given.extent, index(at, 1));
      i = arith::MinSIOp::create(at, loc, arith::AddIOp::create(at, loc, first, i), last);
    }
    mapRow(at, i, mapping);
    return i;
  };
  auto finish = [&](OpBuilder &at, Value value, Value mean, IRMapping &mapping) -> Value {
    if (mean)
      value = arith::SubFOp::create(at, loc, value, mean);
    if (Value sigma = scaleData(at, mapping))
      value = arith::DivFOp::create(at, loc, value, sigma);
    if (Value times = weight(at, mapping))
      value = arith::MulFOp::create(at, loc, value, math::SqrtOp::create(at, loc, times));
    return value;
  };
  auto plate =
      tg::PlateOp::create(b, loc, size, ValueRange(), [&](OpBuilder &in, Location, ValueRange i, ValueRange) {
        IRMapping mapping;
        Value row = map(in, i.front(), mapping);
        Values values;
        for (auto [column, mean] : llvm::zip(given.columns, means))
          if (!column.run)
            values.push_back(finish(in, element(in, column, mapping), mean, mapping));
        values.push_back(finish(in, observation(in, mapping), means.back(), mapping));
        if (given.isGrouped())
          values.push_back(groupOf(in, row, mapping));
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  Block block{makeEmpty({width, size}), {}};
  auto put = [&](Value columns, Value from, Value count) {
    SmallVector<OpFoldResult> offsets{getAsOpFoldResult(from), b.getIndexAttr(0)},
        sizes{getAsOpFoldResult(count), getAsOpFoldResult(size)}, strides(2, b.getIndexAttr(1));
    block.rows = tensor::InsertSliceOp::create(b, loc, columns, block.rows, offsets, sizes, strides);
  };
  unsigned next = 0;
  for (size_t c = 0; c <= given.columns.size(); ++c)
    if (c == given.columns.size() || !given.columns[c].run)
      put(plate->getResult(next++), starts[c], index(b, 1));
  if (given.isGrouped())
    block.groups = plate->getResult(next);
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!column.run)
      continue;
    Value extent = boundsOf(b, loc, column.run, given.rows).extent;
    auto matrix = tg::PlateOp::create(
        b, loc, {extent, size}, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
          IRMapping mapping;
          map(in, at[1], mapping);
          mapRun(in, column, at[0], mapping);
          Value mean = means[c];
          if (mean)
            mean = tensor::ExtractOp::create(in, loc, mean, at[0]);
          Value value = finish(in, element(in, column, mapping), mean, mapping);
          tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), value);
        });
    put(matrix->getResult(0), starts[c], extent);
  }
  return block;
}

/// Adds the first `count` rows of a block, which has room for `size`.
void GaussianStatistics::add(const Block &block, Value size, Value count, Value &groupFactors,
                             Value &factor) {
  Value rows = block.rows;
  if (groupFactors) {
    Values inputs{block.groups, count, keyed, width, groupCount, size};
    auto call =
        tg::KernelOp::create(b, loc, "add_grouped_rows", inputs, {rows, groupFactors}, /*updating=*/true);
    rows = call.getResult(0);
    groupFactors = call.getResult(1);
  }
  if (!factor)
    return;
  if (given.isGrouped()) {
    SmallVector<OpFoldResult> offsets{getAsOpFoldResult(keyed), b.getIndexAttr(0)},
        sizes{getAsOpFoldResult(pooled), getAsOpFoldResult(size)}, strides(2, b.getIndexAttr(1));
    rows = tensor::ExtractSliceOp::create(b, loc, rows, offsets, sizes, strides);
  }
  auto call =
      tg::KernelOp::create(b, loc, "add_rows", {count, pooled, size}, {rows, factor}, /*updating=*/true);
  factor = call.getResult(1);
}

void GaussianStatistics::reduce() {
  Value none = index(b, 0);
  if (given.isGrouped())
    groupFactors = makeZeros(b, loc, {ifFewer(keyed, none), width, groupCount});
  if (Value size = ifFewer(pooled, none); !given.isScaleKeyed)
    factor = makeZeros(b, loc, {size, size});
  std::optional<int64_t> n = getConstantIntValue(given.extent), columns = getConstantIntValue(width);
  if (n && columns && *n <= wholeRows && *n * *columns <= wholeElements)
    return add(makeBlock({}, given.extent), given.extent, given.extent, groupFactors, factor);

  Value size = index(b, blockRows), zero = index(b, 0);
  Values state;
  for (Value tensor : {groupFactors, factor})
    if (tensor)
      state.push_back(tensor);
  auto loop = scf::ForOp::create(b, loc, zero, ifFewer(given.extent, zero), size, state);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value first = loop.getInductionVar();
  Value left = arith::SubIOp::create(b, loc, given.extent, first);
  Value count = arith::MinSIOp::create(b, loc, left, size);
  unsigned next = 0;
  Value groups = groupFactors ? Value(loop.getRegionIterArg(next++)) : Value(),
        shared = factor ? Value(loop.getRegionIterArg(next)) : Value();
  add(makeBlock(first, size), size, count, groups, shared);
  Values results;
  for (Value tensor : {groups, shared})
    if (tensor)
      results.push_back(tensor);
  scf::YieldOp::create(b, loc, results);
  next = 0;
  if (groupFactors)
    groupFactors = loop.getResult(next++);
  if (factor)
    factor = loop.getResult(next);
}

/// Lays the rows of cells that are not zero side by side, with their keys.
void GaussianStatistics::pack() {
  Value eight = index(b, lanes);
  Value blocks = b.createOrFold<arith::DivSIOp>(
      loc, b.createOrFold<arith::AddIOp>(loc, given.extent, index(b, lanes - 1)), eight);
  Value room = b.createOrFold<arith::MulIOp>(loc, blocks, eight);
  Value outs[] = {makeEmpty({width, room}), makeEmpty(room), makeEmpty(room), makeEmpty(index(b, 1))};
  const RowCells &cells = *given.cells;
  auto call = tg::KernelOp::create(
      b, loc, TypeRange(ValueRange(outs)), "pack_cells",
      ValueRange{groupFactors, groupWeights, cells.count, keyed, width, groupCount, room}, outs,
      /*updating=*/false);
  packed.elements = call->getResult(0);
  packed.more = call->getResult(2);
  packed.count = indexOf(b, loc, extract(b, call->getResult(3), index(b, 0)));
  auto keys = tg::PlateOp::create(
      b, loc, room, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        IRMapping mapping;
        Value cell = indexOf(in, loc, extract(in, call->getResult(1), at));
        mapRow(in, indexOf(in, loc, extract(in, cells.firsts, cell)), mapping);
        Values values;
        for (Value key : cells.keys)
          values.push_back(cloneRowValue(in, key, given.rows, mapping));
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  packed.keys.assign(keys->getResults().begin(), keys->getResults().end());
  // A new row takes a little longer than one of data, which has no coefficients.
  Value three = b.createOrFold<arith::MulIOp>(loc, packed.count, index(b, 3)),
        two = b.createOrFold<arith::MulIOp>(loc, given.extent, index(b, 2));
  areFewer = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, three, two);
}

/// What rows know from data and is not cheap, laid side by side.
void GaussianStatistics::keepData() {
  auto isCostly = [&](Value value) {
    Type type = value.getType();
    return given.dependence->of(value).kind == Dependence::Data && (type.isF64() || type.isInteger(32)) &&
           !llvm::all_of(sliceOf(given.rows->getRegion(0).front(), value), isCheap);
  };
  for (Operation *op : sliceOf(given.rows->getRegion(0).front(), given.op->getOperands()))
    if (!given.dependence->ofOperands(op).isData())
      for (Value value : op->getOperands())
        if (isCostly(value))
          expensive.insert(value);
  for (Value value : given.op->getOperands())
    if (isCostly(value))
      expensive.insert(value);
  if (expensive.empty())
    return;
  auto plate = tg::PlateOp::create(
      b, loc, given.extent, ValueRange(), [&](OpBuilder &in, Location, ValueRange n, ValueRange) {
        IRMapping mapping;
        mapRow(in, n.front(), mapping);
        Values values;
        for (Value value : expensive)
          values.push_back(cloneRowValue(in, value, given.rows, mapping));
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  kept.assign(plate->getResults().begin(), plate->getResults().end());
}

/// How many rows each group has, as they are and by their weights.
void GaussianStatistics::countGroups() {
  bool areWeighted = !given.weights.empty();
  if (given.cells && !areWeighted) {
    groupRows = groupWeights = given.cells->sizes;
    return;
  }
  Value zeros = makeZeros(b, loc, groupCount);
  auto plate =
      tg::PlateOp::create(b, loc, given.extent, areWeighted ? ValueRange{zeros, zeros} : ValueRange{zeros},
                          [&](OpBuilder &in, Location, ValueRange n, ValueRange totals) {
                            IRMapping mapping;
                            mapRow(in, n.front(), mapping);
                            Value group = given.cells ? indexOf(in, loc, groupOf(in, n.front(), mapping))
                                                      : given.groups->numberOf(in, loc, given.rows, mapping);
                            Values more;
                            for (auto [k, total] : llvm::enumerate(totals))
                              more.push_back(tg::AccumulateOp::create(
                                  in, loc, k == 0 ? real(in, 1) : weight(in, mapping), total, group));
                            tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), more, ValueRange());
                          });
  groupRows = plate->getResult(0);
  groupWeights = plate->getResults().back();
}

/// What the densities of all rows have by data alone: on account of data in their scales, and of logarithms.
Value GaussianStatistics::ofData() {
  auto weighted = [&](OpBuilder &in, Value value, IRMapping &mapping) {
    Value times = weight(in, mapping);
    return times ? arith::MulFOp::create(in, loc, value, times).getResult() : value;
  };
  Value total;
  if (!given.scaleData.empty()) {
    Value all = addUp(given.extent, [&](OpBuilder &in, Value n) {
      IRMapping mapping;
      mapRow(in, n, mapping);
      return weighted(in, density(in, real(in, 0), real(in, 0), scaleData(in, mapping)), mapping);
    });
    Value ones = times(b, rowCount, density(b, real(b, 0), real(b, 0), real(b, 1)));
    total = arith::SubFOp::create(b, loc, all, ones);
  }
  if (!given.isLogarithmic)
    return total;
  return plus(b, total, addUp(given.extent, [&](OpBuilder &in, Value n) {
                IRMapping mapping;
                mapRow(in, n, mapping);
                Value point = cloneRowValue(in, given.op.getAt(), given.rows, mapping), zero = real(in, 0);
                Value here = rawDensity(in, logarithm(in, point), point, real(in, 1));
                Value none = density(in, zero, zero, real(in, 1));
                return weighted(in, arith::SubFOp::create(in, loc, here, none), mapping);
              }));
}

/// Where there are no rows, nothing is checked. Observations are data, which is checked before.
void GaussianStatistics::checkObservations() {
  tg::PlateOp::create(b, loc, given.extent, ValueRange(),
                      [&](OpBuilder &in, Location, ValueRange n, ValueRange) {
                        IRMapping mapping;
                        mapRow(in, n.front(), mapping);
                        density(in, real(in, 0), observation(in, mapping), real(in, 1));
                        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), ValueRange());
                      });
}
