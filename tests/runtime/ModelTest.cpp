//===- ModelTest.cpp - data binding and evaluation --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "Models.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "runtime/random/Philox.h"

#include <cmath>

using namespace astragal;
using namespace astragal::model;
using tests::eightSchools;
using tests::eightSchoolsData;
using tests::errorOf;

static std::vector<double> pointOfTest(int64_t size) {
  std::vector<double> q(size);
  for (int64_t i = 0; i < size; ++i)
    q[i] = 2 * random::toUniform(random::philox(tests::seedOfTest(), 0, i).word[0], 0) - 1;
  return q;
}

static std::string bindError(const std::string &json) {
  return errorOf([&] { Model(eightSchools(), io::parseJson(json, "d.json")); });
}

TEST(Model, KnowsItsQuantities) {
  Model model(eightSchools(), eightSchoolsData());
  EXPECT_EQ(model.name(), "schools");
  EXPECT_EQ(model.dimension(), 10);
  EXPECT_EQ(model.numParameterValues(), 10);
  EXPECT_EQ(model.numConstrainedValues(), 18);
  EXPECT_EQ(model.numOutputValues(), 18 + 8 + 16 + 16);
  ASSERT_EQ(model.variables().size(), 7u);
  const Variable &pair = model.variables()[5];
  EXPECT_EQ(pair.name, "pair");
  EXPECT_EQ(pair.dims, (std::vector<int64_t>{2, 8}));
  EXPECT_EQ(pair.offset, 26);
  const Variable &tilde = model.variables()[2];
  EXPECT_EQ(tilde.unconstrainedOffset, 2);
  EXPECT_EQ(tilde.unconstrainedSize, 8);
}

TEST(Model, ColumnsAreFirstIndexFastestForMatricesAndArraysAlike) {
  Model model(eightSchools(), eightSchoolsData());
  const std::vector<std::string> &names = model.columnNames();
  ASSERT_EQ(int64_t(names.size()), model.numOutputValues());
  EXPECT_EQ(names[0], "mu");
  EXPECT_EQ(names[2], "theta_tilde.1");
  EXPECT_EQ(names[26], "pair.1.1");
  EXPECT_EQ(names[27], "pair.2.1");
  EXPECT_EQ(names[42], "stack.1.1");
  EXPECT_EQ(names[43], "stack.2.1");
  EXPECT_EQ(names[57], "stack.2.8");

  Evaluation evaluation(model);
  std::vector<double> q = pointOfTest(10), values(model.numOutputValues());
  ASSERT_TRUE(evaluation.generate(q.data(), values.data(), 1, 2));
  const double y[] = {28, 8, -3, 7, -1, 1, 18, 12};
  for (int j = 0; j < 8; ++j) // `pair` and `stack` have different storage and the same columns
    for (int base : {26, 42}) {
      EXPECT_EQ(values[model.columnOrder()[base + 2 * j]], values[10 + j]);
      EXPECT_EQ(values[model.columnOrder()[base + 2 * j + 1]], y[j]);
    }
  EXPECT_EQ(model.unconstrainedNames()[2], "theta_tilde.1");
  EXPECT_EQ(model.unconstrainedNames().size(), 10u);
}

TEST(Model, SaysWhatIsWrongWithData) {
  EXPECT_EQ(bindError("{}"), "d.json: variable 'J' is missing (declared at schools.stan:2:3)");
  EXPECT_EQ(bindError(R"({"J": 8.0})"),
            "d.json:1: variable 'J': expected integers (declared at schools.stan:2:3), got reals");
  EXPECT_EQ(bindError(R"({"J": [8]})"),
            "d.json:1: variable 'J': expected shape [] (declared at schools.stan:2:3), got [1]");
  EXPECT_EQ(
      bindError(R"({"J": 3000000000})"),
      "d.json:1: variable 'J': an integer is outside the range of 32 bits (declared at schools.stan:2:3)");
  EXPECT_EQ(bindError(R"({"J": "eight"})"),
            "d.json:1: variable 'J' is a string (declared at schools.stan:2:3)");
  EXPECT_EQ(bindError(R"({"J": 2})"), "d.json: variable 'y' is missing (declared at schools.stan:3:3)");
  EXPECT_EQ(bindError("{\"J\": 2,\n\"y\": [1, 2, 3]}"),
            "d.json:2: variable 'y': expected shape [2] (declared at schools.stan:3:3), got [3]");
  EXPECT_EQ(bindError(R"({"J": 2, "y": [[1], [2, 3]]})"),
            "d.json:1: variable 'y' is a ragged array (declared at schools.stan:3:3)");
  EXPECT_EQ(bindError(R"({"J": -1, "y": [], "sigma": []})"),
            "d.json:1: variable 'J', a size of variable 'y', must not be negative, got -1 (declared at "
            "schools.stan:3:3)");
  EXPECT_EQ(bindError(R"({"J": 2, "y": [1, 2], "sigma": [1, 0]})"),
            "schools.stan:4:18: standard deviations must be positive (data: d.json)");
}

TEST(Model, AcceptsWhatStanAccepts) {
  EXPECT_EQ(bindError(R"({"J": 2, "y": [1, 2.5], "sigma": [1, 2], "extra": "word"})"), "no error");
  EXPECT_EQ(bindError(R"({"J": 0, "y": [], "sigma": [[]]})"), "no error");
  EXPECT_EQ(bindError(R"({"J": 0})"), "no error"); // nothing to give
  EXPECT_EQ(bindError(R"({"J": 1, "y": [NaN], "sigma": ["inf"]})"), "no error");
}

TEST(Model, ChecksTheVersion) {
  astragal_model other = eightSchools();
  other.abi_version = ASTRAGAL_ABI_VERSION + 1;
  EXPECT_NE(errorOf([&] { Model(other, eightSchoolsData()); }).find("version"), std::string::npos);
}

TEST(Model, CompilesEntriesOnFirstUse) {
  astragal_model lazy = eightSchools();
  std::fill(lazy.entries, lazy.entries + ASTRAGAL_NUM_ENTRIES, nullptr);
  std::vector<int> asked;
  ModelOptions options;
  options.provider = [&](int entry) {
    asked.push_back(entry);
    return entry == ASTRAGAL_UNCONSTRAIN ? nullptr : eightSchools().entries[entry];
  };
  Model model(lazy, eightSchoolsData(), options);
  EXPECT_EQ(asked, (std::vector<int>{ASTRAGAL_DATA_SIZES, ASTRAGAL_PREPARE, ASTRAGAL_SIZES}));
  std::vector<double> q = pointOfTest(10), gradient(10);
  Evaluation first(model), second(model);
  double value = first.gradient(q.data(), gradient.data());
  EXPECT_EQ(second.gradient(q.data(), gradient.data()), value);
  EXPECT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked.back(), ASTRAGAL_GRADIENT_PROPTO_JACOBIAN);
  EXPECT_EQ(errorOf([&] { first.unconstrain(q.data(), gradient.data()); }),
            "schools: entry 'unconstrain' is not compiled");

  lazy = eightSchools();
  lazy.entries[ASTRAGAL_CONSTRAIN] = nullptr;
  Model without(lazy, eightSchoolsData());
  EXPECT_FALSE(without.hasEntry(ASTRAGAL_CONSTRAIN));
  std::vector<double> values(18);
  EXPECT_EQ(errorOf([&] { Evaluation(without).constrain(q.data(), values.data()); }),
            "schools: entry 'constrain' is not compiled");
}

TEST(Evaluation, GrowsItsWorkspaceOnce) {
  Model model(eightSchools(), eightSchoolsData());
  std::vector<double> q = pointOfTest(10), gradient(10);
  EXPECT_LT(model.workspaceBytes(), 20000u);
  double value;
  {
    Evaluation evaluation(model);
    value = evaluation.logDensity(q.data());
    EXPECT_EQ(evaluation.gradient(q.data(), gradient.data()), value);
  }
  EXPECT_GE(model.workspaceBytes(), 20000u);
  model.workspaces().resetStatistics();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(Evaluation(model).logDensity(q.data()), value);
  EXPECT_EQ(model.workspaces().statistics().hits, 10u);
}

TEST(Evaluation, GradientsAgreeWithDifferences) {
  Model model(eightSchools(), eightSchoolsData());
  Evaluation evaluation(model);
  std::vector<double> q = pointOfTest(10), gradient(10);
  for (bool jacobian : {false, true})
    for (bool propto : {false, true}) {
      Density density = {jacobian, propto};
      EXPECT_EQ(evaluation.gradient(q.data(), gradient.data(), density),
                evaluation.logDensity(q.data(), density));
      for (int i = 0; i < 10; ++i) {
        const double h = 1e-5, centre = q[i];
        q[i] = centre + h;
        double above = evaluation.logDensity(q.data(), density);
        q[i] = centre - h;
        double below = evaluation.logDensity(q.data(), density);
        q[i] = centre;
        EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-6);
      }
    }
  double jacobian =
      evaluation.logDensity(q.data(), {true, true}) - evaluation.logDensity(q.data(), {false, true});
  EXPECT_NEAR(jacobian, q[1], 1e-12);
  EXPECT_NE(evaluation.logDensity(q.data(), {true, true}), evaluation.logDensity(q.data(), {true, false}));
}

TEST(Evaluation, UnconstrainInvertsConstrain) {
  Model model(eightSchools(), eightSchoolsData());
  Evaluation evaluation(model);
  std::vector<double> q = pointOfTest(10), values(18), back(10);
  ASSERT_TRUE(evaluation.constrain(q.data(), values.data()));
  ASSERT_TRUE(evaluation.unconstrain(values.data(), back.data()));
  for (int i = 0; i < 10; ++i)
    EXPECT_NEAR(back[i], q[i], 1e-14);
}

TEST(Evaluation, DomainFailuresGiveMinusInfinity) {
  Model model(eightSchools(), eightSchoolsData());
  Evaluation evaluation(model);
  std::vector<double> q = pointOfTest(10), gradient(10);
  q[1] = 20; // tau is too large
  EXPECT_EQ(evaluation.logDensity(q.data()), -INFINITY);
  EXPECT_EQ(evaluation.failure(), "schools.stan:16:3: scale is not finite");
  EXPECT_EQ(evaluation.gradient(q.data(), gradient.data()), -INFINITY);
  EXPECT_EQ(evaluation.failedCheck(), 1);
  q[1] = 0;
  EXPECT_TRUE(std::isfinite(evaluation.logDensity(q.data())));
  EXPECT_EQ(evaluation.failure(), "");
}

TEST(Evaluation, FatalFailuresThrow) {
  Model model(eightSchools(), eightSchoolsData());
  Evaluation evaluation(model);
  std::vector<double> q = pointOfTest(10);
  q[0] = 2e6;
  EXPECT_EQ(errorOf([&] { evaluation.logDensity(q.data()); }), "schools.stan:17:5: index is out of range");
  q[0] = 0; // and the next call works
  EXPECT_TRUE(std::isfinite(evaluation.logDensity(q.data())));
}

TEST(Evaluation, GeneratedNumbersDependOnSeedAndStreamAlone) {
  Model model(eightSchools(), eightSchoolsData());
  Evaluation a(model), b(model);
  std::vector<double> q = pointOfTest(10), x(model.numOutputValues()), y(x), z(x);
  a.generate(q.data(), x.data(), 3, 4);
  b.generate(q.data(), y.data(), 3, 5);
  b.generate(q.data(), z.data(), 3, 4);
  EXPECT_EQ(x, z);
  EXPECT_NE(x, y);
  b.generate(q.data(), z.data(), 2, 4);
  EXPECT_NE(x, z);
}
