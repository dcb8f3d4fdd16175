//===- GaussianStatistics.cpp - what replaces rows of a regression --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The columns of [x | y] are those of the groups, the others, and y. Rows come in blocks. First each row is
// rotated against the few rows that its group has kept, so that nothing is left of it in the group's columns;
// the rest goes into the factor that all groups share. Everything before the densities depends on data alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianStatistics.h"
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

/// Rows of the shared factor that are written out.
static constexpr int64_t fewRows = 8;

GaussianStatistics::GaussianStatistics(GaussianRows &rows, bool fma)
    : given(rows), b(rows.original->getParentOp()), loc(rows.original.getLoc()), shift{fma} {}

//===----------------------------------------------------------------------===//
// Small things
//===----------------------------------------------------------------------===//

Value GaussianStatistics::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

static Value realAt(OpBuilder &b, Location loc, double value) {
  return arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(value));
}
Value GaussianStatistics::real(double value) { return realAt(b, loc, value); }

static Value toReal(OpBuilder &b, Location loc, Value count) {
  if (std::optional<int64_t> constant = getConstantIntValue(count))
    return realAt(b, loc, double(*constant));
  Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
  return arith::SIToFPOp::create(b, loc, b.getF64Type(), integer);
}

static Value sum(OpBuilder &b, Location loc, Value left, Value right) {
  return left && right ? arith::AddFOp::create(b, loc, left, right).getResult() : left ? left : right;
}
static Value times(OpBuilder &b, Location loc, Value left, Value right) {
  return arith::MulFOp::create(b, loc, left, right);
}

/// `total` plus `value`, or plus a product, with what rounding takes away. A column and its mean may be large
/// beside what is left of them.
void GaussianStatistics::Compensated::add(OpBuilder &b, Location loc, Value value) {
  if (!value)
    return;
  if (!high) {
    high = value;
    return;
  }
  auto minus = [&](Value left, Value right) {
    return arith::SubFOp::create(b, loc, left, right).getResult();
  };
  Value total = sum(b, loc, high, value), part = minus(total, high);
  Value lost = sum(b, loc, minus(high, minus(total, part)), minus(value, part));
  low = sum(b, loc, low, tg::StopGradientOp::create(b, loc, lost));
  high = total;
}

void GaussianStatistics::Compensated::addProduct(OpBuilder &b, Location loc, Value left, Value right) {
  if (!fma)
    return add(b, loc, times(b, loc, left, right));
  // A rounded product, which no pass fuses with what it is added to.
  Value product = math::FmaOp::create(b, loc, left, right, realAt(b, loc, -0.0));
  Value lost = math::FmaOp::create(b, loc, left, right, arith::NegFOp::create(b, loc, product));
  add(b, loc, product);
  low = sum(b, loc, low, tg::StopGradientOp::create(b, loc, lost));
}

Value GaussianStatistics::Compensated::get(OpBuilder &b, Location loc) const {
  return sum(b, loc, high, low);
}

Value GaussianStatistics::makeEmpty(ValueRange sizes) {
  SmallVector<OpFoldResult> mixed;
  for (Value size : sizes)
    mixed.push_back(getAsOpFoldResult(size));
  return tensor::EmptyOp::create(b, loc, mixed, b.getF64Type());
}

Value GaussianStatistics::density(OpBuilder &at, Value mean, Value point, Value sigma) {
  return prob::LogDensityOp::create(at, loc, at.getF64Type(), given.original.getDistributionAttr(), point,
                                    ValueRange{mean, sigma}, given.original.getAutodiffAttr(),
                                    given.original.getProptoAttr(), given.original.getUsedAttr());
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
  return value ? value : realAt(at, loc, 1);
}

Value GaussianStatistics::observation(OpBuilder &at, IRMapping &mapping) {
  Value value = cloneRowValue(at, given.op.getAt(), given.rows, mapping);
  for (const Term &term : given.offsets) {
    SmallVector<Factor, 2> factors(term.data);
    factors.append(term.parameters);
    Value offset = product(at, loc, factors, given.rows, mapping);
    value = term.isNegative ? arith::AddFOp::create(at, loc, value, offset).getResult()
                            : arith::SubFOp::create(at, loc, value, offset).getResult();
  }
  return value;
}

Value GaussianStatistics::parameter(OpBuilder &at, const RegressionColumn &column, IRMapping &mapping) {
  Value value;
  for (const Term &term : column.terms) {
    Value summand = product(at, loc, term.parameters, given.rows, mapping);
    if (!summand)
      summand = realAt(at, loc, 1);
    if (!value)
      value = term.isNegative ? arith::NegFOp::create(at, loc, summand).getResult() : summand;
    else
      value = term.isNegative ? arith::SubFOp::create(at, loc, value, summand).getResult()
                              : arith::AddFOp::create(at, loc, value, summand).getResult();
  }
  return value;
}

//===----------------------------------------------------------------------===//
// From data to factors
//===----------------------------------------------------------------------===//

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
  Value rows = arith::MaxSIOp::create(b, loc, given.extent, index(1));
  Value inverse = arith::DivFOp::create(b, loc, real(1), toReal(b, loc, rows));
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
    Value mean = times(at, loc, sum, inverse), zero = realAt(at, loc, 0);
    Value isFinite =
        arith::CmpFOp::create(at, loc, arith::CmpFPredicate::OEQ, times(at, loc, mean, zero), zero);
    return arith::SelectOp::create(at, loc, isFinite, mean, zero);
  };
  unsigned next = 0;
  for (size_t c = 0; c <= count; ++c)
    if (c == count || (isCentred(given.columns[c]) && !given.columns[c].run))
      means[c] = meanOf(b, scalars->getResult(next++));
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!column.run)
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

/// `size` rows from `first` on, column by column. What is beyond the last row of data repeats it.
GaussianStatistics::Block GaussianStatistics::makeBlock(Value first, Value size) {
  auto map = [&](OpBuilder &at, Value i, IRMapping &mapping) {
    if (first) {
      Value last = arith::SubIOp::create(at, loc, given.extent, arith::ConstantIndexOp::create(at, loc, 1));
      i = arith::MinSIOp::create(at, loc, arith::AddIOp::create(at, loc, first, i), last);
    }
    mapRow(at, i, mapping);
  };
  auto finish = [&](OpBuilder &at, Value value, Value mean, IRMapping &mapping) -> Value {
    if (mean)
      value = arith::SubFOp::create(at, loc, value, mean);
    if (given.scale != GaussianRows::Scale::Data)
      return value;
    Value sigma = cloneRowValue(at, given.op.getArguments()[1], given.rows, mapping);
    return arith::DivFOp::create(at, loc, value, sigma);
  };
  auto plate =
      tg::PlateOp::create(b, loc, size, ValueRange(), [&](OpBuilder &in, Location, ValueRange i, ValueRange) {
        IRMapping mapping;
        map(in, i.front(), mapping);
        Values values;
        for (auto [column, mean] : llvm::zip(given.columns, means))
          if (!column.run)
            values.push_back(finish(in, element(in, column, mapping), mean, mapping));
        values.push_back(finish(in, observation(in, mapping), means.back(), mapping));
        if (given.grouped > 0)
          values.push_back(toReal(in, loc, given.groups->numberOf(in, loc, given.rows, mapping)));
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
      put(plate->getResult(next++), starts[c], index(1));
  if (given.grouped > 0)
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
  Value rows = block.rows, q = index(int64_t(given.grouped));
  if (groupFactors) {
    Values inputs{block.groups, count, q, width, given.groups->count, size};
    auto call =
        tg::KernelOp::create(b, loc, "add_grouped_rows", inputs, {rows, groupFactors}, /*updating=*/true);
    rows = call.getResult(0);
    groupFactors = call.getResult(1);
  }
  if (!factor)
    return;
  if (given.grouped > 0) {
    SmallVector<OpFoldResult> offsets{getAsOpFoldResult(q), b.getIndexAttr(0)},
        sizes{getAsOpFoldResult(pooled), getAsOpFoldResult(size)}, strides(2, b.getIndexAttr(1));
    rows = tensor::ExtractSliceOp::create(b, loc, rows, offsets, sizes, strides);
  }
  auto call =
      tg::KernelOp::create(b, loc, "add_rows", {count, pooled, size}, {rows, factor}, /*updating=*/true);
  factor = call.getResult(1);
}

void GaussianStatistics::reduce() {
  Value q = index(int64_t(given.grouped));
  if (given.grouped > 0)
    groupFactors = makeZeros(b, loc, {q, width, given.groups->count});
  if (given.scale != GaussianRows::Scale::Keyed)
    factor = makeZeros(b, loc, {pooled, pooled});
  std::optional<int64_t> n = getConstantIntValue(given.extent), columns = getConstantIntValue(width);
  if (n && columns && *n <= wholeRows && *n * *columns <= wholeElements)
    return add(makeBlock({}, given.extent), given.extent, given.extent, groupFactors, factor);

  Value size = index(blockRows), zero = index(0);
  Values state;
  for (Value tensor : {groupFactors, factor})
    if (tensor)
      state.push_back(tensor);
  auto loop = scf::ForOp::create(b, loc, zero, given.extent, size, state);
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

//===----------------------------------------------------------------------===//
// From factors to densities
//===----------------------------------------------------------------------===//

/// `start` and, for each k of a run, a coefficient times the parameter.
static Value addRun(OpBuilder &b, Location loc, Value extent, Value start,
                    function_ref<Value(OpBuilder &, Value)> summand) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  if (!start)
    start = realAt(b, loc, 0);
  return scf::ForOp::create(b, loc, zero, extent, one, start,
                            [&](OpBuilder &in, Location, Value k, ValueRange total) {
                              scf::YieldOp::create(in, loc, sum(in, loc, total.front(), summand(in, k)));
                            })
      .getResult(0);
}

Value GaussianStatistics::extractAt(OpBuilder &at, Value tensor, ValueRange indices) {
  return tensor::ExtractOp::create(at, loc, tensor, indices);
}

static bool isElement(const RegressionColumn &column) {
  return llvm::all_of(column.terms, [](const Term &term) {
    return llvm::all_of(term.parameters, [](const Factor &factor) {
      return !factor.isInverse && factor.value.getDefiningOp<tensor::ExtractOp>();
    });
  });
}

/// A value of a group where a condition holds. Where not, it may be infinite or have an infinite derivative,
/// so that only what `isSimple` is computed anyhow.
static Value where(OpBuilder &b, Location loc, Value condition, bool isSimple, const IRMapping &known,
                   Value otherwise, function_ref<Value(OpBuilder &, IRMapping &)> compute) {
  IRMapping inside = known;
  if (isSimple)
    return arith::SelectOp::create(b, loc, condition, compute(b, inside), otherwise);
  return scf::IfOp::create(
             b, loc, condition,
             [&](OpBuilder &then, Location) { scf::YieldOp::create(then, loc, compute(then, inside)); },
             [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, otherwise); })
      .getResult(0);
}

/// One new observation for each column of a group. Nothing is said about groups without rows.
Value GaussianStatistics::groupDensities() {
  bool ownScale = given.scale == GaussianRows::Scale::Keyed;
  size_t last = given.columns.size();
  auto plate = tg::PlateOp::create(
      b, loc, given.groups->count, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        auto constant = [&](int64_t k) { return arith::ConstantIndexOp::create(in, loc, k).getResult(); };
        auto entry = [&](size_t i, Value j) {
          return extractAt(in, groupFactors, {constant(i), j, at.front()});
        };
        IRMapping mapping;
        given.groups->mapGroup(in, loc, at.front(), mapping);

        Value zero = realAt(in, loc, 0);
        Compensated intercept = shift;
        size_t intercepts =
            llvm::find_if(given.columns, [](const auto &c) { return c.isIntercept() && c.isKeyed; }) -
            given.columns.begin();
        Values values = parameters;
        for (auto [c, column] : llvm::enumerate(given.columns)) {
          if (!column.isKeyed)
            continue;
          // Of a column taken from its mean nothing may be left, but the intercept has a share of it.
          size_t of = means[c] ? intercepts : c;
          Value occupied;
          for (size_t i = 0; i <= of; ++i) {
            Value isThere =
                arith::CmpFOp::create(in, loc, arith::CmpFPredicate::UNE, entry(i, starts[of]), zero);
            occupied = occupied ? arith::OrIOp::create(in, loc, occupied, isThere).getResult() : isThere;
          }
          values[c] =
              where(in, loc, occupied, isElement(column), mapping, zero,
                    [&](OpBuilder &then, IRMapping &known) { return parameter(then, column, known); });
          if (means[c])
            intercept.addProduct(in, loc, means[c], values[c]);
        }
        for (auto [value, column] : llvm::zip(values, given.columns))
          if (column.isIntercept() && column.isKeyed) {
            intercept.add(in, loc, value);
            value = intercept.get(in, loc);
          }

        Value sigma = given.op.getArguments()[1], weight;
        if (given.scale == GaussianRows::Scale::Data) {
          sigma = realAt(in, loc, 1);
        } else if (!ownScale) {
          sigma = cloneRowValue(in, sigma, given.rows, mapping);
        } else {
          Value count = extractAt(in, counts, at);
          Value isThere = arith::CmpFOp::create(in, loc, arith::CmpFPredicate::OGT, count, zero);
          bool isSimple = sigma.getDefiningOp<tensor::ExtractOp>() != nullptr;
          sigma = where(in, loc, isThere, isSimple, mapping, realAt(in, loc, 1),
                        [&, sigma](OpBuilder &then, IRMapping &known) {
                          return cloneRowValue(then, sigma, given.rows, known);
                        });
          weight = arith::SubFOp::create(in, loc, count, realAt(in, loc, double(given.grouped)));
        }
        Value total = ownScale ? times(in, loc, weight, density(in, zero, zero, sigma)) : Value();
        for (size_t i = 0; i < given.grouped; ++i) {
          Value mean;
          for (auto [c, column] : llvm::enumerate(given.columns)) {
            if (column.run) {
              Value extent = boundsOf(in, loc, column.run, given.rows).extent;
              mean = addRun(in, loc, extent, mean, [&, c = c, &column = column](OpBuilder &inner, Value k) {
                IRMapping run;
                mapRun(inner, column, k, run);
                Value j = arith::AddIOp::create(inner, loc, k, starts[c]);
                Value row = arith::ConstantIndexOp::create(inner, loc, int64_t(i));
                return times(inner, loc, extractAt(inner, groupFactors, {row, j, at.front()}),
                             parameter(inner, column, run));
              });
            } else if (c >= i) {
              mean = sum(in, loc, mean, times(in, loc, entry(i, starts[c]), values[c]));
            }
          }
          total = sum(in, loc, total, density(in, mean ? mean : zero, entry(i, starts[last]), sigma));
        }
        tg::YieldOp::create(in, loc, total, ValueRange(), ValueRange(), ValueRange());
      });
  return plate->getResult(0);
}

/// One new observation for each column that is left, and one for what no column explains.
Value GaussianStatistics::pooledDensities() {
  size_t last = given.columns.size();
  Value q = index(int64_t(given.grouped));
  IRMapping none;
  Value sigma = given.scale == GaussianRows::Scale::Data
                    ? real(1)
                    : cloneRowValue(b, given.op.getArguments()[1], given.rows, none);
  auto place = [&](size_t c) { return b.createOrFold<arith::SubIOp>(loc, starts[c], q); };
  Values places;
  for (size_t c = 0; c <= last; ++c)
    places.push_back(place(c));
  std::optional<int64_t> rows = getConstantIntValue(pooled);
  bool anyRun = llvm::any_of(given.columns, [](const RegressionColumn &c) { return c.run; });
  auto densityOf = [&](OpBuilder &in, Value i, std::optional<int64_t> number) {
    Value mean;
    for (auto [c, column] : llvm::enumerate(given.columns)) {
      if (c < given.grouped || (number && int64_t(c - given.grouped) < *number))
        continue;
      auto coefficient = [&](OpBuilder &inner, Value j) { return extractAt(inner, factor, {j, i}); };
      if (!column.run) {
        mean = sum(in, loc, mean, times(in, loc, coefficient(in, places[c]), parameters[c]));
        continue;
      }
      Value extent = boundsOf(in, loc, column.run, given.rows).extent;
      mean = addRun(in, loc, extent, mean, [&, c = c, &column = column](OpBuilder &inner, Value k) {
        IRMapping run;
        mapRun(inner, column, k, run);
        Value j = arith::AddIOp::create(inner, loc, k, places[c]);
        return times(inner, loc, coefficient(inner, j), parameter(inner, column, run));
      });
    }
    Value point = extractAt(in, factor, {places[last], i});
    return density(in, mean ? mean : realAt(in, loc, 0), point, sigma);
  };
  if (rows && *rows <= fewRows && !anyRun) {
    Value total;
    for (int64_t i = 0; i < *rows; ++i)
      total = sum(b, loc, total, densityOf(b, index(i), i));
    return total;
  }
  auto plate = tg::PlateOp::create(
      b, loc, pooled, ValueRange(), [&](OpBuilder &in, Location, ValueRange i, ValueRange) {
        Value value = densityOf(in, i.front(), std::nullopt);
        tg::YieldOp::create(in, loc, value, ValueRange(), ValueRange(), ValueRange());
      });
  return plate->getResult(0);
}

/// What the densities of all rows have beside their squares.
Value GaussianStatistics::scales() {
  auto plate = tg::PlateOp::create(
      b, loc, given.extent, ValueRange(), [&](OpBuilder &in, Location, ValueRange n, ValueRange) {
        IRMapping mapping;
        mapRow(in, n.front(), mapping);
        Value sigma = cloneRowValue(in, given.op.getArguments()[1], given.rows, mapping),
              none = realAt(in, loc, 0);
        Value value = density(in, none, none, sigma);
        tg::YieldOp::create(in, loc, value, ValueRange(), ValueRange(), ValueRange());
      });
  return plate->getResult(0);
}

/// What a density has beside its square: there are fewer rows than there were.
Value GaussianStatistics::correction() {
  Value zero = real(0), q = index(int64_t(given.grouped));
  Value now = given.grouped > 0 ? b.createOrFold<arith::MulIOp>(loc, q, given.groups->count) : index(0);
  now = b.createOrFold<arith::AddIOp>(loc, now, pooled);
  if (given.scale == GaussianRows::Scale::Uniform) {
    IRMapping none;
    Value sigma = cloneRowValue(b, given.op.getArguments()[1], given.rows, none);
    Value fewer = b.createOrFold<arith::SubIOp>(loc, given.extent, now);
    return times(b, loc, toReal(b, loc, fewer), density(b, zero, zero, sigma));
  }
  Value more = times(b, loc, toReal(b, loc, now), density(b, zero, zero, real(1)));
  return arith::SubFOp::create(b, loc, ofRows, more);
}

Value GaussianStatistics::emit() {
  // The groups' columns, then the others, those of runs last, then the observation.
  width = index(0);
  for (const RegressionColumn &column : given.columns) {
    starts.push_back(width);
    Value size = column.run ? boundsOf(b, loc, column.run, given.rows).extent : index(1);
    width = b.createOrFold<arith::AddIOp>(loc, width, size);
  }
  starts.push_back(width);
  width = b.createOrFold<arith::AddIOp>(loc, width, index(1));
  pooled = b.createOrFold<arith::SubIOp>(loc, width, index(int64_t(given.grouped)));
  bool ownScale = given.scale == GaussianRows::Scale::Keyed;
  computeMeans();
  reduce();
  if (given.scale == GaussianRows::Scale::Data)
    ofRows = scales();
  if (ownScale) {
    auto plate = tg::PlateOp::create(
        b, loc, given.extent, makeZeros(b, loc, given.groups->count),
        [&](OpBuilder &in, Location, ValueRange n, ValueRange totals) {
          IRMapping mapping;
          mapRow(in, n.front(), mapping);
          Value one = realAt(in, loc, 1);
          Value more = tg::AccumulateOp::create(in, loc, one, totals.front(),
                                                given.groups->numberOf(in, loc, given.rows, mapping));
          tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), more, ValueRange());
        });
    counts = plate->getResult(0);
  }

  if (getConstantIntValue(given.extent))
    return densities();
  // Where there are no rows, nothing is checked. Observations are data, which is checked before.
  tg::PlateOp::create(b, loc, given.extent, ValueRange(),
                      [&](OpBuilder &in, Location, ValueRange n, ValueRange) {
                        IRMapping mapping;
                        mapRow(in, n.front(), mapping);
                        Value point = cloneRowValue(in, given.op.getAt(), given.rows, mapping);
                        Value value = density(in, realAt(in, loc, 0), point, realAt(in, loc, 1));
                        value.getDefiningOp<prob::LogDensityOp>().setUsed(false);
                        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), ValueRange());
                      });
  Value anyRow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, given.extent, index(0));
  auto branch = scf::IfOp::create(b, loc, b.getF64Type(), anyRow, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, loc, real(0));
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, densities());
  return branch.getResult(0);
}

Value GaussianStatistics::densities() {
  IRMapping none;
  for (const RegressionColumn &column : given.columns)
    parameters.push_back(column.run || column.isKeyed ? Value() : parameter(b, column, none));
  for (auto [c, column] : llvm::enumerate(given.columns)) {
    if (!means[c] || column.isKeyed)
      continue;
    if (!column.run) {
      shift.addProduct(b, loc, means[c], parameters[c]);
      continue;
    }
    auto plate =
        tg::PlateOp::create(b, loc, boundsOf(b, loc, column.run, given.rows).extent, ValueRange(),
                            [&, c = c, &column = column](OpBuilder &in, Location, ValueRange k, ValueRange) {
                              IRMapping run;
                              mapRun(in, column, k.front(), run);
                              Value value =
                                  times(in, loc, extractAt(in, means[c], k), parameter(in, column, run));
                              tg::YieldOp::create(in, loc, value, ValueRange(), ValueRange(), ValueRange());
                            });
    shift.add(b, loc, plate->getResult(0));
  }
  if (means.back())
    shift.add(b, loc, arith::NegFOp::create(b, loc, means.back()));
  for (auto [value, column] : llvm::zip(parameters, given.columns))
    if (column.isIntercept() && !column.isKeyed) {
      shift.add(b, loc, value);
      value = shift.get(b, loc);
    }

  Value total = given.grouped > 0 ? groupDensities() : Value();
  if (given.scale == GaussianRows::Scale::Keyed)
    return total;
  total = sum(b, loc, total, pooledDensities());
  return sum(b, loc, total, correction());
}
