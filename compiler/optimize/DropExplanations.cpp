//===- DropExplanations.cpp - fast code has no values to show -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `drop-explanations`.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Passes.h"
#include "dialects/tg/TG.h"

#include "mlir/IR/BuiltinOps.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_DROPEXPLANATIONS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;

namespace {
struct DropExplanations : optimize::impl::DropExplanationsBase<DropExplanations> {
  void runOnOperation() override {
    getOperation().walk([](tg::CheckOp check) {
      check.removeExplanationAttr();
      check.getValuesMutable().clear();
    });
  }
};
} // namespace
