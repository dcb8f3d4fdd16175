//===- LayoutTest.cpp - orders of elements ----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Layout.h"

#include <gtest/gtest.h>

using namespace astragal::io;

using Dims = std::vector<int64_t>;

/// The place of an element in storage, from the words of abi.h.
static int64_t place(const Dims &dims, int arrayRank, const Dims &index) {
  int64_t result = 0;
  for (int i = 0; i < arrayRank; ++i)
    result = result * dims[i] + index[i];
  if (dims.size() - arrayRank == 2) {
    int64_t rows = dims[arrayRank], columns = dims[arrayRank + 1];
    return result * rows * columns + index[arrayRank + 1] * rows + index[arrayRank];
  }
  if (dims.size() - arrayRank == 1)
    result = result * dims[arrayRank] + index[arrayRank];
  return result;
}

TEST(Layout, NamesRunWithTheFirstIndexFastest) {
  EXPECT_EQ(elementNames("x", {}), std::vector<std::string>{"x"});
  EXPECT_EQ(elementNames("x", {2, 3}),
            (std::vector<std::string>{"x.1.1", "x.2.1", "x.1.2", "x.2.2", "x.1.3", "x.2.3"}));
  EXPECT_TRUE(elementNames("x", {2, 0, 3}).empty());
}

TEST(Layout, ColumnsFindTheirPlaceInStorage) {
  for (int arrayRank = 0; arrayRank <= 3; ++arrayRank)
    for (int rank = arrayRank; rank <= arrayRank + 2; ++rank) {
      const int64_t sizes[] = {2, 3, 4, 2, 3};
      Dims dims(sizes, sizes + rank);
      std::vector<int64_t> places = storageOfColumns(dims, arrayRank);
      Dims index(rank, 0);
      for (int64_t column = 0; column < numElements(dims); ++column) {
        EXPECT_EQ(places[column], place(dims, arrayRank, index));
        for (int i = 0; i < rank && ++index[i] == dims[i]; ++i)
          index[i] = 0;
      }
    }
}

TEST(Layout, RowMajorFilesGoToStorage) {
  Dims dims = {2, 2, 3}; // an array of two matrices
  double rowMajor[12], storage[12];
  for (int i = 0; i < 12; ++i)
    rowMajor[i] = i;
  rowMajorToStorage(rowMajor, storage, dims, 1);
  for (int64_t a = 0; a < 2; ++a)
    for (int64_t r = 0; r < 2; ++r)
      for (int64_t c = 0; c < 3; ++c)
        EXPECT_EQ(storage[place(dims, 1, {a, r, c})], rowMajor[(a * 2 + r) * 3 + c]);
  int32_t integers[12];
  rowMajorToStorage(rowMajor, integers, dims, 3); // an array of three dimensions: nothing moves
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(integers[i], i);
}
