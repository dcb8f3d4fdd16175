//===- Autocovariance.cpp - how draws remember ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Autocovariance.h"
#include "runtime/inference/VectorOps.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>

using namespace astragal;
using namespace astragal::diagnostics;

using Complex = std::complex<double>;

// Beyond this lag the Fourier transform is cheaper, for the usual lengths.
static constexpr int64_t directLags = 32;

/// The roots of unity of a transform of size `n`, level by level: those of halves of size h begin at h. They
/// are the same for all quantities of a run.
static const std::vector<Complex> &rootsOfUnity(size_t n) {
  static thread_local std::vector<Complex> roots;
  if (roots.size() != n) {
    roots.resize(n);
    for (size_t half = 1; half < n; half *= 2)
      for (size_t k = 0; k < half; ++k)
        roots[half + k] = std::polar(1.0, -6.283185307179586476925286766559 * double(k) / double(2 * half));
  }
  return roots;
}

/// The discrete Fourier transform in place; the size is a power of two.
static void fourier(std::vector<Complex> &x, const std::vector<Complex> &roots) {
  size_t n = x.size();
  for (size_t i = 1, j = 0; i < n; ++i) {
    size_t bit = n >> 1;
    for (; j & bit; bit >>= 1)
      j ^= bit;
    j ^= bit;
    if (i < j)
      std::swap(x[i], x[j]);
  }
  for (size_t half = 1; half < n; half *= 2)
    for (size_t base = 0; base < n; base += 2 * half)
      for (size_t k = 0; k < half; ++k) {
        Complex w = roots[half + k], &a = x[base + k], &b = x[base + k + half];
        // Written out: std::complex multiplication has a slow path for infinities.
        Complex t(w.real() * b.real() - w.imag() * b.imag(), w.real() * b.imag() + w.imag() * b.real());
        b = a - t;
        a += t;
      }
}

Autocovariance::Autocovariance(const double *values, int64_t chains, int64_t length)
    : chains(chains), length(length), means(chains), centred(chains * length) {
  for (int64_t chain = 0; chain < chains; ++chain) {
    const double *x = values + chain * length;
    double mean = inference::sum(length, [=](int64_t i) { return x[i]; }) / double(length);
    means[chain] = mean;
    for (int64_t i = 0; i < length; ++i)
      centred[chain * length + i] = x[i] - mean;
  }
}

double Autocovariance::operator()(int64_t lag) {
  if (all.empty() && lag >= directLags)
    transform();
  if (!all.empty())
    return all[lag];
  double total = 0;
  for (int64_t chain = 0; chain < chains; ++chain) {
    const double *x = centred.data() + chain * length;
    total += inference::dot(x, x + lag, length - lag);
  }
  return total / double(length) / double(chains);
}

/// The transform of the summed power spectra. Chains go in pairs, as real and imaginary parts: their cross
/// terms cancel between frequency k and -k.
void Autocovariance::transform() {
  size_t n = 1;
  while (n < size_t(2 * length))
    n *= 2;
  const std::vector<Complex> &roots = rootsOfUnity(n);
  std::vector<Complex> x(n), power(n);
  for (int64_t chain = 0; chain < chains; chain += 2) {
    std::fill(x.begin(), x.end(), Complex());
    for (int64_t i = 0; i < length; ++i)
      x[i] = {centred[chain * length + i], chain + 1 < chains ? centred[(chain + 1) * length + i] : 0.0};
    fourier(x, roots);
    for (size_t k = 0; k < n; ++k)
      power[k] += 0.5 * (std::norm(x[k]) + std::norm(x[(n - k) % n]));
  }
  fourier(power, roots);
  all.resize(length);
  for (int64_t lag = 0; lag < length; ++lag)
    all[lag] = power[lag].real() / double(n) / double(length) / double(chains);
}
