//===- Machine.h - which processor this is ----------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what tells machines apart for which the compiler would make other code, without asking
// LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_CACHE_MACHINE_H
#define ASTRAGAL_COMPILER_CACHE_MACHINE_H

#include <string>

namespace astragal::cache {

/// A hash of the processor's model and features: different wherever LLVM's name or features of the host
/// differ. Empty if that cannot be told.
std::string hashProcessor();

} // namespace astragal::cache

#endif // ASTRAGAL_COMPILER_CACHE_MACHINE_H
