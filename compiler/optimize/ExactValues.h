//===- ExactValues.h - values that must not be rounded otherwise -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis that rewrites ask which round otherwise than the model is written. A log
// density is as good with another last digit; an integer made of such a number, or a choice between two
// values, may be another one altogether.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_EXACTVALUES_H
#define ASTRAGAL_COMPILER_OPTIMIZE_EXACTVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace astragal::optimize {

/// The numbers of a function on which a comparison or an integer depends, by arithmetic.
class ExactValues {
public:
  explicit ExactValues(mlir::func::FuncOp function);

  /// Whether a quotient may be rounded otherwise. It keeps its sign, and is zero where it was.
  bool mayRound(mlir::Value quotient) const { return !(needs.lookup(quotient) & (Close | Exact)); }

private:
  /// What of a value must stay. A check of a sign wants that of a sum of quotients to be right, where they
  /// may cancel, but not what these are computed from: only by chance is that at an edge.
  enum Need : unsigned { CheckedSign = 1, Sign = 2, Close = 4, Exact = 8 };

  void findSources(mlir::Operation *op);
  void raise(mlir::Value value, unsigned need);
  void raiseOperands(mlir::Operation *op, unsigned need);
  void passOn(mlir::Value value);

  llvm::DenseMap<mlir::Value, unsigned> needs;
  llvm::SmallVector<mlir::Value> worklist;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_EXACTVALUES_H
