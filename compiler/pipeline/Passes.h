//===- Passes.h - checking phases -------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_PIPELINE_PASSES_H
#define ASTRAGAL_COMPILER_PIPELINE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace astragal::pipeline {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/pipeline/Passes.h.inc"
} // namespace astragal::pipeline

#endif // ASTRAGAL_COMPILER_PIPELINE_PASSES_H
