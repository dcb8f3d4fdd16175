//===- InitializeTest.cpp - where chains begin ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Initialize.h"
#include "Helpers.h"
#include "Models.h"
#include "runtime/io/Json.h"

#include <algorithm>
#include <cmath>

using namespace astragal;
using namespace astragal::inference;

namespace {
class Initialize : public testing::Test {
protected:
  model::Model model{tests::eightSchools(), tests::eightSchoolsData()};
  model::Evaluation evaluation{model};
  random::Stream random{tests::seedOfTest()};

  std::vector<double> from(const std::string &json) {
    io::Data inits = io::parseJson(json, "init.json");
    return initialize(evaluation, random, 2, &inits);
  }
};
} // namespace

TEST_F(Initialize, RandomPointsFillTheCube) {
  double low = 0, high = 0;
  for (int i = 0; i < 100; ++i)
    for (double value : initialize(evaluation, random, 2)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  EXPECT_GT(low, -2);
  EXPECT_LT(low, -1.9);
  EXPECT_LT(high, 2);
  EXPECT_GT(high, 1.9);
  EXPECT_EQ(initialize(evaluation, random, 0), std::vector<double>(10, 0.0));
}

TEST_F(Initialize, TakesConstrainedValues) {
  std::vector<double> q =
      from(R"({"mu": 3, "tau": 2.0, "theta_tilde": [1, 2, 3, 4, 5, 6, 7, 8], "else": 1})");
  EXPECT_EQ(q[0], 3);
  EXPECT_DOUBLE_EQ(q[1], std::log(2));
  EXPECT_EQ(q[9], 8);
}

TEST_F(Initialize, WhatIsNotGivenIsRandom) {
  std::vector<double> a = from(R"({"tau": 2})"), b = from(R"({"tau": 2})");
  EXPECT_DOUBLE_EQ(a[1], std::log(2));
  EXPECT_DOUBLE_EQ(b[1], std::log(2));
  EXPECT_NE(a[0], b[0]);
  EXPECT_NE(a[5], b[5]);
}

TEST_F(Initialize, SaysWhatIsWrong) {
  using tests::errorOf;
  EXPECT_EQ(errorOf([&] { from(R"({"theta_tilde": [1, 2]})"); }),
            "init.json:1: initial value of 'theta_tilde': expected shape [8], got [2]");
  EXPECT_EQ(errorOf([&] { from(R"({"mu": "x"})"); }), "init.json:1: initial value of 'mu' is a string");
  EXPECT_EQ(errorOf([&] { from(R"({"mu": 0, "tau": -1, "theta_tilde": [1, 2, 3, 4, 5, 6, 7, 8]})"); }),
            "initialization failed after 1 attempt: init.json: schools.stan:16:3: scale is not finite");
  EXPECT_EQ(errorOf([&] { from(R"({"tau": 1e300})"); }),
            "initialization failed after 100 attempts: schools.stan:16:3: scale is not finite");
  EXPECT_EQ(errorOf([&] { from(R"({"theta_tilde": [NaN, 2, 3, 4, 5, 6, 7, 8]})"); }),
            "init.json:1: variable 'theta_tilde': the initial value nan (element 1) is not inside its "
            "support (declared at "
            "schools.stan:9:3)");
  EXPECT_EQ(errorOf([&] { from(R"({"theta_tilde": [1e200, 2, 3, 4, 5, 6, 7, 8]})"); }),
            "initialization failed after 100 attempts: the log density is -inf");
}
