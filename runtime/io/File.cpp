//===- File.cpp - whole files ---------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/File.h"
#include "runtime/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace astragal;

// The C++ streams do not say why they fail, and on a folder some of them throw.
std::string astragal::io::readFile(const std::string &path) {
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    throw Error(Error::Kind::IO, path + ": cannot open file: " + std::strerror(errno));
  std::string text;
  struct stat status;
  size_t used = 0,
         chunk = fstat(descriptor, &status) == 0 && status.st_size > 0 ? size_t(status.st_size) + 1 : 65536;
  for (;;) {
    if (text.size() < used + chunk)
      text.resize(used + chunk);
    ssize_t count = read(descriptor, text.data() + used, text.size() - used);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      int reason = errno;
      close(descriptor);
      throw Error(Error::Kind::IO, path + ": cannot read file: " + std::strerror(reason));
    }
    if (count == 0)
      break;
    used += size_t(count);
    chunk = 65536;
  }
  close(descriptor);
  text.resize(used);
  return text;
}
