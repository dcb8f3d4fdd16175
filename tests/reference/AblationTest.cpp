//===- AblationTest.cpp - every optional pass on and off ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models are compiled without one optional pass, with static and with dynamic sizes: values and gradients
// must be those of all passes, but for rounding.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "compiler/pipeline/Pipeline.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "tests/Agreement.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace {
using nlohmann::json;
namespace fs = std::filesystem;
using namespace astragal;

const fs::path tests = ASTRAGAL_TESTS;

/// Between them: regressions, groups, recurrences, branches, matrices, mixtures.
const char *const models[] = {"kidiq",
                              "radon_mn",
                              "garch",
                              "hmm_example",
                              "dogs",
                              "irt_2pl",
                              "low_dim_gauss_mix",
                              "lkj_and_wishart",
                              "branch_partitions",
                              "ragged_loops",
                              "forward_algorithms",
                              "nested_loops",
                              "while_rows",
                              "moving_average",
                              "ragged_groups",
                              "recurrences",
                              "rows_in_branches",
                              "stable_forms"};

class Ablation : public testing::TestWithParam<std::string> {
protected:
  /// Densities and gradients at the reference points.
  static std::vector<std::vector<double>> evaluate(const std::string &name, CompileOptions options) {
    std::ifstream in(tests / "reference" / (name + ".json"));
    json reference = json::parse(in);
    options.entries = {ASTRAGAL_GRADIENT_PROPTO_JACOBIAN};
    options.verifyPhases = true;
    auto compiled = compileFile(tests / reference["model"].get<std::string>(),
                                io::readJson(tests / reference["data"].get<std::string>()), options);
    model::Evaluation evaluation(compiled->model());
    std::vector<std::vector<double>> all;
    for (const json &point : reference["points"]) {
      std::vector<double> q = point["unconstrained"].get<std::vector<double>>(), values(q.size() + 1);
      values.back() = evaluation.gradient(q.data(), values.data(), {true, true});
      all.push_back(values);
    }
    return all;
  }
};

TEST_P(Ablation, SameValues) {
  for (const char *name : models) {
    CompileOptions with, without;
    auto expected = evaluate(name, with);
    without.disabledPasses = {GetParam()};
    for (bool staticSizes : {true, false}) {
      without.staticSizes = staticSizes;
      auto actual = evaluate(name, without);
      ASSERT_EQ(actual.size(), expected.size());
      for (size_t p = 0; p < actual.size(); ++p) {
        double largest = 0;
        for (double x : expected[p])
          if (std::isfinite(x))
            largest = std::max(largest, std::fabs(x));
        for (size_t k = 0; k < actual[p].size(); ++k) {
          double a = actual[p][k], b = expected[p][k];
          if (std::isfinite(b))
            EXPECT_NEAR(a, b, 1e-10 * tests::scaleOf(b, largest)) << name << ", point " << p + 1;
          else
            EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << name << ", point " << p + 1;
        }
      }
    }
  }
}

std::vector<std::string> passes() {
  std::vector<std::string> names;
  for (llvm::StringRef pass : pipeline::optionalPasses())
    names.push_back(pass.str());
  return names;
}

std::string identifier(const testing::TestParamInfo<std::string> &info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Passes, Ablation, testing::ValuesIn(passes()), identifier);

TEST(AblationOptions, UnknownPass) {
  CompileOptions options;
  options.disabledPasses = {"differentiate"};
  try {
    compileText("parameters { real a; } model { a ~ normal(0, 1); }", io::Data(), options);
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_EQ(error.kind(), Error::Kind::Usage);
    EXPECT_NE(std::string(error.what()).find("'differentiate' is not a pass that can be disabled"),
              std::string::npos)
        << error.what();
  }
}

} // namespace
