//===- Interpretation.h - building an entry function ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what the interpretations share: a function under construction, the way from the model's
// values to its own, and the parameters' transforms.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_INTERPRET_INTERPRETATION_H
#define ASTRAGAL_COMPILER_INTERPRET_INTERPRETATION_H

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::interpret {

/// An entry function under construction.
class EntryBuilder {
public:
  EntryBuilder(prob::ModelOp model, llvm::StringRef name);

  prob::ModelOp model;
  mlir::func::FuncOp function;
  mlir::OpBuilder b;
  mlir::IRMapping map;
  mlir::Value input;    // tensor, once asked for
  mlir::Value position; // index of the next element of the input that a parameter takes
  llvm::SmallVector<tg::PrintBlock, 2> printed; // the blocks whose print statements the entry runs

  /// True if the op holds a print statement that the entry runs.
  bool prints(mlir::Operation &op);

  /// True if the op, one of the model's block, depends on no parameter and not on the target.
  bool isDataOnly(mlir::Operation &op);

  mlir::Value addArgument(mlir::Type type, prob::Role role, int64_t index = 0);
  /// The function's argument for a data variable.
  void bindData(prob::DataOp op);
  /// The input: a tensor of as many elements as `sizes` sum to.
  void addInput(mlir::ValueRange sizes);
  /// The copy of a value that depends on data alone: clones what it needs.
  mlir::Value materialize(mlir::Value value);
  llvm::SmallVector<mlir::Value> materializeAll(mlir::ValueRange values);
  /// Ends the function; print statements that it does not run are taken out.
  void finish(llvm::ArrayRef<mlir::Value> results, llvm::ArrayRef<prob::BindingAttr> bindings);

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value multiply(mlir::Value x, mlir::Value y);
  mlir::Value product(mlir::ValueRange dims);
  prob::BindingAttr binding(prob::Role role, int64_t k = 0);
  mlir::MLIRContext *getContext() { return b.getContext(); }

private:
  llvm::DenseMap<mlir::Operation *, int64_t> dataIndex;
  llvm::DenseSet<mlir::Operation *> dataOnly; // once asked for
};

//===--- Entries.cpp --------------------------------------------------------===//

void buildDataSizes(prob::ModelOp model);
void buildSizes(prob::ModelOp model);
void buildPrepare(prob::ModelOp model, llvm::StringRef name);
mlir::LogicalResult buildOutputs(prob::ModelOp model, llvm::StringRef name, bool generates);
mlir::LogicalResult buildUnconstrain(prob::ModelOp model);

//===--- Sites.cpp ----------------------------------------------------------===//

struct LogDensityOptions {
  bool jacobian, propto, gradient;
};
mlir::LogicalResult buildLogDensity(prob::ModelOp model, llvm::StringRef name, LogDensityOptions options);

//===--- Parameters.cpp -----------------------------------------------------===//

/// The number of unconstrained elements of a parameter.
mlir::Value unconstrainedSize(EntryBuilder &e, prob::ParamOp param, mlir::ValueRange dims);

/// Takes the parameter's elements from the input at `position`, moves on, and maps the parameter to its
/// constrained value. Returns the log Jacobian; null if it is zero.
mlir::FailureOr<mlir::Value> constrain(EntryBuilder &e, prob::ParamOp param);

/// The inverse: reads the constrained value from the input and returns the unconstrained elements as a tensor
/// of rank 1 (a scalar where the parameter is one).
mlir::FailureOr<mlir::Value> unconstrain(EntryBuilder &e, prob::ParamOp param);

/// The elements of the input from `position` on in this shape.
mlir::Value readInput(EntryBuilder &e, mlir::Location loc, mlir::ValueRange dims);

/// True if the op adds to the target, or asks for it.
bool hasSites(mlir::Operation &op);

} // namespace astragal::interpret

#endif // ASTRAGAL_COMPILER_INTERPRET_INTERPRETATION_H
