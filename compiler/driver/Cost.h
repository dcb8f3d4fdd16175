//===- Cost.h - how much work a function is ---------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares a count of arithmetic and memory traffic. It reads code in phase `pooled`: what is
// counted there is what runs, since LLVM neither vectorises nor unrolls.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_COST_H
#define ASTRAGAL_COMPILER_DRIVER_COST_H

#include "mlir/IR/BuiltinOps.h"

namespace astragal::driver {

/// Of one run of a function. A fused multiply-add is two operations, a vector op one for each lane, masked
/// lanes included; comparisons, selections and work on integers are none.
struct Cost {
  double flops = 0;
  double bytesRead = 0, bytesWritten = 0; ///< by loads and stores
  double workingSet = 0;                  ///< bytes of all buffers that are touched, each once
  double calls = 0;                       ///< of functions outside of the module, whose work is not counted
  bool isExact = true; ///< false if branches differ, or trips of a loop are not known: one is counted
};

/// Of the function with this name; nothing if the module has none.
std::optional<Cost> countCost(mlir::ModuleOp module, llvm::StringRef function);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_COST_H
