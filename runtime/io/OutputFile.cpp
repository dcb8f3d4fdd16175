//===- OutputFile.cpp - a file that appears whole -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/OutputFile.h"
#include "runtime/Error.h"
#include "runtime/io/CsvWriter.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

using namespace astragal;
using namespace astragal::io;

OutputFile::OutputFile(std::string path)
    : name(std::move(path)), temporary(temporaryFor(name)), file(std::fopen(temporary.c_str(), "wb")) {
  if (!file)
    fail("cannot create file");
}

OutputFile::~OutputFile() {
  if (!file)
    return;
  std::fclose(file);
  if (temporary != name)
    unlink(temporary.c_str());
}

void OutputFile::fail(const char *what) const {
  throw Error(Error::Kind::IO, name + ": " + what + ": " + std::strerror(errno));
}

void OutputFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size())
    fail("cannot write");
}

void OutputFile::commit() {
  bool isWhole = std::fclose(file) == 0;
  file = nullptr;
  if (isWhole && (temporary == name || std::rename(temporary.c_str(), name.c_str()) == 0))
    return;
  int why = errno;
  if (temporary != name)
    unlink(temporary.c_str());
  errno = why;
  fail("cannot write");
}
