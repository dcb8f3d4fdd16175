//===- Liveness.h - when a tensor is read for the last time -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the analysis that lets an update happen in place: whether a tensor is dead after an
// operation. It is computed once, in one walk; each question then costs the nesting depth.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_LIVENESS_H
#define ASTRAGAL_COMPILER_LOWER_LIVENESS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace astragal::lower {

/// The uses of tensors in a function of structured control flow. Blocks may lose operations after the
/// analysis, and get new ones, but the operations that it is asked about must be where they were.
class Liveness {
public:
  explicit Liveness(mlir::Operation *function);

  /// Nobody reads `value` after `op` has read its operands: not what follows, not the regions of `op`, and
  /// not the next iteration of a loop around `op` that `value` comes from outside of.
  bool deadAfterOperands(mlir::Value value, mlir::Operation *op) const { return dead(value, op, 0); }

  /// The same once the regions of `op` are done.
  bool deadAfter(mlir::Value value, mlir::Operation *op) const { return dead(value, op, 1); }

  /// Somebody makes a new version of `value` after `op` and before the last use of `until`, in the block of
  /// `op`.
  bool updatedWhile(mlir::Value value, mlir::Operation *op, mlir::Value until) const;

private:
  bool dead(mlir::Value value, mlir::Operation *op, unsigned inner) const;
  void recordUse(mlir::OpOperand &use);

  mlir::Operation *root;
  // Positions are even: a use as an operand. Odd: a use somewhere inside that operation.
  llvm::DenseMap<mlir::Operation *, unsigned> positions;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Block *>, unsigned> lastUse;
  llvm::DenseSet<std::pair<mlir::Value, mlir::Operation *>> usedInside;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Block *>, llvm::SmallVector<unsigned, 1>> updates;
};

/// The operand that `op` makes a new version of, which is then that result; null if `op` is no update.
mlir::OpOperand *getUpdatedOperand(mlir::OpResult result);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_LIVENESS_H
