//===- Explain.cpp - each region of a gradient and the roofline -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/Explain.h"
#include "runtime/model/Evaluation.h"
#include "tools/astragal/Roofline.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace astragal::tool {

namespace {
/// The nearest place that holds so many bytes.
const char *levelOf(double bytes) {
  struct Level {
    const char *name;
    long bytes;
  };
  static const Level levels[] = {{"L1", sysconf(_SC_LEVEL1_DCACHE_SIZE)},
                                 {"L2", sysconf(_SC_LEVEL2_CACHE_SIZE)},
                                 {"L3", sysconf(_SC_LEVEL3_CACHE_SIZE)}};
  for (const Level &level : levels)
    if (level.bytes > 0 && bytes <= static_cast<double>(level.bytes))
      return level.name;
  return "DRAM";
}

/// Runs gradients for a time; the profile of this batch alone.
const profile::Recorder &runBatch(const model::Model &model, const std::vector<double> &q, double seconds) {
  using Clock = std::chrono::steady_clock;
  model::Evaluation evaluation(model);
  std::vector<double> gradient(q.size());
  Clock::time_point begin = Clock::now();
  do
    evaluation.gradient(q.data(), gradient.data());
  while (std::chrono::duration<double>(Clock::now() - begin).count() < seconds);
  return *evaluation.profile();
}

double ticksOf(const profile::Recorder &recorder) {
  double ticks = 0;
  for (const astragal_region_time &time : recorder.times())
    ticks += static_cast<double>(time.ticks);
  return ticks;
}
} // namespace

double Explanation::Line::roof() const {
  double least = std::max(computeSeconds, memorySeconds);
  return seconds > 0 ? 100 * least / seconds : 0;
}

/// Of sizes within a factor of two of each other, one is measured.
double Explanation::bandwidthOf(double bytes) {
  double size = std::exp2(std::ceil(std::log2(std::max(bytes, 8192.0))));
  for (auto &[known, bandwidth] : bandwidths)
    if (known == size)
      return bandwidth;
  return bandwidths.emplace_back(size, measureBandwidth(static_cast<size_t>(std::max(bytes, 8192.0)))).second;
}

Explanation::Explanation(const model::Model &model, const profile::Profiler &profiler,
                         const std::vector<double> &q, int batches, double batchSeconds)
    : peakFlops(measureFlops()), nearBandwidth(measureBandwidth(0)) {
  runBatch(model, q, 0); // compiles what is missing, and grows the workspace
  const profile::Recorder *best = nullptr;
  double least = 0, gradients = 0;
  // The model's only entry of this kind.
  const astragal_model &description = model.description();
  auto *entry = std::find_if(
      description.regions, description.regions + description.num_regions, [](const auto &region) {
        return region.kind == ASTRAGAL_ENTRY_REGION && region.entry == ASTRAGAL_GRADIENT_PROPTO_JACOBIAN;
      });
  if (entry == description.regions + description.num_regions)
    return;
  // Short ones: whoever else runs on this machine lengthens some of them.
  int pieces = static_cast<int>(std::clamp(batchSeconds / 1e-3, 1.0, 50.0));
  for (int batch = 0; batch < batches * pieces; ++batch) {
    const profile::Recorder &recorder = runBatch(model, q, batchSeconds / pieces);
    double runs = static_cast<double>(recorder.times()[entry - description.regions].runs);
    if (runs > 0 && (!best || ticksOf(recorder) / runs < least)) {
      best = &recorder;
      least = ticksOf(recorder) / runs;
      gradients = runs;
    }
  }
  if (!best)
    return;
  profile::Report report(description, profiler, best);
  seconds = report.seconds() / gradients;
  clockSeconds = report.clockSeconds() / gradients;
  for (const profile::RegionReport &region : report.regions())
    if (region.depth == 0)
      rest += region.ownSeconds / gradients;
    else
      add(report, region, gradients);
  std::sort(lines.begin(), lines.end(), [](const Line &a, const Line &b) { return a.share > b.share; });
}

void Explanation::add(const profile::Report &report, const profile::RegionReport &region, double gradients) {
  const astragal_region &work = *region.region;
  Line line;
  line.name = work.kind == ASTRAGAL_STRETCH_REGION ? "scalars" : work.name;
  line.statements = report.describeStatements(work);
  line.seconds = region.ownSeconds / gradients;
  line.share = seconds > 0 ? line.seconds / seconds : 0;
  line.runs = static_cast<double>(region.runs) / gradients;
  line.rows = static_cast<double>(region.rows) / gradients;
  line.hasWork = !work.parts;
  line.isExact = work.exact;
  double times = work.by_row ? line.rows : line.runs;
  line.flops = times * work.flops;
  line.functionFlops = times * work.function_flops;
  line.bytesRead = times * work.bytes_read;
  line.bytesWritten = times * work.bytes_written;
  line.calls = times * work.calls;
  double bytes = line.bytesRead + line.bytesWritten;
  // Where sizes are open, what is touched is not known; each run may touch no more than it reads and writes.
  line.workingSet = work.working_set > 0 ? work.working_set : bytes / std::max(1.0, line.runs);
  line.level = levelOf(line.workingSet);
  line.computeSeconds = line.flops / peakFlops;
  line.memorySeconds = bytes / nearBandwidth;
  if (line.hasWork && bytes > 0)
    line.memorySeconds = std::max(line.memorySeconds, std::min(bytes, line.runs * line.workingSet) /
                                                          bandwidthOf(line.workingSet));
  lines.push_back(std::move(line));
}

lower::Work Explanation::total(const lower::Work &counted) const {
  lower::Work sum;
  sum.workingSet = counted.workingSet;
  for (const Line &line : lines) {
    if (!line.hasWork)
      continue;
    sum.flops += line.flops;
    sum.functionFlops += line.functionFlops;
    sum.bytesRead += line.bytesRead;
    sum.bytesWritten += line.bytesWritten;
    sum.calls += line.calls;
    sum.isExact &= line.isExact;
  }
  return sum;
}

nlohmann::ordered_json Explanation::json() const {
  nlohmann::ordered_json regions = nlohmann::ordered_json::array();
  for (const Line &line : lines) {
    nlohmann::ordered_json region = {{"region", line.name}, {"statements", line.statements},
                                     {"share", line.share}, {"us", 1e6 * line.seconds},
                                     {"runs", line.runs},   {"rows", line.rows}};
    if (line.hasWork)
      region.update({{"flops", line.flops},
                     {"flops_of_functions", line.functionFlops},
                     {"bytes_read", line.bytesRead},
                     {"bytes_written", line.bytesWritten},
                     {"calls_not_counted", line.calls},
                     {"count_is_exact", line.isExact},
                     {"working_set_bytes", line.workingSet},
                     {"level", line.level},
                     {"bound", line.memorySeconds > line.computeSeconds ? "memory" : "compute"},
                     {"roofline_percent", line.roof()}});
    regions.push_back(region);
  }
  return {
      {"us", 1e6 * seconds}, {"rest_us", 1e6 * rest}, {"clock_us", 1e6 * clockSeconds}, {"regions", regions}};
}

void Explanation::print() const {
  std::printf("\n%.4g us a gradient by parts; reading the clock took %.3g us more, which is left out\n",
              1e6 * seconds, 1e6 * clockSeconds);
  std::printf("\n%7s %9s %7s %9s %9s %9s %9s %5s %8s %8s %9s  %s\n", "share", "us", "runs", "flop",
              "in exp..", "read B", "written B", "from", "GFLOP/s", "GB/s", "roofline", "code");
  constexpr double leastShown = 0.001;
  size_t hidden = 0;
  double hiddenSeconds = rest;
  for (const Line &line : lines) {
    if (line.share < leastShown) {
      ++hidden;
      hiddenSeconds += line.seconds;
      continue;
    }
    std::printf("%5.1f %% %9.3g %7.6g ", 100 * line.share, 1e6 * line.seconds, line.runs);
    if (line.hasWork)
      std::printf("%9.3g %9.3g %9.3g %9.3g %5s %8.3g %8.3g %s%5.3g %% %s", line.flops, line.functionFlops,
                  line.bytesRead, line.bytesWritten, line.level.c_str(),
                  line.seconds > 0 ? line.flops / line.seconds * 1e-9 : 0,
                  line.seconds > 0 ? (line.bytesRead + line.bytesWritten) / line.seconds * 1e-9 : 0,
                  line.isExact && line.calls == 0 ? " " : "~", line.roof(),
                  line.memorySeconds > line.computeSeconds ? "m" : "c");
    else
      std::printf("%73s", "see its parts");
    std::string code = line.name;
    if (line.calls > 0)
      code += " (calls functions)";
    std::printf("  %s", code.c_str());
    constexpr size_t shown = 4;
    for (size_t k = 0; k < std::min(shown, line.statements.size()); ++k)
      std::printf(k == 0 ? "%*s%s" : "\n%*s%s", k == 0 ? 2 : static_cast<int>(104 + code.size()), "",
                  line.statements[k].c_str());
    if (line.statements.size() > shown)
      std::printf("\n%*sand %zu more", static_cast<int>(104 + code.size()), "",
                  line.statements.size() - shown);
    std::printf("\n");
  }
  std::printf(
      "%5.1f %% %9.3g  %zu others, of less than 0.1 %% each, and what is too little to be timed alone\n",
      seconds > 0 ? 100 * hiddenSeconds / seconds : 0, 1e6 * hiddenSeconds, hidden);
  std::printf("\nmachine: %.4g GFLOP/s;", peakFlops * 1e-9);
  std::vector<std::pair<double, double>> sorted = bandwidths;
  std::sort(sorted.begin(), sorted.end());
  for (auto [bytes, bandwidth] : sorted)
    std::printf(" %.4g GB/s from %s (%.3g bytes)", bandwidth * 1e-9, levelOf(bytes), bytes);
  std::printf(
      "\nroofline: c bound by operations, m by memory; ~ work is an estimate, or calls are not counted\n");
}

} // namespace astragal::tool
