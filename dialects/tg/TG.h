//===- TG.h - the tensor graph dialect --------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the tg dialect: plates, special functions, checks and random numbers.
// TGOps.td says what each op means.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_DIALECTS_TG_TG_H
#define ASTRAGAL_DIALECTS_TG_TG_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::tg {
class YieldOp;

/// How many values a check can show. As ASTRAGAL_MAX_EXPLAINED in runtime/abi.h.
constexpr size_t maxExplained = 16;

/// The flag of an evaluation: what `tg.check` writes. Nothing reads it before the evaluation ends.
struct CheckResource : mlir::SideEffects::Resource::Base<CheckResource> {
  llvm::StringRef getName() final { return "TGCheck"; }
};

/// What `tg.print` writes to: lines come in the order of the ops.
struct PrintResource : mlir::SideEffects::Resource::Base<PrintResource> {
  llvm::StringRef getName() final { return "TGPrint"; }
};

/// What `tg.mark` writes to: the times of regions.
struct ClockResource : mlir::SideEffects::Resource::Base<ClockResource> {
  llvm::StringRef getName() final { return "TGClock"; }
};
} // namespace astragal::tg

#include "dialects/tg/TGDialect.h.inc"
#include "dialects/tg/TGEnums.h.inc"
#define GET_OP_CLASSES
#include "dialects/tg/TGOps.h.inc"

namespace astragal::tg {
/// True of scalar functions that cost a series or more: what `math` would hold if it had them.
bool isSpecialFunction(mlir::Operation *op);
} // namespace astragal::tg

#endif // ASTRAGAL_DIALECTS_TG_TG_H
