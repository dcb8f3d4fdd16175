//===- CarriedState.h - what a loop carries from one iteration to the next ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis that tells sums and elements written once from true recurrences.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_CARRIEDSTATE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_CARRIEDSTATE_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseSet.h"

namespace astragal::optimize {

/// The versions that an iter_arg of a loop goes through in one iteration: the values reached from it through
/// updates and through the results of nested loops and branches.
class CarriedState {
public:
  enum Kind {
    Invariant, ///< Yielded as it is.
    Sum,       ///< Added to, and not read otherwise.
    Tensor,    ///< Updated and read element by element.
    Recurrence ///< Anything else.
  };

  /// With `slices`, a tensor may also be updated by whole slices.
  CarriedState(mlir::scf::ForOp loop, unsigned k, bool slices = false);

  Kind getKind() const { return kind; }
  /// Why the state is a recurrence, and which op shows it.
  llvm::StringRef getReason() const { return reason; }
  mlir::Operation *getCulprit() const { return culprit; }

  bool contains(mlir::Value value) const { return versions.contains(value); }
  /// The `tensor.insert`, `tensor.extract` and, if asked for, `tensor.insert_slice` ops on a tensor, in no
  /// order that means anything.
  llvm::ArrayRef<mlir::Operation *> getAccesses() const { return accesses; }
  /// The nested loops and branches in which it appears.
  const llvm::DenseSet<mlir::Operation *> &getRegionOps() const { return regionOps; }

private:
  bool follow(mlir::OpOperand &use);
  bool joinsAgree();
  bool refuse(mlir::Operation *op, llvm::StringRef why);
  void add(mlir::Value value);

  mlir::scf::ForOp loop;
  unsigned number;
  bool slices;
  Kind kind;
  llvm::StringRef reason;
  mlir::Operation *culprit = nullptr;
  llvm::DenseSet<mlir::Value> versions;
  llvm::SmallVector<mlir::Value> worklist;
  llvm::SmallVector<mlir::Operation *> accesses, joins;
  llvm::DenseSet<mlir::Operation *> regionOps;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_CARRIEDSTATE_H
