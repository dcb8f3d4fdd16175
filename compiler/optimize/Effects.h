//===- Effects.h - checks, and loops that wait for them ---------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what passes that reorder need to know of effects. Checks are the only effect of a row,
// and may move, with one exception: a while that nothing counts may end only because it sees that a check
// before it failed. No check may move behind such a loop.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_EFFECTS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_EFFECTS_H

#include "dialects/tg/TG.h"

namespace astragal::optimize {

/// Whether `op` or what it holds makes checks: by itself, or of the arguments of a density.
bool makesChecks(mlir::Operation *op);

/// Whether `op` or what it holds is a check of this kind. Those of arguments of densities are not asked.
bool makesChecksOf(mlir::Operation *op, tg::CheckKind kind);

/// Whether all that `op` and what it holds do is to compute and to check. A density that is still one op does
/// more.
bool onlyChecks(mlir::Operation *op);

/// Whether what `region` holds has no effects but checks.
bool hasOnlyChecks(mlir::Region &region);

/// Whether `op` is or holds a loop that may need a check before it to end.
bool mayRunForever(mlir::Operation *op);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_EFFECTS_H
