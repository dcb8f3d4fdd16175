//===- Sums.h - what loops and plates add up --------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the arithmetic of sums, which are of doubles or of integers.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SUMS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SUMS_H

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace astragal::optimize {

/// What a sum starts from that others are added to. x + -0 is x, and folds.
inline mlir::Value makeNeutral(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type) {
  if (type.isF64())
    return mlir::arith::ConstantFloatOp::create(b, loc, b.getF64Type(), llvm::APFloat(-0.0));
  return mlir::arith::ConstantIntOp::create(b, loc, type, 0);
}

inline mlir::Value plus(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y) {
  if (x.getType().isF64())
    return mlir::arith::AddFOp::create(b, loc, x, y);
  return mlir::arith::AddIOp::create(b, loc, x, y);
}

inline mlir::Value minus(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y) {
  if (x.getType().isF64())
    return mlir::arith::SubFOp::create(b, loc, x, y);
  return mlir::arith::SubIOp::create(b, loc, x, y);
}

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SUMS_H
