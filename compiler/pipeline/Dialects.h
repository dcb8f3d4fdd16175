//===- Dialects.h - the dialects that models pass through -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_PIPELINE_DIALECTS_H
#define ASTRAGAL_COMPILER_PIPELINE_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace astragal::pipeline {

/// Every dialect of every phase, with the extensions that passes rely on. Registered, not loaded: loading
/// costs time at the start, and most runs need few.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace astragal::pipeline

#endif // ASTRAGAL_COMPILER_PIPELINE_DIALECTS_H
