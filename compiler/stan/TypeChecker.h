//===- TypeChecker.h - names, types and ad-levels ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the checker: it resolves names and calls, gives every expression its type and ad-level,
// makes promotions explicit and refuses what Stan refuses.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_TYPECHECKER_H
#define ASTRAGAL_COMPILER_STAN_TYPECHECKER_H

#include "compiler/stan/Ast.h"

namespace astragal::stan {

struct CheckOptions {
  /// A file of the project's library: functions may carry the names of builtins, call the tg_ primitives, and
  /// end in _constrain, _jacobian or _unconstrain.
  bool libraryMode = false;
  /// Programs whose functions are visible too (other files of the library); they must be checked before.
  llvm::ArrayRef<const Program *> imports;
};

/// Annotates `program` in place. False if it has errors, which are then in `diagnostics`.
bool check(Program &program, Diagnostics &diagnostics, const CheckOptions &options = {});

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_TYPECHECKER_H
