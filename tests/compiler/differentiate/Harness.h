//===- Harness.h - gradients against differences ----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the check that all gradient tests share: a function is differentiated, both versions are
// evaluated, and the gradient has to agree with central differences of the original.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_HARNESS_H
#define ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_HARNESS_H

#include "Evaluator.h"

#include <string>

namespace astragal {

/// How many differences were made so far, and how many of them were too inaccurate to prove anything.
struct Differences {
  unsigned made = 0, useless = 0;
};
extern Differences differences;

/// Fails the running test unless the module, whose only function takes `data` and then the input, has the
/// right gradient at `point`. Returns how many ops the differentiated function executed for each of the
/// original.
double expectGradient(const std::string &module, const std::vector<Datum> &data,
                      const std::vector<double> &point);

/// Parses the module and runs the pass, for its time.
void differentiateOnly(const std::string &module);

/// `func.func @f(arguments, %q: tensor<Dxf64>) -> f64` with the given body, as a module.
std::string functionOf(const std::string &arguments, size_t dimension, const std::string &body);

} // namespace astragal

#endif // ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_HARNESS_H
