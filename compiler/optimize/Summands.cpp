//===- Summands.cpp - a row as a sum of products ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Summands.h"
#include "compiler/optimize/InOrder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

bool Summand::sharesData(const Summand &other) const {
  return data.size() == other.data.size() && dataGuards == other.dataGuards &&
         std::is_permutation(data.begin(), data.end(), other.data.begin());
}

LogicalResult Summands::add(Value value, Summand so) {
  llvm::scope_exit leave([this] { --nesting; });
  if (++nesting > maxNesting || all.size() > most)
    return failure();
  Dependence kind = dependence.of(value);
  if (kind.kind != Dependence::Mixed) {
    if (!matchPattern(value, m_AnyZeroFloat())) {
      multiply(so, {value}, kind);
      all.push_back(so);
    }
    return success();
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return failure();
  if (isa<arith::AddFOp, arith::SubFOp>(op)) {
    Summand right = so;
    right.isNegative = so.isNegative != isa<arith::SubFOp>(op);
    return success(succeeded(add(op->getOperand(0), so)) && succeeded(add(op->getOperand(1), right)));
  }
  if (isa<arith::NegFOp>(op)) {
    so.isNegative = !so.isNegative;
    return add(op->getOperand(0), so);
  }
  if (isa<arith::MulFOp, arith::DivFOp>(op)) {
    Dependence left = dependence.of(op->getOperand(0)), right = dependence.of(op->getOperand(1));
    if (right.kind != Dependence::Mixed) {
      multiply(so, {op->getOperand(1), isa<arith::DivFOp>(op)}, right);
      return add(op->getOperand(0), so);
    }
    if (left.kind == Dependence::Mixed || isa<arith::DivFOp>(op))
      return failure();
    multiply(so, {op->getOperand(0)}, left);
    return add(op->getOperand(1), so);
  }
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return choose(select.getCondition(), select.getTrueValue(), select.getFalseValue(), so);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    unsigned number = cast<OpResult>(value).getResultNumber();
    return choose(branch.getCondition(), branch.thenYield().getOperand(number),
                  branch.elseYield().getOperand(number), so);
  }
  return failure();
}

void Summands::multiply(Summand &so, Factor factor, const Dependence &kind) {
  so.isKeyed |= kind.kind == Dependence::Keyed;
  (kind.kind == Dependence::Data ? so.data : so.parameters).push_back(factor);
}

LogicalResult Summands::choose(Value condition, Value yes, Value no, const Summand &so) {
  for (auto [holds, value] : {std::pair(true, yes), std::pair(false, no)}) {
    SmallVector<Guards> cases;
    if (failed(casesOf(condition, holds, cases)))
      return failure();
    for (const Guards &guards : cases) {
      Summand guarded = so;
      for (const Guard &guard : guards) {
        Dependence kind = dependence.of(guard.first);
        guarded.isKeyed |= kind.kind == Dependence::Keyed;
        (kind.kind == Dependence::Data ? guarded.dataGuards : guarded.parameterGuards).push_back(guard);
      }
      if (failed(add(value, guarded)))
        return failure();
    }
  }
  return success();
}

LogicalResult Summands::casesOf(Value condition, bool holds, SmallVectorImpl<Guards> &cases) {
  llvm::scope_exit leave([this] { --nesting; });
  if (++nesting > maxNesting || cases.size() > most)
    return failure();
  if (dependence.of(condition).kind != Dependence::Mixed) {
    cases.push_back({{condition, holds}});
    return success();
  }
  Operation *op = condition.getDefiningOp();
  if (!isa_and_present<arith::AndIOp, arith::OrIOp>(op))
    return failure();
  bool isAnd = isa<arith::AndIOp>(op);
  SmallVector<Guards> left, right;
  // Of `and`: both hold, or the left does not, or the left does and the right does not.
  if (failed(casesOf(op->getOperand(0), isAnd, left)) || failed(casesOf(op->getOperand(1), holds, right)))
    return failure();
  for (const Guards &a : left)
    for (const Guards &c : right) {
      cases.push_back(a);
      cases.back().append(c);
    }
  return isAnd == holds ? success() : casesOf(op->getOperand(0), holds, cases);
}
