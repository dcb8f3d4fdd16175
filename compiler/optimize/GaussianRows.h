//===- GaussianRows.h - rows of a Gaussian regression -----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the regression that a normal density in a plate or a loop is: its columns, its groups,
// and what takes its place.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANROWS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANROWS_H

#include "compiler/optimize/AffineForm.h"
#include "compiler/optimize/RowCells.h"
#include "compiler/optimize/RowGroups.h"

#include "dialects/prob/Prob.h"

namespace astragal::optimize {

/// Data that is multiplied by a sum of products of parameters; with a run, as many such columns as it has
/// iterations.
struct RegressionColumn {
  llvm::SmallVector<Factor, 2> data; ///< Empty: the column of ones.
  llvm::SmallVector<Term> terms;     ///< Of which the parameters count.
  mlir::Operation *run = nullptr;
  bool isKeyed = false;

  bool isIntercept() const { return data.empty() && !run; }
};

/// Whether `op` is a normal density of numbers, if only of their logarithms: statistics may take the place of
/// many.
bool isGaussian(prob::LogDensityOp op);

/// The density of one row, and the rows around it.
class GaussianRows {
public:
  /// `op`, multiplied by `weights`.
  GaussianRows(prob::LogDensityOp op, mlir::ValueRange weights, DataOnly &data);
  ~GaussianRows();

  /// Whether the rows can be replaced by fewer. If not, `why` says what stands against it, unless that is the
  /// usual.
  bool analyze(std::string &why);

  std::string describe() const;

  /// The sum of the densities, made before the rows. They stay as they are.
  mlir::Value emit(bool fma);

private:
  friend class GaussianStatistics;

  /// A loop or a plate around the density: the index that it has in the copy, and how many values that takes.
  struct Level {
    mlir::Value index, extent;
  };

  bool findRows(std::string &why);
  bool flattenRows(llvm::ArrayRef<mlir::Operation *> nest, std::string &why);
  void splitIndex();
  bool splitIndexBy(mlir::Value inner);
  void pullProducers();
  bool findScale(std::string &why);
  bool checkWeights(std::string &why);
  bool findColumns(std::string &why);
  bool findGroups(std::string &why);
  bool isWorthIt(std::string &why);

  bool isGrouped() const { return groups || cells; }
  /// Whether columns that are eliminated group by group are counted by a loop.
  bool hasGroupedRuns() const;
  /// The scale of a row but for what is data of the row: of its group, if it has one.
  mlir::Value scaleOf(mlir::OpBuilder &b, mlir::Location loc, mlir::IRMapping &mapping) const;

  prob::LogDensityOp original;
  llvm::SmallVector<Factor, 2> weights; // in the copy, like what follows
  DataOnly &data;
  mlir::Operation *outermost = nullptr; // rows, as they are
  mlir::Operation *rows = nullptr;      // a copy, which may be changed
  prob::LogDensityOp op;                // in the copy
  mlir::Value index, lower, extent;
  llvm::SmallVector<Level> levels; // of which the copy has one
  std::optional<RowDependence> dependence;

  llvm::SmallVector<RegressionColumn> columns; // of groups, then the others: intercepts first, runs last
  llvm::SmallVector<Term> offsets;             // of the mean, by data alone
  bool isObserved = true;                      // or a difference of data and parameters, which are columns
  llvm::SmallVector<Factor, 2> scaleData, scaleParameters; // without the first, the scale is as it stands
  bool isScaleKeyed = false;
  bool isOpen = false;             // how many columns there are is not known
  bool isLogarithmic = false;      // the logarithms of observations are normal
  std::optional<RowGroups> groups; // by one key
  std::optional<RowCells> cells;   // by several
  size_t grouped = 0; // how many columns are eliminated group by group; the last may be the observation
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANROWS_H
