//===- SplitModule.h - code for two threads to generate ---------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_SPLITMODULE_H
#define ASTRAGAL_COMPILER_DRIVER_SPLITMODULE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace astragal::driver {

/// Moves functions of a module in phase `llvm` into a module of their own, about half of the code if that can
/// be. They use no function of the old module, which declares those of them that it uses. Null, and nothing
/// is changed, if that is not worth a second thread. What moves depends on the code alone, not on the
/// machine.
mlir::OwningOpRef<mlir::ModuleOp> splitModule(mlir::ModuleOp module);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_SPLITMODULE_H
