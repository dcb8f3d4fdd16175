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

#include "Eigen/Core"

#include <cstdint>

namespace astragal::ASTRAGAL_ISA {

using Size = std::int64_t;
namespace internal = Eigen::internal;

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

/// c += alpha op(a) op(b)
inline void addProduct(double alpha, In a, In b, Out c) {
  Size m = c.rows, n = c.cols, k = a.isTransposed ? a.rows : a.cols;
  if (m == 0 || n == 0 || k == 0)
    return;
  if (m * n * k <= 512 || n == 1) {
    for (Size j = 0; j < n; ++j)
      if (a.isTransposed)
        for (Size i = 0; i < m; ++i) {
          double sum = 0;
          for (Size l = 0; l < k; ++l)
            sum += a(l, i) * (b.isTransposed ? b(j, l) : b(l, j));
          c(i, j) += alpha * sum;
        }
      else
        for (Size l = 0; l < k; ++l) {
          double factor = alpha * (b.isTransposed ? b(j, l) : b(l, j));
          for (Size i = 0; i < m; ++i)
            c(i, j) += a(i, l) * factor;
        }
    return;
  }
  constexpr int Columns = Eigen::ColMajor, Rows = Eigen::RowMajor;
  auto product =
      a.isTransposed
          ? (b.isTransposed ? addPackedProduct<Rows, Rows> : addPackedProduct<Rows, Columns>)
          : (b.isTransposed ? addPackedProduct<Columns, Rows> : addPackedProduct<Columns, Columns>);
  product(alpha, a, b, m, n, k, c);
}

/// Where a triangle is split: at a multiple of 8 near the middle, so that columns stay aligned alike.
inline Size half(Size n) { return (n / 2 + 7) / 8 * 8; }
constexpr Size smallest = 24; // triangles up to this size are done column by column

/// The lower triangle of c += alpha op(a) op(b)
inline void addLowerProduct(double alpha, In a, In b, Out c) {
  Size n = c.rows;
  auto rowsOf = [](In x, Size from, Size count) {
    return x.isTransposed ? In(x.col(from), x.rows, count, x.stride, true) : x.sub(from, 0, count, x.cols);
  };
  auto colsOf = [](In x, Size from, Size count) {
    return x.isTransposed ? In(&x(from, 0), count, x.cols, x.stride, true) : x.sub(0, from, x.rows, count);
  };
  if (n <= smallest) {
    for (Size j = 0; j < n; ++j)
      addProduct(alpha, rowsOf(a, j, n - j), colsOf(b, j, 1), c.sub(j, j, n - j, 1));
    return;
  }
  Size h = half(n);
  addLowerProduct(alpha, rowsOf(a, 0, h), colsOf(b, 0, h), c.sub(0, 0, h, h));
  addProduct(alpha, rowsOf(a, h, n - h), colsOf(b, 0, h), c.sub(h, 0, n - h, h));
  addLowerProduct(alpha, rowsOf(a, h, n - h), colsOf(b, h, n - h), c.sub(h, h, n - h, n - h));
}

/// Which triangle a solver reads, and how.
struct Triangle {
  bool isUpper = false, isTransposed = false, hasUnitDiagonal = false;
};

/// Eight right-hand sides at a time, side by side, so that each step is one vector wide.
inline void solveSmall(In a, Triangle t, Out x) {
  constexpr Size lanes = 8;
  Size n = a.rows;
  alignas(64) double rows[smallest][lanes];
  auto step = [&](Size k, Size from, Size to) {
    double inverse = t.hasUnitDiagonal ? 1 : 1 / a(k, k);
    if (t.isTransposed) {
      for (Size i = from; i < to; ++i)
        for (Size c = 0; c < lanes; ++c)
          rows[k][c] -= a(i, k) * rows[i][c];
      for (Size c = 0; c < lanes; ++c)
        rows[k][c] *= inverse;
      return;
    }
    for (Size c = 0; c < lanes; ++c)
      rows[k][c] *= inverse;
    for (Size i = from; i < to; ++i)
      for (Size c = 0; c < lanes; ++c)
        rows[i][c] -= a(i, k) * rows[k][c];
  };
  for (Size j = 0; j < x.cols; j += lanes) {
    Size width = x.cols - j < lanes ? x.cols - j : lanes;
    for (Size i = 0; i < n; ++i)
      for (Size c = 0; c < lanes; ++c)
        rows[i][c] = c < width ? x(i, j + c) : 0;
    for (Size k = 0; k < n; ++k) {
      Size at = t.isUpper == t.isTransposed ? k : n - 1 - k;
      t.isUpper ? step(at, 0, at) : step(at, at + 1, n);
    }
    for (Size i = 0; i < n; ++i)
      for (Size c = 0; c < width; ++c)
        x(i, j + c) = rows[i][c];
  }
}

/// One right-hand side: along the columns of the matrix, which are contiguous.
inline void solveColumn(In a, Triangle t, double *x) {
  Size n = a.rows;
  for (Size k = 0; k < n; ++k) {
    Size at = t.isUpper == t.isTransposed ? k : n - 1 - k;
    Size from = t.isUpper ? 0 : at + 1, to = t.isUpper ? at : n;
    const double *column = a.col(at);
    double diagonal = t.hasUnitDiagonal ? 1 : column[at];
    if (t.isTransposed) {
      double sum = x[at];
      for (Size i = from; i < to; ++i)
        sum -= column[i] * x[i];
      x[at] = sum / diagonal;
    } else {
      double factor = x[at] /= diagonal;
      for (Size i = from; i < to; ++i)
        x[i] -= factor * column[i];
    }
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
  if (n <= smallest)
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

/// x := x l^-1
inline void solveLowerRight(In l, Out x) {
  Size n = l.rows, m = x.rows;
  if (n > smallest) {
    Size h = half(n);
    Out left = x.sub(0, 0, m, h), right = x.sub(0, h, m, n - h);
    solveLowerRight(l.sub(h, h, n - h, n - h), right);
    addProduct(-1, right, l.sub(h, 0, n - h, h), left);
    return solveLowerRight(l.sub(0, 0, h, h), left);
  }
  for (Size k = n; k-- > 0;) {
    for (Size c = k + 1; c < n; ++c)
      for (Size i = 0; i < m; ++i)
        x(i, k) -= x(i, c) * l(c, k);
    double inverse = 1 / l(k, k);
    for (Size i = 0; i < m; ++i)
      x(i, k) *= inverse;
  }
}

/// x := x l^-T
inline void solveLowerTransposedRight(In l, Out x) {
  Size n = l.rows, m = x.rows;
  if (n > smallest) {
    Size h = half(n);
    Out left = x.sub(0, 0, m, h), right = x.sub(0, h, m, n - h);
    solveLowerTransposedRight(l.sub(0, 0, h, h), left);
    addProduct(-1, left, l.sub(h, 0, n - h, h).transposed(), right);
    return solveLowerTransposedRight(l.sub(h, h, n - h, n - h), right);
  }
  for (Size k = 0; k < n; ++k) {
    for (Size c = 0; c < k; ++c)
      for (Size i = 0; i < m; ++i)
        x(i, k) -= x(i, c) * l(k, c);
    double inverse = 1 / l(k, k);
    for (Size i = 0; i < m; ++i)
      x(i, k) *= inverse;
  }
}

/// y -= (w + w^T) x, where w is lower triangular
inline void subtractSymmetricProduct(In w, In x, Out y) {
  Size n = w.rows;
  if (n <= smallest) {
    for (Size j = 0; j < n; ++j)
      for (Size i = j; i < n; ++i)
        for (Size c = 0; c < x.cols; ++c) {
          y(i, c) -= w(i, j) * x(j, c);
          y(j, c) -= w(i, j) * x(i, c);
        }
    return;
  }
  Size h = half(n), m = x.cols;
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
