//===- TripBound.h - how often a while runs at most -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what the condition of a while says of the number of its trips.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_TRIPBOUND_H
#define ASTRAGAL_COMPILER_OPTIMIZE_TRIPBOUND_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace astragal::optimize {

/// How often a while runs at most, if its condition shows it.
std::optional<int64_t> boundTrips(mlir::scf::WhileOp loop);

/// Whether no counter ends the loop, so that at some points nothing might but a check that failed before.
bool mayRunForever(mlir::scf::WhileOp loop);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_TRIPBOUND_H
