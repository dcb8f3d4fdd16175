//===- ProfileTest.cpp - what is made of measured times -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/profile/Report.h"

#include "gtest/gtest.h"
#include <nlohmann/json.hpp>

using namespace astragal::profile;

namespace {

// A gradient: a loop that calls a kernel, and scalars; of two statements, the second in two blocks of one
// name.
const astragal_statement statements[] = {{"dir/m.stan", 3, 1, "a ~ \"x\"", 0},
                                         {"dir/m.stan", 5, 1, "b ~ y", 2}};
const astragal_profile_block blocks[] = {{"p", 0}, {"p", 1}};
const astragal_share mixed[] = {{1, 0.5, 0.25}, {0, 0.25, 0}}, first[] = {{0, 1, 0}};

astragal_region makeRegion(uint32_t kind, uint32_t parent, const char *name,
                           std::initializer_list<int> which) {
  astragal_region region = {};
  region.entry = ASTRAGAL_GRADIENT;
  region.kind = kind;
  region.parent = parent;
  region.name = name;
  region.num_shares = static_cast<uint32_t>(which.size());
  region.shares = which.size() == 2 ? mixed : first;
  return region;
}

const astragal_region regions[] = {
    makeRegion(ASTRAGAL_ENTRY_REGION, 0, "gradient", {}), makeRegion(ASTRAGAL_LOOP_REGION, 1, "loop", {0, 1}),
    makeRegion(ASTRAGAL_CALL_REGION, 2, "cholesky", {0, 1}), makeRegion(ASTRAGAL_STRETCH_REGION, 1, "", {0})};

astragal_model makeModel() {
  astragal_model model = {};
  model.name = "m";
  model.num_regions = 4;
  model.regions = regions;
  model.num_statements = 2;
  model.statements = statements;
  model.num_profile_blocks = 2;
  model.profile_blocks = blocks;
  return model;
}

/// What a mark does.
void mark(Recorder &recorder, uint32_t region, uint64_t ticks, bool begins = false) {
  astragal_profile &profile = *recorder.get();
  if (!begins) {
    profile.regions[region].ticks += ticks - profile.latest;
    ++profile.regions[region].runs;
  }
  profile.latest = ticks;
  if (profile.next != profile.end)
    *profile.next++ = {ticks, region | (begins ? ASTRAGAL_EVENT_BEGIN : 0)};
}

void runGradient(Recorder &recorder, uint64_t start) {
  mark(recorder, 0, start, true);
  mark(recorder, 2, start + 10'000'000);
  mark(recorder, 2, start + 20'000'000);
  mark(recorder, 1, start + 25'000'000);
  mark(recorder, 3, start + 35'000'000);
  mark(recorder, 0, start + 40'000'000);
}

TEST(Profile, OwnTimesAddUp) {
  astragal_model model = makeModel();
  Profiler profiler;
  Recorder &recorder = profiler.open("one");
  recorder.reserve(model);
  runGradient(recorder, readClock());
  runGradient(recorder, readClock());
  Report report(model, profiler);
  ASSERT_EQ(report.regions().size(), 4u);
  const RegionReport &entry = report.regions()[0], &loop = report.regions()[1], &kernel = report.regions()[2];
  EXPECT_EQ(entry.runs, 2u);
  EXPECT_EQ(kernel.runs, 4u);
  EXPECT_EQ(kernel.depth, 2);
  double unit = report.secondsOf(1'000'000);
  EXPECT_NEAR(entry.totalSeconds, 80 * unit, 0.01 * unit);
  EXPECT_NEAR(entry.ownSeconds, 10 * unit, 0.01 * unit);
  EXPECT_NEAR(loop.totalSeconds, 50 * unit, 0.01 * unit);
  EXPECT_NEAR(loop.ownSeconds, 10 * unit, 0.01 * unit);
  EXPECT_NEAR(kernel.share, 0.5, 1e-4);
  EXPECT_NEAR(kernel.reverse, 0.25, 1e-12);
  EXPECT_NE(report.formatTable().find("! "), std::string::npos);
  EXPECT_NE(report.formatTable().find("m.stan:5: b ~ y"), std::string::npos);
}

TEST(Profile, BlocksAreDividedAsOperationsAre) {
  astragal_model model = makeModel();
  Profiler profiler;
  Recorder &recorder = profiler.open("chain 7");
  recorder.setName("chain 7", 7);
  recorder.reserve(model);
  runGradient(recorder, readClock());
  Report report(model, profiler);
  double ms = report.secondsOf(1'000'000);
  int chain = 0;
  double total = 0, forward = 0, reverse = 0;
  unsigned long long gradients = 0, others = 0;
  std::string csv = report.formatBlocks();
  ASSERT_EQ(std::sscanf(csv.c_str() + csv.find('\n') + 1, "p,%d,%lf,%lf,%lf,0,0,%llu,%llu", &chain, &total,
                        &forward, &reverse, &gradients, &others),
            6)
      << csv;
  EXPECT_EQ(chain, 7);
  EXPECT_NEAR(forward, 0.5 * 25 * ms, 1e-3 * ms); // blocks of one name count once
  EXPECT_NEAR(reverse, 0.25 * 25 * ms, 1e-3 * ms);
  EXPECT_NEAR(total, forward + reverse, 1e-4 * ms);
  EXPECT_EQ(gradients, 1u);
  EXPECT_EQ(others, 0u);
}

TEST(Profile, TraceHasWholeEvaluations) {
  astragal_model model = makeModel();
  Profiler profiler(15); // two evaluations and a half
  Recorder &recorder = profiler.open("chain \"1\"");
  recorder.reserve(model);
  for (int k = 0; k < 3; ++k)
    runGradient(recorder, readClock() + 1000);
  std::string text;
  Report report(model, profiler);
  auto [written, left] = report.writeTrace([&](std::string_view piece) { text += piece; });
  EXPECT_EQ(written, 10u);
  EXPECT_EQ(left, 5u);
  nlohmann::json trace = nlohmann::json::parse(text), spans;
  for (const auto &event : trace["traceEvents"])
    if (event["ph"] == "X")
      spans.push_back(event);
  ASSERT_EQ(spans.size(), 10u);
  double unit = 1e6 * report.secondsOf(1'000'000); // in microseconds
  EXPECT_EQ(spans[2]["name"], "loop");
  EXPECT_NEAR(spans[2]["dur"].get<double>(), 25 * unit, 0.01);
  EXPECT_EQ(spans[2]["ts"], spans[0]["ts"]) << "a loop begins with what is in it";
  EXPECT_EQ(spans[3]["args"]["statements"][0], "m.stan:3: a ~ \"x\"");
  EXPECT_NEAR(spans[4]["dur"].get<double>(), 40 * unit, 0.01);
}

TEST(Profile, RoomLastsForAllIterations) {
  astragal_model model = makeModel();
  Profiler profiler(400);
  Recorder &recorder = profiler.open("chain");
  recorder.reserve(model);
  for (int k = 0; k < 1000; ++k) {
    recorder.beginIteration(k, 1000);
    for (int j = 0; j < 5; ++j)
      runGradient(recorder, readClock());
    recorder.endIteration(k);
  }
  ASSERT_LE(recorder.end() - recorder.begin(), 400);
  std::vector<uint32_t> kept;
  for (const astragal_event *event = recorder.begin(); event != recorder.end(); ++event)
    if (event->what >= iterationBegin && event->what < iterationEnd)
      kept.push_back(static_cast<uint32_t>(event->what));
  ASSERT_GE(kept.size(), 400u / 40);
  EXPECT_EQ(kept.front(), 0u);
  EXPECT_GT(kept.back(), 850u);
}

TEST(Profile, EventsOfAllThreadsAreBounded) {
  Profiler profiler(100);
  astragal_model model = makeModel();
  long events = 0;
  for (int k = 0; k < 30; ++k) {
    Recorder &recorder = profiler.open("thread");
    recorder.reserve(model);
    for (int j = 0; j < 100; ++j)
      runGradient(recorder, readClock());
    events += recorder.end() - recorder.begin();
  }
  EXPECT_EQ(events, 1000);
}

} // namespace
