//===- Cholesky.cpp - factors of positive definite matrices ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The factor by halves, and its adjoint likewise: each step of the factorisation reversed on whole blocks (I.
// Murray, "Differentiation of the Cholesky decomposition", 2016).
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Blocks.h"
#include "runtime/kernels/Kernels.h"

#include <cmath>
#include <limits>

namespace astragal::ASTRAGAL_ISA {

/// Up to eight rows: a = l d l^T first, since roots would have to wait for each other, then their roots side
/// by side. What is above the diagonal is overwritten.
static bool factorSmall(Out a) {
  Size n = a.rows;
  alignas(64) double at[eight], pivots[eight];
  Square x(a.data, a.stride, n, n);
  for (Size k = 0; k < eight; ++k) {
    storeEight(at, x.col[k], eight);
    pivots[k] = k < n ? at[k] : 1;
    double minus = -1 / pivots[k];
    for (Size j = k + 1; j < eight; ++j)
      x.col[j] = multiplyAdd(x.col[k], at[j] * minus, x.col[j]);
  }
  alignas(64) double inverses[eight];
  for (Size i = 0; i < eight; i += lanes)
    store(inverses + i, internal::pdiv(all(1), internal::psqrt(load(pivots + i))));
  bool isDefinite = true;
  for (Size k = 0; k < eight; ++k)
    isDefinite &= pivots[k] > 0 && pivots[k] < std::numeric_limits<double>::infinity();
  for (Size k = 0; k < eight; ++k)
    x.col[k] = multiply(x.col[k], inverses[k]);
  x.write(a.data, a.stride, n, n);
  return isDefinite;
}

/// The lower triangle in place; false if the matrix is not positive definite.
static bool factor(Out a) {
  Size n = a.rows;
  if (n <= eight)
    return factorSmall(a);
  Size h = half(n);
  Out a11 = a.sub(0, 0, h, h), a21 = a.sub(h, 0, n - h, h), a22 = a.sub(h, h, n - h, n - h);
  if (!factor(a11))
    return false;
  solveLowerTransposedRight(a11, a21);
  addLowerProduct(-1, a21, In(a21).transposed(), a22);
  return factor(a22);
}

/// Zero above the diagonal, and half of it.
struct HalfTriangle {
  alignas(64) double at[eight][eight] = {};
  constexpr HalfTriangle() {
    for (Size j = 0; j < eight; ++j)
      for (Size i = j; i < eight; ++i)
        at[j][i] = i == j ? 0.5 : 1;
  }
};
static void takeHalfTriangle(Square &x) {
  static constexpr HalfTriangle half;
  for (Size j = 0; j < eight; ++j)
    x.col[j] = multiply(x.col[j], loadEight(half.at[j], eight));
}

/// Up to eight rows: l^-T p l^-1 and its transpose, where p is the half triangle of l^T d.
static void reverseSmallFactor(In l, Out d) {
  Size n = l.rows;
  SmallLower lower(l.data, l.stride, n);
  Square rows = Square(l.data, l.stride, n, n).transposed(), p(nullptr, 0, 0, 0);
  for (Size k = 0; k < eight; ++k)
    for (Size j = 0; j <= k; ++j)
      p.col[j] = multiplyAdd(rows.col[k], k < n ? d(k, j) : 0, p.col[j]);
  takeHalfTriangle(p);
  solveRight<true>(lower, p);
  Square s = p.transposed();
  solveRight<true>(lower, s);
  p = s.transposed();
  for (Size j = 0; j < eight; ++j)
    p.col[j] = multiplyAdd(s.col[j], 1, p.col[j]);
  takeHalfTriangle(p);
  p.write(d.data, d.stride, n, n);
}

/// `d` holds the adjoint of the factor, and then that of the matrix; lower triangles.
static void reverseFactor(In l, Out d) {
  Size n = l.rows;
  if (n <= eight)
    return reverseSmallFactor(l, d);
  Size h = half(n);
  In l11 = l.sub(0, 0, h, h), l21 = l.sub(h, 0, n - h, h);
  Out d11 = d.sub(0, 0, h, h), d21 = d.sub(h, 0, n - h, h), d22 = d.sub(h, h, n - h, n - h);
  reverseFactor(l.sub(h, h, n - h, n - h), d22);
  subtractSymmetricProduct(d22, l21, d21);
  solveLowerRight(l11, d21);
  addLowerProduct(-1, In(d21).transposed(), l21, d11);
  reverseFactor(l11, d11);
}

/// Within Stan's tolerance, tile by tile: a column of the one triangle is a row of the other. What is not
/// finite is taken for asymmetric: it has no factor either.
static bool isSymmetric(In a) {
  Size n = a.rows;
  for (Size j = 0; j < n; j += eight)
    for (Size i = j; i < n; i += eight) {
      Size height = n - i < eight ? n - i : eight, width = n - j < eight ? n - j : eight;
      Square left(&a(i, j), a.stride, height, width);
      Square right = Square(&a(j, i), a.stride, width, height).transposed();
      alignas(64) double gaps[eight * eight];
      for (Size k = 0; k < eight; ++k)
        storeEight(gaps + k * eight, multiplyAdd(right.col[k], -1, left.col[k]), eight);
      bool same = true;
      for (double gap : gaps)
        same &= std::fabs(gap) <= 1e-8;
      if (!same)
        return false;
    }
  return true;
}

static void zeroAbove(Out a) {
  for (Size j = 1; j < a.cols; ++j)
    fill(0, j < a.rows ? j : a.rows, a.col(j));
}

ASTRAGAL_KERNEL void astragal_cholesky(const double *a, Size n, double *l) {
  copy(a, n * n, l);
  if (isSymmetric(In(a, n, n)) && factor(Out(l, n, n)))
    zeroAbove(Out(l, n, n));
  else
    fill(std::numeric_limits<double>::quiet_NaN(), n * n, l);
}

ASTRAGAL_KERNEL void astragal_cholesky_adjoint(const double *l, const double *dl, Size n, double *da) {
  copy(dl, n * n, da);
  reverseFactor(In(l, n, n), Out(da, n, n));
  zeroAbove(Out(da, n, n));
}

ASTRAGAL_KERNEL void astragal_solve_lower(const double *l, const double *b, Size n, Size m,
                                          astragal_flag transposed, double *x) {
  copy(b, n * m, x);
  solveTriangle(In(l, n, n), {.isTransposed = transposed != 0}, Out(x, n, m));
}

ASTRAGAL_KERNEL void astragal_lower_product(const double *a, const double *b, Size n, Size m, double *c) {
  fill(0, n * n, c);
  addLowerProduct(-1, In(a, n, m), In(b, n, m).transposed(), Out(c, n, n));
  zeroAbove(Out(c, n, n));
}

ASTRAGAL_KERNEL void astragal_product(const double *a, const double *b, Size m, Size n, Size k,
                                      astragal_flag ta, astragal_flag tb, double scale, double *c) {
  fill(0, m * n, c);
  In left = ta ? In(a, k, m).transposed() : In(a, m, k), right = tb ? In(b, n, k).transposed() : In(b, k, n);
  addProduct(scale, left, right, Out(c, m, n));
}

} // namespace astragal::ASTRAGAL_ISA
