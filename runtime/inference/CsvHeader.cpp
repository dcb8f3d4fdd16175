//===- CsvHeader.cpp - the settings at the head of a CSV file -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/CsvHeader.h"
#include "runtime/io/CsvWriter.h"

#include <ctime>

using namespace astragal;
using namespace astragal::inference;

namespace {

std::string text(int value) { return std::to_string(value); }
std::string text(uint64_t value) { return std::to_string(value); }
std::string text(bool value) { return value ? "true" : "false"; }
std::string text(const char *value) { return value; }
std::string text(const std::string &value) { return value; }
std::string text(double value) {
  char buffer[32];
  return std::string(buffer, io::formatNumber(buffer, value, 17));
}

/// CmdStan's tree of arguments.
class Tree {
public:
  explicit Tree(std::vector<std::string> &lines) : lines(lines) {}
  void node(int depth, const char *name) { lines.push_back(std::string(2 * depth, ' ') + name); }
  template <typename T> void leaf(int depth, const char *name, const T &value) {
    lines.push_back(std::string(2 * depth, ' ') + name + " = " + text(value));
  }
  template <typename T> void leaf(int depth, const char *name, const T &value, const T &standard) {
    leaf(depth, name, value);
    if (value == standard)
      lines.back() += " (Default)";
  }

private:
  std::vector<std::string> &lines;
};

} // namespace

static std::string now() {
  std::time_t time = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&time, &parts);
  char buffer[32];
  return std::string(buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S UTC", &parts));
}

std::vector<std::string> astragal::inference::csvHeader(const model::Model &model,
                                                        const SampleOptions &options, int chainId) {
  const SampleOptions standard;
  const AdaptationOptions &adapt = options.adaptation;
  bool fixed = options.fixedParam || model.dimension() == 0;
  std::vector<std::string> lines;
  Tree tree(lines);
  // The version of CmdStan whose format this is: readers ask for it.
  tree.leaf(0, "stan_version_major", 2);
  tree.leaf(0, "stan_version_minor", 36);
  tree.leaf(0, "stan_version_patch", 0);
  tree.leaf(0, "model", model.name() + "_model");
  tree.leaf(0, "start_datetime", now());
  lines.push_back("method = sample (Default)");
  tree.node(1, "sample");
  tree.leaf(2, "num_samples", options.numSamples, standard.numSamples);
  tree.leaf(2, "num_warmup", options.numWarmup, standard.numWarmup);
  tree.leaf(2, "save_warmup", options.saveWarmup, standard.saveWarmup);
  tree.leaf(2, "thin", options.thin, standard.thin);
  tree.node(2, "adapt");
  tree.leaf(3, "engaged", adapt.engaged, true);
  tree.leaf(3, "gamma", adapt.gamma, standard.adaptation.gamma);
  tree.leaf(3, "delta", adapt.delta, standard.adaptation.delta);
  tree.leaf(3, "kappa", adapt.kappa, standard.adaptation.kappa);
  tree.leaf(3, "t0", adapt.t0, standard.adaptation.t0);
  tree.leaf(3, "init_buffer", adapt.initBuffer, standard.adaptation.initBuffer);
  tree.leaf(3, "term_buffer", adapt.termBuffer, standard.adaptation.termBuffer);
  tree.leaf(3, "window", adapt.window, standard.adaptation.window);
  tree.leaf(3, "save_metric", false, false);
  if (fixed) {
    tree.leaf(2, "algorithm", "fixed_param");
  } else {
    lines.push_back("    algorithm = hmc (Default)");
    tree.node(3, "hmc");
    lines.push_back("        engine = nuts (Default)");
    tree.node(5, "nuts");
    tree.leaf(6, "max_depth", options.maxDepth, standard.maxDepth);
    const char *metric = options.metric == MetricKind::Unit       ? "unit_e"
                         : options.metric == MetricKind::Diagonal ? "diag_e (Default)"
                                                                  : "dense_e";
    tree.leaf(4, "metric", metric);
    lines.push_back("        metric_file =  (Default)");
    tree.leaf(4, "stepsize", options.stepSize, standard.stepSize);
    tree.leaf(4, "stepsize_jitter", options.stepSizeJitter, standard.stepSizeJitter);
  }
  tree.leaf(2, "num_chains", options.chains, 1);
  tree.leaf(0, "id", chainId, 1);
  tree.node(0, "data");
  tree.leaf(1, "file", options.dataFile);
  if (options.inits.empty())
    tree.leaf(0, "init", options.initRadius, standard.initRadius);
  else
    tree.leaf(0, "init", options.initFile);
  tree.node(0, "random");
  tree.leaf(1, "seed", options.seed);
  tree.node(0, "output");
  tree.leaf(1, "file", chainFile(options.csvPath, chainId, options.chains));
  lines.push_back("  diagnostic_file =  (Default)");
  tree.leaf(1, "refresh", options.refresh, standard.refresh);
  tree.leaf(1, "sig_figs", options.digits, standard.digits);
  if (!options.profileFile.empty())
    tree.leaf(1, "profile_file", options.profileFile);
  lines.push_back("  save_cmdstan_config = false (Default)");
  tree.leaf(0, "num_threads", options.threads, 1);
  tree.leaf(0, "stanc_version", model.compiler());
  tree.leaf(0, "stancflags", "");
  tree.leaf(0, "generator", "philox4x32-10");
  for (const std::string &line : options.headerLines)
    lines.push_back(line);
  return lines;
}
