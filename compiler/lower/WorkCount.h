//===- WorkCount.h - numbers of what code does ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the outcome of a count, which programs read that never load MLIR. Work.h makes it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_WORKCOUNT_H
#define ASTRAGAL_COMPILER_LOWER_WORKCOUNT_H

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

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_WORKCOUNT_H
