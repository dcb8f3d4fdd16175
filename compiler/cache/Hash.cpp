//===- Hash.cpp - keys and checksums --------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/cache/Hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>

namespace astragal::cache {

std::string hash(std::string_view text) {
  XXH128_hash_t value = XXH3_128bits(text.data(), text.size());
  char digits[33];
  std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(value.high64),
                static_cast<unsigned long long>(value.low64));
  return digits;
}

std::string hash(std::initializer_list<std::string_view> texts) {
  std::string all;
  for (std::string_view text : texts)
    all.append(std::to_string(text.size())).append(":").append(text);
  return hash(all);
}

} // namespace astragal::cache
