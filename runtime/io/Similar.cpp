//===- Similar.cpp - names that may have been meant -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Similar.h"

#include <algorithm>
#include <cctype>

using namespace astragal;

static std::string lowerCase(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

/// Letters to change, add or leave out, or neighbours to swap.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, last(b.size() + 1), next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({last[j] + 1, next[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before = last;
    std::swap(last, next);
  }
  return last[b.size()];
}

std::string io::findSimilar(std::string_view name, const std::vector<std::string> &candidates) {
  std::string lower = lowerCase(name), best;
  size_t least = 0;
  for (const std::string &candidate : candidates) {
    if (candidate.size() > 2 * name.size() + 2) // far, and not worth the time
      continue;
    size_t distance = editDistance(lower, lowerCase(candidate));
    if (distance <= std::max(name.size(), candidate.size()) / 3 && (best.empty() || distance < least)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}
