//===- LogForm.h - logarithms of sums of products ----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis that takes log_sum_exp, however it was written out, apart: which values are
// logarithms of sums of products, linear in the exponentials of given ones.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LOGFORM_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LOGFORM_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

#include <optional>

namespace astragal::optimize {

/// A value that a logarithm has added, or subtracted.
struct Addend {
  mlir::Value value;
  bool isNegative = false;

  bool operator==(const Addend &other) const = default;
};

/// exp(state + addends).
struct LogTerm {
  unsigned state;
  llvm::SmallVector<Addend, 2> addends;
};

/// The logarithm of the sum of its terms.
using LogForm = llvm::SmallVector<LogTerm, 2>;

/// Appends what `value` is the sum of, down to what is defined outside of `block`.
void appendAddends(mlir::Value value, bool isNegative, mlir::Block &block,
                   llvm::SmallVectorImpl<Addend> &addends);

/// The sum of addends; null where there are none.
mlir::Value sumOf(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<Addend> addends);

/// `if (c) x += y` as `x += c ? y : 0`, where x depends on states.
void takeOutOfBranches(llvm::ArrayRef<mlir::Value> states, mlir::Block &block);

/// The arguments and the shift of `shift + log(exp(x - shift) + ...)`, or of the form of two arguments that
/// takes the larger one out; nothing if `value` is neither. The shift cancels, whatever it is.
struct LogSumExp {
  llvm::SmallVector<mlir::Value> arguments;
  mlir::Value shift;
};
std::optional<LogSumExp> matchLogSumExp(mlir::Value value);

/// What the ops of a block make of some values, its states.
class LogForms {
public:
  /// `most` bounds the terms of a form.
  LogForms(llvm::ArrayRef<mlir::Value> states, mlir::Block &block, size_t most = 256);

  /// The form of a value that depends on states; nothing if it is not linear in their exponentials.
  std::optional<LogForm> of(mlir::Value value) const;

  bool depends(mlir::Value value) const { return dependent.contains(value); }
  /// The ops of the block that see a state, nested ones counted as those of the block that hold them.
  const llvm::SetVector<mlir::Operation *> &getDependents() const { return dependents; }

  /// The ops between the states and a value that depends on them, with the one that defines it, in their
  /// order; none if states are seen otherwise.
  llvm::SmallVector<mlir::Operation *> opsUpTo(mlir::Value value) const;

private:
  bool append(mlir::Value value, llvm::ArrayRef<Addend> addends, LogForm &form, unsigned nesting = 0) const;

  mlir::Block &block;
  size_t most;
  llvm::SmallVector<mlir::Value> states;
  llvm::DenseMap<mlir::Value, unsigned> numberOf;
  llvm::DenseSet<mlir::Value> dependent;
  llvm::SetVector<mlir::Operation *> dependents;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LOGFORM_H
