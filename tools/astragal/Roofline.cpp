//===- Roofline.cpp - what this machine can do ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/Roofline.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace {

template <int Lanes> struct Vector {
  typedef double Type __attribute__((vector_size(Lanes * sizeof(double))));
};

/// Enough of them in flight to hide the latency, few enough for the registers.
constexpr int chains = 12;

template <int Lanes> inline __attribute__((always_inline)) double multiplyAdd(long count) {
  using V = typename Vector<Lanes>::Type;
  V x[chains], factor = V{} + 0.999999, term = V{} + 1e-9;
  for (int k = 0; k < chains; ++k)
    x[k] = V{} + k;
  for (long i = 0; i < count; ++i) {
    for (int k = 0; k < chains; ++k)
      x[k] = x[k] * factor + term;
  }
  V sum = x[0];
  for (int k = 1; k < chains; ++k)
    sum += x[k];
  return sum[0];
}

/// `count` is a multiple of 8 vectors.
template <int Lanes> inline __attribute__((always_inline)) double readAll(const double *block, size_t count) {
  using V = typename Vector<Lanes>::Type;
  const V *at = reinterpret_cast<const V *>(block), *end = reinterpret_cast<const V *>(block + count);
  V sum[8] = {};
  for (; at != end; at += 8) {
    for (int k = 0; k < 8; ++k)
      sum[k] += at[k];
  }
  V total = sum[0];
  for (int k = 1; k < 8; ++k)
    total += sum[k];
  return total[0];
}

struct Kernels {
  double (*multiplyAdd)(long);
  double (*readAll)(const double *, size_t);
  int lanes;
};

#ifdef __x86_64__
__attribute__((target("avx512f,fma"))) double multiplyAdd512(long n) { return multiplyAdd<8>(n); }
__attribute__((target("avx512f,fma"))) double readAll512(const double *p, size_t n) {
  return readAll<8>(p, n);
}
__attribute__((target("avx2,fma"))) double multiplyAdd256(long n) { return multiplyAdd<4>(n); }
__attribute__((target("avx2,fma"))) double readAll256(const double *p, size_t n) { return readAll<4>(p, n); }
#endif
double multiplyAdd128(long n) { return multiplyAdd<2>(n); }
double readAll128(const double *p, size_t n) { return readAll<2>(p, n); }

Kernels pickKernels() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f"))
    return {multiplyAdd512, readAll512, 8};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {multiplyAdd256, readAll256, 4};
#endif
  return {multiplyAdd128, readAll128, 2};
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds of one call in the fastest of a few batches: what disturbs only makes it slower.
template <typename Call> double time(Call call) {
  constexpr double batch = 4e-3;
  double best = 1e300;
  long count = 1;
  for (int measured = 0; measured < 8;) {
    double start = now();
    for (long k = 0; k < count; ++k)
      call();
    double seconds = now() - start;
    if (seconds < batch && count < 1L << 40) {
      count *= 2;
      continue;
    }
    best = std::min(best, seconds / count);
    ++measured;
  }
  return best;
}

volatile double sink;

} // namespace

double astragal::tool::measureFlops() {
  Kernels kernels = pickKernels();
  constexpr long count = 1000;
  return 2.0 * count * chains * kernels.lanes / time([&] { sink = kernels.multiplyAdd(count); });
}

double astragal::tool::measureBandwidth(size_t bytes) {
  Kernels kernels = pickKernels();
  constexpr size_t unit = 8 * 8; // doubles: eight of the widest vectors
  size_t count = std::max<size_t>(16, (bytes / sizeof(double) + unit - 1) / unit) * unit;
  std::vector<double> storage(count + unit, 1.0);
  double *block = storage.data();
  while (reinterpret_cast<uintptr_t>(block) % 64)
    ++block;
  return sizeof(double) * count / time([&] { sink = kernels.readAll(block, count); });
}
