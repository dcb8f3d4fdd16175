//===- Compensated.h - sums that keep what rounding takes away --*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares sums and products of scalars whose rounding errors are added at the end.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_COMPENSATED_H
#define ASTRAGAL_COMPILER_OPTIMIZE_COMPENSATED_H

#include "mlir/IR/Builders.h"

namespace astragal::optimize {

/// A column and its mean may be large beside what is left of them. What rounding loses has no derivative.
struct Compensated {
  bool fma; ///< Whether the target finds what a product loses.
  mlir::Value high = {}, low = {};

  void add(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value);
  void addProduct(mlir::OpBuilder &b, mlir::Location loc, mlir::Value left, mlir::Value right);
  mlir::Value get(mlir::OpBuilder &b, mlir::Location loc) const;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_COMPENSATED_H
