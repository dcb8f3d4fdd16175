//===- PosteriorTest.cpp - whole runs against reference draws -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models are compiled from their text, sampled, and held against posteriordb's reference draws. One rerun
// that is four times longer decides: chance fails a first run now and then, an error fails both.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "tests/posteriors/Comparison.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {
using namespace astragal;
using namespace astragal::tests;

const std::string tests = ASTRAGAL_TESTS;

struct Case {
  const char *model, *posterior;
};
const Case cases[] = {
    {"arK", "arK-arK"},
    {"eight_schools", "eight_schools-eight_schools_noncentered"},
    {"garch", "garch-garch11"},
    {"hmm_example", "hmm_example-hmm_example"},
    {"kidiq", "kidiq-kidscore_interaction"},
    {"low_dim_gauss_mix", "low_dim_gauss_mix-low_dim_gauss_mix"},
};

/// A hash of the test's name: seeds are never chosen.
uint32_t seedOf(const std::string &name) {
  uint32_t hash = 2166136261u;
  for (char c : name)
    hash = (hash ^ uint8_t(c)) * 16777619u;
  return hash;
}

std::string fileOf(const std::string &model, const char *ending) {
  return tests + "/models/" + model + "/" + model + ending;
}

inference::Draws draw(const model::Model &model, uint32_t seed, int samples) {
  inference::SampleOptions options;
  options.seed = seed;
  options.numSamples = samples;
  options.refresh = 0;
  return inference::sample(model, options);
}

/// The family is all comparisons of all cases.
double limit(const std::map<std::string, Posterior> &references) {
  size_t comparisons = 0;
  for (const Case &c : cases)
    for (const auto &[name, estimates] : references.at(c.posterior))
      comparisons += estimates.size();
  return limitOfZ(comparisons);
}

class Posteriors : public testing::TestWithParam<Case> {};

TEST_P(Posteriors, AgreeWithReferenceDraws) {
  auto references = readReference(tests + "/reference/posteriors.json");
  const Posterior &reference = references.at(GetParam().posterior);
  try {
    auto compiled =
        compileFile(fileOf(GetParam().model, ".stan"), io::readJson(fileOf(GetParam().model, ".data.json")));
    Findings found;
    int samples = 6000;
    for (const char *run : {"first", "second"}) {
      uint32_t seed = seedOf(std::string("Posteriors/") + GetParam().model + "/" + run);
      found = compare(draw(compiled->model(), seed, samples), reference, limit(references));
      if (found.empty())
        return;
      std::printf("the %s run:\n%s", run, found.text().c_str());
      samples *= 4;
    }
    FAIL() << found.text();
  } catch (const Error &error) {
    FAIL() << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Posteriors, testing::ValuesIn(cases),
                         [](const testing::TestParamInfo<Case> &info) {
                           return std::string(info.param.model);
                         });

// Controls: a comparison that cannot fail says nothing. Reference draws come from the models as they stand,
// so models with the errors that compilers make must be found.
struct Mistake {
  const char *name, *model, *posterior, *right, *wrong;
};
const Mistake mistakes[] = {
    {"ScaleOffByTenPercent", "arK", "arK-arK", "y[t] ~ normal(mu, sigma)", "y[t] ~ normal(mu, 1.1 * sigma)"},
    {"DroppedJacobian", "hmm_example", "hmm_example-hmm_example", "mu[1] ~ normal(3, 1);",
     "mu[1] ~ normal(3, 1); target += -sum(log(theta1)) - sum(log(theta2));"},
    {"IgnoredData", "eight_schools", "eight_schools-eight_schools_noncentered", "y ~ normal(theta, sigma);",
     ""},
};

class Controls : public testing::TestWithParam<Mistake> {};

TEST_P(Controls, MistakesAreFound) {
  const Mistake &mistake = GetParam();
  auto references = readReference(tests + "/reference/posteriors.json");
  std::ifstream in(fileOf(mistake.model, ".stan"));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  size_t place = text.find(mistake.right);
  ASSERT_NE(place, std::string::npos);
  text.replace(place, std::string(mistake.right).size(), mistake.wrong);
  try {
    auto compiled = compileText(text, io::readJson(fileOf(mistake.model, ".data.json")));
    Findings found = compare(draw(compiled->model(), seedOf(std::string("Controls/") + mistake.name), 4000),
                             references.at(mistake.posterior), limit(references));
    EXPECT_FALSE(found.differences.empty());
  } catch (const Error &error) {
    FAIL() << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Controls, testing::ValuesIn(mistakes),
                         [](const testing::TestParamInfo<Mistake> &info) {
                           return std::string(info.param.name);
                         });

} // namespace
