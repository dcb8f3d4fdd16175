//===- Printer.cpp - what print statements write --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Printer.h"

#include <cstdio>

using namespace astragal::model;

static void append(std::string &to, double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%g", value);
  to += digits;
}

static void append(std::string &to, int32_t value) { to += std::to_string(value); }

/// Nested brackets, the slowest dimension outside; of a matrix its rows.
template <typename T>
static void appendArray(std::string &to, const T *values, int32_t rank, const int64_t *sizes, bool isMatrix) {
  auto bracket = [&](int64_t count, auto appendElement) {
    to += '[';
    for (int64_t i = 0; i < count; ++i) {
      if (i > 0)
        to += ',';
      appendElement(i);
    }
    to += ']';
  };
  if (rank == 1)
    return bracket(sizes[0], [&](int64_t i) { append(to, values[i]); });
  if (rank == 2 && isMatrix)
    return bracket(sizes[1], [&](int64_t row) {
      bracket(sizes[0], [&](int64_t column) { append(to, values[column * sizes[1] + row]); });
    });
  int64_t stride = 1;
  for (int32_t k = 1; k < rank; ++k)
    stride *= sizes[k];
  bracket(sizes[0], [&](int64_t i) { appendArray(to, values + i * stride, rank - 1, sizes + 1, isMatrix); });
}

void astragal::model::printToStdout(std::string_view lines) {
  std::fwrite(lines.data(), 1, lines.size(), stdout);
}

static std::string &textOf(void *context) { return *static_cast<std::string *>(context); }

Printer::Printer(const PrintSink &sink) : sink(sink) {
  functions.context = &text;
  functions.text = [](void *context, const char *piece, uint64_t length) {
    textOf(context).append(piece, length);
  };
  functions.real = [](void *context, double value) { append(textOf(context), value); };
  functions.integer = [](void *context, int32_t value) { append(textOf(context), value); };
  functions.array = [](void *context, const void *values, int32_t scalar, int32_t isMatrix, int32_t rank,
                       const int64_t *sizes) {
    if (scalar == ASTRAGAL_INT)
      appendArray(textOf(context), static_cast<const int32_t *>(values), rank, sizes, isMatrix);
    else
      appendArray(textOf(context), static_cast<const double *>(values), rank, sizes, isMatrix);
  };
  functions.end = [](void *context) { textOf(context) += '\n'; };
}

void Printer::flush() {
  if (text.empty())
    return;
  std::string lines = std::move(text);
  text.clear();
  sink(lines);
}
