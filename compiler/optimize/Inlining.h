//===- Inlining.h - bodies of functions in place of their uses --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what inline-functions and inline-distributions share.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_INLINING_H
#define ASTRAGAL_COMPILER_OPTIMIZE_INLINING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace astragal::optimize {

/// Names the function that an op stands for, or null if it stands for none.
using CalleeOf = llvm::function_ref<mlir::func::FuncOp(mlir::Operation *)>;

/// Replaces one such op; erases it.
using InlineOne = llvm::function_ref<mlir::LogicalResult(mlir::Operation *, mlir::func::FuncOp)>;

/// Calls `inlineOne` for every op in the module that stands for a function, those in the function itself
/// first, so that what is inlined is free of such ops. Recursion is an error.
mlir::LogicalResult inlineCalleesFirst(mlir::ModuleOp module, CalleeOf calleeOf, InlineOne inlineOne);

/// Clones the single block of `callee` at the insertion point, each op being at the call site `site`, and
/// returns the values that it returns. `cloned` sees every op, those in regions too, after its operands were
/// mapped.
mlir::SmallVector<mlir::Value> cloneBody(mlir::OpBuilder &b, mlir::func::FuncOp callee,
                                         mlir::ValueRange operands, mlir::Location site,
                                         llvm::function_ref<void(mlir::Operation *)> cloned);

/// Erases the private functions that nothing reachable from other symbols names.
void eraseDeadFunctions(mlir::ModuleOp module);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_INLINING_H
