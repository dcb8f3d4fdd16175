//===- SingleData.h - data that rows read in single precision ---*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how passes find what rows read of data, and decide which of it is stored in single
// precision.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_SINGLEDATA_H
#define ASTRAGAL_COMPILER_OPTIMIZE_SINGLEDATA_H

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <optional>

namespace astragal::optimize {

/// An attribute of modules: for each variable of the data, by number, the dimensions that rows which read it
/// in single precision follow, a bit each.
constexpr llvm::StringLiteral singleDataAttr = "prob.single_data";

/// Elements of `source` that a plate reads: dimension `dim` is the row plus `offset`.
struct RowRead {
  mlir::Value source;
  unsigned dim;
  int64_t offset;
};

/// How `read` finds its element, if one index is the last of the plate's and the others do not depend on it.
std::optional<RowRead> rowReadOf(mlir::tensor::ExtractOp read, tg::PlateOp plate);

/// Whether rows read a variable of the data that is not known to be small. If so, the module of the plate
/// says from now on that it is stored in single precision.
bool storeInSingle(const RowRead &read);

} // namespace astragal::optimize

#endif // ASTRAGAL_COMPILER_OPTIMIZE_SINGLEDATA_H
