//===- Passes.h - from tensors to LLVM --------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the passes of the phases `buffer`, `pooled` and `llvm`. Passes.td says what each does.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_PASSES_H
#define ASTRAGAL_COMPILER_LOWER_PASSES_H

#include "mlir/Pass/Pass.h"

namespace astragal::lower {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/lower/Passes.h.inc"
} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_PASSES_H
