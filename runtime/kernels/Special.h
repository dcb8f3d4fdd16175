//===- Special.h - functions of numbers as callables ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines what the sources of special functions share: the form of a callable, and Boost.Math
// without exceptions. Errors are ignored: the value is then a NaN or an infinity.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_KERNELS_SPECIAL_H
#define ASTRAGAL_RUNTIME_KERNELS_SPECIAL_H

#include "runtime/abi.h"

#include <cmath>
#include <limits>

// Boost includes <iostream> for its own debugging, whose static initialisers want the C++ runtime.
#ifndef _GLIBCXX_IOSTREAM
#define _GLIBCXX_IOSTREAM 1
#endif
#ifndef BOOST_DISABLE_ASSERTS
#define BOOST_DISABLE_ASSERTS
#endif
#ifndef BOOST_NO_EXCEPTIONS
#define BOOST_NO_EXCEPTIONS
#endif
#include <boost/math/policies/policy.hpp>

namespace boost {
/// Boost wants one to be defined; no policy of ours comes here.
template <typename E> [[noreturn]] void throw_exception(const E &) { __builtin_trap(); }
} // namespace boost

namespace astragal::kernels {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.14159265358979323846;

namespace policies = boost::math::policies;
using Policy = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>,
    policies::indeterminate_result_error<policies::ignore_error>, policies::promote_double<false>>;

} // namespace astragal::kernels

/// Defines astragal_NAME by a function of numbers.
#define ASTRAGAL_SPECIAL_1(name, function)                                                                   \
  extern "C" void astragal_##name(double *out, const double *a, int64_t n) {                                 \
    for (int64_t k = 0; k < n; ++k)                                                                          \
      out[k] = function(a[k]);                                                                               \
  }
#define ASTRAGAL_SPECIAL_2(name, function)                                                                   \
  extern "C" void astragal_##name(double *out, const double *a, const double *b, int64_t n) {                \
    for (int64_t k = 0; k < n; ++k)                                                                          \
      out[k] = function(a[k], b[k]);                                                                         \
  }
#define ASTRAGAL_SPECIAL_3(name, function)                                                                   \
  extern "C" void astragal_##name(double *out, const double *a, const double *b, const double *c,            \
                                  int64_t n) {                                                               \
    for (int64_t k = 0; k < n; ++k)                                                                          \
      out[k] = function(a[k], b[k], c[k]);                                                                   \
  }
#define ASTRAGAL_SPECIAL_4(name, function)                                                                   \
  extern "C" void astragal_##name(double *out, const double *a, const double *b, const double *c,            \
                                  const double *d, int64_t n) {                                              \
    for (int64_t k = 0; k < n; ++k)                                                                          \
      out[k] = function(a[k], b[k], c[k], d[k]);                                                             \
  }

#endif // ASTRAGAL_RUNTIME_KERNELS_SPECIAL_H
