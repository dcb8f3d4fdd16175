//===- ProfileTest.cpp - profiles of compiled models ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CodeProvider.h"
#include "compiler/driver/CompiledModel.h"
#include "compiler/driver/CompilerLibrary.h"
#include "runtime/model/Evaluation.h"
#include "runtime/profile/Report.h"

#include "gtest/gtest.h"
#include <numeric>
#include <thread>

using namespace astragal;

namespace {

const char *const program = R"(
data {
  int N;
  vector[N] x;
  array[N] int<lower=0> y;
}
parameters {
  real a;
  vector[20] b;
}
model {
  matrix[20, 20] L = cholesky_decompose(add_diag(b * b', 1.0 + exp(a)));
  profile("outer") {
    target += sum(log(diagonal(L)));
    profile("inner") {
      y ~ poisson_log(a + x * b[1]);
    }
  }
}
)";

io::Data makeData() {
  io::Data data("data.json");
  data.set("N", io::Value::integer(1000));
  data.set("x", io::Value::reals({1000}, std::vector<double>(1000, 0.25)));
  data.set("y", io::Value::integers({1000}, std::vector<double>(1000, 2)));
  return data;
}

class Profile : public testing::TestWithParam<bool> {
protected:
  std::shared_ptr<CompiledModel> compile(profile::Profiler *profiler) {
    CompileOptions options;
    options.staticSizes = GetParam();
    options.profiler = profiler;
    options.disabledPasses = {"merge-rows"}; // all rows are equal
    return compileText(program, makeData(), options);
  }

  static void run(const model::Model &model, int count) {
    model::Evaluation evaluation(model);
    std::vector<double> q(21, 0.1), gradient(21);
    for (int k = 0; k < count; ++k)
      evaluation.gradient(q.data(), gradient.data());
  }
};

TEST_P(Profile, CountsAreExact) {
  profile::Profiler profiler;
  auto compiled = compile(&profiler);
  std::thread other([&] { run(compiled->model(), 400); });
  run(compiled->model(), 600);
  other.join();

  profile::Report report(compiled->model().description(), profiler);
  bool hasEntry = false, hasRows = false, hasKernel = false;
  double shares = 0;
  for (const profile::RegionReport &line : report.regions()) {
    shares += line.share;
    if (line.region->entry != ASTRAGAL_GRADIENT_PROPTO_JACOBIAN)
      continue;
    EXPECT_EQ(line.runs, 1000u) << line.region->name;
    hasEntry |= line.depth == 0;
    hasRows |= line.rows == 1000u * 1000;
    hasKernel |= std::string(line.region->name) == "cholesky" && line.region->num_shares > 0;
  }
  EXPECT_TRUE(hasEntry && hasRows && hasKernel);
  EXPECT_NEAR(shares, 1, 1e-12);
}

TEST_P(Profile, RegionsLieInTheirEntry) {
  profile::Profiler profiler;
  auto compiled = compile(&profiler);
  run(compiled->model(), 100);
  profile::Report report(compiled->model().description(), profiler);
  double inside = 0, entry = -1;
  for (const profile::RegionReport &line : report.regions()) {
    EXPECT_GE(line.ownSeconds, 0);
    EXPECT_GE(line.totalSeconds, line.ownSeconds);
    if (line.region->entry != ASTRAGAL_GRADIENT_PROPTO_JACOBIAN)
      continue;
    if (line.depth == 0)
      entry = line.totalSeconds;
    inside += line.ownSeconds;
  }
  EXPECT_NEAR(inside, entry, 1e-9 * entry);
}

TEST_P(Profile, StatementsAndBlocksAreKnown) {
  profile::Profiler profiler;
  auto compiled = compile(&profiler);
  run(compiled->model(), 10);
  const astragal_model &model = compiled->model().description();
  ASSERT_EQ(model.num_profile_blocks, 2u);
  EXPECT_STREQ(model.profile_blocks[0].name, "outer");
  EXPECT_STREQ(model.profile_blocks[1].name, "inner");
  EXPECT_EQ(model.profile_blocks[1].parent, 1u);
  for (uint32_t k = 0; k < model.num_regions; ++k) {
    const astragal_region &region = model.regions[k];
    double sum = 0;
    for (uint32_t s = 0; s < region.num_shares; ++s) {
      ASSERT_LT(region.shares[s].statement, model.num_statements);
      sum += region.shares[s].forward + region.shares[s].reverse;
    }
    if (region.num_shares)
      EXPECT_NEAR(sum, 1, 1e-12);
    if (region.parent)
      EXPECT_LT(region.parent - 1, k);
  }
  std::string blocks = profile::Report(model, profiler).formatBlocks();
  EXPECT_NE(blocks.find("\ninner,"), std::string::npos) << blocks;
  EXPECT_NE(blocks.find("\nouter,"), std::string::npos) << blocks;
}

/// Entries that are compiled when they are asked for have regions that follow those that were there.
TEST_P(Profile, LaterEntriesHaveRegionsToo) {
  profile::Profiler profiler;
  auto compiled = compile(&profiler);
  model::Evaluation evaluation(compiled->model());
  std::vector<double> q(21, 0.1), gradient(21);
  evaluation.gradient(q.data(), gradient.data());
  uint32_t before = compiled->model().description().num_regions;
  for (int k = 0; k < 5; ++k)
    evaluation.logDensity(q.data(), {false, false});
  EXPECT_GT(compiled->model().description().num_regions, before);
  profile::Report report(compiled->model().description(), profiler);
  uint64_t runs = 0;
  for (const profile::RegionReport &line : report.regions())
    if (line.depth == 0 && line.region->entry == ASTRAGAL_LOG_DENSITY)
      runs = line.runs;
  EXPECT_EQ(runs, 5u);
}

/// Without a profiler code is bit for bit what it is without the pass, and with one it computes the same.
TEST_P(Profile, OffMeansNothingIsThere) {
  auto compileObject = [&](bool profile) {
    driver::CodeOptions options = driver::makeCodeOptions(makeData(), {});
    options.staticSizes = GetParam();
    options.profile = profile;
    return driver::openCompiler().compile({"model.stan", program, {}}, options).code;
  };
  driver::Code plain = compileObject(false), profiled = compileObject(true);
  EXPECT_TRUE(plain.description.regions.empty() && plain.description.statements.empty());
  EXPECT_FALSE(profiled.description.regions.empty());
  auto text = [](const driver::Code &code) {
    return std::accumulate(code.objects.begin(), code.objects.end(), std::string());
  };
  EXPECT_EQ(plain.objects, compileObject(false).objects);
  EXPECT_LT(text(plain).size(), text(profiled).size());
#ifdef __x86_64__
  std::string clock = "\x0f\x01\xf9"; // rdtscp
  EXPECT_NE(text(profiled).find(clock), std::string::npos);
  EXPECT_EQ(text(plain).find(clock), std::string::npos);
#endif

  profile::Profiler profiler;
  auto with = compile(&profiler), without = compile(nullptr);
  model::Evaluation a(with->model()), b(without->model());
  EXPECT_EQ(b.profile(), nullptr);
  EXPECT_EQ(without->model().description().num_regions, 0u);
  std::vector<double> q(21, 0.1), one(21), two(21);
  EXPECT_EQ(a.gradient(q.data(), one.data()), b.gradient(q.data(), two.data()));
  EXPECT_EQ(one, two);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Profile, testing::Bool(),
                         [](const auto &info) { return info.param ? "Static" : "Open"; });

} // namespace
