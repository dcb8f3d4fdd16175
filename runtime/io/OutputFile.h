//===- OutputFile.h - a file that appears whole -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines OutputFile: it is made when a run begins, so that one learns at once that it cannot be,
// and appears under its name when the run has gone well. What is no regular file (a pipe, a device, standard
// output) is written to as it is.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H
#define ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H

#include <string>
#include <string_view>
#include <vector>

namespace astragal::io {

class OutputFile {
public:
  /// "-" is standard output. A symbolic link stays one: the file that it leads to is replaced, and keeps its
  /// mode. Throws Error (IO) if the file cannot be created or is not to be written to, as for a directory.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  /// Writes at once and does not allocate. Throws Error (IO).
  void write(std::string_view text);
  /// Gives the file its name. Throws Error (IO). Without, nothing is left of it.
  void commit() { commitAs(target); }
  /// Gives it another name in the same folder.
  void commitAs(const std::string &file);

  const std::string &path() const { return name; }

private:
  [[noreturn]] void fail(const char *what) const;

  std::string name, target, temporary; // `temporary` is empty where nothing is renamed
  int descriptor = -1;
};

/// Whether `path` is there and is no regular file: what is written to it goes through.
bool isStream(const std::string &path);

/// The file that `path` leads to through symbolic links, which need not be there; a stream's path stays as it
/// is.
std::string resolveLinks(const std::string &path);

/// Throws Error (Usage) if writing `output` would replace one of the files that are read.
void protectInputs(const std::string &output, const std::vector<std::string> &inputs);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_OUTPUTFILE_H
