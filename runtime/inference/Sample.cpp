//===- Sample.cpp - sampling a model's posterior --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Sample.h"
#include "runtime/Error.h"
#include "runtime/inference/Chain.h"
#include "runtime/inference/Rejections.h"
#include "runtime/io/OutputFile.h"
#include "runtime/pool/Processors.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <thread>

using namespace astragal;
using namespace astragal::inference;

static void require(bool condition, const std::string &message) {
  if (!condition)
    throw Error(Error::Kind::Usage, message);
}

static void checkOptions(const model::Model &model, const SampleOptions &options) {
  const AdaptationOptions &adapt = options.adaptation;
  require(options.chains >= 1, "the number of chains must be positive");
  require(options.firstChain >= 0 && int64_t(options.firstChain) + options.chains <= 0x1000000,
          "chain identifiers must be within 0 and 16777215");
  require(options.threads >= 0 && options.threads <= 1024, "the number of threads must be within 0 and 1024");
  require(options.numWarmup >= 0, "the number of warm-up iterations must not be negative");
  require(options.numSamples >= 0, "the number of samples must not be negative");
  require(options.thin >= 1, "the thinning must be positive");
  require(options.maxDepth >= 1 && options.maxDepth <= 30, "the maximal tree depth must be within 1 and 30");
  require(options.stepSize > 0 && std::isfinite(options.stepSize), "the step size must be positive");
  require(options.stepSizeJitter >= 0 && options.stepSizeJitter <= 1,
          "the step size's jitter must be within 0 and 1");
  require(adapt.delta > 0 && adapt.delta < 1, "the target acceptance delta must be between 0 and 1");
  require(adapt.gamma > 0, "the adaptation's gamma must be positive");
  require(adapt.kappa > 0, "the adaptation's kappa must be positive");
  require(adapt.t0 > 0, "the adaptation's t0 must be positive");
  require(adapt.initBuffer >= 0 && adapt.termBuffer >= 0 && adapt.window >= 1,
          "the adaptation's buffers must not be negative, and its window must be positive");
  require(options.initRadius >= 0 && std::isfinite(options.initRadius),
          "the radius of initial values must not be negative");
  require(options.inits.size() <= 1 || options.inits.size() == size_t(options.chains),
          "initial values must be given once, or once for every chain");
  size_t size = model.dimension();
  require(options.inverseMetric.empty() ||
              options.inverseMetric.size() == (options.metric == MetricKind::Dense ? size * size : size),
          "the inverse metric has " + std::to_string(options.inverseMetric.size()) + " elements for " +
              std::to_string(size) + " parameters");
}

Draws astragal::inference::sample(const model::Model &model, const SampleOptions &options) {
  checkOptions(model, options);
  bool fixed = options.fixedParam || model.dimension() == 0;
  if (!fixed && model.rejectedBy() >= 0)
    throw Error(Error::Kind::Model, "initialization failed: " + model.rejection());
  Draws draws;
  draws.names = samplerColumnNames(fixed);
  draws.samplerColumns = int(draws.names.size());
  draws.names.insert(draws.names.end(), model.columnNames().begin(), model.columnNames().end());
  draws.chains.resize(options.chains);

  int64_t iterations = int64_t(options.numSamples) + (fixed ? 0 : options.numWarmup);
  std::vector<std::exception_ptr> errors(options.chains);
  std::atomic<bool> stop{false};
  std::atomic<int> next{0};
  Report report(options.report);
  {
    Progress progress(iterations * options.chains, options.chains, options.refresh > 0);
    int threads = options.threads ? options.threads : pool::availableProcessors();
    int atOnce = std::min(threads, options.chains);
    auto work = [&](int place) {
      pool::ThreadTeam team(threads / atOnce + (place < threads % atOnce));
      for (int chain; (chain = next.fetch_add(1)) < options.chains && !stop;) {
        try {
          draws.chains[chain] = runChain(model, options, chain, team, stop, progress, report);
        } catch (...) {
          errors[chain] = std::current_exception();
          stop = true;
        }
      }
    };
    std::vector<std::thread> helpers;
    for (int place = 1; place < atOnce; ++place)
      helpers.emplace_back(work, place);
    work(0);
    for (std::thread &helper : helpers)
      helper.join();
  }

  bool cancelled = options.cancel && options.cancel->load();
  auto error =
      std::find_if(errors.begin(), errors.end(), [](const std::exception_ptr &e) { return bool(e); });
  if (error != errors.end() || cancelled) {
    // Chains that had finished: a run leaves all of its files or none.
    for (const ChainDraws &chain : draws.chains)
      if (!chain.csvFile.empty() && !io::isStream(chain.csvFile))
        std::remove(chain.csvFile.c_str());
    if (error != errors.end())
      std::rethrow_exception(*error);
    throw Error(Error::Kind::Usage, "sampling was cancelled");
  }
  return draws;
}

std::string astragal::inference::chainFile(const std::string &path, int id, int chains) {
  if (chains == 1 || path.empty())
    return path;
  size_t slash = path.rfind('/');
  size_t dot = path.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash))
    dot = path.size();
  return path.substr(0, dot) + "_" + std::to_string(id) + path.substr(dot);
}

bool Draws::isPartial() const {
  return std::any_of(chains.begin(), chains.end(), [](const ChainDraws &chain) { return chain.isPartial; });
}

std::vector<CheckCount> Draws::checks() const {
  std::vector<CheckCount> all;
  for (const ChainDraws &chain : chains)
    for (const CheckCount &check : chain.checks) {
      auto known = std::find_if(all.begin(), all.end(),
                                [&](const CheckCount &c) { return c.message == check.message; });
      if (known == all.end())
        known = all.insert(all.end(), {check.message});
      known->warmup += check.warmup;
      known->sampling += check.sampling;
    }
  return all;
}

std::vector<std::vector<double>> Draws::column(int64_t index) const {
  std::vector<std::vector<double>> result;
  for (const ChainDraws &chain : chains) {
    std::vector<double> &values = result.emplace_back();
    values.reserve(chain.rows - chain.warmupRows);
    for (int64_t row = chain.warmupRows; row < chain.rows && !chain.values.empty(); ++row)
      values.push_back(chain.values[row * columns() + index]);
  }
  return result;
}

int64_t Draws::indexOf(const std::string &name) const {
  std::string column = name;
  if (column.ends_with(']')) {
    column.pop_back();
    std::replace(column.begin(), column.end(), '[', '.');
    std::replace(column.begin(), column.end(), ',', '.');
  }
  auto found = std::find(names.begin(), names.end(), column);
  return found == names.end() ? -1 : found - names.begin();
}

std::vector<double> Draws::find(const std::string &name) const {
  int64_t index = indexOf(name);
  require(index >= 0, "the draws have no quantity '" + name + "'");
  std::vector<double> result;
  for (const std::vector<double> &chain : column(index))
    result.insert(result.end(), chain.begin(), chain.end());
  return result;
}
