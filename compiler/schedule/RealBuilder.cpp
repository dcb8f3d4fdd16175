//===- RealBuilder.cpp - formulas on reals, written as formulas -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the handles of RealBuilder.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/RealBuilder.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace astragal::schedule;

Type RealBuilder::like(Type element) const {
  if (auto vector = dyn_cast<VectorType>(shape))
    return vector.clone(element);
  return element;
}

static Value splat(RealBuilder &b, Type type, TypedAttr element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b.builder, DenseElementsAttr::get(vector, Attribute(element)));
  return arith::ConstantOp::create(b.builder, element);
}

Real RealBuilder::constant(double value) {
  return {splat(*this, shape, builder.getF64FloatAttr(value)), this};
}

Bits RealBuilder::bitsConstant(uint64_t value) {
  return {splat(*this, like(builder.getI64Type()), builder.getI64IntegerAttr(static_cast<int64_t>(value))),
          this};
}

Real RealBuilder::mulAdd(Real x, Real y, Real z) {
  if (fma)
    return {math::FmaOp::create(builder, x.value, y.value, z.value), this};
  return x * y + z;
}

Real RealBuilder::polynomial(Real x, ArrayRef<double> coefficients, bool isLong) {
  Real square = x * x;
  size_t stride = isLong ? 4 : 2;
  Real power = isLong ? square * square : square;
  // The terms of every second or fourth power.
  auto chain = [&](size_t first) {
    size_t k = first + (coefficients.size() - 1 - first) / stride * stride;
    Real sum = constant(coefficients[k]);
    for (; k > first; k -= stride)
      sum = mulAdd(sum, power, constant(coefficients[k - stride]));
    return sum;
  };
  Real low = mulAdd(x, chain(1), chain(0));
  return !isLong ? low : mulAdd(square, mulAdd(x, chain(3), chain(2)), low);
}

namespace astragal::schedule {

template <typename Op> static Real binary(Real x, Real y) {
  return {Op::create(x.b->builder, x.value, y.value), x.b};
}
template <typename Op> static Bits binary(Bits x, Bits y) {
  return {Op::create(x.b->builder, x.value, y.value), x.b};
}
template <typename Op> static Cond binary(Cond x, Cond y) {
  return {Op::create(x.b->builder, x.value, y.value), x.b};
}

Real operator+(Real x, Real y) { return binary<arith::AddFOp>(x, y); }
Real operator-(Real x, Real y) { return binary<arith::SubFOp>(x, y); }
Real operator*(Real x, Real y) { return binary<arith::MulFOp>(x, y); }
Real operator/(Real x, Real y) { return binary<arith::DivFOp>(x, y); }
Real operator-(Real x) { return {arith::NegFOp::create(x.b->builder, x.value), x.b}; }
Real operator+(Real x, double y) { return x + x.b->constant(y); }
Real operator-(Real x, double y) { return x - x.b->constant(y); }
Real operator*(Real x, double y) { return x * x.b->constant(y); }
Real operator-(double x, Real y) { return y.b->constant(x) - y; }
Real operator/(double x, Real y) { return y.b->constant(x) / y; }
Real magnitude(Real x) {
  // What x and -x have in common is computed once.
  if (auto negation = x.value.getDefiningOp<arith::NegFOp>())
    x.value = negation.getOperand();
  return {math::AbsFOp::create(x.b->builder, x.value), x.b};
}
Real withSign(Real x, Real sign) { return binary<math::CopySignOp>(x, sign); }
Real truncate(Real x) { return {math::TruncOp::create(x.b->builder, x.value), x.b}; }
Real rounded(Real x) { return (x + 0x1.8p52) - 0x1.8p52; }
Real squareRoot(Real x) { return {math::SqrtOp::create(x.b->builder, x.value), x.b}; }
Real mulAdd(Real x, Real y, Real z) { return x.b->mulAdd(x, y, z); }
Real mulAdd(Real x, double y, Real z) { return mulAdd(x, x.b->constant(y), z); }
Real roundedProduct(Real x, Real y) { return x.b->fma ? mulAdd(x, y, -0.0) : x * y; }
Real mulAdd(Real x, Real y, double z) { return mulAdd(x, y, x.b->constant(z)); }

Double exactSum(Real x, Real y) {
  Real sum = x + y;
  return {sum, y - (sum - x)};
}

Real scaleB(Real x, Real k) { return {tg::ScaleBOp::create(x.b->builder, x.value, k.value), x.b}; }
Real logB(Real x) { return {tg::LogBOp::create(x.b->builder, x.value), x.b}; }
Real significand(Real x) { return {tg::SignificandOp::create(x.b->builder, x.value), x.b}; }

/// 26 bits of x (Veltkamp).
static Real leadingHalf(Real x) {
  Real big = x * 134217729.0;
  return big - (big - x);
}

Double exactProduct(Real x, Real y) {
  Real product = roundedProduct(x, y);
  if (x.b->fma)
    return {product, mulAdd(x, y, -product)};
  Real xh = leadingHalf(x), yh = leadingHalf(y);
  Real xl = x - xh, yl = y - yh;
  return {product, xl * yl - (((product - xh * yh) - xl * yh) - xh * yl)};
}

static Cond compare(arith::CmpFPredicate predicate, Real x, Real y) {
  return {arith::CmpFOp::create(x.b->builder, predicate, x.value, y.value), x.b};
}
Cond operator<(Real x, double y) { return compare(arith::CmpFPredicate::OLT, x, x.b->constant(y)); }
Cond operator>(Real x, double y) { return compare(arith::CmpFPredicate::OGT, x, x.b->constant(y)); }
Cond operator<=(Real x, double y) { return compare(arith::CmpFPredicate::OLE, x, x.b->constant(y)); }
Cond operator>=(Real x, double y) { return compare(arith::CmpFPredicate::OGE, x, x.b->constant(y)); }
Cond operator==(Real x, double y) { return compare(arith::CmpFPredicate::OEQ, x, x.b->constant(y)); }
Cond operator==(Real x, Real y) { return compare(arith::CmpFPredicate::OEQ, x, y); }
Cond operator>(Real x, Real y) { return compare(arith::CmpFPredicate::OGT, x, y); }
Cond isNaN(Real x) { return compare(arith::CmpFPredicate::UNO, x, x); }
Cond operator&(Cond x, Cond y) { return binary<arith::AndIOp>(x, y); }
Cond operator|(Cond x, Cond y) { return binary<arith::OrIOp>(x, y); }
Cond operator!(Cond x) {
  Value ones = splat(*x.b, x.value.getType(), x.b->builder.getBoolAttr(true));
  return {arith::XOrIOp::create(x.b->builder, x.value, ones), x.b};
}

Real select(Cond c, Real x, Real y) {
  return {arith::SelectOp::create(c.b->builder, c.value, x.value, y.value), c.b};
}
Real select(Cond c, double x, Real y) { return select(c, c.b->constant(x), y); }
Real select(Cond c, Real x, double y) { return select(c, x, c.b->constant(y)); }
Real select(Cond c, double x, double y) { return select(c, c.b->constant(x), c.b->constant(y)); }
// Shaped so that one minpd or maxpd does it.
Real atMost(Real x, double y) {
  return select(compare(arith::CmpFPredicate::OLT, x.b->constant(y), x), y, x);
}
Real atLeast(Real x, double y) {
  return select(compare(arith::CmpFPredicate::OGT, x.b->constant(y), x), y, x);
}

Bits bitsOf(Real x) {
  return {arith::BitcastOp::create(x.b->builder, x.b->like(x.b->builder.getI64Type()), x.value), x.b};
}
Real realOf(Bits x) { return {arith::BitcastOp::create(x.b->builder, x.b->shape, x.value), x.b}; }
Bits operator+(Bits x, Bits y) { return binary<arith::AddIOp>(x, y); }
Bits operator+(Bits x, uint64_t y) { return x + x.b->bitsConstant(y); }
Bits operator-(Bits x, Bits y) { return binary<arith::SubIOp>(x, y); }
Bits operator-(uint64_t x, Bits y) { return y.b->bitsConstant(x) - y; }
Bits operator&(Bits x, uint64_t y) { return binary<arith::AndIOp>(x, x.b->bitsConstant(y)); }
Bits operator|(Bits x, uint64_t y) { return binary<arith::OrIOp>(x, x.b->bitsConstant(y)); }
Bits operator<<(Bits x, unsigned n) { return binary<arith::ShLIOp>(x, x.b->bitsConstant(n)); }
Bits operator>>(Bits x, unsigned n) { return binary<arith::ShRUIOp>(x, x.b->bitsConstant(n)); }

} // namespace astragal::schedule
