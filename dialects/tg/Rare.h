//===- Rare.h - branches that are hardly ever taken -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the mark of a branch whose `else` should cost little to compile, and may be slow.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_DIALECTS_TG_RARE_H
#define ASTRAGAL_DIALECTS_TG_RARE_H

#include "mlir/IR/Operation.h"

namespace astragal::tg {

/// Marks an `scf.if` whose first branch is taken but for rare arguments.
constexpr llvm::StringLiteral likelyAttribute = "tg.likely";

/// Whether an op is in the other branch of one.
inline bool isRare(mlir::Operation *op) {
  for (mlir::Region *region = op->getParentRegion(); region; region = region->getParentRegion())
    if (mlir::Operation *parent = region->getParentOp();
        parent && region->getRegionNumber() == 1 && parent->hasAttr(likelyAttribute))
      return true;
  return false;
}

} // namespace astragal::tg

#endif // ASTRAGAL_DIALECTS_TG_RARE_H
