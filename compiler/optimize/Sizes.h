//===- Sizes.h - the sizes of tensors as values -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how passes ask for the size of a tensor: the answer is the value that the size was
// declared with wherever that can be found, so that equal sizes are one value.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SIZES_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SIZES_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace astragal::optimize {

/// The size of dimension `dim` of `tensor`: a constant, the declared size, or else a new `tensor.dim`.
mlir::Value sizeOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor, unsigned dim);

/// All of them.
mlir::SmallVector<mlir::Value> sizesOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tensor);

/// The largest that a size or an index can be, if that is known: of the smaller of two, that of either.
std::optional<int64_t> largestOf(mlir::Value size);

/// The most iterations that a loop in steps of one can have, if that is known.
std::optional<int64_t> mostTrips(mlir::scf::ForOp loop);

/// A tensor of zeros of these sizes, static where they are constants.
mlir::Value makeZeros(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange sizes);

/// Whether two index values are equal as far as can be seen.
bool provablyEqual(mlir::Value a, mlir::Value b);
bool provablyEqual(mlir::ValueRange a, mlir::ValueRange b);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SIZES_H
