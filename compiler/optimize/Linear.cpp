//===- Linear.cpp - indices as a value plus a constant ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static std::optional<int64_t> constantOf(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getBitWidth() <= 64 ? std::optional(constant.getSExtValue()) : std::nullopt;
}

/// x of x / n * n + x % n, which are the row and the column of an element that is counted; null if it is not
/// that.
static Value elementOf(arith::AddIOp sum) {
  for (auto [row, column] : {std::pair(sum.getLhs(), sum.getRhs()), std::pair(sum.getRhs(), sum.getLhs())}) {
    auto product = row.getDefiningOp<arith::MulIOp>();
    auto remainder = column.getDefiningOp<arith::RemUIOp>();
    if (!product || !remainder)
      continue;
    for (auto [quotient, size] :
         {std::pair(product.getLhs(), product.getRhs()), std::pair(product.getRhs(), product.getLhs())}) {
      auto division = quotient.getDefiningOp<arith::DivUIOp>();
      if (division && size == division.getRhs() && division->getOperands() == remainder->getOperands())
        return division.getLhs();
    }
  }
  return {};
}

Linear optimize::linearOf(Value value) {
  int64_t offset = 0;
  while (true) {
    if (std::optional<int64_t> constant = constantOf(value))
      return {Value(), offset + *constant};
    Operation *op = value.getDefiningOp();
    if (isa_and_present<arith::IndexCastOp, arith::ExtSIOp>(op)) {
      value = op->getOperand(0);
      continue;
    }
    if (!isa_and_present<arith::AddIOp, arith::SubIOp>(op))
      return {value, offset};
    auto left = constantOf(op->getOperand(0)), right = constantOf(op->getOperand(1));
    if (right) {
      offset += isa<arith::AddIOp>(op) ? *right : -*right;
      value = op->getOperand(0);
    } else if (left && isa<arith::AddIOp>(op)) {
      offset += *left;
      value = op->getOperand(1);
    } else {
      auto sum = dyn_cast<arith::AddIOp>(op);
      Value element = sum ? elementOf(sum) : Value();
      if (!element)
        return {value, offset};
      value = element;
    }
  }
}

std::optional<GuardedIndex> optimize::guardedIndexOf(Value index) {
  auto select = index.getDefiningOp<arith::SelectOp>();
  auto check = select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  if (!check || check.getPredicate() != arith::CmpIPredicate::ult ||
      check.getLhs() != select.getTrueValue() || !matchPattern(select.getFalseValue(), m_Zero()))
    return std::nullopt;
  return GuardedIndex{check.getLhs(), check.getRhs()};
}

std::optional<int64_t> optimize::offsetInRange(Value condition, Value index) {
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  if (!compare || compare.getPredicate() != arith::CmpIPredicate::ult ||
      !compare.getLhs().getType().isIndex())
    return std::nullopt;
  Linear place = linearOf(compare.getLhs());
  return place.base == index ? std::optional(place.offset) : std::nullopt;
}

Value optimize::materialize(OpBuilder &b, Location loc, Linear linear) {
  if (!linear.base)
    return arith::ConstantIndexOp::create(b, loc, linear.offset);
  Value value = linear.base;
  if (!value.getType().isIndex())
    value = arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
  if (linear.offset == 0)
    return value;
  return arith::AddIOp::create(b, loc, value, arith::ConstantIndexOp::create(b, loc, linear.offset));
}

/// Whether some op takes `value` as the size of a tensor or a plate.
static bool sizesSomething(Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (isa<tensor::EmptyOp>(user))
      return true;
    if (auto sized = dyn_cast<tg::SizedOp>(user))
      return llvm::is_contained(sized.getSizes(), value);
    if (auto splat = dyn_cast<tensor::SplatOp>(user))
      return llvm::is_contained(splat.getDynamicSizes(), value);
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
      return llvm::is_contained(slice.getSizes(), value);
    if (auto plate = dyn_cast<tg::PlateOp>(user))
      return llvm::is_contained(plate.getExtents(), value);
    return false;
  });
}

/// Whether each side is, or is chosen only where it is.
static bool areNonNegative(arith::SelectOp select) {
  auto compare = select.getCondition().getDefiningOp<arith::CmpIOp>();
  auto isCompared = [&](Value side, arith::CmpIPredicate weak, arith::CmpIPredicate strict) {
    return compare && compare.getLhs() == side && matchPattern(compare.getRhs(), m_Zero()) &&
           (compare.getPredicate() == weak || compare.getPredicate() == strict);
  };
  using P = arith::CmpIPredicate;
  Value yes = select.getTrueValue(), no = select.getFalseValue();
  return (isCompared(yes, P::sge, P::sgt) || isNonNegative(yes)) &&
         (isCompared(no, P::sle, P::slt) || isNonNegative(no));
}

bool optimize::isNonNegative(Value size) {
  if (std::optional<int64_t> constant = constantOf(size))
    return *constant >= 0;
  if (size.getDefiningOp<tensor::DimOp>() || sizesSomething(size))
    return true;
  if (auto max = size.getDefiningOp<arith::MaxSIOp>())
    return isNonNegative(max.getLhs()) || isNonNegative(max.getRhs());
  if (auto select = size.getDefiningOp<arith::SelectOp>())
    return areNonNegative(select);
  Linear linear = linearOf(size);
  if (linear.offset != 0 || !linear.base)
    return false;
  // The same integer, cast once more, may size something too.
  return linear.base != size && !linear.base.getType().isIndex() &&
         llvm::any_of(linear.base.getUsers(), [](Operation *user) {
           return isa<arith::IndexCastOp>(user) && sizesSomething(user->getResult(0));
         });
}

Value optimize::tripCount(OpBuilder &b, Location loc, Value lower, Value upper) {
  Linear from = linearOf(lower), to = linearOf(upper);
  if (from.base == to.base)
    return arith::ConstantIndexOp::create(b, loc, std::max<int64_t>(0, to.offset - from.offset));
  Value count;
  if (from.base)
    count = arith::SubIOp::create(b, loc, upper, lower);
  else if (from.offset == 0)
    count = upper;
  else
    count = materialize(b, loc, {to.base, to.offset - from.offset});
  if (isNonNegative(count))
    return count;
  return arith::MaxSIOp::create(b, loc, count, arith::ConstantIndexOp::create(b, loc, 0));
}

void optimize::simplifyIndices(Operation *access) {
  for (OpOperand &operand : access->getOpOperands()) {
    if (!operand.get().getType().isIndex() || operand.get().getDefiningOp<arith::ConstantOp>())
      continue;
    Linear linear = linearOf(operand.get());
    if (linear.base == operand.get() || (linear.base && !linear.base.getType().isIndex()))
      continue;
    auto sum = operand.get().getDefiningOp<arith::AddIOp>();
    if (sum && sum.getLhs() == linear.base)
      continue;
    OpBuilder b(access);
    operand.set(materialize(b, access->getLoc(), linear));
  }
}

void optimize::simplifyIndices(Block &block) {
  SmallVector<Operation *> accesses;
  block.walk([&](Operation *op) {
    if (isa<tensor::ExtractOp, tensor::InsertOp, tg::AccumulateOp>(op))
      accesses.push_back(op);
  });
  for (Operation *op : accesses)
    simplifyIndices(op);
}
