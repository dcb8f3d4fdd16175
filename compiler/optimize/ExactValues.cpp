//===- ExactValues.cpp - values that must not be rounded otherwise ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/ExactValues.h"
#include "compiler/optimize/Signs.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

ExactValues::ExactValues(func::FuncOp function) {
  function.walk([&](Operation *op) { findSources(op); });
  while (!worklist.empty())
    passOn(worklist.pop_back_val());
}

/// Whether a comparison only chooses the larger or the smaller of what it compares, which is continuous.
static bool choosesBetweenItsOperands(arith::CmpFOp compare) {
  return llvm::all_of(compare->getUsers(), [&](Operation *user) {
    auto select = dyn_cast<arith::SelectOp>(user);
    if (!select || select.getCondition() != compare.getResult())
      return false;
    Value yes = select.getTrueValue(), no = select.getFalseValue();
    return (yes == compare.getLhs() && no == compare.getRhs()) ||
           (yes == compare.getRhs() && no == compare.getLhs());
  });
}

/// What is never negative is on one side of zero, however it is rounded.
static bool hasOpenSign(Value value) { return !isNeverNegative(value); }

void ExactValues::findSources(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    using P = arith::CmpFPredicate;
    if (compare.getPredicate() == P::ORD || compare.getPredicate() == P::UNO ||
        choosesBetweenItsOperands(compare))
      return;
    for (auto [value, bound] : {std::pair(compare.getLhs(), compare.getRhs()),
                                std::pair(compare.getRhs(), compare.getLhs())}) {
      APFloat constant(0.0);
      bool isConstant = matchPattern(bound, m_ConstantFloat(&constant));
      if (isConstant && constant.isInfinity())
        continue;
      if (!isConstant || !constant.isZero())
        raise(value, Exact);
      else if (hasOpenSign(value))
        raise(value, Sign);
    }
  } else if (isa<math::LogOp, math::SqrtOp>(op)) {
    if (hasOpenSign(op->getOperand(0)))
      raise(op->getOperand(0), Sign);
  } else if (isa<math::Log1pOp>(op)) {
    if (hasOpenSign(op->getOperand(0)))
      raise(op->getOperand(0), Exact);
  } else if (isa<math::CopySignOp>(op)) {
    raise(op->getOperand(1), Sign);
  } else if (isa<math::PowFOp>(op)) {
    if (hasOpenSign(op->getOperand(0))) {
      raise(op->getOperand(0), Sign);
      raise(op->getOperand(1), Exact);
    }
  } else if (isa<math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp, math::TruncOp, math::AsinOp,
                 math::AcosOp, math::AtanhOp, math::AcoshOp, arith::RemFOp, arith::FPToSIOp, arith::FPToUIOp,
                 arith::BitcastOp, prob::LogDensityOp, func::CallOp>(op)) {
    raiseOperands(op, Exact);
  }
}

void ExactValues::raise(Value value, Level level) {
  if (!getElementTypeOrSelf(value.getType()).isF64())
    return;
  Level &known = levels[value];
  if (known >= level)
    return;
  known = level;
  worklist.push_back(value);
}

void ExactValues::raiseOperands(Operation *op, Level level) {
  for (Value operand : op->getOperands())
    raise(operand, level);
}

/// What `value` is made of must be as exact as it is.
void ExactValues::passOn(Value value) {
  Level level = levels.lookup(value);
  Operation *op = value.getDefiningOp();
  unsigned number = 0;
  if (auto result = dyn_cast<OpResult>(value)) {
    number = result.getResultNumber();
  } else {
    auto argument = cast<BlockArgument>(value);
    op = argument.getOwner()->getParentOp();
    number = argument.getArgNumber();
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      number -= loop.getNumInductionVars();
    } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
      if (argument.getOwner() == loop.getBeforeBody()) {
        raise(loop.getInits()[number], level);
        raise(loop.getYieldOp().getOperand(number), level);
        return;
      }
    } else {
      return raiseOperands(op, level); // what a plate starts from, or arguments of the function
    }
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    raise(branch.thenYield().getOperand(number), level);
    raise(branch.elseYield().getOperand(number), level);
  } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
    raise(loop.getInitArgs()[number], level);
    raise(loop.getYieldedValues()[number], level);
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    raise(loop.getConditionOp().getArgs()[number], level);
  } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    bool isSum = number < plate.getSums().size();
    raise(plate.getYield()->getOperand(number), isSum ? Exact : level);
    for (Value init : plate.getInits())
      raise(init, level);
  } else {
    // Rounding otherwise changes no sign of these.
    bool keepsSign =
        isa<arith::MulFOp, arith::DivFOp, arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp, arith::SelectOp,
            math::AbsFOp, math::SqrtOp, tg::StopGradientOp>(op) ||
        isa<tensor::TensorDialect>(op->getDialect());
    op->walk([&](Operation *inner) { raiseOperands(inner, keepsSign ? level : Exact); });
  }
}
