//===- Rules.cpp - derivatives of scalar ops ------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One line for each op where mathematics allows. `d` is the adjoint of the result, `y` the result.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <numbers>

using namespace mlir;

namespace astragal::differentiate {

namespace {

/// Arithmetic written as arithmetic.
struct Rule {
  Sweep &s;
  Operation *op;
  Value d, y;

  Rule(Sweep &sweep, Operation *op, Value d) : s(sweep), op(op), d(d), y(op->getResult(0)) {}

  ImplicitLocOpBuilder &b() { return s.b; }
  Value x(unsigned k = 0) { return op->getOperand(k); }
  bool wants(unsigned k = 0) { return s.context.activity.flows(op->getOpOperand(k)); }
  Value c(double value) { return s.constant(value); }
  Value add(Value a, Value e) { return b().createOrFold<arith::AddFOp>(a, e); }
  Value sub(Value a, Value e) { return b().createOrFold<arith::SubFOp>(a, e); }
  Value mul(Value a, Value e) { return s.scale(a, e); }
  Value div(Value a, Value e) { return b().createOrFold<arith::DivFOp>(a, e); }
  template <typename Op> Value call(Value a) { return b().createOrFold<Op>(a); }
  Value square(Value a) { return mul(a, a); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value e) {
    return b().createOrFold<arith::CmpFOp>(predicate, a, e);
  }
  Value unlessZero(Value tested, Value value) {
    return s.selectOrZero(compare(arith::CmpFPredicate::UNE, tested, c(0)), value);
  }

  // Contributions to operand k.
  void give(unsigned k, Value adjoint) { s.add(x(k), adjoint); }
  void times(Value partial, unsigned k = 0) { give(k, s.scale(d, partial)); }
  void over(Value by, unsigned k = 0) { give(k, s.divide(d, by)); }
};

} // namespace

static void reversePow(Rule &r) {
  FloatAttr exponent;
  if (matchPattern(r.x(1), m_Constant(&exponent))) {
    double p = exponent.getValueAsDouble();
    if (p == 2)
      return r.times(r.mul(r.c(2), r.x()));
    if (p == 1)
      return r.give(0, r.d);
    if (p == 0.5)
      return r.give(0, r.unlessZero(r.y, r.s.divide(r.d, r.mul(r.c(2), r.y))));
  }
  // At zero, where the logarithm is infinite, both are taken to be zero, but for the first power of what is
  // given.
  if (r.wants(0)) {
    Value slope = r.s.scale(r.d, r.div(r.mul(r.y, r.x(1)), r.x()));
    if (exponent || r.wants(1)) {
      r.give(0, r.unlessZero(r.x(), slope));
    } else {
      Value atZero = r.s.selectOrZero(r.compare(arith::CmpFPredicate::OEQ, r.x(1), r.c(1)), r.d);
      Value isZero = r.compare(arith::CmpFPredicate::OEQ, r.x(), r.c(0));
      r.give(0, r.b().createOrFold<arith::SelectOp>(isZero, atZero, slope));
    }
  }
  if (r.wants(1))
    r.give(1, r.unlessZero(r.x(), r.s.scale(r.d, r.mul(r.y, r.call<math::LogOp>(r.x())))));
}

static void reverseIntegerPow(Rule &r) {
  auto &b = r.b();
  Type type = r.x(1).getType();
  Value one = arith::ConstantOp::create(b, b.getIntegerAttr(type, 1));
  Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(type, 0));
  Value below = math::FPowIOp::create(b, r.x(), arith::SubIOp::create(b, r.x(1), one));
  Value partial = r.mul(arith::SIToFPOp::create(b, b.getF64Type(), r.x(1)), below);
  Value some = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, r.x(1), zero);
  r.give(0, r.s.selectOrZero(some, r.s.scale(r.d, partial)));
}

/// The larger (or smaller) operand takes all; the first one if they are equal.
static void reverseExtremum(Rule &r, arith::CmpFPredicate firstWins) {
  Value first = r.compare(firstWins, r.x(0), r.x(1));
  if (r.wants(0))
    r.give(0, r.s.selectOrZero(first, r.d));
  if (r.wants(1))
    r.give(1, arith::SelectOp::create(r.b(), first, r.c(0), r.d));
}

static void reverseAbs(Rule &r) {
  Value negative = r.compare(arith::CmpFPredicate::OLT, r.x(), r.c(0));
  Value signedSeed = arith::SelectOp::create(r.b(), negative, r.s.negate(r.d), r.d);
  r.give(0, r.unlessZero(r.x(), signedSeed));
}

static void reverseCopySign(Rule &r) {
  // |x| with the sign of the second operand.
  Value sign = math::CopySignOp::create(r.b(), r.c(1), r.x(0));
  Value wanted = math::CopySignOp::create(r.b(), r.c(1), r.x(1));
  r.times(r.mul(sign, wanted));
}

static void reverseAtan2(Rule &r) {
  Value norm = r.add(r.square(r.x(0)), r.square(r.x(1)));
  if (r.wants(0))
    r.times(r.div(r.x(1), norm), 0);
  if (r.wants(1))
    r.times(r.s.negate(r.div(r.x(0), norm)), 1);
}

static void reverseSelect(Rule &r, arith::SelectOp op) {
  if (r.wants(1))
    r.give(1, r.s.selectOrZero(op.getCondition(), r.d));
  if (r.wants(2))
    r.give(2, arith::SelectOp::create(r.b(), op.getCondition(), r.c(0), r.d));
}

LogicalResult reverseScalarOp(Sweep &sweep, Operation *op) {
  Value d = sweep.take(op->getResult(0));
  if (!d)
    return success();
  Rule r(sweep, op, d);
  using std::numbers::ln10, std::numbers::ln2, std::numbers::inv_sqrtpi, std::numbers::sqrt2;
  auto rootOf1Minus = [&] { return r.call<math::SqrtOp>(r.sub(r.c(1), r.square(r.x()))); };
  auto gaussian = [&] {
    return r.mul(r.c(2 * inv_sqrtpi), r.call<math::ExpOp>(r.s.negate(r.square(r.x()))));
  };
  auto normalDensity = [&](Value x) {
    return r.mul(r.c(inv_sqrtpi / sqrt2), r.call<math::ExpOp>(r.mul(r.c(-0.5), r.square(x))));
  };
  bool known = true;
  llvm::TypeSwitch<Operation *>(op)
      // Arithmetic
      .Case<arith::AddFOp>([&](auto) { r.give(0, d), r.give(1, d); })
      .Case<arith::SubFOp>([&](auto) {
        r.give(0, d);
        if (r.wants(1))
          r.give(1, sweep.negate(d));
      })
      .Case<arith::MulFOp>([&](auto) {
        if (r.wants(0))
          r.times(r.x(1), 0);
        if (r.wants(1))
          r.times(r.x(0), 1);
      })
      .Case<arith::DivFOp>([&](auto) {
        Value quotient = sweep.divide(d, r.x(1));
        r.give(0, quotient);
        if (r.wants(1))
          r.give(1, sweep.negate(sweep.scale(quotient, r.y)));
      })
      .Case<arith::NegFOp>([&](auto) { r.give(0, sweep.negate(d)); })
      .Case<arith::RemFOp>([&](auto) {
        r.give(0, d);
        if (r.wants(1))
          r.times(sweep.negate(r.call<math::TruncOp>(r.div(r.x(0), r.x(1)))), 1);
      })
      .Case<math::FmaOp>([&](auto) {
        if (r.wants(0))
          r.times(r.x(1), 0);
        if (r.wants(1))
          r.times(r.x(0), 1);
        r.give(2, d);
      })
      .Case<arith::SelectOp>([&](auto select) { reverseSelect(r, select); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) { reverseExtremum(r, arith::CmpFPredicate::UGE); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) { reverseExtremum(r, arith::CmpFPredicate::ULE); })
      .Case<math::AbsFOp>([&](auto) { reverseAbs(r); })
      .Case<math::CopySignOp>([&](auto) { reverseCopySign(r); })
      // Exponentials, logarithms, powers
      .Case<math::ExpOp>([&](auto) { r.times(r.y); })
      .Case<math::Exp2Op>([&](auto) { r.times(r.mul(r.c(ln2), r.y)); })
      .Case<math::ExpM1Op>([&](auto) { r.times(r.add(r.y, r.c(1))); })
      .Case<math::LogOp>([&](auto) { r.over(r.x()); })
      .Case<math::Log2Op>([&](auto) { r.over(r.mul(r.c(ln2), r.x())); })
      .Case<math::Log10Op>([&](auto) { r.over(r.mul(r.c(ln10), r.x())); })
      .Case<math::Log1pOp>([&](auto) { r.over(r.add(r.x(), r.c(1))); })
      // Infinite at zero, where it is taken to be zero.
      .Case<math::SqrtOp>([&](auto) { r.give(0, r.unlessZero(r.y, r.mul(r.c(0.5), sweep.divide(d, r.y)))); })
      .Case<math::RsqrtOp>([&](auto) { r.times(r.mul(r.c(-0.5), r.div(r.y, r.x()))); })
      .Case<math::CbrtOp>([&](auto) { r.over(r.mul(r.c(3), r.square(r.y))); })
      .Case<math::PowFOp>([&](auto) { reversePow(r); })
      .Case<math::FPowIOp>([&](auto) { reverseIntegerPow(r); })
      .Case<tg::LogisticOp>([&](auto) { r.times(r.mul(r.y, r.sub(r.c(1), r.y))); })
      .Case<tg::LgammaOp>([&](auto) { r.times(r.call<tg::DigammaOp>(r.x())); })
      .Case<tg::DigammaOp>([&](auto) { r.times(r.call<tg::TrigammaOp>(r.x())); })
      .Case<tg::TrigammaOp>(
          [&](auto) { r.times(tg::SpecialOp::create(r.b(), r.y.getType(), "tetragamma", r.x())); })
      .Case<tg::Log1pExpOp>([&](auto) { r.times(r.call<tg::LogisticOp>(r.x())); })
      .Case<tg::NormalCdfOp>([&](auto) { r.times(normalDensity(r.x())); })
      .Case<tg::NormalQuantileOp>([&](auto) { r.over(normalDensity(r.y)); })
      // Where the partials are given
      .Case<tg::WithPartialsOp>([&](auto given) {
        for (auto [k, partial] : llvm::enumerate(given.getPartials()))
          if (r.wants(k + 1))
            r.times(partial, k + 1);
      })
      // Circular and hyperbolic functions
      .Case<math::SinOp>([&](auto) { r.times(r.call<math::CosOp>(r.x())); })
      .Case<math::CosOp>([&](auto) { r.times(sweep.negate(r.call<math::SinOp>(r.x()))); })
      .Case<math::TanOp>([&](auto) { r.times(r.add(r.c(1), r.square(r.y))); })
      .Case<math::AsinOp>([&](auto) { r.over(rootOf1Minus()); })
      .Case<math::AcosOp>([&](auto) { r.give(0, sweep.negate(sweep.divide(d, rootOf1Minus()))); })
      .Case<math::AtanOp>([&](auto) { r.over(r.add(r.c(1), r.square(r.x()))); })
      .Case<math::Atan2Op>([&](auto) { reverseAtan2(r); })
      .Case<math::SinhOp>([&](auto) { r.times(r.call<math::CoshOp>(r.x())); })
      .Case<math::CoshOp>([&](auto) { r.times(r.call<math::SinhOp>(r.x())); })
      .Case<math::TanhOp>([&](auto) { r.times(r.sub(r.c(1), r.square(r.y))); })
      .Case<math::AsinhOp>([&](auto) { r.over(r.call<math::SqrtOp>(r.add(r.square(r.x()), r.c(1)))); })
      .Case<math::AcoshOp>([&](auto) {
        // The product of roots, for x * x - 1 loses digits near 1.
        r.over(r.mul(r.call<math::SqrtOp>(r.sub(r.x(), r.c(1))), r.call<math::SqrtOp>(r.add(r.x(), r.c(1)))));
      })
      .Case<math::AtanhOp>([&](auto) { r.over(r.sub(r.c(1), r.square(r.x()))); })
      .Case<math::ErfOp>([&](auto) { r.times(gaussian()); })
      .Case<math::ErfcOp>([&](auto) { r.times(sweep.negate(gaussian())); })
      .Default([&](Operation *) { known = false; });
  if (known)
    return success();
  return op->emitError("not supported yet: the derivative of '") << op->getName() << "'";
}

} // namespace astragal::differentiate
