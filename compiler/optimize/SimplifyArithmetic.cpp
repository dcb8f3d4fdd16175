//===- SimplifyArithmetic.cpp - identities that rounding allows and the dialects do not apply ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/ExactValues.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_SIMPLIFYARITHMETIC
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;

/// The outermost plate or loop around `op` that does not compute `value`.
static LoopLikeOpInterface invariantLoop(Operation *op, Value value) {
  LoopLikeOpInterface found;
  for (auto loop = op->getParentOfType<LoopLikeOpInterface>(); loop && loop.isDefinedOutsideOfLoop(value);
       loop = loop->getParentOfType<LoopLikeOpInterface>())
    found = loop;
  return found;
}

/// x + 0 -> x. The sign of a zero carries no meaning in a model.
static void dropZero(arith::AddFOp add) {
  for (unsigned k : {0, 1})
    if (matchPattern(add->getOperand(k), m_AnyZeroFloat())) {
      add.replaceAllUsesWith(add->getOperand(1 - k));
      add.erase();
      return;
    }
}

/// x / s -> x * (1 / s), where s is the same for all rows and x is not. The last digit may be another one.
static void invertDivisor(arith::DivFOp division, const optimize::ExactValues &exact) {
  Value divisor = division.getRhs();
  LoopLikeOpInterface loop = invariantLoop(division, divisor);
  if (!loop || loop.isDefinedOutsideOfLoop(division.getLhs()) || !division.getType().isF64())
    return;
  if (!exact.mayRound(division))
    return optimize::declined(
        division, "simplify-arithmetic",
        "what is made of the quotient depends on its last digit: it is no product with an inverse");
  OpBuilder outside(loop), b(division);
  Location loc = division.getLoc();
  Value one = arith::ConstantFloatOp::create(outside, loc, b.getF64Type(), APFloat(1.0));
  Value inverse = arith::DivFOp::create(outside, loc, one, divisor);
  division.replaceAllUsesWith(arith::MulFOp::create(b, loc, division.getLhs(), inverse).getResult());
  division.erase();
}

/// A check of what is the same for all rows is made once, if there are rows.
static void hoistCheck(tg::CheckOp check) {
  while (check.getCondition().getType().isInteger(1)) {
    Operation *parent = check->getParentOp();
    auto loop = dyn_cast<LoopLikeOpInterface>(parent);
    if (!loop || !isa<tg::PlateOp, scf::ForOp>(parent) || !loop.isDefinedOutsideOfLoop(check.getCondition()))
      return;
    check->moveBefore(parent);
    OpBuilder b(check);
    Location loc = check.getLoc();
    Value condition = check.getCondition();
    auto allowNone = [&](Value from, Value to) {
      APInt m, n;
      if (matchPattern(from, m_ConstantInt(&m)) && matchPattern(to, m_ConstantInt(&n)) && m.slt(n))
        return;
      Value none = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, to, from);
      condition = arith::OrIOp::create(b, loc, condition, none);
    };
    if (auto plate = dyn_cast<tg::PlateOp>(parent)) {
      Value zero = arith::ConstantIndexOp::create(b, loc, 0);
      for (Value extent : plate.getExtents())
        allowNone(zero, extent);
    } else {
      auto counted = cast<scf::ForOp>(parent);
      allowNone(counted.getLowerBound(), counted.getUpperBound());
    }
    check.getConditionMutable().assign(condition);
  }
}

namespace {
struct SimplifyArithmetic : optimize::impl::SimplifyArithmeticBase<SimplifyArithmetic> {
  void runOnOperation() override {
    std::optional<optimize::ExactValues> exact;
    if (optimize::addsUpDensity(getOperation()))
      exact.emplace(getOperation());
    getOperation()->walk([&](Operation *op) {
      if (auto add = dyn_cast<arith::AddFOp>(op))
        dropZero(add);
      else if (auto division = dyn_cast<arith::DivFOp>(op); division && exact)
        invertDivisor(division, *exact);
      else if (auto check = dyn_cast<tg::CheckOp>(op))
        hoistCheck(check);
    });
  }
};
} // namespace
