//===- SingleDataTest.cpp - data that is kept in single precision -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/SingleData.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace astragal;
using model::describeLoss;
using model::findUnfit;

namespace {

TEST(SingleData, HoldsWhatItHolds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double fine[] = {0, -0.0, infinity, -infinity, NAN, 0.1, -3.4028234e38, 1.1754944e-38};
  EXPECT_EQ(findUnfit(fine, std::size(fine)), std::nullopt);
  for (double bad : {3.5e38, -1e300, 1e-38, -1e-46, 5e-324}) {
    double values[] = {1, bad};
    EXPECT_EQ(findUnfit(values, 2), 1) << bad;
  }
}

astragal_variable variableOf(uint8_t arrayRank, uint8_t rank, uint8_t rows) {
  return {"x", "", 0, 0, "", ASTRAGAL_DATA, ASTRAGAL_REAL, arrayRank, rank, rows};
}

TEST(SingleData, LosesTheDigitsOfAnOffset) {
  std::vector<double> values(1000);
  for (size_t n = 0; n < values.size(); ++n)
    values[n] = 1e6 + std::sin(double(n));
  EXPECT_EQ(
      describeLoss(variableOf(0, 1, 1), {1000}, values.data()),
      "variable 'x': single precision rounds it by up to 0.031, and the standard deviation is 0.71: subtract "
      "its mean first");
  // What is not there does not count, and what is exact, or the same everywhere, loses nothing.
  values[3] = NAN;
  values[4] = INFINITY;
  EXPECT_NE(describeLoss(variableOf(0, 1, 1), {1000}, values.data()), "");
  for (size_t n = 0; n < values.size(); ++n)
    values[n] = 2000 + double(n % 25);
  EXPECT_EQ(describeLoss(variableOf(0, 1, 1), {1000}, values.data()), "");
  EXPECT_EQ(describeLoss(variableOf(0, 1, 1), {1000}, std::vector<double>(1000, 1e6 + 0.1).data()), "");
}

TEST(SingleData, FollowsRows) {
  // Of 500 rows the second of three columns is far from zero, and the columns from each other.
  auto element = [](int row, int column) {
    return 1e5 * (column == 1) + 1e3 * column + std::sin(row + column);
  };
  std::vector<double> matrix(1500), vectors(1500), wide(1500);
  for (int row = 0; row < 500; ++row)
    for (int column = 0; column < 3; ++column) {
      matrix[column * 500 + row] = vectors[row * 3 + column] = element(row, column);
      wide[row * 3 + column] = element(row, column);
    }
  std::string words = " by up to 0.0039, and the standard deviation is 0.71: subtract its mean first";
  // A matrix lies column by column: its rows follow the last dimension of storage.
  EXPECT_EQ(describeLoss(variableOf(0, 2, 2), {500, 3}, matrix.data()),
            "variable 'x': single precision rounds x[, 2]" + words);
  EXPECT_EQ(describeLoss(variableOf(0, 2, 1), {3, 500}, wide.data()),
            "variable 'x': single precision rounds x[2, ]" + words);
  EXPECT_EQ(describeLoss(variableOf(1, 2, 1), {500, 3}, vectors.data()),
            "variable 'x': single precision rounds x[, 2]" + words);
  EXPECT_EQ(describeLoss(variableOf(2, 2, 2), {500, 3}, vectors.data()), "") << "columns apart hide it";
}

} // namespace
