//===- General.cpp - solving, inverses, determinants ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/General.h"
#include "runtime/kernels/Kernels.h"

#include <cmath>

namespace astragal::ASTRAGAL_ISA {

constexpr Size panelCols = 24;

static void exchangeRows(Out a, Size i, Size k) {
  if (i == k)
    return;
  for (Size j = 0; j < a.cols; ++j) {
    double old = a(i, j);
    a(i, j) = a(k, j);
    a(k, j) = old;
  }
}

double factorGeneral(Out a, double *pivots) {
  Size n = a.rows;
  double sign = 1;
  for (Size begin = 0; begin < n; begin += panelCols) {
    Size end = begin + panelCols < n ? begin + panelCols : n, width = end - begin, rest = n - end;
    Out panel = a.sub(0, begin, n, width);
    for (Size k = begin; k < end; ++k) {
      Size largest = k;
      for (Size i = k + 1; i < n; ++i)
        if (std::fabs(a(i, k)) > std::fabs(a(largest, k)))
          largest = i;
      pivots[k] = double(largest);
      if (largest != k)
        sign = -sign;
      exchangeRows(panel, k, largest);
      double pivot = a(k, k);
      for (Size i = k + 1; i < n; ++i)
        a(i, k) = pivot == 0 ? 0 : a(i, k) / pivot;
      for (Size j = k + 1; j < end; ++j)
        for (Size i = k + 1; i < n; ++i)
          a(i, j) -= a(i, k) * a(k, j);
    }
    for (Size k = begin; k < end; ++k) {
      exchangeRows(a.sub(0, 0, n, begin), k, Size(pivots[k]));
      exchangeRows(a.sub(0, end, n, rest), k, Size(pivots[k]));
    }
    Out right = a.sub(begin, end, width, rest);
    solveTriangle(a.sub(begin, begin, width, width), {.hasUnitDiagonal = true}, right);
    addProduct(-1, a.sub(end, begin, rest, width), right, a.sub(end, end, rest, rest));
  }
  return sign;
}

void solveGeneral(In lu, const double *pivots, bool transposed, Out x) {
  if (transposed) {
    solveTriangle(lu, {.isUpper = true, .isTransposed = true}, x);
    solveTriangle(lu, {.isTransposed = true, .hasUnitDiagonal = true}, x);
    for (Size k = lu.rows; k-- > 0;)
      exchangeRows(x, k, Size(pivots[k]));
    return;
  }
  for (Size k = 0; k < lu.rows; ++k)
    exchangeRows(x, k, Size(pivots[k]));
  solveTriangle(lu, {.hasUnitDiagonal = true}, x);
  solveTriangle(lu, {.isUpper = true}, x);
}

static void identity(Size n, double *x) {
  fill(0, n * n, x);
  for (Size k = 0; k < n; ++k)
    x[k + k * n] = 1;
}

ASTRAGAL_KERNEL void astragal_solve(const double *a, const double *b, Size n, Size m,
                                    astragal_flag transposed, double *x, double *lu, double *pivots) {
  copy(a, n * n, lu);
  copy(b, n * m, x);
  factorGeneral(Out(lu, n, n), pivots);
  solveGeneral(In(lu, n, n), pivots, transposed, Out(x, n, m));
}

ASTRAGAL_KERNEL void astragal_inverse(const double *a, Size n, double *y, double *lu, double *pivots) {
  copy(a, n * n, lu);
  identity(n, y);
  factorGeneral(Out(lu, n, n), pivots);
  solveGeneral(In(lu, n, n), pivots, false, Out(y, n, n));
}

ASTRAGAL_KERNEL void astragal_inverse_spd(const double *a, Size n, double *y, double *root) {
  // The factor, its inverse r, and r^T r.
  double *factor = y;
  astragal_cholesky(a, n, factor);
  identity(n, root);
  solveTriangle(In(factor, n, n), {}, Out(root, n, n));
  fill(0, n * n, y);
  addLowerProduct(1, In(root, n, n).transposed(), In(root, n, n), Out(y, n, n));
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < j; ++i)
      y[i + j * n] = y[j + i * n];
}

ASTRAGAL_KERNEL void astragal_determinant(const double *a, Size n, double *value, double *lu,
                                          double *pivots) {
  copy(a, n * n, lu);
  double determinant = factorGeneral(Out(lu, n, n), pivots), logarithm = 0;
  for (Size k = 0; k < n; ++k) {
    determinant *= lu[k + k * n];
    logarithm += std::log(std::fabs(lu[k + k * n]));
  }
  value[0] = determinant;
  value[1] = logarithm;
}

} // namespace astragal::ASTRAGAL_ISA
