//===- RowData.h - what the rows of a plate know from data ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the values in the body of a plate that depend on the row and on data alone, lists of the
// rows that they choose, and how such values are laid side by side.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWDATA_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWDATA_H

#include "compiler/optimize/DataOnly.h"
#include "dialects/tg/TG.h"

namespace astragal::optimize {

/// The values in the outermost block of the body of a plate that depend on the row and on data alone, and
/// that may be computed for any of its rows, before any of them.
class RowData {
public:
  RowData(tg::PlateOp plate, const DataOnly &data);

  bool contains(mlir::Value value) const { return known.contains(value); }
  const llvm::DenseSet<mlir::Value> &getKnown() const { return known; }

private:
  llvm::DenseSet<mlir::Value> known;
};

/// Tells `data` of the ops between `before`, which may be null, and `end`.
void addOps(mlir::Operation *before, mlir::Operation *end, DataOnly &data);

/// Some rows of a plate: `indices[k]` for `k` below `count`, in order.
struct RowList {
  mlir::Value indices, count;
};

/// The rows for which `condition`, which depends on data alone, holds, and the others.
std::pair<RowList, RowList> listRows(tg::PlateOp plate, mlir::Value condition, DataOnly &data);

/// Erases the ops of a block that nobody needs.
void eraseDead(mlir::Block &block);

/// Lays what the rows of a plate know from data side by side, in rows of a plate of data before it, where it
/// is read by way of other data.
void gatherRowData(tg::PlateOp plate, DataOnly &data);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWDATA_H
