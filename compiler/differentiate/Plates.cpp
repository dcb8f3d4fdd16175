//===- Plates.cpp - derivatives of tg.plate -------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The adjoint of a sum is linear in its seed. A plate whose seeds are known beforehand, or which has one
// active sum, therefore computes value and adjoints in one pass over the rows, in the forward position; an
// unknown seed is one until the reverse scales what was computed. Any other plate has a reverse plate over
// the same rows, which computes each row again. Either way no tape lies between rows.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace astragal::differentiate {

/// Is `tensor` read only as its row, so that its adjoint is the plate's row too and needs no accumulator?
static bool isReadByRow(const Activity &activity, tg::PlateOp plate, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getRank() != static_cast<int64_t>(plate.getRank()))
    return false;
  for (OpOperand &use : tensor.getUses()) {
    if (!plate->isProperAncestor(use.getOwner()) || !activity.flows(use))
      continue;
    auto extract = dyn_cast<tensor::ExtractOp>(use.getOwner());
    if (!extract || extract->getBlock() != plate.getBodyBlock() ||
        !llvm::equal(extract.getIndices(), plate.getIndices()))
      return false;
  }
  if (type.hasStaticShape())
    return llvm::equal(type.getShape(), tg::PlateOp::getRowShape(plate.getExtents()));
  if (!llvm::equal(type.getShape(), tg::PlateOp::getRowShape(plate.getExtents())))
    return false;
  OpBuilder b(plate);
  for (auto [size, extent] : llvm::zip_equal(sizesOf(b, plate.getLoc(), tensor), plate.getExtents()))
    if (size != getAsOpFoldResult(extent))
      return false;
  return true;
}

/// May `tensor` have many more elements than the plate has rows?
static bool isMuchLarger(tg::PlateOp plate, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape = tg::PlateOp::getRowShape(plate.getExtents());
  if (type.hasStaticShape() && !ShapedType::isDynamicShape(shape))
    return type.getNumElements() > 4 * ShapedType::getNumElements(shape);
  OpBuilder b(plate);
  return !llvm::equal(sizesOf(b, plate.getLoc(), tensor), getAsOpFoldResult(plate.getExtents()));
}

/// Does it cost more than storing and loading a number?
static bool isFunction(Operation *op) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isF64())
    return false;
  return isa<tg::SpecialOp>(op) || tg::isSpecialFunction(op) ||
         (isa<math::MathDialect>(op->getDialect()) &&
          !isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp, math::FmaOp, math::RoundOp,
               math::RoundEvenOp, math::TruncOp>(op));
}

/// Rows that stay in the cache until the reverse comes to them.
static bool hasFewRows(tg::PlateOp plate) {
  constexpr int64_t few = 16384;
  SmallVector<int64_t> shape = tg::PlateOp::getRowShape(plate.getExtents());
  return !ShapedType::isDynamicShape(shape) && ShapedType::getNumElements(shape) <= few;
}

/// Does it take less time to compute the rows again than to set adjoints of tensors to zero, and to scale and
/// add them later?
static bool isCheapAgain(const Activity &activity, tg::PlateOp plate) {
  unsigned reads = 0, adjoints = 0;
  for (Operation &op : plate.getBodyBlock()->without_terminator()) {
    if (op.getNumRegions() || isFunction(&op) || isa<arith::DivFOp>(op))
      return false;
    reads += isa<tensor::ExtractOp>(op);
  }
  for (Value value : activity.captures(plate.getBody()))
    adjoints += isa<RankedTensorType>(value.getType());
  return reads <= 2 * adjoints;
}

/// Adjoints that are computed apart and added afterwards cost the whole tensor. Where a loop or a plate does
/// that again and again, for a few elements at a time, computing the rows again is cheaper.
static bool isWorthFusing(const Activity &activity, tg::PlateOp plate) {
  if (isCheapAgain(activity, plate))
    return false;
  if (!plate->getParentOfType<LoopLikeOpInterface>())
    return true;
  return llvm::none_of(activity.captures(plate.getBody()), [&](Value value) {
    return isa<RankedTensorType>(value.getType()) && !isReadByRow(activity, plate, value) &&
           isMuchLarger(plate, value);
  });
}

namespace {

/// A plate that computes adjoints of what `plate` captures, being built.
class AdjointPlate {
public:
  /// `kept`: the new plate computes the results of the old one as well.
  AdjointPlate(Sweep &outer, tg::PlateOp plate, bool kept, bool fromZero)
      : outer(outer), context(outer.context), plate(plate), kept(kept) {
    for (Value value : context.activity.captures(plate.getBody()))
      if (!isa<RankedTensorType>(value.getType()))
        scalars.push_back(value);
      else if ((fromZero || !outer.get(value)) && isReadByRow(context.activity, plate, value))
        rows.push_back(value);
      else
        tensors.push_back(value);

    tg::YieldOp yield = plate.getYield();
    SmallVector<Value> inits;
    SmallVector<Type> types;
    if (kept) {
      llvm::append_range(inits, plate.getInits());
      llvm::append_range(types, yield.getSums().getTypes());
    }
    llvm::append_range(types, ValueRange(scalars).getTypes());
    if (kept) {
      llvm::append_range(types, yield.getMaxima().getTypes());
      llvm::append_range(types, yield.getAccumulated().getTypes());
    }
    for (Value value : tensors) {
      inits.push_back(fromZero ? outer.zeroLike(value) : outer.getOrZero(value));
      types.push_back(value.getType());
    }
    if (kept)
      for (Value row : plate.getRows())
        types.push_back(row.getType());
    llvm::append_range(types, ValueRange(rows).getTypes());
    result = tg::PlateOp::create(outer.b, types, plate.getExtents(), inits, plate.getChunks());
  }

  /// Calls `seed` between copying the rows' code and reversing it.
  LogicalResult fill(function_ref<void(Sweep &, const IRMapping &, ValueRange)> seed) {
    Block *body = result.getBodyBlock();
    Sweep inner(context, OpBuilder::atBlockEnd(body), plate.getLoc(), &result.getBody());
    inner.onCopies = !kept || outer.onCopies;
    IRMapping mapping;
    mapping.map(plate.getIndices(), result.getIndices());
    unsigned first = kept ? plate.getInits().size() : 0;
    for (auto [k, accumulator] : llvm::enumerate(plate.getAccumulators())) {
      Value to =
          kept ? result.getAccumulators()[k] : context.placeholder(inner.b, plate.getLoc(), accumulator);
      context.activity.inherit(accumulator, to);
      mapping.map(accumulator, to);
    }
    for (auto [k, value] : llvm::enumerate(tensors))
      inner.set(value, result.getAccumulators()[first + k]);
    for (Value value : rows)
      inner.collectRow(value);
    SmallVector<Operation *> copies =
        context.copyOps(*plate.getBodyBlock(), inner.b, mapping, /*withChecks=*/kept);
    for (Operation &op : plate.getBodyBlock()->without_terminator())
      if (!kept && isFunction(&op))
        functions.emplace_back(op.getResult(0), mapping.lookup(op.getResult(0)).getDefiningOp());
    // The end comes first: reversing may replace what it names.
    auto copiesOf = [&](ValueRange yielded) {
      SmallVector<Value> values;
      if (kept)
        for (Value value : yielded)
          values.push_back(mapping.lookupOrDefault(value));
      return values;
    };
    tg::YieldOp old = plate.getYield();
    auto yield = tg::YieldOp::create(inner.b, copiesOf(old.getSums()), copiesOf(old.getMaxima()),
                                     copiesOf(old.getAccumulated()), copiesOf(old.getRows()));
    inner.b.setInsertionPoint(yield);
    {
      // Adjoints of tensors must stand before the copies: plates among them may add to them.
      OpBuilder::InsertionGuard guard(inner.b);
      inner.b.setInsertionPointToStart(body);
      seed(inner, mapping, result.getIndices());
    }
    if (failed(inner.run(copies)))
      return failure();

    inner.b.setLoc(plate.getLoc());
    for (Value value : scalars)
      yield.getSumsMutable().append(inner.getOrZero(value));
    for (Value value : tensors)
      yield.getAccumulatedMutable().append(inner.get(value));
    for (Value value : rows)
      yield.getRowsMutable().append(inner.takeRowOrZero(value));
    prune(context, *body);
    if (!kept)
      for (Value accumulator : plate.getAccumulators())
        context.erase(mapping.lookup(accumulator).getDefiningOp());
    return success();
  }

  /// What was computed for the captured values, in pairs.
  SmallVector<std::pair<Value, Value>> takeAdjoints(bool rowsAndScalars, bool accumulators) {
    SmallVector<std::pair<Value, Value>> pairs;
    if (rowsAndScalars)
      for (auto [value, adjoint] : llvm::zip_equal(scalars, result.getSums().take_back(scalars.size())))
        pairs.emplace_back(value, outer.ifIterated(result.getExtents(), value, adjoint));
    if (accumulators)
      for (auto [value, adjoint] :
           llvm::zip_equal(tensors, result.getAccumulated().take_back(tensors.size())))
        pairs.emplace_back(value, adjoint);
    if (rowsAndScalars)
      for (auto [value, adjoint] : llvm::zip_equal(rows, result.getRows().take_back(rows.size())))
        pairs.emplace_back(value, adjoint);
    return pairs;
  }

  /// Puts the new plate in the place of the old one.
  void replaceOld() {
    replace(plate.getSums(), result.getSums());
    replace(plate.getMaxima(), result.getMaxima());
    replace(plate.getAccumulated(), result.getAccumulated());
    replace(plate.getRows(), result.getRows());
    context.erase(plate);
  }

  /// Functions that rows of the old plate computed, and those of the new one would again, become rows of the
  /// old plate.
  void shareFunctions() {
    llvm::SmallPtrSet<Operation *, 16> left;
    for (Operation &op : *result.getBodyBlock())
      left.insert(&op);
    llvm::erase_if(functions, [&](auto &function) { return !left.contains(function.second); });
    if (functions.empty())
      return;
    // Those that are rows already need no second place.
    SmallVector<Value> yielded(plate.getYield().getRows());
    unsigned before = yielded.size();
    for (auto [value, copy] : functions)
      if (!llvm::is_contained(yielded, value))
        yielded.push_back(value);
    unsigned added = yielded.size() - before;
    SmallVector<Type> types(plate->getResultTypes());
    types.append(added,
                 RankedTensorType::get(tg::PlateOp::getRowShape(plate.getExtents()), outer.b.getF64Type()));
    OpBuilder::InsertionGuard guard(outer.b);
    outer.b.setInsertionPoint(plate);
    auto wider = tg::PlateOp::create(outer.b, plate.getLoc(), types, plate.getExtents(), plate.getInits(),
                                     plate.getChunks());
    wider.getBody().takeBody(plate.getBody());
    wider.getYield().getRowsMutable().assign(yielded);
    for (auto [value, copy] : functions) {
      OpBuilder b(copy);
      Value row = wider.getRows()[llvm::find(yielded, value) - yielded.begin()];
      Value read = tensor::ExtractOp::create(b, plate.getLoc(), row, result.getIndices());
      context.replace(copy->getResult(0), read);
      context.erase(copy);
    }
    replace(plate->getResults(), wider->getResults().drop_back(added));
    context.erase(plate);
    prune(context, *result.getBodyBlock());
  }

  tg::PlateOp result;

private:
  void replace(ResultRange from, ResultRange to) {
    for (auto [old, made] : llvm::zip_equal(from, to)) {
      outer.rename(old, made);
      context.replace(old, made);
    }
  }

  Sweep &outer;
  Context &context;
  tg::PlateOp plate;
  bool kept;
  SmallVector<Value> scalars, tensors, rows;
  SmallVector<std::pair<Value, Operation *>> functions; // of the old plate, with their copies
};

/// The values of a block whose adjoint is known before any of it is reversed: what reaches them through
/// additions, and through products with what is known by then.
class KnownSeeds {
public:
  KnownSeeds(Sweep &sweep, ArrayRef<Operation *> ops) : sweep(sweep) {
    for (Operation *op : llvm::reverse(ops)) {
      if (!isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, arith::MulFOp>(op))
        continue;
      std::optional<Seed> seed = find(op->getResult(0));
      if (!seed)
        continue;
      for (unsigned k = 0; k < op->getNumOperands(); ++k) {
        Value operand = op->getOperand(k);
        if (!sweep.isActive(operand) || sweep.has(operand) || countUses(operand) != 1)
          continue;
        Seed &of = seeds[operand] = *seed;
        if (isa<arith::NegFOp>(op) || (isa<arith::SubFOp>(op) && k == 1))
          of.constant = -of.constant;
        if (isa<arith::MulFOp>(op))
          of.factors.emplace_back(op, 1 - k);
      }
    }
  }

  /// The adjoint of each, at the plate; nothing if not all of them are known there.
  SmallVector<Value> at(tg::PlateOp plate, ValueRange values) {
    SmallVector<Value> known;
    for (Value value : values) {
      std::optional<Seed> seed = find(value);
      if (!seed || !llvm::all_of(seed->factors, [&](auto factor) { return isBefore(factor, plate); }))
        return {};
    }
    for (Value value : values) {
      Seed seed = *find(value);
      Value product;
      for (auto [op, k] : seed.factors) {
        Value factor = op->getOperand(k);
        if (FloatAttr constant; matchPattern(factor, m_Constant(&constant)))
          seed.constant *= constant.getValueAsDouble();
        else
          product = product ? arith::MulFOp::create(sweep.b, product, factor) : factor;
      }
      Value constant = arith::ConstantOp::create(sweep.b, sweep.b.getF64FloatAttr(seed.constant));
      if (!product)
        product = constant;
      else if (seed.constant != 1)
        product = arith::MulFOp::create(sweep.b, product, constant);
      known.push_back(product);
    }
    return known;
  }

private:
  struct Seed {
    double constant = 1;
    /// Operands of products, which plates that are fused may yet replace.
    SmallVector<std::pair<Operation *, unsigned>, 1> factors;
  };

  std::optional<Seed> find(Value value) {
    if (auto known = seeds.find(value); known != seeds.end())
      return known->second;
    FloatAttr constant;
    if (!sweep.has(value) || isa<RankedTensorType>(value.getType()) || countUses(value) != 0 ||
        !matchPattern(sweep.get(value), m_Constant(&constant)))
      return std::nullopt;
    return Seed{constant.getValueAsDouble(), {}};
  }

  static bool isBefore(std::pair<Operation *, unsigned> factor, tg::PlateOp plate) {
    Value value = factor.first->getOperand(factor.second);
    Operation *op = value.getDefiningOp();
    return matchPattern(value, m_Constant()) || value.getParentBlock() != plate->getBlock() || !op ||
           op->isBeforeInBlock(plate);
  }

  unsigned countUses(Value value) {
    unsigned count = 0;
    for (OpOperand &use : value.getUses())
      count += sweep.context.activity.flows(use);
    return count;
  }

  Sweep &sweep;
  llvm::DenseMap<Value, Seed> seeds;
};

} // namespace

LogicalResult fusePlates(Sweep &sweep, MutableArrayRef<Operation *> ops) {
  std::optional<KnownSeeds> known;
  for (Operation *&op : ops) {
    auto plate = dyn_cast<tg::PlateOp>(op);
    if (!plate)
      continue;
    SmallVector<unsigned> active;
    for (auto [k, result] : llvm::enumerate(plate.getResults()))
      if (sweep.isActive(result))
        active.push_back(k);
    if (active.empty() || active.back() >= plate.getSums().size())
      continue;
    if (!known)
      known.emplace(sweep, ops);
    OpBuilder::InsertionGuard guard(sweep.b);
    sweep.b.setInsertionPoint(plate);
    sweep.b.setLoc(plate.getLoc());
    SmallVector<Value> results =
        llvm::map_to_vector(active, [&](unsigned k) -> Value { return plate->getResult(k); });
    // At known seeds the adjoints are added up from one plate to the next as these are computed.
    SmallVector<Value> seeds = known->at(plate, results);
    bool final = !seeds.empty();
    // Where rows only add up scalars, these are scaled once.
    if (final && active.size() == 1 && !matchPattern(seeds.front(), m_OneFloat()) &&
        llvm::none_of(sweep.context.activity.captures(plate.getBody()),
                      [](Value value) { return isa<RankedTensorType>(value.getType()); })) {
      seeds.clear();
      final = false;
    }
    if (!final && (active.size() > 1 || !isWorthFusing(sweep.context.activity, plate)))
      continue;
    if (!final)
      seeds.push_back(sweep.constant(1));
    AdjointPlate fused(sweep, plate, /*kept=*/true, /*fromZero=*/!final);
    LogicalResult filled = fused.fill([&](Sweep &inner, const IRMapping &mapping, ValueRange) {
      for (auto [k, seed] : llvm::zip_equal(active, seeds))
        inner.add(mapping.lookupOrDefault(plate.getYield().getSums()[k]), seed);
    });
    if (failed(filled))
      return failure();
    fused.replaceOld();
    sweep.b.setInsertionPointAfter(fused.result);
    if (final) {
      for (auto [value, adjoint] : fused.takeAdjoints(/*rowsAndScalars=*/false, /*accumulators=*/true))
        sweep.set(value, adjoint);
      for (auto [value, adjoint] : fused.takeAdjoints(/*rowsAndScalars=*/true, /*accumulators=*/false))
        sweep.add(value, adjoint);
    }
    FusedPlate &made = sweep.fused[fused.result];
    made.final = final;
    made.sums = active;
    if (!final)
      made.adjoints = fused.takeAdjoints(/*rowsAndScalars=*/true, /*accumulators=*/true);
    op = fused.result;
  }
  return success();
}

/// How many rows attain the plate's maximum `k`: they share its adjoint.
static Value countLargest(Sweep &sweep, tg::PlateOp plate, unsigned k) {
  auto count = tg::PlateOp::create(sweep.b, sweep.b.getF64Type(), plate.getExtents(), ValueRange());
  Block *body = count.getBodyBlock();
  ImplicitLocOpBuilder b(plate.getLoc(), OpBuilder::atBlockEnd(body));
  IRMapping mapping;
  mapping.map(plate.getIndices(), count.getIndices());
  mapping.map(plate.getAccumulators(), plate.getInits()); // which no row reads
  sweep.context.copyOps(*plate.getBodyBlock(), b, mapping, /*withChecks=*/false);
  Value yielded = mapping.lookupOrDefault(plate.getYield()->getOperand(k));
  Value largest = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, yielded, plate.getResult(k));
  Value one = arith::SelectOp::create(b, largest, sweep.constant(1), sweep.constant(0));
  tg::YieldOp::create(b, one, ValueRange(), ValueRange(), ValueRange());
  prune(sweep.context, *body);
  return count->getResult(0);
}

LogicalResult reversePlate(Sweep &sweep, tg::PlateOp plate) {
  if (auto known = sweep.fused.find(plate); known != sweep.fused.end()) {
    for (unsigned k : known->second.sums) {
      Value seed = sweep.take(plate.getSums()[k]);
      if (!seed || known->second.final)
        continue;
      for (auto [value, unit] : known->second.adjoints)
        sweep.addScaled(value, unit, seed);
    }
    return success();
  }

  SmallVector<Value> seeds;
  for (Value result : plate.getResults())
    seeds.push_back(sweep.take(result));
  for (unsigned k = plate.getSums().size(); k < plate.getSums().size() + plate.getMaxima().size(); ++k)
    if (seeds[k])
      seeds[k] = sweep.divide(seeds[k], countLargest(sweep, plate, k));
  AdjointPlate reverse(sweep, plate, /*kept=*/false, /*fromZero=*/false);
  unsigned sums = plate.getSums().size(), maxima = plate.getMaxima().size(),
           accumulated = plate.getInits().size();
  LogicalResult filled = reverse.fill([&](Sweep &inner, const IRMapping &mapping, ValueRange indices) {
    ImplicitLocOpBuilder &b = inner.b;
    for (auto [k, seed] : llvm::enumerate(seeds)) {
      if (!seed)
        continue;
      Value yielded = mapping.lookupOrDefault(plate.getYield()->getOperand(k));
      if (k < sums || (k >= sums + maxima && k < sums + maxima + accumulated)) {
        inner.add(yielded, seed);
      } else if (k < sums + maxima) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(b.getInsertionBlock()->getTerminator());
        Value largest = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, yielded, plate.getResult(k));
        inner.add(yielded, inner.selectOrZero(largest, seed));
      } else {
        inner.add(yielded, tensor::ExtractOp::create(b, seed, indices));
      }
    }
  });
  if (failed(filled))
    return failure();
  for (auto [value, adjoint] : reverse.takeAdjoints(/*rowsAndScalars=*/false, /*accumulators=*/true))
    sweep.set(value, adjoint);
  for (auto [value, adjoint] : reverse.takeAdjoints(/*rowsAndScalars=*/true, /*accumulators=*/false))
    sweep.add(value, adjoint);
  for (unsigned k = 0; k < accumulated; ++k)
    if (Value seed = seeds[sums + maxima + k])
      sweep.add(plate.getInits()[k], seed);
  if (!sweep.onCopies && !sweep.plate && hasFewRows(plate))
    reverse.shareFunctions();
  return success();
}

} // namespace astragal::differentiate
