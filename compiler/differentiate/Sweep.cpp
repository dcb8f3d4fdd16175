//===- Sweep.cpp - reverse mode on a block --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "dialects/tg/Origin.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace astragal::differentiate {

//===----------------------------------------------------------------------===//
// Context
//===----------------------------------------------------------------------===//

Value Context::constant(double value) {
  Value &known = constants[llvm::bit_cast<uint64_t>(value)];
  if (!known) {
    auto b = OpBuilder::atBlockBegin(&function.front());
    known = arith::ConstantOp::create(b, function.getLoc(), b.getF64FloatAttr(value));
  }
  return known;
}

Value Context::index(int64_t value) {
  Value &known = indices[value];
  if (!known) {
    auto b = OpBuilder::atBlockBegin(&function.front());
    known = arith::ConstantIndexOp::create(b, function.getLoc(), value);
  }
  return known;
}

void Context::replace(Value from, Value to) {
  activity.inherit(from, to);
  if (Value copied = origin.lookup(from)) {
    origin.erase(from);
    origin[to] = copied;
  }
  from.replaceAllUsesWith(to);
}

void Context::erase(Operation *op) {
  auto forget = [&](Value value) {
    activity.setInactive(value);
    origin.erase(value);
  };
  op->walk([&](Operation *inner) {
    llvm::for_each(inner->getResults(), forget);
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), forget);
  });
  op->erase();
}

SmallVector<Operation *> Context::copyOps(Block &from, OpBuilder &builder, IRMapping &mapping,
                                          bool withChecks) {
  SmallVector<Operation *> copies;
  for (Operation &op : from.without_terminator()) {
    if (!withChecks && isa<tg::CheckOp, tg::PrintOp>(op))
      continue;
    Operation *copy = builder.clone(op, mapping);
    activity.inherit(&op, mapping);
    if (!withChecks)
      copy->walk([](Operation *inner) {
        if (isa<tg::CheckOp, tg::PrintOp>(inner))
          inner->erase();
      });
    copies.push_back(copy);
  }
  return copies;
}

Value Context::placeholder(OpBuilder &builder, Location loc, Value like) {
  Value value = UnrealizedConversionCastOp::create(builder, loc, like.getType(), ValueRange()).getResult(0);
  activity.inherit(like, value);
  return value;
}

bool isPlaceholder(Value value) {
  auto op = value.getDefiningOp<UnrealizedConversionCastOp>();
  return op && op.getInputs().empty();
}

//===----------------------------------------------------------------------===//
// Adjoints
//===----------------------------------------------------------------------===//

Sweep::Sweep(Context &context, const OpBuilder &builder, Location loc, Region *plate)
    : context(context), b(loc, builder), plate(plate) {}

/// The adjoint of a tensor from outside of the plate is one of its accumulators.
bool Sweep::isAccumulated(Value tensor) const {
  return plate && !plate->isAncestor(tensor.getParentRegion());
}

Value Sweep::update(Value tensor, Value adjoint, ValueRange indices, Value contribution) {
  if (isAccumulated(tensor))
    return tg::AccumulateOp::create(b, contribution, adjoint, indices);
  Value old = tensor::ExtractOp::create(b, adjoint, indices);
  return tensor::InsertOp::create(b, sum(old, contribution), adjoint, indices);
}

/// Puts the contributions to single elements into the tensor.
void Sweep::flush(Value tensor, Adjoint &adjoint) {
  if (adjoint.elements.empty())
    return;
  auto elements = std::move(adjoint.elements);
  adjoint.elements.clear();
  auto type = cast<RankedTensorType>(tensor.getType());
  bool fresh = !adjoint.value;
  if (fresh && type.hasStaticShape() && type.getNumElements() <= 2 * int64_t(elements.size()) + 8) {
    SmallVector<Value> all(type.getNumElements());
    for (auto [place, value] : elements)
      all[place] = value;
    for (Value &value : all)
      if (!value)
        value = constant(0);
    adjoint.value = tensor::FromElementsOp::create(b, type, all);
    return;
  }
  if (fresh) {
    adjoint.value = zeroLike(tensor);
    adjoint.isSparse = type.getRank() == 1;
  }
  Adjoint before = adjoint;
  for (auto [place, value] : elements) {
    SmallVector<Value> indices(type.getRank());
    int64_t rest = place;
    for (int64_t d = type.getRank() - 1; d >= 0; --d) {
      indices[d] = index(d == 0 ? rest : rest % type.getDimSize(d));
      rest = d == 0 ? 0 : rest / type.getDimSize(d);
    }
    if (fresh || before.isClear(place, place + 1))
      adjoint.value = tensor::InsertOp::create(b, value, adjoint.value, indices);
    else
      adjoint.value = update(tensor, adjoint.value, indices, value);
    if (!adjoint.written.empty() && adjoint.written.back().second == place)
      adjoint.written.back().second = place + 1;
    else
      adjoint.written.emplace_back(place, place + 1);
  }
}

bool Sweep::Adjoint::isClear(int64_t begin, int64_t end) const {
  return isSparse &&
         llvm::all_of(written, [&](auto range) { return end <= range.first || range.second <= begin; });
}

bool Sweep::addToClearSlice(Value tensor, int64_t offset, Value contribution) {
  auto type = cast<RankedTensorType>(tensor.getType()),
       slice = cast<RankedTensorType>(contribution.getType());
  if (type.getRank() != 1 || !slice.hasStaticShape() || isAccumulated(tensor) || rows.contains(tensor))
    return false;
  int64_t size = slice.getNumElements();
  bool fresh = !get(tensor);
  Adjoint &adjoint = adjoints[tensor];
  if (fresh) {
    adjoint.value = zeroLike(tensor);
    adjoint.isSparse = true;
  }
  if (!adjoint.isClear(offset, offset + size))
    return false;
  adjoint.written.emplace_back(offset, offset + size);
  adjoint.value = tensor::InsertSliceOp::create(b, contribution, adjoint.value, {b.getIndexAttr(offset)},
                                                {b.getIndexAttr(size)}, {b.getIndexAttr(1)});
  return true;
}

Value Sweep::get(Value value) {
  auto known = adjoints.find(value);
  if (known == adjoints.end())
    return {};
  flush(value, known->second);
  return known->second.value;
}

Value Sweep::getOrZero(Value value) {
  Value known = get(value);
  return known ? known : zeroLike(value);
}

Value Sweep::take(Value value) {
  Value known = get(value);
  adjoints.erase(value);
  return known;
}

Value Sweep::takeOrZero(Value value) {
  Value known = take(value);
  return known ? known : zeroLike(value);
}

void Sweep::set(Value value, Value adjoint) {
  Adjoint &known = adjoints[value];
  known = {};
  known.value = adjoint;
}

void Sweep::rename(Value from, Value to) {
  auto known = adjoints.find(from);
  if (known == adjoints.end())
    return;
  Adjoint moved = std::move(known->second);
  adjoints.erase(known);
  adjoints[to] = std::move(moved);
}

static tg::PlateOp elementwise(Sweep &sweep, Value like, ValueRange inits,
                               function_ref<void(ValueRange, ValueRange)> fill) {
  SmallVector<OpFoldResult> sizes = sizesOf(sweep.b, sweep.b.getLoc(), like);
  SmallVector<Value> extents = getValueOrCreateConstantIndexOp(sweep.b, sweep.b.getLoc(), sizes);
  return tg::PlateOp::create(
      sweep.b, extents, inits,
      [&](OpBuilder &builder, Location loc, ValueRange indices, ValueRange accumulators) {
        OpBuilder::InsertionGuard guard(sweep.b);
        sweep.b.setInsertionPointToEnd(builder.getInsertionBlock());
        fill(indices, accumulators);
      });
}

void Sweep::add(Value value, Value contribution) {
  if (!isActive(value))
    return;
  Value known = get(value);
  if (!known)
    return set(value, contribution);
  if (!isa<RankedTensorType>(value.getType()))
    return set(value, sum(known, contribution));
  auto plate = elementwise(*this, known, known, [&](ValueRange indices, ValueRange accumulators) {
    Value element = tensor::ExtractOp::create(b, contribution, indices);
    Value next = tg::AccumulateOp::create(b, element, accumulators[0], indices);
    tg::YieldOp::create(b, ValueRange(), ValueRange(), next, ValueRange());
  });
  set(value, plate->getResult(0));
}

/// Applies `f` to a seed, or to what it was selected from.
static Value underSelection(Sweep &sweep, Value seed, function_ref<Value(Value)> f) {
  auto select = seed.getDefiningOp<arith::SelectOp>();
  if (!select || isa<ShapedType>(select.getType()))
    return f(seed);
  if (matchPattern(select.getFalseValue(), m_AnyZeroFloat())) {
    Value inner = underSelection(sweep, select.getTrueValue(), f);
    return arith::SelectOp::create(sweep.b, select.getCondition(), inner, select.getFalseValue());
  }
  if (matchPattern(select.getTrueValue(), m_AnyZeroFloat())) {
    Value inner = underSelection(sweep, select.getFalseValue(), f);
    return arith::SelectOp::create(sweep.b, select.getCondition(), select.getTrueValue(), inner);
  }
  return f(seed);
}

void Sweep::addScaled(Value value, Value unit, Value seed) {
  if (matchPattern(seed, m_OneFloat()))
    return add(value, unit);
  if (!isa<RankedTensorType>(value.getType()))
    return add(value, underSelection(*this, unit, [&](Value inner) { return scale(seed, inner); }));
  Value known = get(value);
  auto plate = elementwise(
      *this, unit, known ? ValueRange(known) : ValueRange(),
      [&](ValueRange indices, ValueRange accumulators) {
        Value element = tensor::ExtractOp::create(b, unit, indices);
        SmallVector<Value> next, row;
        if (known)
          next.push_back(tg::AccumulateOp::create(b, scale(seed, element), accumulators[0], indices));
        else
          row.push_back(scale(seed, element));
        tg::YieldOp::create(b, ValueRange(), ValueRange(), next, row);
      });
  Value result = plate->getResult(0);
  set(value, result.getType() == value.getType() ? result
                                                 : Value(tensor::CastOp::create(b, value.getType(), result)));
}

void Sweep::addElement(Value tensor, ValueRange indices, Value contribution) {
  if (!isActive(tensor))
    return;
  if (auto row = rows.find(tensor); row != rows.end()) {
    row->second = row->second ? sum(row->second, contribution) : contribution;
    return;
  }
  auto type = cast<RankedTensorType>(tensor.getType());
  auto constants = getConstantIntValues(getAsOpFoldResult(indices));
  Adjoint &adjoint = adjoints[tensor];
  if (constants && (type.hasStaticShape() || type.getRank() == 1)) {
    int64_t place = 0;
    bool inside = true;
    for (auto [d, at] : llvm::enumerate(*constants)) {
      inside &= at >= 0 && (type.isDynamicDim(d) || at < type.getDimSize(d));
      place = type.isDynamicDim(d) ? at : place * type.getDimSize(d) + at;
    }
    if (!inside)
      return; // in code that is never reached
    Value &element = adjoint.elements[place];
    element = element ? sum(element, contribution) : contribution;
    return;
  }
  Value current = getOrZero(tensor);
  set(tensor, update(tensor, current, indices, contribution));
}

Value Sweep::takeRowOrZero(Value tensor) {
  Value row = rows.lookup(tensor);
  return row ? row : constant(0);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Value Sweep::zeroLike(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return constant(0);
  SmallVector<Value> dynamic;
  if (!type.hasStaticShape())
    for (auto [d, size] : llvm::enumerate(sizesOf(b, b.getLoc(), value)))
      if (type.isDynamicDim(d))
        dynamic.push_back(getValueOrCreateConstantIndexOp(b, b.getLoc(), size));
  return tensor::SplatOp::create(b, type, constant(0), dynamic);
}

Value Sweep::sum(Value a, Value c) {
  if (matchPattern(a, m_AnyZeroFloat()))
    return c;
  if (matchPattern(c, m_AnyZeroFloat()))
    return a;
  // What was selected alike stays so.
  auto left = a.getDefiningOp<arith::SelectOp>(), right = c.getDefiningOp<arith::SelectOp>();
  if (left && right && left.getCondition() == right.getCondition() && isIterated(left.getCondition()) &&
      matchPattern(left.getFalseValue(), m_AnyZeroFloat()) &&
      matchPattern(right.getFalseValue(), m_AnyZeroFloat()))
    return selectOrZero(left.getCondition(), sum(left.getTrueValue(), right.getTrueValue()));
  return b.createOrFold<arith::AddFOp>(a, c);
}

Value Sweep::negate(Value a) {
  if (auto negated = a.getDefiningOp<arith::NegFOp>())
    return negated.getOperand();
  FloatAttr value;
  if (matchPattern(a, m_Constant(&value)))
    return constant(-value.getValueAsDouble());
  return arith::NegFOp::create(b, a);
}

Value Sweep::selectOrZero(Value condition, Value value) {
  if (matchPattern(value, m_AnyZeroFloat()))
    return value;
  return arith::SelectOp::create(b, condition, value, constant(0));
}

Value Sweep::scale(Value seed, Value partial) {
  return underSelection(*this, seed, [&](Value inner) -> Value {
    FloatAttr value;
    for (auto [x, y] : {std::pair(inner, partial), std::pair(partial, inner)})
      if (matchPattern(x, m_Constant(&value))) {
        if (value.getValueAsDouble() == 1)
          return y;
        if (value.getValueAsDouble() == -1)
          return negate(y);
      }
    return b.createOrFold<arith::MulFOp>(inner, partial);
  });
}

/// Whether the adjoint of `value` is multiplied by something that may be infinite on its way. Exponentials
/// are so only where they are, which are scales.
static bool meetsFactors(Value value, int depth = 4) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<tensor::ExtractOp>(op) || op->getNumRegions() > 0)
    return false;
  if (depth == 0 || !isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, math::ExpOp>(op))
    return true;
  return llvm::any_of(op->getOperands(), [&](Value operand) { return meetsFactors(operand, depth - 1); });
}

bool Sweep::isWorthSelecting(Value value) const {
  return !plate && !isa<RankedTensorType>(value.getType()) && meetsFactors(value);
}

Value Sweep::ifIterated(ValueRange extents, Value value, Value contribution) {
  if (!isWorthSelecting(value))
    return contribution;
  SmallVector<Value, 2> open;
  for (Value extent : extents)
    if (std::optional<int64_t> size = getConstantIntValue(extent); !size || *size <= 0)
      open.push_back(extent);
  if (open.empty())
    return contribution;
  auto known = llvm::find_if(iterated, [&](auto &entry) { return entry.first == open; });
  if (known != iterated.end())
    return selectOrZero(known->second, contribution);
  Value condition;
  for (Value extent : open) {
    Value some = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, extent, index(0));
    condition = condition ? arith::AndIOp::create(b, condition, some).getResult() : some;
  }
  iterated.emplace_back(open, condition);
  return selectOrZero(condition, contribution);
}

/// By the reciprocal, which is often the same for many seeds, or for all rows.
Value Sweep::divide(Value seed, Value by) {
  return scale(seed, b.createOrFold<arith::DivFOp>(constant(1), by));
}

//===----------------------------------------------------------------------===//
// The sweep
//===----------------------------------------------------------------------===//

LogicalResult Sweep::reverse(Operation *op) {
  bool reached = llvm::any_of(op->getResults(), [&](Value result) { return has(result); });
  if (!reached)
    return success();
  b.setLoc(tg::markAdjoint(op->getLoc()));
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return reverseLoop(*this, loop);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return reverseWhile(*this, loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return reverseIf(*this, branch);
  if (auto plate = dyn_cast<tg::PlateOp>(op))
    return reversePlate(*this, plate);
  if (auto kernel = dyn_cast<tg::KernelOp>(op))
    return reverseKernel(*this, kernel);
  for (Type type :
       llvm::concat<Type>(SmallVector<Type>(op->getOperandTypes()), SmallVector<Type>(op->getResultTypes())))
    if (isa<ShapedType>(type))
      return reverseTensorOp(*this, op);
  return reverseScalarOp(*this, op);
}

LogicalResult Sweep::run(ArrayRef<Operation *> ops) {
  SmallVector<Operation *> forward(ops);
  if (failed(fusePlates(*this, forward)))
    return failure();
  for (Operation *op : llvm::reverse(forward))
    if (failed(reverse(op)))
      return failure();
  return success();
}

SmallVector<OpFoldResult> sizesOf(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.hasStaticShape())
    return getAsIndexOpFoldResult(builder.getContext(), type.getShape());
  Value source = tensor;
  for (int steps = 0; steps < 16;
       ++steps) { // far enough for what is written by hand; a chain of writes may be long
    Operation *op = source.getDefiningOp();
    SmallVector<OpFoldResult> sizes;
    if (auto made = dyn_cast_or_null<tensor::EmptyOp>(op))
      return made.getMixedSizes();
    if (auto made = dyn_cast_or_null<tg::SizedOp>(op))
      return getAsOpFoldResult(made.getSizes());
    if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
      llvm::SmallBitVector dropped = slice.getDroppedDims();
      for (auto [d, size] : llvm::enumerate(slice.getMixedSizes()))
        if (!dropped.test(d))
          sizes.push_back(size);
      return sizes;
    }
    if (auto made = dyn_cast_or_null<tensor::SplatOp>(op)) {
      unsigned next = 0;
      for (int64_t size : made.getType().getShape())
        sizes.push_back(ShapedType::isDynamic(size) ? OpFoldResult(made.getDynamicSizes()[next++])
                                                    : OpFoldResult(builder.getIndexAttr(size)));
      return sizes;
    }
    if (auto plate = dyn_cast_or_null<tg::PlateOp>(op)) {
      if (llvm::is_contained(plate.getRows(), source))
        return getAsOpFoldResult(plate.getExtents());
      if (auto results = plate.getAccumulated(); llvm::is_contained(results, source)) {
        source =
            plate.getInits()[cast<OpResult>(source).getResultNumber() - results.front().getResultNumber()];
        continue;
      }
    }
    if (auto insert = dyn_cast_or_null<tensor::InsertOp>(op))
      source = insert.getDest();
    else if (auto insert = dyn_cast_or_null<tensor::InsertSliceOp>(op))
      source = insert.getDest();
    else if (auto accumulate = dyn_cast_or_null<tg::AccumulateOp>(op))
      source = accumulate.getDest();
    else if (auto kernel = dyn_cast_or_null<tg::KernelOp>(op))
      source = kernel.getOuts()[cast<OpResult>(source).getResultNumber()];
    else if (auto loop = dyn_cast_or_null<scf::ForOp>(op))
      source = loop.getInits()[cast<OpResult>(source).getResultNumber()];
    else
      break;
  }
  SmallVector<OpFoldResult> sizes;
  for (int64_t d = 0; d < type.getRank(); ++d)
    if (type.isDynamicDim(d))
      sizes.push_back(builder.createOrFold<tensor::DimOp>(loc, tensor, d));
    else
      sizes.push_back(builder.getIndexAttr(type.getDimSize(d)));
  return sizes;
}

} // namespace astragal::differentiate
