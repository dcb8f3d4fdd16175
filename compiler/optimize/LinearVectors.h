//===- LinearVectors.h - scaled sums of products of vectors -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what writes a forward algorithm on a vector of states as products with a matrix.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LINEARVECTORS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LINEARVECTORS_H

#include "compiler/optimize/VectorRecurrence.h"

namespace astragal::optimize {

class LinearVectors {
public:
  explicit LinearVectors(VectorRecurrence &recurrence) : recurrence(recurrence), loop(recurrence.loop) {}

  /// Whether what is used of the loop's result can be had; if not, `recurrence.reason` says why.
  bool findExit();
  /// Puts the recurrence of products in the place of the loop.
  void rewrite();

private:
  mlir::Value copyOf(mlir::OpBuilder &b, mlir::Value value, mlir::IRMapping &mapping);
  mlir::Value sumOfCopies(mlir::OpBuilder &b, llvm::ArrayRef<Addend> addends, mlir::IRMapping &mapping);
  mlir::Value stateIndex(mlir::OpBuilder &b, mlir::Value row);
  void require(mlir::OpBuilder &b, mlir::Value condition);
  mlir::Value writeFactors(mlir::OpBuilder &b, const mlir::IRMapping &outer, mlir::Value &areBounded);
  void writeStart(mlir::OpBuilder &b);
  void writeLoop(mlir::OpBuilder &b);
  mlir::Value writeEmission(mlir::OpBuilder &b, mlir::IRMapping &mapping, mlir::Value &shift);
  void writeExit(mlir::OpBuilder &b);

  VectorRecurrence &recurrence;
  mlir::scf::ForOp loop;
  mlir::Value exit, exitCount; ///< log_sum_exp of the final states, where that is all that is used of them.
  llvm::SmallVector<mlir::Operation *> behind; ///< The ops between the loop and the exit.
  mlir::Value count, factors, states, largest, total, scale, exact;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LINEARVECTORS_H
