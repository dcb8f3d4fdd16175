//===- PosteriorTest.cpp - whole runs against reference draws -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models are compiled from their text, sampled, and held against posteriordb's reference draws. One rerun that is
// four times longer decides: chance fails a first run now and then, an error fails both.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "tests/posteriors/Comparison.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

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

std::string fileOf(const std::string &model, const char *ending) { return tests + "/models/" + model + "/" + model + ending; }

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

std::string join(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines)
    text += line + "\n";
  return text;
}

class Posteriors : public testing::TestWithParam<Case> {};

TEST_P(Posteriors, AgreeWithReferenceDraws) {
  auto references = readReference(tests + "/reference/posteriors.json");
  const Posterior &reference = references.at(GetParam().posterior);
  try {
    auto compiled = compileFile(fileOf(GetParam().model, ".stan"), io::readJson(fileOf(GetParam().model, ".data.json")));
    Disagreements found;
    int samples = 4000;
    for (const char *run : {"first", "second"}) {
      uint32_t seed = seedOf(std::string("Posteriors/") + GetParam().model + "/" + run);
      found = compare(draw(compiled->model(), seed, samples), reference, limit(references));
      if (found.all.empty())
        return;
      std::printf("the %s run:\n%s", run, join(found.all).c_str());
      samples *= 4;
    }
    FAIL() << join(found.all);
  } catch (const Error &error) {
    FAIL() << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Posteriors, testing::ValuesIn(cases),
                         [](const testing::TestParamInfo<Case> &info) { return std::string(info.param.model); });

// The comparison finds errors of the kind that compilers make. Reference draws come from the model as it stands, so a
// model with such an error must disagree, with the precision that agreement needs.
class Wrong : public testing::TestWithParam<std::pair<const char *, const char *>> {};

TEST_P(Wrong, ModelsAreFound) {
  auto references = readReference(tests + "/reference/posteriors.json");
  std::ifstream in(fileOf("arK", ".stan"));
  std::stringstream stream;
  stream << in.rdbuf();
  std::string text = stream.str();
  size_t place = text.find(GetParam().first);
  ASSERT_NE(place, std::string::npos);
  text.replace(place, std::string(GetParam().first).size(), GetParam().second);
  auto compiled = compileText(text, io::readJson(fileOf("arK", ".data.json")));
  const testing::TestInfo *test = testing::UnitTest::GetInstance()->current_test_info();
  Disagreements found =
      compare(draw(compiled->model(), seedOf(test->name()), 4000), references.at("arK-arK"), limit(references));
  EXPECT_TRUE(found.precise) << join(found.all);
  EXPECT_FALSE(found.all.empty());
}

} // namespace
