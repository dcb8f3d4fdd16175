//===- DeclaredBounds.h - what is known of integer data ---------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how passes learn the range of an index that is data: `prepare` checks what the model
// declares.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_DECLAREDBOUNDS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_DECLAREDBOUNDS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace astragal::optimize {

/// Integers from `lower` up to `upper`, an i32.
struct DeclaredBounds {
  int64_t lower;
  mlir::Value upper;
};

/// The bounds of all elements of `data`, an argument of an entry function; `upper` is made at `b`. A check in
/// `prepare` that fails ends the run, but what follows it must still be safe.
std::optional<DeclaredBounds> declaredBounds(mlir::OpBuilder &b, mlir::Value data);

/// The bounds of all elements of `data`, integers, if `prepare` checks that each is an index of something of
/// constant size.
std::optional<std::pair<int64_t, int64_t>> indexedBounds(mlir::Value data);

/// Whether the elements of a tensor of reals, a data argument of an entry, are checked to be at least zero.
bool isDeclaredNonNegative(mlir::Value data);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_DECLAREDBOUNDS_H
