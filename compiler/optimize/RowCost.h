//===- RowCost.h - what it costs to compute a row again ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the measure by which passes choose between keeping a value and computing it twice.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWCOST_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWCOST_H

#include "mlir/IR/Operation.h"

namespace astragal::optimize {

/// The ops of `block` that `values` are computed from, in order.
llvm::SmallVector<mlir::Operation *> sliceOf(mlir::Block &block, mlir::ValueRange values);

/// Whether an op takes about one instruction: no special function, no division, no region.
bool isCheap(mlir::Operation *op);

/// Whether an op computes nothing but indices or constants, which vanish in addressing.
bool isAddressing(mlir::Operation *op);

/// About how many nanoseconds the ops of `body` take a row, where eight rows share vectors. A loop whose
/// trips are not known counts as eight.
double nanosecondsOf(mlir::Block &body);
double nanosecondsOf(mlir::Operation *op);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWCOST_H
