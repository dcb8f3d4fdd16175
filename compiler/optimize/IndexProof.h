//===- IndexProof.h - what holds of indices, whatever data says -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds of sums of indices that hold in every run. Unlike IndexRange, this neither takes an index that is
// checked for one that is in range, nor a 32-bit integer of data for one that does not overflow: accesses may
// rely on it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_INDEXPROOF_H
#define ASTRAGAL_COMPILER_OPTIMIZE_INDEXPROOF_H

#include "compiler/optimize/IndexRange.h"

namespace astragal::optimize {

/// The value of an integer as multiples of others, where no step of that can overflow.
Affine exactly(mlir::Value value);

/// `a - b`
Affine difference(mlir::Value a, mlir::Value b);

/// Whether the index of a loop or a plate is in it.
bool dependsOnIndex(const Affine &value);

/// A number that `value` is never below, or never above, where it is computed.
std::optional<int64_t> leastOf(const Affine &value);
std::optional<int64_t> mostOf(const Affine &value);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_INDEXPROOF_H
