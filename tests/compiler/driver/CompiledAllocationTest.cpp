//===- CompiledAllocationTest.cpp - calls of the allocator ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sampling a model from the JIT allocates as often in a long run as in a short one: nothing in an iteration
// does. A program of its own, since it replaces the allocator.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/inference/Sample.h"
#include "runtime/io/Json.h"
#include "tests/AllocationCount.h"

#include <gtest/gtest.h>

#include <vector>

using namespace astragal;

class CompiledAllocation : public testing::TestWithParam<const char *> {};

TEST_P(CompiledAllocation, IterationsDoNotAllocate) {
  ASSERT_EQ(counts(), bool(ASTRAGAL_COUNTS));
  if (!counts())
    GTEST_SKIP() << "the sanitizer's allocator is not counted";
  try {
    std::string path = std::string(ASTRAGAL_TESTS "/models/") + GetParam() + "/" + GetParam();
    auto compiled = compileFile(path + ".stan", io::readJson(path + ".data.json"));
    auto count = [&](int samples) {
      inference::SampleOptions options;
      options.chains = options.threads = 1;
      options.numWarmup = 300;
      options.numSamples = samples;
      options.refresh = 0;
      long before = allocations;
      inference::Draws draws = inference::sample(compiled->model(), options);
      EXPECT_EQ(draws.chains[0].rows, samples);
      return allocations - before;
    };
    count(700);
    long few = count(100), many = count(700);
    EXPECT_EQ(few, many);
    EXPECT_GT(few, 0);
  } catch (const Error &error) {
    FAIL() << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, CompiledAllocation,
                         testing::Values("arK", "eight_schools", "gp_regression", "hmm_example",
                                         "matrix_loops"),
                         [](const testing::TestParamInfo<const char *> &info) {
                           return std::string(info.param);
                         });
