//===- Regions.h - which statements a region of code comes from -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how what mark-regions knows of regions becomes tables that the runtime reads.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_REGIONS_H
#define ASTRAGAL_COMPILER_DRIVER_REGIONS_H

#include "compiler/driver/ModelDescription.h"
#include "compiler/stan/Ast.h"

#include "mlir/IR/BuiltinOps.h"

namespace astragal::driver {

/// Fills in the statements and profile blocks of a program, and the regions of its code (`prob.regions`).
void describeRegions(mlir::ModuleOp module, const stan::Program &program, ModelDescription &description);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_REGIONS_H
