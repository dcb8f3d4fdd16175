//===- File.h - whole files -------------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the readers get at a file's text: all of it, or line by line where that is long.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_FILE_H
#define ASTRAGAL_RUNTIME_IO_FILE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace astragal::io {

/// The contents of a file. Throws Error (IO).
std::string readFile(const std::string &path);

/// A file that is read piece by piece.
class InputFile {
public:
  /// Throws Error (IO), as every function that reads.
  explicit InputFile(const std::string &path);
  ~InputFile();
  InputFile(const InputFile &) = delete;
  InputFile &operator=(const InputFile &) = delete;

  /// Up to `size` bytes; 0 at the end.
  size_t read(char *out, size_t size);
  /// In bytes; 0 where nobody knows, as of a pipe.
  size_t size() const;

private:
  std::string path;
  int descriptor;
};

class LineReader {
public:
  explicit LineReader(const std::string &path) : file(path), length(file.size()) {}

  /// The next line without its end, valid until the next call; false if there is none.
  bool next(std::string_view &line);
  /// Whether the last line that was read has an end.
  bool isComplete() const { return complete; }
  /// How many times what has been read the file is; 0 where nobody knows.
  double sizeRatio() const { return taken ? double(length) / double(taken) : 0; }

private:
  InputFile file;
  std::string buffer;
  size_t length, begin = 0, end = 0; // `buffer` holds what is between
  size_t taken = 0;
  bool complete = true;
};

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_FILE_H
