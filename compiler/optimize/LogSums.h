//===- LogSums.h - logarithms of sums of exponentials ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how logarithms of sums of exponentials are written so that nothing overflows, with one
// logarithm for all of them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LOGSUMS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LOGSUMS_H

#include "mlir/IR/Builders.h"

namespace astragal::optimize {

/// What a product is of: exp(exponents) times factors, over divisors. Factors that are no exponentials may
/// have any sign.
struct ExponentialProduct {
  llvm::SmallVector<mlir::Value, 2> factors, divisors, exponents, negativeExponents;
  bool isShared = false; ///< Whether an exponential is used elsewhere.

  /// Takes `value` apart.
  explicit ExponentialProduct(mlir::Value value);
  bool isExponential() const { return !exponents.empty() || !negativeExponents.empty(); }

  /// The sum of the exponents; null if there are none.
  mlir::Value exponent(mlir::OpBuilder &b, mlir::Location loc) const;
  /// All but the exponentials; null if there is nothing else.
  mlir::Value coefficient(mlir::OpBuilder &b, mlir::Location loc) const;
};

/// The logarithm of a sum of products with exponentials, and constants maybe; null if `sum` is none, with a
/// reason where others use the exponentials.
mlir::Value logOfSum(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sum, llvm::StringRef &reason);

/// The same of exponentials that the rows of a plate sum up: its rows change, and a plate before it finds the
/// largest exponent.
mlir::Value logOfRows(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sum, llvm::StringRef &reason);

/// log_sum_exp of more than two arguments, of which some are log_sum_exp themselves, with one logarithm; null
/// if `value` is none, or only part of a longer one.
mlir::Value joinLogSums(mlir::OpBuilder &b, mlir::Value value);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LOGSUMS_H
