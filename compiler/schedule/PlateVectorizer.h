//===- PlateVectorizer.h - the body of a plate, for eight rows --*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what rewrites a plate. Given a Variance in which nothing varies, the same code takes the
// rows one at a time: a plate inside a vectorised plate, and one that cannot be vectorised, are this case.
//
// Everywhere in what is emitted at least one lane is active, but for branches that are computed without a
// test; those hold nothing that could go wrong (isHarmless).
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_PLATEVECTORIZER_H
#define ASTRAGAL_COMPILER_SCHEDULE_PLATEVECTORIZER_H

#include "compiler/schedule/Variance.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"
#include <string>

namespace astragal::schedule {

/// On a vector read: how many bytes ahead of it memory is asked for. `lower` heeds it.
constexpr llvm::StringLiteral aheadName = "tg.ahead";

class PlateVectorizer {
public:
  PlateVectorizer(tg::PlateOp plate, const Variance &variance)
      : plate(plate), variance(variance), lanes(variance.getLanes()), b(plate.getLoc(), plate) {}

  /// Emits before the plate what computes its results. On failure `reason` is set, and what was emitted is
  /// useless.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> inLanes();
  /// The same, one row after the other. Short plates are unrolled. Nothing may vary, so that all ops can stay
  /// as they are.
  llvm::SmallVector<mlir::Value> inSequence();
  std::string reason;

private:
  using Values = llvm::SmallVector<mlir::Value>;
  struct Accumulator {
    mlir::Value plain, wide;
  };

  // PlateVectorizer.cpp: ops without regions.
  mlir::LogicalResult transform(mlir::Block &block);
  mlir::LogicalResult transform(mlir::Operation *op);
  void cloneUniform(mlir::Operation *op);
  mlir::LogicalResult transformElementwise(mlir::Operation *op);
  mlir::LogicalResult transformLaneByLane(mlir::Operation *op);
  void transformConsecutive(mlir::Operation *op);
  void transformCheck(tg::CheckOp op);
  mlir::LogicalResult fail(mlir::Operation *culprit, llvm::StringRef why);

  // LaneValues.cpp: what a value of the body has become.
  mlir::Value scalarOf(mlir::Value original) { return scalars.lookupOrDefault(original); }
  mlir::Value vectorOf(mlir::Value original);
  mlir::Value wideOf(mlir::Value original);
  Values scalarsOf(mlir::ValueRange originals);
  /// A size, or the largest of those that active lanes ask for.
  mlir::Value largestOf(mlir::Value size);
  /// Per lane: element `lane` of a varying value, the scalar of a uniform one.
  mlir::Value laneOf(mlir::Value original, int64_t lane);
  /// A slot is a value that flows through region boundaries: it becomes one value, or two of an accumulator.
  Values flatten(mlir::ValueRange originals, mlir::ValueRange slots);
  llvm::SmallVector<mlir::Type> typesOf(mlir::ValueRange slots);
  void bind(mlir::ValueRange slots, mlir::ValueRange flat);
  void bindOne(mlir::Value slot, mlir::ValueRange &flat);

  mlir::Value index(int64_t value);
  mlir::Value constant(mlir::Type type, int64_t value);
  mlir::Value broadcast(mlir::Value scalar);
  mlir::Value zeroLike(mlir::Value value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value masked(mlir::Value vector, mlir::Value otherwise);
  mlir::Value orZero(mlir::Value vector) { return mask ? masked(vector, zeroLike(vector)) : vector; }
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value complement(mlir::Value condition);
  mlir::Value any(mlir::Value condition);
  mlir::VectorType vectorOfType(mlir::Type element);
  /// A tensor of which each lane has its own; and one with a slot for each partial, to which the lanes add.
  mlir::RankedTensorType wideType(mlir::RankedTensorType type);
  static mlir::RankedTensorType slotsType(mlir::RankedTensorType type);
  /// The lanes of `vector` are added to as many partials as there are.
  mlir::Value addLanes(mlir::Value partials, mlir::Value vector);
  mlir::Value partOf(mlir::Value vector, int64_t first);
  /// A summand, zero in inactive lanes. A product of zeros is one, and can still be contracted.
  mlir::Value termOf(mlir::Value original);

  // LaneMemory.cpp: tensors.
  mlir::LogicalResult transform(mlir::tensor::ExtractOp op);
  mlir::LogicalResult transform(mlir::tensor::InsertOp op);
  mlir::LogicalResult transform(tg::AccumulateOp op);
  mlir::LogicalResult transformTensor(mlir::Operation *op);
  bool makesSizesOfRows();
  bool isContiguous(mlir::ValueRange indices);
  bool isReversed(mlir::ValueRange indices);
  mlir::Value reverse(mlir::Value vector);
  bool isPlaceInTile(mlir::Value tensor, mlir::Value index);
  void findStreams();
  Values startOf(mlir::ValueRange indices);
  mlir::Value read(mlir::Value tensor, mlir::ValueRange indices, mlir::Value mask, int64_t padding,
                   int64_t width);
  mlir::Value write(mlir::Value vector, mlir::Value tensor, mlir::ValueRange indices, mlir::Value mask);
  mlir::Value readSlot(mlir::Value wide, mlir::ValueRange indices);
  mlir::Value writeSlot(mlir::Value vector, mlir::Value wide, mlir::ValueRange indices);
  mlir::Value writeRow(mlir::Value value, mlir::Value tensor, mlir::ValueRange indices);
  mlir::Value widen(mlir::Value original);
  mlir::Value emptyLike(mlir::Value tensor, bool wide);
  mlir::Value wideZero(mlir::Value tensor);
  /// `plain` with the slots of `wide` added, by the tree.
  mlir::Value addSlots(mlir::Value plain, mlir::Value wide);
  mlir::Value forEachElement(mlir::Value shapedLike, mlir::Value init,
                             llvm::function_ref<mlir::Value(mlir::ValueRange, mlir::Value)> body);

  // LaneIndices.cpp: where each lane reads and writes.
  /// Whether an index that varies is computed cheaply from what lies side by side, so that its lanes need not
  /// be taken from a vector.
  bool isReadInOrder(mlir::Value index);
  /// For each lane its indices; with `withLane`, those of its slot in a wide tensor. Those of inactive lanes
  /// are zero, or those of an active one.
  llvm::SmallVector<Values> placesOf(mlir::ValueRange indices, bool withLane);
  Values inSlot(mlir::ValueRange indices, int64_t lane);
  Values lanesOfIndex(mlir::Value index);
  Values readLanes(mlir::Value value);

  // LaneControl.cpp: branches and loops.
  mlir::LogicalResult transform(mlir::scf::IfOp op);
  mlir::LogicalResult transformDivergent(mlir::scf::IfOp op);
  mlir::LogicalResult transform(mlir::scf::ForOp op);
  mlir::LogicalResult transformDivergent(mlir::scf::ForOp op);
  mlir::LogicalResult transform(mlir::scf::WhileOp op);
  mlir::LogicalResult transformDivergent(mlir::scf::WhileOp op);
  mlir::FailureOr<Values> branch(mlir::Block *block, mlir::ValueRange results, mlir::Value active,
                                 bool guarded);
  bool isHarmless(mlir::Block &block);
  bool isHarmless(mlir::Operation *op);
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);

  // PlateRows.cpp: plates.
  mlir::LogicalResult transformNested(tg::PlateOp op);
  mlir::FailureOr<Values> rowsInSequence(tg::PlateOp op);
  /// What rows contribute to: for each sum its partials, then maxima, accumulators, rows and, along the last
  /// extent of a plate in lanes, held updates.
  struct Carried {
    llvm::SmallVector<Values> sums;
    Values maxima, accumulators, rows, held;
    Values flat() const;
    Carried like(mlir::ValueRange flat) const;
  };
  Carried initial(tg::PlateOp op, bool inLanes, int64_t partials);
  mlir::FailureOr<Carried> addRow(tg::PlateOp op, mlir::ValueRange indices, Carried carried, int64_t partial);
  mlir::FailureOr<Carried> sequence(tg::PlateOp op, Values indices, Carried carried);
  mlir::FailureOr<Carried> blocks(tg::PlateOp op, Values indices, Carried carried);
  mlir::FailureOr<Carried> lastExtent(tg::PlateOp op, mlir::Value extent, Values indices, Carried carried);
  mlir::Value outsideOfRow(tg::PlateOp op, mlir::Value value);
  mlir::FailureOr<Carried> loop(mlir::Value extent, int64_t step, Carried carried,
                                llvm::function_ref<mlir::FailureOr<Carried>(mlir::Value, Carried)> body);
  mlir::Value tree(llvm::ArrayRef<mlir::Value> partials);
  mlir::Value treeOfLanes(mlir::Value vector);
  mlir::FailureOr<Values> results(tg::PlateOp op, const Carried &carried);

  tg::PlateOp plate;
  const Variance &variance;
  const int64_t lanes;
  mlir::ImplicitLocOpBuilder b;
  mlir::IRMapping scalars;
  llvm::DenseMap<mlir::Value, mlir::Value> vectors, starts, wides;
  llvm::DenseMap<mlir::Value, Accumulator> accumulators;
  /// For each tensor of tiles, the read that comes last in the body.
  llvm::DenseMap<mlir::Value, mlir::Operation *> lastReads;
  llvm::DenseMap<mlir::Operation *, mlir::Value> held;
  /// Active lanes, or null: all. `divergent` where control flow, not only the end of the rows, decides.
  mlir::Value mask;
  bool divergent = false;
  /// With a mask from the end of the rows, how many are left, the first lane's included.
  mlir::Value rowsLeft;
};

} // namespace astragal::schedule

#endif // ASTRAGAL_COMPILER_SCHEDULE_PLATEVECTORIZER_H
