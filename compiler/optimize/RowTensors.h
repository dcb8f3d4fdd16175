//===- RowTensors.h - tensors that belong to a row of a plate ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares which tensors an iteration may make and still become a row: those that are made element
// by element, as lanes make them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_ROWTENSORS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_ROWTENSORS_H

#include "mlir/IR/Builders.h"

namespace astragal::optimize {

/// Whether `op` makes a tensor that can belong to a row.
bool makesRowTensor(mlir::Operation *op);

/// Slices in a block, and in the loops and branches in it, become plates and loops over their elements.
void expandSlices(mlir::Block &block);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_ROWTENSORS_H
