//===- Report.cpp - what a profile says -----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/profile/Report.h"

#include <algorithm>
#include <cstdio>
#include <map>

using namespace astragal::profile;

double Report::secondsIn(const astragal_region_time &time) const {
  double ticks = static_cast<double>(time.ticks) - ticksPerReading * static_cast<double>(time.runs);
  return std::max(0.0, ticks) * secondsPerTick;
}

/// How much of a region's operations belongs to the reverse sweep.
static double reverseOf(const astragal_region &region) {
  double forward = 0, reverse = 0;
  for (uint32_t k = 0; k < region.num_shares; ++k) {
    forward += region.shares[k].forward;
    reverse += region.shares[k].reverse;
  }
  return forward + reverse > 0 ? reverse / (forward + reverse) : 0;
}

Report::Report(const astragal_model &model, const Profiler &profiler, const Recorder *only)
    : model(model), profiler(profiler), secondsPerTick(profiler.clock().secondsPerTick()),
      ticksPerReading(measureReading()) {
  std::vector<astragal_region_time> times(model.num_regions);
  for (const Recorder &recorder : profiler.recorders())
    if (!only || only == &recorder)
      recorders.push_back(&recorder);
  for (const Recorder *recorder : recorders)
    for (size_t k = 0; k < recorder->times().size(); ++k) {
      times[k].runs += recorder->times()[k].runs;
      times[k].rows += recorder->times()[k].rows;
      times[k].ticks += recorder->times()[k].ticks;
    }
  std::vector<double> own(times.size()), all;
  for (size_t k = 0; k < times.size(); ++k) {
    own[k] = secondsIn(times[k]);
    total += own[k];
    reading += ticksPerReading * secondsPerTick * static_cast<double>(times[k].runs);
  }
  // A region comes after the one that it is in.
  all = own;
  for (size_t k = times.size(); k-- > 0;)
    if (uint32_t parent = model.regions[k].parent)
      all[parent - 1] += all[k];
  std::vector<int> depths(times.size());
  for (uint32_t k = 0; k < times.size(); ++k) {
    const astragal_region &region = model.regions[k];
    depths[k] = region.parent ? depths[region.parent - 1] + 1 : 0;
    if (times[k].runs)
      lines.push_back({&region, k, depths[k], times[k].runs, times[k].rows, own[k], all[k],
                       total > 0 ? own[k] / total : 0, reverseOf(region)});
  }
}

std::vector<std::string> Report::describeStatements(const astragal_region &region) const {
  std::vector<std::string> texts;
  for (uint32_t k = 0; k < region.num_shares; ++k) {
    const astragal_statement &statement = model.statements[region.shares[k].statement];
    std::string file = statement.file;
    texts.push_back(file.substr(file.rfind('/') + 1) + ":" + std::to_string(statement.line) + ": " +
                    statement.text);
  }
  return texts;
}

static std::string nameOf(const astragal_region &region) {
  return region.kind == ASTRAGAL_STRETCH_REGION ? "scalars" : region.name;
}

namespace {
/// Regions with less are summed up: they are many, and nobody waits for them.
constexpr double leastShown = 0.001;
constexpr size_t shownStatements = 6;

/// A line of the table, without the code.
std::string formatLine(char flag, double share, double seconds, const std::string &runs,
                       const std::string &mean, const std::string &rows, const std::string &reverse) {
  char text[160];
  std::snprintf(text, sizeof text, "%c %5.1f %% %11.3f %10s %12s %9s %8s  ", flag, 100 * share, 1e3 * seconds,
                runs.c_str(), mean.c_str(), rows.c_str(), reverse.c_str());
  return text;
}

std::string format(const char *pattern, double value) {
  char text[40];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}
} // namespace

std::string Report::formatTable() const {
  uint64_t evaluations = 0, readings = 0;
  for (const RegionReport &line : lines) {
    readings += line.runs;
    if (line.depth == 0)
      evaluations += line.runs;
  }
  char text[512];
  std::snprintf(text, sizeof text,
                "Profile of %s: %.4g s in %llu evaluations; reading the clock %llu times took %.3g s more\n"
                "(%.3g ns each), which is left out.\n\n",
                model.name, total, static_cast<unsigned long long>(evaluations),
                static_cast<unsigned long long>(readings), reading, 1e9 * ticksPerReading * secondsPerTick);
  std::string table = text;
  std::snprintf(text, sizeof text, "  %7s %11s %10s %12s %9s %8s  %s\n", "share", "total ms", "runs",
                "mean us", "rows", "reverse", "code");
  table += text;
  bool hasBottleneck = false;
  size_t hidden = 0;
  double hiddenSeconds = 0;
  for (const RegionReport &line : lines) {
    bool isEntry = line.depth == 0;
    // An entry is shown with all that is in it, the others by themselves: these add up to it with its rest.
    double seconds = isEntry ? line.totalSeconds : line.ownSeconds, runs = static_cast<double>(line.runs);
    if (seconds < leastShown * total) {
      ++hidden;
      hiddenSeconds += line.ownSeconds;
      continue;
    }
    bool isSlow = !isEntry && line.share > bottleneck;
    hasBottleneck |= isSlow;
    if (isEntry)
      table += "\n";
    std::string begin = formatLine(isSlow ? '!' : ' ', seconds / total, seconds, std::to_string(line.runs),
                                   format("%.4f", 1e6 * seconds / runs),
                                   line.region->kind == ASTRAGAL_LOOP_REGION
                                       ? format("%.6g", static_cast<double>(line.rows) / runs)
                                       : "",
                                   isEntry ? "" : format("%.0f %%", 100 * line.reverse));
    begin += std::string(2 * line.depth, ' ') + nameOf(*line.region);
    table += begin;
    std::vector<std::string> statements = describeStatements(*line.region);
    for (size_t k = 0; k < std::min(shownStatements, statements.size()); ++k)
      table += (k == 0 ? "  " : "\n" + std::string(begin.size() + 2, ' ')) + statements[k];
    if (statements.size() > shownStatements)
      table += "\n" + std::string(begin.size() + 2, ' ') + "and " +
               std::to_string(statements.size() - shownStatements) + " more";
    table += "\n";
    if (isEntry && line.ownSeconds >= leastShown * total)
      table += formatLine(' ', line.share, line.ownSeconds, "", "", "", "") +
               "  what is too little to be timed alone\n";
  }
  if (hidden)
    table += "\n" + formatLine(' ', hiddenSeconds / total, hiddenSeconds, "", "", "", "") +
             std::to_string(hidden) + " others, of less than 0.1 % each\n";
  if (hasBottleneck)
    table += "\n! more than a tenth of all time\n";
  return table;
}

std::string Report::formatBlocks() const {
  struct Times {
    double forward = 0, reverse = 0;
    uint64_t gradients = 0, others = 0;
  };
  std::string csv =
      "name,thread_id,total_time,forward_time,reverse_time,chain_stack,no_chain_stack,autodiff_calls,"
      "no_autodiff_calls\n";
  for (const Recorder *one : recorders) {
    const Recorder &recorder = *one;
    std::map<std::string, Times> blocks;
    for (uint32_t b = 0; b < model.num_profile_blocks; ++b)
      blocks[model.profile_blocks[b].name];
    std::map<std::pair<std::string, uint32_t>, uint64_t> calls; // of a block in an entry
    for (uint32_t k = 0; k < recorder.times().size(); ++k) {
      const astragal_region &region = model.regions[k];
      double seconds = secondsIn(recorder.times()[k]);
      uint32_t top = k;
      while (model.regions[top].parent)
        top = model.regions[top].parent - 1;
      for (uint32_t s = 0; s < region.num_shares; ++s) {
        const astragal_share &share = region.shares[s];
        // A block counts in those around it, but only once in those of its own name.
        std::vector<std::string> seen;
        for (uint32_t b = model.statements[share.statement].profile; b;
             b = model.profile_blocks[b - 1].parent) {
          std::string name = model.profile_blocks[b - 1].name;
          if (std::find(seen.begin(), seen.end(), name) != seen.end())
            continue;
          seen.push_back(name);
          blocks[name].forward += seconds * share.forward;
          blocks[name].reverse += seconds * share.reverse;
          calls[{name, region.entry}] = recorder.times()[top].runs;
        }
      }
    }
    for (auto &[where, count] : calls) {
      bool isGradient =
          where.second >= ASTRAGAL_GRADIENT && where.second <= ASTRAGAL_GRADIENT_PROPTO_JACOBIAN;
      (isGradient ? blocks[where.first].gradients : blocks[where.first].others) += count;
    }
    for (auto &[name, times] : blocks) {
      char line[160];
      std::snprintf(line, sizeof line, ",%d,%.6g,%.6g,%.6g,0,0,%llu,%llu\n", recorder.number(),
                    times.forward + times.reverse, times.forward, times.reverse,
                    static_cast<unsigned long long>(times.gradients),
                    static_cast<unsigned long long>(times.others));
      csv += name + line;
    }
  }
  return csv;
}
