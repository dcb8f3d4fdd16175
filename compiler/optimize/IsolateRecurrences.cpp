//===- IsolateRecurrences.cpp - what a recurrence does not need leaves its loop ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements isolate-recurrences: of a loop that is a recurrence in part, what its iterations need
// of each other stays; what they only compute from that becomes a plate behind it, and special functions of
// what they do not hand on a plate before it.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/CarriedState.h"
#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_ISOLATERECURRENCES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
class Isolation {
public:
  /// With `data`, only what depends on it alone counts as a recurrence to be isolated.
  Isolation(scf::ForOp loop, const DataOnly *data) : loop(loop), body(loop.getBody()), data(data) {}

  /// The loop that is left, which is the old one where nothing was done.
  scf::ForOp run() {
    if (!analyze()) {
      if (!reason.empty())
        declined(loop, "isolate-recurrences", reason);
      return loop;
    }
    return split();
  }

private:
  /// No reason: the loop is of no interest.
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }

  bool analyze() {
    for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k)
      states.emplace_back(loop, k);
    if (!matchPattern(loop.getStep(), m_One()) || !loop.getInductionVar().getType().isIndex() ||
        llvm::none_of(states, [](const CarriedState &state) {
          return state.getKind() == CarriedState::Recurrence || state.getKind() == CarriedState::Tensor;
        }))
      return false;
    if (std::optional<int64_t> most = mostTrips(loop); !data && most && *most < fewTrips)
      return refuse("it has few iterations");
    if (!hasOnlyChecks(loop.getRegion()))
      return refuse("the body has an effect");
    findCore();
    findRest();
    if (rest.empty() || llvm::none_of(states, [&](const CarriedState &state) { return isCore(state); }))
      return false;
    findCarried();
    if (data)
      return isPrepared() && findCrossing();
    findAhead();
    return findCrossing() && isWorthIt();
  }

  //===--------------------------------------------------------------------===//
  // What iterations need of each other
  //===--------------------------------------------------------------------===//

  bool isCore(const CarriedState &state) const { return isCore(&state - states.begin()); }
  bool isCore(unsigned k) const { return coreStates.contains(k); }

  /// A tensor that iterations store to, each at places of its own, and do not read.
  bool isOutput(const CarriedState &state) {
    return llvm::all_of(state.getAccesses(), [&](Operation *access) {
      unsigned dim = 0;
      auto insert = dyn_cast<tensor::InsertOp>(access);
      return insert && findPlace(loop, insert.getIndices(), dim);
    });
  }

  void findCore() {
    for (auto [k, state] : llvm::enumerate(states))
      if (state.getKind() == CarriedState::Recurrence ||
          (state.getKind() == CarriedState::Tensor && !isOutput(state)))
        addState(k);
    addOperandsToCore();
    // What stays and may wait for a check that fails must not wait for one behind the loop.
    bool waits = llvm::any_of(core, [](Operation *op) { return mayRunForever(op); });
    for (Operation &op : body->without_terminator())
      if (waits && makesChecks(&op) && core.insert(&op).second) {
        keepsChecks = true;
        worklist.push_back(&op);
      }
    addOperandsToCore();
  }

  /// Adds all that ops of the core, which were added last, need.
  void addOperandsToCore() {
    while (!worklist.empty())
      worklist.pop_back_val()->walk([&](Operation *op) {
        for (Value operand : op->getOperands())
          addToCore(operand);
      });
  }

  void addState(unsigned k) {
    if (states[k].getKind() != CarriedState::Invariant && coreStates.insert(k).second)
      addToCore(loop.getYieldedValues()[k]);
  }

  void addToCore(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == body) {
      if (argument != loop.getInductionVar())
        addState(argument.getArgNumber() - 1);
      return;
    }
    Operation *op = value.getDefiningOp();
    op = op ? body->findAncestorOpInBlock(*op) : nullptr;
    if (op && core.insert(op).second)
      worklist.push_back(op);
  }

  /// What is left: what sums, stores and checks need. What reads a tensor of the core stays with it.
  void findRest() {
    for (Operation &op : body->without_terminator())
      if (isa<tensor::ExtractOp>(op) && isOfCore(op.getOperand(0)) && core.insert(&op).second) {
        worklist.push_back(&op);
        addOperandsToCore();
      }
    SmallVector<Operation *> needing;
    auto need = [&](Value value) {
      Operation *op = value.getDefiningOp();
      op = op ? body->findAncestorOpInBlock(*op) : nullptr;
      if (op && !core.contains(op) && rest.insert(op))
        needing.push_back(op);
    };
    for (auto [k, yielded] : llvm::enumerate(loop.getYieldedValues()))
      if (!isCore(k))
        need(yielded);
    for (Operation &op : body->without_terminator())
      if (makesChecks(&op) && !core.contains(&op) && rest.insert(&op))
        needing.push_back(&op);
    while (!needing.empty())
      needing.pop_back_val()->walk([&](Operation *op) { llvm::for_each(op->getOperands(), need); });
  }

  /// Whether a value is of the core: computed in it, or what it carries.
  bool isOfCore(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == body)
      return argument != loop.getInductionVar() && isCore(argument.getArgNumber() - 1);
    Operation *op = value.getDefiningOp();
    return op && op->getBlock() == body && core.contains(op);
  }

  /// Whether a value of the body depends on what the core carries.
  bool isCarried(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == body)
      return argument != loop.getInductionVar() && isCore(argument.getArgNumber() - 1);
    Operation *op = value.getDefiningOp();
    op = op ? body->findAncestorOpInBlock(*op) : nullptr;
    return op && carried.contains(op);
  }

  void findCarried() {
    for (Operation &op : body->without_terminator())
      walkOperands(&op, [&](Value operand) {
        if (isCarried(operand))
          carried.insert(&op);
      });
  }

  //===--------------------------------------------------------------------===//
  // What crosses
  //===--------------------------------------------------------------------===//

  static bool isNumber(Value value) { return value.getType().isF64() || value.getType().isInteger(32); }

  /// Chooses the values that the core hands to the rest: those that it needs and cannot compute cheaply from
  /// others that it needs, or from nothing that is carried.
  bool findCrossing() {
    SetVector<Value> needed;
    auto need = [&](Operation *op) {
      op->walk([&](Operation *inner) {
        for (Value operand : inner->getOperands())
          if (isOfCore(operand))
            needed.insert(operand);
      });
    };
    llvm::for_each(rest, need);
    // The last op first, so that what is computed again needs what stands before it.
    for (Operation &op : llvm::reverse(body->without_terminator())) {
      if (op.getNumResults() != 1 || !needed.contains(op.getResult(0)))
        continue;
      bool cheap = (isCheap(&op) || isAddressing(&op)) && isPure(&op) &&
                   !isa<RankedTensorType>(op.getResult(0).getType());
      bool mayCross = isNumber(op.getResult(0));
      if (!cheap || !llvm::all_of(op.getOperands(), [&](Value operand) {
            return !isCarried(operand) ||
                   ((needed.contains(operand) || !mayCross) && !isa<RankedTensorType>(operand.getType()));
          }))
        continue;
      needed.remove(op.getResult(0));
      again.insert(&op);
      need(&op);
    }
    for (Value value : needed) {
      if (expensive.contains(value.getDefiningOp()))
        ahead.insert(value);
      else if (isNumber(value))
        crossing.push_back(value);
      else
        return refuse("more than numbers would cross to what leaves the loop");
    }
    return crossing.size() <= maxCrossing || refuse("many values would cross to what leaves the loop");
  }

  /// Special functions of the core that depend on nothing carried, and which of them others use.
  void findAhead() {
    DenseSet<Operation *> free;
    for (Operation &op : body->without_terminator()) {
      bool isScalar = op.getNumRegions() == 0 && op.getNumResults() == 1 && isPure(&op) &&
                      !isa<TensorType>(op.getResult(0).getType());
      if (!core.contains(&op) || !isScalar || isCarried(op.getResult(0)) ||
          llvm::any_of(op.getOperands(), [&](Value operand) {
            Operation *before = operand.getDefiningOp();
            return before && before->getBlock() == body && !free.contains(before);
          }))
        continue;
      free.insert(&op);
      if (!isCheap(&op) && !isAddressing(&op) && op.getResult(0).getType().isF64())
        expensive.insert(&op);
    }
    for (Operation *op : expensive) {
      bool isUsed = llvm::any_of(op->getUsers(), [&](Operation *user) {
        Operation *reader = body->findAncestorOpInBlock(*user);
        return reader == body->getTerminator() || (core.contains(reader) && !free.contains(reader)) ||
               (free.contains(reader) && !expensive.contains(reader));
      });
      if (isUsed)
        ahead.insert(op->getResult(0));
    }
  }

  /// Whether what stays is known from data, so that it is computed once.
  bool isPrepared() {
    DenseSet<Value> known;
    known.insert(loop.getInductionVar());
    auto isKnown = [&](Value value) { return data->contains(value); };
    if (!isKnown(loop.getLowerBound()) || !isKnown(loop.getUpperBound()))
      return false;
    for (auto [k, state] : llvm::enumerate(states)) {
      bool isInvariant = state.getKind() == CarriedState::Invariant;
      if (!isCore(k) && !isInvariant)
        continue;
      if (isKnown(loop.getInitArgs()[k]))
        known.insert(loop.getRegionIterArg(k));
      else if (!isInvariant)
        return false;
    }
    for (Operation &op : body->without_terminator())
      if (core.contains(&op)) {
        if (!data->allows(&op, known))
          return false;
        known.insert_range(op.getResults());
      }
    return true;
  }

  /// A store and a load for each value that crosses are worth less than what then runs on vectors.
  bool isWorthIt() {
    constexpr double storeAndLoad = 0.8, lanesGain = 4;
    auto isExpensive = [](Operation *op) {
      return op
          ->walk([](Operation *inner) {
            bool counts = inner->getNumRegions() == 0 && !isCheap(inner) && !isAddressing(inner) &&
                          !isa<tensor::InsertOp, tg::CheckOp>(inner) &&
                          !inner->hasTrait<OpTrait::IsTerminator>();
            return counts ? WalkResult::interrupt() : WalkResult::advance();
          })
          .wasInterrupted();
    };
    double gain = 0;
    for (ArrayRef<Operation *> ops : {rest.getArrayRef(), expensive.getArrayRef()})
      for (Operation *op : ops)
        if (isExpensive(op))
          gain += lanesGain * nanosecondsOf(op);
    double price = storeAndLoad * static_cast<double>(crossing.size() + ahead.size());
    return gain > price ||
           refuse(keepsChecks
                      ? "its checks guard a loop that may run forever, and what else could leave is cheap"
                      : "what could leave the recurrence is cheap");
  }

  //===--------------------------------------------------------------------===//
  // The rewrite
  //===--------------------------------------------------------------------===//

  /// A number an iteration, counted from zero.
  Value makeRow(OpBuilder &b, Type type) {
    return tensor::EmptyOp::create(b, loop.getLoc(), {getAsOpFoldResult(trips)}, type);
  }

  Value iterationOf(OpBuilder &b, Value index) {
    Linear lower = linearOf(loop.getLowerBound());
    if (lower.isConstant())
      return lower.offset == 0
                 ? index
                 : arith::AddIOp::create(b, loop.getLoc(), index,
                                         arith::ConstantIndexOp::create(b, loop.getLoc(), -lower.offset))
                       .getResult();
    return arith::SubIOp::create(b, loop.getLoc(), index, loop.getLowerBound());
  }

  void mapInvariants(IRMapping &mapping) {
    for (auto [state, argument, init] : llvm::zip_equal(states, loop.getRegionIterArgs(), loop.getInitArgs()))
      if (state.getKind() == CarriedState::Invariant)
        mapping.map(argument, init);
  }

  SmallVector<unsigned> statesOf(bool ofCore) {
    SmallVector<unsigned> numbers;
    for (unsigned k = 0; k < states.size(); ++k)
      if (states[k].getKind() != CarriedState::Invariant && isCore(k) == ofCore)
        numbers.push_back(k);
    return numbers;
  }

  static SmallVector<Value> select(ValueRange values, ArrayRef<unsigned> numbers) {
    return llvm::map_to_vector(numbers, [&](unsigned k) { return values[k]; });
  }

  /// An iteration of a loop that carries the states `numbers`, first among its `arguments`.
  IRMapping enter(ArrayRef<unsigned> numbers, Value index, ValueRange arguments) {
    IRMapping mapping;
    mapInvariants(mapping);
    mapping.map(loop.getInductionVar(), index);
    for (auto [k, argument] : llvm::zip(numbers, arguments))
      mapping.map(loop.getRegionIterArg(k), argument);
    return mapping;
  }

  void cloneOps(OpBuilder &b, IRMapping &mapping, function_ref<bool(Operation *)> isIncluded) {
    for (Operation &op : body->without_terminator())
      if (isIncluded(&op))
        b.clone(op, mapping);
  }

  /// The plate before the loop; maps what it computes to its rows.
  void computeAhead(OpBuilder &b, IRMapping &rows) {
    if (ahead.empty())
      return;
    auto plate = tg::PlateOp::create(
        b, loop.getLoc(), trips, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange row, ValueRange) {
          IRMapping mapping;
          mapInvariants(mapping);
          Value index = row.front();
          if (!matchPattern(loop.getLowerBound(), m_Zero()))
            index = arith::AddIOp::create(b, loc, index, loop.getLowerBound());
          mapping.map(loop.getInductionVar(), index);
          for (Operation *op : sliceOf(*body, ahead.getArrayRef()))
            b.clone(*op, mapping);
          SmallVector<Value> results;
          for (Value value : ahead)
            results.push_back(mapping.lookup(value));
          tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(), results);
        });
    simplifyIndices(*plate.getBodyBlock());
    for (auto [value, row] : llvm::zip_equal(ahead, plate.getRows()))
      rows.map(value, row);
  }

  /// What is left of the loop; maps what crosses to tensors of it.
  scf::ForOp runCore(OpBuilder &b, IRMapping &rows) {
    SmallVector<unsigned> numbers = statesOf(/*ofCore=*/true);
    SmallVector<Value> inits = select(loop.getInitArgs(), numbers);
    for (Value value : crossing)
      inits.push_back(makeRow(b, value.getType()));
    auto made = scf::ForOp::create(
        b, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits,
        [&](OpBuilder &b, Location loc, Value index, ValueRange arguments) {
          IRMapping mapping = enter(numbers, index, arguments);
          Value iteration = iterationOf(b, index);
          for (Value value : ahead)
            mapping.map(value, tensor::ExtractOp::create(b, loc, rows.lookup(value), iteration).getResult());
          cloneOps(b, mapping, [&](Operation *op) { return core.contains(op) && !expensive.contains(op); });
          SmallVector<Value> next = select(loop.getYieldedValues(), numbers);
          llvm::transform(next, next.begin(), [&](Value value) { return mapping.lookupOrDefault(value); });
          for (auto [value, row] : llvm::zip_equal(crossing, arguments.take_back(crossing.size())))
            next.push_back(tensor::InsertOp::create(b, loc, mapping.lookup(value), row, iteration));
          scf::YieldOp::create(b, loc, next);
        });
    for (auto [value, row] : llvm::zip_equal(crossing, made.getResults().take_back(crossing.size())))
      rows.map(value, row);
    return made;
  }

  /// A loop of all that leaves, for a plate to take its place.
  scf::ForOp runRest(OpBuilder &b, IRMapping &rows) {
    SmallVector<unsigned> numbers = statesOf(/*ofCore=*/false);
    SmallVector<Value> inits = select(loop.getInitArgs(), numbers);
    return scf::ForOp::create(
        b, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits,
        [&](OpBuilder &b, Location loc, Value index, ValueRange arguments) {
          IRMapping mapping = enter(numbers, index, arguments);
          for (ArrayRef<Value> values : {ArrayRef<Value>(crossing), ahead.getArrayRef()})
            for (Value value : values)
              mapping.map(
                  value,
                  tensor::ExtractOp::create(b, loc, rows.lookup(value), iterationOf(b, index)).getResult());
          cloneOps(b, mapping, [&](Operation *op) { return rest.contains(op) || again.contains(op); });
          SmallVector<Value> next = select(loop.getYieldedValues(), numbers);
          llvm::transform(next, next.begin(), [&](Value value) { return mapping.lookupOrDefault(value); });
          scf::YieldOp::create(b, loc, next);
        });
  }

  scf::ForOp split() {
    Operation *before = loop->getPrevNode();
    OpBuilder b(loop);
    trips = tripCount(b, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound());
    IRMapping rows;
    computeAhead(b, rows);
    scf::ForOp left = runCore(b, rows), leaving = runRest(b, rows);
    IndependentLoop analysis(leaving);
    if (!analysis) {
      declined(loop, "isolate-recurrences",
               "what could leave the recurrence is no plate: " + analysis.getReason());
      while (loop->getPrevNode() != before)
        loop->getPrevNode()->erase();
      return loop;
    }
    applied(loop, "isolate-recurrences", "what the recurrence does not need became a plate");
    ResultRange core = left.getResults(), others = leaving.getResults();
    for (auto [k, result] : llvm::enumerate(loop.getResults())) {
      if (states[k].getKind() == CarriedState::Invariant) {
        result.replaceAllUsesWith(loop.getInitArgs()[k]);
        continue;
      }
      ResultRange &from = isCore(k) ? core : others;
      result.replaceAllUsesWith(from.front());
      from = from.drop_front();
    }
    loop.erase();
    tg::PlateOp plate = raiseIndependent(analysis);
    // The row is the iteration, whatever the loop counts from.
    for (Operation &op : *plate.getBodyBlock())
      if (auto read = dyn_cast<tensor::ExtractOp>(op))
        for (ArrayRef<Value> values : {ArrayRef<Value>(crossing), ahead.getArrayRef()})
          for (Value value : values)
            if (rows.lookup(value) == read.getTensor())
              read.getIndicesMutable().assign(plate.getIndices().front());
    return left;
  }

  static constexpr int64_t fewTrips = 16;
  static constexpr unsigned maxCrossing = 8;

  scf::ForOp loop;
  Block *body;
  const DataOnly *data;
  Value trips;
  StringRef reason;
  bool keepsChecks = false; ///< All checks are of the core.
  SmallVector<CarriedState, 0> states;
  DenseSet<unsigned> coreStates;
  DenseSet<Operation *> core;
  SmallVector<Operation *> worklist;
  SetVector<Operation *> rest, again, expensive;
  DenseSet<Operation *> carried;
  SetVector<Value> ahead;
  SmallVector<Value> crossing;
};

struct IsolateRecurrences : optimize::impl::IsolateRecurrencesBase<IsolateRecurrences> {
  using IsolateRecurrencesBase::IsolateRecurrencesBase;
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!mayUsePrepared(function)) // what runs once need not be fast
      return;
    if (!prepared)
      return visit(function.getBody());
    DataOnly data(function);
    for (auto loop : llvm::make_early_inc_range(function.getBody().front().getOps<scf::ForOp>()))
      Isolation(loop, &data).run();
  }

  static void visit(Region &region) {
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(block)) {
        if (isa<tg::PlateOp>(op))
          continue;
        Operation *left = &op;
        if (auto loop = dyn_cast<scf::ForOp>(op))
          left = Isolation(loop, nullptr).run();
        for (Region &inner : left->getRegions())
          visit(inner);
      }
  }
};
} // namespace
