//===- Summands.h - a row as a sum of products ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the value of a row is taken apart into products of data and parameters.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SUMMANDS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SUMMANDS_H

#include "compiler/optimize/AffineForm.h"
#include "compiler/optimize/RowDependence.h"

namespace astragal::optimize {

/// A condition that must hold, or must not.
using Guard = std::pair<mlir::Value, bool>;
using Guards = llvm::SmallVector<Guard, 2>;

/// A product of data and parameters, which counts where conditions on each of them hold.
struct Summand {
  bool isNegative = false;
  llvm::SmallVector<Factor, 2> data, parameters;
  Guards dataGuards, parameterGuards;
  bool isKeyed = false;

  bool sharesData(const Summand &other) const;
};

/// Takes the value of a row apart.
class Summands {
public:
  explicit Summands(RowDependence &dependence) : dependence(dependence) {}

  /// Adds the summands of `value` times `so`. Fails if there are others than products, or many.
  llvm::LogicalResult add(mlir::Value value, Summand so);

  static constexpr size_t most = 24;
  llvm::SmallVector<Summand> all;

private:
  static void multiply(Summand &so, Factor factor, const Dependence &kind);
  llvm::LogicalResult choose(mlir::Value condition, mlir::Value yes, mlir::Value no, const Summand &so);
  /// Cases that exclude each other, each of conditions on data or on parameters.
  llvm::LogicalResult casesOf(mlir::Value condition, bool holds, llvm::SmallVectorImpl<Guards> &cases);

  RowDependence &dependence;
  unsigned nesting = 0;
};

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SUMMANDS_H
