//===- IndexRange.h - bounds of indices as sums of symbols ------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which elements of a dimension an access may mean, between two sums of multiples of values. A loop's
// variable is replaced by the loop's bounds where it is not the same for both accesses that are compared.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_INDEXRANGE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_INDEXRANGE_H

#include "mlir/IR/OpDefinition.h"

#include "llvm/ADT/MapVector.h"

#include <optional>

namespace astragal::optimize {

/// offset + sum of factor * symbol
struct Affine {
  llvm::SmallMapVector<mlir::Value, int64_t, 4> terms;
  int64_t offset = 0;

  int64_t factorOf(mlir::Value symbol) const {
    auto term = terms.find(symbol);
    return term == terms.end() ? 0 : term->second;
  }
  void add(const Affine &other, int64_t factor);
  /// This minus the other, if that is a constant.
  std::optional<int64_t> minus(const Affine &other) const;
};

/// Adds factor * index. Indices do not overflow: what would is out of range.
void addIndex(mlir::OpFoldResult index, int64_t factor, Affine &to, unsigned depth = 0);

/// The first and the last element that may be meant. Each alternative holds by itself; none: nothing is
/// known.
struct IndexRange {
  llvm::SmallVector<Affine, 0> first, last;
};

IndexRange rangeOf(mlir::OpFoldResult index);
IndexRange rangeOfSlice(mlir::OpFoldResult offset, mlir::OpFoldResult size, mlir::OpFoldResult stride);

/// Replaces variables of loops and plates that are not fixed by their bounds.
IndexRange widen(const IndexRange &range, llvm::function_ref<bool(mlir::Value)> isFixed);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_INDEXRANGE_H
