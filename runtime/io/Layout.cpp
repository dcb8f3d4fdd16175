//===- Layout.cpp - orders of elements ------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Layout.h"

#include <utility>

namespace astragal::io {

/// Steps an index, the first fastest.
static void advance(std::vector<int64_t> &index, const std::vector<int64_t> &dims) {
  for (size_t i = 0; i < dims.size(); ++i) {
    if (++index[i] < dims[i])
      return;
    index[i] = 0;
  }
}

std::vector<int64_t> storageOfColumns(const std::vector<int64_t> &dims, int arrayRank) {
  size_t rank = dims.size();
  std::vector<int64_t> stride(rank), index(rank, 0), places;
  int64_t step = 1;
  for (size_t i = rank; i-- > 0; step *= dims[i])
    stride[i] = step;
  if (int(rank) - arrayRank == 2) {
    stride[rank - 2] = 1;
    stride[rank - 1] = dims[rank - 2];
  }
  int64_t count = numElements(dims);
  places.reserve(count);
  for (int64_t n = 0; n < count; ++n, advance(index, dims)) {
    int64_t place = 0;
    for (size_t i = 0; i < rank; ++i)
      place += index[i] * stride[i];
    places.push_back(place);
  }
  return places;
}

std::vector<int64_t> indicesOfStorage(const std::vector<int64_t> &dims, int arrayRank, int64_t place) {
  std::vector<int64_t> index(dims.size());
  std::vector<size_t> fastestFirst;
  for (size_t k = dims.size(); k-- > 0;)
    fastestFirst.push_back(k);
  if (int(dims.size()) - arrayRank == 2)
    std::swap(fastestFirst[0], fastestFirst[1]);
  for (size_t k : fastestFirst) {
    index[k] = place % dims[k];
    place /= dims[k];
  }
  return index;
}

std::vector<std::string> elementNames(const std::string &name, const std::vector<int64_t> &dims) {
  std::vector<std::string> names;
  std::vector<int64_t> index(dims.size(), 0);
  int64_t count = numElements(dims);
  names.reserve(count);
  for (int64_t n = 0; n < count; ++n, advance(index, dims)) {
    std::string element = name;
    for (int64_t i : index)
      element += "." + std::to_string(i + 1);
    names.push_back(std::move(element));
  }
  return names;
}

} // namespace astragal::io
