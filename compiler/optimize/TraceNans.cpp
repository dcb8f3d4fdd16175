//===- TraceNans.cpp - where a value stops being a number -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `trace-nans`.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/ExplainPlace.h"
#include "compiler/optimize/Passes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include <limits>

namespace astragal::optimize {
#define GEN_PASS_DEF_TRACENANS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// On ops of the log density, so that they are known among those that differentiation adds.
static constexpr llvm::StringLiteral tracedName = "tg.traced";

namespace {
/// An operation in words: "a quotient", and how it is written.
struct Wording {
  std::string name, formula;
};
} // namespace

static Wording wordingOf(Operation *op) {
  Wording infix = llvm::TypeSwitch<Operation *, Wording>(op)
                      .Case([](arith::AddFOp) { return Wording{"a sum", "{} + {}"}; })
                      .Case([](arith::SubFOp) { return Wording{"a difference", "{} - {}"}; })
                      .Case([](arith::MulFOp) { return Wording{"a product", "{} * {}"}; })
                      .Case([](arith::DivFOp) { return Wording{"a quotient", "{} / {}"}; })
                      .Case([](math::PowFOp) { return Wording{"a power", "{} ^ {}"}; })
                      .Case([](math::SqrtOp) { return Wording{"a square root", "sqrt({})"}; })
                      .Case([](math::LogOp) { return Wording{"a logarithm", "log({})"}; })
                      .Default([](Operation *) { return Wording(); });
  if (!infix.name.empty())
    return infix;
  StringRef name = op->getName().stripDialect();
  std::string formula = name.str() + "(";
  for (unsigned k = 0; k < op->getNumOperands(); ++k)
    formula += k ? ", {}" : "{}";
  return {"the result of " + name.str(), formula + ")"};
}

/// Operations whose result may be no number though their operands are.
static bool makesNans(Operation *op) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isF64() || op->getNumRegions() ||
      op->getNumOperands() == 0 || op->getNumOperands() > tg::maxExplained)
    return false;
  if (isa<arith::SelectOp, arith::NegFOp, arith::SIToFPOp, arith::UIToFPOp, math::AbsFOp, math::CopySignOp,
          tg::StopGradientOp, tg::RandomUniformOp, tg::RandomNormalOp>(op))
    return false;
  return isa<arith::ArithDialect, math::MathDialect, tg::TGDialect>(op->getDialect()) &&
         llvm::all_of(op->getOperandTypes(),
                      [](Type type) { return type.isF64() || type.isInteger(32) || type.isIndex(); });
}

namespace {
/// A value that is part of the log density: what reads it, and where the program adds it.
struct Summand {
  Value value;
  Operation *reader;
  Location loc;
};
} // namespace

static Value isNumber(OpBuilder &b, Location loc, Value x) {
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, x, x);
}

namespace {
struct TraceNans : optimize::impl::TraceNansBase<TraceNans> {
  using TraceNansBase::TraceNansBase;

  void runOnOperation() override {
    if (!getOperation().getName().starts_with("trace_"))
      return;
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (!op->hasAttr(tracedName))
        ops.push_back(op);
    });
    if (!gradient)
      traceSummands();
    for (Operation *op : ops)
      if (makesNans(op))
        traceOperation(op);
      else if (auto read = dyn_cast<tensor::ExtractOp>(op); read && read.getType().isF64() && !gradient)
        traceRead(read);
  }

  /// The operands excuse the result, unless the program wrote NaN itself.
  void traceOperation(Operation *op) {
    Value result = op->getResult(0);
    Location loc = op->getLoc();
    OpBuilder b(op);
    b.setInsertionPointAfter(op);
    Value fine = isNumber(b, loc, result);
    for (Value operand : op->getOperands())
      if (operand.getType().isF64() && !matchPattern(operand, m_NaNFloat()))
        fine = arith::OrIOp::create(
            b, loc, fine, arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, operand, operand));
    Wording wording = wordingOf(op);
    std::string message = (gradient ? "in the gradient, " : "") + wording.name + " is not a number";
    tg::CheckOp::create(b, loc, fine, tg::CheckKind::Fatal, message, message + ": " + wording.formula,
                        op->getOperands());
    mark(op);
  }

  void traceRead(tensor::ExtractOp read) {
    OpBuilder b(read);
    b.setInsertionPointAfter(read);
    std::string message = "a value that is read here is not a number";
    std::string explanation = message;
    SmallVector<Value> at(read.getIndices());
    if (at.size() == 1)
      explanation += " (element {+})";
    else
      at.clear();
    tg::CheckOp::create(b, read.getLoc(), isNumber(b, read.getLoc(), read.getResult()), tg::CheckKind::Fatal,
                        message, at.empty() ? "" : explanation, at);
    mark(read);
  }

  /// What is added up to the log density: of a density that is -inf, one of them is.
  void traceSummands() {
    func::FuncOp entry = getOperation();
    auto *end = entry.getBody().front().getTerminator();
    SmallVector<Summand> open;
    for (auto [k, value] : llvm::enumerate(end->getOperands())) {
      auto binding = entry.getResultAttrOfType<prob::BindingAttr>(k, "prob.binding");
      if (binding && binding.getRole() == prob::Role::Value)
        open.push_back({value, end, value.getLoc()});
    }
    llvm::DenseSet<Value> seen;
    while (!open.empty()) {
      Summand summand = open.pop_back_val();
      Operation *op = summand.value.getDefiningOp();
      if (!op || !seen.insert(summand.value).second || !summand.value.getType().isF64())
        continue;
      unsigned number = cast<OpResult>(summand.value).getResultNumber();
      auto yielded = [&](Operation *yield, Value value) { open.push_back({value, yield, summand.loc}); };
      if (isa<arith::AddFOp>(op)) {
        for (Value value : op->getOperands())
          open.push_back({value, op, op->getLoc()});
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        yielded(branch.thenYield(), branch.thenYield().getOperand(number));
        yielded(branch.elseYield(), branch.elseYield().getOperand(number));
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        yielded(loop, loop.getInitArgs()[number]);
        yielded(loop.getBody()->getTerminator(), loop.getYieldedValues()[number]);
      } else if (auto plate = dyn_cast<tg::PlateOp>(op); plate && number < plate.getSums().size()) {
        yielded(plate.getYield(), plate.getYield().getSums()[number]);
      } else {
        traceSummand(summand);
      }
    }
  }

  void traceSummand(const Summand &summand) {
    Location loc = summand.loc;
    FloatAttr constant;
    if (matchPattern(summand.value, m_Constant(&constant)) && !constant.getValue().isInfinity())
      return;
    OpBuilder b(summand.reader);
    Value least =
        arith::ConstantOp::create(b, loc, b.getF64FloatAttr(-std::numeric_limits<double>::infinity()));
    Value fine = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, summand.value, least);
    std::string message = "what is added here is -inf", explanation = message;
    SmallVector<Value> at;
    explainPlace(summand.reader, explanation, at);
    tg::CheckOp::create(b, loc, fine, tg::CheckKind::Fatal, message, at.empty() ? "" : explanation, at);
  }

  void mark(Operation *op) { op->setAttr(tracedName, UnitAttr::get(&getContext())); }
};
} // namespace
