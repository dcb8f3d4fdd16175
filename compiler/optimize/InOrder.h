//===- InOrder.h - ops after all that they need -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how analyses follow operands. They do not call themselves: a chain of ops is as long as
// the program, the stack is not.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_INORDER_H
#define ASTRAGAL_COMPILER_OPTIMIZE_INORDER_H

#include "mlir/IR/Operation.h"

namespace astragal::optimize {

/// A pattern that is taken apart is nested less deep than that, where people write it.
constexpr unsigned maxNesting = 256;

/// Calls `visit` with the operands of `op` and of what is in it that come from outside of it.
void walkOperands(mlir::Operation *op, llvm::function_ref<void(mlir::Value)> visit);

/// Visits `op`, and before it what computes its operands, theirs, and so on, as far as these are open. What
/// was visited is open no more.
void visitInOrder(mlir::Operation *op, llvm::function_ref<bool(mlir::Value)> isOpen,
                  llvm::function_ref<void(mlir::Operation *)> visit);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_INORDER_H
