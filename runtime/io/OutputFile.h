//===- OutputFile.h - a file that appears whole -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines OutputFile: it is made when a run begins, so that one learns at once that it cannot be,
// and has its name when all of it is written.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H
#define ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H

#include <cstdio>
#include <string>
#include <string_view>

namespace astragal::io {

class OutputFile {
public:
  /// Throws Error (IO) if it cannot be created.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  /// Throws Error (IO).
  void write(std::string_view text);
  /// Gives the file its name. Throws Error (IO). Without, nothing is left of it.
  void commit();

  const std::string &path() const { return name; }

private:
  [[noreturn]] void fail(const char *what) const;

  std::string name, temporary;
  std::FILE *file;
};

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H
