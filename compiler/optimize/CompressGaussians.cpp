//===- CompressGaussians.cpp - sufficient statistics of Gaussian regressions ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of normal log densities over rows, whose means are affine in the parameters, is a constant number of
// such densities at the rows of the triangular factor of [x | y]: |y - x b|^2 = |r [-b; 1]|^2. GaussianRows
// says what the columns are, and GaussianStatistics makes the factor and the new rows.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianRows.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_COMPRESSGAUSSIANS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "compress-gaussians";

static bool isGaussian(prob::LogDensityOp op) {
  return llvm::is_contained({"normal", "normal_id_glm"}, op.getDistribution()) && op->getNumOperands() == 3 &&
         llvm::all_of(op->getOperandTypes(), [](Type type) { return type.isF64(); });
}

namespace {
/// Where a density is added up: the sum of a plate, or what a loop carries.
struct Sum {
  Operation *rows;
  unsigned number;
};
} // namespace

/// The sum of the rows around `op` that it is a summand of and nothing else; there is none if that is not so.
static std::optional<Sum> sumOf(prob::LogDensityOp op) {
  Operation *rows = op->getParentOp();
  Value value = op;
  while (value.hasOneUse()) {
    OpOperand &use = *value.use_begin();
    if (isa<arith::AddFOp>(use.getOwner()) && use.getOwner()->getParentOp() == rows) {
      value = use.getOwner()->getResult(0);
      continue;
    }
    if (auto yield = dyn_cast<tg::YieldOp>(use.getOwner());
        yield && yield->getParentOp() == rows && use.getOperandNumber() < yield.getSums().size())
      return Sum{rows, use.getOperandNumber()};
    auto loop = dyn_cast<scf::ForOp>(rows);
    if (!loop || !isa<scf::YieldOp>(use.getOwner()))
      return std::nullopt;
    // One end of the chain of additions is the sum so far.
    unsigned number = use.getOperandNumber();
    SmallVector<Value> parts{value};
    bool found = false;
    while (!parts.empty()) {
      Value part = parts.pop_back_val();
      found |= part == loop.getRegionIterArg(number) && part.hasOneUse();
      auto add = part.getDefiningOp<arith::AddFOp>();
      if (add && add->getParentOp() == rows && add->hasOneUse())
        llvm::append_range(parts, add->getOperands());
    }
    return found ? std::optional(Sum{rows, number}) : std::nullopt;
  }
  return std::nullopt;
}

/// Takes `op` out of the sum that it is a part of, whose result is `total` more from now on.
static void replaceInSum(prob::LogDensityOp op, Sum sum, Value total) {
  OpBuilder b(sum.rows->getContext());
  b.setInsertionPointAfter(sum.rows);
  Value result = sum.rows->getResult(sum.number);
  auto more = arith::AddFOp::create(b, op.getLoc(), result, total);
  result.replaceAllUsesExcept(more, more);
  OpOperand &use = *op->use_begin();
  Operation *user = use.getOwner();
  if (isa<arith::AddFOp>(user)) {
    user->replaceAllUsesWith(ValueRange(user->getOperand(1 - use.getOperandNumber())));
    user->erase();
  } else {
    b.setInsertionPoint(op);
    use.set(arith::ConstantFloatOp::create(b, op.getLoc(), b.getF64Type(), APFloat(0.0)));
  }
  op.erase();
  // What is left often does nothing.
  if (auto plate = dyn_cast<tg::PlateOp>(sum.rows)) {
    if (plate.getNumResults() == 1 && plate.getSums().size() == 1 && isMemoryEffectFree(plate) &&
        matchPattern(plate.getYield().getSums().front(), m_AnyZeroFloat())) {
      more.replaceAllUsesWith(total);
      more.erase();
      plate.erase();
    }
    return;
  }
  auto loop = cast<scf::ForOp>(sum.rows);
  if (loop.getYieldedValues() == ValueRange(loop.getRegionIterArgs()) && isMemoryEffectFree(loop)) {
    loop.replaceAllUsesWith(loop.getInitArgs());
    loop.erase();
  }
}

namespace {
struct CompressGaussians : optimize::impl::CompressGaussiansBase<CompressGaussians> {
  using CompressGaussiansBase::CompressGaussiansBase;
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!mayUsePrepared(function))
        continue;
      SmallVector<prob::LogDensityOp> densities;
      function.walk([&](prob::LogDensityOp op) {
        if (isGaussian(op) && isa<tg::PlateOp, scf::ForOp>(op->getParentOp()))
          densities.push_back(op);
      });
      for (prob::LogDensityOp op : densities)
        compress(op, function);
    }
  }

  void compress(prob::LogDensityOp op, func::FuncOp function) {
    if (op->getParentOp()->getBlock() != &function.getBody().front())
      return declined(op, passName, "its rows are in a loop or a branch");
    std::optional<Sum> sum = sumOf(op);
    if (!sum)
      return declined(op, passName, "it is not only added up");
    DataOnly data(function);
    std::string why;
    GaussianRows rows(op, data);
    if (!rows.analyze(why)) {
      if (!why.empty())
        declined(op, passName, why);
      return;
    }
    applied(op, passName, rows.describe());
    replaceInSum(op, *sum, rows.emit(fma));
  }
};
} // namespace
