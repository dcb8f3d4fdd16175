//===- SquareFactor.cpp - the triangular factor of columns of data --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/SquareRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Few enough data to be one block, and the rows of a block otherwise.
static constexpr int64_t wholeRows = 2048, wholeElements = 65536, blockRows = 128;

SquareFactor::SquareFactor(OpBuilder &b, Location loc, Value rowCount, ArrayRef<DataColumns> columns,
                           bool hasOnes)
    : b(b), loc(loc), rowCount(rowCount), columns(columns), hasOnes(hasOnes) {
  width = constant(b, hasOnes ? 1 : 0);
  for (const DataColumns &column : columns) {
    starts.push_back(width);
    sizes.push_back(constant(b, 1));
    for (const IndexValues &index : column.indices)
      sizes.back() = b.createOrFold<arith::MulIOp>(loc, sizes.back(), index.extent);
    width = b.createOrFold<arith::AddIOp>(loc, width, sizes.back());
  }
}

Value SquareFactor::constant(OpBuilder &at, int64_t value) {
  return arith::ConstantIndexOp::create(at, loc, value);
}

Value SquareFactor::getCount(int64_t unit) {
  Value size = constant(b, unit),
        count = b.createOrFold<arith::DivSIOp>(
            loc, b.createOrFold<arith::AddIOp>(loc, width, constant(b, unit - 1)), size);
  // A row lies where its first element that is not zero is on the diagonal: few rows of data may be the last
  // ones.
  Value any = b.createOrFold<arith::MinSIOp>(loc, rowCount, constant(b, 1));
  return b.createOrFold<arith::MulIOp>(loc, b.createOrFold<arith::MulIOp>(loc, count, size), any);
}

/// Columns at several indices lie side by side, those of the last index first.
void SquareFactor::mapIndices(OpBuilder &at, const DataColumns &column, Value place, IRMapping &mapping) {
  for (const IndexValues &index : llvm::reverse(column.indices)) {
    Value here = place;
    if (&index != &column.indices.front()) {
      here = arith::RemSIOp::create(at, loc, place, index.extent);
      place = arith::DivSIOp::create(at, loc, place, index.extent);
    }
    mapping.map(index.index,
                index.lower ? arith::AddIOp::create(at, loc, here, index.lower).getResult() : here);
  }
}

Value SquareFactor::placeOf(OpBuilder &at, Value value, IRMapping &mapping) {
  auto *column = llvm::find_if(columns, [&](const DataColumns &other) { return other.value == value; });
  Value place;
  for (const IndexValues &index : column->indices) {
    Value here = mapping.lookup(index.index);
    if (index.lower)
      here = arith::SubIOp::create(at, loc, here, index.lower);
    place = place ? arith::AddIOp::create(at, loc, arith::MulIOp::create(at, loc, place, index.extent), here)
                        .getResult()
                  : here;
  }
  Value start = starts[column - columns.begin()];
  return place ? at.createOrFold<arith::AddIOp>(loc, place, start) : start;
}

Value SquareFactor::dataOf(OpBuilder &at, const DataColumns &column, Value row, Value place) {
  IRMapping mapping;
  mapping.map(tg::PlateOp(column.plate).getIndices().front(), row);
  mapIndices(at, column, place, mapping);
  return cloneRowValue(at, column.value, column.plate, mapping);
}

Value SquareFactor::element(OpBuilder &at, Value value, Value row, IRMapping &mapping) {
  return tensor::ExtractOp::create(at, loc, factor, ValueRange{placeOf(at, value, mapping), row});
}

Value SquareFactor::mean(OpBuilder &at, Value value, IRMapping &mapping) {
  return tensor::ExtractOp::create(at, loc, means, placeOf(at, value, mapping));
}

/// What is not finite is left to the columns that it is in.
void SquareFactor::computeMeans() {
  means = makeZeros(b, loc, width);
  Value rows = arith::MaxSIOp::create(b, loc, rowCount, constant(b, 1));
  Value inverse = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(1.0));
  Value real = arith::SIToFPOp::create(b, loc, b.getF64Type(),
                                       arith::IndexCastOp::create(b, loc, b.getI64Type(), rows));
  inverse = arith::DivFOp::create(b, loc, inverse, real);
  auto meanOf = [&](OpBuilder &in, Value sum) -> Value {
    Value mean = arith::MulFOp::create(in, loc, sum, inverse);
    Value zero = arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(0.0));
    Value isFinite = arith::CmpFOp::create(in, loc, arith::CmpFPredicate::OEQ,
                                           arith::MulFOp::create(in, loc, mean, zero), zero);
    return arith::SelectOp::create(in, loc, isFinite, mean, zero);
  };
  auto single = [](const DataColumns &column) { return column.indices.empty(); };
  auto total = [&](OpBuilder &in, ArrayRef<const DataColumns *> of, Value place) {
    return tg::PlateOp::create(
        in, loc, rowCount, ValueRange(), [&](OpBuilder &inner, Location, ValueRange row, ValueRange) {
          Values values;
          for (const DataColumns *column : of)
            values.push_back(dataOf(inner, *column, row.front(), place));
          tg::YieldOp::create(inner, loc, values, ValueRange(), ValueRange(), ValueRange());
        });
  };
  SmallVector<const DataColumns *> singles;
  for (const DataColumns &column : columns)
    if (single(column))
      singles.push_back(&column);
  if (!singles.empty()) {
    auto sums = total(b, singles, {});
    for (auto [column, sum] : llvm::zip_equal(singles, sums->getResults()))
      means = tensor::InsertOp::create(b, loc, meanOf(b, sum), means, starts[column - columns.begin()]);
  }
  for (auto [c, column] : llvm::enumerate(columns)) {
    if (single(column))
      continue;
    auto plate =
        tg::PlateOp::create(b, loc, sizes[c], ValueRange(),
                            [&, &column = column](OpBuilder &in, Location, ValueRange at, ValueRange) {
                              Value mean = meanOf(in, total(in, &column, at.front())->getResult(0));
                              tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), mean);
                            });
    SmallVector<OpFoldResult> offset{getAsOpFoldResult(starts[c])}, size{getAsOpFoldResult(sizes[c])},
        stride{b.getIndexAttr(1)};
    means = tensor::InsertSliceOp::create(b, loc, plate->getResult(0), means, offset, size, stride);
  }
}

/// `size` rows from `first` on, column by column. What is beyond the last row of data repeats it.
Value SquareFactor::makeBlock(Value first, Value size) {
  auto rowOf = [&](OpBuilder &at, Value i) -> Value {
    if (!first)
      return i;
    Value last = arith::SubIOp::create(at, loc, rowCount, constant(at, 1));
    return arith::MinSIOp::create(at, loc, arith::AddIOp::create(at, loc, first, i), last);
  };
  SmallVector<OpFoldResult> shape{getAsOpFoldResult(width), getAsOpFoldResult(size)};
  Value block = tensor::EmptyOp::create(b, loc, shape, b.getF64Type());
  auto put = [&](Value rows, Value start, Value count) {
    SmallVector<OpFoldResult> offsets{getAsOpFoldResult(start), b.getIndexAttr(0)},
        extents{getAsOpFoldResult(count), getAsOpFoldResult(size)}, strides(2, b.getIndexAttr(1));
    block = tensor::InsertSliceOp::create(b, loc, rows, block, offsets, extents, strides);
  };
  auto difference = [&](OpBuilder &in, size_t c, Value row, Value place) {
    Value value = dataOf(in, columns[c], row, place);
    if (!means)
      return value;
    Value at = place ? in.createOrFold<arith::AddIOp>(loc, place, starts[c]) : starts[c];
    Value mean = tensor::ExtractOp::create(in, loc, means, at);
    return arith::SubFOp::create(in, loc, value, mean).getResult();
  };
  auto plate =
      tg::PlateOp::create(b, loc, size, ValueRange(), [&](OpBuilder &in, Location, ValueRange i, ValueRange) {
        Value row = rowOf(in, i.front());
        Values values;
        if (hasOnes)
          values.push_back(arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(1.0)));
        for (auto [c, column] : llvm::enumerate(columns))
          if (column.indices.empty())
            values.push_back(difference(in, c, row, {}));
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  unsigned next = 0;
  if (hasOnes)
    put(plate->getResult(next++), constant(b, 0), constant(b, 1));
  for (auto [c, column] : llvm::enumerate(columns)) {
    if (column.indices.empty()) {
      put(plate->getResult(next++), starts[c], constant(b, 1));
      continue;
    }
    auto matrix =
        tg::PlateOp::create(b, loc, ValueRange{sizes[c], size}, ValueRange(),
                            [&, c = c](OpBuilder &in, Location, ValueRange at, ValueRange) {
                              Value value = difference(in, c, rowOf(in, at[1]), at[0]);
                              tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), value);
                            });
    put(matrix->getResult(0), starts[c], sizes[c]);
  }
  if (next == 0)
    plate.erase();
  return block;
}

Value SquareFactor::addRows(Value block, Value size, Value count, Value into) {
  return tg::KernelOp::create(b, loc, "add_rows", {count, width, size}, {block, into}, /*updating=*/true)
      .getResult(1);
}

void SquareFactor::emit() {
  if (hasOnes)
    computeMeans();
  factor = makeZeros(b, loc, {width, width});
  std::optional<int64_t> n = getConstantIntValue(rowCount), w = getConstantIntValue(width);
  if (n && w && *n <= wholeRows && *n * *w <= wholeElements) {
    factor = addRows(makeBlock({}, rowCount), rowCount, rowCount, factor);
  } else {
    Value size = constant(b, blockRows), zero = constant(b, 0);
    auto loop = scf::ForOp::create(b, loc, zero, rowCount, size, factor);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value first = loop.getInductionVar();
    Value left = arith::SubIOp::create(b, loc, rowCount, first);
    Value count = arith::MinSIOp::create(b, loc, left, size);
    Value next = addRows(makeBlock(first, size), size, count, loop.getRegionIterArg(0));
    scf::YieldOp::create(b, loc, next);
    factor = loop.getResult(0);
  }
  // Rows beyond the last, up to a multiple of lanes, are zero.
  Value room = b.createOrFold<arith::AddIOp>(loc, width, constant(b, 8)), triangle = factor;
  auto padded = tg::PlateOp::create(
      b, loc, ValueRange{width, room}, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        Value zero = arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(0.0));
        Value isThere = arith::CmpIOp::create(in, loc, arith::CmpIPredicate::ule, at[1], at[0]);
        Value row = arith::MinSIOp::create(in, loc, at[1], at[0]);
        Value value = tensor::ExtractOp::create(in, loc, triangle, ValueRange{at[0], row});
        value = arith::SelectOp::create(in, loc, isThere, value, zero);
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), value);
      });
  factor = padded->getResult(0);
  if (!hasOnes)
    return;
  one = tensor::ExtractOp::create(b, loc, factor, ValueRange{constant(b, 0), constant(b, 0)});
  Value count = arith::IndexCastOp::create(b, loc, b.getI64Type(), rowCount);
  rowCountAsReal = arith::SIToFPOp::create(b, loc, b.getF64Type(), count);
}
