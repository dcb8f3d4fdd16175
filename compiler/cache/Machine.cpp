//===- Machine.cpp - which processor this is ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/cache/Machine.h"
#include "compiler/cache/Hash.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <cstdint>
#endif

namespace astragal::cache {

#if defined(__x86_64__)
std::string hashProcessor() {
  // Leaves that LLVM reads features and models from, and of each register the bits that do not depend on
  // which core answers.
  struct Leaf {
    uint32_t leaf, subleaf, eax, ebx, ecx, edx;
  };
  constexpr uint32_t all = ~0u;
  constexpr Leaf leaves[] = {
      {0, 0, 0, all, all, all},        // who made it
      {1, 0, all, 0, all, all},        // model, features; ebx has the number of the core
      {7, 0, all, all, all, all},      //
      {7, 1, all, all, all, all},      //
      {0xd, 0, all, 0, 0, 0},          // which registers the system saves
      {0xd, 1, all, 0, 0, 0},          //
      {0x14, 0, 0, all, 0, 0},         //
      {0x19, 0, 0, all, 0, 0},         //
      {0x1e, 1, all, 0, 0, 0},         //
      {0x24, 0, 0, all, 0, 0},         //
      {0x80000001, 0, 0, 0, all, all}, //
      {0x80000008, 0, 0, all, 0, 0},   //
  };
  std::string text;
  auto add = [&](uint32_t value) { text.append(reinterpret_cast<const char *>(&value), sizeof value); };
  for (const Leaf &which : leaves) {
    uint32_t a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(which.leaf, which.subleaf, &a, &b, &c, &d))
      a = b = c = d = 0;
    add(a & which.eax);
    add(b & which.ebx);
    add(c & which.ecx);
    add(d & which.edx);
    if (which.leaf == 1 && (c & bit_OSXSAVE)) { // what of it the system lets programs use
      uint32_t low, high;
      __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
      add(low);
      add(high);
    }
  }
  return hash(text);
}
#else
std::string hashProcessor() { return ""; }
#endif

} // namespace astragal::cache
