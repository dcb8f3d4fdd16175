//===- IndependentLoop.h - loops whose iterations may run in any order ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis that raise-loops acts on, and that unroll-small-loops asks which loops to
// leave to it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_INDEPENDENTLOOP_H
#define ASTRAGAL_COMPILER_OPTIMIZE_INDEPENDENTLOOP_H

#include "compiler/optimize/CarriedState.h"
#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"

namespace astragal::optimize {

/// A place in a tensor that one iteration owns.
using Place = llvm::SmallVector<Linear, 2>;

/// The place of an access with these indices: along dimension `dim` it moves with the loop's induction
/// variable, along the others it is the same in all iterations. Nothing if that is not so.
std::optional<Place> findPlace(mlir::scf::ForOp loop, mlir::ValueRange indices, unsigned &dim);

/// What an iteration does with one carried tensor.
struct OwnedPlaces {
  llvm::SmallVector<Place, 1> places;                  ///< Pairwise different, in every iteration.
  llvm::DenseMap<mlir::Operation *, unsigned> placeOf; ///< By access.
};

/// An index that becomes one of a plate.
struct Axis {
  mlir::Value index, lower, upper; ///< Without `lower`, it counts from zero.

  Linear first() const { return lower ? linearOf(lower) : Linear(); }
  mlir::Value makeExtent(mlir::OpBuilder &b, mlir::Location loc) const {
    return lower ? tripCount(b, loc, lower, upper) : upper;
  }
};

/// What raise-loops must know of iterations that may run in any order.
class Iterations {
public:
  static constexpr int64_t anySize = -1;

  /// Whether they are of that kind; if not, why.
  explicit operator bool() const { return reason.empty(); }
  llvm::StringRef getReason() const { return reason; }
  mlir::Operation *getCulprit() const { return culprit; }
  /// Whether an iteration makes tensors of its own.
  bool makesTensors() const { return hasLocal; }

  mlir::scf::ForOp loop;                     // the outer loop, if there are two
  llvm::SmallVector<Axis, 2> axes;           // in the order in which elements lie
  mlir::Block *body = nullptr;               // what each iteration runs
  llvm::SmallVector<CarriedState, 0> states; // one an iter_arg
  llvm::SmallVector<OwnedPlaces, 0> owned;   // likewise; empty but for tensors
  llvm::SmallVector<mlir::Value, 0> starts;  // likewise: what stands for it in `body`; null if nothing

protected:
  explicit Iterations(mlir::scf::ForOp loop, int64_t maxLocal = 0) : loop(loop), maxLocal(maxLocal) {}

  /// Plates hold scalar code without effects, but for checks.
  bool checkBody();
  bool isOfRow(mlir::Value value) const;
  bool refuse(mlir::Operation *op, llvm::StringRef why);

private:
  int64_t maxLocal;
  bool hasLocal = false;
  llvm::StringRef reason;
  mlir::Operation *culprit = nullptr;
};

class IndependentLoop : public Iterations {
public:
  /// An iteration may make tensors of its own, element by element, of at most `maxLocal` elements.
  explicit IndependentLoop(mlir::scf::ForOp loop, int64_t maxLocal = 0);

private:
  bool findPlaces(const CarriedState &state, OwnedPlaces &places);
};

/// Makes a plate of a loop that is independent.
tg::PlateOp raiseIndependent(IndependentLoop &loop);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_INDEPENDENTLOOP_H
