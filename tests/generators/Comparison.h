//===- Comparison.h - random numbers against distributions ------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how draws of a generated quantity are compared with the distribution that they should
// have.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_GENERATORS_COMPARISON_H
#define ASTRAGAL_TESTS_GENERATORS_COMPARISON_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace astragal::tests {

/// An expression of the modelling language that draws a number, and the distribution that it should have: a
/// CDF, or of ints the probabilities of 0, 1, 2 ...
struct Generator {
  std::string expression;
  std::function<double(double)> cdf;
  std::function<double(int64_t)> mass;
};

Generator continuous(std::string expression, std::function<double(double)> cdf);
Generator discrete(std::string expression, std::function<double(int64_t)> mass);
/// The same for a distribution of Boost.Math.
template <typename Distribution> Generator continuousLike(std::string expression, Distribution d) {
  return continuous(std::move(expression), [d](double y) {
    auto [low, high] = support(d);
    return y <= low ? 0.0 : y >= high ? 1.0 : double(cdf(d, y));
  });
}
template <typename Distribution> Generator discreteLike(std::string expression, Distribution d) {
  return discrete(std::move(expression), [d](int64_t k) {
    auto [low, high] = support(d);
    return double(k) < double(low) || double(k) > double(high) ? 0.0 : double(pdf(d, double(k)));
  });
}

/// The probability of a deviation as large as the draws': Kolmogorov and Smirnov, or Pearson.
double pValue(const Generator &generator, std::vector<double> draws);

/// Draws from all of them, `definitions` before them in the generated quantities; the expressions whose draws
/// deviate. The limit holds for all comparisons of this folder together. What deviates is drawn again, four
/// times as often.
std::vector<std::string> findDeviations(const std::vector<Generator> &generators,
                                        const std::string &definitions = "",
                                        const std::string &functions = "");

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_GENERATORS_COMPARISON_H
