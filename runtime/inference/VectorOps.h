//===- VectorOps.h - sums over vectors --------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the sums of the sampler: four interleaved partials and a fixed tree, so that a result
// does not depend on the vector width that the compiler picks.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_VECTOROPS_H
#define ASTRAGAL_RUNTIME_INFERENCE_VECTOROPS_H

#include <cstdint>

namespace astragal::inference {

/// The sum of term(0) ... term(n - 1).
template <typename Term> inline double sum(int64_t n, Term term) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += term(i);
    s1 += term(i + 1);
    s2 += term(i + 2);
    s3 += term(i + 3);
  }
  if (i < n)
    s0 += term(i);
  if (i + 1 < n)
    s1 += term(i + 1);
  if (i + 2 < n)
    s2 += term(i + 2);
  return (s0 + s2) + (s1 + s3);
}

inline double dot(const double *a, const double *b, int64_t n) {
  return sum(n, [=](int64_t i) { return a[i] * b[i]; });
}

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_VECTOROPS_H
