//===- SplitCarriedTensors.h - small tensors as the scalars that they hold ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the first half of forward-stores.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SPLITCARRIEDTENSORS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SPLITCARRIEDTENSORS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace astragal::optimize {

/// Lets loops carry, and branches yield, the elements of small tensors of static shape in place of the
/// tensors, where these are read and written at constant indices only.
void splitCarriedTensors(mlir::func::FuncOp function, int64_t maxElements);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SPLITCARRIEDTENSORS_H
