//===- Layout.h - orders of elements ----------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the passages between three orders of a variable's elements: row-major (data files),
// storage (compiled models: arrays row-major, matrices column by column) and first index fastest (CSV files).
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_LAYOUT_H
#define ASTRAGAL_RUNTIME_IO_LAYOUT_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace astragal::io {

inline int64_t numElements(const std::vector<int64_t> &dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

/// Copies row-major `from` into storage order `to`. The last two of `dims` are a matrix's if
/// dims.size() - arrayRank == 2.
template <typename To>
void rowMajorToStorage(const double *from, To *to, const std::vector<int64_t> &dims, int arrayRank) {
  int64_t count = numElements(dims);
  if (int(dims.size()) - arrayRank != 2) {
    for (int64_t i = 0; i < count; ++i)
      to[i] = To(from[i]);
    return;
  }
  int64_t rows = dims[dims.size() - 2], columns = dims[dims.size() - 1];
  for (int64_t base = 0; base < count; base += rows * columns)
    for (int64_t column = 0; column < columns; ++column)
      for (int64_t row = 0; row < rows; ++row)
        to[base + column * rows + row] = To(from[base + row * columns + column]);
}

/// For each element, the first index fastest, its place in storage order.
std::vector<int64_t> storageOfColumns(const std::vector<int64_t> &dims, int arrayRank);

/// The indices, from 0, of an element, given its place in storage order.
std::vector<int64_t> indicesOfStorage(const std::vector<int64_t> &dims, int arrayRank, int64_t place);

/// "theta.1.1", "theta.2.1" ..., the first index fastest; "theta" for a scalar.
std::vector<std::string> elementNames(const std::string &name, const std::vector<int64_t> &dims);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_LAYOUT_H
