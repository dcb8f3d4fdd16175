//===- Tiles.h - what fits into registers -----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the innermost steps of linear algebra: products whose result is a few registers, and
// triangles of eight. Matrices of tens of rows consist of little else, and packing them first, as large
// products do, would take longer than the product.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_KERNELS_TILES_H
#define ASTRAGAL_RUNTIME_KERNELS_TILES_H

#include "Eigen/Core"

#include <cstdint>
#include <type_traits>

namespace astragal::ASTRAGAL_ISA {

using Size = std::int64_t;
namespace internal = Eigen::internal;

/// One register of consecutive numbers.
using Lanes = internal::packet_traits<double>::type;
constexpr Size lanes = internal::unpacket_traits<Lanes>::size;

inline Lanes load(const double *p) { return internal::ploadu<Lanes>(p); }
inline void store(double *p, Lanes x) { internal::pstoreu(p, x); }
inline Lanes all(double x) { return internal::pset1<Lanes>(x); }
/// a b + c
inline Lanes multiplyAdd(Lanes a, Lanes b, Lanes c) { return internal::pmadd(a, b, c); }

#if defined(__AVX512F__)
/// The first `count`; the others are zero, and nothing is read there.
inline Lanes load(const double *p, Size count) {
  return _mm512_maskz_loadu_pd(__mmask8((1u << count) - 1), p);
}
inline void store(double *p, Lanes x, Size count) {
  _mm512_mask_storeu_pd(p, __mmask8((1u << count) - 1), x);
}
#elif defined(__AVX__)
inline __m256i maskOf(Size count) {
  alignas(32) static constexpr std::int64_t ones[8] = {-1, -1, -1, -1, 0, 0, 0, 0};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(ones + 4 - count));
}
inline Lanes load(const double *p, Size count) { return _mm256_maskload_pd(p, maskOf(count)); }
inline void store(double *p, Lanes x, Size count) { _mm256_maskstore_pd(p, maskOf(count), x); }
#else
inline Lanes load(const double *p, Size count) {
  alignas(64) double part[lanes] = {};
  for (Size i = 0; i < count; ++i)
    part[i] = p[i];
  return load(part);
}
inline void store(double *p, Lanes x, Size count) {
  alignas(64) double part[lanes];
  store(part, x);
  for (Size i = 0; i < count; ++i)
    p[i] = part[i];
}
#endif

/// Columns that one tile has at most; with two registers of rows they fill what registers there are.
constexpr int tileCols = lanes == 8 ? 8 : 4;
constexpr int tilePackets = 2;

/// c += alpha a b. a has `rows` rows, which lie side by side, in columns `aStride` apart; row k of b is
/// `bRow` behind the one before, its columns are `bCol` apart.
template <int Packets, int Cols>
void addTile(double alpha, const double *a, Size aStride, const double *b, Size bRow, Size bCol, Size depth,
             double *c, Size cStride, Size rows) {
  Size rest = rows - (Packets - 1) * lanes;
  auto run = [&](auto isWhole) __attribute__((always_inline)) {
    auto read = [&](const double *p, int part) __attribute__((always_inline)) {
      return isWhole || part < Packets - 1 ? load(p + part * lanes) : load(p + part * lanes, rest);
    };
    Lanes sum[Cols][Packets];
    for (int j = 0; j < Cols; ++j)
      for (int p = 0; p < Packets; ++p)
        sum[j][p] = all(0);
    for (Size k = 0; k < depth; ++k) {
      Lanes left[Packets];
      for (int p = 0; p < Packets; ++p)
        left[p] = read(a + k * aStride, p);
      const double *row = b + k * bRow;
      for (int j = 0; j < Cols; ++j) {
        Lanes right = all(row[j * bCol]);
        for (int p = 0; p < Packets; ++p)
          sum[j][p] = multiplyAdd(left[p], right, sum[j][p]);
      }
    }
    Lanes factor = all(alpha);
    for (int j = 0; j < Cols; ++j)
      for (int p = 0; p < Packets; ++p) {
        double *to = c + j * cStride + p * lanes;
        Lanes total = multiplyAdd(factor, sum[j][p], read(c + j * cStride, p));
        isWhole || p < Packets - 1 ? store(to, total) : store(to, total, rest);
      }
  };
  rest == lanes ? run(std::true_type()) : run(std::false_type());
}

/// The same for any number of columns.
template <int Packets, int Cols = tileCols>
void addTiles(double alpha, const double *a, Size aStride, const double *b, Size bRow, Size bCol, Size depth,
              double *c, Size cStride, Size rows, Size cols) {
  Size j = 0;
  for (; j + Cols <= cols; j += Cols)
    addTile<Packets, Cols>(alpha, a, aStride, b + j * bCol, bRow, bCol, depth, c + j * cStride, cStride,
                           rows);
  if constexpr (Cols > 1)
    if (j < cols)
      addTiles<Packets, Cols / 2>(alpha, a, aStride, b + j * bCol, bRow, bCol, depth, c + j * cStride,
                                  cStride, rows, cols - j);
}

/// to(i, k) = from(k, i), where a column of `to` is `lanes` rows; there are `rows` columns of `from`.
inline void transposeTile(const double *from, Size stride, Size depth, Size rows, double *to, Size toStride) {
  Size k = 0;
  if (rows == lanes)
    for (; k + lanes <= depth; k += lanes) {
      internal::PacketBlock<Lanes, int(lanes)> block;
      for (Size i = 0; i < lanes; ++i)
        block.packet[i] = load(from + k + i * stride);
      internal::ptranspose(block);
      for (Size i = 0; i < lanes; ++i)
        store(to + (k + i) * toStride, block.packet[i]);
    }
  for (; k < depth; ++k)
    for (Size i = 0; i < lanes; ++i)
      to[i + k * toStride] = i < rows ? from[k + i * stride] : 0;
}

/// Triangles up to this size are done in registers.
constexpr Size eight = 8;
constexpr Size parts = eight / lanes;
/// Eight numbers.
struct Eight {
  Lanes part[parts];
};

inline Eight loadEight(const double *p, Size count) {
  Eight x;
  for (Size i = 0; i < parts; ++i) {
    Size rest = count - i * lanes;
    x.part[i] = rest >= lanes ? load(p + i * lanes) : rest > 0 ? load(p + i * lanes, rest) : all(0);
  }
  return x;
}
inline void storeEight(double *p, Eight x, Size count) {
  for (Size i = 0; i < parts; ++i) {
    Size rest = count - i * lanes;
    if (rest >= lanes)
      store(p + i * lanes, x.part[i]);
    else if (rest > 0)
      store(p + i * lanes, x.part[i], rest);
  }
}
inline Eight multiply(Eight a, Eight b) {
  for (Size i = 0; i < parts; ++i)
    a.part[i] = internal::pmul(a.part[i], b.part[i]);
  return a;
}
inline Eight multiply(Eight a, double b) {
  for (Size i = 0; i < parts; ++i)
    a.part[i] = internal::pmul(a.part[i], all(b));
  return a;
}
/// a b + c
inline Eight multiplyAdd(Eight a, double b, Eight c) {
  for (Size i = 0; i < parts; ++i)
    c.part[i] = multiplyAdd(a.part[i], all(b), c.part[i]);
  return c;
}

/// Eight by eight numbers, column by column. What is not there of fewer rows and columns is zero.
struct Square {
  Eight col[eight];

  Square() = default;
  Square(const double *x, Size stride, Size rows, Size cols) {
    for (Size j = 0; j < eight; ++j)
      col[j] = loadEight(x + (j < cols ? j : 0) * stride, j < cols ? rows : 0);
  }
  void write(double *x, Size stride, Size rows, Size cols) const {
    for (Size j = 0; j < eight; ++j)
      if (j < cols)
        storeEight(x + j * stride, col[j], rows);
  }
  Square transposed() const {
    Square result;
    for (Size p = 0; p < parts; ++p)
      for (Size q = 0; q < parts; ++q) {
        internal::PacketBlock<Lanes, int(lanes)> block;
        for (Size k = 0; k < lanes; ++k)
          block.packet[k] = col[q * lanes + k].part[p];
        internal::ptranspose(block);
        for (Size k = 0; k < lanes; ++k)
          result.col[p * lanes + k].part[q] = block.packet[k];
      }
    return result;
  }
};

/// A lower triangle of up to eight rows, filled up with ones on the diagonal. What is above it is not read.
struct SmallLower {
  alignas(64) double at[eight][eight]; // column by column
  alignas(64) double inverse[eight];   // of the diagonal

  SmallLower(const double *l, Size stride, Size n) {
    for (Size j = 0; j < eight; ++j)
      storeEight(at[j], loadEight(l + (j < n ? j : 0) * stride, j < n ? n : 0), eight);
    for (Size j = n; j < eight; ++j)
      at[j][j] = 1;
    for (Size j = 0; j < eight; ++j)
      inverse[j] = 1 / at[j][j];
  }
};

/// x := x l^-T, or x l^-1 if `Reversed`
template <bool Reversed> void solveRight(const SmallLower &l, Square &x) {
  for (Size step = 0; step < eight; ++step) {
    Size k = Reversed ? eight - 1 - step : step;
    x.col[k] = multiply(x.col[k], l.inverse[k]);
    Eight minus = multiply(x.col[k], -1);
    for (Size j = 0; j < eight; ++j)
      if (Reversed ? j < k : j > k)
        x.col[j] = multiplyAdd(minus, Reversed ? l.at[j][k] : l.at[k][j], x.col[j]);
  }
}

/// The same for one row, in place and without a copy of the triangle, whose columns are `stride` apart.
template <bool Reversed, typename Count> void solveRight(const double *l, Size stride, double *x, Count n) {
  double row[eight], inverse[eight];
  for (Size k = 0; k < n; ++k) {
    row[k] = x[k];
    inverse[k] = 1 / l[k + k * stride];
  }
  for (Size step = 0; step < n; ++step) {
    Size k = Reversed ? n - 1 - step : step;
    for (Size before = 0; before < step; ++before) {
      Size j = Reversed ? n - 1 - before : before;
      row[k] -= row[j] * (Reversed ? l[j + k * stride] : l[k + j * stride]);
    }
    row[k] *= inverse[k];
  }
  for (Size k = 0; k < n; ++k)
    x[k] = row[k];
}

} // namespace astragal::ASTRAGAL_ISA

#endif // ASTRAGAL_RUNTIME_KERNELS_TILES_H
