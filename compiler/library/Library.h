//===- Library.h - distributions and functions written in Stan --*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares access to the text under compiler/library: densities, functions, transforms, generators.
// The text is part of the binary; it is parsed and checked once a process, when first asked for.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LIBRARY_LIBRARY_H
#define ASTRAGAL_COMPILER_LIBRARY_LIBRARY_H

#include "compiler/stan/Ast.h"

namespace astragal::library {

/// The program that holds the library; its functions have bodies. Thread safe.
const stan::Program &program();

/// The function of this name whose arguments fit: by type, or, where a scalar is declared, by any container
/// that holds scalars (the caller lifts the function over it). Null if there is none.
const stan::FunctionDecl *find(llvm::StringRef name, llvm::ArrayRef<stan::Type> arguments);

/// The first function of this name, or null.
const stan::FunctionDecl *find(llvm::StringRef name);

/// Which of the functions of its name a function of the library is, counted from 0.
unsigned overload(const stan::FunctionDecl &function);

} // namespace astragal::library

#endif // ASTRAGAL_COMPILER_LIBRARY_LIBRARY_H
