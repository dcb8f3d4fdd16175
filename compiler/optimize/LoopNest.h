//===- LoopNest.h - two loops whose iterations may run in any order -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis of loops over the elements of tensors of two or more dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H

#include "compiler/optimize/IndependentLoop.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace astragal::optimize {

/// A loop that does little but run another one, or a plate whose rows it stores, as often in each iteration.
/// Each pair of iterations owns one element of the tensors that are written. One element of those that an
/// inner loop wrote, a diagonal that something is added to, may be updated afterwards.
class LoopNest : public Iterations {
public:
  explicit LoopNest(mlir::scf::ForOp outer);

  /// The loop or the plate; null if there is not exactly one.
  mlir::Operation *inner = nullptr;
  /// By state: where along the inner index the element stands that the outer loop updates.
  llvm::SmallVector<std::optional<Linear>, 0> updated;
  llvm::SmallVector<unsigned, 0> innerDims; // by state: where the inner index stands

private:
  bool findInner();
  bool takeOutside(mlir::Value &bound);
  bool findStates();
  bool findStart(unsigned k);
  bool findPlace(unsigned k);
  std::optional<Place> placeAt(mlir::ValueRange indices, unsigned k);
  std::optional<Place> placeOf(mlir::tensor::InsertSliceOp write, unsigned k);
  bool findUpdates(unsigned k);
  bool orderAxes();
  bool isInvariant(mlir::Value value) { return !value || loop.isDefinedOutsideOfLoop(value); }
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H
