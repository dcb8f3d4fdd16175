//===- ExplainTest.cpp - messages with values -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "runtime/Error.h"
#include "runtime/inference/Sample.h"
#include "runtime/model/Evaluation.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace astragal;

namespace {

const astragal_check checks[] = {
    {"standard deviations must be positive", "schools.stan", 4, 18, ASTRAGAL_DOMAIN, nullptr},
    {"scale is not finite", "schools.stan", 16, 3, ASTRAGAL_DOMAIN, nullptr},
    {"index is out of range", "schools.stan", 17, 5, ASTRAGAL_FATAL, nullptr},
    {"scale is not finite", "schools.stan", 16, 3, ASTRAGAL_DOMAIN, "{{scale}} is {} (element {+}, {})"},
    {"a quotient is not a number", "schools.stan", 18, 7, ASTRAGAL_FATAL, "a quotient: {} / {}"}};

/// Eight schools with entries that explain: they ask for memory, as compiled ones do.
astragal_model explainedSchools() {
  astragal_model model = tests::eightSchools();
  model.checks = checks;
  model.num_checks = 5;
  model.entries[ASTRAGAL_EXPLAIN_LOG_DENSITY] = [](astragal_call *call) {
    if (call->workspace_bytes < 100000) {
      call->workspace_needed = 100000;
      return;
    }
    if (call->input[1] < 14)
      return;
    call->explained[0] = call->input[1];
    call->explained[1] = 2;
    call->explained[2] = NAN;
    call->failed_check = 4;
  };
  model.entries[ASTRAGAL_TRACE_GRADIENT] = [](astragal_call *call) {
    call->output[9] = 1;
    call->explained[0] = call->explained[1] = 0;
    call->failed_check = call->input[0] == 1 ? 0 : 5;
  };
  return model;
}

TEST(Explain, FailuresShowValues) {
  astragal_model description = explainedSchools();
  model::Model model(description, tests::eightSchoolsData());
  model::Evaluation evaluation(model);
  std::vector<double> q(10, 0.5), gradient(10);
  EXPECT_TRUE(std::isfinite(evaluation.gradient(q.data(), gradient.data())));
  EXPECT_EQ(evaluation.failure(), "");
  q[1] = 20.5;
  EXPECT_EQ(evaluation.gradient(q.data(), gradient.data()), -INFINITY);
  EXPECT_EQ(evaluation.failure(), "schools.stan:16:3: {scale}} is 20.5 (element 3, nan)");
  EXPECT_EQ(evaluation.failedCheck(), 1) << "explaining changes nothing";
  // Fast and slow code may differ in the last bit: then the plain message has to do.
  model::Evaluation other(model);
  q[1] = 13.9;
  other.gradient(q.data(), gradient.data());
  if (other.failedCheck() >= 0) {
    EXPECT_EQ(other.failure(), "schools.stan:16:3: scale is not finite");
  }
}

TEST(Explain, ModelsWithoutEntriesSayLess) {
  astragal_model description = explainedSchools();
  description.entries[ASTRAGAL_EXPLAIN_LOG_DENSITY] = nullptr;
  model::Model model(description, tests::eightSchoolsData());
  model::Evaluation evaluation(model);
  std::vector<double> q(10, 20.5);
  EXPECT_EQ(evaluation.logDensity(q.data()), -INFINITY);
  EXPECT_EQ(evaluation.failure(), "schools.stan:16:3: scale is not finite");
}

TEST(Explain, DataOfWrongSizesAreStillRefusedWithTheirMessage) {
  astragal_model description = explainedSchools();
  description.entries[ASTRAGAL_PREPARE] = [](astragal_call *call) { call->failed_check = 1; };
  description.entries[ASTRAGAL_EXPLAIN_PREPARE] = [](astragal_call *) {};
  // More elements than any memory holds.
  description.entries[ASTRAGAL_SIZES] = [](astragal_call *call) {
    tests::eightSchools().entries[ASTRAGAL_SIZES](call);
    for (int k = 0; k < 4; ++k)
      call->sizes[k] = int64_t(1) << 60;
  };
  try {
    model::Model model(description, tests::eightSchoolsData());
    FAIL() << "no error";
  } catch (const Error &error) {
    EXPECT_EQ(error.kind(), Error::Kind::Data);
    EXPECT_STREQ(error.what(),
                 "schools.stan:4:18: standard deviations must be positive (data: schools.json)");
  }
}

TEST(Explain, TracesNans) {
  astragal_model description = explainedSchools();
  model::Model model(description, tests::eightSchoolsData());
  model::Evaluation evaluation(model);
  std::vector<double> q(10, 0.5);
  EXPECT_EQ(evaluation.traceNan(q.data()), "schools.stan:18:7: a quotient: 0 / 0");
  q[0] = 1;
  EXPECT_EQ(evaluation.traceNan(q.data()), "NaN: no operation makes it of numbers");

  io::Data data = tests::eightSchoolsData();
  io::Value y = *data.find("y");
  y.values[4] = NAN;
  data.set("y", y);
  model::Model damaged(description, data);
  model::Evaluation again(damaged);
  EXPECT_EQ(again.traceNan(q.data()),
            "NaN: no operation makes it of numbers; schools.json: variable 'y' is nan (element 5)");
}

TEST(Explain, ARunSaysItOnceAndCounts) {
  astragal_model description = explainedSchools();
  static thread_local int calls;
  calls = 0;
  description.entries[ASTRAGAL_GRADIENT_PROPTO_JACOBIAN] = [](astragal_call *call) {
    tests::eightSchools().entries[ASTRAGAL_GRADIENT_PROPTO_JACOBIAN](call);
    if (!call->workspace_needed && ++calls % 50 == 0)
      call->failed_check = 2;
  };
  model::Model model(description, tests::eightSchoolsData());
  inference::SampleOptions options;
  options.chains = 2;
  options.threads = 1;
  options.numWarmup = options.numSamples = 100;
  options.refresh = 0;
  std::vector<std::string> said;
  options.report = [&](const std::string &message) { said.push_back(message); };
  inference::Draws draws = inference::sample(model, options);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].rfind("chain 1, ", 0), 0u) << said[0];
  EXPECT_TRUE(said[0].ends_with(": schools.stan:16:3: scale is not finite")) << said[0];
  std::vector<inference::CheckCount> counts = draws.checks();
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].message, "schools.stan:16:3: scale is not finite");
  EXPECT_GT(counts[0].warmup, 0);
  EXPECT_EQ(counts[0].sampling, draws.chains[0].rejections + draws.chains[1].rejections);
}

} // namespace
