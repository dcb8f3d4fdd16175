//===- InlineFunctions.cpp - calls become bodies ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Inlining.h"
#include "compiler/optimize/Passes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/IR/SymbolTable.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_INLINEFUNCTIONS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
struct InlineFunctions : optimize::impl::InlineFunctionsBase<InlineFunctions> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    auto calleeOf = [&](Operation *op) -> func::FuncOp {
      auto call = dyn_cast<func::CallOp>(op);
      auto callee = call ? symbols.lookup<func::FuncOp>(call.getCallee()) : nullptr;
      return callee && callee.isPrivate() && !callee.isExternal() ? callee : nullptr;
    };
    auto inlineOne = [](Operation *call, func::FuncOp callee) {
      OpBuilder b(call);
      SmallVector<prob::SummandOp> summands;
      SmallVector<tg::CheckOp> checks;
      SmallVector<Value> results =
          cloneBody(b, callee, call->getOperands(), call->getLoc(), [&](Operation *op) {
            if (auto summand = dyn_cast<prob::SummandOp>(op))
              summands.push_back(summand);
            else if (auto check = dyn_cast<tg::CheckOp>(op); check && call->hasAttr(prob::checkedName))
              checks.push_back(check);
          });
      call->replaceAllUsesWith(results);
      call->erase();
      for (prob::SummandOp summand : summands) {
        summand.replaceAllUsesWith(summand.getValue());
        summand.erase();
      }
      for (tg::CheckOp check : checks)
        check.erase();
      return success();
    };
    if (failed(inlineCalleesFirst(module, calleeOf, inlineOne)))
      return signalPassFailure();
    eraseDeadFunctions(module);
  }
};
} // namespace
