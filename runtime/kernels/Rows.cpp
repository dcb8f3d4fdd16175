//===- Rows.cpp - rows of a regression, reduced to a triangle -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums of squares |x b|^2 over many rows x are those over the rows of the triangular factor r of x = q r.
// Rows come in blocks, and each block is eliminated against the factor of those before it, by orthogonal
// transformations alone: nothing is ever squared.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Blocks.h"
#include "runtime/kernels/Kernels.h"

#include <algorithm>
#include <cmath>

namespace astragal::ASTRAGAL_ISA {

using Column = Eigen::Map<Eigen::VectorXd>;

/// Takes what is not finite out of a column, so that other columns stay numbers: NaN if it has one. A column
/// of numbers whose sum is infinite is that as a whole.
static double removeInfinite(Column column) {
  double sum = column.lpNorm<1>();
  if (std::isfinite(sum))
    return 0;
  double wrong = 0;
  for (double &value : column) {
    if (std::isfinite(value))
      continue;
    wrong += std::fabs(value);
    value = 0;
  }
  if (wrong == 0) {
    column.setZero();
    return HUGE_VAL;
  }
  return wrong;
}

/// Householder reflections, each of one row of r and all rows of the block.
ASTRAGAL_KERNEL void astragal_add_rows(Size m, Size n, Size stride, double *rows, double *r) {
  Out x(rows, m, n, stride), factor(r, n, n);
  for (Size k = 0; k < n; ++k)
    factor(k, k) += removeInfinite(Column(x.col(k), m));
  for (Size k = 0; k < n; ++k) {
    Column v(x.col(k), m);
    factor(k, k) += removeInfinite(v); // what became too large
    // The largest, not the sum: that may be infinite where no element is.
    double first = factor(k, k), scale = std::max(std::fabs(first), v.lpNorm<Eigen::Infinity>());
    if (scale == 0 || !std::isfinite(scale))
      continue;
    double head = first / scale;
    v /= scale;
    double norm = std::sqrt(head * head + v.squaredNorm()), beta = head < 0 ? norm : -norm;
    if (beta == head) // nothing below the diagonal
      continue;
    // I - tau w w^T, where w is 1 in the row of r
    v /= head - beta;
    double tau = (beta - head) / beta;
    factor(k, k) = scale * beta;
    for (Size j = k + 1; j < n; ++j) {
      Column column(x.col(j), m);
      double along = tau * (factor(k, j) + v.dot(column));
      if (!std::isfinite(along)) {
        factor(j, j) = HUGE_VAL;
        column.setZero();
        continue;
      }
      factor(k, j) -= along;
      column.noalias() -= along * v;
    }
  }
}

/// Rotations of one row of a group's factor and one row of the block. What is left in the block's other
/// columns is free of the group. What is not finite goes into the factor and no further.
ASTRAGAL_KERNEL void astragal_add_grouped_rows(const double *groups, Size m, Size q, Size n, Size count,
                                               Size stride, double *rows, double *factors) {
  Out x(rows, m, n, stride);
  for (Size i = 0; i < m; ++i) {
    double *factor = factors + Size(groups[i]);
    for (Size j = 0; j < n; ++j) {
      if (std::isfinite(x(i, j)))
        continue;
      factor[(j < q ? j * n + j : j) * count] += std::fabs(x(i, j));
      x(i, j) = 0;
    }
    for (Size k = 0; k < q; ++k) {
      double *row = factor + k * n * count, a = row[k * count], b = x(i, k);
      x(i, k) = 0;
      if (b == 0 || !std::isfinite(a))
        continue;
      double length = std::hypot(a, b), c = a / length, s = b / length;
      row[k * count] = length;
      if (!std::isfinite(length))
        continue;
      for (Size j = k + 1; j < n; ++j) {
        double above = row[j * count], below = x(i, j);
        if (!std::isfinite(above))
          continue;
        row[j * count] = c * above + s * below;
        x(i, j) = c * below - s * above;
      }
    }
  }
}

ASTRAGAL_KERNEL void astragal_pack_cells(const double *factors, const double *sizes, Size cells, Size q,
                                         Size n, Size count, Size room, double *rows, double *of,
                                         double *more, double *packed) {
  Size next = 0;
  for (Size cell = 0; cell < cells; ++cell) {
    const Size first = next;
    for (Size k = 0; k < q; ++k) {
      auto at = [&](Size j) { return factors[(k * n + j) * count + cell]; };
      bool isZero = true;
      for (Size j = k; j < n; ++j)
        isZero &= at(j) == 0;
      if (isZero && k > 0)
        continue;
      if (next == room) { // only where something is not finite, which adds up to what is not finite
        for (Size j = 0; j < n; ++j)
          rows[j * room + next - 1] += at(j);
        continue;
      }
      for (Size j = 0; j < n; ++j)
        rows[j * room + next] = at(j);
      of[next] = double(cell);
      more[next++] = 0;
    }
    if (next > first)
      more[first] = sizes[cell] - double(next - first);
  }
  Size end = (next + 7) / 8 * 8;
  *packed = double(end);
  for (Size k = next; k < room; ++k) {
    of[k] = 0;
    more[k] = k < end ? -1 : 0;
    for (Size j = 0; j < n; ++j)
      rows[j * room + k] = 0;
  }
}

} // namespace astragal::ASTRAGAL_ISA
