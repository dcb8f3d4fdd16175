//===- Cost.h - how much work a function is ---------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the work of a whole entry, in phase `pooled` (compiler/lower/Work.h).
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_COST_H
#define ASTRAGAL_COMPILER_DRIVER_COST_H

#include "compiler/driver/Service.h"

#include "mlir/IR/BuiltinOps.h"

namespace astragal::driver {

/// Of the function with this name; nothing if the module has none.
std::optional<Cost> countCost(mlir::ModuleOp module, llvm::StringRef function);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_COST_H
