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

/// Whether a comparison is of checks alone.
static bool isOnlyChecked(arith::CmpFOp compare) {
  SmallVector<Operation *> users(compare->getUsers());
  while (!users.empty()) {
    Operation *user = users.pop_back_val();
    if (isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(user))
      llvm::append_range(users, user->getUsers());
    else if (!isa<tg::CheckOp>(user))
      return false;
  }
  return true;
}

/// What is never negative is on one side of zero, however it is rounded.
static bool hasOpenSign(Value value) { return !isNeverNegative(value); }

void ExactValues::findSources(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    using P = arith::CmpFPredicate;
    if (compare.getPredicate() == P::ORD || compare.getPredicate() == P::UNO ||
        choosesBetweenItsOperands(compare))
      return;
    for (auto [value, bound] :
         {std::pair(compare.getLhs(), compare.getRhs()), std::pair(compare.getRhs(), compare.getLhs())}) {
      APFloat constant(0.0);
      bool isConstant = matchPattern(bound, m_ConstantFloat(&constant));
      if (isConstant && constant.isInfinity())
        continue;
      if (!isConstant || !constant.isZero())
        raise(value, Exact);
      else if (hasOpenSign(value))
        raise(value, isOnlyChecked(compare) ? CheckedSign : Sign);
    }
  } else if (isa<math::CopySignOp>(op)) {
    raise(op->getOperand(1), Sign);
  } else if (isa<math::PowFOp>(op)) {
    if (hasOpenSign(op->getOperand(0))) // of a negative number, whole powers exist
      raise(op->getOperand(1), Exact);
  } else if (isa<math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp, math::TruncOp, arith::RemFOp,
                 arith::FPToSIOp, arith::FPToUIOp, arith::BitcastOp, prob::LogDensityOp, func::CallOp>(op)) {
    raiseOperands(op, Exact);
  }
}

/// Whether what is exact may come out of what is. Other functions are rounded as their authors please, in
/// every implementation.
static bool mayBeExact(Operation *op) {
  return isa<arith::ArithDialect, tensor::TensorDialect>(op->getDialect()) || op->getNumRegions() > 0 ||
         isa<math::AbsFOp, math::CopySignOp, math::FmaOp, math::SqrtOp, math::LogOp, math::Log2Op,
             math::Log10Op, math::PowFOp, tg::AccumulateOp, tg::SizedOp, tg::StopGradientOp,
             tg::WithPartialsOp>(op);
}

void ExactValues::raise(Value value, unsigned need) {
  if (!getElementTypeOrSelf(value.getType()).isF64())
    return;
  unsigned &known = needs[value];
  if ((known | need) == known)
    return;
  known |= need;
  worklist.push_back(value);
}

void ExactValues::raiseOperands(Operation *op, unsigned need) {
  for (Value operand : op->getOperands())
    raise(operand, need);
}

/// What `value` is made of must be as exact as it is.
void ExactValues::passOn(Value value) {
  unsigned need = needs.lookup(value);
  unsigned ofSummands = (need & CheckedSign ? Close : 0) | (need & (Sign | Exact) ? Exact : 0);
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
        raise(loop.getInits()[number], need);
        raise(loop.getYieldOp().getOperand(number), need);
        return;
      }
    } else {
      return raiseOperands(op, need); // what a plate starts from, or arguments of the function
    }
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    raise(branch.thenYield().getOperand(number), need);
    raise(branch.elseYield().getOperand(number), need);
  } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
    raise(loop.getInitArgs()[number], need);
    raise(loop.getYieldedValues()[number], need);
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    raise(loop.getConditionOp().getArgs()[number], need);
  } else if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    bool isSum = number < plate.getSums().size();
    raise(plate.getYield()->getOperand(number), isSum ? ofSummands : need);
    for (Value init : plate.getInits())
      raise(init, need);
  } else if (mayBeExact(op)) {
    bool isSum = isa<arith::AddFOp, arith::SubFOp, math::FmaOp, tg::AccumulateOp>(op);
    bool keepsSign = isa<arith::MulFOp, arith::DivFOp, arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp,
                         arith::SelectOp, math::AbsFOp, math::SqrtOp, tg::SizedOp, tg::StopGradientOp>(op) ||
                     isa<tensor::TensorDialect>(op->getDialect());
    unsigned ofOperands = keepsSign ? need : isSum ? ofSummands : ofSummands | (need & Close);
    op->walk([&](Operation *inner) { raiseOperands(inner, ofOperands); });
  }
}
