//===- Effects.cpp - checks, and loops that wait for them ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Effects.h"
#include "compiler/optimize/TripBound.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;

static bool isCheck(Operation *op) { return isa<tg::CheckOp, prob::LogDensityOp>(op); }

/// Whether `holds` of `op` or of something that it holds.
static bool anywhereIn(Operation *op, function_ref<bool(Operation *)> holds) {
  return op
      ->walk([&](Operation *inner) { return holds(inner) ? WalkResult::interrupt() : WalkResult::advance(); })
      .wasInterrupted();
}

bool optimize::makesChecks(Operation *op) { return anywhereIn(op, isCheck); }

bool optimize::makesChecksOf(Operation *op, tg::CheckKind kind) {
  return anywhereIn(op, [&](Operation *inner) {
    auto check = dyn_cast<tg::CheckOp>(inner);
    return check && check.getKind() == kind;
  });
}

bool optimize::onlyChecks(Operation *op) {
  return !anywhereIn(op, [](Operation *inner) {
    return inner->getNumRegions() == 0 && !isa<tg::CheckOp>(inner) && !isMemoryEffectFree(inner);
  });
}

bool optimize::hasOnlyChecks(Region &region) {
  auto hasOther = [](Operation *op) {
    return op->getNumRegions() == 0 && !isCheck(op) && !isMemoryEffectFree(op);
  };
  return llvm::none_of(region.getOps(), [&](Operation &op) { return anywhereIn(&op, hasOther); });
}

bool optimize::mayRunForever(Operation *op) {
  return anywhereIn(op, [](Operation *inner) {
    auto loop = dyn_cast<scf::WhileOp>(inner);
    return loop && mayRunForever(loop);
  });
}
