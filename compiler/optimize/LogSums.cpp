//===- LogSums.cpp - logarithms of sums of exponentials -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LogSums.h"

#include "compiler/optimize/LogForm.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowDependence.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include <limits>

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Sums and products that people write out are shorter.
static constexpr unsigned mostTerms = 64;

static Value constant(OpBuilder &b, Location loc, double value) {
  return arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(value));
}

/// Whether nothing but logarithms of sums and products sees `value`, or so many ops that nobody looks at
/// them.
static bool isSeenByLogsAlone(Value value, unsigned &left) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (isa<math::LogOp, math::Log1pOp>(user))
      return true;
    return isa<arith::AddFOp, arith::MulFOp>(user) && left && left-- &&
           isSeenByLogsAlone(user->getResult(0), left);
  });
}

ExponentialProduct::ExponentialProduct(Value value) {
  SmallVector<std::pair<Value, bool>> open{{value, false}};
  for (unsigned taken = 0; !open.empty(); ++taken) {
    auto [part, divides] = open.pop_back_val();
    Operation *op = part.getDefiningOp();
    if (auto exp = dyn_cast_or_null<math::ExpOp>(op)) {
      (divides ? negativeExponents : exponents).push_back(exp.getOperand());
      unsigned left = mostTerms;
      isShared |= !isSeenByLogsAlone(exp, left);
    } else if (isa_and_present<arith::MulFOp, arith::DivFOp>(op) && taken < mostTerms) {
      open.push_back({op->getOperand(1), divides != isa<arith::DivFOp>(op)});
      open.push_back({op->getOperand(0), divides});
    } else {
      (divides ? divisors : factors).push_back(part);
    }
  }
}

Value ExponentialProduct::exponent(OpBuilder &b, Location loc) const {
  SmallVector<Addend> addends;
  for (Value value : exponents)
    addends.push_back({value});
  for (Value value : negativeExponents)
    addends.push_back({value, true});
  return sumOf(b, loc, addends);
}

Value ExponentialProduct::coefficient(OpBuilder &b, Location loc) const {
  Value product;
  for (Value factor : factors)
    product = product ? arith::MulFOp::create(b, loc, product, factor).getResult() : factor;
  for (Value divisor : divisors)
    product = arith::DivFOp::create(b, loc, product ? product : constant(b, loc, 1), divisor);
  return product;
}

namespace {
/// coefficient · exp(exponent), where a coefficient of 1 is null.
struct Term {
  Value exponent, coefficient;
};
} // namespace

/// A shift cancels in value and derivative; where it is infinite there is nothing to shift.
static Value finiteOrZero(OpBuilder &b, Location loc, Value shift) {
  Value magnitude = math::AbsFOp::create(b, loc, shift);
  Value isFinite = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, magnitude,
                                         constant(b, loc, std::numeric_limits<double>::infinity()));
  return arith::SelectOp::create(b, loc, isFinite, shift, constant(b, loc, 0));
}

/// shift + log(sum of coefficient · exp(exponent - shift)). The shift cancels in value and derivative; where
/// it is infinite there is nothing to shift.
static Value shiftedLogSum(OpBuilder &b, Location loc, ArrayRef<Term> terms) {
  Value shift;
  for (const Term &term : terms) {
    Value exponent = tg::StopGradientOp::create(b, loc, term.exponent);
    shift = shift ? arith::MaximumFOp::create(b, loc, shift, exponent).getResult() : exponent;
  }
  shift = finiteOrZero(b, loc, shift);
  Value sum;
  for (const Term &term : terms) {
    Value value = math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, term.exponent, shift));
    if (term.coefficient)
      value = arith::MulFOp::create(b, loc, term.coefficient, value);
    sum = sum ? arith::AddFOp::create(b, loc, sum, value).getResult() : value;
  }
  return arith::AddFOp::create(b, loc, shift, math::LogOp::create(b, loc, sum));
}

/// The larger one plus log1p_exp of the difference, and the larger one where both are the same infinity; with
/// coefficients, the logarithm of that of the larger one plus the other's times the exponential of the
/// difference.
static Value logSumOfTwo(OpBuilder &b, Location loc, Term x, Term y) {
  auto select = [&](Value condition, Value yes, Value no) -> Value {
    return arith::SelectOp::create(b, loc, condition, yes, no);
  };
  Value zero = constant(b, loc, 0), one = constant(b, loc, 1);
  Value isLess = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x.exponent, y.exponent);
  Value high = select(isLess, y.exponent, x.exponent), low = select(isLess, x.exponent, y.exponent);
  Value isInfinite =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, math::AbsFOp::create(b, loc, high),
                            constant(b, loc, std::numeric_limits<double>::infinity()));
  Value difference = select(isInfinite, zero, arith::SubFOp::create(b, loc, low, high));
  if (!x.coefficient && !y.coefficient) {
    Value tail = tg::Log1pExpOp::create(b, loc, difference);
    return arith::AddFOp::create(b, loc, high, select(isInfinite, zero, tail));
  }
  Value c = x.coefficient ? x.coefficient : one, d = y.coefficient ? y.coefficient : one;
  Value small = arith::MulFOp::create(b, loc, select(isLess, c, d), math::ExpOp::create(b, loc, difference));
  Value sum = arith::AddFOp::create(b, loc, select(isLess, d, c), small);
  return arith::AddFOp::create(b, loc, high, math::LogOp::create(b, loc, sum));
}

/// Whether all exponents have the same taken off: what is the largest of them already.
static bool isShifted(ArrayRef<ExponentialProduct> products) {
  Value shift;
  return llvm::all_of(products, [&](const ExponentialProduct &product) {
    auto difference = product.exponents.size() == 1 && product.negativeExponents.empty()
                          ? product.exponents.front().getDefiningOp<arith::SubFOp>()
                          : nullptr;
    if (!difference)
      return false;
    shift = shift ? shift : difference.getRhs();
    return shift == difference.getRhs();
  });
}

Value optimize::logOfSum(OpBuilder &b, Location loc, Value sum, StringRef &reason) {
  SmallVector<Value> open{sum};
  SmallVector<ExponentialProduct, 2> products;
  unsigned exponentials = 0;
  bool isShared = false;
  while (!open.empty()) {
    Value part = open.pop_back_val();
    if (auto add = part.getDefiningOp<arith::AddFOp>()) {
      open.append({add.getRhs(), add.getLhs()});
      if (open.size() + products.size() > mostTerms)
        return {};
      continue;
    }
    ExponentialProduct &product = products.emplace_back(part);
    exponentials += product.isExponential();
    isShared |= product.isShared;
    if (!product.isExponential() && !matchPattern(part, m_Constant()))
      return {};
  }
  if (products.size() < 2 || !exponentials)
    return {};
  // 1 + exp(x)
  if (exponentials == 1) {
    unsigned number = products.front().isExponential() ? 0 : 1;
    if (products.size() != 2 || products[number].coefficient(b, loc) ||
        !matchPattern(products[1 - number].factors.front(), m_OneFloat()))
      return {};
    return tg::Log1pExpOp::create(b, loc, products[number].exponent(b, loc));
  }
  if (isShifted(products))
    return {};
  // They would be computed twice, and overflow where they are used otherwise.
  if (isShared) {
    reason = "exponentials, or their sum, are used elsewhere";
    return {};
  }
  SmallVector<Term> terms;
  for (ExponentialProduct &product : products) {
    Value exponent = product.isExponential() ? product.exponent(b, loc) : constant(b, loc, 0);
    terms.push_back({exponent, product.coefficient(b, loc)});
  }
  if (terms.size() == 2)
    return logSumOfTwo(b, loc, terms[0], terms[1]);
  return shiftedLogSum(b, loc, terms);
}

/// Whether `value` is an argument of a log_sum_exp of two, and nothing else.
static bool isArgument(Value value) {
  Value condition;
  for (Operation *user : value.getUsers())
    if (auto select = dyn_cast<arith::SelectOp>(user); select && !condition)
      for (Operation *next : select->getUsers()) {
        auto add = dyn_cast<arith::AddFOp>(next);
        std::optional<LogSumExp> sum = add ? matchLogSumExp(add) : std::nullopt;
        if (sum && sum->shift == select && llvm::is_contained(sum->arguments, value))
          condition = select.getCondition();
      }
  return condition && llvm::all_of(value.getUsers(), [&](Operation *user) {
           auto select = dyn_cast<arith::SelectOp>(user);
           return user == condition.getDefiningOp() || (select && select.getCondition() == condition);
         });
}

Value optimize::logOfRows(OpBuilder &b, Location loc, Value sum, StringRef &reason) {
  auto plate = sum.getDefiningOp<tg::PlateOp>();
  unsigned number = plate ? cast<OpResult>(sum).getResultNumber() : 0;
  if (!plate || number >= plate.getSums().size())
    return {};
  auto exp = plate.getYield().getSums()[number].getDefiningOp<math::ExpOp>();
  if (!exp || exp->getBlock() != plate.getBodyBlock())
    return {};
  Value exponent = exp.getOperand();
  if (auto difference = exponent.getDefiningOp<arith::SubFOp>();
      difference && plate.isDefinedOutsideOfLoop(difference.getRhs()) &&
      difference.getRhs().getDefiningOp<arith::SelectOp>())
    return {}; // the largest was taken off
  if (!sum.hasOneUse() || !exp->hasOneUse()) {
    reason = "exponentials, or their sum, are used elsewhere";
    return {};
  }
  if (!llvm::all_of(sliceOf(*plate.getBodyBlock(), exponent), isCheap)) {
    reason = "the exponents of the rows are dear, and their largest would have to be found first";
    return {};
  }
  OpBuilder before(plate);
  auto largest = tg::PlateOp::create(
      before, plate.getLoc(), plate.getExtents(), ValueRange(),
      [&](OpBuilder &inner, Location at, ValueRange indices, ValueRange) {
        IRMapping mapping;
        mapping.map(plate.getIndices(), indices);
        Value copy = tg::StopGradientOp::create(inner, at, cloneRowValue(inner, exponent, plate, mapping));
        tg::YieldOp::create(inner, at, ValueRange(), ValueRange(copy), ValueRange(), ValueRange());
      });
  Value shift = finiteOrZero(before, loc, largest->getResult(0));
  OpBuilder inside(exp);
  exp->setOperand(0, arith::SubFOp::create(inside, exp.getLoc(), exponent, shift));
  return arith::AddFOp::create(b, loc, shift, math::LogOp::create(b, loc, sum));
}

static void appendArguments(Value value, SmallVectorImpl<Term> &terms, bool isOutermost) {
  std::optional<LogSumExp> sum = terms.size() < mostTerms ? matchLogSumExp(value) : std::nullopt;
  if (!sum || !(isOutermost || isArgument(value)))
    return terms.push_back({value, {}});
  for (Value argument : sum->arguments)
    appendArguments(argument, terms, false);
}

Value optimize::joinLogSums(OpBuilder &b, Value value) {
  std::optional<LogSumExp> sum = matchLogSumExp(value);
  if (!sum || sum->arguments.size() != 2)
    return {};
  SmallVector<Term> terms;
  appendArguments(value, terms, true);
  if (terms.size() == 2 || isArgument(value))
    return {};
  return shiftedLogSum(b, value.getLoc(), terms);
}
