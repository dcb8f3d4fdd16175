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

#include "compiler/optimize/Compensated.h"
#include "compiler/optimize/GaussianRows.h"

#include "llvm/ADT/SetVector.h"

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
  /// New rows of cells, side by side: their elements, their keys, and for how many rows more each stands.
  struct PackedRows {
    Value elements, more, count;
    Values keys;
  };
  /// A group in the body of the plate over groups, or over the rows of cells.
  struct Group {
    mlir::IRMapping keys;
    Value hasRows; // null where all have
  };
  using Element = llvm::function_ref<Value(mlir::OpBuilder &, Value)>;

  Value index(mlir::OpBuilder &at, int64_t value);
  Value real(mlir::OpBuilder &at, double value);
  Value toReal(mlir::OpBuilder &at, Value count);
  Value plus(mlir::OpBuilder &at, Value left, Value right); // either may be null
  Value times(mlir::OpBuilder &at, Value left, Value right);
  Value extract(mlir::OpBuilder &at, Value tensor, mlir::ValueRange indices);
  Value makeEmpty(mlir::ValueRange sizes);
  Value rawDensity(mlir::OpBuilder &at, Value mean, Value point, Value sigma);
  Value density(mlir::OpBuilder &at, Value mean, Value point, Value sigma);
  Value ifFewer(Value then, Value otherwise);
  Value addUp(Value extent, llvm::function_ref<Value(mlir::OpBuilder &, Value)> summand);

  void mapRow(mlir::OpBuilder &at, Value row, mlir::IRMapping &mapping);
  void mapRun(mlir::OpBuilder &at, const RegressionColumn &column, Value k, mlir::IRMapping &mapping);
  Value element(mlir::OpBuilder &at, const RegressionColumn &column, mlir::IRMapping &mapping);
  Value logarithm(mlir::OpBuilder &at, Value value);
  Value observation(mlir::OpBuilder &at, mlir::IRMapping &mapping);
  Value scaleData(mlir::OpBuilder &at, mlir::IRMapping &mapping); // null: one, like the next
  Value weight(mlir::OpBuilder &at, mlir::IRMapping &mapping);
  Value groupOf(mlir::OpBuilder &at, Value row, mlir::IRMapping &mapping);
  Value parameter(mlir::OpBuilder &at, const RegressionColumn &column, mlir::IRMapping &mapping);

  void computeMeans();
  Block makeBlock(Value first, Value size);
  void reduce();
  void add(const Block &block, Value size, Value count, Value &groupFactors, Value &factor);
  void pack();
  void countGroups();
  Value ofData();
  void checkObservations();

  void keepData();
  Value rowDensities();
  Value densities();
  Value parameterOf(mlir::OpBuilder &at, const RegressionColumn &column, mlir::IRMapping &mapping,
                    const Group &group);
  void addGroup(mlir::OpBuilder &at, Group &group, Values &values);
  Value meanOf(mlir::OpBuilder &at, Element element, llvm::ArrayRef<Value> values, const Group &group,
               size_t first, Value from = {});
  Value groupDensities();
  Value cellDensities();
  Value pooledDensities();
  Value correction();

  GaussianRows &given;
  mlir::OpBuilder b;
  mlir::Location loc;
  Value width, keyed, pooled; // of the factor, and of its parts for each group and for all
  Values starts;              // first place of each column, then of the observation, then the end
  Values means;               // of the columns: scalars, vectors of runs, null; then of the observation
  Value ofRows;               // what rows add by data alone
  Value rowCount;             // a double, each row counted by its weight
  Value groupCount, groupRows, groupWeights; // how many groups may have rows, and the rows of each
  Value groupFactors, factor;
  PackedRows packed;
  Value areFewer; // whether new rows are clearly fewer than those of data; null: sure
  llvm::SmallSetVector<Value, 4> expensive; // data in the body of rows, and the same kept side by side
  Values kept;
  Values parameters; // what is the same for all groups; null for runs
  Compensated shift; // added to the intercept
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANSTATISTICS_H
