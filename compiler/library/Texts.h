//===- Texts.h - the library's files, as the build embeds them --*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LIBRARY_TEXTS_H
#define ASTRAGAL_COMPILER_LIBRARY_TEXTS_H

namespace astragal::library {

struct Text {
  const char *name, *text;
};
extern const Text texts[];
extern const unsigned textCount;

} // namespace astragal::library

#endif // ASTRAGAL_COMPILER_LIBRARY_TEXTS_H
