//===- RowAccess.h - where rows of a plate read and add --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what is asked of an access to a tensor before the rows of a plate are shared among
// threads: whether two rows may meet in an element.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWACCESS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWACCESS_H

#include "dialects/tg/TG.h"

namespace astragal::optimize {

/// Of rows that differ in the first index of their plate.
struct RowAccess {
  enum Kind {
    Own,     ///< The first index is the row's, plus a constant: no two rows meet.
    InRange, ///< An element of a list, from `offset` on, whose length is known outside of the plate.
    Anywhere,
  };
  Kind kind = Anywhere;
  int64_t offset = 0;
  mlir::OpFoldResult length; ///< InRange

  /// The same elements, as far as can be seen.
  bool operator==(const RowAccess &other) const {
    return kind == other.kind && offset == other.offset && length == other.length;
  }
};

RowAccess rowAccessOf(mlir::ValueRange indices, tg::PlateOp plate);

/// Into what the elements of a tensor that rows access fall: those that are the rows' own, lists, or all of
/// it. If the accesses are not `direct` (ops of the plate's own block), they cannot be told apart.
llvm::SmallVector<RowAccess> groupsOf(llvm::ArrayRef<RowAccess> accesses, bool direct);

/// Which of the groups an access belongs to.
unsigned groupOf(const RowAccess &access, llvm::ArrayRef<RowAccess> groups);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWACCESS_H
