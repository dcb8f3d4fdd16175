//===- Spectral.cpp - eigenvalues and singular values ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Eigenvalues by tridiagonalisation and implicit QR steps, as Eigen's SelfAdjointEigenSolver does it, so that
// vectors have the signs that Eigen (and Stan) give them. Singular values by one-sided Jacobi rotations.
// Adjoints: H. Liao et al., "Differentiable programming tensor networks", 2019; Stan has the same.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Blocks.h"
#include "runtime/kernels/Kernels.h"

#include "Eigen/Eigenvalues"

#include <cmath>
#include <limits>

namespace astragal::ASTRAGAL_ISA {

static double dot(const double *x, const double *y, Size n) {
  double sum = 0;
  for (Size i = 0; i < n; ++i)
    sum += x[i] * y[i];
  return sum;
}

static void addScaled(double factor, const double *x, Size n, double *y) {
  for (Size i = 0; i < n; ++i)
    y[i] += factor * x[i];
}

static bool isZero(const double *x, Size n) {
  for (Size i = 0; i < n; ++i)
    if (x[i] != 0)
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Symmetric matrices
//===----------------------------------------------------------------------===//

/// The Householder vector that maps x to beta e1 replaces x, without its first element, which is 1. Returns
/// tau.
static double reflect(double *x, Size n, double &beta) {
  double first = x[0], rest = dot(x + 1, x + 1, n - 1);
  if (rest <= std::numeric_limits<double>::min()) {
    beta = first;
    fill(0, n - 1, x + 1);
    return 0;
  }
  beta = std::sqrt(first * first + rest);
  if (first >= 0)
    beta = -beta;
  for (Size i = 1; i < n; ++i)
    x[i] /= first - beta;
  return (beta - first) / beta;
}

/// a = Q T Q^T; T's diagonals, and Q in place of a, of which the lower triangle is read.
static void tridiagonalize(Out a, double *diagonal, double *below, double *tau) {
  Size n = a.rows;
  double *p = diagonal; // free until the end
  for (Size k = 0; k + 1 < n; ++k) {
    Size rest = n - k - 1;
    double *v = a.col(k) + k + 1;
    tau[k] = reflect(v, rest, below[k]);
    v[0] = 1;
    fill(0, rest, p);
    for (Size j = 0; j < rest; ++j) {
      const double *column = a.col(k + 1 + j) + k + 1;
      p[j] += column[j] * v[j] + dot(column + j + 1, v + j + 1, rest - j - 1);
      addScaled(v[j], column + j + 1, rest - j - 1, p + j + 1);
    }
    for (Size i = 0; i < rest; ++i)
      p[i] *= tau[k];
    addScaled(-tau[k] / 2 * dot(p, v, rest), v, rest, p);
    for (Size j = 0; j < rest; ++j) {
      double *column = a.col(k + 1 + j) + k + 1;
      for (Size i = j; i < rest; ++i)
        column[i] -= v[i] * p[j] + p[i] * v[j];
    }
  }
  for (Size k = 0; k < n; ++k)
    diagonal[k] = a(k, k);
  // Reflections from the last to the first; the one that is applied lies left of what it is applied to.
  for (Size k = n - 1; k-- > 0;) {
    Size rest = n - k - 1;
    const double *v = a.col(k) + k + 1;
    for (Size j = 0; j < rest; ++j) {
      double *column = a.col(k + 1 + j) + k + 1;
      if (j == 0)
        fill(0, rest, column);
      column[0] = j == 0;
      addScaled(-tau[k] * dot(v, column, rest), v, rest, column);
    }
  }
  for (Size k = 0; k < n; ++k)
    a(0, k) = a(k, 0) = k == 0;
}

ASTRAGAL_KERNEL void astragal_eigen_symmetric(const double *a, Size n, double *values, double *vectors,
                                              double *scratch) {
  double scale = 0;
  bool isSymmetric = true;
  for (Size j = 0; j < n; ++j)
    for (Size i = j; i < n; ++i) {
      isSymmetric &= std::fabs(a[i + j * n] - a[j + i * n]) <= 1e-8;
      scale = std::fmax(scale, std::fabs(a[i + j * n]));
    }
  if (!isSymmetric || scale == std::numeric_limits<double>::infinity()) {
    fill(std::numeric_limits<double>::quiet_NaN(), n, values);
    return fill(std::numeric_limits<double>::quiet_NaN(), n * n, vectors);
  }
  if (scale == 0)
    scale = 1;
  for (Size k = 0; k < n * n; ++k)
    vectors[k] = a[k] / scale;
  double *below = scratch, *tau = scratch + n;
  tridiagonalize(Out(vectors, n, n), values, below, tau);
  Eigen::Map<Eigen::VectorXd> diagonal(values, n), subdiagonal(below, n > 0 ? n - 1 : 0);
  Eigen::Map<Eigen::MatrixXd> q(vectors, n, n);
  if (n > 0)
    internal::computeFromTridiagonal_impl(diagonal, subdiagonal, 30, true, q);
  for (Size k = 0; k < n; ++k)
    values[k] *= scale;
}

ASTRAGAL_KERNEL void astragal_eigen_symmetric_adjoint(const double *values, const double *vectors,
                                                      const double *dvalues, const double *dvectors, Size n,
                                                      double *da, double *scratch) {
  // V (diag(dvalues) + F * (V^T dvectors)) V^T with F(i, j) = 1 / (values(j) - values(i))
  In v(vectors, n, n);
  Out inner(scratch, n, n), left(scratch + n * n, n, n);
  fill(0, 2 * n * n, scratch);
  fill(0, n * n, da);
  if (!isZero(dvectors, n * n))
    addProduct(1, v.transposed(), In(dvectors, n, n), inner);
  for (Size j = 0; j < n; ++j)
    for (Size i = 0; i < n; ++i)
      if (i == j)
        inner(i, j) = dvalues[i];
      else if (inner(i, j) != 0)
        inner(i, j) /= values[j] - values[i];
  addProduct(1, v, inner, left);
  addProduct(1, left, v.transposed(), Out(da, n, n));
}

//===----------------------------------------------------------------------===//
// Singular values
//===----------------------------------------------------------------------===//

static void rotate(double *x, double *y, Size n, double c, double s) {
  for (Size i = 0; i < n; ++i) {
    double old = x[i];
    x[i] = c * old - s * y[i];
    y[i] = s * old + c * y[i];
  }
}

/// Makes the columns of u orthogonal by rotations, which v takes part in.
static void orthogonalize(Out u, Out v) {
  constexpr int mostSweeps = 60;
  bool again = true;
  for (int sweep = 0; again && sweep < mostSweeps; ++sweep) {
    again = false;
    for (Size p = 0; p + 1 < u.cols; ++p)
      for (Size q = p + 1; q < u.cols; ++q) {
        double pp = dot(u.col(p), u.col(p), u.rows), qq = dot(u.col(q), u.col(q), u.rows),
               pq = dot(u.col(p), u.col(q), u.rows);
        if (!(std::fabs(pq) > 1e-15 * std::sqrt(pp * qq)) || pq == 0)
          continue;
        again = true;
        double zeta = (qq - pp) / (2 * pq);
        double t = std::copysign(1, zeta) / (std::fabs(zeta) + std::sqrt(1 + zeta * zeta));
        double c = 1 / std::sqrt(1 + t * t);
        rotate(u.col(p), u.col(q), u.rows, c, c * t);
        rotate(v.col(p), v.col(q), v.rows, c, c * t);
      }
  }
}

/// A unit vector orthogonal to the first k columns in place of column k, for a singular value of zero.
static void complete(Out u, Size k) {
  double *column = u.col(k), best = 0;
  Size chosen = 0;
  for (Size e = 0; e < u.rows; ++e) {
    double rest = 1;
    for (Size j = 0; j < k; ++j)
      rest -= u(e, j) * u(e, j);
    if (rest > best)
      best = rest, chosen = e;
  }
  fill(0, u.rows, column);
  column[chosen] = 1;
  for (int twice = 0; twice < 2; ++twice)
    for (Size j = 0; j < k; ++j)
      addScaled(-dot(u.col(j), column, u.rows), u.col(j), u.rows, column);
  double length = std::sqrt(dot(column, column, u.rows));
  for (Size i = 0; i < u.rows; ++i)
    column[i] /= length;
}

ASTRAGAL_KERNEL void astragal_svd(const double *a, Size m, Size n, double *u, double *s, double *v) {
  Size k = m < n ? m : n;
  // The longer side is rotated.
  Out x = m < n ? Out(v, n, k) : Out(u, m, k), y = m < n ? Out(u, m, k) : Out(v, n, k);
  for (Size j = 0; j < k; ++j)
    for (Size i = 0; i < x.rows; ++i)
      x(i, j) = m < n ? a[j + i * m] : a[i + j * m];
  fill(0, k * k, y.data);
  for (Size j = 0; j < k; ++j)
    y(j, j) = 1;
  orthogonalize(x, y);
  for (Size j = 0; j < k; ++j)
    s[j] = std::sqrt(dot(x.col(j), x.col(j), x.rows));
  for (Size j = 0; j < k; ++j) {
    Size largest = j;
    for (Size i = j + 1; i < k; ++i)
      if (s[i] > s[largest])
        largest = i;
    if (largest != j) {
      std::swap(s[j], s[largest]);
      for (Size i = 0; i < x.rows; ++i)
        std::swap(x(i, j), x(i, largest));
      for (Size i = 0; i < k; ++i)
        std::swap(y(i, j), y(i, largest));
    }
    if (s[j] <= 1e-15 * double(x.rows) * s[0]) // what is left of its column is rounding
      complete(x, j);
    else
      for (Size i = 0; i < x.rows; ++i)
        x(i, j) /= s[j];
  }
}

ASTRAGAL_KERNEL void astragal_svd_adjoint(const double *u, const double *s, const double *v, const double *du,
                                          const double *ds, const double *dv, Size m, Size n, double *da,
                                          double *scratch) {
  Size k = m < n ? m : n;
  In mu(u, m, k), mv(v, n, k);
  Out onU(scratch, k, k), onV(scratch + k * k, k, k), inner(scratch + 2 * k * k, k, k);
  Out left(scratch + 3 * k * k, m, k), right(left.data + m * k, n, k);
  fill(0, 3 * k * k + (m + n) * k, scratch);
  fill(0, m * n, da);
  bool hasU = !isZero(du, m * k), hasV = !isZero(dv, n * k);
  addProduct(1, mu.transposed(), In(du, m, k), onU);
  addProduct(1, mv.transposed(), In(dv, n, k), onV);
  for (Size j = 0; j < k; ++j)
    for (Size i = 0; i < k; ++i) {
      double difference = 1 / (s[j] - s[i]), sum = 1 / (s[i] + s[j]);
      if (i == j)
        inner(i, i) = ds[i];
      else
        inner(i, j) = (hasU ? (difference + sum) * (onU(i, j) - onU(j, i)) / 2 : 0) +
                      (hasV ? (difference - sum) * (onV(i, j) - onV(j, i)) / 2 : 0);
    }
  // What leaves the spaces of u and of v.
  addProduct(1, mu, inner, left);
  if (hasU) {
    for (Size j = 0; j < k; ++j) {
      for (Size i = 0; i < k; ++i)
        onU(i, j) /= s[j];
      addScaled(1 / s[j], du + j * m, m, left.col(j));
    }
    addProduct(-1, mu, onU, left);
  }
  addProduct(1, left, mv.transposed(), Out(da, m, n));
  if (hasV) {
    copy(dv, n * k, right.data);
    addProduct(-1, mv, onV, right);
    for (Size j = 0; j < k; ++j)
      for (Size i = 0; i < n; ++i)
        right(i, j) /= s[j];
    addProduct(1, mu, In(right).transposed(), Out(da, m, n));
  }
}

} // namespace astragal::ASTRAGAL_ISA
