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

/// The density of one row, and the rows around it.
class GaussianRows {
public:
  GaussianRows(prob::LogDensityOp op, const DataOnly &data);
  ~GaussianRows();

  /// Whether the rows can be replaced by fewer. If not, `why` says what stands against it, unless that is the
  /// usual.
  bool analyze(std::string &why);

  std::string describe() const;

  /// The sum of the densities, made before the rows. They stay as they are.
  mlir::Value emit(bool fma);

private:
  friend class GaussianStatistics;

  enum class Scale {
    Uniform, ///< A parameter or data, the same for all rows.
    Data,    ///< Data of the row.
    Keyed    ///< A parameter of the group.
  };

  bool findRows();
  void pullProducers();
  bool findColumns(std::string &why);
  bool findGroups(std::string &why);
  bool isWorthIt(std::string &why) const;

  prob::LogDensityOp original;
  const DataOnly &data;
  mlir::Operation *rows = nullptr; // a copy, which may be changed
  prob::LogDensityOp op;           // in the copy
  mlir::Value index, lower, extent;
  std::optional<RowDependence> dependence;

  llvm::SmallVector<RegressionColumn> columns; // of groups, then the others: intercepts first, runs last
  llvm::SmallVector<Term> offsets;             // of the mean, by data alone
  Scale scale = Scale::Uniform;
  std::optional<RowGroups> groups;
  size_t grouped = 0; // how many columns are eliminated group by group
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_GAUSSIANROWS_H
