//===- Compensated.cpp - sums that keep what rounding takes away ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Compensated.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static Value plus(OpBuilder &b, Location loc, Value left, Value right) {
  return left && right ? arith::AddFOp::create(b, loc, left, right).getResult() : left ? left : right;
}

void Compensated::add(OpBuilder &b, Location loc, Value value) {
  if (!value)
    return;
  if (!high) {
    high = value;
    return;
  }
  auto minus = [&](Value left, Value right) {
    return arith::SubFOp::create(b, loc, left, right).getResult();
  };
  Value total = plus(b, loc, high, value), part = minus(total, high);
  Value lost = plus(b, loc, minus(high, minus(total, part)), minus(value, part));
  low = plus(b, loc, low, tg::StopGradientOp::create(b, loc, lost));
  high = total;
}

void Compensated::addProduct(OpBuilder &b, Location loc, Value left, Value right) {
  if (!fma)
    return add(b, loc, arith::MulFOp::create(b, loc, left, right));
  // A rounded product, which no pass fuses with what it is added to.
  Value none = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(-0.0));
  Value product = math::FmaOp::create(b, loc, left, right, none);
  Value lost = math::FmaOp::create(b, loc, left, right, arith::NegFOp::create(b, loc, product));
  add(b, loc, product);
  low = plus(b, loc, low, tg::StopGradientOp::create(b, loc, lost));
}

Value Compensated::get(OpBuilder &b, Location loc) const { return plus(b, loc, high, low); }
