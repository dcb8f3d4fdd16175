//===- Work.h - how much code computes and moves ----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the count of arithmetic and memory traffic. It reads code in phase `pooled`: what is
// counted there is what runs, since LLVM neither vectorises nor unrolls.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_WORK_H
#define ASTRAGAL_COMPILER_LOWER_WORK_H

#include "compiler/lower/WorkCount.h"

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace astragal::lower {

/// The work of some operations of one block, run once. `module` has the functions that they call.
Work countWork(mlir::ModuleOp module, llvm::ArrayRef<mlir::Operation *> ops);

/// The work of a function, by name, run once; nothing if the module does not have its body.
std::optional<Work> countWork(mlir::ModuleOp module, llvm::StringRef function);

/// If both bounds and the step are constants.
std::optional<int64_t> countTrips(mlir::scf::ForOp loop);

/// Adds the work of a call of a kernel.
void addKernelWork(tg::KernelCallOp call, double times, Work &work);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_WORK_H
