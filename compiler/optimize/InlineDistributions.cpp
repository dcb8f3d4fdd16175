//===- InlineDistributions.cpp - log densities become arithmetic ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/ExplainPlace.h"
#include "compiler/optimize/Inlining.h"
#include "compiler/optimize/Passes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_INLINEDISTRIBUTIONS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// `value` as a `type`: integers become reals, sizes may be forgotten or asserted. Null if it is neither.
static Value convert(OpBuilder &b, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (value.getType().isInteger(32) && type.isF64())
    return arith::SIToFPOp::create(b, loc, type, value);
  if (isa<RankedTensorType>(type) && tensor::CastOp::areCastCompatible(value.getType(), type))
    return tensor::CastOp::create(b, loc, type, value);
  return {};
}

static FailureOr<SmallVector<Value>> convertOperands(OpBuilder &b, prob::LogDensityOp op,
                                                     func::FuncOp density) {
  SmallVector<Value> operands = llvm::to_vector(op->getOperands());
  if (density.getNumArguments() != operands.size())
    return op.emitError("distribution '")
           << op.getDistribution() << "' takes " << density.getNumArguments() - 1 << " arguments, got "
           << operands.size() - 1;
  for (auto [k, type] : llvm::enumerate(density.getArgumentTypes())) {
    Value converted = convert(b, op.getLoc(), operands[k], type);
    if (!converted)
      return op.emitError("distribution '") << op.getDistribution() << "' takes a value of type " << type
                                            << " here, got " << operands[k].getType();
    operands[k] = converted;
  }
  return operands;
}

/// Rewrites the sums that `zero`, which is zero, is part of; -0 and +0 need not be told apart in a log
/// density.
static void dropFromSums(Value zero) {
  SmallVector<Value> zeros{zero};
  while (!zeros.empty()) {
    Value value = zeros.pop_back_val();
    llvm::SmallSetVector<Operation *, 4> users(value.user_begin(), value.user_end());
    for (Operation *user : users) {
      if (!isa<arith::AddFOp, arith::SubFOp>(user) ||
          (isa<arith::SubFOp>(user) && user->getOperand(1) != value))
        continue;
      Value other = user->getOperand(user->getOperand(0) == value ? 1 : 0);
      user->replaceAllUsesWith(ValueRange(other));
      user->erase();
      if (other == value) // zero plus or minus zero: more sums have it now
        zeros.push_back(value);
    }
  }
}

/// In a vectorised statement an explanation names the element, in a loop the iteration.
static void explainElement(tg::CheckOp check, prob::LogDensityOp op) {
  std::string text = check.getExplanation()->str();
  SmallVector<Value> values(check.getValues());
  explainPlace(op, text, values);
  check.setExplanation(text);
  check.getValuesMutable().assign(values);
}

static LogicalResult inlineDensity(prob::LogDensityOp op, func::FuncOp density) {
  OpBuilder b(op);
  FailureOr<SmallVector<Value>> operands = convertOperands(b, op, density);
  if (failed(operands))
    return failure();
  ArrayRef<bool> autodiff = op.getAutodiff();
  bool propto = op.getPropto();
  SmallVector<prob::SummandOp> summands;
  SmallVector<Value> zeros;
  SmallVector<tg::CheckOp> checks;
  SmallVector<Value> results = cloneBody(b, density, *operands, op.getLoc(), [&](Operation *inner) {
    if (auto summand = dyn_cast<prob::SummandOp>(inner))
      summands.push_back(summand);
    else if (matchPattern(inner, m_AnyZeroFloat()))
      zeros.push_back(inner->getResult(0));
    else if (auto check = dyn_cast<tg::CheckOp>(inner)) {
      check->setLoc(op.getLoc()); // who reads the message knows the model, not the library
      if (check.getExplanation())
        checks.push_back(check);
    }
  });
  for (tg::CheckOp check : checks)
    explainElement(check, op);
  if (results.size() != 1 || !results.front().getType().isF64())
    return op.emitError("log density function '") << density.getName() << "' does not return one f64";
  Value result = results.front();
  if (propto && llvm::none_of(autodiff, [](bool level) { return level; }))
    result = arith::ConstantFloatOp::create(b, op.getLoc(), b.getF64Type(), APFloat(0.0));
  op.replaceAllUsesWith(result);
  op.erase();
  for (prob::SummandOp summand : summands) {
    bool included = false;
    for (int64_t position : summand.getDepends()) {
      if (position < 0 || position >= static_cast<int64_t>(autodiff.size()))
        return summand.emitError("depends on position ")
               << position << ", but the density has " << autodiff.size() << " operands";
      included |= autodiff[position];
    }
    Value value = summand.getValue();
    if (propto && !included) {
      OpBuilder at(summand);
      value = arith::ConstantFloatOp::create(at, summand.getLoc(), at.getF64Type(), APFloat(0.0));
      zeros.push_back(value);
    }
    summand.replaceAllUsesWith(value);
    summand.erase();
  }
  for (Value zero : zeros)
    dropFromSums(zero);
  return success();
}

namespace {
struct InlineDistributions : optimize::impl::InlineDistributionsBase<InlineDistributions> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    bool unknown = false;
    auto calleeOf = [&](Operation *op) -> func::FuncOp {
      auto density = dyn_cast<prob::LogDensityOp>(op);
      if (!density)
        return nullptr;
      auto distribution = symbols.lookup<prob::DistributionOp>(density.getDistribution());
      auto function = distribution ? symbols.lookup<func::FuncOp>(distribution.getLogDensity()) : nullptr;
      if (!function || function.isExternal()) {
        op->emitError(distribution ? "distribution without a log density function: '"
                                   : "unknown distribution: '")
            << density.getDistribution() << "'";
        unknown = true;
        return nullptr;
      }
      return function;
    };
    auto inlineOne = [](Operation *op, func::FuncOp density) {
      return inlineDensity(cast<prob::LogDensityOp>(op), density);
    };
    if (failed(inlineCalleesFirst(module, calleeOf, inlineOne)) || unknown)
      return signalPassFailure();
    // The densities themselves are no longer needed, and outside of one every summand counts.
    for (auto distribution : llvm::make_early_inc_range(module.getOps<prob::DistributionOp>()))
      distribution.erase();
    eraseDeadFunctions(module);
    module.walk([](prob::SummandOp summand) {
      summand.replaceAllUsesWith(summand.getValue());
      summand.erase();
    });
  }
};
} // namespace
