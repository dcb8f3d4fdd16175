//===- SingleData.cpp - data that is kept in single precision -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/SingleData.h"

#include "runtime/io/Layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

using namespace astragal;
using namespace astragal::model;

std::optional<int64_t> astragal::model::findUnfit(const double *values, int64_t count) {
  for (int64_t k = 0; k < count; ++k) {
    float rounded = std::fabs(static_cast<float>(values[k]));
    bool overflows = std::isinf(rounded) && !std::isinf(values[k]);
    bool underflows = rounded < std::numeric_limits<float>::min() && values[k] != 0;
    if (overflows || underflows)
      return k;
  }
  return std::nullopt;
}

namespace {
/// What rounding does to numbers that a stride lies between.
struct Loss {
  double largest = 0, deviation = 0;
  double ratio = 0; ///< of the errors' root mean square to the standard deviation

  Loss(const double *values, int64_t count, int64_t stride) {
    double finite = 0, mean = 0, squares = 0, errors = 0;
    for (int64_t k = 0; k < count; ++k) {
      double x = values[k * stride];
      if (!std::isfinite(x))
        continue;
      double error = std::fabs(x - static_cast<float>(x)), before = x - mean;
      mean += before / ++finite;
      squares += before * (x - mean);
      errors += error * error;
      largest = std::max(largest, error);
    }
    deviation = finite > 1 ? std::sqrt(squares / (finite - 1)) : 0;
    // Equal numbers stay equal.
    ratio = deviation > 0 ? std::sqrt(errors / finite) / deviation : 0;
  }
};
} // namespace

/// "X[, 2]", "X[3, ]" or "x": the numbers along one dimension from an element on.
static std::string formatSlice(const std::string &name, std::vector<int64_t> indices, size_t along) {
  if (indices.size() == 1)
    return "it";
  std::string text = name;
  for (size_t k = 0; k < indices.size(); ++k)
    text += (k ? ", " : "[") + (k == along ? "" : std::to_string(indices[k] + 1));
  return text + "]";
}

std::string astragal::model::describeLoss(const astragal_variable &variable, const std::vector<int64_t> &dims,
                                          const double *values) {
  // What is centred loses 2e-8; more than this is over a digit, and results may agree to fewer than six.
  constexpr double much = 1e-6;
  bool isMatrix = variable.rank - variable.array_rank == 2;
  std::vector<int64_t> sizes = dims;
  if (isMatrix)
    std::swap(sizes[sizes.size() - 2], sizes[sizes.size() - 1]);
  int64_t count = io::numElements(sizes), stride = count;
  if (count == 0)
    return "";
  double worst = much;
  std::string text;
  for (size_t k = 0; k < sizes.size() && k < 8; ++k) {
    stride /= sizes[k];
    if (!(variable.single_rows >> k & 1))
      continue;
    for (int64_t outer = 0; outer < count; outer += stride * sizes[k])
      for (int64_t first = outer; first < outer + stride; ++first) {
        Loss loss(values + first, sizes[k], stride);
        if (!(loss.ratio > worst))
          continue;
        worst = loss.ratio;
        size_t along = isMatrix && k + 2 >= sizes.size() ? 2 * sizes.size() - 3 - k : k;
        char numbers[96];
        std::snprintf(numbers, sizeof numbers,
                      " by up to %.2g, and the standard deviation is %.2g: ", loss.largest, loss.deviation);
        text = std::string("variable '") + variable.name + "': single precision rounds " +
               formatSlice(variable.name, io::indicesOfStorage(dims, variable.array_rank, first), along) +
               numbers + "subtract its mean first";
      }
  }
  return text;
}
