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

namespace {
/// Where a density is added up: the sum of a plate, or what a loop carries.
struct Sum {
  Operation *rows;
  unsigned number;
};

/// The sums around a density, the innermost first, and what it is multiplied by before it is added up.
struct Summand {
  Value value;
  SmallVector<Value> weights;
  SmallVector<Sum> sums;
};
} // namespace

/// The sum of `rows` that `value`, which is computed in them, is a summand of and nothing else.
static std::optional<Sum> sumOf(Value value, Operation *rows) {
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

/// What `op` is a summand of and nothing else; without sums if that is not so.
static Summand summandOf(prob::LogDensityOp op) {
  Summand summand{op, {}, {}};
  Operation *rows = op->getParentOp();
  while (summand.value.hasOneUse()) {
    OpOperand &use = *summand.value.use_begin();
    if (!isa<arith::MulFOp>(use.getOwner()) || use.getOwner()->getParentOp() != rows)
      break;
    summand.weights.push_back(use.getOwner()->getOperand(1 - use.getOperandNumber()));
    summand.value = use.getOwner()->getResult(0);
  }
  Value value = summand.value;
  for (; isa<tg::PlateOp, scf::ForOp>(rows); rows = rows->getParentOp()) {
    std::optional<Sum> sum = sumOf(value, rows);
    if (!sum)
      return {};
    summand.sums.push_back(*sum);
    value = rows->getResult(sum->number);
  }
  return summand;
}

/// Takes a summand out of the sum that it is a part of.
static void takeOut(Value summand) {
  OpOperand &use = *summand.use_begin();
  Operation *user = use.getOwner();
  if (isa<arith::AddFOp>(user)) {
    user->replaceAllUsesWith(ValueRange(user->getOperand(1 - use.getOperandNumber())));
    user->erase();
    return;
  }
  OpBuilder b(user);
  use.set(arith::ConstantFloatOp::create(b, summand.getLoc(), b.getF64Type(), APFloat(0.0)));
}

/// Whether loops or plates do nothing any more.
static bool isIdle(Operation *rows) {
  if (!isMemoryEffectFree(rows))
    return false;
  if (auto loop = dyn_cast<scf::ForOp>(rows))
    return loop.getYieldedValues() == ValueRange(loop.getRegionIterArgs());
  auto plate = cast<tg::PlateOp>(rows);
  return plate.getNumResults() == 1 && plate.getSums().size() == 1 &&
         matchPattern(plate.getYield().getSums().front(), m_AnyZeroFloat());
}

/// Takes a summand out of the sums that it is a part of, and adds `total` to the outermost.
static void replaceInSums(prob::LogDensityOp op, const Summand &summand, Value total) {
  ArrayRef<Sum> sums = summand.sums;
  Operation *outermost = sums.back().rows;
  OpBuilder b(outermost->getContext());
  b.setInsertionPointAfter(outermost);
  Value result = outermost->getResult(sums.back().number);
  auto more = arith::AddFOp::create(b, op.getLoc(), result, total);
  result.replaceAllUsesExcept(more, more);
  takeOut(summand.value);
  SmallVector<Operation *> products; // around the density, which goes last
  for (Value value = op; value != summand.value; value = products.back()->getResult(0))
    products.push_back(*value.user_begin());
  for (Operation *product : llvm::reverse(products))
    product->erase();
  op.erase();
  // What is left often does nothing.
  for (Sum sum : sums) {
    if (!isIdle(sum.rows))
      return;
    if (auto loop = dyn_cast<scf::ForOp>(sum.rows))
      loop.replaceAllUsesWith(loop.getInitArgs());
    else if (sum.rows != outermost)
      takeOut(sum.rows->getResult(sum.number));
    else
      more.replaceAllUsesWith(total);
    if (sum.rows == outermost && isa<tg::PlateOp>(outermost))
      more.erase();
    sum.rows->erase();
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
    Operation *around = op->getParentOp();
    while (isa<tg::PlateOp, scf::ForOp>(around))
      around = around->getParentOp();
    if (around != function)
      return declined(op, passName, "its rows are in a branch");
    Summand summand = summandOf(op);
    if (summand.sums.empty())
      return declined(op, passName, "it is not only added up");
    DataOnly data(function);
    std::string why;
    GaussianRows rows(op, summand.weights, data);
    if (!rows.analyze(why)) {
      if (!why.empty())
        declined(op, passName, why);
      return;
    }
    applied(op, passName, rows.describe());
    replaceInSums(op, summand, rows.emit(fma));
  }
};
} // namespace
