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

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace astragal::lower {

/// A fused multiply-add is two operations, a vector op one for each lane, masked lanes included; comparisons,
/// selections and work on integers are none.
struct Work {
  double flops = 0;
  double functionFlops = 0; ///< those of them that are of expanded functions: exp, log, lgamma ...
  double bytesRead = 0,
         bytesWritten = 0; ///< by loads and stores, and by kernels, each of whose arguments counts once
  double workingSet = 0;   ///< bytes of all buffers that are touched, each once
  double calls = 0;        ///< of functions outside of the module, whose work is not counted
  bool isExact = true; ///< false if branches differ, the trips of a loop are not known (one is counted), or a
                       ///< kernel's are roughly known
};

/// The work of some operations of one block, run once. `module` has the functions that they call.
Work countWork(mlir::ModuleOp module, llvm::ArrayRef<mlir::Operation *> ops);

/// If both bounds and the step are constants.
std::optional<int64_t> countTrips(mlir::scf::ForOp loop);

/// Adds the work of a call of a kernel.
void addKernelWork(tg::KernelCallOp call, double times, Work &work);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_WORK_H
