//===- RowGroups.h - rows that share parameters -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the groups that an index of data divides rows into.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWGROUPS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWGROUPS_H

#include "compiler/optimize/RowDependence.h"

namespace astragal::optimize {

/// The group of a row is its key, counted from `first`. There is at least one.
struct RowGroups {
  mlir::Value key, first, count;

  /// The number of the group of a row, which is in range whatever the data is.
  mlir::Value numberOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Operation *rows,
                       mlir::IRMapping &mapping) const;
  /// Maps the key to that of a group.
  void mapGroup(mlir::OpBuilder &b, mlir::Location loc, mlir::Value number, mlir::IRMapping &mapping) const;
};

/// The groups of rows in which `roots` read parameters by `key`; sizes are made at `b`, before the rows.
/// Fails if the range of the key is not known.
mlir::FailureOr<RowGroups> findGroups(mlir::OpBuilder &b, mlir::Value key, mlir::ValueRange roots,
                                      RowDependence &dependence, const DataOnly &data);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWGROUPS_H
