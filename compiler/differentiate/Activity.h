//===- Activity.h - which values carry adjoints -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the activity analysis: a value is active if it depends on the input and the result
// depends on it, both through differentiable operations. Copies of code inherit the activity of what they are
// copies of.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DIFFERENTIATE_ACTIVITY_H
#define ASTRAGAL_COMPILER_DIFFERENTIATE_ACTIVITY_H

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::differentiate {

/// Can values of this type carry an adjoint?
bool isDifferentiable(mlir::Type type);

/// Calls `f` with every value that receives the operand's value directly: the results of its owner, or what
/// the operand is passed on to as a start value or by a terminator.
void forEachTarget(mlir::OpOperand &operand, llvm::function_ref<void(mlir::Value)> f);

class Activity {
public:
  void compute(mlir::Value input, mlir::Value result);

  bool isActive(mlir::Value value) const { return active.contains(value); }
  void setInactive(mlir::Value value) { active.erase(value); }
  /// Says that `to` stands for `from` from now on.
  void inherit(mlir::Value from, mlir::Value to);
  /// Extends `inherit` to all values defined in the ops that `mapping` has copies of.
  void inherit(mlir::Operation *from, const mlir::IRMapping &mapping);

  /// Does the operand contribute to an active value?
  bool flows(mlir::OpOperand &operand) const;
  /// The active values defined outside of the region that contribute to active values inside, in order of
  /// use.
  llvm::SetVector<mlir::Value> captures(mlir::Region &region) const;

private:
  llvm::DenseSet<mlir::Value> active;
};

} // namespace astragal::differentiate

#endif // ASTRAGAL_COMPILER_DIFFERENTIATE_ACTIVITY_H
