//===- SquareForm.h - rows that are squares of what is linear in data -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how a plate is recognised whose rows are polynomials of the second degree in columns of
// data, with coefficients that all rows share, and how such a row is computed again from other numbers in
// their place.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SQUAREFORM_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SQUAREFORM_H

#include "compiler/optimize/RowDependence.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/MapVector.h"

#include <memory>

namespace astragal::optimize {

/// The values of an index of a plate or a loop in the body of rows.
struct IndexValues {
  mlir::Value index, lower, extent; ///< Without `lower`: from zero.
};

/// Data of a row; beside it, as many as the indices around it that it depends on have values.
struct DataColumns {
  mlir::Value value;
  tg::PlateOp plate; ///< In whose body it is.
  llvm::SmallVector<IndexValues, 1> indices;
};

/// A plate whose first index counts the rows; its degrees are those in columns of data.
class SquareForm {
public:
  /// A tensor that has a row for each row, from another plate or a kernel that computes column by column.
  struct RowTensor {
    std::unique_ptr<SquareForm> form; ///< Of a plate.
    mlir::Value element;              ///< What it yields.
    mlir::Value source; ///< What a kernel computes it from, or a column of it; such a tensor as well.
    mlir::Value dest;   ///< That with the other columns.
  };
  using RowTensors = llvm::MapVector<mlir::Value, RowTensor>;

  SquareForm(tg::PlateOp plate, const DataOnly &data, llvm::SmallVectorImpl<DataColumns> &columns,
             RowTensors &tensors, std::string &why)
      : plate(plate), data(data), dependence(plate, plate.getIndices().front(), data), columns(columns),
        tensors(tensors), why(why) {}

  /// In data, with what all rows share counting as constant; none, and why, if it is no polynomial. Of a
  /// tensor of the row: that of its elements.
  std::optional<unsigned> degreeOf(mlir::Value value);
  /// The same, of what was asked for before.
  std::optional<unsigned> getDegree(mlir::Value value) const { return degrees.lookup(value); }
  /// Whether it has a product of two values that both mix data and parameters.
  bool hasSquares(mlir::Value value);
  /// Whether constants are added to what is linear, so that rows need a column of ones.
  bool needsOnes() const { return areOnesNeeded; }
  bool isConstant(mlir::Value value);
  /// Whether all that an op with an effect does is to check that what is linear is finite or no NaN.
  bool checksFiniteness(mlir::Operation *op);
  /// Whether it is linear, or a magnitude or a maximum of such values.
  bool isMagnitude(mlir::Value value);
  /// Whether all that a comparison tells is that a magnitude is finite or no NaN.
  static bool asksForFiniteness(mlir::arith::CmpFOp compare);

  /// Of matrices that kernels take, whole.
  mlir::ValueRange getMatrixSizes() const { return matrixSizes; }

  RowDependence &getDependence() { return dependence; }
  tg::PlateOp getPlate() const { return plate; }

private:
  std::optional<unsigned> compute(mlir::Value value);
  std::optional<unsigned> ofLoop(mlir::scf::ForOp loop, unsigned number);
  std::optional<unsigned> ofTensor(mlir::Value tensor);
  std::optional<unsigned> ofPlate(tg::PlateOp nested, unsigned number);
  std::optional<unsigned> join(std::optional<unsigned> a, std::optional<unsigned> b, mlir::Value left,
                               mlir::Value right);
  std::optional<unsigned> addColumns(mlir::Value value);
  bool isElementOfRow(mlir::Value value);
  bool addTensor(mlir::Value tensor);
  bool isFiniteness(mlir::Value condition);
  bool addColumn(mlir::tensor::InsertSliceOp insert);
  bool isSize(mlir::Value value);
  std::nullopt_t refuse(llvm::StringRef reason);

  tg::PlateOp plate;
  const DataOnly &data;
  RowDependence dependence;
  llvm::SmallVectorImpl<DataColumns> &columns;
  RowTensors &tensors;
  std::string &why;
  llvm::DenseMap<mlir::Value, std::optional<unsigned>> degrees;
  llvm::SmallVector<mlir::Value> matrixSizes;
  bool areOnesNeeded = false;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SQUAREFORM_H
