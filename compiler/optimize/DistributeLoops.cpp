//===- DistributeLoops.cpp - one loop becomes several, of which some are plates ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/CarriedState.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_DISTRIBUTELOOPS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// Splits the body of a loop into parts, each of which then runs in a loop of its own.
class Distribution {
public:
  explicit Distribution(scf::ForOp loop) : loop(loop) {
    for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k)
      states.emplace_back(loop, k);
  }

  /// The loops that take its place; none if it stays.
  SmallVector<scf::ForOp> run() {
    if (states.empty() || !matchPattern(loop.getStep(), m_One()) || !hasOnlyChecks(loop.getRegion()) ||
        !ownsSlices())
      return {};
    SmallVector<SmallVector<Operation *>> parts = cutBehindLoops();
    if (parts.size() < 2 || llvm::none_of(parts, [&](auto &part) { return isNest(part); }))
      return {};
    if (!plan(parts)) {
      declined(loop, "distribute-loops", "a part needs values that another part had on the way");
      return {};
    }
    if (delaysChecks(parts)) {
      declined(loop, "distribute-loops", "a check would move behind a loop that may run forever without it");
      return {};
    }
    applied(loop, "distribute-loops", "became " + Twine(parts.size()) + " loops, one after the other");
    return split(parts);
  }

private:
  /// Whether no two iterations touch the same element of a tensor, nor read each other's sums.
  bool ownsSlices() {
    return llvm::all_of(states, [&](const CarriedState &state) {
      // A tensor may be passed on through branches, and not be touched.
      if (state.getKind() != CarriedState::Tensor || state.getAccesses().empty())
        return state.getKind() != CarriedState::Recurrence;
      unsigned rank = indicesOf(state.getAccesses().front()).size();
      for (unsigned dim = 0; dim < rank; ++dim) {
        std::optional<int64_t> offset;
        if (llvm::all_of(state.getAccesses(), [&](Operation *access) {
              Linear place = linearOf(indicesOf(access)[dim]);
              bool same =
                  place.base == loop.getInductionVar() && place.offset == offset.value_or(place.offset);
              offset = place.offset;
              return same;
            }))
          return true;
      }
      return false;
    });
  }

  static OperandRange indicesOf(Operation *access) {
    if (auto insert = dyn_cast<tensor::InsertOp>(access))
      return insert.getIndices();
    return cast<tensor::ExtractOp>(access).getIndices();
  }

  const CarriedState *stateOf(Value value) {
    for (const CarriedState &state : states)
      if (state.getKind() != CarriedState::Invariant && state.contains(value))
        return &state;
    return nullptr;
  }

  /// Every inner loop that carries something ends a part.
  SmallVector<SmallVector<Operation *>> cutBehindLoops() {
    SmallVector<SmallVector<Operation *>> parts(1);
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (!parts.back().empty() && endsPart(parts.back().back()))
        parts.emplace_back();
      parts.back().push_back(&op);
    }
    auto changes = [&](Operation *op) {
      return makesChecks(op) || llvm::any_of(op->getResults(), [&](Value value) { return stateOf(value); });
    };
    if (parts.size() > 1 && llvm::none_of(parts.back(), changes)) { // what nobody needs
      SmallVector<Operation *> rest = parts.pop_back_val();
      llvm::append_range(parts.back(), rest);
    }
    return parts;
  }

  /// Whether a part makes checks on which an earlier part, in a later iteration, may wait.
  static bool delaysChecks(ArrayRef<SmallVector<Operation *>> parts) {
    bool waits = false;
    for (ArrayRef<Operation *> part : parts) {
      if (waits && llvm::any_of(part, makesChecks))
        return true;
      waits |= llvm::any_of(part, [](Operation *op) { return mayRunForever(op); });
    }
    return false;
  }

  bool endsPart(Operation *op) {
    return isa<scf::ForOp>(op) && llvm::any_of(op->getResults(), [&](Value value) { return stateOf(value); });
  }

  /// Whether a part does little but run one loop over elements that pairs of iterations own.
  bool isNest(ArrayRef<Operation *> part) {
    auto inner = dyn_cast<scf::ForOp>(part.back());
    if (!inner || !endsPart(inner) || !loop.isDefinedOutsideOfLoop(inner.getLowerBound()) ||
        !loop.isDefinedOutsideOfLoop(inner.getUpperBound()))
      return false;
    for (Operation *op : part.drop_back())
      if (!isCheap(op) && !isAddressing(op))
        return false;
    bool writes = false, owns = true;
    inner.walk([&](Operation *op) {
      if (!isa<tensor::InsertOp, tensor::ExtractOp>(op) ||
          !stateOf(op->getOperand(isa<tensor::InsertOp>(op))))
        return;
      writes |= isa<tensor::InsertOp>(op);
      owns &= llvm::any_of(indicesOf(op),
                           [&](Value index) { return linearOf(index).base == inner.getInductionVar(); });
    });
    return writes && owns && carriesNoRecurrence(inner);
  }

  /// Whether the inner loop carries no recurrence.
  static bool carriesNoRecurrence(scf::ForOp inner) {
    for (unsigned k = 0; k < inner.getNumRegionIterArgs(); ++k)
      if (CarriedState(inner, k).getKind() == CarriedState::Recurrence)
        return false;
    return true;
  }

  //===--------------------------------------------------------------------===//
  // What crosses from part to part
  //===--------------------------------------------------------------------===//

  /// Finds what each part computes again. False if it needs anything else that an earlier part had.
  bool plan(ArrayRef<SmallVector<Operation *>> parts) {
    SmallVector<Value> current = llvm::to_vector_of<Value>(loop.getRegionIterArgs());
    for (ArrayRef<Operation *> part : parts) {
      versions.push_back(current);
      DenseSet<Operation *> inPart(part.begin(), part.end());
      SetVector<Operation *> again;
      for (Operation *op : part)
        if (!need(op, inPart, current, again))
          return false;
      SmallVector<Operation *> ordered;
      for (Operation &op : *loop.getBody())
        if (again.contains(&op))
          ordered.push_back(&op);
      repeated.push_back(ordered);
      for (Operation *op : part)
        for (Value result : op->getResults())
          for (auto [k, state] : llvm::enumerate(states))
            if (state.getKind() != CarriedState::Invariant && state.contains(result))
              current[k] = result;
    }
    versions.push_back(current);
    for (auto [end, yielded] : llvm::zip_equal(current, loop.getYieldedValues()))
      if (end != yielded)
        return false;
    return true;
  }

  bool need(Operation *user, const DenseSet<Operation *> &inPart, ArrayRef<Value> current,
            SetVector<Operation *> &again) {
    SmallVector<Operation *> users{user};
    while (!users.empty()) {
      size_t known = again.size();
      WalkResult walked = users.pop_back_val()->walk([&](Operation *op) {
        for (Value operand : op->getOperands())
          if (!isThere(operand, inPart, current, again))
            return WalkResult::interrupt();
        return WalkResult::advance();
      });
      if (walked.wasInterrupted())
        return false;
      llvm::append_range(users, again.getArrayRef().drop_front(known));
    }
    return true;
  }

  /// Whether a part has a value, or may compute it again from what it then needs.
  bool isThere(Value value, const DenseSet<Operation *> &inPart, ArrayRef<Value> current,
               SetVector<Operation *> &again) {
    if (value.getParentBlock() != loop.getBody() || value == loop.getInductionVar() ||
        llvm::is_contained(current, value))
      return true;
    Operation *op = value.getDefiningOp();
    if (!op)
      return false; // a version that is no more
    if (inPart.contains(op) || again.contains(op))
      return true;
    if (stateOf(value) || op->getNumRegions() > 0 || !isPure(op) || isa<TensorType>(value.getType()))
      return false;
    again.insert(op);
    // What it reads from a tensor that the loop carries may have changed since.
    return llvm::none_of(op->getOperands(), [&](Value operand) { return stateOf(operand); });
  }

  //===--------------------------------------------------------------------===//
  // The rewrite
  //===--------------------------------------------------------------------===//

  SmallVector<scf::ForOp> split(ArrayRef<SmallVector<Operation *>> parts) {
    OpBuilder b(loop);
    SmallVector<scf::ForOp> loops;
    SmallVector<Value> values(loop.getInitArgs());
    for (auto [p, part] : llvm::enumerate(parts)) {
      ArrayRef<Value> before = versions[p], after = versions[p + 1];
      SmallVector<unsigned> changed;
      SmallVector<Value> inits;
      for (unsigned k = 0; k < states.size(); ++k)
        if (before[k] != after[k]) {
          changed.push_back(k);
          inits.push_back(values[k]);
        }
      auto build = [&](OpBuilder &b, Location loc, Value index, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(loop.getInductionVar(), index);
        for (unsigned k = 0; k < states.size(); ++k)
          mapping.map(before[k], values[k]);
        for (auto [k, argument] : llvm::zip_equal(changed, arguments))
          mapping.map(before[k], argument);
        for (Operation *op : repeated[p])
          b.clone(*op, mapping);
        for (Operation *op : part)
          b.clone(*op, mapping);
        SmallVector<Value> yielded;
        for (unsigned k : changed)
          yielded.push_back(mapping.lookup(after[k]));
        scf::YieldOp::create(b, loc, yielded);
      };
      Location loc = part.back()->getLoc();
      auto made = scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(),
                                     inits, build);
      for (auto [k, result] : llvm::zip_equal(changed, made.getResults()))
        values[k] = result;
      loops.push_back(made);
    }
    loop.replaceAllUsesWith(values);
    loop.erase();
    return loops;
  }

  scf::ForOp loop;
  SmallVector<CarriedState, 0> states;
  SmallVector<SmallVector<Value>> versions;       // of each state, before each part and at the end
  SmallVector<SmallVector<Operation *>> repeated; // before each part
};

struct DistributeLoops : optimize::impl::DistributeLoopsBase<DistributeLoops> {
  void runOnOperation() override { visit(getOperation().getBody()); }

  static void visit(Region &region) {
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(block)) {
        if (isa<tg::PlateOp>(op))
          continue;
        SmallVector<Operation *> left{&op};
        if (auto loop = dyn_cast<scf::ForOp>(op))
          if (SmallVector<scf::ForOp> loops = Distribution(loop).run(); !loops.empty())
            left.assign(loops.begin(), loops.end());
        for (Operation *rest : left)
          for (Region &inner : rest->getRegions())
            visit(inner);
      }
  }
};
} // namespace
