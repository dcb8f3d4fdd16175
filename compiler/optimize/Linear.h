//===- Linear.h - indices as a value plus a constant ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the form in which passes compare indices. It looks through casts between integers and
// index, so that 1-based counting in the model leaves no trace.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LINEAR_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LINEAR_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>

namespace astragal::optimize {

/// `base + offset`, where a null base stands for zero.
struct Linear {
  mlir::Value base;
  int64_t offset = 0;

  bool operator==(const Linear &other) const { return base == other.base && offset == other.offset; }
  /// The two never agree.
  bool differs(const Linear &other) const { return base == other.base && offset != other.offset; }
  bool isConstant() const { return !base; }
};

Linear linearOf(mlir::Value value);

/// The constant c where `condition` is one comparison, that `index` plus c is one of so many indices: from
/// zero up to, but not including, what stands on its right.
std::optional<int64_t> offsetInRange(mlir::Value condition, mlir::Value index);

/// Where `index` is one that is checked, and zero where the check fails: what it is below of, and the index
/// that was checked.
struct GuardedIndex {
  mlir::Value checked, bound;
};
std::optional<GuardedIndex> guardedIndexOf(mlir::Value index);

/// The value of type index that `linear` stands for.
mlir::Value materialize(mlir::OpBuilder &b, mlir::Location loc, Linear linear);

/// The number of iterations from `lower` to `upper` in steps of one, with nothing computed where it is the
/// value that something is sized by.
mlir::Value tripCount(mlir::OpBuilder &b, mlir::Location loc, mlir::Value lower, mlir::Value upper);

/// Whether `size` is an index that cannot be negative, as what something is sized by.
bool isNonNegative(mlir::Value size);

/// Replaces the indices of an access to a tensor that are another index plus a constant by just that.
void simplifyIndices(mlir::Operation *access);

/// Does so for all accesses in a block.
void simplifyIndices(mlir::Block &block);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LINEAR_H
