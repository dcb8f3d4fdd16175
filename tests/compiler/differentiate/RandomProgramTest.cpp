//===- RandomProgramTest.cpp - gradients of random programs ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "RandomProgram.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace astragal {

TEST(RandomProgram, gradientsAgreeWithDifferences) {
  Datum flags = Datum::of(std::vector<double>(6));
  for (size_t k = 0; k < 6; ++k)
    flags.cells[k] = {0, k % 2 == 0};
  std::vector<Datum> data = {Datum::of({0.3, -1.2, 0.7, 2.1, -0.4, 0.9}), flags};
  const char *first = std::getenv("FIRST_SEED");
  unsigned from = first ? std::atoi(first) : 0;
  for (unsigned seed = from; seed < from + 400 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectGradient(RandomProgram(seed).make(), data, {0.41, -0.73, 1.17, 0.29, -1.51, 0.83});
  }
}

} // namespace astragal
