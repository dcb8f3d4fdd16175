//===- RowCells.h - rows that share all of several groups -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the cells of crossed groups: combinations of keys that some row has. They are numbered
// when data is bound, so that nothing is as large as all combinations there might be.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWCELLS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWCELLS_H

#include "compiler/optimize/RowDependence.h"

namespace astragal::optimize {

struct RowCells {
  llvm::SmallVector<mlir::Value> keys; ///< In the body of the rows.

  /// The cell of each row and the first row of each cell, as doubles, and how many cells there are.
  mlir::Value numbers = {}, firsts = {}, sizes = {}, count = {};

  /// Numbers the cells of `extent` rows; `mapRow` maps what the keys depend on to a row.
  void emit(mlir::OpBuilder &b, mlir::Location loc, mlir::Value extent, mlir::Operation *rows,
            llvm::function_ref<void(mlir::OpBuilder &, mlir::Value, mlir::IRMapping &)> mapRow);
};

/// The row or cell that a double stands for.
mlir::Value indexOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value number);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWCELLS_H
