//===- SquareRows.h - the few rows that squares are computed from -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the triangular factor of columns of data, and how its rows take the place of the data's.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SQUAREROWS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SQUAREROWS_H

#include "compiler/optimize/SquareForm.h"

namespace astragal::optimize {

/// The factor r of [1 | x] = q r, where columns are taken from their means if there is one of ones. All of it
/// is data.
class SquareFactor {
public:
  SquareFactor(mlir::OpBuilder &b, mlir::Location loc, mlir::Value rowCount,
               llvm::ArrayRef<DataColumns> columns, bool hasOnes);

  /// Known before anything is emitted.
  mlir::Value getWidth() const { return width; }
  /// How many rows may differ from zero, up to the next multiple of `unit`.
  mlir::Value getCount(int64_t unit);

  void emit();

  /// Element `row` of a column at indices that `mapping` knows.
  mlir::Value element(mlir::OpBuilder &at, mlir::Value value, mlir::Value row, mlir::IRMapping &mapping);
  mlir::Value mean(mlir::OpBuilder &at, mlir::Value value, mlir::IRMapping &mapping);
  /// What the column of ones has in the first row; it has nothing in the others.
  mlir::Value one, rowCountAsReal;

private:
  using Values = llvm::SmallVector<mlir::Value>;
  mlir::Value placeOf(mlir::OpBuilder &at, mlir::Value value, mlir::IRMapping &mapping);
  void mapIndices(mlir::OpBuilder &at, const DataColumns &column, mlir::Value place,
                  mlir::IRMapping &mapping);
  mlir::Value dataOf(mlir::OpBuilder &at, const DataColumns &column, mlir::Value row, mlir::Value place);
  mlir::Value constant(mlir::OpBuilder &at, int64_t value);
  void computeMeans();
  mlir::Value makeBlock(mlir::Value first, mlir::Value size);
  mlir::Value addRows(mlir::Value block, mlir::Value size, mlir::Value count, mlir::Value factor);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Value rowCount;
  llvm::ArrayRef<DataColumns> columns;
  bool hasOnes;
  Values starts, sizes; // of each column
  mlir::Value width, means, factor;
};

/// Squares of a plate, at the rows of a factor.
class SquareRows {
public:
  /// `before`: where what all new rows share is computed.
  SquareRows(const mlir::OpBuilder &before, mlir::Location loc, SquareFactor &factor, mlir::Value count,
             SquareForm::RowTensors &tensors)
      : before(before), loc(loc), factor(factor), count(count), tensors(tensors) {}

  /// Over all new rows the sums of some values of the second degree, then the maxima of some magnitudes.
  /// `checks` are repeated.
  llvm::SmallVector<mlir::Value> results(SquareForm &form, mlir::ValueRange values,
                                         mlir::ValueRange magnitudes,
                                         llvm::ArrayRef<mlir::Operation *> checks);

private:
  /// New values where the body of a plate, or of a loop in it, is computed again.
  struct Scope {
    mlir::IRMapping indices;
    llvm::DenseMap<mlir::Value, mlir::Value> differences, means, whole;
    bool isOutermost = false;
  };
  enum class Part { Differences, Means };

  mlir::Value constant(mlir::OpBuilder &at, double value);
  mlir::Value ifFirst(mlir::OpBuilder &at, mlir::Value value);
  mlir::Value plain(mlir::OpBuilder &at, mlir::Value value, Scope &scope);
  /// What is linear: without what is constant, at a row of differences to means; or at the row of means.
  mlir::Value part(mlir::OpBuilder &at, mlir::Value value, Scope &scope, Part which);
  mlir::Value tensorPart(mlir::OpBuilder &at, mlir::Value tensor, Scope &scope, Part which);
  bool isShared(const Scope &scope) const { return scope.isOutermost && form->getPlate().getRank() == 1; }
  mlir::Value meanOf(mlir::OpBuilder &at, mlir::Value value, Scope &scope);
  mlir::Value linear(mlir::OpBuilder &at, mlir::Value value, Scope &scope);
  /// Of the degree that is asked for.
  mlir::Value square(mlir::OpBuilder &at, mlir::Value value, Scope &scope);
  mlir::Value overRows(mlir::OpBuilder &at, tg::PlateOp nested, Scope &scope,
                       llvm::function_ref<void(mlir::OpBuilder &, Scope &)> yield);
  mlir::Value overIndices(mlir::OpBuilder &at, mlir::Value value, Scope &scope,
                          llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value, Scope &)> inside);
  /// Makes the tensors of the row that `nested` reads where they stood: once, and not for each of its
  /// indices.
  void makeTensorsFor(mlir::OpBuilder &at, mlir::Operation *nested, Scope &scope);
  mlir::Value tensor(mlir::Value original);
  void repeat(mlir::OpBuilder &at, mlir::Operation *check, Scope &scope);
  mlir::Value magnitude(mlir::OpBuilder &at, mlir::Value value, Scope &scope);

  mlir::OpBuilder before;
  mlir::Location loc;
  SquareFactor &factor;
  mlir::Value count;
  SquareForm::RowTensors &tensors;
  llvm::DenseMap<mlir::Value, mlir::Value> made; // tensors
  SquareForm *form = nullptr;                    // whose body is computed again
  mlir::Value row;
  Scope outside; // for means that all new rows share
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SQUAREROWS_H
