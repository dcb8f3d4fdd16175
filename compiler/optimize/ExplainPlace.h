//===- ExplainPlace.h - which row, which iteration --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how explanations say where in containers and loops a check failed.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_EXPLAINPLACE_H
#define ASTRAGAL_COMPILER_OPTIMIZE_EXPLAINPLACE_H

#include "mlir/IR/Operation.h"

#include <string>

namespace astragal::optimize {

/// Adds to an explanation which row of plates `op` computes, and the iteration of the program's loops:
/// " (element {+}) where n = {}". Loops have names that their variables' locations give. If that were more
/// values than an explanation can show, it adds nothing.
void explainPlace(mlir::Operation *op, std::string &text, llvm::SmallVectorImpl<mlir::Value> &values);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_EXPLAINPLACE_H
