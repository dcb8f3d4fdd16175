//===- Sizes.cpp - the sizes of tensors as values ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;

namespace {
/// Walks back from a tensor to the value that gave it its shape.
class ShapeSource {
public:
  Value find(Value value) {
    while (Value before = step(value))
      value = before;
    return value;
  }

private:
  /// The value one step back, or null at the source.
  Value step(Value value) {
    if (llvm::is_contained(open, value))
      return {};
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (auto loop = dyn_cast<scf::WhileOp>(argument.getOwner()->getParentOp())) {
        if (argument.getOwner() == loop.getAfterBody())
          return forwardedBy(loop, argument.getArgNumber());
        return initOf(loop, argument.getArgNumber());
      }
      auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
      if (!loop || argument.getArgNumber() == 0)
        return {};
      return initOf(loop, argument.getArgNumber() - 1);
    }
    Operation *op = value.getDefiningOp();
    if (auto insert = dyn_cast<tensor::InsertOp>(op))
      return insert.getDest();
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
      return insert.getDest();
    if (auto accumulate = dyn_cast<tg::AccumulateOp>(op))
      return accumulate.getDest();
    if (auto cast = dyn_cast<tensor::CastOp>(op))
      return isa<RankedTensorType>(cast.getSource().getType()) ? cast.getSource() : Value();
    if (auto select = dyn_cast<arith::SelectOp>(op))
      return select.getTrueValue();
    unsigned number = cast<OpResult>(value).getResultNumber();
    if (auto kernel = dyn_cast<tg::KernelOp>(op))
      return kernel.getOuts()[number];
    if (auto plate = dyn_cast<tg::PlateOp>(op)) {
      unsigned first = plate.getSums().size() + plate.getMaxima().size();
      bool accumulates = number >= first && number - first < plate.getInits().size();
      return accumulates ? plate.getInits()[number - first] : Value();
    }
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return initOf(loop, number);
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      return forwardedBy(loop, number);
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      Value a = findIn(branch.getThenRegion(), branch.thenYield().getOperand(number)),
            b = findIn(branch.getElseRegion(), branch.elseYield().getOperand(number));
      if (a != b) {
        a = find(a);
        b = find(b);
      }
      return a == b && a.getParentRegion()->isProperAncestor(&branch.getThenRegion()) ? a : Value();
    }
    if (op->hasTrait<OpTrait::Elementwise>())
      for (Value operand : op->getOperands())
        if (isa<RankedTensorType>(operand.getType()))
          return operand;
    return {};
  }

  /// The first value on the way back that is from outside of a region, or the source in it. Both sides of a
  /// branch usually start from the same one, and one branch behind the other would be searched again for each
  /// side.
  Value findIn(Region &region, Value value) {
    while (region.isAncestor(value.getParentRegion())) {
      Value before = step(value);
      if (!before)
        break;
      value = before;
    }
    return value;
  }

  /// Where a loop-carried tensor keeps its shape, that is the shape which it starts with.
  Value initOf(scf::ForOp loop, unsigned k) {
    open.push_back(loop.getRegionIterArg(k));
    bool keeps = find(loop.getYieldedValues()[k]) == loop.getRegionIterArg(k);
    open.pop_back();
    return keeps ? loop.getInitArgs()[k] : Value();
  }

  Value initOf(scf::WhileOp loop, unsigned k) {
    Value state = loop.getBeforeBody()->getArgument(k);
    open.push_back(state);
    bool keeps = find(loop.getYieldOp().getOperand(k)) == state;
    open.pop_back();
    return keeps ? loop.getInits()[k] : Value();
  }

  /// What the condition passes on is seen by nobody outside its region: only a source before the loop counts.
  Value forwardedBy(scf::WhileOp loop, unsigned k) {
    Value source = find(loop.getConditionOp().getArgs()[k]);
    bool visible = source.getParentRegion()->isProperAncestor(&loop.getBefore());
    return visible || llvm::is_contained(open, source) ? source : Value();
  }

  SmallVector<Value> open; // iter_args being looked at
};
} // namespace

static Value constantIndex(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value optimize::sizeOf(OpBuilder &b, Location loc, Value tensor, unsigned dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return constantIndex(b, loc, type.getDimSize(dim));
  Value source = ShapeSource().find(tensor);
  type = cast<RankedTensorType>(source.getType());
  if (!type.isDynamicDim(dim))
    return constantIndex(b, loc, type.getDimSize(dim));
  if (auto sized = source.getDefiningOp<tg::SizedOp>())
    return sized.getSizes()[dim];
  if (auto empty = source.getDefiningOp<tensor::EmptyOp>())
    return empty.getDynamicSize(dim);
  if (auto splat = source.getDefiningOp<tensor::SplatOp>())
    return splat.getDynamicSizes()[type.getDynamicDimIndex(dim)];
  if (auto plate = source.getDefiningOp<tg::PlateOp>(); plate && llvm::is_contained(plate.getRows(), source))
    return plate.getExtents()[dim];
  if (auto slice = source.getDefiningOp<tensor::ExtractSliceOp>()) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    unsigned kept = 0;
    for (auto [k, size] : llvm::enumerate(slice.getMixedSizes()))
      if (!dropped[k] && kept++ == dim) {
        if (auto value = dyn_cast<Value>(size))
          return value;
        return constantIndex(b, loc, cast<IntegerAttr>(cast<Attribute>(size)).getInt());
      }
  }
  return tensor::DimOp::create(b, loc, source, constantIndex(b, loc, dim));
}

SmallVector<Value> optimize::sizesOf(OpBuilder &b, Location loc, Value tensor) {
  SmallVector<Value> sizes;
  for (int64_t dim = 0, rank = cast<RankedTensorType>(tensor.getType()).getRank(); dim < rank; ++dim)
    sizes.push_back(sizeOf(b, loc, tensor, dim));
  return sizes;
}

/// The largest that the smaller or the larger of two values can be.
static std::optional<int64_t> largestOfTwo(Operation *op, std::optional<int64_t> first,
                                           std::optional<int64_t> second) {
  if (first && second)
    return isa<arith::MinSIOp>(op) ? std::min(*first, *second) : std::max(*first, *second);
  return isa<arith::MinSIOp>(op) ? (first ? first : second) : std::nullopt;
}

std::optional<int64_t> optimize::largestOf(Value size) {
  Linear linear = linearOf(size);
  if (linear.isConstant())
    return linear.offset;
  std::optional<int64_t> largest;
  if (scf::ForOp loop = scf::getForInductionVarOwner(linear.base)) {
    largest = largestOf(loop.getUpperBound());
    --linear.offset;
  } else if (Operation *op = linear.base.getDefiningOp(); isa_and_nonnull<arith::MinSIOp, arith::MaxSIOp>(op))
    largest = largestOfTwo(op, largestOf(op->getOperand(0)), largestOf(op->getOperand(1)));
  return largest ? std::optional(*largest + linear.offset) : std::nullopt;
}

/// The largest that `value - from` can be, where `from` is no less than `least`.
static std::optional<int64_t> largestBeyond(Value value, const optimize::Linear &from,
                                            std::optional<int64_t> least) {
  using namespace optimize;
  Linear linear = linearOf(value);
  if (linear.base == from.base)
    return linear.offset - from.offset;
  if (linear.isConstant())
    return least ? std::optional(linear.offset - *least) : std::nullopt;
  std::optional<int64_t> largest;
  Operation *op = linear.base.getDefiningOp();
  if (isa_and_nonnull<arith::MinSIOp, arith::MaxSIOp>(op)) {
    largest = largestOfTwo(op, largestBeyond(op->getOperand(0), from, least),
                           largestBeyond(op->getOperand(1), from, least));
  } else if (auto select = dyn_cast_if_present<arith::SelectOp>(op)) {
    std::optional<int64_t> otherwise = least;
    if (auto isLow = select.getCondition().getDefiningOp<arith::CmpIOp>();
        isLow && isLow.getPredicate() == arith::CmpIPredicate::slt && linearOf(isLow.getLhs()) == from)
      if (Linear bound = linearOf(isLow.getRhs()); bound.isConstant())
        otherwise = bound.offset;
    std::optional<int64_t> first = largestBeyond(select.getTrueValue(), from, least),
                           second = largestBeyond(select.getFalseValue(), from, otherwise);
    if (first && second)
      largest = std::max(*first, *second);
  }
  return largest ? std::optional(*largest + linear.offset) : std::nullopt;
}

std::optional<int64_t> optimize::mostTrips(scf::ForOp loop) {
  if (!matchPattern(loop.getStep(), m_One()))
    return std::nullopt;
  Linear lower = linearOf(loop.getLowerBound());
  std::optional<int64_t> most = largestBeyond(loop.getUpperBound(), lower, std::nullopt);
  if (!most && lower.isConstant())
    if (std::optional<int64_t> upper = largestOf(loop.getUpperBound()))
      most = *upper - lower.offset;
  return most ? std::optional(std::max<int64_t>(*most, 0)) : std::nullopt;
}

Value optimize::makeZeros(OpBuilder &b, Location loc, ValueRange sizes) {
  auto type = RankedTensorType::get(tg::PlateOp::getRowShape(sizes), b.getF64Type());
  SmallVector<Value> dynamic;
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (type.isDynamicDim(dim))
      dynamic.push_back(size);
  Value zero = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0));
  return tensor::SplatOp::create(b, loc, type, zero, dynamic);
}

bool optimize::provablyEqual(Value a, Value b) {
  if (linearOf(a) == linearOf(b))
    return true;
  auto p = a.getDefiningOp<tensor::DimOp>(), q = b.getDefiningOp<tensor::DimOp>();
  return p && q && p.getSource() == q.getSource() && provablyEqual(p.getIndex(), q.getIndex());
}

bool optimize::provablyEqual(ValueRange a, ValueRange b) {
  return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [](auto pair) {
           return provablyEqual(std::get<0>(pair), std::get<1>(pair));
         });
}
