//===- CsvWriter.cpp - files in CmdStan's format --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/CsvWriter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

using namespace astragal;
using namespace astragal::io;

char *astragal::io::formatNumber(char *out, double value, int digits) {
  if (std::isnan(value)) {
    std::memcpy(out, "nan", 3);
    return out + 3;
  }
  return std::to_chars(out, out + 32, value, std::chars_format::general, digits).ptr;
}

CsvWriter::CsvWriter(const std::string &path, int digits)
    : file(path), digits(std::clamp(digits, 1, 18)), buffer(1 << 16) {}

void CsvWriter::flush() {
  file.write({buffer.data(), used});
  used = 0;
}

void CsvWriter::put(std::string_view text) {
  while (!text.empty()) {
    if (used == buffer.size())
      flush();
    size_t part = std::min(text.size(), buffer.size() - used);
    std::memcpy(buffer.data() + used, text.data(), part);
    used += part;
    text.remove_prefix(part);
  }
}

void CsvWriter::number(double value) {
  if (buffer.size() - used < 32)
    flush();
  used = formatNumber(buffer.data() + used, value, digits) - buffer.data();
}

void CsvWriter::comment(std::string_view text) {
  put("# ");
  put(text);
  put("\n");
}

void CsvWriter::commentNumbers(const double *values, size_t count) {
  put("# ");
  for (size_t i = 0; i < count; ++i) {
    if (i)
      put(", ");
    number(values[i]);
  }
  put("\n");
}

void CsvWriter::header(const std::vector<std::string> &names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (i)
      put(",");
    put(names[i]);
  }
  put("\n");
}

void CsvWriter::row(const double *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (i)
      put(",");
    number(values[i]);
  }
  put("\n");
}

void CsvWriter::commit() {
  flush();
  file.commit();
}

void CsvWriter::commitPartial() {
  flush();
  file.commitAs(partialFile(file.path()));
}
