//===- Sweep.h - reverse mode on a block ------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what the rules of all kinds of ops share: the adjoints of the values of a block, and the
// sweep that visits its ops in reverse. Adjoints are SSA values; an update replaces one by the next. An
// absent adjoint is zero, and zeros are made only where a region has to yield one.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DIFFERENTIATE_SWEEP_H
#define ASTRAGAL_COMPILER_DIFFERENTIATE_SWEEP_H

#include "compiler/differentiate/Activity.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <map>

namespace astragal::differentiate {

/// What all sweeps of one function share.
struct Context {
  explicit Context(mlir::func::FuncOp function) : function(function) {}

  mlir::func::FuncOp function;
  Activity activity;
  /// What the values computed again in the reverse of a loop are copies of.
  llvm::DenseMap<mlir::Value, mlir::Value> origin;

  /// Constants stand at the function's entry: they dominate everything, once each.
  mlir::Value constant(double value);
  mlir::Value index(int64_t value);
  /// `to` takes the place of `from`.
  void replace(mlir::Value from, mlir::Value to);
  /// Erases the op, and forgets what was known of values in it: their addresses may be used again.
  void erase(mlir::Operation *op);
  /// Copies the ops of a block without its terminator; checks and print statements are left out if so wanted.
  /// Copies are as active as what they are copies of.
  llvm::SmallVector<mlir::Operation *> copyOps(mlir::Block &from, mlir::OpBuilder &builder,
                                               mlir::IRMapping &mapping, bool withChecks);
  /// A value to be replaced before the end.
  mlir::Value placeholder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like);

private:
  std::map<uint64_t, mlir::Value> constants;
  std::map<int64_t, mlir::Value> indices;
};

bool isPlaceholder(mlir::Value value);

/// The adjoints of a plate that was computed together with its sum; see Plates.cpp.
struct FusedPlate {
  llvm::SmallVector<unsigned> sums;                                // which results are active
  bool final;                                                      // the adjoints have been added
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> adjoints; // captured value, its adjoint at unit seed
};

class Sweep {
public:
  /// Reverse code goes where `builder` stands. `plate` is the body of the innermost plate around it, if any.
  Sweep(Context &context, const mlir::OpBuilder &builder, mlir::Location loc, mlir::Region *plate);

  Context &context;
  mlir::ImplicitLocOpBuilder b;
  mlir::Region *plate;
  /// The ops are copies, made only to be reversed: computing something for later use is not free.
  bool onCopies = false;
  llvm::DenseMap<mlir::Operation *, FusedPlate> fused;

  bool isActive(mlir::Value value) const { return context.activity.isActive(value); }
  mlir::Value constant(double value) { return context.constant(value); }
  mlir::Value index(int64_t value) { return context.index(value); }

  //===--- Adjoints ---===//

  /// The adjoint so far; null is zero.
  mlir::Value get(mlir::Value value);
  mlir::Value getOrZero(mlir::Value value);
  /// The same for a value whose definition is being reversed: nobody asks again.
  mlir::Value take(mlir::Value value);
  mlir::Value takeOrZero(mlir::Value value);
  bool has(mlir::Value value) const { return adjoints.contains(value); }
  void set(mlir::Value value, mlir::Value adjoint);
  /// What was contributed to `from` belongs to `to`, which replaces it.
  void rename(mlir::Value from, mlir::Value to);
  /// Contributes to the adjoint of `value`, if it is active.
  void add(mlir::Value value, mlir::Value contribution);
  /// Contributes to the adjoint of one element of a tensor.
  void addElement(mlir::Value tensor, mlir::ValueRange indices, mlir::Value contribution);
  /// Contributes to `size` elements of a tensor of rank 1; false, having done nothing, unless these are known
  /// to be zero so far. Parameters are slices of the input that do not overlap: no addition is needed.
  bool addToClearSlice(mlir::Value tensor, int64_t offset, mlir::Value contribution);
  /// Contributes `seed * unit`, for a tensor (or scalar) `unit`.
  void addScaled(mlir::Value value, mlir::Value unit, mlir::Value seed);
  /// From now on only the plate's row of the adjoint of `tensor` is meant: a scalar, see `takeRow`.
  void collectRow(mlir::Value tensor) { rows[tensor] = {}; }
  mlir::Value takeRowOrZero(mlir::Value tensor);

  //===--- The sweep ---===//

  /// Reverses the ops, which stand in one block in this order. Adjoints of what they compute must have been
  /// added.
  mlir::LogicalResult run(llvm::ArrayRef<mlir::Operation *> ops);

  //===--- Building ---===//

  mlir::Value zeroLike(mlir::Value tensor);
  mlir::Value sum(mlir::Value a, mlir::Value c);
  mlir::Value negate(mlir::Value a);
  /// `seed * partial` and `seed / partial`; a seed that was selected stays so, for 0 * inf is not 0.
  mlir::Value scale(mlir::Value seed, mlir::Value partial);
  mlir::Value divide(mlir::Value seed, mlir::Value by);
  mlir::Value selectOrZero(mlir::Value condition, mlir::Value value);
  /// What so many iterations contribute to a number from outside of them: selected, so that it is nothing
  /// where there are none, though the number have an infinite derivative (it may stand there only because it
  /// was taken out of the iterations).
  mlir::Value ifIterated(mlir::ValueRange extents, mlir::Value value, mlir::Value contribution);
  /// Whether a selected adjoint of `value` is of use: outside of rows, if factors will meet it.
  bool isWorthSelecting(mlir::Value value) const;

private:
  struct Adjoint {
    mlir::Value value;
    std::map<int64_t, mlir::Value>
        elements;          // contributions to elements at constant places, not in `value` yet
    bool isSparse = false; // `value` has rank 1 and is zero but for the ranges written
    llvm::SmallVector<std::pair<int64_t, int64_t>> written;

    bool isClear(int64_t begin, int64_t end) const;
  };
  llvm::DenseMap<mlir::Value, Adjoint> adjoints;
  llvm::DenseMap<mlir::Value, mlir::Value> rows;
  /// For extents, whether there is any iteration: one value each, so that sums see what is selected alike.
  llvm::SmallVector<std::pair<llvm::SmallVector<mlir::Value, 2>, mlir::Value>> iterated;

  bool isAccumulated(mlir::Value tensor) const;
  bool isIterated(mlir::Value condition) const {
    return llvm::any_of(iterated, [&](auto &entry) { return entry.second == condition; });
  }
  void flush(mlir::Value tensor, Adjoint &adjoint);
  mlir::Value update(mlir::Value tensor, mlir::Value adjoint, mlir::ValueRange indices,
                     mlir::Value contribution);
  mlir::LogicalResult reverse(mlir::Operation *op);
};

//===----------------------------------------------------------------------===//
// The rules, one file for each kind of op. The adjoints of results are in the sweep.
//===----------------------------------------------------------------------===//

mlir::LogicalResult reverseScalarOp(Sweep &sweep, mlir::Operation *op);
mlir::LogicalResult reverseTensorOp(Sweep &sweep, mlir::Operation *op);
mlir::LogicalResult reverseKernel(Sweep &sweep, tg::KernelOp op);
mlir::LogicalResult reverseIf(Sweep &sweep, mlir::scf::IfOp op);
/// `capacity`: the number of iterations for which a tape shall have room, if that is not as many as there
/// are. The loop is replaced by one that writes the tape.
mlir::LogicalResult reverseLoop(Sweep &sweep, mlir::scf::ForOp &loop, mlir::Value capacity = {});
mlir::LogicalResult reverseWhile(Sweep &sweep, mlir::scf::WhileOp op);
mlir::LogicalResult reversePlate(Sweep &sweep, tg::PlateOp op);

/// Makes plates that yield active sums compute the adjoints of what they capture as well, where that is
/// possible. Replaces them in `ops`.
mlir::LogicalResult fusePlates(Sweep &sweep, llvm::MutableArrayRef<mlir::Operation *> ops);

/// Brings every active `scf.while` into a form that has a reverse, and computes the activity of what results.
mlir::LogicalResult convertWhiles(Context &context, mlir::Value input);
/// Takes the marks of that form away.
void forgetCounts(mlir::func::FuncOp function);

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

/// The sizes of a tensor: those it was made with where they are near, `tensor.dim` elsewhere.
llvm::SmallVector<mlir::OpFoldResult> sizesOf(mlir::OpBuilder &builder, mlir::Location loc,
                                              mlir::Value tensor);

/// Erases what the block's terminator and its checks do not need. Loop state, plate results and branch
/// results that nobody needs are cut off from what they were computed from; canonicalisation removes them.
void prune(Context &context, mlir::Block &block);

/// The tensor iter_arg `k` of `loop` only ever gets elements written that no iteration has read before: what
/// any read in the loop saw is what stands in the loop's result. Of the reads in its body itself only those
/// count that are `needed`, if that is known. Says why not otherwise.
bool readsSeeFinalState(mlir::scf::ForOp loop, unsigned k,
                        const std::optional<llvm::DenseSet<mlir::Operation *>> &needed, llvm::StringRef &why);
/// `tensor` and all values in the regions below that are it with elements overwritten. Says why these are not
/// all that becomes of it if one is used in another way than reading, writing and passing on.
llvm::SetVector<mlir::Value> versionsOf(mlir::Value tensor, llvm::StringRef &why);

/// Gives the loop's reverse what it needs of the state at the start of each iteration, and what is cheaper to
/// store than to compute again: from a tape that the loop writes, or from the loop's final state.
/// `placeholders` stand for the iter_args, `last` is the number of the last iteration, or null where the
/// reverse runs them in their own order, and tapes are `capacity` long. Returns what the loop is replaced by.
mlir::scf::ForOp provideState(Sweep &sweep, mlir::scf::ForOp loop, mlir::scf::ForOp reverse,
                              llvm::ArrayRef<mlir::Value> placeholders, mlir::Value last,
                              mlir::Value capacity);

} // namespace astragal::differentiate

#endif // ASTRAGAL_COMPILER_DIFFERENTIATE_SWEEP_H
