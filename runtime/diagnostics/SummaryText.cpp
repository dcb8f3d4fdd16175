//===- SummaryText.cpp - a run in a table ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace astragal;
using namespace astragal::diagnostics;

/// With so many significant digits; plain decimals as long as people can read them.
static std::string significant(double value, int digits) {
  if (std::isnan(value))
    return "nan";
  char text[48];
  double size = std::fabs(value);
  if (std::isinf(value) || size == 0 || size >= 1e6 || size < 1e-4) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
  }
  int decimals = std::clamp(digits - 1 - int(std::floor(std::log10(size))), 0, 15);
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

static std::string fixed(double value, int decimals) {
  if (std::isnan(value))
    return "nan";
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

static std::string seconds(const char *what, const std::vector<double> &times) {
  double total = 0;
  std::string text = std::string(what) + " took ";
  if (times.size() > 1)
    text += "(";
  for (size_t i = 0; i < times.size(); ++i) {
    text += (i ? ", " : "") + significant(times[i], 2);
    total += times[i];
  }
  if (times.size() > 1)
    text += ") seconds, " + significant(total, 2) + " seconds total";
  else
    text += " seconds";
  return text + "\n";
}

std::string astragal::diagnostics::formatSummary(const Summary &summary, int digits) {
  std::vector<std::vector<std::string>> table = {
      {"", "Mean", "MCSE", "StdDev", "MAD", "5%", "50%", "95%", "ESS_bulk", "ESS_tail", "R_hat"}};
  for (const SummaryRow &row : summary.rows) {
    const Statistics &s = row.statistics;
    std::vector<std::string> cells = {row.name};
    for (double value : {s.mean, s.mcse, s.stdDev, s.mad, s.q5, s.q50, s.q95})
      cells.push_back(significant(value, digits));
    for (double value : {s.essBulk, s.essTail})
      cells.push_back(fixed(value, 0));
    cells.push_back(s.rHat < 100 ? fixed(s.rHat, 3) : significant(s.rHat, 3));
    table.push_back(std::move(cells));
  }
  std::vector<size_t> widths(table[0].size(), 0);
  for (const auto &cells : table)
    for (size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], cells[i].size());

  std::string text = "Inference for model: " + summary.title + "\n" + std::to_string(summary.chains) +
                     (summary.chains == 1 ? " chain, " : " chains, ") + std::to_string(summary.draws) +
                     " draws after warm-up\n\n";
  if (!summary.sampleSeconds.empty())
    text += seconds("Warm-up", summary.warmupSeconds) + seconds("Sampling", summary.sampleSeconds) + "\n";
  if (summary.draws == 0) // of which nothing can be said
    return text;
  for (size_t r = 0; r < table.size(); ++r) {
    const auto &cells = table[r];
    text += cells[0] + std::string(widths[0] - cells[0].size(), ' ');
    for (size_t i = 1; i < cells.size(); ++i)
      text += std::string(2 + widths[i] - cells[i].size(), ' ') + cells[i];
    text += "\n";
    bool lastOfSampler = r == size_t(summary.samplerRows) && r + 1 < table.size();
    if (r == 0 || lastOfSampler)
      text += "\n";
  }
  return text;
}

/// "a, b, c", and how many more there are after ten.
static std::string list(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 10); ++i)
    text += (i ? ", " : "") + names[i];
  if (names.size() > 10)
    text += " and " + std::to_string(names.size() - 10) + " more";
  return text;
}

std::string astragal::diagnostics::formatDiagnosis(const Summary &summary) {
  if (summary.draws == 0)
    return "no draws after warm-up\n";
  std::string text;
  auto percent = [&](int64_t count) {
    return std::to_string(count) + " of " + std::to_string(summary.draws) + " draws (" +
           significant(100.0 * double(count) / double(std::max<int64_t>(summary.draws, 1)), 2) + " %)";
  };
  if (summary.divergences)
    text += percent(summary.divergences) + " ended with a divergence: parts of the posterior may be missed; "
                                           "try a larger --adapt-delta, or another "
                                           "parameterisation\n";
  if (summary.depthHits)
    text += percent(summary.depthHits) + " reached the maximal tree depth " +
            std::to_string(summary.maxDepth) +
            ": trajectories are cut short, which costs efficiency; try a larger --max-depth\n";
  for (size_t chain = 0; chain < summary.eBfmi.size(); ++chain)
    if (summary.eBfmi[chain] < 0.3)
      text += "chain " + std::to_string(chain + 1) + ": E-BFMI is " + significant(summary.eBfmi[chain], 2) +
              ", below 0.3: energies mix slowly; try another parameterisation\n";

  std::vector<std::string> rHats, samples, undefined;
  bool isAssessed = false;
  for (size_t i = 0; i < summary.rows.size(); ++i) {
    const SummaryRow &row = summary.rows[i];
    if (i < size_t(summary.samplerRows) && row.name != "lp__")
      continue;
    isAssessed |= std::isfinite(row.statistics.rHat) && !std::isnan(row.statistics.essBulk);
    if (std::isnan(row.statistics.mean))
      undefined.push_back(row.name);
    // Of so few draws that nobody can say how many they are worth, R-hat says nothing, either.
    if (row.statistics.rHat > 1.01499 && !std::isnan(row.statistics.essBulk))
      rHats.push_back(row.name);
    if (std::fmin(row.statistics.essBulk, row.statistics.essTail) < 100.0 * double(summary.chains))
      samples.push_back(row.name);
  }
  if (!undefined.empty())
    text += "some draws are not numbers: a check failed there, or nothing was assigned: " + list(undefined) +
            "\n";
  if (!rHats.empty())
    text += "R-hat is above 1.01: chains have not mixed; run longer: " + list(rHats) + "\n";
  if (!samples.empty())
    text +=
        "effective sample size is below 100 a chain: estimates are unreliable; run longer: " + list(samples) +
        "\n";
  if (summary.rows.size() == size_t(summary.samplerRows))
    return text + "the model has neither parameters nor quantities\n";
  if (!isAssessed)
    text += "too few draws to say whether chains have mixed\n";
  return text.empty() ? "no problems detected\n" : text;
}
