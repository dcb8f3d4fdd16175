//===- CompilerLibrary.h - the compiler as a library to open ----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares how programs reach the compiler: by opening a shared library, when there is something to
// compile.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_COMPILERLIBRARY_H
#define ASTRAGAL_COMPILER_DRIVER_COMPILERLIBRARY_H

#include "compiler/driver/Service.h"

namespace astragal::driver {

/// The compiler, opened when this is first called. Throws Error (IO) if there is none. Any thread.
Service &openCompiler();

/// Where it is: $ASTRAGAL_COMPILER, else libAstragalCompiler.so in ../lib or beside this executable, else
/// where the system looks for libraries of this executable. Empty if there is none.
std::string findCompiler();

/// What tells this compiler from others, without opening it. Empty if there is none.
std::string identifyCompiler();

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_COMPILERLIBRARY_H
