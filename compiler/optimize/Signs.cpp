//===- Signs.cpp - values that cannot be negative -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Signs.h"
#include "compiler/optimize/DeclaredBounds.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;

/// Whether `holds` of what a branch, a row of a plate or the element of a small tensor may be.
static bool holdsOfSources(Value value, function_ref<bool(Value)> holds) {
  Operation *op = value.getDefiningOp();
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return holds(select.getTrueValue()) && holds(select.getFalseValue());
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    unsigned number = cast<OpResult>(value).getResultNumber();
    return holds(branch.thenYield().getOperand(number)) && holds(branch.elseYield().getOperand(number));
  }
  auto read = dyn_cast<tensor::ExtractOp>(op);
  Operation *made = read ? read.getTensor().getDefiningOp() : nullptr;
  if (auto elements = dyn_cast_or_null<tensor::FromElementsOp>(made))
    return llvm::all_of(elements.getElements(), holds);
  if (auto plate = dyn_cast_or_null<tg::PlateOp>(made);
      plate && llvm::is_contained(plate.getRows(), read.getTensor()))
    return holds(plate.getYield()->getOperand(cast<OpResult>(read.getTensor()).getResultNumber()));
  return false;
}

namespace {
class Signs {
public:
  bool isNeverNegative(Value value) {
    APFloat constant(0.0);
    if (matchPattern(value, m_ConstantFloat(&constant)))
      return constant.isNaN() || constant.isZero() || !constant.isNegative();
    Operation *op = value.getDefiningOp();
    if (!op || left-- <= 0)
      return false;
    auto holds = [&](Value other) { return isNeverNegative(other); };
    if (isa<math::ExpOp, math::SqrtOp, math::AbsFOp, tg::Log1pExpOp>(op))
      return true;
    if (isa<arith::MulFOp>(op) && op->getOperand(0) == op->getOperand(1))
      return true;
    if (isa<arith::AddFOp, arith::MulFOp, arith::DivFOp, arith::MinimumFOp>(op))
      return llvm::all_of(op->getOperands(), holds);
    if (isa<arith::MaximumFOp>(op))
      return llvm::any_of(op->getOperands(), holds);
    return isProportion(value) || holdsOfSources(value, holds);
  }

private:
  /// Whether a value is between zero and one, or NaN.
  bool isProportion(Value value) {
    APFloat constant(0.0);
    if (matchPattern(value, m_ConstantFloat(&constant)))
      return !constant.isNegative() && constant <= APFloat(1.0);
    Operation *op = value.getDefiningOp();
    if (!op || left-- <= 0)
      return false;
    auto holds = [&](Value other) { return isProportion(other); };
    if (isa<tg::LogisticOp, tg::NormalCdfOp>(op))
      return true;
    if (isa<arith::MulFOp>(op))
      return llvm::all_of(op->getOperands(), holds);
    if (isa<arith::SubFOp>(op) && matchPattern(op->getOperand(0), m_ConstantFloat(&constant)))
      return constant.isExactlyValue(1.0) && holds(op->getOperand(1));
    return holdsOfSources(value, holds);
  }

  /// Formulas that people write take fewer steps.
  int left = 256;
};
} // namespace

bool optimize::isNeverNegative(Value value) { return Signs().isNeverNegative(value); }

bool optimize::isNonNegativeData(Value value) {
  if (auto read = value.getDefiningOp<tensor::ExtractOp>(); read && isDeclaredNonNegative(read.getTensor()))
    return true;
  if (auto product = value.getDefiningOp<arith::MulFOp>())
    return isNonNegativeData(product.getLhs()) && isNonNegativeData(product.getRhs());
  return isNeverNegative(value);
}
