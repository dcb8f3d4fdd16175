//===- Bufferizer.h - tensors of one function become memory -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the state of `bufferize-tensors` for one function. Its members are in six files: Tensors
// (the walk and the signature), Storage (who lies where), Access (indices, loads, copies), Slices and Vectors
// (operations on more than an element), ControlFlow (loops and branches).
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_BUFFERIZER_H
#define ASTRAGAL_COMPILER_LOWER_BUFFERIZER_H

#include "compiler/lower/Liveness.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/SymbolTable.h"
#include <deque>

namespace astragal::lower {

using Sizes = llvm::SmallVector<mlir::OpFoldResult, 2>;

/// A flat buffer.
struct Storage {
  mlir::Value memref;
  bool writable;
  /// The tensor whose elements are here now; the older ones are dead.
  mlir::Value occupant;
};

/// Where a tensor is. Without a storage it has no memory: all its elements are `fill`, or undefined if that
/// is null.
struct View {
  Storage *storage = nullptr;
  mlir::OpFoldResult offset; // in elements; what follows is contiguous
  mlir::OpFoldResult fill;
  Sizes sizes;
  mlir::Type elementType;
};

class Bufferizer {
public:
  Bufferizer(mlir::func::FuncOp function, mlir::SymbolTable &symbols);
  mlir::LogicalResult run();

private:
  using Move = std::pair<View, View>; // from, to

  // Tensors: the walk.
  mlir::LogicalResult convertArguments();
  mlir::LogicalResult convertResults();
  mlir::LogicalResult writeResults();
  mlir::Value findUpdated(prob::BindingAttr result);
  /// Converts what stands before the terminator. What it replaced is added to `gone`; terminators still use
  /// it.
  mlir::LogicalResult convertBlock(mlir::Block &block, llvm::SmallVectorImpl<mlir::Operation *> &gone);
  static void erase(llvm::ArrayRef<mlir::Operation *> gone);
  mlir::LogicalResult convert(mlir::Operation *op);

  // Storage: who lies where.
  View &viewOf(mlir::Value tensor);
  void setView(mlir::Value tensor, View view);
  void setAlias(mlir::Value tensor, mlir::Value of, View view);
  void occupy(Storage *storage, mlir::Value tensor);
  /// Forgets what happened to storages since `log` had this length: at the end of a branch or of a loop's
  /// body.
  void rollBack(size_t length);
  bool groupDead(mlir::Value tensor, mlir::Operation *op, bool afterRegions = false) const;
  unsigned countOperandsIn(Storage *storage, mlir::Operation *op) const;
  bool isFree(Storage *storage, mlir::Operation *op) const;
  /// Every version of `tensor` that `block` makes would best lie in `storage`, because it ends there.
  void hint(mlir::Value tensor, mlir::Block *block, Storage *storage);
  mlir::Value previousVersion(mlir::Value tensor);
  mlir::Value sourceOutside(mlir::Value tensor, mlir::Block *block);
  /// A place for `tensor`, a result of `op`: the hinted one, or a new one.
  View makePlace(mlir::Operation *op, mlir::Value tensor, const Sizes &sizes);
  mlir::Value countForAllocation(mlir::Location loc, mlir::ValueRange sizes, int64_t known);
  View makeTemporary(mlir::Operation *op, mlir::Type elementType, const Sizes &sizes);
  Storage *addStorage(mlir::Value memref, bool writable);
  /// A place for `result` that holds the elements of `dest`, and that may be written.
  View makeWritable(mlir::Operation *op, mlir::Value dest, mlir::Value result);
  mlir::Value sizeAtEntry(mlir::Value size);
  mlir::Value computeAtEntry(mlir::Value value);
  mlir::Value boundAtEntry(mlir::Value value, bool upper);

  // Access: reads and updates.
  mlir::Value index(int64_t value);
  mlir::Value toIndex(mlir::OpFoldResult value);
  mlir::OpFoldResult add(mlir::Location loc, mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult mul(mlir::Location loc, mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult countElements(mlir::Location loc, const Sizes &sizes);
  Sizes getStrides(mlir::Location loc, const Sizes &sizes);
  mlir::OpFoldResult linearize(mlir::Location loc, const View &view,
                               llvm::ArrayRef<mlir::OpFoldResult> indices);
  mlir::OpFoldResult linearize(mlir::Location loc, const View &view, mlir::ValueRange indices);
  mlir::Value makeFill(mlir::Location loc, const View &view);
  mlir::Value load(mlir::Location loc, const View &view, mlir::OpFoldResult position);
  void store(mlir::Location loc, mlir::Value value, const View &view, mlir::OpFoldResult position);
  mlir::Value getMemory(mlir::Location loc, const View &view);
  void copy(mlir::Location loc, const View &from, const View &to);
  void fill(mlir::Location loc, mlir::Value value, const View &to);
  /// All `from` are read before any `to` is written.
  void moveAll(mlir::Operation *op, llvm::ArrayRef<Move> moves);
  void copyStrided(mlir::Location loc, const Sizes &sizes, View from, const Sizes &fromStrides, View to,
                   const Sizes &toStrides);
  void prefetch(mlir::Location loc, mlir::VectorType type, mlir::Value memref, mlir::Value at, int64_t ahead);
  mlir::Value maskOf(mlir::Location loc, mlir::VectorType type, mlir::Value mask, bool inBounds,
                     mlir::Value index, mlir::OpFoldResult size);
  mlir::LogicalResult convertConstant(mlir::arith::ConstantOp op);
  mlir::LogicalResult convertFromElements(mlir::tensor::FromElementsOp op);
  mlir::LogicalResult convertExtractSlice(mlir::tensor::ExtractSliceOp op);
  mlir::LogicalResult convertInsertSlice(mlir::tensor::InsertSliceOp op);
  mlir::LogicalResult convertKernel(tg::KernelOp op);
  mlir::LogicalResult convertChunks(tg::ChunksOp op);
  mlir::Value inputMemory(mlir::Operation *op, mlir::Value input);
  View outPlace(mlir::Operation *op, mlir::Value out, mlir::Value result,
                llvm::SmallVectorImpl<Storage *> &taken);
  mlir::LogicalResult convertReshape(mlir::Operation *op);
  mlir::LogicalResult convertRead(mlir::vector::TransferReadOp op);
  mlir::LogicalResult convertWrite(mlir::vector::TransferWriteOp op);
  mlir::LogicalResult convertGather(mlir::vector::GatherOp op);
  mlir::LogicalResult convertScatter(mlir::vector::ScatterOp op);
  mlir::LogicalResult convertSelect(mlir::arith::SelectOp op);
  mlir::LogicalResult convertPrint(tg::PrintOp op);

  // ControlFlow: loops and branches.
  mlir::LogicalResult convertFor(mlir::scf::ForOp op);
  mlir::LogicalResult convertIf(mlir::scf::IfOp op);
  mlir::LogicalResult convertWhile(mlir::scf::WhileOp op);
  /// Where the loop `op` keeps the state that starts as `init`; fills it.
  View enterLoop(mlir::Operation *op, mlir::Value init, mlir::Value result,
                 llvm::SmallVectorImpl<Storage *> &taken);
  /// Converts `block`, whose terminator has the operands `yielded` that end in `places`: one place for each
  /// tensor.
  mlir::LogicalResult convertBody(mlir::Block &block, mlir::MutableOperandRange yielded,
                                  llvm::ArrayRef<View> places);
  Sizes findSizes(mlir::Value tensor);
  llvm::FailureOr<Sizes> sizesBefore(llvm::ArrayRef<mlir::Value> tensors, mlir::Operation *op);

  mlir::func::FuncOp function;
  mlir::SymbolTable &symbols;
  Liveness liveness;
  mlir::OpBuilder b;
  mlir::Operation *prologueEnd = nullptr; // what is computed at entry goes before it
  std::deque<Storage> storages;
  llvm::DenseMap<mlir::Value, View> views;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value, 1>> aliases; // by the tensor that they alias
  llvm::DenseMap<mlir::Value, mlir::Value> aliased;
  llvm::DenseMap<mlir::Value, Storage *> hints;
  llvm::SmallVector<std::pair<Storage *, mlir::Value>> log; // storage, who was there before
  llvm::SmallVector<View> destinations;                     // of the function's tensor results
  llvm::DenseMap<int64_t, mlir::Value> indices;
  llvm::DenseMap<mlir::Attribute, mlir::memref::GlobalOp> constants;
  llvm::DenseMap<mlir::Value, mlir::Value> entryValues;
};

/// Elements as they lie in memory: booleans are bytes.
mlir::Type getStoredType(mlir::Type element);

} // namespace astragal::lower

#endif // ASTRAGAL_COMPILER_LOWER_BUFFERIZER_H
