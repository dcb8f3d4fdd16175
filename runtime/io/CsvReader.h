//===- CsvReader.h - reading draws back -------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the reader of CmdStan's CSV files, CmdStan's own among them. It is lenient about
// comments, blanks and spellings of NaN and infinities, and strict about rows: a row of another length is an
// error, unless it is the last one and has no end, as an interrupted run leaves it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_CSVREADER_H
#define ASTRAGAL_RUNTIME_IO_CSVREADER_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace astragal::io {

/// One chain's file.
struct CsvFile {
  std::string path;
  std::map<std::string, std::string> settings; ///< "num_samples" -> "1000", of the comments before the header
  std::vector<std::string> names;              ///< of columns
  std::vector<double> values;                  ///< rows x columns, row by row
  int64_t rows = 0, warmupRows = 0;            ///< warmupRows of them come first
  double stepSize = 0;                         ///< 0 if the file does not say
  std::vector<double> inverseMetric;           ///< the diagonal, or all elements
  double warmupSeconds = 0, sampleSeconds = 0;
  std::string cutRow; ///< what to say of a last row that is not whole and not among `values`; empty if it is

  int64_t columns() const { return int64_t(names.size()); }
  /// One column after warm-up.
  std::vector<double> column(int64_t index) const;
  /// A setting as a number, or `otherwise`.
  double setting(const std::string &name, double otherwise) const;
};

/// Throws Error: IO if the file cannot be read, Data ("file:line: message") if it is not such a file.
CsvFile readCsv(const std::string &path);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_CSVREADER_H
