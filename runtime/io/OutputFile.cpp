//===- OutputFile.cpp - a file that appears whole -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/OutputFile.h"
#include "runtime/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace astragal;
using namespace astragal::io;

namespace fs = std::filesystem;

/// A process has it under these names; opened anew, the file behind it would be written from its start again.
static bool isStandardOutput(const std::string &path) { return path == "-" || path == "/dev/stdout"; }

bool io::isStream(const std::string &path) {
  struct stat status;
  return isStandardOutput(path) ||
         (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

std::string io::resolveLinks(const std::string &path) {
  if (isStream(path))
    return path;
  fs::path file = path;
  std::error_code error;
  for (int links = 0; links < 40 && fs::is_symlink(file, error); ++links) {
    fs::path next = fs::read_symlink(file, error);
    if (error)
      break;
    file = next.is_absolute() ? next : file.parent_path() / next;
  }
  return file.string();
}

void io::protectInputs(const std::string &output, const std::vector<std::string> &inputs) {
  std::error_code error;
  for (const std::string &input : inputs)
    if (!input.empty() && fs::equivalent(output, input, error) && fs::is_regular_file(input, error))
      throw Error(Error::Kind::Usage, output + ": is read in this run, and would be overwritten");
}

OutputFile::OutputFile(std::string path) : name(std::move(path)) {
  if (isStandardOutput(name)) {
    name = "standard output";
    descriptor = dup(STDOUT_FILENO);
  } else if (isStream(name)) {
    descriptor = open(name.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    target = resolveLinks(name);
    struct stat status;
    bool exists = stat(target.c_str(), &status) == 0;
    errno = exists && S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (errno || (exists && access(target.c_str(), W_OK) != 0))
      fail("cannot be written");
    temporary = target + ".tmp" + std::to_string(getpid());
    descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor >= 0 && exists)
      (void)!fchmod(descriptor, status.st_mode & 07777);
  }
  if (descriptor < 0)
    fail("cannot create file");
}

OutputFile::~OutputFile() {
  if (descriptor >= 0)
    close(descriptor);
  if (!temporary.empty())
    unlink(temporary.c_str());
}

void OutputFile::fail(const char *what) const {
  throw Error(Error::Kind::IO, name + ": " + what + ": " + std::strerror(errno));
}

void OutputFile::write(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      fail("cannot be written");
    text.remove_prefix(written);
  }
}

void OutputFile::commitAs(const std::string &file) {
  int status = close(descriptor);
  descriptor = -1;
  if (status != 0 || (!temporary.empty() && std::rename(temporary.c_str(), file.c_str()) != 0))
    fail("cannot be written");
  temporary.clear();
}
