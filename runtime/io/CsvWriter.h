//===- CsvWriter.h - files in CmdStan's format ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines CsvWriter: comment lines, a header, rows of numbers, in a file that appears whole.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_CSVWRITER_H
#define ASTRAGAL_RUNTIME_IO_CSVWRITER_H

#include "runtime/io/OutputFile.h"

#include <string>
#include <string_view>
#include <vector>

namespace astragal::io {

/// Where the draws of a run that was interrupted go instead of `path`.
inline std::string partialFile(const std::string &path) { return path + ".partial"; }

class CsvWriter {
public:
  /// Throws Error (IO), as every function that writes. `digits`: significant ones of numbers, 1 to 18.
  explicit CsvWriter(const std::string &path, int digits = 8);

  /// "# text".
  void comment(std::string_view text);
  /// "# " and the numbers, with ", " in between, as CmdStan writes metrics.
  void commentNumbers(const double *values, size_t count);
  void header(const std::vector<std::string> &names);
  /// Does not allocate.
  void row(const double *values, size_t count);
  /// Puts the file under its name.
  void commit();
  /// Puts it under the name of a file that has no end.
  void commitPartial();

private:
  void number(double value);
  void put(std::string_view text);
  void flush();

  OutputFile file;
  int digits;
  std::vector<char> buffer;
  size_t used = 0;
};

/// Writes `value` as "%.{digits}g" does, NaN without a sign. `out` has room for 32 characters; returns the
/// end.
char *formatNumber(char *out, double value, int digits);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_CSVWRITER_H
