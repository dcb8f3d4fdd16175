//===- GaussianStatistics.h - what replaces rows of a regression -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the triangular factor of [x | y] is computed from data, and the density from it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANSTATISTICS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANSTATISTICS_H

#include "compiler/optimize/GaussianRows.h"

namespace astragal::optimize {

/// Columns that vary much less than they are large lose digits, so where there is an intercept each column is
/// taken from its mean, which the intercept makes up for.
class GaussianStatistics {
public:
  GaussianStatistics(GaussianRows &rows, bool fma);
  mlir::Value emit();

private:
  using Value = mlir::Value;
  using Values = llvm::SmallVector<Value>;
  struct Block {
    Value rows, groups;
  };
  struct Compensated {
    bool fma;
    Value high = {}, low = {};
    void add(mlir::OpBuilder &b, mlir::Location loc, Value value);
    void addProduct(mlir::OpBuilder &b, mlir::Location loc, Value left, Value right);
    Value get(mlir::OpBuilder &b, mlir::Location loc) const;
  };

  Value index(int64_t value);
  Value real(double value);
  Value extractAt(mlir::OpBuilder &at, Value tensor, mlir::ValueRange indices);
  Value makeEmpty(mlir::ValueRange sizes);
  Value density(mlir::OpBuilder &at, Value mean, Value point, Value sigma);

  void mapRow(mlir::OpBuilder &at, Value row, mlir::IRMapping &mapping);
  void mapRun(mlir::OpBuilder &at, const RegressionColumn &column, Value k, mlir::IRMapping &mapping);
  Value element(mlir::OpBuilder &at, const RegressionColumn &column, mlir::IRMapping &mapping);
  Value observation(mlir::OpBuilder &at, mlir::IRMapping &mapping);
  Value parameter(mlir::OpBuilder &at, const RegressionColumn &column, mlir::IRMapping &mapping);

  void computeMeans();
  Block makeBlock(Value first, Value size);
  void reduce();
  void add(const Block &block, Value size, Value count, Value &groupFactors, Value &factor);
  Value densities();
  Value groupDensities();
  Value pooledDensities();
  Value scales();
  Value correction();

  GaussianRows &given;
  mlir::OpBuilder b;
  mlir::Location loc;
  Value width, pooled; // of the factor, and of its part for all groups
  Values starts;       // first place of each column, then of the observation
  Values means;        // of the columns: scalars, vectors of runs, null; then of the observation
  Value ofRows;        // what scales that are data add
  Value groupFactors, factor, counts;
  Values parameters; // what is the same for all groups; null for runs
  Compensated shift; // added to the intercept
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANSTATISTICS_H
