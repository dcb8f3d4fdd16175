//===- Autocovariance.h - how draws remember --------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the autocovariance of chains, averaged over the chains. Effective sample sizes read lags
// from 0 until Geyer's cut, which is early for chains that mix: the first lags are sums of products, and only
// who asks for more pays for a Fourier transform, which gives all.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_DIAGNOSTICS_AUTOCOVARIANCE_H
#define ASTRAGAL_RUNTIME_DIAGNOSTICS_AUTOCOVARIANCE_H

#include <cstdint>
#include <vector>

namespace astragal::diagnostics {

class Autocovariance {
public:
  /// `values`: `chains` chains of `length` draws, one after the other.
  Autocovariance(const double *values, int64_t chains, int64_t length);

  /// The mean over chains of sum((x[i] - mean)(x[i + lag] - mean)) / length; 0 <= lag < length.
  double operator()(int64_t lag);

  const std::vector<double> &chainMeans() const { return means; }

private:
  void transform();

  int64_t chains, length;
  std::vector<double> means, centred, all;
};

} // namespace astragal::diagnostics

#endif // ASTRAGAL_RUNTIME_DIAGNOSTICS_AUTOCOVARIANCE_H
