//===- CsvWriter.cpp - files in CmdStan's format --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/CsvWriter.h"
#include "runtime/Error.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace astragal;
using namespace astragal::io;

char *astragal::io::formatNumber(char *out, double value, int digits) {
  if (std::isnan(value)) {
    std::memcpy(out, "nan", 3);
    return out + 3;
  }
  return std::to_chars(out, out + 32, value, std::chars_format::general, digits).ptr;
}

std::string astragal::io::temporaryFor(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
    return path;
  return path + ".tmp" + std::to_string(getpid());
}

CsvWriter::CsvWriter(std::string file, int digits)
    : path(std::move(file)), digits(std::clamp(digits, 1, 18)), buffer(1 << 16) {
  temporary = temporaryFor(path);
  descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0)
    fail("cannot create file");
}

CsvWriter::~CsvWriter() {
  if (descriptor >= 0)
    close(descriptor);
  if (!committed && temporary != path)
    unlink(temporary.c_str());
}

void CsvWriter::fail(const char *what) {
  throw Error(Error::Kind::IO, path + ": " + what + ": " + std::strerror(errno));
}

void CsvWriter::flush() {
  for (size_t done = 0; done < used;) {
    ssize_t written = write(descriptor, buffer.data() + done, used - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail("cannot write");
    done += written;
  }
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

void CsvWriter::commitAs(const std::string &name) {
  flush();
  int status = close(descriptor);
  descriptor = -1;
  if (status != 0)
    fail("cannot write");
  if (temporary != path && std::rename(temporary.c_str(), name.c_str()) != 0)
    fail("cannot rename temporary file");
  committed = true;
}
