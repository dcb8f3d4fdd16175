//===- Kernels.h - one copy of each kernel an instruction set ---*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_KERNELS_KERNELS_H
#define ASTRAGAL_RUNTIME_KERNELS_KERNELS_H

#include "runtime/abi.h"

#ifdef __x86_64__

#define ASTRAGAL_KERNEL
#define ASTRAGAL_DECLARE_KERNEL(result, name, arguments) result name arguments;
#define ASTRAGAL_DECLARE_KERNELS(isa)                                                                        \
  namespace astragal::isa {                                                                                  \
  ASTRAGAL_KERNELS(ASTRAGAL_DECLARE_KERNEL)                                                                  \
  }
ASTRAGAL_DECLARE_KERNELS(isa_baseline)
ASTRAGAL_DECLARE_KERNELS(isa_avx2)
ASTRAGAL_DECLARE_KERNELS(isa_avx512)

#else
// There is one copy, and it has the name that is called.
#define ASTRAGAL_KERNEL extern "C"
#endif

#endif // ASTRAGAL_RUNTIME_KERNELS_KERNELS_H
