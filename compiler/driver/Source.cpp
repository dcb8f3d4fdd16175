//===- Source.cpp - a program in a file -----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Code.h"
#include "runtime/io/File.h"

namespace astragal::driver {

Source readSource(const std::string &path, const std::vector<std::string> &includeDirectories) {
  Source source{path, io::readFile(path), includeDirectories};
  size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  source.includeDirectories.insert(source.includeDirectories.begin(), folder);
  return source;
}

} // namespace astragal::driver
