//===- Comparison.cpp - draws against reference posteriors ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/posteriors/Comparison.h"

#include "runtime/Error.h"
#include "runtime/diagnostics/Ranks.h"
#include "runtime/diagnostics/Statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace astragal::tests {

static const char *const kinds[] = {"mean", "mean_square", "q5", "q50", "q95"};

std::map<std::string, Posterior> readReference(const std::string &path) {
  std::ifstream in(path);
  if (!in)
    throw Error(Error::Kind::IO, path + ": cannot be read");
  std::map<std::string, Posterior> result;
  nlohmann::json file = nlohmann::json::parse(in);
  for (const auto &[posterior, quantities] : file.at("posteriors").items())
    for (const auto &[name, numbers] : quantities.items())
      for (std::string kind : kinds)
        result[posterior][name][kind] = {numbers.at(kind).get<double>(),
                                         numbers.at(kind + "_se").get<double>()};
  return result;
}

Estimates estimate(const diagnostics::Chains &chains) {
  diagnostics::Statistics statistics = diagnostics::statistics(chains);
  diagnostics::Chains squares = chains, below = chains;
  std::vector<double> sorted;
  for (size_t c = 0; c < chains.size(); ++c) {
    sorted.insert(sorted.end(), chains[c].begin(), chains[c].end());
    for (double &x : squares[c])
      x *= x;
  }
  std::sort(sorted.begin(), sorted.end());
  diagnostics::Statistics square = diagnostics::statistics(squares);
  Estimates result;
  result["mean"] = {statistics.mean, statistics.mcse};
  result["mean_square"] = {square.mean, square.mcse};
  auto add = [&](const char *kind, double probability, double value) {
    for (size_t c = 0; c < chains.size(); ++c)
      for (size_t i = 0; i < chains[c].size(); ++i)
        below[c][i] = chains[c][i] <= value;
    double error = diagnostics::statistics(below).mcse;
    double low = std::max(0.0, probability - error), high = std::min(1.0, probability + error);
    result[kind] = {value, 0.5 * (diagnostics::quantile(sorted, high) - diagnostics::quantile(sorted, low))};
  };
  add("q5", 0.05, statistics.q5);
  add("q50", 0.5, statistics.q50);
  add("q95", 0.95, statistics.q95);
  return result;
}

double limitOfZ(size_t comparisons) {
  return diagnostics::normalQuantile(1 - 0.005 / (2.0 * double(comparisons)));
}

std::string Findings::text() const {
  std::string text;
  for (const auto *list : {&differences, &imprecise})
    for (const std::string &line : *list)
      text += line + "\n";
  return text;
}

Findings compare(const inference::Draws &draws, const Posterior &reference, double limit) {
  Findings result;
  char text[300];
  for (const auto &[name, expected] : reference) {
    int64_t index = draws.indexOf(name);
    if (index < 0) {
      result.differences.push_back("there is no " + name);
      continue;
    }
    diagnostics::Chains chains = draws.column(index);
    diagnostics::Statistics statistics = diagnostics::statistics(chains);
    // Not >= : NaN is no precision.
    if (!(statistics.essBulk >= 4000 && statistics.essTail >= 4000)) {
      std::snprintf(text, sizeof text, "%s: effective sample size %.0f in bulk, %.0f in tails", name.c_str(),
                    statistics.essBulk, statistics.essTail);
      result.imprecise.push_back(text);
    }
    Estimates ours = estimate(chains);
    for (const auto &[kind, theirs] : expected) {
      double z = (ours[kind].value - theirs.value) / std::hypot(ours[kind].error, theirs.error);
      if (std::fabs(z) <= limit) // a NaN is a difference
        continue;
      std::snprintf(text, sizeof text, "%s of %s: %.6g +- %.2g, reference %.6g +- %.2g, z = %.2f",
                    kind.c_str(), name.c_str(), ours[kind].value, ours[kind].error, theirs.value,
                    theirs.error, z);
      result.differences.push_back(text);
    }
  }
  return result;
}

} // namespace astragal::tests
