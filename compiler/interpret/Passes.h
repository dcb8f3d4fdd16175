//===- Passes.h - interpretations of a model --------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_INTERPRET_PASSES_H
#define ASTRAGAL_COMPILER_INTERPRET_PASSES_H

#include "mlir/Pass/Pass.h"

namespace astragal::interpret {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/interpret/Passes.h.inc"
} // namespace astragal::interpret

#endif // ASTRAGAL_COMPILER_INTERPRET_PASSES_H
