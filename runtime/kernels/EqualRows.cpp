//===- EqualRows.cpp - rows that are equal, counted and numbered ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hash tables of the rows that were seen, in the memory of the results. The numbers of rows are doubles,
// which hold them exactly.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Kernels.h"

#include <algorithm>
#include <cstring>

namespace astragal::ASTRAGAL_ISA {

using Size = int64_t;

static uint64_t bitsOf(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

namespace {
/// A matrix of n rows and m columns, column by column.
struct Rows {
  const double *keys;
  Size n, m;

  uint64_t hash(Size row) const {
    uint64_t hash = 0x9e3779b97f4a7c15u;
    for (Size k = 0; k < m; ++k) {
      hash = (hash ^ bitsOf(keys[k * n + row])) * 0xd6e8feb86659fd93u;
      hash ^= hash >> 32;
    }
    return hash * 0xd6e8feb86659fd93u;
  }
  bool areEqual(Size a, Size b) const {
    for (Size k = 0; k < m; ++k)
      if (bitsOf(keys[k * n + a]) != bitsOf(keys[k * n + b]))
        return false;
    return true;
  }
};

/// Sorts by `rows`. Heapsort needs no memory, and no order makes it slow.
void sort(double *rows, double *with, Size n) {
  auto exchange = [&](Size a, Size b) {
    double row = rows[a], other = with[a];
    rows[a] = rows[b];
    with[a] = with[b];
    rows[b] = row;
    with[b] = other;
  };
  auto sink = [&](Size parent, Size end) {
    for (Size child; (child = 2 * parent + 1) < end; parent = child) {
      if (child + 1 < end && rows[child] < rows[child + 1])
        ++child;
      if (!(rows[parent] < rows[child]))
        return;
      exchange(parent, child);
    }
  };
  for (Size k = n / 2; k-- > 0;)
    sink(k, n);
  for (Size end = n; end-- > 1;) {
    exchange(0, end);
    sink(0, end);
  }
}

/// Enters n rows, of which `rowAt` tells the numbers, into a table of n slots: an unlike row, or -1, and how
/// often it is there. The number of unlike rows; n as soon as they are more than `most`.
template <class RowAt>
Size fillTable(Rows of, Size n, Size most, double *rows, double *weights, RowAt rowAt) {
  Size count = 0;
  for (Size slot = 0; slot < n; ++slot) {
    rows[slot] = -1;
    weights[slot] = 0;
  }
  for (Size k = 0; k < n; ++k) {
    Size row = rowAt(k);
    auto scaled = static_cast<unsigned __int128>(of.hash(row)) * static_cast<uint64_t>(n);
    Size slot = static_cast<Size>(scaled >> 64);
    while (rows[slot] >= 0 && !of.areEqual(static_cast<Size>(rows[slot]), row))
      slot = slot + 1 == n ? 0 : slot + 1;
    if (rows[slot] < 0) {
      if (count++ == most)
        return n;
      rows[slot] = static_cast<double>(row);
    }
    weights[slot] += 1;
  }
  return count;
}

/// Whether a sample says that at most half of the rows are unlike. The sample is runs of rows, since equal
/// rows may be neighbours, spread over all, since they may lie anywhere.
bool areManyEqual(Rows of, double *rows, double *weights) {
  constexpr Size run = 64, runs = 64, sample = run * runs; // a table that a near cache holds
  if (of.n <= sample)
    return true;
  Size stride = (of.n - run) / (runs - 1);
  Size unlike =
      fillTable(of, sample, sample, rows, weights, [&](Size k) { return k / run * stride + k % run; });
  // Of K kinds, each as frequent, a sample of s rows meets about s^2 / 2 K rows again.
  return static_cast<double>(sample) * sample <=
         static_cast<double>(sample - unlike) * static_cast<double>(of.n);
}

/// The rows that are unlike, in order, and how often there is each; n if these are not clearly fewer.
Size findUnlike(Rows of, double *rows, double *weights) {
  Size n = of.n, count = fillTable(of, n, n / 4 * 3, rows, weights, [](Size k) { return k; });
  if (count == n)
    return n;
  count = 0;
  for (Size slot = 0; slot < n; ++slot)
    if (rows[slot] >= 0) {
      rows[count] = rows[slot];
      weights[count++] = weights[slot];
    }
  sort(rows, weights, count);
  return count;
}
} // namespace

ASTRAGAL_KERNEL void astragal_equal_rows(const double *keys, Size n, Size m, double *rows, double *weights,
                                         double *count) {
  Rows of{keys, n, m};
  Size found = areManyEqual(of, rows, weights) ? findUnlike(of, rows, weights) : n;
  if (found == n)
    for (Size k = 0; k < n; ++k) {
      rows[k] = static_cast<double>(k);
      weights[k] = 1;
    }
  // The last row in exact parts of its weight, until the number is a multiple of eight.
  Size end = (n + 7) / 8 * 8;
  for (; found % 8; ++found) {
    weights[found - 1] /= 2;
    weights[found] = weights[found - 1];
    rows[found] = rows[found - 1];
  }
  *count = static_cast<double>(found);
  for (Size k = found; k < end; ++k)
    rows[k] = weights[k] = 0;
}

namespace {
/// How rows are put into blocks of eight, each of one group: the key of a row, counted from the lowest, is
/// the number of its group.
struct Groups {
  const double *key;
  double lowest = 0;
  Size count = 0;

  Groups(const double *key, const double *rows, Size n) : key(key) {
    double highest = 0;
    for (Size k = 0; k < n; ++k) {
      double value = key[Size(rows[k])];
      lowest = k == 0 ? value : std::min(lowest, value);
      highest = k == 0 ? value : std::max(highest, value);
    }
    // Or a difference of extremes that no integer holds.
    count = highest - lowest < double(n) ? Size(highest - lowest) + 1 : n + 1;
  }
  Size of(double row) const { return Size(key[Size(row)] - lowest); }
};

Size wholeBlocks(Size n) { return (n + 7) / 8 * 8; }
} // namespace

ASTRAGAL_KERNEL void astragal_block_rows(const double *keys, Size n, Size column, const double *rows,
                                         const double *weights, const double *count, double *blockRows,
                                         double *blockWeights, double *ends, double *counts) {
  Size found = Size(*count), most = wholeBlocks(n) + n / 4, blocked = 0;
  Groups groups(keys + column * n, rows, found);
  bool areFew = groups.count <= n / 8;
  if (areFew) {
    std::fill_n(ends, groups.count, 0.0);
    for (Size k = 0; k < found; ++k)
      ends[groups.of(rows[k])] += 1;
    for (Size group = 0; group < groups.count; ++group)
      blocked += wholeBlocks(Size(ends[group]));
  }
  if (!areFew || blocked > std::min(found + found / 4, most)) {
    std::copy_n(rows, found, blockRows);
    std::copy_n(weights, found, blockWeights);
    counts[0] = 0;
    counts[1] = double(found);
    std::fill(blockRows + found, blockRows + most, 0.0);
    std::fill(blockWeights + found, blockWeights + most, 0.0);
    return;
  }
  Size end = 0;
  for (Size group = 0; group < groups.count; ++group) {
    Size here = Size(ends[group]);
    ends[group] = double(end);
    end += wholeBlocks(here);
  }
  std::fill_n(blockWeights, most, 0.0);
  std::fill_n(blockRows, most, 0.0);
  for (Size k = 0; k < found; ++k) {
    Size at = Size(ends[groups.of(rows[k])]++);
    blockRows[at] = rows[k];
    blockWeights[at] = weights[k];
  }
  // The last of each group in exact parts of its weight.
  for (Size group = 0; group < groups.count; ++group)
    for (Size at = Size(ends[group]); at % 8; ++at) {
      blockRows[at] = blockRows[at - 1];
      blockWeights[at] = blockWeights[at - 1] /= 2;
    }
  counts[0] = double(blocked);
  counts[1] = 0;
}

ASTRAGAL_KERNEL void astragal_number_cells(const double *keys, Size n, Size m, double *cells, double *firsts,
                                           double *sizes, double *table, double *count) {
  Rows of{keys, n, m};
  Size found = 0;
  std::fill_n(table, 2 * n, -1.0);
  std::fill_n(firsts, n, 0.0);
  std::fill_n(sizes, n, 0.0);
  for (Size row = 0; row < n; ++row) {
    auto scaled = static_cast<unsigned __int128>(of.hash(row)) * static_cast<uint64_t>(2 * n);
    Size slot = static_cast<Size>(scaled >> 64);
    while (table[slot] >= 0 && !of.areEqual(Size(firsts[Size(table[slot])]), row))
      slot = slot + 1 == 2 * n ? 0 : slot + 1;
    if (table[slot] < 0) {
      table[slot] = double(found);
      firsts[found++] = double(row);
    }
    cells[row] = table[slot];
    sizes[Size(cells[row])] += 1;
  }
  *count = double(found);
}

} // namespace astragal::ASTRAGAL_ISA
