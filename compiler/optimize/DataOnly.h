//===- DataOnly.h - what depends on data alone ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis that hoist-data-only acts on.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_DATAONLY_H
#define ASTRAGAL_COMPILER_OPTIMIZE_DATAONLY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

namespace astragal::optimize {

/// The values in the outermost block of an entry function that depend on data alone.
class DataOnly {
public:
  /// Without checks, what makes some depends on more than data, and so does a loop that may wait for one.
  explicit DataOnly(mlir::func::FuncOp function, bool withChecks = true);

  bool contains(mlir::Value value) const { return values.contains(value); }

  /// Whether an op depends on values here and on `more` alone, and can be computed somewhere else: it has no
  /// effect, or makes checks.
  bool allows(mlir::Operation *op, const llvm::DenseSet<mlir::Value> &more = {}) const;

  /// Lets the set know an op that was added to the outermost block, and depends on data alone.
  void add(mlir::Operation *op);

  /// The ops of the outermost block whose results are in the set, in order; those that were added come last.
  llvm::ArrayRef<mlir::Operation *> getOps() const { return ops; }

private:
  bool withChecks;
  llvm::DenseSet<mlir::Value> values;
  llvm::SmallVector<mlir::Operation *> ops;
};

/// Whether `op` or what it holds takes long enough to be kept: a special function, a division, a plate or a
/// loop.
bool isExpensive(mlir::Operation *op);

/// Whether a value of this type can be kept between evaluations.
bool canBePrepared(mlir::Type type);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_DATAONLY_H
