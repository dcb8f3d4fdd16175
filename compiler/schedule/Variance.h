//===- Variance.h - what depends on the lane --------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the analysis behind vectorize-plates. It classifies every value of a plate's body, when
// rows along the last extent are the lanes:
//
// * uniform: the same in all lanes, stays what it is;
// * varying: differs between lanes. A scalar becomes a vector; a tensor becomes *wide*, with the lanes as an
//   extra last dimension;
// * consecutive: a varying integer that grows by one from lane to lane, known by its value in lane 0. The
//   row's place in a tile of rows is one, and the number of the tile is uniform, where tiles are whole vectors;
// * receding: one that shrinks by one from lane to lane, as what counts back from an end;
// * accumulator: a version of a tensor that rows add to. It is shared by the lanes.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_VARIANCE_H
#define ASTRAGAL_COMPILER_SCHEDULE_VARIANCE_H

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace astragal::schedule {

/// Partials of a sum, and the fewest rows of a vector.
constexpr int64_t partialCount = 8;

/// Whether an index is seen to be a multiple of `unit`: a constant, or a product with one.
bool isMultipleOf(mlir::Value index, int64_t unit);

class Variance {
public:
  /// Nothing varies: rows are taken one at a time.
  Variance() = default;
  /// `lanes` rows, a multiple of the partials, are computed at once; the first one's index is a multiple of
  /// it.
  explicit Variance(tg::PlateOp plate, int64_t lanes = partialCount);

  int64_t getLanes() const { return lanes; }

  bool isVarying(mlir::Value value) const { return varying.contains(value); }
  bool isConsecutive(mlir::Value value) const { return consecutive.contains(value); }
  bool isReceding(mlir::Value value) const { return receding.contains(value); }
  bool isAccumulator(mlir::Value value) const { return accumulators.contains(value); }

  /// Where the updates of an accumulator go: those at an index that all lanes share into one slot for each
  /// lane (wide), unless they are held; all others into the tensor itself (plain).
  struct Updates {
    bool wide = false, plain = false;
  };
  Updates updatesOf(mlir::Value accumulator) const { return updates[accumulators.lookup(accumulator)]; }
  bool isWideUpdate(tg::AccumulateOp op) const { return isShared(op) && !isHeld(op); }

  /// Updates at an index that is the same for all rows along the last extent: one vector holds them until
  /// these are done.
  llvm::ArrayRef<mlir::Operation *> getHeld() const { return held; }
  bool isHeld(mlir::Operation *op) const { return llvm::is_contained(held, op); }
  /// The number of the accumulator that a value is.
  unsigned numberOf(mlir::Value accumulator) const { return accumulators.lookup(accumulator); }

  /// Whether the lanes may disagree on how often, or whether, the op's regions run.
  bool isDivergent(mlir::Operation *op) const;
  /// Whether the op, regions included, is the same for all lanes and touches no accumulator.
  bool isUniform(mlir::Operation *op) const;

  /// A loop from 0 that uses its index only to count from its last trip down, as reverses of loops do. Lanes
  /// that differ in how often they run start with the longest: then they agree on which trip it is.
  static bool isReversed(mlir::scf::ForOp loop);
  /// Whether the op computes the trip of such a loop.
  static bool isFromEnd(mlir::arith::SubIOp op);

private:
  void visit(mlir::Block &block, bool masked);
  void visit(mlir::Operation *op, bool masked);
  void visit(mlir::scf::ForOp op, bool masked);
  void visit(mlir::scf::WhileOp op, bool masked);
  void visit(tg::PlateOp op, bool masked);
  void flow(mlir::Value from, mlir::Value to);
  /// Finds what grows or shrinks by one from lane to lane.
  void findStrides(mlir::Operation *op);
  /// Whether `op` divides the row, counted from a multiple of the lanes, by a number of rows that whole
  /// vectors make up, for the quotient or the remainder.
  template <typename DivisionOp> bool isOfTile(mlir::Operation *op) const;
  bool isShared(tg::AccumulateOp op) const;
  void setVarying(mlir::Value value);

  llvm::DenseSet<mlir::Value> varying, consecutive, receding;
  llvm::DenseMap<mlir::Value, unsigned> accumulators;
  llvm::SmallVector<Updates> updates;
  int64_t lanes = partialCount;
  mlir::Value row;
  llvm::SmallVector<mlir::Operation *> held;
  bool changed = false;
};

} // namespace astragal::schedule

#endif // ASTRAGAL_COMPILER_SCHEDULE_VARIANCE_H
