//===- BlockIndices.h - what the rows of a block share --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares by which indices of data rows are put into blocks, which then read one element of each
// parameter that these choose from.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_BLOCKINDICES_H
#define ASTRAGAL_COMPILER_OPTIMIZE_BLOCKINDICES_H

#include "compiler/optimize/RowDependence.h"

#include "dialects/tg/TG.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {

/// Rows with the same `base`, and the same values of all others, are a group, whose number is the sum of
/// values times strides.
struct BlockIndex {
  mlir::Value base;
  int64_t stride;
};

struct BlockIndices {
  llvm::SmallVector<BlockIndex> indices;
  /// Whether rows read elements of parameters by indices at all.
  bool areRead = false;

  /// Whether the rows of a block share the key.
  bool contains(mlir::Value key) const;
};

/// Of the keys by which `ops` in the body of the plate read elements of parameters, those that are worth it.
/// Bounds are looked up at `b`, before the plate.
BlockIndices chooseBlockIndices(mlir::OpBuilder &b, tg::PlateOp plate, llvm::ArrayRef<mlir::Operation *> ops,
                                const llvm::SetVector<mlir::Value> &keys, RowDependence &dependence);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_BLOCKINDICES_H
