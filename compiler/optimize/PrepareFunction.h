//===- PrepareFunction.h - the entry that runs once when data is bound ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how values move into the entry `prepare`.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_PREPAREFUNCTION_H
#define ASTRAGAL_COMPILER_OPTIMIZE_PREPAREFUNCTION_H

#include "dialects/prob/Prob.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

namespace astragal::optimize {

/// The argument of `function` with this binding; null if there is none.
mlir::BlockArgument argumentWith(mlir::func::FuncOp function, prob::BindingAttr binding);

/// Whether `function` is an entry whose data-only values may move to `prepare`: any but `prepare` and the two
/// of sizes.
bool mayUsePrepared(mlir::func::FuncOp function);

/// Whether `function` is an entry that computes the log density, at every step of a sampler. Others compute
/// values that are kept, once a draw.
bool addsUpDensity(mlir::func::FuncOp function);

/// Adds to `prepare`, which is made if there is none. An op that is there already is not added again,
/// whichever entry it comes from.
class PrepareFunction {
public:
  explicit PrepareFunction(mlir::ModuleOp module);

  /// Maps those of `values` that are arguments of `entry`, data or prepared, to what they are in `prepare`.
  mlir::LogicalResult mapArguments(mlir::func::FuncOp entry, mlir::ValueRange values,
                                   mlir::IRMapping &mapping);

  /// Adds a copy of `op`, whose operands `mapping` knows, and lets `mapping` know its results.
  void add(mlir::Operation *op, mlir::IRMapping &mapping);

  /// The index of a value of `prepare` among the prepared values, of which it becomes one.
  unsigned indexOf(mlir::Value value);

private:
  mlir::Value dataArgument(mlir::func::FuncOp entry, unsigned k);
  void remember(mlir::Operation *op);
  mlir::Operation *find(mlir::Operation *op);

  mlir::func::FuncOp function;
  llvm::DenseMap<size_t, llvm::SmallVector<mlir::Operation *, 1>> known; // by hash
  llvm::DenseMap<mlir::Value, unsigned> prepared;
  llvm::DenseMap<int64_t, mlir::Value> results; // by index
  int64_t next = 0;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_PREPAREFUNCTION_H
