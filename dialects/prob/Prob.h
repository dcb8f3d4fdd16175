//===- Prob.h - the prob dialect --------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the prob dialect: models, sites and distributions. ProbOps.td says what each op means.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_DIALECTS_PROB_PROB_H
#define ASTRAGAL_DIALECTS_PROB_PROB_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::prob {
/// What densities that are still symbols do to the flag of an evaluation: they check their arguments.
struct CheckResource : mlir::SideEffects::Resource::Base<CheckResource> {
  llvm::StringRef getName() final { return "ProbCheck"; }
};

/// On a call of which another makes the checks: once inlined, it has none.
inline constexpr llvm::StringLiteral checkedName = "prob.checked";
} // namespace astragal::prob

#include "dialects/prob/ProbDialect.h.inc"
#include "dialects/prob/ProbEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/prob/ProbAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/prob/ProbOps.h.inc"

#endif // ASTRAGAL_DIALECTS_PROB_PROB_H
