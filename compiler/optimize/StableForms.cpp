//===- StableForms.cpp - logarithms, exponentials and proportions in stable forms ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements stable-forms. Every form is the same function wherever the one that it replaces is
// finite, and NaN where that is NaN; what overflowed or underflowed on the way does not.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LogSums.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Signs.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_STABLEFORMS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// Writes what takes the place of one op. Each function gives null where it knows nothing better.
struct Forms {
  explicit Forms(Operation *op) : b(op), loc(op->getLoc()), op(op) {}

  Value decline(StringRef why) {
    declined(op, "stable-forms", why);
    return {};
  }

  Value constant(double value) {
    return arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(value));
  }
  Value negated(Value x) {
    auto negation = x.getDefiningOp<arith::NegFOp>();
    return negation ? negation.getOperand() : arith::NegFOp::create(b, loc, x).getResult();
  }
  Value times(double factor, Value x) { return arith::MulFOp::create(b, loc, x, constant(factor)); }
  Value logOf(Value x) {
    Value better = log(x);
    return better ? better : math::LogOp::create(b, loc, x).getResult();
  }

  Value log(Value x);
  Value logOfPower(math::PowFOp power);
  Value log1p(Value x);
  Value exp(Value x);
  Value difference(Value x, Value y);
  Value quotient(Value x, Value y);
  Value comparison(arith::CmpFPredicate predicate, Value x, const APFloat &bound);

  OpBuilder b;
  Location loc;
  Operation *op;
};
} // namespace

/// x where `value` is -x.
static Value negationOf(Value value) {
  auto negation = value.getDefiningOp<arith::NegFOp>();
  return negation ? negation.getOperand() : Value();
}

/// x where `value` is -log1p_exp(x).
static Value negativeLog1pExp(Value value) {
  Value positive = negationOf(value);
  auto log = positive ? positive.getDefiningOp<tg::Log1pExpOp>() : nullptr;
  return log ? log.getOperand() : Value();
}

/// y where `value` is 1 - y.
static Value complementOf(Value value) {
  auto difference = value.getDefiningOp<arith::SubFOp>();
  return difference && matchPattern(difference.getLhs(), m_OneFloat()) ? difference.getRhs() : Value();
}

static bool areOpposite(Value x, Value y) { return negationOf(x) == y || negationOf(y) == x; }

Value Forms::logOfPower(math::PowFOp power) {
  Value base = power.getLhs();
  APFloat exponent(0.0);
  bool isNonzero = matchPattern(power.getRhs(), m_ConstantFloat(&exponent)) && !exponent.isZero();
  if (!base.getDefiningOp<math::ExpOp>() && !(isNonzero && isNeverNegative(base)))
    return decline("the base of the power may be negative");
  return arith::MulFOp::create(b, loc, power.getRhs(), logOf(base));
}

Value Forms::log(Value x) {
  if (Value complement = complementOf(x)) {
    if (auto exponential = complement.getDefiningOp<math::ExpOp>())
      return math::LogOp::create(b, loc, negated(math::ExpM1Op::create(b, loc, exponential.getOperand())));
    Value argument = negated(complement);
    Value better = log1p(argument);
    return better ? better : math::Log1pOp::create(b, loc, argument).getResult();
  }
  Operation *made = x.getDefiningOp();
  if (auto proportion = dyn_cast_or_null<tg::LogisticOp>(made))
    return negated(tg::Log1pExpOp::create(b, loc, negated(proportion.getOperand())));
  if (auto root = dyn_cast_or_null<math::SqrtOp>(made))
    return times(0.5, logOf(root.getOperand()));
  if (auto power = dyn_cast_or_null<math::PowFOp>(made))
    return logOfPower(power);
  if (isa_and_present<arith::AddFOp, tg::PlateOp>(made)) {
    StringRef reason;
    Value better = isa<tg::PlateOp>(made) ? logOfRows(b, loc, x, reason) : logOfSum(b, loc, x, reason);
    return better || reason.empty() ? better : decline(reason);
  }
  if (isa_and_present<arith::MulFOp>(made) && made->getOperand(0) == made->getOperand(1)) {
    Value root = made->getOperand(0);
    return isNeverNegative(root) ? times(2, logOf(root)) : Value();
  }
  if (isa_and_present<arith::DivFOp>(made) && matchPattern(made->getOperand(0), m_OneFloat()))
    return negated(logOf(made->getOperand(1)));
  ExponentialProduct product(x);
  if (!product.isExponential())
    return {};
  Value exponent = product.exponent(b, loc), coefficient = product.coefficient(b, loc);
  return coefficient ? arith::AddFOp::create(b, loc, logOf(coefficient), exponent).getResult() : exponent;
}

Value Forms::log1p(Value x) {
  Operation *made = x.getDefiningOp();
  if (auto exponential = dyn_cast_or_null<math::ExpOp>(made))
    return tg::Log1pExpOp::create(b, loc, exponential.getOperand());
  if (auto exponential = dyn_cast_or_null<math::ExpM1Op>(made))
    return exponential.getOperand();
  if (isa_and_present<arith::SubFOp>(made) && matchPattern(made->getOperand(1), m_OneFloat()))
    return logOf(made->getOperand(0));
  Value y = negationOf(x);
  if (!y)
    return {};
  if (Value complement = complementOf(y))
    return logOf(complement);
  if (Value twice = negationOf(y))
    return log1p(twice);
  if (auto proportion = y.getDefiningOp<tg::LogisticOp>())
    return negated(tg::Log1pExpOp::create(b, loc, proportion.getOperand()));
  if (auto proportion = y.getDefiningOp<tg::NormalCdfOp>())
    return math::LogOp::create(b, loc, tg::NormalCdfOp::create(b, loc, negated(proportion.getOperand())));
  return {};
}

Value Forms::exp(Value x) {
  if (auto log = x.getDefiningOp<math::LogOp>())
    return isNeverNegative(log.getOperand()) ? log.getOperand()
                                             : decline("what the logarithm is taken of may be negative");
  if (Value y = negativeLog1pExp(x))
    return tg::LogisticOp::create(b, loc, negated(y));
  return {};
}

/// The logit of inv_logit.
Value Forms::difference(Value x, Value y) {
  Value a = negativeLog1pExp(x), c = negativeLog1pExp(y);
  return a && c && areOpposite(a, c) ? c : Value();
}

/// Whether logarithms of a proportion and of its complement, and comparisons, are all that is made of it.
static bool isOnlyLogged(Value proportion) {
  return llvm::all_of(proportion.getUsers(), [](Operation *user) {
    bool isComplement = isa<arith::NegFOp>(user) ||
                        (isa<arith::SubFOp>(user) && matchPattern(user->getOperand(0), m_OneFloat()));
    return isa<math::LogOp, math::Log1pOp, arith::CmpFOp>(user) ||
           (isComplement && isOnlyLogged(user->getResult(0)));
  });
}

/// inv_logit as people write it: 1 / (1 + exp(-x)) and exp(x) / (1 + exp(x)). The derivative of the quotient
/// has all its digits where that of inv_logit, p (1 - p), has lost them.
Value Forms::quotient(Value x, Value y) {
  auto sum = y.getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  for (auto [one, other] : {std::pair(sum.getLhs(), sum.getRhs()), std::pair(sum.getRhs(), sum.getLhs())}) {
    auto exponential = other.getDefiningOp<math::ExpOp>();
    if (!exponential || !matchPattern(one, m_OneFloat()))
      continue;
    if (matchPattern(x, m_OneFloat()))
      return tg::LogisticOp::create(b, loc, negated(exponential.getOperand()));
    if (x == other)
      return tg::LogisticOp::create(b, loc, exponential.getOperand());
  }
  return {};
}

/// A value that is NaN exactly where the proportion `value` is: the argument of the function that made it.
static Value argumentOfProportion(Value value) {
  if (Value complement = complementOf(value))
    return argumentOfProportion(complement);
  Operation *op = value.getDefiningOp();
  if (isa_and_present<tg::LogisticOp, tg::NormalCdfOp>(op))
    return op->getOperand(0);
  // -expm1(-x) for x of at least zero
  Value negation = negationOf(value);
  auto below = negation ? negation.getDefiningOp<math::ExpM1Op>() : nullptr;
  Value positive = below ? negationOf(below.getOperand()) : Value();
  return positive && isNeverNegative(positive) ? positive : Value();
}

/// A comparison of a proportion with 0 or 1 is one of its argument: the proportion itself is often not
/// needed.
Value Forms::comparison(arith::CmpFPredicate predicate, Value x, const APFloat &bound) {
  using Predicate = arith::CmpFPredicate;
  Value argument = argumentOfProportion(x);
  if (!argument)
    return {};
  bool isZero = bound.isZero(), isOne = bound.isExactlyValue(1.0);
  if ((predicate == Predicate::OGE && isZero) || (predicate == Predicate::OLE && isOne))
    return arith::CmpFOp::create(b, loc, Predicate::ORD, argument, argument);
  if ((predicate == Predicate::ULT && isZero) || (predicate == Predicate::UGT && isOne))
    return arith::CmpFOp::create(b, loc, Predicate::UNO, argument, argument);
  if (!(isZero || isOne) || !x.getDefiningOp<tg::LogisticOp>())
    return {};
  // Beyond -log(2^1075) inv_logit rounds to 0, beyond log(2^53) to 1.
  bool isEnd = predicate == Predicate::OEQ || predicate == (isOne ? Predicate::OGE : Predicate::OLE);
  bool isNotEnd = predicate == Predicate::UNE || predicate == (isOne ? Predicate::ULT : Predicate::UGT);
  if (!isEnd && !isNotEnd)
    return {};
  Value end = constant(isOne ? 36.7368005696771 : -745.1332191019412);
  return arith::CmpFOp::create(b, loc,
                               isEnd   ? (isOne ? Predicate::OGE : Predicate::OLE)
                               : isOne ? Predicate::ULT
                                       : Predicate::UGT,
                               argument, end);
}

/// Whether `value` is the same for all iterations, as far as a few steps tell.
static bool isInvariant(Value value, LoopLikeOpInterface loop, unsigned depth = 0) {
  if (loop.isDefinedOutsideOfLoop(value))
    return true;
  Operation *op = value.getDefiningOp();
  return op && depth < 8 && op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
         llvm::all_of(
             op->getOperands(), [&](Value operand) { return isInvariant(operand, loop, depth + 1); });
}

/// The function of one number that makes a value that nothing but `user` sees; null if there is none.
static Operation *lastFunction(Value value, Operation *user) {
  Operation *op = value.getDefiningOp();
  bool isFunction =
      op && op->getNumOperands() == 1 && op->getNumRegions() == 0 && op->getNumResults() == 1 &&
      value.getType().isF64() && op->getOperand(0).getType().isF64() &&
      (isa<arith::NegFOp>(op) || isa<math::MathDialect>(op->getDialect()) || tg::isSpecialFunction(op));
  return isFunction && value.hasOneUse() && *value.user_begin() == user ? op : nullptr;
}

namespace {
/// Two values of which one is chosen, by a branch or a select.
struct Choice {
  Operation *op;
  Value result;
  OpOperand *sides[2];

  /// Takes the function that both sides end with out of the choice, and whatever stands between the two
  /// before it; false if there is none.
  bool takeOutFunctions();
};
} // namespace

bool Choice::takeOutFunctions() {
  auto loop = op->getParentOfType<LoopLikeOpInterface>();
  if (!loop || !result.getType().isF64())
    return false;
  SmallVector<std::pair<Operation *, Operation *>> functions;
  Value values[2] = {sides[0]->get(), sides[1]->get()};
  Operation *users[2] = {sides[0]->getOwner(), sides[1]->getOwner()};
  size_t wanted = 0;
  while (true) {
    Operation *yes = lastFunction(values[0], users[0]), *no = lastFunction(values[1], users[1]);
    if (!yes || !no || yes->getName() != no->getName() || yes->getBlock() != users[0]->getBlock() ||
        no->getBlock() != users[1]->getBlock() || yes->getAttrDictionary() != no->getAttrDictionary())
      break;
    // What is the same for all rows is computed once, and outside.
    if (isInvariant(yes->getOperand(0), loop) || isInvariant(no->getOperand(0), loop))
      break;
    functions.push_back({yes, no});
    if (!isCheap(yes))
      wanted = functions.size();
    values[0] = yes->getOperand(0), values[1] = no->getOperand(0);
    users[0] = yes, users[1] = no;
  }
  functions.truncate(wanted);
  if (functions.empty())
    return false;
  OpBuilder b(op->getContext());
  b.setInsertionPointAfter(op);
  Value last = result;
  SmallVector<Operation *> made;
  for (auto [yes, no] : llvm::reverse(functions)) {
    Operation *function = b.clone(*yes);
    function->setOperand(0, last);
    last = function->getResult(0);
    made.push_back(function);
  }
  result.replaceAllUsesExcept(last, made.front());
  sides[0]->set(functions.back().first->getOperand(0));
  sides[1]->set(functions.back().second->getOperand(0));
  for (auto [yes, no] : functions) {
    yes->erase();
    no->erase();
  }
  return true;
}

/// A branch in which there is nothing but a little arithmetic is a select.
static void flatten(scf::IfOp branch) {
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
    for (Operation &op : region->front().without_terminator())
      if (!isa<arith::ArithDialect>(op.getDialect()) || !isCheap(&op))
        return;
  OpBuilder b(branch);
  SmallVector<Value> yes(branch.thenYield().getOperands()), no(branch.elseYield().getOperands());
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
    for (Operation &op : llvm::make_early_inc_range(region->front().without_terminator()))
      op.moveBefore(branch);
  for (auto [result, x, y] : llvm::zip(branch.getResults(), yes, no))
    result.replaceAllUsesWith(arith::SelectOp::create(b, branch.getLoc(), branch.getCondition(), x, y));
  branch.erase();
}

static void takeOutOfBranch(scf::IfOp branch) {
  if (branch.getElseRegion().empty())
    return;
  bool changed = false;
  for (OpResult result : branch.getResults()) {
    unsigned number = result.getResultNumber();
    changed |= Choice{branch,
                      result,
                      {&branch.thenYield()->getOpOperand(number), &branch.elseYield()->getOpOperand(number)}}
                   .takeOutFunctions();
  }
  if (changed) {
    applied(branch, "stable-forms",
            "both sides of a branch end with a function, which is computed behind it");
    flatten(branch);
  }
}

static Value stableForm(Operation *op) {
  Forms forms(op);
  if (auto comparison = dyn_cast<arith::CmpFOp>(op)) {
    APFloat bound(0.0);
    return matchPattern(comparison.getRhs(), m_ConstantFloat(&bound))
               ? forms.comparison(comparison.getPredicate(), comparison.getLhs(), bound)
               : Value();
  }
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isF64())
    return {};
  if (isa<math::LogOp>(op))
    return forms.log(op->getOperand(0));
  if (isa<math::Log1pOp>(op))
    return forms.log1p(op->getOperand(0));
  if (isa<math::ExpOp>(op))
    return forms.exp(op->getOperand(0));
  if (isa<arith::SubFOp>(op))
    return forms.difference(op->getOperand(0), op->getOperand(1));
  if (isa<arith::DivFOp>(op) && isOnlyLogged(op->getResult(0)))
    return forms.quotient(op->getOperand(0), op->getOperand(1));
  return isa<arith::AddFOp>(op) ? joinLogSums(forms.b, op->getResult(0)) : Value();
}

/// Erases what nobody uses any more, so that it does not count as a use of what it was computed from.
static void eraseUnused(SmallVector<Operation *> open) {
  while (!open.empty()) {
    Operation *op = open.pop_back_val();
    if (!op || !isOpTriviallyDead(op))
      continue;
    SmallVector<Value> operands(op->getOperands());
    op->erase();
    for (Value operand : operands)
      if (Operation *definition = operand.getDefiningOp();
          definition && !llvm::is_contained(open, definition))
        open.push_back(definition);
  }
}

namespace {
struct StableForms : optimize::impl::StableFormsBase<StableForms> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto branch = dyn_cast<scf::IfOp>(op))
        return takeOutOfBranch(branch);
      if (auto select = dyn_cast<arith::SelectOp>(op)) {
        Choice{op, select, {&op->getOpOperand(1), &op->getOpOperand(2)}}.takeOutFunctions();
        return;
      }
      Value better = stableForm(op);
      if (!better)
        return;
      applied(op, "stable-forms", llvm::Twine("another form of ") + op->getName().getStringRef());
      op->replaceAllUsesWith(ValueRange(better));
      eraseUnused({op});
    });
  }
};
} // namespace
