//===- LinearArithmetic.cpp - numbers in place of their logarithms --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LinearArithmetic.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;
using Predicate = arith::CmpFPredicate;

static constexpr int64_t mantissaBits = 52, exponentBias = 1023;

static Value reduce(ArrayRef<Value> values, function_ref<Value(Value, Value)> join) {
  if (values.size() == 1)
    return values.front();
  size_t half = values.size() / 2;
  return join(reduce(values.take_front(half), join), reduce(values.drop_front(half), join));
}

Value LinearArithmetic::real(double value) {
  return arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(value));
}

Value LinearArithmetic::integer(int64_t value) { return arith::ConstantIntOp::create(b, loc, value, 64); }

Value LinearArithmetic::stopped(Value value) { return tg::StopGradientOp::create(b, loc, value); }

Value LinearArithmetic::times(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }

Value LinearArithmetic::both(Value x, Value y) { return arith::AndIOp::create(b, loc, x, y); }

Value LinearArithmetic::compare(Predicate predicate, Value x, Value y) {
  return arith::CmpFOp::create(b, loc, predicate, x, y);
}

Value LinearArithmetic::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(b, loc, condition, yes, no);
}

Value LinearArithmetic::sum(ArrayRef<Value> values) {
  return reduce(values, [&](Value x, Value y) -> Value { return arith::AddFOp::create(b, loc, x, y); });
}

Value LinearArithmetic::all(ArrayRef<Value> conditions) {
  return reduce(conditions, [&](Value x, Value y) { return both(x, y); });
}

Value LinearArithmetic::largest(ArrayRef<Value> values) {
  return reduce(values, [&](Value x, Value y) { return select(compare(Predicate::OGT, x, y), x, y); });
}

Value LinearArithmetic::smallest(ArrayRef<Value> values) {
  return reduce(values, [&](Value x, Value y) { return select(compare(Predicate::OLT, x, y), x, y); });
}

Value LinearArithmetic::shift(ArrayRef<Value> logs) {
  return stopped(
      reduce(logs, [&](Value x, Value y) -> Value { return arith::MaximumFOp::create(b, loc, x, y); }));
}

Value LinearArithmetic::isFinite(Value value) {
  return compare(Predicate::OLT, math::AbsFOp::create(b, loc, value),
                 real(std::numeric_limits<double>::infinity()));
}

Value LinearArithmetic::expIf(Value isUsed, Value log) {
  return math::ExpOp::create(b, loc, select(isUsed, log, real(0)));
}

Value LinearArithmetic::factor(Value log, Value &isBounded) {
  Value exponential = math::ExpOp::create(b, loc, log);
  isBounded = compare(Predicate::OLE, exponential, real(largestFactor));
  return select(isBounded, exponential, real(0));
}

Value LinearArithmetic::exponent(Value number) {
  Value bits = arith::BitcastOp::create(b, loc, b.getI64Type(), number);
  Value biased = arith::ShRUIOp::create(b, loc, bits, integer(mantissaBits));
  return arith::SubIOp::create(b, loc, biased, integer(exponentBias));
}

Value LinearArithmetic::inversePower(Value exponent) {
  Value biased = arith::SubIOp::create(b, loc, integer(exponentBias), exponent);
  Value bits = arith::ShLIOp::create(b, loc, biased, integer(mantissaBits));
  return arith::BitcastOp::create(b, loc, b.getF64Type(), bits);
}
