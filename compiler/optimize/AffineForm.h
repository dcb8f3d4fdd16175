//===- AffineForm.h - a value as a sum of data times parameters -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the mean of a row is taken apart, however it was written.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_AFFINEFORM_H
#define ASTRAGAL_COMPILER_OPTIMIZE_AFFINEFORM_H

#include "compiler/optimize/RowDependence.h"

namespace astragal::optimize {

struct Factor {
  mlir::Value value;
  bool isInverse = false;

  bool operator==(const Factor &other) const { return value == other.value && isInverse == other.isInverse; }
};

/// A product; or, in a run, the sum of such products over the iterations of a loop or the rows of a plate.
struct Term {
  bool isNegative = false;
  llvm::SmallVector<Factor, 2> data;       ///< What varies with the row, by data alone.
  llvm::SmallVector<Factor, 2> parameters; ///< The rest.
  mlir::Operation *run = nullptr;
};

/// The sum of products that `value` is. Fails, and says why, if it is no such thing.
mlir::FailureOr<llvm::SmallVector<Term>> affineForm(mlir::Value value, RowDependence &rows, std::string &why);

/// The product of some factors as they are at one row, that is, as `mapping` maps them. Null is one.
mlir::Value product(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<Factor> factors,
                    mlir::Operation *rows, mlir::IRMapping &mapping);

/// The first value, the number of values and the index of a run in the body of `rows`.
struct RunBounds {
  mlir::Value lower, extent, index; ///< Without `lower`: from zero.
};
RunBounds boundsOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Operation *run, mlir::Operation *rows);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_AFFINEFORM_H
