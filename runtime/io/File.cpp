//===- File.cpp - whole files ---------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/File.h"
#include "runtime/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace astragal;
using namespace astragal::io;

// The C++ streams do not say why they fail, and on a folder some of them throw.
InputFile::InputFile(const std::string &path)
    : path(path), descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor < 0)
    throw Error(Error::Kind::IO, path + ": cannot open file: " + std::strerror(errno));
}

InputFile::~InputFile() { close(descriptor); }

size_t InputFile::read(char *out, size_t size) {
  ssize_t count;
  do
    count = ::read(descriptor, out, size);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    throw Error(Error::Kind::IO, path + ": cannot read file: " + std::strerror(errno));
  return size_t(count);
}

size_t InputFile::size() const {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? size_t(status.st_size) : 0;
}

std::string io::readFile(const std::string &path) {
  InputFile file(path);
  std::string text;
  size_t used = 0, chunk = file.size() ? file.size() + 1 : 65536;
  for (;;) {
    if (text.size() < used + chunk)
      text.resize(used + chunk);
    size_t count = file.read(text.data() + used, text.size() - used);
    if (count == 0)
      break;
    used += count;
    chunk = 65536;
  }
  text.resize(used);
  return text;
}

bool LineReader::next(std::string_view &line) {
  for (size_t searched = begin;;) {
    size_t stop = std::string_view(buffer.data(), end).find('\n', searched);
    complete = stop != std::string_view::npos;
    if (complete) {
      line = std::string_view(buffer).substr(begin, stop - begin);
      taken += stop + 1 - begin;
      begin = stop + 1;
      return true;
    }
    // Room for as much again: rows may be long.
    buffer.erase(0, begin);
    end -= begin;
    begin = 0;
    searched = end;
    if (buffer.size() < 2 * end || buffer.size() < (1 << 18))
      buffer.resize(std::max<size_t>(2 * end, 1 << 18));
    size_t count = file.read(buffer.data() + end, buffer.size() - end);
    end += count;
    if (count)
      continue;
    line = std::string_view(buffer).substr(0, end);
    taken += end;
    begin = end;
    return !line.empty();
  }
}
