//===- Blocks.h - products and triangular solves in place -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines what all kernels of linear algebra are made of: a block of a matrix, products through
// Eigen's packed kernel, and algorithms that halve their matrix until nearly all work is products. Eigen's
// own products and solvers take their workspace from the heap where it is large; here panels of fixed size
// lie on the stack.
//
// Compiled once for each instruction set, in a namespace of that name (see Dispatch.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_KERNELS_BLOCKS_H
#define ASTRAGAL_RUNTIME_KERNELS_BLOCKS_H

#include "runtime/kernels/Tiles.h"

namespace astragal::ASTRAGAL_ISA {

/// A block of a matrix that lies column by column; `op` of it where `transposed` is set.
template <typename T> struct Block {
  T *data;
  Size rows, cols, stride; // of what lies in memory
  bool isTransposed = false;

  Block(T *data, Size rows, Size cols) : data(data), rows(rows), cols(cols), stride(rows) {}
  Block(T *data, Size rows, Size cols, Size stride, bool isTransposed = false)
      : data(data), rows(rows), cols(cols), stride(stride), isTransposed(isTransposed) {}
  operator Block<const T>() const { return {data, rows, cols, stride, isTransposed}; }

  T &operator()(Size i, Size j) const { return data[i + j * stride]; }
  T *col(Size j) const { return data + j * stride; }
  Block sub(Size i, Size j, Size m, Size n) const { return {data + i + j * stride, m, n, stride}; }
  Block transposed() const { return {data, rows, cols, stride, !isTransposed}; }
};
using In = Block<const double>;
using Out = Block<double>;

/// c += alpha op(a) op(b)
template <int AOrder, int BOrder>
void addPackedProduct(double alpha, In a, In b, Size m, Size n, Size k, Out c) {
  constexpr Size mc = 96, kc = 192, nc = 192;
  alignas(64) double panelA[mc * kc], panelB[kc * nc];
  using Traits = internal::gebp_traits<double, double>;
  using MapA = internal::const_blas_data_mapper<double, Size, AOrder>;
  using MapB = internal::const_blas_data_mapper<double, Size, BOrder>;
  using MapC = internal::blas_data_mapper<double, Size, Eigen::ColMajor, Eigen::Unaligned, 1>;
  internal::gemm_pack_lhs<double, Size, MapA, Traits::mr, Traits::LhsProgress, Traits::LhsPacket4Packing,
                          AOrder>
      packA;
  internal::gemm_pack_rhs<double, Size, MapB, Traits::nr, BOrder> packB;
  internal::gebp_kernel<double, double, Size, MapC, Traits::mr, Traits::nr, false, false> kernel;
  MapA mapA(a.data, a.stride);
  MapB mapB(b.data, b.stride);
  MapC mapC(c.data, c.stride);
  for (Size j = 0; j < n; j += nc)
    for (Size l = 0; l < k; l += kc) {
      Size width = n - j < nc ? n - j : nc, depth = k - l < kc ? k - l : kc;
      packB(panelB, mapB.getSubMapper(l, j), depth, width);
      for (Size i = 0; i < m; i += mc) {
        Size height = m - i < mc ? m - i : mc;
        packA(panelA, mapA.getSubMapper(i, l), depth, height);
        kernel(mapC.getSubMapper(i, j), panelA, panelB, height, depth, width, alpha);
      }
    }
}

/// Products up to this size are not packed.
inline bool isSmall(Size m, Size n, Size k) { return m * n * k <= 64 * 64 * 64; }

/// c += alpha op(a) op(b) for small products, tile by tile.
inline void addSmallProduct(double alpha, In a, In b, Out c) {
  constexpr Size most = tilePackets * lanes, depths = 128;
  Size m = c.rows, n = c.cols, k = a.isTransposed ? a.rows : a.cols;
  Size bRow = b.isTransposed ? b.stride : 1, bCol = b.isTransposed ? 1 : b.stride;
  alignas(64) double panel[most * depths];
  for (Size i = 0; i < m; i += most) {
    Size height = m - i < most ? m - i : most, packets = height > lanes ? 2 : 1;
    auto tiles = packets == 2 ? addTiles<tilePackets> : addTiles<1>;
    if (!a.isTransposed) {
      tiles(alpha, &a(i, 0), a.stride, b.data, bRow, bCol, k, c.data + i, c.stride, height, n);
      continue;
    }
    for (Size l = 0; l < k; l += depths) {
      Size depth = k - l < depths ? k - l : depths;
      for (Size p = 0; p < packets; ++p)
        transposeTile(&a(l, i + p * lanes), a.stride, depth, p + 1 < packets ? lanes : height - p * lanes,
                      panel + p * lanes, packets * lanes);
      tiles(alpha, panel, packets * lanes, b.data + l * bRow, bRow, bCol, depth, c.data + i, c.stride, height,
            n);
    }
  }
}

/// y += alpha a x, column by column, eight at a time.
inline void addColumns(double alpha, In a, const double *x, Size stride, double *y) {
  constexpr Size group = 8;
  for (Size k = 0; k < a.cols; k += group) {
    Lanes factor[group];
    Size count = a.cols - k < group ? a.cols - k : group;
    for (Size c = 0; c < group; ++c)
      factor[c] = all(c < count ? alpha * x[(k + c) * stride] : 0);
    for (Size i = 0; i < a.rows; i += lanes) {
      bool isWhole = a.rows - i >= lanes;
      auto read = [&](const double *p) { return isWhole ? load(p) : load(p, a.rows - i); };
      Lanes sum = read(y + i);
      if (count == group)
        for (Size c = 0; c < group; ++c)
          sum = multiplyAdd(read(&a(i, k + c)), factor[c], sum);
      else
        for (Size c = 0; c < count; ++c)
          sum = multiplyAdd(read(&a(i, k + c)), factor[c], sum);
      isWhole ? store(y + i, sum) : store(y + i, sum, a.rows - i);
    }
  }
}

/// y += alpha a^T x: products of columns, four at a time.
inline void addDots(double alpha, In a, const double *x, Size stride, double *y) {
  constexpr Size group = 4, most = 128;
  alignas(64) double packed[most];
  for (Size i0 = 0; i0 < a.rows; i0 += stride == 1 ? a.rows : most) {
    Size rows = stride == 1 || a.rows - i0 < most ? a.rows - i0 : most;
    const double *right = x;
    if (stride != 1) {
      for (Size i = 0; i < rows; ++i)
        packed[i] = x[(i0 + i) * stride];
      right = packed;
    }
    for (Size k = 0; k < a.cols; k += group) {
      Size count = a.cols - k < group ? a.cols - k : group;
      Lanes sum[group] = {all(0), all(0), all(0), all(0)};
      const double *column[group];
      for (Size c = 0; c < group; ++c)
        column[c] = &a(i0, k + (c < count ? c : 0));
      Size i = 0;
      for (; i + lanes <= rows; i += lanes) {
        Lanes value = load(right + i);
        for (Size c = 0; c < group; ++c)
          sum[c] = multiplyAdd(load(column[c] + i), value, sum[c]);
      }
      if (i < rows) {
        Lanes value = load(right + i, rows - i);
        for (Size c = 0; c < group; ++c)
          sum[c] = multiplyAdd(load(column[c] + i, rows - i), value, sum[c]);
      }
      for (Size c = 0; c < count; ++c)
        y[k + c] += alpha * internal::predux(sum[c]);
    }
  }
}

/// c += alpha op(a) op(b)
inline void addProduct(double alpha, In a, In b, Out c) {
  Size m = c.rows, n = c.cols, k = a.isTransposed ? a.rows : a.cols;
  if (m == 0 || n == 0 || k == 0)
    return;
  if (n == 1)
    return (a.isTransposed ? addDots : addColumns)(alpha, a, b.data, b.isTransposed ? b.stride : 1, c.data);
  if (isSmall(m, n, k))
    return addSmallProduct(alpha, a, b, c);
  constexpr int Columns = Eigen::ColMajor, Rows = Eigen::RowMajor;
  auto product =
      a.isTransposed
          ? (b.isTransposed ? addPackedProduct<Rows, Rows> : addPackedProduct<Rows, Columns>)
          : (b.isTransposed ? addPackedProduct<Columns, Rows> : addPackedProduct<Columns, Columns>);
  product(alpha, a, b, m, n, k, c);
}

/// Where a triangle is split: at a multiple of 8 near the middle, so that columns stay aligned alike.
inline Size half(Size n) { return (n / 2 + 7) / 8 * 8; }

/// The lower triangle of c += alpha op(a) op(b); squares on the diagonal are updated as a whole.
inline void addLowerProduct(double alpha, In a, In b, Out c) {
  Size n = c.rows;
  auto rowsOf = [](In x, Size from, Size count) {
    return x.isTransposed ? In(x.col(from), x.rows, count, x.stride, true) : x.sub(from, 0, count, x.cols);
  };
  auto colsOf = [](In x, Size from, Size count) {
    return x.isTransposed ? In(&x(from, 0), count, x.cols, x.stride, true) : x.sub(0, from, x.rows, count);
  };
  if (n <= 2 * eight)
    return addProduct(alpha, a, b, c);
  Size h = half(n);
  addLowerProduct(alpha, rowsOf(a, 0, h), colsOf(b, 0, h), c.sub(0, 0, h, h));
  addProduct(alpha, rowsOf(a, h, n - h), colsOf(b, 0, h), c.sub(h, 0, n - h, h));
  addLowerProduct(alpha, rowsOf(a, h, n - h), colsOf(b, h, n - h), c.sub(h, h, n - h, n - h));
}

/// Which triangle a solver reads, and how.
struct Triangle {
  bool isUpper = false, isTransposed = false, hasUnitDiagonal = false;
};

/// An upper triangle is a lower one from its end. Up to eight rows, with their diagonal.
inline In flipped(In a, Triangle t, double *lower) {
  Size n = a.rows;
  if (!t.isUpper && !t.hasUnitDiagonal)
    return a;
  for (Size j = 0; j < n; ++j)
    for (Size i = j; i < n; ++i)
      lower[i + j * eight] = i == j && t.hasUnitDiagonal ? 1 : t.isUpper ? a(n - 1 - i, n - 1 - j) : a(i, j);
  return In(lower, n, n, eight);
}
inline void reverse(double *x, Size n) {
  for (Size i = 0; i < n / 2; ++i) {
    double first = x[i];
    x[i] = x[n - 1 - i];
    x[n - 1 - i] = first;
  }
}

/// Up to eight rows; right-hand sides are solved for side by side, as rows.
inline void solveSmall(In a, Triangle t, Out x) {
  Size n = a.rows, m = x.cols;
  alignas(64) double place[eight * eight];
  In lower = flipped(a, t, place);
  for (Size j = 0; t.isUpper && j < m; ++j)
    reverse(x.col(j), n);
  if (m == 1) {
    auto solve = [&](auto count) {
      t.isTransposed ? solveRight<true>(lower.data, lower.stride, x.data, count)
                     : solveRight<false>(lower.data, lower.stride, x.data, count);
    };
    n == eight ? solve(std::integral_constant<Size, eight>()) : solve(n);
  } else {
    SmallLower l(lower.data, lower.stride, n);
    for (Size j = 0; j < m; j += eight) {
      Size width = m - j < eight ? m - j : eight;
      Square rows = Square(x.col(j), x.stride, n, width).transposed();
      t.isTransposed ? solveRight<true>(l, rows) : solveRight<false>(l, rows);
      rows.transposed().write(x.col(j), x.stride, n, width);
    }
  }
  for (Size j = 0; t.isUpper && j < m; ++j)
    reverse(x.col(j), n);
}

/// One right-hand side: along the columns of the matrix, which are contiguous.
inline void solveColumn(In a, Triangle t, double *x) {
  Size n = a.rows, blocks = (n + eight - 1) / eight;
  for (Size step = 0; step < blocks; ++step) {
    bool isForward = t.isUpper == t.isTransposed;
    Size begin = eight * (isForward ? step : blocks - 1 - step), size = n - begin < eight ? n - begin : eight;
    Size end = begin + size, from = t.isUpper ? 0 : end, count = t.isUpper ? begin : n - end;
    In rest = a.sub(from, begin, count, size);
    if (t.isTransposed)
      addDots(-1, rest, x + from, 1, x + begin);
    solveSmall(a.sub(begin, begin, size, size), t, Out(x + begin, size, 1));
    if (!t.isTransposed)
      addColumns(-1, rest, x + begin, 1, x + from);
  }
}

/// x := op(a)^-1 x, where a is triangular
inline void solveTriangle(In a, Triangle t, Out x) {
  Size n = a.rows, m = x.cols;
  if (m <= 3) {
    for (Size j = 0; j < m; ++j)
      solveColumn(a, t, x.col(j));
    return;
  }
  if (n <= eight)
    return solveSmall(a, t, x);
  Size h = half(n);
  Out top = x.sub(0, 0, h, m), bottom = x.sub(h, 0, n - h, m);
  In offDiagonal = t.isUpper ? a.sub(0, h, h, n - h) : a.sub(h, 0, n - h, h);
  if (t.isTransposed)
    offDiagonal = offDiagonal.transposed();
  if (t.isUpper == t.isTransposed) {
    solveTriangle(a.sub(0, 0, h, h), t, top);
    addProduct(-1, offDiagonal, top, bottom);
    solveTriangle(a.sub(h, h, n - h, n - h), t, bottom);
  } else {
    solveTriangle(a.sub(h, h, n - h, n - h), t, bottom);
    addProduct(-1, offDiagonal, bottom, top);
    solveTriangle(a.sub(0, 0, h, h), t, top);
  }
}

/// Up to eight columns: x := x l^-T, or x l^-1 if `Reversed`
template <bool Reversed> void solveSmallRight(In l, Out x) {
  Size n = l.rows, m = x.rows;
  SmallLower lower(l.data, l.stride, n);
  for (Size i = 0; i < m; i += eight) {
    Size height = m - i < eight ? m - i : eight;
    Square part(&x(i, 0), x.stride, height, n);
    solveRight<Reversed>(lower, part);
    part.write(&x(i, 0), x.stride, height, n);
  }
}

/// x := x l^-1
inline void solveLowerRight(In l, Out x) {
  Size n = l.rows, m = x.rows;
  if (n <= eight)
    return solveSmallRight<true>(l, x);
  Size h = half(n);
  Out left = x.sub(0, 0, m, h), right = x.sub(0, h, m, n - h);
  solveLowerRight(l.sub(h, h, n - h, n - h), right);
  addProduct(-1, right, l.sub(h, 0, n - h, h), left);
  solveLowerRight(l.sub(0, 0, h, h), left);
}

/// x := x l^-T
inline void solveLowerTransposedRight(In l, Out x) {
  Size n = l.rows, m = x.rows;
  if (n <= eight)
    return solveSmallRight<false>(l, x);
  Size h = half(n);
  Out left = x.sub(0, 0, m, h), right = x.sub(0, h, m, n - h);
  solveLowerTransposedRight(l.sub(0, 0, h, h), left);
  addProduct(-1, left, l.sub(h, 0, n - h, h).transposed(), right);
  solveLowerTransposedRight(l.sub(h, h, n - h, n - h), right);
}

/// y -= (w + w^T) x, where w is lower triangular
inline void subtractSymmetricProduct(In w, In x, Out y) {
  Size n = w.rows, m = x.cols;
  constexpr Size smallest = 2 * eight;
  if (n <= smallest) {
    alignas(64) double both[smallest * smallest];
    for (Size j = 0; j < n; ++j)
      for (Size i = j; i < n; ++i)
        both[i + j * smallest] = both[j + i * smallest] = i == j ? 2 * w(i, j) : w(i, j);
    return addProduct(-1, In(both, n, n, smallest), x, y);
  }
  Size h = half(n);
  subtractSymmetricProduct(w.sub(0, 0, h, h), x.sub(0, 0, h, m), y.sub(0, 0, h, m));
  addProduct(-1, w.sub(h, 0, n - h, h), x.sub(0, 0, h, m), y.sub(h, 0, n - h, m));
  addProduct(-1, w.sub(h, 0, n - h, h).transposed(), x.sub(h, 0, n - h, m), y.sub(0, 0, h, m));
  subtractSymmetricProduct(w.sub(h, h, n - h, n - h), x.sub(h, 0, n - h, m), y.sub(h, 0, n - h, m));
}

inline void copy(const double *from, Size count, double *to) {
  for (Size k = 0; k < count; ++k)
    to[k] = from[k];
}

inline void fill(double value, Size count, double *to) {
  for (Size k = 0; k < count; ++k)
    to[k] = value;
}

} // namespace astragal::ASTRAGAL_ISA

#endif // ASTRAGAL_RUNTIME_KERNELS_BLOCKS_H
