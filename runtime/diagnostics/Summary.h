//===- Summary.h - a run in a table -----------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the summary of a run, from memory or from CSV files, and its text forms.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_DIAGNOSTICS_SUMMARY_H
#define ASTRAGAL_RUNTIME_DIAGNOSTICS_SUMMARY_H

#include "runtime/diagnostics/Statistics.h"
#include "runtime/inference/Sample.h"
#include "runtime/io/CsvReader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace astragal::diagnostics {

struct SummaryRow {
  std::string name; ///< as people write it: "theta[1,2]"
  Statistics statistics;
};

struct Summary {
  std::string title;
  int64_t chains = 0, draws = 0;                    ///< draws: kept after warm-up, of all chains
  std::vector<double> warmupSeconds, sampleSeconds; ///< a chain each
  std::vector<SummaryRow> rows;
  int samplerRows = 0;     ///< the first ones are the sampler's
  bool hasSampler = false; ///< the numbers below are known
  int64_t divergences = 0; ///< of the kept draws
  int64_t depthHits = 0;
  int64_t maxDepth = 10;
  std::vector<double> eBfmi; ///< a chain each
};

/// Throws Error (Usage) if `draws` kept none in memory.
Summary summarize(const inference::Draws &draws, const std::string &title, int maxDepth = 10);

/// Of one run's files, a chain each. Throws Error (Data) if their columns differ.
Summary summarize(const std::vector<io::CsvFile> &files);

/// A table with stansummary's columns, numbers with so many significant digits.
std::string formatSummary(const Summary &summary, int digits = 3);

/// What to worry about, a line each, and what to do; "no problems detected" if there is nothing.
std::string formatDiagnosis(const Summary &summary);

/// "theta.1.2" -> "theta[1,2]".
std::string displayName(const std::string &column);

} // namespace astragal::diagnostics

#endif // ASTRAGAL_RUNTIME_DIAGNOSTICS_SUMMARY_H
