//===- VectorRecurrence.h - log_sum_exp of a vector that a loop carries -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis of forward algorithms whose states are elements of a tensor: element k of
// the next iteration is log_sum_exp over j of element j plus something, plus something else.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_VECTORRECURRENCE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_VECTORRECURRENCE_H

#include "compiler/optimize/Linear.h"
#include "compiler/optimize/LogForm.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace astragal::optimize {

/// log_sum_exp over the rows of plates.
struct RowsLogSumExp {
  mlir::Value count; ///< Of the rows.
  tg::PlateOp plate; ///< The one in whose body the argument is.
  mlir::Value argument;

  mlir::Value getRow() { return plate.getIndices().front(); }
};
std::optional<RowsLogSumExp> matchRowsLogSumExp(mlir::Value value);

class VectorRecurrence {
public:
  explicit VectorRecurrence(mlir::scf::ForOp loop) : loop(loop) {}

  /// Whether the loop carries nothing but such a tensor; if it is one, but cannot be rewritten, `reason` says
  /// why.
  bool analyze();
  llvm::StringRef reason;
  bool refuse(llvm::StringRef why) {
    reason = why;
    return false;
  }

  /// Whether a value comes of the states.
  bool isOfStates(mlir::Value value) { return dependenceOf(value) & OnStates; }
  bool isOfStates(mlir::Operation &op);
  /// The index of state j in a read of the tensor that stands at a row of iteration `iteration`.
  llvm::SmallVector<mlir::Value> indicesOf(mlir::OpBuilder &b, mlir::Location loc, Linear iteration,
                                           mlir::Value j);

  mlir::scf::ForOp loop;
  unsigned number = 0;                ///< Of the iter_arg.
  mlir::Operation *context = nullptr; ///< The plate or the loop over k.
  mlir::Block *body = nullptr;        ///< Its body.
  mlir::Value k, kLower, kUpper;      ///< What counts k there, and from where to where.
  RowsLogSumExp sum;
  llvm::SmallVector<Addend, 2> factor;   ///< What is added before the sum,
  llvm::SmallVector<Addend, 2> emission; ///< and what is the same for all of its rows.
  bool varies = false;                   ///< Whether iterations have factors of their own.
  std::optional<unsigned> time;          ///< The dimension of iterations, where the tensor keeps all of them,
  int64_t offset = 0;                    ///< and where an iteration stores, beside its number.

private:
  enum Dependence : unsigned { OnRow = 1, OnIteration = 2, OnStates = 4 };

  bool findContext(mlir::Value &element);
  bool findStore(mlir::ValueRange indices, mlir::Value &state);
  bool splitElement(mlir::Value element);
  bool isStateRead(mlir::Value value);
  bool takeAhead(mlir::Value &count);
  bool checkSize();
  bool checkUses();
  unsigned dependenceOf(mlir::Value value);

  bool isAlone = true; ///< Whether the loop carries tensors of states alone.
  llvm::DenseMap<mlir::Operation *, unsigned> dependences;
  llvm::SmallVector<mlir::Value, 2> versions; ///< Of the tensor, in an iteration.
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_VECTORRECURRENCE_H
