//===- Signatures.h - the types of builtin functions ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the lookup in Builtins.def and Primitives.def. Stan's own list has more than 20,000
// signatures; most are a scalar function lifted over containers, which a pattern says in one line.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_SIGNATURES_H
#define ASTRAGAL_COMPILER_STAN_SIGNATURES_H

#include "compiler/stan/Types.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"

#include <optional>
#include <vector>

namespace astragal::stan {

struct SignatureMatch {
  Type result;
  llvm::SmallVector<Type, 8> params; // what each argument is promoted to
  unsigned cost = 0;                 // promotions
};

/// True if `name` is in the table; primitives only when asked for.
bool isBuiltin(llvm::StringRef name, bool primitives = false);

/// The signature of `name` that takes `args` with the fewest promotions. `name` is in the table's form:
/// normal_lpdf, not normal_lupdf.
std::optional<SignatureMatch> matchBuiltin(llvm::StringRef name, llvm::ArrayRef<Type> args,
                                           llvm::BumpPtrAllocator &arena, bool primitives = false);

/// The signatures of `name` in the notation of Builtins.def: "R R R -> real".
std::vector<std::string> builtinSignatures(llvm::StringRef name);

void forEachBuiltin(llvm::function_ref<void(llvm::StringRef)> visit);

/// The type that `text` denotes in the notation of Builtins.def, sets apart: "[,]real". Tuples go to `arena`.
std::optional<Type> parseTypeNotation(llvm::StringRef text, llvm::BumpPtrAllocator &arena);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_SIGNATURES_H
