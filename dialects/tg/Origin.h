//===- Origin.h - what an operation came from -------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes keep in locations, which have no influence on code, what a profile says of an operation: whether it
// belongs to the reverse sweep, and whether it is part of an expanded function.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_DIALECTS_TG_ORIGIN_H
#define ASTRAGAL_DIALECTS_TG_ORIGIN_H

#include "mlir/IR/Location.h"

namespace astragal::tg {

/// The location of what the reverse sweep makes of an operation there.
mlir::Location markAdjoint(mlir::Location location);

/// The location of the arithmetic that an elementary function there becomes.
mlir::Location markFunction(mlir::Location location);

struct Origin {
  /// The places in files, from the innermost to the outermost: each is called by the next.
  llvm::SmallVector<mlir::FileLineColLoc> places;
  bool isAdjoint = false;
  bool isFunction = false;
};

Origin findOrigin(mlir::Location location);

} // namespace astragal::tg

#endif // ASTRAGAL_DIALECTS_TG_ORIGIN_H
