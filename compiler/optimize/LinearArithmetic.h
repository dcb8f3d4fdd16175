//===- LinearArithmetic.h - numbers in place of their logarithms -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the arithmetic of recurrences in linear space, and the range that they must keep to.
//
// Emissions are divided by the largest of their iteration, so they are at most one, and states are multiplied
// by powers of two. A state may vanish where its emission is small. That changes nothing if in the next
// iteration every sum is large beside what was lost: `smallestSum` beside 2^-1022. Each state then has an
// error far below rounding, and sums and products keep it. So the sums are all that must be looked at.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LINEARARITHMETIC_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LINEARARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace astragal::optimize {

class LinearArithmetic {
public:
  /// Sums that are smaller might miss something; factors that are larger might make states overflow.
  static constexpr double smallestSum = 0x1p-200, largestFactor = 0x1p20;

  LinearArithmetic(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  mlir::Value real(double value);
  mlir::Value integer(int64_t value);
  mlir::Value stopped(mlir::Value value);
  mlir::Value times(mlir::Value x, mlir::Value y);
  mlir::Value both(mlir::Value x, mlir::Value y);
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value x, mlir::Value y);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);

  /// Trees: what comes last has the least before it.
  mlir::Value sum(llvm::ArrayRef<mlir::Value> values);
  mlir::Value all(llvm::ArrayRef<mlir::Value> conditions);
  /// Of numbers that are not NaN.
  mlir::Value largest(llvm::ArrayRef<mlir::Value> values);
  mlir::Value smallest(llvm::ArrayRef<mlir::Value> values);

  /// The largest of logarithms, without its derivative; NaN if one is.
  mlir::Value shift(llvm::ArrayRef<mlir::Value> logs);
  mlir::Value isFinite(mlir::Value value);
  /// The exponential of `log`, or 1 unless `isUsed`.
  mlir::Value expIf(mlir::Value isUsed, mlir::Value log);
  /// A factor, or zero, with its derivative, where it is too large.
  mlir::Value factor(mlir::Value log, mlir::Value &isBounded);

  /// Of a number that is positive, or zero.
  mlir::Value exponent(mlir::Value number);
  /// 2^-exponent.
  mlir::Value inversePower(mlir::Value exponent);

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LINEARARITHMETIC_H
