//===- File.h - whole files -------------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how the readers get at a file's text.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_FILE_H
#define ASTRAGAL_RUNTIME_IO_FILE_H

#include <string>

namespace astragal::io {

/// The contents of a file. Throws Error (IO).
std::string readFile(const std::string &path);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_FILE_H
