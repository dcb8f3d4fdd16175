//===- Dispatch.cpp - which copy of a kernel this processor can run -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loader asks once, when it binds a kernel (an indirect function): no call pays for the choice, and
// nothing has to be remembered. The question is put to the processor itself, since libgcc's answer is not
// there without libgcc.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernels/Kernels.h"

#ifdef __x86_64__
#include <cpuid.h>

enum class Isa { Baseline, Avx2, Avx512 };

__attribute__((no_sanitize("address", "undefined"))) static Isa findIsa() {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_FMA))
    return Isa::Baseline;
  unsigned saved, high; // the registers that the system keeps for us
  __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (saved & 0x06) != 0x06 || !(b & bit_AVX2))
    return Isa::Baseline;
  unsigned wanted = bit_AVX512F | bit_AVX512DQ | bit_AVX512VL | bit_AVX512BW;
  return (saved & 0xe6) == 0xe6 && (b & wanted) == wanted ? Isa::Avx512 : Isa::Avx2;
}

#define ASTRAGAL_BIND_KERNEL(result, name, arguments)                                                        \
  extern "C" __attribute__((used, no_sanitize("address", "undefined"))) void *resolve_##name() {             \
    using Function = result(*) arguments;                                                                    \
    Isa isa = findIsa();                                                                                     \
    Function chosen = isa == Isa::Avx512 ? astragal::isa_avx512::name                                        \
                      : isa == Isa::Avx2 ? astragal::isa_avx2::name                                          \
                                         : astragal::isa_baseline::name;                                     \
    return reinterpret_cast<void *>(chosen);                                                                 \
  }                                                                                                          \
  extern "C" __attribute__((ifunc("resolve_" #name))) result name arguments;
ASTRAGAL_KERNELS(ASTRAGAL_BIND_KERNEL)

#endif
