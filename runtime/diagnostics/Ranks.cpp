//===- Ranks.cpp - orders and normal scores -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Ranks.h"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

using namespace astragal::diagnostics;

// A radix sort of the bits, made to order as the numbers do. It takes a fraction of the time of a sort by
// comparison, and summaries sort every quantity.
std::vector<uint32_t> astragal::diagnostics::sortedOrder(const std::vector<double> &values) {
  constexpr int digitBits = 11, passes = 6;
  constexpr uint64_t mask = (1u << digitBits) - 1;
  struct Entry {
    uint64_t key;
    uint32_t index;
  };
  size_t n = values.size();
  std::vector<Entry> from(n), to(n);
  std::vector<uint32_t> counts(passes << digitBits, 0);
  for (size_t i = 0; i < n; ++i) {
    uint64_t bits = std::bit_cast<uint64_t>(values[i] + 0.0); // -0 is 0
    bits ^= bits >> 63 ? ~uint64_t(0) : uint64_t(1) << 63;
    from[i] = {bits, uint32_t(i)};
    for (int pass = 0; pass < passes; ++pass)
      ++counts[(pass << digitBits) + (bits >> (pass * digitBits) & mask)];
  }
  for (int pass = 0; pass < passes; ++pass) {
    uint32_t *count = counts.data() + (pass << digitBits);
    if (n && count[from[0].key >> (pass * digitBits) & mask] == n)
      continue; // all have the same digit
    uint32_t start = 0;
    for (uint64_t digit = 0; digit <= mask; ++digit)
      start += std::exchange(count[digit], start);
    for (const Entry &entry : from)
      to[count[entry.key >> (pass * digitBits) & mask]++] = entry;
    from.swap(to);
  }
  std::vector<uint32_t> order(n);
  for (size_t i = 0; i < n; ++i)
    order[i] = from[i].index;
  return order;
}

std::vector<double> astragal::diagnostics::sortedDistances(const std::vector<double> &sorted, double centre,
                                                           size_t count) {
  std::vector<double> result;
  result.reserve(count);
  auto right = std::lower_bound(sorted.begin(), sorted.end(), centre), left = right;
  while (result.size() < count) {
    bool takeLeft = right == sorted.end() || (left != sorted.begin() && centre - left[-1] <= *right - centre);
    result.push_back(takeLeft ? centre - *--left : *right++ - centre);
  }
  return result;
}

std::vector<uint32_t> astragal::diagnostics::foldedOrder(const std::vector<double> &folded,
                                                         const std::vector<uint32_t> &order,
                                                         const std::vector<double> &values, double centre) {
  std::vector<uint32_t> result;
  result.reserve(order.size());
  auto right =
      std::partition_point(order.begin(), order.end(), [&](uint32_t i) { return values[i] < centre; });
  auto left = right;
  while (left != order.begin() || right != order.end()) {
    bool takeLeft = right == order.end() || (left != order.begin() && folded[left[-1]] <= folded[*right]);
    result.push_back(takeLeft ? *--left : *right++);
  }
  return result;
}

double astragal::diagnostics::normalQuantile(double probability) {
  return -1.4142135623730950488016887242097 * boost::math::erfc_inv(2 * probability);
}

/// Quantiles of the ranks 1 ... size: the same for every quantity of a run, and a quantile costs more than
/// all else.
static const std::vector<double> &quantilesOfRanks(size_t size) {
  static thread_local std::vector<double> table;
  if (table.size() != size) {
    table.resize(size);
    for (size_t rank = 1; rank <= (size + 1) / 2; ++rank) {
      table[rank - 1] = normalQuantile((double(rank) - 0.375) / (double(size) + 0.25));
      table[size - rank] = -table[rank - 1];
    }
    if (size % 2)
      table[size / 2] = 0;
  }
  return table;
}

std::vector<double> astragal::diagnostics::normalScores(const std::vector<double> &values,
                                                        const std::vector<uint32_t> &order) {
  size_t n = values.size();
  const std::vector<double> &table = quantilesOfRanks(n);
  std::vector<double> scores(n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && values[order[end]] == values[order[begin]];)
      ++end;
    double score = table[begin];
    if (end > begin + 1) {
      double rank = 0.5 * double(begin + 1 + end);
      score = normalQuantile((rank - 0.375) / (double(n) + 0.25));
    }
    for (size_t i = begin; i < end; ++i)
      scores[order[i]] = score;
  }
  return scores;
}
