//===- SplitFunctions.h - functions of data and parameters, taken apart -*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how a row is made a sum of products of data and parameters where functions stand around
// both.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SPLITFUNCTIONS_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SPLITFUNCTIONS_H

#include "compiler/optimize/RowDependence.h"

#include "dialects/tg/TG.h"

namespace astragal::optimize {

/// In the body of a plate of one dimension: f(c ? x : y) is c ? f(x) : f(y), where c is data; log(d u) is
/// log(d) + log(u) where neither is negative, and is zero where one is; exp(d + u) is exp(d - m) exp(u + m),
/// where m is the largest d. Returns whether no digits are lost by the last, which data decides; null if they
/// never are.
mlir::Value splitFunctions(tg::PlateOp plate, const DataOnly &data);

/// A check that what data d and parameters make together lies in an interval, where d is added or multiplied:
/// all rows pass if those with the smallest and the largest d do.
struct IntervalCheck {
  mlir::Operation *check;
  mlir::Value data;      ///< d
  Dependence parameters; ///< Uniform or keyed.
};
std::optional<IntervalCheck> findInterval(mlir::Operation *check, RowDependence &dependence);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SPLITFUNCTIONS_H
