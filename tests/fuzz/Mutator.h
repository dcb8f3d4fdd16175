//===- Mutator.h - inputs that are nearly right -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_MUTATOR_H
#define ASTRAGAL_TESTS_FUZZ_MUTATOR_H

#include "Random.h"

#include <string>
#include <string_view>
#include <vector>

namespace astragal::fuzz {

/// Makes inputs from given ones: the same ones, in the same order, for the same seed.
class Mutator {
public:
  Mutator(std::vector<std::string> originals, uint64_t seed);

  /// Valid until the next call.
  const std::string &next();

private:
  size_t below(size_t n) { return random.below(n); }
  std::string_view anyToken();
  void mutateBytes();
  void mutateTokens();

  std::vector<std::string> originals;
  std::vector<std::string> tokens; ///< of all originals
  std::string text;
  Random random;
};

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_MUTATOR_H
