//===- FlowTest.cpp - random numbers in branches, loops, containers and functions ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/generators/Comparison.h"

#include <boost/math/distributions.hpp>
#include <gtest/gtest.h>

#include <cmath>

using namespace astragal::tests;
namespace bm = boost::math;

static void check(const std::vector<Generator> &generators, const std::string &definitions = "",
                  const std::string &functions = "") {
  EXPECT_EQ(findDeviations(generators, definitions, functions), std::vector<std::string>());
}

/// Failures before the first success.
static Generator geometric(std::string expression, double p) {
  return discreteLike(std::move(expression), bm::negative_binomial(1, p));
}

TEST(Flow, Conditions) {
  auto mixture = [](double y) {
    return 0.3 * bm::cdf(bm::normal(-3, 1), y) +
           0.7 * (y > 0 ? bm::cdf(bm::gamma_distribution(2.0, 1.0), y) : 0);
  };
  check(
      {
          continuous("bernoulli_rng(0.3) ? normal_rng(-3, 1) : gamma_rng(2, 1)", mixture),
          continuous("mix[2]", mixture),
          discreteLike("bernoulli_rng(0.5) && bernoulli_rng(0.4)", bm::bernoulli(0.2)),
          discreteLike("bernoulli_rng(0.5) || bernoulli_rng(0.4)", bm::bernoulli(0.7)),
          discreteLike("!bernoulli_rng(0.9)", bm::bernoulli(0.1)),
          // What comes after a branch has numbers of its own.
          continuousLike("after - 3 * (chosen > 0)", bm::normal()),
      },
      R"(
  vector[2] mix = bernoulli_rng(0.3) ? to_vector(normal_rng([-3, -3]', 1)) : to_vector(gamma_rng([2, 2]', 1));
  real chosen = bernoulli_rng(0.5) ? normal_rng(0, 1) : -1;
  real after = 3 * (chosen > 0) + normal_rng(0, 1);
)");
}

TEST(Flow, Loops) {
  check(
      {
          geometric("a", 0.25),
          geometric("b", 0.25),
          geometric("c", 0.25),
          geometric("d - 1", 0.25),
          discreteLike("e", bm::binomial(10, 0.3)),
          continuous("f",
                     [](double y) {
                       double below = bm::cdf(bm::normal(), 1.0);
                       return y < 1 ? 0 : (bm::cdf(bm::normal(), y) - below) / (1 - below);
                     }),
          continuousLike("x[3] + x[1]", bm::normal(5, std::sqrt(8.0))),
          discreteLike("g", bm::poisson(6)),
      },
      R"(
  int a = 0;
  while (!bernoulli_rng(0.25)) a += 1;
  int b = 0;
  while (1) {
    if (bernoulli_rng(0.25)) break;
    b += 1;
  }
  int c = 0;
  while (c < 0 || !bernoulli_rng(0.25)) {
    c += 1;
    if (c < 0) break;
  }
  int d = first_rng(0.25);
  int e = 0;
  for (n in 1:10) {
    if (bernoulli_rng(0.7)) continue;
    e += 1;
  }
  real f = tail_rng(1);
  array[3] real x = normal_rng([1, 2, 4]', [2, 1, 2]);
  // A loop that branches and does not draw.
  for (n in 1:3) if (x[n] > 0 || x[n] < x[1]) e += 0;
  int g = 0;
  for (k in 1:3) for (n in poisson_rng({1, 1})) g += n;
)",
      R"(
functions {
  int first_rng(real p) {
    for (n in 1:1000) if (bernoulli_rng(p)) return n;
    return 1001;
  }
  real tail_rng(real bound) {
    real x = normal_rng(0, 1);
    while (x < bound) x = normal_rng(0, 1);
    return x;
  }
}
)");
}

TEST(Flow, Containers) {
  check(
      {
          continuousLike("a[1]", bm::normal(1, 1)),
          continuousLike("a[2]", bm::normal(2, 3)),
          continuousLike("a[1] + a[2]", bm::normal(3, std::sqrt(10.0))),
          continuousLike("b[2] - b[1]", bm::normal(0, std::sqrt(2.0))),
          discreteLike("c[1]", bm::binomial(3, 0.5)),
          discreteLike("c[2]", bm::binomial(4, 0.5)),
          discreteLike("sum(c)", bm::binomial(7, 0.5)),
          continuousLike("d[2] + d[1]", bm::gamma_distribution(4.0, 1.0)),
      },
      R"(
  array[2] real a = normal_rng({1, 2}, [1, 3]);
  array[2] real b = normal_rng(rep_vector(7, 2), 1);
  array[2] int c = binomial_rng({3, 4}, 0.5);
  array[2] real d = gamma_rng({1, 3}, 1);
)");
}
