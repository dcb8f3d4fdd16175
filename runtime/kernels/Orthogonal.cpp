//===- Orthogonal.cpp - orthogonal factors --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// a = q r by Householder reflections, with a diagonal of r that is not negative: so the factors are unique,
// and the columns of a need no order. The adjoint: S. Walter and L. Lehmann, "Algorithmic differentiation of
// linear algebra functions with application in optimum experimental design", 2012.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Blocks.h"
#include "runtime/kernels/Kernels.h"

#include <cmath>

namespace astragal::ASTRAGAL_ISA {

/// x := x - tau v (v^T x) for each column, from row `from` on; v's element there is 1.
static void applyReflection(const double *v, double tau, Size from, Out x) {
  for (Size j = 0; j < x.cols; ++j) {
    double *column = x.col(j), sum = column[from];
    for (Size i = from + 1; i < x.rows; ++i)
      sum += v[i] * column[i];
    sum *= tau;
    column[from] -= sum;
    for (Size i = from + 1; i < x.rows; ++i)
      column[i] -= sum * v[i];
  }
}

/// a := r above the diagonal, the reflections' vectors below.
static void factorOrthogonal(Out a, double *tau) {
  Size steps = a.rows < a.cols ? a.rows : a.cols;
  for (Size k = 0; k < steps; ++k) {
    double *v = a.col(k), first = v[k], rest = 0;
    for (Size i = k + 1; i < a.rows; ++i)
      rest += v[i] * v[i];
    tau[k] = 0;
    if (rest == 0)
      continue;
    double beta = std::sqrt(first * first + rest);
    if (first >= 0)
      beta = -beta;
    for (Size i = k + 1; i < a.rows; ++i)
      v[i] /= first - beta;
    tau[k] = (beta - first) / beta;
    v[k] = beta;
    applyReflection(v, tau[k], k, a.sub(0, k + 1, a.rows, a.cols - k - 1));
  }
}

ASTRAGAL_KERNEL void astragal_qr(const double *a, Size m, Size n, Size k, double *q, double *r,
                                 double *scratch, double *tau) {
  Out x(scratch, m, n), columns(q, m, k);
  copy(a, m * n, scratch);
  factorOrthogonal(x, tau);
  Size steps = m < n ? m : n;
  fill(0, m * k, q);
  for (Size j = 0; j < k; ++j)
    columns(j, j) = 1;
  for (Size s = steps; s-- > 0;)
    applyReflection(x.col(s), tau[s], s, columns);
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < k; ++i)
      r[i + j * k] = i <= j && i < m ? x(i, j) : 0;
  for (Size s = 0; s < steps && s < k; ++s) {
    if (!(x(s, s) < 0))
      continue;
    for (Size i = 0; i < m; ++i)
      columns(i, s) = -columns(i, s);
    for (Size j = s; j < n; ++j)
      r[s + j * k] = -r[s + j * k];
  }
}

ASTRAGAL_KERNEL void astragal_qr_adjoint(const double *q, const double *r, const double *dq, const double *dr,
                                         Size m, Size n, double *da, double *scratch) {
  // (dq + q s) r^-T, where s is symmetric with the lower triangle of r dr^T - dq^T q
  Out s(scratch, n, n), lower(scratch + n * n, n, n);
  fill(0, n * n, scratch);
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < n; ++i)
      lower(i, j) = i >= j ? dr[j + i * n] : 0; // dr^T, of which the upper triangle of dr counts
  addProduct(1, In(r, n, n), lower, s);
  addProduct(-1, In(dq, m, n).transposed(), In(q, m, n), s);
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < n; ++i) {
      if (i < j)
        s(i, j) = s(j, i);
      lower(i, j) = i >= j ? r[j + i * n] : 0;
    }
  copy(dq, m * n, da);
  addProduct(1, In(q, m, n), s, Out(da, m, n));
  solveLowerRight(lower, Out(da, m, n));
}

} // namespace astragal::ASTRAGAL_ISA
