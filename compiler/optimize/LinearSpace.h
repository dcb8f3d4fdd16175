//===- LinearSpace.h - scaled sums of products ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what writes a recurrence of log_sum_exp as one of products: state k of the next
// iteration is the sum over j of state j times a factor, and all of it times an emission.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LINEARSPACE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LINEARSPACE_H

#include "compiler/optimize/LogForm.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace astragal::optimize {

class LinearSpace {
public:
  /// The states are the iter_args `numbers` of a loop, and become `updates`. `ahead` are the ops of its body
  /// that run before all iterations.
  LinearSpace(mlir::scf::ForOp loop, llvm::ArrayRef<unsigned> numbers, llvm::ArrayRef<LogForm> updates,
              llvm::ArrayRef<mlir::Operation *> ahead);

  /// Writes the recurrence; the results are the exponentials of the forms `exits` of the final states, but
  /// for a common factor.
  llvm::SmallVector<mlir::Value> write(mlir::OpBuilder &b, llvm::ArrayRef<LogForm> exits);

  /// The logarithm of that factor.
  mlir::Value getScale() const { return scale; }
  /// Whether no number left the range in which it stands for its logarithm.
  mlir::Value isExact() const { return exact; }

  /// Writes the recurrence as it was; the results are the final states.
  llvm::SmallVector<mlir::Value> writeInLogSpace(mlir::OpBuilder &b);

private:
  /// State `state` times exp(fixed + varying).
  struct Factor {
    unsigned state;
    llvm::SmallVector<Addend, 2> fixed, varying;
    mlir::Value value; ///< Of the exponential, or its rows; null for one.
    bool isRow = false;
  };
  /// What the next state is: the sum of factors, times exp(emission).
  struct Update {
    llvm::SmallVector<Factor> factors;
    llvm::SmallVector<Addend, 2> emission;
    mlir::Value rows; ///< Of exp(emission - shift); null where that is one.
  };

  static void takeEmission(Update &update, llvm::SmallVector<Addend, 2> Factor::*addends);
  void require(mlir::OpBuilder &b, mlir::Value condition);
  void writeFactors(mlir::OpBuilder &b);
  void writeRows(mlir::OpBuilder &b);
  llvm::SmallVector<mlir::Value> writeStart(mlir::OpBuilder &b);
  llvm::SmallVector<mlir::Value> writeLoop(mlir::OpBuilder &b, mlir::ValueRange start);

  mlir::scf::ForOp loop;
  llvm::ArrayRef<unsigned> numbers;
  llvm::ArrayRef<mlir::Operation *> ahead;
  llvm::SmallVector<Update> updates;
  mlir::Location loc;
  mlir::Value trips, exact, scale;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LINEARSPACE_H
