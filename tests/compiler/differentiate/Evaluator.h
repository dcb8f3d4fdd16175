//===- Evaluator.h - runs functions of the tensor phase ---------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares an interpreter of functions made of arith, math, tensor, scf and tg ops: every op by its
// definition, nothing for speed. What the compiler makes of a function can be checked against it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_EVALUATOR_H
#define ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_EVALUATOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <memory>
#include <vector>

namespace astragal {

/// A number: f64, or any integer.
struct Cell {
  double f = 0;
  int64_t i = 0;
};

/// A scalar (no shape) or a tensor.
struct Datum {
  std::vector<int64_t> shape;
  std::vector<Cell> cells;

  static Datum of(double value) { return {{}, {{value, 0}}}; }
  static Datum of(int64_t value) { return {{}, {{0, value}}}; }
  static Datum of(const std::vector<double> &values);
  double f() const { return cells[0].f; }
  int64_t i() const { return cells[0].i; }
};

class Evaluator {
public:
  /// Runs the function; stops the test with a message at an op that it does not know.
  std::vector<Datum> run(mlir::func::FuncOp function, const std::vector<Datum> &arguments);

  /// How many ops were executed in all runs.
  size_t steps = 0;

private:
  using Values = std::vector<Datum>;
  Values runBlock(mlir::Block &block, const Values &arguments);
  void runOp(mlir::Operation &op);
  Datum runScalar(mlir::Operation &op);
  Values runFor(mlir::Operation &op);
  Values runWhile(mlir::Operation &op);
  Values runPlate(mlir::Operation &op);
  const Datum &get(mlir::Value value);
  Values getAll(mlir::ValueRange values);

  llvm::DenseMap<mlir::Value, Datum> values;
};

} // namespace astragal

#endif // ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_EVALUATOR_H
