//===- Summary.cpp - a run in numbers -------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Summary.h"
#include "runtime/Error.h"

#include <algorithm>
#include <functional>
#include <limits>

using namespace astragal;
using namespace astragal::diagnostics;

std::string astragal::diagnostics::displayName(const std::string &column) {
  size_t dot = column.find('.');
  if (dot == std::string::npos || dot + 1 == column.size())
    return column;
  std::string name = column.substr(0, dot) + "[" + column.substr(dot + 1) + "]";
  std::replace(name.begin() + dot, name.end(), '.', ',');
  return name;
}

static bool isConstantInChains(const Chains &chains) {
  return std::all_of(chains.begin(), chains.end(), [](const std::vector<double> &chain) {
    return std::adjacent_find(chain.begin(), chain.end(), std::not_equal_to<>()) == chain.end();
  });
}

namespace {
/// The draws of a chain after warm-up, as they lie in memory: row by row.
struct Rows {
  const double *values;
  int64_t count;
};
} // namespace

/// The draws of `count` columns from `first`. Neighbours lie in one line of the cache.
static void readColumns(const std::vector<Rows> &rows, size_t columns, size_t first, size_t count,
                        std::vector<Chains> &result) {
  result.resize(count, Chains(rows.size()));
  for (size_t chain = 0; chain < rows.size(); ++chain) {
    for (Chains &column : result)
      column[chain].resize(rows[chain].count);
    for (int64_t row = 0; row < rows[chain].count; ++row)
      for (size_t k = 0; k < count; ++k)
        result[k][chain][row] = rows[chain].values[size_t(row) * columns + first + k];
  }
}

static void fill(Summary &summary, const std::vector<std::string> &names, const std::vector<Rows> &rows) {
  constexpr size_t blockSize = 16;
  std::vector<Chains> block;
  summary.rows.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (i % blockSize == 0)
      readColumns(rows, names.size(), i, std::min(blockSize, names.size() - i), block);
    const std::string &name = names[i];
    const Chains &chains = block[i % blockSize];
    if (i == 0) {
      summary.chains = int64_t(chains.size());
      for (const std::vector<double> &chain : chains)
        summary.draws += int64_t(chain.size());
    }
    if (summary.samplerRows == int(i) && name.ends_with("__"))
      ++summary.samplerRows;
    if (name == "energy__") {
      summary.hasSampler = true;
      for (const std::vector<double> &chain : chains)
        summary.eBfmi.push_back(eBfmi(chain));
    }
    for (const std::vector<double> &chain : chains)
      for (double value : chain) {
        summary.divergences += name == "divergent__" && value != 0;
        summary.depthHits += name == "treedepth__" && value >= double(summary.maxDepth);
      }
    summary.rows.push_back({displayName(name), statistics(chains)});
    Statistics &s = summary.rows.back().statistics;
    if (name == "stepsize__" && isConstantInChains(chains)) // a setting: there is nothing that could mix
      s.mcse = s.essBulk = s.essTail = s.rHat = std::numeric_limits<double>::quiet_NaN();
  }
}

Summary astragal::diagnostics::summarize(const inference::Draws &draws, const std::string &title,
                                         int maxDepth) {
  Summary summary;
  summary.title = title;
  summary.maxDepth = maxDepth;
  for (const inference::ChainDraws &chain : draws.chains) {
    if (chain.rows && chain.values.empty())
      throw Error(Error::Kind::Usage, "draws were not kept in memory");
    summary.warmupSeconds.push_back(chain.warmupSeconds);
    summary.sampleSeconds.push_back(chain.sampleSeconds);
  }
  std::vector<Rows> rows;
  for (const inference::ChainDraws &chain : draws.chains)
    rows.push_back({chain.values.data() + chain.warmupRows * draws.columns(), chain.rows - chain.warmupRows});
  fill(summary, draws.names, rows);
  return summary;
}

Summary astragal::diagnostics::summarize(const std::vector<io::CsvFile> &files) {
  Summary summary;
  if (files.empty())
    throw Error(Error::Kind::Usage, "no files to summarize");
  for (const io::CsvFile &file : files) {
    if (file.names != files[0].names)
      throw Error(Error::Kind::Data, file.path + ": columns differ from those of " + files[0].path);
    summary.warmupSeconds.push_back(file.warmupSeconds);
    summary.sampleSeconds.push_back(file.sampleSeconds);
  }
  auto title = files[0].settings.find("model");
  summary.title = title == files[0].settings.end() ? files[0].path : title->second;
  summary.maxDepth = int64_t(files[0].setting("max_depth", 10));
  std::vector<Rows> rows;
  for (const io::CsvFile &file : files)
    rows.push_back({file.values.data() + file.warmupRows * file.columns(), file.rows - file.warmupRows});
  fill(summary, files[0].names, rows);
  return summary;
}
