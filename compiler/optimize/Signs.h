//===- Signs.h - values that cannot be negative -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SIGNS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SIGNS_H

#include "mlir/IR/Value.h"

namespace astragal::optimize {

/// Whether a real is at least zero, or NaN, as far as can be seen: scales and weights behind their
/// constraints are, and sums and products of such.
bool isNeverNegative(mlir::Value value);

/// The same of data, which may have been declared not to be.
bool isNonNegativeData(mlir::Value value);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SIGNS_H
