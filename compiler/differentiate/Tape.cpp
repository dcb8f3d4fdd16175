//===- Tape.cpp - what a loop leaves for its reverse ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reverse loop is written first, as if the state at the start of each iteration were known; what is then
// still used of that state has to come from somewhere. Scalars are stored, one place an iteration. Of a
// tensor, elements are read from the loop's result where no iteration overwrites what another has read;
// otherwise the elements that the body reads are stored, and only where those cannot be told in advance the
// whole tensor.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace astragal::differentiate {

/// Does computing it again cost more than storing and loading a number?
static bool isExpensive(Operation &op) {
  if (isa<arith::DivFOp, arith::RemFOp, tg::SpecialOp, scf::ForOp, scf::WhileOp, tg::PlateOp>(op) ||
      tg::isSpecialFunction(&op))
    return true;
  if (isa<scf::IfOp>(op))
    return llvm::any_of(op.getRegions(), [](Region &region) {
      return llvm::any_of(region.getOps(), [](Operation &inner) { return isExpensive(inner); });
    });
  return isa<math::MathDialect>(op.getDialect()) &&
         !isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp, math::FmaOp, math::RoundOp,
              math::RoundEvenOp, math::TruncOp>(op);
}

/// Can the size be computed, or bounded, when the function is entered?
static bool isKnownAtEntry(Value size, func::FuncOp function, bool affine = true, unsigned depth = 0) {
  if (depth > 32)
    return false;
  if (auto argument = dyn_cast<BlockArgument>(size)) {
    Operation *op = argument.getOwner()->getParentOp();
    if (op == function)
      return true;
    auto loop = dyn_cast<scf::ForOp>(op);
    return affine && loop && argument == loop.getInductionVar() &&
           isKnownAtEntry(loop.getLowerBound(), function, affine, depth + 1) &&
           isKnownAtEntry(loop.getUpperBound(), function, affine, depth + 1);
  }
  Operation *op = size.getDefiningOp();
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    if (op->getBlock() != &function.front() || extract.getTensor().getParentBlock() != op->getBlock() ||
        !isa<BlockArgument>(extract.getTensor()))
      return false;
  if (isa<arith::CeilDivSIOp, arith::FloorDivSIOp, arith::DivSIOp>(op) &&
      getConstantIntValue(op->getOperand(1)).value_or(0) <= 0)
    return false;
  bool bounded = isa<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MaxSIOp, arith::MinSIOp>(op);
  bool exact =
      isa<arith::MulIOp, arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp, arith::CmpIOp, arith::SelectOp,
          arith::CeilDivSIOp, arith::FloorDivSIOp, arith::DivSIOp, tensor::ExtractOp>(op);
  if (!bounded && !exact)
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) {
    return isa<RankedTensorType>(operand.getType()) ||
           isKnownAtEntry(operand, function, affine && bounded, depth + 1);
  });
}

namespace {

/// A value of the loop's body that the reverse takes from the tape.
struct Leaf {
  Value inReverse; // a placeholder
  Value inForward;
};

class StateProvider {
public:
  StateProvider(Sweep &sweep, scf::ForOp loop, scf::ForOp reverse, ArrayRef<Value> placeholders, Value last,
                Value capacity)
      : context(sweep.context), loop(loop), reverse(reverse), body(reverse.getBody()), last(last),
        capacity(capacity) {
    prune(context, *body);
    // A copy that runs for the tape alone would compute all that once, only to have it stored.
    auto isUsed = [](Value state) { return !state.use_empty(); };
    if (!sweep.onCopies || llvm::any_of(placeholders, isUsed))
      storeExpensive();
    for (auto [k, state] : llvm::enumerate(placeholders))
      if (isa<RankedTensorType>(state.getType()) && !state.use_empty())
        provideTensor(k, state);
      else if (state.getType().isIntOrIndex() && !state.use_empty())
        provideCounter(k, state);
    prune(context, *body);
    for (auto [k, state] : llvm::enumerate(placeholders))
      if (!state.use_empty())
        leaves.push_back({state, loop.getRegionIterArg(k)});
    llvm::erase_if(leaves, [&](Leaf &leaf) {
      bool unused = leaf.inReverse.use_empty();
      if (unused && !llvm::is_contained(placeholders, leaf.inReverse))
        context.erase(leaf.inReverse.getDefiningOp());
      return unused;
    });
    layOut();
    extendForward();
    readInReverse();
    for (Value state : placeholders)
      if (!llvm::is_contained(erased, state))
        context.erase(state.getDefiningOp());
  }

  scf::ForOp getLoop() const { return loop; }

private:
  void makeLeaf(Value value) {
    auto b = OpBuilder::atBlockBegin(body);
    Value inForward = context.origin.lookup(value);
    Value stand = context.placeholder(b, value.getLoc(), value);
    value.replaceAllUsesWith(stand);
    leaves.push_back({stand, inForward});
  }

  /// From the last op to the first, so that what only the stored value needed is not even considered.
  void storeExpensive() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*body))) {
      if (op.getNumResults() == 0 || isPlaceholder(op.getResult(0)))
        continue;
      if (isOpTriviallyDead(&op)) {
        context.erase(&op);
        continue;
      }
      // An op that is computed again anyhow, for results that cannot be stored, is not worth storing.
      auto canBeStored = [&](Value result) {
        return result.use_empty() ||
               (context.origin.contains(result) && result.getType().isIntOrIndexOrFloat());
      };
      if (!isExpensive(op) || !llvm::all_of(op.getResults(), canBeStored))
        continue;
      for (Value result : op.getResults())
        if (!result.use_empty())
          makeLeaf(result);
      context.erase(&op);
    }
    prune(context, *body);
  }

  /// The number of the forward iteration that the reverse is at.
  Value getIteration(ImplicitLocOpBuilder &b) {
    Value iteration = reverse.getInductionVar();
    return last ? b.createOrFold<arith::SubIOp>(last, iteration) : iteration;
  }

  /// A state to which every trip adds the same is known from the number of the trip.
  void provideCounter(unsigned k, Value state) {
    auto next = loop.getYieldedValues()[k].getDefiningOp<arith::AddIOp>();
    if (!next || next.getLhs() != loop.getRegionIterArg(k) || !loop.isDefinedOutsideOfLoop(next.getRhs()))
      return;
    auto b = ImplicitLocOpBuilder::atBlockBegin(loop.getLoc(), body);
    Value trip = getIteration(b);
    if (!state.getType().isIndex())
      trip = b.createOrFold<arith::IndexCastOp>(state.getType(), trip);
    Value passed = b.createOrFold<arith::MulIOp>(trip, next.getRhs());
    Value value = b.createOrFold<arith::AddIOp>(passed, loop.getInits()[k]);
    state.replaceAllUsesWith(value);
  }

  /// The reads of a tensor's versions in the body itself, as in the forward loop, that the reverse would
  /// still need if none of them read what the reverse stores. Nothing where that cannot be told.
  std::optional<DenseSet<Operation *>> neededReads(const llvm::SetVector<Value> &versions) {
    DenseSet<Operation *> reads;
    bool isKnown = true;
    llvm::SetVector<Value> needed(body->getTerminator()->operand_begin(),
                                  body->getTerminator()->operand_end());
    auto need = [&](Operation *op) {
      if (isa<tensor::ExtractOp, tensor::ExtractSliceOp, tensor::DimOp>(op) &&
          versions.contains(op->getOperand(0))) {
        Value forward = context.origin.lookup(op->getResult(0));
        isKnown &= forward || op->getBlock() != body;
        if (forward)
          reads.insert(forward.getDefiningOp());
        needed.insert_range(op->getOperands().drop_front());
      } else {
        needed.insert_range(op->getOperands());
      }
    };
    for (unsigned next = 0; next < needed.size(); ++next) {
      auto result = dyn_cast<OpResult>(needed[next]);
      if (!result)
        continue;
      if (auto branch = dyn_cast<scf::IfOp>(result.getOwner())) {
        needed.insert(branch.getCondition());
        needed.insert(branch.thenYield().getOperand(result.getResultNumber()));
        needed.insert(branch.elseYield().getOperand(result.getResultNumber()));
      } else {
        result.getOwner()->walk(need);
      }
    }
    return isKnown ? std::optional(reads) : std::nullopt;
  }

  void provideTensor(unsigned k, Value state) {
    StringRef why;
    llvm::SetVector<Value> versions = versionsOf(state, why);
    bool isKnown = why.empty();
    SmallVector<OpOperand *> reads;
    for (Value version : versions)
      for (OpOperand &use : version.getUses())
        if (isa<tensor::ExtractOp, tensor::ExtractSliceOp, tensor::DimOp>(use.getOwner()))
          reads.push_back(&use);
    if (isKnown && readsSeeFinalState(loop, k, neededReads(versions), why)) {
      for (OpOperand *use : reads)
        use->set(loop.getResult(k));
      prune(context, *body);
      return;
    }
    auto isSimple = [&](OpOperand *use) {
      Operation *op = use->getOwner();
      return isa<tensor::ExtractOp>(op) && op->getBlock() == body &&
             context.origin.contains(op->getResult(0));
    };
    if (isKnown && llvm::all_of(reads, isSimple)) {
      for (OpOperand *use : reads)
        makeLeaf(use->getOwner()->getResult(0));
      prune(context, *body);
      return;
    }
    remark::missed(loop.getLoc(), remark::RemarkOpts::name("FinalState").category("differentiate"))
        << remark::reason("a tensor is stored at every iteration: {0}", why.str());
  }

  /// A truth value takes a byte in memory, and as a whole number of one byte it can be read and written with
  /// others.
  static Type storedTypeOf(Type type) {
    return type.isInteger(1) ? IntegerType::get(type.getContext(), 8) : type;
  }

  /// Makes one tape for the scalars of each type, and one for each tensor.
  void layOut() {
    ImplicitLocOpBuilder b(loop.getLoc(), loop);
    auto allocate = [&](SmallVector<OpFoldResult> sizes, Type element) -> Value {
      bool early = true;
      for (OpFoldResult size : sizes)
        if (auto value = dyn_cast<Value>(size))
          early &= isKnownAtEntry(value, context.function);
      if (early)
        return tensor::EmptyOp::create(b, sizes, element);
      SmallVector<int64_t> shape;
      SmallVector<Value> dynamic;
      dispatchIndexOpFoldResults(sizes, dynamic, shape);
      return tg::TapeAllocOp::create(b, RankedTensorType::get(shape, element), dynamic);
    };
    std::map<const void *, unsigned> tapeOfType;
    SmallVector<unsigned> counts;
    SmallVector<Type> elements;
    for (Leaf &leaf : leaves) {
      Type type = storedTypeOf(leaf.inReverse.getType());
      if (auto tensor = dyn_cast<RankedTensorType>(type)) {
        places.push_back({});
        continue;
      }
      auto [known, isNew] = tapeOfType.try_emplace(type.getAsOpaquePointer(), counts.size());
      if (isNew) {
        counts.push_back(0);
        elements.push_back(type);
      }
      places.push_back({known->second, counts[known->second]++});
    }
    for (auto [count, element] : llvm::zip_equal(counts, elements)) {
      SmallVector<OpFoldResult> sizes = {getAsOpFoldResult(capacity)};
      if (count > 1)
        sizes.push_back(b.getIndexAttr(count));
      tapes.push_back(allocate(sizes, element));
      scalarsOf.push_back(count);
    }
    for (auto [leaf, place] : llvm::zip_equal(leaves, places)) {
      auto tensor = dyn_cast<RankedTensorType>(leaf.inReverse.getType());
      if (!tensor)
        continue;
      unsigned k = cast<BlockArgument>(leaf.inForward).getArgNumber() - 1;
      SmallVector<OpFoldResult> sizes = {getAsOpFoldResult(capacity)};
      llvm::append_range(sizes, sizesOf(b, loop.getLoc(), loop.getInits()[k]));
      place.tape = tapes.size();
      tapes.push_back(allocate(sizes, tensor.getElementType()));
      scalarsOf.push_back(0);
      sizesOfTensor[place.tape] = SmallVector<OpFoldResult>(ArrayRef(sizes).drop_front());
    }
  }

  struct Place {
    unsigned tape = 0, position = 0;
  };

  SmallVector<Value> indicesOf(Place place, Value iteration) {
    SmallVector<Value> indices = {iteration};
    if (scalarsOf[place.tape] > 1)
      indices.push_back(context.index(place.position));
    return indices;
  }

  /// The offsets, sizes and strides of one iteration's tensor in its tape.
  std::array<SmallVector<OpFoldResult>, 3> sliceOf(Place place, Value iteration) {
    Builder b(context.function.getContext());
    ArrayRef<OpFoldResult> inner = sizesOfTensor[place.tape];
    SmallVector<OpFoldResult> offsets(inner.size() + 1, b.getIndexAttr(0)),
        sizes = {b.getIndexAttr(1)}, strides(inner.size() + 1, b.getIndexAttr(1));
    offsets[0] = iteration;
    llvm::append_range(sizes, inner);
    return {offsets, sizes, strides};
  }

  void extendForward() {
    if (leaves.empty())
      return;
    ImplicitLocOpBuilder b(loop.getLoc(), loop);
    Block *forward = loop.getBody();
    // The state as it was is stored before anything happens to it; what is computed, when all is done.
    auto store = [&](bool early, MutableArrayRef<Value> current) {
      if (early)
        b.setInsertionPointToStart(forward);
      else
        b.setInsertionPoint(forward->getTerminator());
      Value passed = b.createOrFold<arith::SubIOp>(loop.getInductionVar(), loop.getLowerBound());
      Value iteration = b.createOrFold<arith::DivSIOp>(passed, loop.getStep());
      for (auto [leaf, place] : llvm::zip_equal(leaves, places)) {
        if (isa<BlockArgument>(leaf.inForward) != early)
          continue;
        Value &tape = current[place.tape];
        if (isa<RankedTensorType>(leaf.inForward.getType())) {
          auto [offsets, sizes, strides] = sliceOf(place, iteration);
          tape = tensor::InsertSliceOp::create(b, leaf.inForward, tape, offsets, sizes, strides);
        } else {
          Value stored = leaf.inForward;
          if (stored.getType().isInteger(1))
            stored = arith::ExtUIOp::create(b, b.getI8Type(), stored);
          tape = tensor::InsertOp::create(b, stored, tape, indicesOf(place, iteration));
        }
      }
    };

    SmallVector<Value> results(loop.getResults()), origins;
    for (Value result : results)
      origins.push_back(context.origin.lookup(result));
    forget(loop);
    IRRewriter rewriter(context.function.getContext());
    rewriter.setInsertionPoint(loop);
    auto yieldTapes = [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
      SmallVector<Value> current(carried);
      store(/*early=*/true, current);
      store(/*early=*/false, current);
      return current;
    };
    auto extended = cast<scf::ForOp>(*loop.replaceWithAdditionalYields(
        rewriter, tapes, /*replaceInitOperandUsesInLoop=*/false, yieldTapes));
    for (auto [k, origin] : llvm::enumerate(origins))
      if (origin)
        context.origin[extended.getResult(k)] = origin;
    for (auto [tape, result] : llvm::zip_equal(tapes, extended.getResults().take_back(tapes.size())))
      tape = result;
    loop = extended;
  }

  /// The loop op goes, what is in its body stays.
  void forget(scf::ForOp old) {
    for (Value value : llvm::concat<Value>(SmallVector<Value>(old.getResults()),
                                           SmallVector<Value>(old.getBody()->getArguments()))) {
      context.activity.setInactive(value);
      context.origin.erase(value);
    }
  }

  void readInReverse() {
    if (leaves.empty())
      return;
    auto b = ImplicitLocOpBuilder::atBlockBegin(loop.getLoc(), body);
    Value iteration = getIteration(b);
    for (auto [leaf, place] : llvm::zip_equal(leaves, places)) {
      Value value;
      if (auto type = dyn_cast<RankedTensorType>(leaf.inReverse.getType())) {
        auto [offsets, sizes, strides] = sliceOf(place, iteration);
        value = tensor::ExtractSliceOp::create(b, type, tapes[place.tape], offsets, sizes, strides);
      } else {
        value = tensor::ExtractOp::create(b, tapes[place.tape], indicesOf(place, iteration));
        if (leaf.inReverse.getType().isInteger(1))
          value = arith::TruncIOp::create(b, b.getI1Type(), value);
      }
      leaf.inReverse.replaceAllUsesWith(value);
      erased.push_back(leaf.inReverse);
    }
    for (Value stand : erased)
      context.erase(stand.getDefiningOp());
  }

  Context &context;
  scf::ForOp loop, reverse;
  Block *body;
  Value last, capacity;
  SmallVector<Leaf> leaves;
  SmallVector<Place> places; // of the leaves
  SmallVector<Value> tapes, erased;
  SmallVector<unsigned> scalarsOf; // how many scalars an iteration leaves on each tape
  std::map<unsigned, SmallVector<OpFoldResult>> sizesOfTensor;
};

} // namespace

scf::ForOp provideState(Sweep &sweep, scf::ForOp loop, scf::ForOp reverse, ArrayRef<Value> placeholders,
                        Value last, Value capacity) {
  return StateProvider(sweep, loop, reverse, placeholders, last, capacity).getLoop();
}

} // namespace astragal::differentiate
