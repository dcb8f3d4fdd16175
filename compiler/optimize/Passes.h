//===- Passes.h - rewriting while the program is still mathematics --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the passes of the room. Passes.td says what each of them does.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_PASSES_H
#define ASTRAGAL_COMPILER_OPTIMIZE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace astragal::optimize {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_PASSES_H
