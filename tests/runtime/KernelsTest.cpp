//===- KernelsTest.cpp - linear algebra that generated code calls ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every kernel against its definition, at sizes around those where the algorithms change; every adjoint
// against central differences, in the combination that the compiler calls
// (compiler/differentiate/Kernels.cpp).
//
//===----------------------------------------------------------------------===//

#include "runtime/abi.h"
#include "tests/runtime/Helpers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

using namespace astragal::tests;

namespace {

using Matrix = std::vector<double>; // column by column

struct Kernels : testing::TestWithParam<int> {
  std::mt19937_64 random{seedOfTest()};
  int n = GetParam();

  Matrix normal(size_t count) {
    std::normal_distribution<double> draw;
    Matrix values(count);
    for (double &value : values)
      value = draw(random);
    return values;
  }
  static Matrix product(const Matrix &a, const Matrix &b, int m, int n, int k, bool ta = false,
                        bool tb = false) {
    Matrix c(size_t(m) * n);
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < m; ++i)
        for (int l = 0; l < k; ++l)
          c[i + j * m] += (ta ? a[l + i * k] : a[i + l * m]) * (tb ? b[j + l * n] : b[l + j * k]);
    return c;
  }
  Matrix definite() {
    Matrix a = normal(size_t(n) * n), s = product(a, a, n, n, n, false, true);
    for (int i = 0; i < n; ++i)
      s[i + i * n] += n;
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < j; ++i)
        s[i + j * n] = s[j + i * n];
    return s;
  }
  Matrix lower() {
    Matrix l = normal(size_t(n) * n);
    for (int j = 0; j < n; ++j) {
      for (int i = 0; i < j; ++i)
        l[i + j * n] = 0;
      for (int i = j + 1; i < n; ++i)
        l[i + j * n] /= n;
      l[j + j * n] = 1 + std::fabs(l[j + j * n]);
    }
    return l;
  }
  static void expectNear(const Matrix &x, const Matrix &y, double tolerance) {
    ASSERT_EQ(x.size(), y.size());
    double scale = 1, difference = 0;
    for (size_t k = 0; k < x.size(); ++k) {
      scale = std::max(scale, std::fabs(y[k]));
      difference = std::max(difference, std::fabs(x[k] - y[k]));
      ASSERT_FALSE(std::isnan(x[k]));
    }
    EXPECT_LE(difference, tolerance * scale);
  }
  static double dot(const Matrix &x, const Matrix &y) {
    double sum = 0;
    for (size_t k = 0; k < x.size(); ++k)
      sum += x[k] * y[k];
    return sum;
  }
  /// The derivative of sum(w * f(x)) along `direction` is that of the adjoint.
  static void expectAdjoint(const std::function<Matrix(const Matrix &)> &f, const Matrix &x,
                            const Matrix &direction, const Matrix &weights, const Matrix &adjoint) {
    double step = 1e-6;
    Matrix up = x, down = x;
    for (size_t k = 0; k < x.size(); ++k) {
      up[k] += step * direction[k];
      down[k] -= step * direction[k];
    }
    double expected = (dot(weights, f(up)) - dot(weights, f(down))) / (2 * step);
    double found = dot(adjoint, direction);
    EXPECT_NEAR(found, expected, 1e-6 * (1 + std::sqrt(dot(adjoint, adjoint)))) << expected;
  }
  /// A symmetric direction, for matrices that have to stay symmetric.
  Matrix symmetric() {
    Matrix d = normal(size_t(n) * n);
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < j; ++i)
        d[i + j * n] = d[j + i * n];
    return d;
  }

  Matrix cholesky(const Matrix &a) {
    Matrix l(a.size());
    astragal_cholesky(a.data(), n, l.data());
    return l;
  }
  Matrix solveLower(const Matrix &l, const Matrix &b, int m, bool transposed) {
    Matrix x(b.size());
    astragal_solve_lower(l.data(), b.data(), n, m, transposed, x.data());
    return x;
  }
};

TEST_P(Kernels, CholeskyFactor) {
  Matrix a = definite(), l = cholesky(a);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i)
      EXPECT_EQ(l[i + j * n], 0);
  expectNear(product(l, l, n, n, n, false, true), a, 1e-13);
}

TEST_P(Kernels, CholeskyAdjoint) {
  Matrix a = definite(), l = cholesky(a), w = normal(a.size()), da(a.size());
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i)
      w[i + j * n] = 0;
  astragal_cholesky_adjoint(l.data(), w.data(), n, da.data());
  expectAdjoint([&](const Matrix &x) { return cholesky(x); }, a, symmetric(), w, da);
}

TEST_P(Kernels, CholeskyOfWhatHasNone) {
  Matrix a = definite();
  a[0] = n == 1 ? 0 : -1;
  EXPECT_TRUE(std::isnan(cholesky(a)[0])) << "indefinite";
  a = definite();
  a.back() = -1;
  EXPECT_TRUE(std::isnan(cholesky(a)[0])) << "indefinite at the end";
  a.back() = std::nan("");
  EXPECT_TRUE(std::isnan(cholesky(a)[0])) << "not a number";
  if (n > 1) {
    a = definite();
    a[n - 1] += 1e-7;
    EXPECT_TRUE(std::isnan(cholesky(a)[0])) << "not symmetric";
  }
}

TEST_P(Kernels, SolveLower) {
  for (int m : {1, 2, n})
    for (bool transposed : {false, true}) {
      Matrix l = lower(), b = normal(size_t(n) * m), x = solveLower(l, b, m, transposed);
      expectNear(product(l, x, n, m, n, transposed), b, 1e-12);
      Matrix w = normal(b.size()), db = solveLower(l, w, m, !transposed), dl(l.size());
      astragal_lower_product((transposed ? x : db).data(), (transposed ? db : x).data(), n, m, dl.data());
      expectAdjoint([&](const Matrix &b) { return solveLower(l, b, m, transposed); }, b, normal(b.size()), w,
                    db);
      expectAdjoint([&](const Matrix &l) { return solveLower(l, b, m, transposed); }, l, lower(), w, dl);
    }
}

TEST_P(Kernels, Product) {
  for (int m : {1, n})
    for (bool ta : {false, true})
      for (bool tb : {false, true}) {
        int k = n + 3;
        Matrix a = normal(size_t(m) * k), b = normal(size_t(k) * n), c(size_t(m) * n);
        astragal_product(a.data(), b.data(), m, n, k, ta, tb, 1, c.data());
        expectNear(c, product(a, b, m, n, k, ta, tb), 1e-13);
      }
}

TEST_P(Kernels, General) {
  for (int m : {1, 2, n})
    for (bool transposed : {false, true}) {
      Matrix a = normal(size_t(n) * n), b = normal(size_t(n) * m), x(b.size()), lu(a.size()), pivots(n);
      astragal_solve(a.data(), b.data(), n, m, transposed, x.data(), lu.data(), pivots.data());
      expectNear(product(a, x, n, m, n, transposed), b, 1e-9);
    }
  Matrix a = normal(size_t(n) * n), y(a.size()), lu(a.size()), pivots(n), one(a.size());
  for (int i = 0; i < n; ++i)
    one[i + i * n] = 1;
  astragal_inverse(a.data(), n, y.data(), lu.data(), pivots.data());
  expectNear(product(a, y, n, n, n), one, 1e-9);
  a = definite();
  astragal_inverse_spd(a.data(), n, y.data(), lu.data());
  expectNear(product(a, y, n, n, n), one, 1e-12);
}

TEST_P(Kernels, Determinant) {
  Matrix a = definite(), l = cholesky(a), value(2), lu(a.size()), pivots(n);
  double expected = 0;
  for (int i = 0; i < n; ++i)
    expected += 2 * std::log(l[i + i * n]);
  std::swap_ranges(a.begin(), a.begin() + n, a.end() - n); // another sign
  astragal_determinant(a.data(), n, value.data(), lu.data(), pivots.data());
  EXPECT_NEAR(value[1], expected, 1e-12 * std::fabs(expected) + 1e-12);
  if (n <= 100)
    EXPECT_NEAR(value[0] / ((n == 1 ? 1 : -1) * std::exp(expected)), 1, 1e-9);
}

TEST_P(Kernels, EigenSymmetric) {
  auto vectors = [&](const Matrix &a, Matrix &values) {
    Matrix v(a.size()), scratch(2 * n);
    astragal_eigen_symmetric(a.data(), n, values.data(), v.data(), scratch.data());
    return v;
  };
  Matrix a = symmetric(), values(n), v = vectors(a, values), scaled = v;
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i)
      scaled[i + j * n] *= values[j];
  expectNear(product(a, v, n, n, n), scaled, 1e-12);
  Matrix gram = product(v, v, n, n, n, true);
  for (int i = 0; i < n; ++i)
    gram[i + i * n] -= 1;
  expectNear(gram, Matrix(gram.size()), 1e-12);
  if (n > 41) // neighbours too close for differences
    return;
  Matrix wv = normal(a.size()), ww = normal(n), da(a.size()), scratch(2 * a.size());
  astragal_eigen_symmetric_adjoint(values.data(), v.data(), ww.data(), wv.data(), n, da.data(),
                                   scratch.data());
  Matrix weights = ww;
  weights.insert(weights.end(), wv.begin(), wv.end());
  auto both = [&](const Matrix &a) {
    Matrix values(n), v = vectors(a, values);
    values.insert(values.end(), v.begin(), v.end());
    return values;
  };
  expectAdjoint(both, a, symmetric(), weights, da);
}

TEST_P(Kernels, Orthogonal) {
  int m = n + 2;
  auto factors = [&](const Matrix &a) {
    Matrix q(size_t(m) * n + size_t(n) * n), scratch(a.size()), tau(n);
    astragal_qr(a.data(), m, n, n, q.data(), q.data() + m * n, scratch.data(), tau.data());
    return q;
  };
  Matrix a = normal(size_t(m) * n), qr = factors(a), q(qr.begin(), qr.begin() + m * n),
         r(qr.begin() + m * n, qr.end());
  expectNear(product(q, r, m, n, n), a, 1e-13);
  for (int j = 0; j < n; ++j) {
    EXPECT_GE(r[j + j * n], 0);
    for (int i = j + 1; i < n; ++i)
      EXPECT_EQ(r[i + j * n], 0);
  }
  Matrix w = normal(qr.size()), da(a.size()), scratch(2 * size_t(n) * n);
  astragal_qr_adjoint(q.data(), r.data(), w.data(), w.data() + m * n, m, n, da.data(), scratch.data());
  if (n <= 100)
    expectAdjoint(factors, a, normal(a.size()), w, da);
  // All of the orthogonal matrix.
  Matrix full(size_t(m) * m), rest(size_t(m) * n), more(a.size()), tau(n);
  astragal_qr(a.data(), m, n, m, full.data(), rest.data(), more.data(), tau.data());
  expectNear(product(full, rest, m, n, m), a, 1e-13);
  Matrix gram = product(full, full, m, m, m, true);
  for (int i = 0; i < m; ++i)
    gram[i + i * m] -= 1;
  expectNear(gram, Matrix(gram.size()), 1e-13);
}

TEST_P(Kernels, Rows) {
  // r^T r is the sum of x^T x, in however many blocks the rows came, some of them not full.
  int m = 2 * n + 3, stride = n / 2 + 5, done = 0;
  Matrix x = normal(size_t(m) * n), r(size_t(n) * n), rest = x;
  for (int rows = 1; done < m; done += rows, rows = std::min({rows + 7, stride, m - done})) {
    Matrix block(size_t(stride) * n, std::nan(""));
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < rows; ++i)
        block[i + j * stride] = x[done + i + j * m];
    astragal_add_rows(rows, n, stride, block.data(), r.data());
  }
  for (int j = 0; j < n; ++j)
    for (int i = j + 1; i < n; ++i)
      EXPECT_EQ(r[i + j * n], 0);
  expectNear(product(r, r, n, n, n, true), product(x, x, n, n, m, true), 1e-13);

  // Factors of groups have the first q columns' products; the rest of the rows has what is left.
  int groups = 3, q = std::min(n, 2);
  Matrix group(m), factors(size_t(q) * n * groups);
  for (int i = 0; i < m; ++i)
    group[i] = i % groups;
  astragal_add_grouped_rows(group.data(), m, q, n, groups, m, rest.data(), factors.data());
  Matrix left = product(rest, rest, n, n, m, true), all = product(x, x, n, n, m, true);
  for (int g = 0; g < groups; ++g)
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        for (int k = 0; k < q; ++k)
          left[i + j * n] += factors[(k * n + i) * groups + g] * factors[(k * n + j) * groups + g];
  expectNear(left, all, 1e-13);
  for (int k = 0; k < q; ++k)
    for (int i = 0; i < m; ++i)
      EXPECT_EQ(rest[i + k * m], 0);
}

TEST_P(Kernels, RowsThatAreNoNumbers) {
  for (double value : {std::nan(""), -std::numeric_limits<double>::infinity()}) {
    int wrong = n / 2;
    Matrix x = normal(size_t(n) * n), r(size_t(n) * n), y = x, factors(size_t(n) * n), group(n);
    x[wrong * n + n / 3] = y[wrong * n] = value;
    astragal_add_rows(n, n, n, x.data(), r.data());
    astragal_add_grouped_rows(group.data(), n, 1, n, 1, n, y.data(), factors.data());
    for (int j = 0; j < n; ++j)
      for (int i = 0; i <= j; ++i)
        EXPECT_EQ(std::isfinite(r[i + j * n]), i != j || j != wrong);
    for (int j = 0; j < n; ++j) {
      EXPECT_EQ(std::isfinite(factors[j]), j != wrong);
      for (int i = 0; i < n; ++i)
        EXPECT_TRUE(std::isfinite(y[i + j * n]));
    }
  }
  Matrix large(2 * size_t(n), 1e300), small(2 * size_t(n), 1e-300), r(size_t(n) * n);
  astragal_add_rows(2, n, 2, large.data(), r.data());
  EXPECT_NEAR(std::fabs(r[0]) / 1e300, std::sqrt(2), 1e-15);
  Matrix s(size_t(n) * n);
  astragal_add_rows(2, n, 2, small.data(), s.data());
  EXPECT_NEAR(std::fabs(s[0]) / 1e-300, std::sqrt(2), 1e-15);
}

TEST_P(Kernels, EqualRows) {
  // Two rows over and over, and as many that are all unlike, as are 0 and -0.
  using Size = int64_t;
  for (Size rows : {Size(0), Size(n), Size(5 * n + 3), Size(6000)})
    for (bool repeat : {true, false}) {
      Size end = (rows + 7) / 8 * 8;
      Matrix keys(2 * size_t(rows)), number(end, -1), weight(end, -1), count(1, -1);
      auto kindOf = [&](Size k) { return repeat ? k * k % 3 : k; };
      for (Size k = 0; k < rows; ++k) {
        keys[k] = 1;
        keys[rows + k] = kindOf(k) == 1 ? -0.0 : double(kindOf(k));
      }
      astragal_equal_rows(keys.data(), rows, 2, number.data(), weight.data(), count.data());
      Size used = Size(count[0]);
      EXPECT_EQ(used % 8, 0);
      EXPECT_EQ(used, repeat && rows > 3 ? 8 : end);
      std::vector<double> total(size_t(rows) + 3);
      for (Size k = 0; k < end; ++k) {
        if (k >= used) {
          EXPECT_EQ(number[k], 0);
          EXPECT_EQ(weight[k], 0);
          continue;
        }
        EXPECT_GT(weight[k], 0);
        EXPECT_TRUE(k == 0 || number[k - 1] <= number[k]);
        total[size_t(kindOf(Size(number[k])))] += weight[k];
      }
      for (Size k = 0; k < rows; ++k)
        total[size_t(kindOf(k))] -= 1;
      for (double left : total)
        EXPECT_EQ(left, 0);
    }
}

TEST_P(Kernels, EqualRowsAnywhere) {
  // Equal rows among many: behind unlike ones, side by side, far from each other; and none but a few.
  using Size = int64_t;
  constexpr Size rows = 60'000;
  struct {
    Size (*kindOf)(Size);
    Size used;
  } cases[] = {{[](Size k) { return k < 5000 ? k : 5000 + k % 2; }, 5008},
               {[](Size k) { return k / 3; }, 20'000},
               {[](Size k) { return k * 7919 % 10'000; }, 10'000},
               {[](Size k) { return k < 59'000 ? k : 0; }, rows}};
  for (auto [kindOf, used] : cases) {
    Matrix keys(rows), number(rows), weight(rows), count(1);
    for (Size k = 0; k < rows; ++k)
      keys[k] = double(kindOf(k));
    astragal_equal_rows(keys.data(), rows, 1, number.data(), weight.data(), count.data());
    EXPECT_EQ(Size(count[0]), used);
    EXPECT_EQ(std::accumulate(weight.begin(), weight.end(), 0.0), rows);
  }
}

TEST_P(Kernels, RowBlocks) {
  // Groups of many rows, of one and of none; too many groups; groups too small, or of keys far apart.
  using Size = int64_t;
  struct {
    Size rows;
    double (*keyOf)(Size);
    bool areBlocks;
  } cases[] = {{1000, [](Size k) { return k == 17      ? 3.0
                                          : k % 5 == 0 ? -2.0
                                                       : 5.0; }, true},
               {805, [](Size k) { return double(k % 20); }, true},
               {1055, [](Size k) { return k < 660 ? double(k / 20) : double(33 + (k - 660) / 12); }, false},
               {805, [](Size k) { return double(k % 110); }, false},
               {805, [](Size k) { return double(k % 80); }, false},
               {800, [](Size k) { return k % 2 ? 1e18 : -1e18; }, false},
               {3, [](Size) { return 1.0; }, false},
               {0, [](Size) { return 1.0; }, false}};
  for (auto [rows, keyOf, areBlocks] : cases) {
    Size whole = (rows + 7) / 8 * 8, most = whole + rows / 4;
    Matrix keys(2 * size_t(rows)), number(whole), weight(whole), count(1), ends(rows / 8 + 1), counts(2, -1);
    for (Size k = 0; k < rows; ++k) {
      keys[k] = double(k);
      keys[rows + k] = keyOf(k);
    }
    astragal_equal_rows(keys.data(), rows, 2, number.data(), weight.data(), count.data());
    Matrix inBlocks(most, -1), parts(most, -1);
    astragal_block_rows(keys.data(), rows, 1, number.data(), weight.data(), count.data(), inBlocks.data(),
                        parts.data(), ends.data(), counts.data());
    EXPECT_EQ(counts[areBlocks ? 1 : 0], 0);
    Size used = Size(counts[areBlocks ? 0 : 1]);
    EXPECT_EQ(used % 8, 0);
    EXPECT_GE(used, rows);
    ASSERT_LE(used, most);
    std::vector<double> total(size_t(rows) + 1);
    for (Size k = 0; k < most; ++k) {
      Size row = Size(inBlocks[k]);
      EXPECT_EQ(parts[k] > 0, k < used);
      total[size_t(row)] += parts[k];
      if (areBlocks && k < used) {
        EXPECT_EQ(keys[rows + row], keys[rows + Size(inBlocks[k / 8 * 8])]);
      } else if (k < used) {
        EXPECT_EQ(row, std::min(k, rows - 1));
      }
    }
    for (Size k = 0; k < rows; ++k)
      EXPECT_EQ(total[size_t(k)], 1);
  }
}

TEST_P(Kernels, Cells) {
  // Rows of 1, x and y in the cells of two keys: what is packed has their sums of squares, cell by cell.
  using Size = int64_t;
  for (Size rows : {Size(0), Size(1), Size(n), Size(7 * n + 2)}) {
    Size room = (rows + 7) / 8 * 8;
    auto a = [](Size k) { return k * k % 5; };
    auto b = [](Size k) { return k % 2; };
    Matrix keys(2 * size_t(rows)), cells(rows), firsts(rows), sizes(rows), table(2 * size_t(rows)), count(1);
    Matrix x = normal(size_t(rows) * 3), copy;
    for (Size k = 0; k < rows; ++k) {
      keys[k] = double(a(k));
      keys[rows + k] = double(b(k));
      x[k] = 1;
      x[rows + k] = a(k) == 1 ? 2.5 : x[rows + k]; // there is nothing left of it beside the ones
    }
    copy = x;
    astragal_number_cells(keys.data(), rows, 2, cells.data(), firsts.data(), sizes.data(), table.data(),
                          count.data());
    Size found = Size(count[0]);
    EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0.0), double(rows));
    for (Size k = 0; k < rows; ++k) {
      Size first = Size(firsts[size_t(cells[k])]);
      EXPECT_LT(cells[k], double(found));
      EXPECT_LE(first, k);
      EXPECT_TRUE(a(first) == a(k) && b(first) == b(k));
    }
    Matrix factors(6 * size_t(rows)), packed(3 * size_t(room), -1), of(room, -1), more(room, -1), number(1);
    astragal_add_grouped_rows(cells.data(), rows, 2, 3, rows, rows, x.data(), factors.data());
    astragal_pack_cells(factors.data(), sizes.data(), found, 2, 3, rows, room, packed.data(), of.data(),
                        more.data(), number.data());
    Size used = Size(number[0]);
    EXPECT_EQ(used % 8, 0);
    EXPECT_LE(used, room);
    Matrix squares(9 * size_t(rows));
    double rest = 0;
    for (Size k = 0; k < room; ++k)
      for (Size i = 0; i < 3; ++i)
        for (Size j = 0; j < 3; ++j)
          squares[size_t(of[k]) * 9 + size_t(3 * i + j)] += packed[i * room + k] * packed[j * room + k];
    for (Size k = 0; k < room; ++k)
      rest += more[k] + (k < used);
    EXPECT_EQ(rest, double(rows));
    for (Size k = 0; k < rows; ++k)
      for (Size i = 0; i < 3; ++i)
        for (Size j = 0; j < 3; ++j) // of y with itself a part is left in the rows
          squares[size_t(cells[k]) * 9 + size_t(3 * i + j)] -=
              copy[i * rows + k] * copy[j * rows + k] - x[i * rows + k] * x[j * rows + k];
    for (double square : squares)
      EXPECT_NEAR(square, 0, 1e-11 * double(rows));
  }
}

TEST_P(Kernels, SingularValues) {
  if (n > 100)
    GTEST_SKIP() << "slow by design";
  for (bool wide : {false, true}) {
    int m = wide ? n : n + 2, l = wide ? n + 2 : n;
    auto factors = [&](const Matrix &a) {
      Matrix all(size_t(m) * n + n + size_t(l) * n);
      astragal_svd(a.data(), m, l, all.data(), all.data() + m * n, all.data() + m * n + n);
      return all;
    };
    Matrix a = normal(size_t(m) * l), all = factors(a), u(all.begin(), all.begin() + m * n),
           s(all.begin() + m * n, all.begin() + m * n + n), v(all.begin() + m * n + n, all.end()), scaled = u;
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < m; ++i)
        scaled[i + j * m] *= s[j];
    expectNear(product(scaled, v, m, l, n, false, true), a, 1e-12);
    EXPECT_TRUE(std::is_sorted(s.rbegin(), s.rend()));
    Matrix w = normal(all.size()), da(a.size()), scratch(3 * size_t(n) * n + size_t(m + l) * n);
    astragal_svd_adjoint(u.data(), s.data(), v.data(), w.data(), w.data() + m * n, w.data() + m * n + n, m, l,
                         da.data(), scratch.data());
    if (n <= 25)
      expectAdjoint(factors, a, normal(a.size()), w, da);
  }
}

TEST_P(Kernels, SingularValuesOfASingularMatrix) {
  Matrix a(size_t(n) * n, 1), u(a.size()), s(n), v(a.size());
  astragal_svd(a.data(), n, n, u.data(), s.data(), v.data());
  EXPECT_NEAR(s[0], n, 1e-12 * n);
  Matrix gram = product(u, u, n, n, n, true);
  for (int i = 0; i < n; ++i)
    gram[i + i * n] -= 1;
  expectNear(gram, Matrix(gram.size()), 1e-12);
}

TEST_P(Kernels, Exponential) {
  if (n > 100)
    GTEST_SKIP() << "nothing new";
  auto exponential = [&](const Matrix &a) {
    Matrix e(a.size()), scratch(7 * a.size()), pivots(n);
    astragal_matrix_exp(a.data(), n, e.data(), scratch.data(), pivots.data());
    return e;
  };
  Matrix a = normal(size_t(n) * n), negative = a, one(a.size());
  for (size_t k = 0; k < a.size(); ++k) {
    a[k] *= 3 / std::sqrt(double(n));
    negative[k] = -a[k];
    one[k] = k % (n + 1) == 0;
  }
  Matrix e = exponential(a);
  expectNear(product(e, exponential(negative), n, n, n), one, 1e-10);
  if (n == 1)
    EXPECT_NEAR(e[0], std::exp(a[0]), 1e-14 * e[0]);
  Matrix w = normal(a.size()), da(a.size()), scratch(36 * a.size()), pivots(2 * n);
  astragal_matrix_exp_adjoint(a.data(), w.data(), n, da.data(), scratch.data(), pivots.data());
  expectAdjoint(exponential, a, normal(a.size()), w, da);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Kernels, testing::Values(1, 2, 5, 8, 24, 25, 41, 100, 231));

} // namespace
