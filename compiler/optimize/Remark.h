//===- Remark.h - why a pass declined ---------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the two forms in which the room's passes say what they did and what they did not do.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_REMARK_H
#define ASTRAGAL_COMPILER_OPTIMIZE_REMARK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"

namespace astragal::optimize {

inline mlir::remark::RemarkOpts remarkOf(mlir::Operation *op, llvm::StringRef pass) {
  auto function = op->getParentOfType<mlir::func::FuncOp>();
  return mlir::remark::RemarkOpts::name(pass)
      .category("optimize")
      .function(function ? function.getName() : "");
}

/// Says that `pass` left `op` as it was, and why.
inline void declined(mlir::Operation *op, llvm::StringRef pass, const llvm::Twine &why) {
  mlir::remark::missed(op->getLoc(), remarkOf(op, pass)) << mlir::remark::reason("{0}", why.str());
}

/// Says what `pass` made of `op`.
inline void applied(mlir::Operation *op, llvm::StringRef pass, const llvm::Twine &what) {
  mlir::remark::passed(op->getLoc(), remarkOf(op, pass)) << mlir::remark::add("{0}", what.str());
}

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_REMARK_H
