//===- LoopNest.h - two loops whose iterations may run in any order -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares loops over the elements of tensors of two or more dimensions, and the plates that they
// become.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H
#define ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H

#include "compiler/optimize/CarriedState.h"
#include "compiler/optimize/IndependentLoop.h"

namespace astragal::optimize {

/// A loop that does little but run another one, as often in each iteration. Each pair of iterations owns one
/// element of the tensors that both carry.
class LoopNest {
public:
  explicit LoopNest(mlir::scf::ForOp outer);

  /// Whether it is such a nest; if not, why.
  explicit operator bool() const { return reason.empty(); }
  llvm::StringRef getReason() const { return reason; }

  /// Replaces the loops by a plate of two dimensions, in the order in which elements lie.
  void raise();

private:
  /// What becomes of a value that both loops carry.
  struct State {
    CarriedState carried;
    unsigned inner = 0; ///< Its number in the inner loop.
    Place place;        ///< Of a tensor: the element that a pair of iterations owns,
    unsigned dims[2];   ///< and where the indices of the outer and of the inner loop stand.
  };

  bool findInner();
  bool findStates();
  bool findPlace(State &state);
  bool checkBody();
  bool refuse(llvm::StringRef why);

  mlir::scf::ForOp outer, inner;
  llvm::SmallVector<State, 0> states; // one an iter_arg of the outer loop
  bool isSwapped = false;             // elements next to each other are those of the outer loop
  llvm::StringRef reason;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_LOOPNEST_H
