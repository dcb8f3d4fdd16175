//===- Cells.h - elements of carried tensors as scalars ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how code is cloned while some elements of a tensor, its *cells*, are kept as scalars:
// inserts and extracts vanish, and nested loops and branches carry the cells in place of the tensor.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_CELLS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_CELLS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

namespace astragal::optimize {

struct CellCloner {
  mlir::IRMapping mapping;
  /// For each version of a split tensor, the values that its cells have.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value>> cells;
  /// For each insert into and extract from a split tensor, which cell it touches.
  llvm::DenseMap<mlir::Operation *, unsigned> cellOf;
  /// The loops and branches that hold such ops or carry versions.
  llvm::DenseSet<mlir::Operation *> regionOps;

  /// Clones the ops of `block` but its terminator.
  void cloneOps(mlir::OpBuilder &b, mlir::Block &block);

  /// What stands for `values` in the clone: one value each, or the cells of a split tensor.
  llvm::SmallVector<mlir::Value> lookup(mlir::ValueRange values);

  mlir::scf::ForOp cloneLoop(mlir::OpBuilder &b, mlir::scf::ForOp loop);

private:
  void cloneBranch(mlir::OpBuilder &b, mlir::scf::IfOp branch);
  void bind(mlir::ValueRange originals, mlir::ValueRange clones, mlir::ValueRange like);
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_CELLS_H
