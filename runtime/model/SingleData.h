//===- SingleData.h - data that is kept in single precision -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what is asked of data before code rounds it: whether it fits, and what it loses.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_SINGLEDATA_H
#define ASTRAGAL_RUNTIME_MODEL_SINGLEDATA_H

#include "runtime/abi.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace astragal::model {

/// The place of the first number that single precision does not hold: a finite one that would become
/// infinite, or one so small that it would be zero or have fewer digits. Infinities and NaN stay what they
/// are.
std::optional<int64_t> findUnfit(const double *values, int64_t count);

/// "variable 'X': single precision rounds X[, 2] by up to 0.03, and its standard deviation is 1.2: subtract
/// its mean first", of the numbers that rows read one after the other and that lose most, if these lose much
/// of what tells them apart; nothing otherwise. `values` lie in storage order.
std::string describeLoss(const astragal_variable &variable, const std::vector<int64_t> &dims,
                         const double *values);

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_SINGLEDATA_H
