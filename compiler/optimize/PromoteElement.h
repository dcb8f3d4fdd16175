//===- PromoteElement.h - the one element that a loop updates ---*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the rewrite of loops such as `for (k in 1:K) x[t] -= b[k] * x[t - k];`, which carry a
// tensor for the sake of one element.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_PROMOTEELEMENT_H
#define ASTRAGAL_COMPILER_OPTIMIZE_PROMOTEELEMENT_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace astragal::optimize {

/// Lets the loop carry, as a scalar, the element of a tensor that alone it updates, stored just before the
/// loop and read apart from what else of the tensor is read. The new loop, or null if there is no such
/// tensor.
mlir::scf::ForOp promoteElement(mlir::scf::ForOp loop);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_PROMOTEELEMENT_H
