//===- SampleTest.cpp - whole runs ------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Sample.h"
#include "Helpers.h"
#include "Models.h"
#include "runtime/diagnostics/Statistics.h"
#include "runtime/io/CsvReader.h"
#include "runtime/io/Json.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

using namespace astragal;
using namespace astragal::inference;
using tests::errorOf;

static SampleOptions shortRun(int chains = 3) {
  SampleOptions options;
  options.seed = tests::seedOfTest();
  options.chains = chains;
  options.numWarmup = 150;
  options.numSamples = 100;
  return options;
}

/// Equal bit by bit: NaN is NaN.
static bool same(const std::vector<double> &a, const std::vector<double> &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

namespace {
class Sample : public testing::Test {
protected:
  model::Model model{tests::eightSchools(), tests::eightSchoolsData()};
  tests::Folder folder;
};
} // namespace

TEST_F(Sample, EightSchools) {
  SampleOptions options;
  options.seed = tests::seedOfTest();
  options.numSamples = 4000;
  options.threads = 2;
  Draws draws = sample(model, options);
  ASSERT_EQ(draws.chains.size(), 4u);
  ASSERT_EQ(draws.samplerColumns, 7);
  EXPECT_EQ(draws.names[0], "lp__");
  EXPECT_EQ(draws.names[7], "mu");
  EXPECT_EQ(draws.names[8], "tau");
  // Known to three digits from long runs of Stan (and of this sampler): mean of mu 4.40, of tau 3.6, sd of
  // mu 3.3.
  diagnostics::Statistics mu = diagnostics::statistics(draws.column(7)),
                          tau = diagnostics::statistics(draws.column(8));
  EXPECT_NEAR(mu.mean, 4.4, 5 * mu.mcse + 0.05);
  EXPECT_NEAR(tau.mean, 3.6, 5 * tau.mcse + 0.05);
  EXPECT_NEAR(mu.stdDev, 3.3, 0.2);
  EXPECT_LT(mu.rHat, 1.01);
  EXPECT_GT(mu.essBulk, 4000);
  // Generated quantities are fresh for every draw.
  diagnostics::Statistics rep = diagnostics::statistics(draws.column(7 + 18));
  EXPECT_NEAR(rep.stdDev, std::sqrt(225 + 5.6 * 5.6), 0.8);
  EXPECT_GT(rep.essMean, 12000);
}

TEST_F(Sample, DrawsDoNotDependOnThreadsOrOtherChains) {
  SampleOptions options = shortRun(4);
  options.threads = 1;
  Draws one = sample(model, options);
  options.threads = 3;
  Draws three = sample(model, options);
  options.chains = 1;
  options.firstChain = 3;
  Draws alone = sample(model, options);
  for (int c = 0; c < 4; ++c)
    EXPECT_TRUE(same(one.chains[c].values, three.chains[c].values)) << "chain " << c;
  EXPECT_TRUE(same(one.chains[2].values, alone.chains[0].values));
  EXPECT_EQ(alone.chains[0].id, 3);
  EXPECT_FALSE(same(one.chains[0].values, one.chains[1].values));
  options.seed += 1;
  EXPECT_FALSE(same(sample(model, options).chains[0].values, alone.chains[0].values));
}

TEST_F(Sample, ThinningAndWarmUpChooseRowsOnly) {
  SampleOptions options = shortRun(1);
  Draws all = sample(model, options);
  options.thin = 7;
  options.saveWarmup = true;
  Draws some = sample(model, options);
  EXPECT_EQ(all.chains[0].rows, 100);
  EXPECT_EQ(some.chains[0].warmupRows, 22); // of 150
  EXPECT_EQ(some.chains[0].rows, 22 + 15);
  auto x = all.column(7)[0], y = some.column(7)[0];
  ASSERT_EQ(y.size(), 15u);
  for (size_t i = 0; i < y.size(); ++i)
    EXPECT_EQ(y[i], x[7 * i]);
}

TEST_F(Sample, WritesFilesThatReadBack) {
  SampleOptions options = shortRun(2);
  options.csvPath = folder / "out.csv";
  options.digits = 17;
  options.saveWarmup = true;
  options.dataFile = "schools.json";
  options.headerLines = {"remark = one"};
  Draws draws = sample(model, options);
  EXPECT_EQ(folder.size(), 2u);
  for (int c = 0; c < 2; ++c) {
    const ChainDraws &chain = draws.chains[c];
    EXPECT_EQ(chain.csvFile, folder / ("out_" + std::to_string(c + 1) + ".csv"));
    io::CsvFile file = io::readCsv(chain.csvFile);
    EXPECT_EQ(file.names, draws.names);
    EXPECT_EQ(file.values, chain.values);
    EXPECT_EQ(file.warmupRows, 150);
    EXPECT_EQ(file.rows, 250);
    EXPECT_EQ(file.stepSize, chain.stepSize);
    EXPECT_EQ(file.inverseMetric, chain.inverseMetric);
    EXPECT_EQ(file.inverseMetric.size(), 10u);
    EXPECT_EQ(file.settings.at("model"), "schools_model");
    EXPECT_EQ(file.settings.at("num_warmup"), "150");
    EXPECT_EQ(file.settings.at("id"), std::to_string(c + 1));
    EXPECT_EQ(file.settings.at("seed"), std::to_string(options.seed));
    EXPECT_EQ(file.settings.at("remark"), "one");
    EXPECT_EQ(file.settings.at("metric"), "diag_e");
  }
}

TEST_F(Sample, DenseAndUnitMetrics) {
  SampleOptions options = shortRun(1);
  options.csvPath = folder / "out.csv";
  options.metric = MetricKind::Dense;
  Draws dense = sample(model, options);
  EXPECT_EQ(dense.chains[0].inverseMetric.size(), 100u);
  EXPECT_EQ(io::readCsv(folder / "out.csv").inverseMetric.size(), 100u);
  options.metric = MetricKind::Unit;
  Draws unit = sample(model, options);
  EXPECT_EQ(unit.chains[0].inverseMetric, std::vector<double>(10, 1.0));
}

TEST_F(Sample, FailuresLeaveNoFiles) {
  SampleOptions options = shortRun(3);
  options.csvPath = folder / "out.csv";
  options.threads = 1;
  io::Data good("good.json"), bad("bad.json");
  bad.set("tau", io::Value::real(-1));
  options.inits = {good, good, bad};
  EXPECT_EQ(errorOf([&] { sample(model, options); }),
            "initialization failed after 100 attempts: bad.json: schools.stan:16:3: scale is not finite");
  EXPECT_EQ(folder.size(), 0u);

  std::atomic<bool> cancel{true};
  options.inits.clear();
  options.cancel = &cancel;
  EXPECT_EQ(errorOf([&] { sample(model, options); }), "sampling was cancelled");
  EXPECT_EQ(folder.size(), 0u);

  options.cancel = nullptr;
  options.csvPath = folder / "none/out.csv";
  EXPECT_NE(errorOf([&] { sample(model, options); }).find("cannot create file"), std::string::npos);
}

TEST_F(Sample, InterruptedRunsKeepWhatTheyHave) {
  SampleOptions options = shortRun(2);
  std::atomic<bool> interrupt{true};
  options.interrupt = &interrupt;
  options.csvPath = folder / "out.csv";
  Draws none = sample(model, options);
  EXPECT_TRUE(none.isPartial());
  EXPECT_EQ(none.chains[0].rows, 0);
  EXPECT_EQ(folder.size(), 0u);

  interrupt = false;
  options.numSamples = 2000000;
  options.keepDraws = false;
  options.threads = 2;
  std::thread user([&] {
    auto isGrowing = [&](int id) {
      std::error_code ignored;
      std::string name = "out_" + std::to_string(id) + ".csv.tmp" + std::to_string(getpid());
      auto size = std::filesystem::file_size(folder / name, ignored);
      return !ignored && size > 100000;
    };
    while (!isGrowing(1) || !isGrowing(2))
      std::this_thread::yield();
    interrupt = true;
  });
  Draws some = sample(model, options);
  user.join();
  EXPECT_TRUE(some.isPartial());
  EXPECT_EQ(folder.size(), 2u);
  for (const ChainDraws &chain : some.chains) {
    EXPECT_EQ(chain.csvFile, folder / ("out_" + std::to_string(chain.id) + ".csv.partial"));
    EXPECT_GT(chain.rows, 0);
    EXPECT_EQ(io::readCsv(chain.csvFile).rows, chain.rows);
  }

  options.numSamples = 10;
  options.interrupt = nullptr;
  EXPECT_FALSE(sample(model, options).isPartial());
}

TEST_F(Sample, FatalChecksEndTheRun) {
  SampleOptions options = shortRun(2);
  io::Data far("far.json");
  far.set("mu", io::Value::real(2e6));
  options.inits = {far};
  EXPECT_EQ(errorOf([&] { sample(model, options); }), "schools.stan:17:5: index is out of range");
}

TEST_F(Sample, FailuresOfGeneratedQuantitiesAreNaN) {
  astragal_model failing = tests::eightSchools();
  failing.entries[ASTRAGAL_GENERATE] = [](astragal_call *call) { call->failed_check = 2; };
  model::Model model(failing, tests::eightSchoolsData());
  Draws draws = sample(model, shortRun(1));
  EXPECT_EQ(draws.chains[0].generateFailures, 100);
  EXPECT_EQ(draws.chains[0].generateFailure, "schools.stan:16:3: scale is not finite");
  EXPECT_TRUE(std::isfinite(draws.chains[0].values[7 + 17]));
  EXPECT_TRUE(std::isnan(draws.chains[0].values[7 + 18]));
}

TEST_F(Sample, CountsRejections) {
  static thread_local int calls;
  calls = 0;
  astragal_model fragile = tests::eightSchools();
  fragile.entries[ASTRAGAL_GRADIENT_PROPTO_JACOBIAN] = [](astragal_call *call) {
    tests::eightSchools().entries[ASTRAGAL_GRADIENT_PROPTO_JACOBIAN](call);
    if (!call->workspace_needed && ++calls % 50 == 0)
      call->failed_check = 2;
  };
  model::Model model(fragile, tests::eightSchoolsData());
  SampleOptions options = shortRun(1);
  options.threads = 1;
  Draws draws = sample(model, options);
  EXPECT_GT(draws.chains[0].rejections, 2);
  EXPECT_EQ(draws.chains[0].rejections, draws.chains[0].divergences);
  EXPECT_EQ(draws.chains[0].rejection, "schools.stan:16:3: scale is not finite");
}

TEST_F(Sample, FixedParametersStay) {
  SampleOptions options = shortRun(1);
  options.fixedParam = true;
  options.csvPath = folder / "out.csv";
  Draws draws = sample(model, options);
  EXPECT_EQ(draws.samplerColumns, 2);
  EXPECT_EQ(draws.chains[0].rows, 100);
  auto mu = draws.column(2)[0], rep = draws.column(2 + 18)[0];
  EXPECT_EQ(mu.front(), mu.back());
  EXPECT_NE(rep.front(), rep.back());
  io::CsvFile file = io::readCsv(folder / "out.csv");
  EXPECT_EQ(file.settings.at("algorithm"), "fixed_param");
  EXPECT_EQ(file.rows, 100);
}

TEST_F(Sample, AModelWithoutDataRowsSamplesItsPrior) {
  model::Model empty(tests::eightSchools(), io::parseJson("{\"J\": 0}"));
  SampleOptions options;
  options.seed = tests::seedOfTest();
  Draws draws = sample(empty, options);
  EXPECT_EQ(draws.columns(), 9);
  diagnostics::Statistics mu = diagnostics::statistics(draws.column(7));
  EXPECT_NEAR(mu.mean, 0, 5 * mu.mcse);
  EXPECT_NEAR(mu.stdDev, 5, 0.6);
}

TEST_F(Sample, RefusesOptionsOutOfRange) {
  auto message = [&](auto change) {
    SampleOptions options = shortRun(2);
    change(options);
    return errorOf([&] { sample(model, options); });
  };
  EXPECT_EQ(message([](SampleOptions &o) { o.chains = 0; }), "the number of chains must be positive");
  EXPECT_EQ(message([](SampleOptions &o) { o.thin = 0; }), "the thinning must be positive");
  EXPECT_EQ(message([](SampleOptions &o) { o.adaptation.delta = 1; }),
            "the target acceptance delta must be between 0 and 1");
  EXPECT_EQ(message([](SampleOptions &o) { o.maxDepth = 31; }),
            "the maximal tree depth must be within 1 and 30");
  EXPECT_EQ(message([](SampleOptions &o) { o.stepSize = NAN; }), "the step size must be positive");
  EXPECT_EQ(message([](SampleOptions &o) { o.inverseMetric = {1, 2}; }),
            "the inverse metric has 2 elements for 10 parameters");
  EXPECT_EQ(message([](SampleOptions &o) { o.inits.resize(3); }),
            "initial values must be given once, or once for every chain");
  EXPECT_EQ(message([](SampleOptions &o) { o.numWarmup = 0; }), "no error");
  EXPECT_EQ(message([](SampleOptions &o) { o.numSamples = 0; }), "no error");
  EXPECT_EQ(message([](SampleOptions &o) { o.numWarmup = 5; }), "no error");
}

TEST(ChainFile, NamesOfManyChainsHaveTheirNumber) {
  EXPECT_EQ(chainFile("out.csv", 3, 1), "out.csv");
  EXPECT_EQ(chainFile("a.b/out.csv", 3, 2), "a.b/out_3.csv");
  EXPECT_EQ(chainFile("a.b/out", 3, 2), "a.b/out_3");
}

TEST_F(Sample, QuantitiesAreFoundByName) {
  SampleOptions options = shortRun(2);
  options.saveWarmup = true;
  Draws draws = sample(model, options);
  EXPECT_EQ(draws.names[draws.indexOf("tau")], "tau");
  EXPECT_EQ(draws.names[draws.indexOf("theta[3]")], "theta.3");
  EXPECT_EQ(draws.indexOf("theta[3]"), draws.indexOf("theta.3"));
  EXPECT_EQ(draws.indexOf("theta"), -1);
  EXPECT_EQ(draws.indexOf(""), -1);
  auto chains = draws.column(draws.indexOf("theta.3"));
  std::vector<double> all = chains[0];
  all.insert(all.end(), chains[1].begin(), chains[1].end());
  EXPECT_EQ(all.size(), 200u);
  EXPECT_TRUE(same(draws.find("theta[3]"), all));
  EXPECT_EQ(errorOf([&] { draws.find("kappa"); }), "the draws have no quantity 'kappa'");
}
