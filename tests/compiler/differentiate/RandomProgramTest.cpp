//===- RandomProgramTest.cpp - gradients of random programs ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProgram.h"
#include "Harness.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

namespace astragal {

TEST(RandomProgram, gradientsAgreeWithDifferences) {
  Datum flags = Datum::of(std::vector<double>(6));
  for (size_t k = 0; k < 6; ++k)
    flags.cells[k] = {0, k % 2 == 0};
  std::vector<Datum> data = {Datum::of({0.3, -1.2, 0.7, 2.1, -0.4, 0.9}), flags};
  auto number = [](const char *name, unsigned otherwise) {
    const char *text = std::getenv(name);
    return text ? static_cast<unsigned>(std::atoi(text)) : otherwise;
  };
  unsigned first = number("FIRST_SEED", 0), count = number("SEEDS", 150);
  for (unsigned seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::string program = RandomProgram(seed).make();
    if (std::getenv("PRINT_PROGRAM"))
      std::cout << program << std::flush;
    expectGradient(program, data, {0.41, -0.73, 1.17, 0.29, -1.51, 0.83});
  }
  EXPECT_LT(differences.useless, differences.made / 10);
}

} // namespace astragal
