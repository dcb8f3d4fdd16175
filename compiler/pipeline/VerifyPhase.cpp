//===- VerifyPhase.cpp - what is left after a phase -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/pipeline/Passes.h"
#include "compiler/pipeline/Phases.h"
#include "compiler/pipeline/Pipeline.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"

namespace astragal::pipeline {
#define GEN_PASS_DEF_VERIFYPHASE
#include "compiler/pipeline/Passes.h.inc"
} // namespace astragal::pipeline

using namespace mlir;

namespace astragal::pipeline {
namespace {

struct VerifyPhase : impl::VerifyPhaseBase<VerifyPhase> {
  using VerifyPhaseBase::VerifyPhaseBase;

  void runOnOperation() override {
    std::optional<Phase> reached = parsePhase(phase);
    if (!reached) {
      getOperation().emitError("unknown phase '") << phase << "'";
      return signalPassFailure();
    }
    bool isWhole = true;
    getOperation()->walk([&](Operation *op) {
      if (!survives(op, *reached)) {
        op->emitError("'") << op->getName() << "' must not be left in phase '" << phase << "'";
        isWhole = false;
      }
    });
    if (!isWhole)
      signalPassFailure();
  }

  /// What becomes a call or a store at the very end.
  static bool isCall(Operation *op) {
    if (isa<tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp>(op))
      return op->getResult(0).getType().isF64();
    if (isa<tg::SpecialOp>(op))
      return !isa<TensorType>(op->getResult(0).getType());
    return isa<tg::ScaleBOp, tg::LogBOp, tg::SignificandOp, tg::CheckOp, tg::PrintOp, tg::RandomUniformOp,
               tg::RandomNormalOp>(op);
  }

  static bool survives(Operation *op, Phase reached) {
    StringRef dialect = op->getName().getDialectNamespace();
    if (dialect == "builtin")
      return isa<ModuleOp>(op) || reached >= Phase::Buffer;
    auto isOneOf = [&](std::initializer_list<StringRef> names) { return llvm::is_contained(names, dialect); };
    switch (reached) {
    case Phase::Prob:
      return isOneOf({"prob", "tg", "arith", "math", "tensor", "scf", "func", "linalg", "ub"});
    case Phase::Density:
      if (dialect == "prob")
        return isa<prob::DistributionOp, prob::LogDensityOp, prob::SummandOp>(op);
      return isOneOf({"tg", "arith", "math", "tensor", "scf", "func", "linalg", "ub"});
    case Phase::Tensor:
      return isOneOf({"tg", "arith", "math", "tensor", "scf", "func", "linalg", "ub"});
    case Phase::Scheduled:
      if (dialect == "tg")
        return isa<tg::SizedOp, tg::TapeAllocOp, tg::KernelOp, tg::ChunksOp>(op) || isCall(op);
      if (isa<math::ExpOp, math::LogOp, math::Log1pOp, math::ExpM1Op, math::TanhOp, math::PowFOp>(op))
        return false;
      return isOneOf({"arith", "math", "tensor", "scf", "vector", "func", "linalg", "ub"});
    case Phase::Buffer:
    case Phase::Pooled:
      if (dialect == "tg")
        return isa<tg::KernelCallOp, tg::ChunksCallOp, tg::MarkOp>(op) || isCall(op);
      return isOneOf({"arith", "math", "memref", "scf", "vector", "func", "ub", "llvm", "affine"});
    case Phase::Llvm:
      return dialect == "llvm";
    }
    return false;
  }
};

} // namespace
} // namespace astragal::pipeline
