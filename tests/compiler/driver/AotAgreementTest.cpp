//===- AotAgreementTest.cpp - one model, three ways to compile it ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shared library that is specialised to the data's sizes gives the bits that the JIT gives; one with open
// sizes gives the same numbers to 1e-12.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Aot.h"
#include "compiler/driver/CompiledModel.h"
#include "compiler/driver/Compiler.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "runtime/model/Library.h"
#include "runtime/random/Stream.h"
#include "tests/Agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

using namespace astragal;

namespace {

class AotAgreement : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "astragal-agreement-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(pattern.data()));
    folder = pattern;
    path = std::string(ASTRAGAL_TESTS "/models/") + GetParam() + "/" + GetParam();
    data = io::readJson(path + ".data.json");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  model::Library compile(bool staticSizes) {
    auto compiler = driver::Compiler::fromFile(path + ".stan");
    compiler->lower(staticSizes ? &data : nullptr);
    compiler->run(pipeline::Phase::Llvm);
    std::string file = folder + (staticSizes ? "/static.so" : "/dynamic.so");
    driver::AotOptions options;
    options.callables = ASTRAGAL_CALLABLES_ARCHIVE;
    if (llvm::Error error = driver::compileToFile(compiler->getModule(), compiler->getDescription(),
                                                  driver::Artefact::Shared, file, options))
      throw Error(Error::Kind::Model, llvm::toString(std::move(error)));
    return model::Library(file);
  }

  /// At each of some points: log density, gradient, all outputs.
  std::vector<std::vector<double>> evaluate(const model::Model &model) {
    std::vector<std::vector<double>> results;
    model::Evaluation evaluation(model);
    for (int point = 0; point < 4; ++point) {
      random::Stream stream(7, point);
      std::vector<double> q(model.dimension()), gradient(q.size()), outputs(model.numOutputValues());
      for (double &x : q)
        x = stream.uniform() - 0.5;
      results.push_back({evaluation.gradient(q.data(), gradient.data())});
      results.push_back(gradient);
      evaluation.generate(q.data(), outputs.data(), 3, point);
      results.push_back(outputs);
    }
    return results;
  }

  std::string folder, path;
  io::Data data;
};

TEST_P(AotAgreement, WithTheJit) {
  auto jit = compileFile(path + ".stan", data);
  auto expected = evaluate(jit->model());
  ASSERT_TRUE(std::isfinite(expected[0][0]));

  model::Library fixed = compile(/*staticSizes=*/true);
  model::Model fixedModel(fixed.model(), data);
  auto same = evaluate(fixedModel);
  ASSERT_EQ(same.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(same[i].size(), expected[i].size());
    for (size_t k = 0; k < expected[i].size(); ++k)
      EXPECT_EQ(std::memcmp(&same[i][k], &expected[i][k], sizeof(double)), 0)
          << "result " << i << ", element " << k << ": " << same[i][k] << ", JIT " << expected[i][k]
          << ", difference " << same[i][k] - expected[i][k];
  }

  model::Library open = compile(/*staticSizes=*/false);
  model::Model openModel(open.model(), data);
  auto close = evaluate(openModel);
  ASSERT_EQ(close.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(close[i].size(), expected[i].size());
    double largest = 0;
    for (double x : expected[i])
      largest = std::isfinite(x) ? std::max(largest, std::fabs(x)) : largest;
    for (size_t k = 0; k < expected[i].size(); ++k) {
      double ours = close[i][k], theirs = expected[i][k];
      if (!std::isfinite(theirs)) {
        EXPECT_TRUE(std::isnan(theirs) ? std::isnan(ours) : ours == theirs);
        continue;
      }
      EXPECT_LE(std::fabs(ours - theirs), 1e-12 * tests::scaleOf(theirs, largest))
          << "result " << i << ", element " << k << ": " << ours << ", JIT " << theirs;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, AotAgreement,
                         testing::Values("arK", "eight_schools", "garch", "gp_regression", "hmm_example",
                                         "logistic_regression", "low_dim_gauss_mix", "matrix_loops",
                                         "random_quantities", "while_loop"),
                         [](const testing::TestParamInfo<const char *> &info) {
                           return std::string(info.param);
                         });

} // namespace
