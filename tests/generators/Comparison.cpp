//===- Comparison.cpp - random numbers against distributions --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tests/generators/Comparison.h"

#include "compiler/driver/CompiledModel.h"
#include "runtime/model/Evaluation.h"
#include "tests/runtime/Helpers.h"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <map>

using namespace astragal;
using namespace astragal::tests;

/// More than there are comparisons in this folder.
static constexpr double numComparisons = 400;
static constexpr double limit = 0.005 / numComparisons;
static constexpr int numDraws = 20000;

Generator tests::continuous(std::string expression, std::function<double(double)> cdf) {
  return {std::move(expression), std::move(cdf), nullptr};
}

Generator tests::discrete(std::string expression, std::function<double(int64_t)> mass) {
  return {std::move(expression), nullptr, std::move(mass)};
}

/// Kolmogorov and Smirnov; the limiting distribution with Stephens's correction.
static double kolmogorov(const std::function<double(double)> &cdf, std::vector<double> &draws) {
  std::sort(draws.begin(), draws.end());
  double n = double(draws.size()), distance = 0;
  for (size_t i = 0; i < draws.size(); ++i) {
    double p = cdf(draws[i]);
    if (!(p >= 0 && p <= 1))
      return 0;
    distance = std::max({distance, p - double(i) / n, double(i + 1) / n - p});
  }
  double x = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * distance, sum = 0;
  if (x < 0.3)
    return 1;
  for (int k = 1; k < 100; ++k)
    sum += (k % 2 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(sum, 0.0, 1.0);
}

/// Pearson: neighbours are put together until 25 draws are expected.
static double pearson(const std::function<double(int64_t)> &mass, const std::vector<double> &draws) {
  std::map<int64_t, double> counts;
  for (double draw : draws) {
    if (!(draw == std::floor(draw)) || mass(int64_t(draw)) <= 0)
      return 0;
    ++counts[int64_t(draw)];
  }
  double n = double(draws.size()), statistic = 0, used = 0, expected = 0, observed = 0;
  int bins = 0;
  auto close = [&] {
    statistic += (observed - expected) * (observed - expected) / expected;
    ++bins;
    expected = observed = 0;
  };
  double seen = 0;
  for (int64_t k = counts.begin()->first; k <= counts.rbegin()->first; ++k) {
    // What lies before the smallest and after the largest draw belongs to the last bin.
    double p = mass(k);
    used += p;
    expected += n * p;
    if (auto count = counts.find(k); count != counts.end()) {
      observed += count->second;
      seen += count->second;
    }
    if (expected >= 25 && n * (1 - used) >= 25)
      close();
  }
  expected += n * (1 - used);
  observed += n - seen;
  if (expected > 1e-9)
    close();
  if (bins < 2)
    return 1;
  return boost::math::cdf(complement(boost::math::chi_squared(bins - 1), statistic));
}

double tests::pValue(const Generator &generator, std::vector<double> draws) {
  return generator.cdf ? kolmogorov(generator.cdf, draws) : pearson(generator.mass, draws);
}

std::vector<std::string> tests::findDeviations(const std::vector<Generator> &generators,
                                               const std::string &definitions, const std::string &functions) {
  std::string text = functions + "generated quantities {\n" + definitions;
  for (size_t k = 0; k < generators.size(); ++k)
    text += "  real y" + std::to_string(k) + " = " + generators[k].expression + ";\n";
  CompileOptions options;
  options.entries = {ASTRAGAL_GENERATE};
  options.seed = seedOfTest();
  auto compiled = compileText(text + "}\n", io::Data(), options);
  model::Evaluation evaluation(compiled->model());
  std::vector<double> values(compiled->model().numOutputValues());
  size_t first = values.size() - generators.size();
  uint64_t stream = 0;
  auto draw = [&](int count) {
    std::vector<std::vector<double>> draws(generators.size());
    for (int i = 0; i < count; ++i) {
      if (!evaluation.generate(nullptr, values.data(), options.seed, stream++))
        throw std::runtime_error(evaluation.failure());
      for (size_t k = 0; k < generators.size(); ++k)
        draws[k].push_back(values[first + k]);
    }
    return draws;
  };
  auto deviating = [&](int count) {
    std::vector<size_t> found;
    auto draws = draw(count);
    for (size_t k = 0; k < generators.size(); ++k)
      if (!(pValue(generators[k], draws[k]) >= limit))
        found.push_back(k);
    return found;
  };
  std::vector<std::string> names;
  std::vector<size_t> once = deviating(numDraws);
  if (once.empty())
    return names;
  for (size_t k : deviating(4 * numDraws))
    if (std::find(once.begin(), once.end(), k) != once.end())
      names.push_back(generators[k].expression);
  return names;
}
