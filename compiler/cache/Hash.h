//===- Hash.h - keys and checksums ------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines 128-bit hashes: XXH3, whose collisions are a matter of luck, not of malice. Entries are
// as safe as the folder that they lie in.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_CACHE_HASH_H
#define ASTRAGAL_COMPILER_CACHE_HASH_H

#include <initializer_list>
#include <string>
#include <string_view>

namespace astragal::cache {

/// 32 hexadecimal digits.
std::string hash(std::string_view text);

/// Of a list of texts; where one ends and the next begins counts.
std::string hash(std::initializer_list<std::string_view> texts);

} // namespace astragal::cache

#endif // ASTRAGAL_COMPILER_CACHE_HASH_H
