//===- Passes.h - reverse mode --------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the passes of the room. Passes.td says what each of them does.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_H
#define ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace astragal::differentiate {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/differentiate/Passes.h.inc"
} // namespace astragal::differentiate

#endif // ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_H
