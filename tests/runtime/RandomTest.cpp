//===- RandomTest.cpp - random numbers --------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "runtime/abi.h"
#include "runtime/random/Stream.h"

#include <cmath>
#include <set>
#include <vector>

using namespace astragal;
using namespace astragal::random;

// The known answers that Random123 publishes for philox4x32 with 10 rounds.
TEST(Random, PhiloxKnownAnswers) {
  struct {
    Block counter;
    uint32_t key0, key1;
    Block answer;
  } cases[] = {{{{0, 0, 0, 0}}, 0, 0, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
               {{{~0u, ~0u, ~0u, ~0u}}, ~0u, ~0u, {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
               {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
                0xa4093822,
                0x299f31d0,
                {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}}};
  for (const auto &known : cases) {
    Block block = philox(known.counter, known.key0, known.key1);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(block.word[i], known.answer.word[i]);
  }
}

TEST(Random, StreamIsTheBlocksInOrder) {
  uint64_t seed = tests::seedOfTest(), id = streamId(Purpose::Generated, 3, 77);
  Stream stream(seed, id);
  for (uint64_t counter = 0; counter < 200; ++counter) {
    Block block = philox(seed, id, counter);
    EXPECT_EQ(stream.bits(), uint64_t(block.word[1]) << 32 | block.word[0]);
    EXPECT_EQ(stream.bits(), uint64_t(block.word[3]) << 32 | block.word[2]);
  }
}

TEST(Random, UniformNeverReachesItsEnds) {
  EXPECT_GT(toUniform(uint64_t(0)), 0.0);
  EXPECT_LT(toUniform(~uint64_t(0)), 1.0);
}

TEST(Random, StreamsDiffer) {
  std::set<uint64_t> seen;
  for (Purpose purpose : {Purpose::TransformedData, Purpose::Sampler, Purpose::Generated, Purpose::Initial})
    for (int chain : {0, 1, 2, 1000})
      for (int draw : {0, 1, 5000})
        seen.insert(streamId(purpose, chain, draw));
  EXPECT_EQ(seen.size(), 48u);
  std::set<double> values;
  for (uint64_t stream : seen)
    values.insert(astragal_random_uniform(1, stream, 0));
  EXPECT_EQ(values.size(), 48u);
}

/// Compares the first four moments with those of a law, each within five standard errors.
static void checkMoments(const std::vector<double> &x, const double (&expected)[4],
                         const double (&variance)[4]) {
  for (int k = 1; k <= 4; ++k) {
    double sum = 0;
    for (double value : x)
      sum += std::pow(value, k);
    double error = std::sqrt(variance[k - 1] / double(x.size()));
    EXPECT_NEAR(sum / double(x.size()), expected[k - 1], 5 * error) << "moment " << k;
  }
}

TEST(Random, UniformMoments) {
  std::vector<double> x;
  for (uint64_t i = 0; i < 200000; ++i)
    x.push_back(astragal_random_uniform(tests::seedOfTest(), 5, i));
  // E u^k = 1 / (k + 1), Var u^k = 1 / (2 k + 1) - 1 / (k + 1)^2
  checkMoments(x, {1. / 2, 1. / 3, 1. / 4, 1. / 5},
               {1. / 3 - 1. / 4, 1. / 5 - 1. / 9, 1. / 7 - 1. / 16, 1. / 9 - 1. / 25});
}

TEST(Random, NormalMoments) {
  std::vector<double> x, y(200001);
  for (uint64_t i = 0; i < 200000; ++i)
    x.push_back(astragal_random_normal(tests::seedOfTest(), 9, i));
  checkMoments(x, {0, 1, 0, 3}, {1, 2, 15, 96});
  Stream stream(tests::seedOfTest());
  stream.normals(y.data(), y.size());
  checkMoments(y, {0, 1, 0, 3}, {1, 2, 15, 96});
}

TEST(Random, NeighboursAreUncorrelated) {
  constexpr int n = 100000;
  Stream stream(tests::seedOfTest());
  std::vector<double> x(n);
  stream.normals(x.data(), n);
  for (int lag : {1, 2, 3, 63, 64, 65}) {
    double sum = 0;
    for (int i = 0; i + lag < n; ++i)
      sum += x[i] * x[i + lag];
    EXPECT_LT(std::fabs(sum) / std::sqrt(double(n - lag)), 5) << "lag " << lag;
  }
}

TEST(Random, OddCountsDoNotShiftWhatFollows) {
  Stream a(7), b(7);
  double x[4], y[4];
  a.normals(x, 3);
  b.normals(y, 4);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(x[i], y[i]);
  EXPECT_EQ(a.uniform(), b.uniform());
}
