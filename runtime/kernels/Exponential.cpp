//===- Exponential.cpp - the exponential of a matrix ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scaling and squaring with the Pade approximant of degree 13 (N. Higham, 2005). The adjoint is the
// derivative of the exponential at a^T in the direction of the seed, which is a block of the exponential of a
// matrix twice as large.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/General.h"
#include "runtime/kernels/Kernels.h"

#include <cmath>
#include <limits>

namespace astragal::ASTRAGAL_ISA {

static void multiply(In a, In b, Out c) {
  fill(0, c.rows * c.cols, c.data);
  addProduct(1, a, b, c);
}

/// c := p x6 + q x4 + r x2 + s 1
static void combine(double p, In x6, double q, In x4, double r, In x2, double s, Out c) {
  Size n = c.rows;
  for (Size k = 0; k < n * n; ++k)
    c.data[k] += p * x6.data[k] + q * x4.data[k] + r * x2.data[k];
  for (Size k = 0; k < n; ++k)
    c(k, k) += s;
}

/// `scratch` has 7 n^2 elements.
static void exponential(In a, Out e, double *scratch, double *pivots) {
  Size n = a.rows, all = n * n;
  if (n == 0)
    return;
  Out x(scratch, n, n), x2(scratch + all, n, n), x4(scratch + 2 * all, n, n), x6(scratch + 3 * all, n, n),
      t(scratch + 4 * all, n, n), u(scratch + 5 * all, n, n), v(scratch + 6 * all, n, n);
  double norm = 0;
  for (Size j = 0; j < n; ++j) {
    double sum = 0;
    for (Size i = 0; i < n; ++i)
      sum += std::fabs(a(i, j));
    if (!(sum <= norm))
      norm = sum;
  }
  if (!(norm < std::numeric_limits<double>::infinity()))
    return fill(std::numeric_limits<double>::quiet_NaN(), all, e.data);
  int squarings = 0;
  double scale = 1;
  for (; norm * scale > 5.371920351148152; scale /= 2)
    ++squarings;
  for (Size k = 0; k < all; ++k)
    x.data[k] = a.data[k] * scale;
  multiply(x, x, x2);
  multiply(x2, x2, x4);
  multiply(x4, x2, x6);
  fill(0, all, v.data);
  combine(1, x6, 16380, x4, 40840800, x2, 0, v);
  multiply(x6, v, t);
  combine(33522128640., x6, 10559470521600., x4, 1187353796428800., x2, 32382376266240000., t);
  multiply(x, t, u);
  fill(0, all, t.data);
  combine(182, x6, 960960, x4, 1323241920., x2, 0, t);
  multiply(x6, t, v);
  combine(670442572800., x6, 129060195264000., x4, 7771770303897600., x2, 64764752532480000., v);
  for (Size k = 0; k < all; ++k) {
    e.data[k] = v.data[k] + u.data[k];
    t.data[k] = v.data[k] - u.data[k];
  }
  factorGeneral(t, pivots);
  solveGeneral(t, pivots, false, e);
  for (; squarings > 0; --squarings) {
    multiply(e, e, t);
    copy(t.data, all, e.data);
  }
}

ASTRAGAL_KERNEL void astragal_matrix_exp(const double *a, Size n, double *e, double *scratch,
                                         double *pivots) {
  exponential(In(a, n, n), Out(e, n, n), scratch, pivots);
}

ASTRAGAL_KERNEL void astragal_matrix_exp_adjoint(const double *a, const double *de, Size n, double *da,
                                                 double *scratch, double *pivots) {
  Size m = 2 * n;
  Out big(scratch, m, m), e(scratch + m * m, m, m);
  fill(0, m * m, scratch);
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < n; ++i) {
      big(i, j) = big(n + i, n + j) = a[j + i * n];
      big(i, n + j) = de[i + j * n];
    }
  exponential(big, e, scratch + 2 * m * m, pivots);
  for (Size j = 0; j < n; ++j)
    copy(e.col(n + j), n, da + j * n);
}

} // namespace astragal::ASTRAGAL_ISA
