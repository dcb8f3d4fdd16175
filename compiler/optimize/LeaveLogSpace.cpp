//===- LeaveLogSpace.cpp - recurrences of log_sum_exp as sums of products -===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements leave-log-space: which loops it takes, and the order of what takes their place.
// LinearSpace writes it.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/LinearSpace.h"
#include "compiler/optimize/LinearVectors.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"

#include "dialects/tg/Rare.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_LEAVELOGSPACE
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

namespace {
/// A loop, and those of the values that it carries that are logarithms of sums of products.
class Candidate {
public:
  explicit Candidate(scf::ForOp loop) : loop(loop) {}

  /// Whether there are such values; if there are, but it cannot be rewritten, `reason` says why.
  bool analyze();
  StringRef reason;

  /// Whether something is left of the loop.
  bool rewrite();

private:
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }
  void findStates();
  bool checkUses(const LogForms &forms);
  bool followHistory(unsigned number, const LogForms &forms);
  bool checkAddends(const LogForms &forms);
  Value findExit(ArrayRef<Value> finals, LogForm &form);
  Value copyBehind(OpBuilder &b, Value exit, ValueRange finals, ValueRange values);

  scf::ForOp loop;
  SmallVector<unsigned> numbers; ///< Of the iter_args that are states.
  SmallVector<Value> states;
  SmallVector<LogForm> updates; ///< What an iteration makes of each state.
  struct FinalRead {
    tensor::ExtractOp read;
    unsigned state;
  };
  SmallVector<FinalRead> finalReads;
  SmallVector<unsigned> histories; ///< The tensors that states are stored to.
  bool isAlone = true;             ///< The loop carries nothing else.
  SmallVector<Operation *> behind; ///< The ops between the final states and the one value that they go into.
  SmallVector<Operation *> ahead;  ///< What of the body runs before all iterations.
};
} // namespace

/// The states that hang together with a true sum: an accumulator, too, is a state plus something.
void Candidate::findStates() {
  SmallVector<unsigned> open;
  for (auto [k, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    if (argument.getType().isF64())
      open.push_back(k);
  auto formOf = [&](ArrayRef<unsigned> of, unsigned k) {
    SmallVector<Value> candidates;
    for (unsigned number : of)
      candidates.push_back(loop.getRegionIterArg(number));
    LogForms forms(candidates, *loop.getBody());
    Value next = loop.getYieldedValues()[k];
    return std::pair(forms.depends(next), forms.of(next));
  };
  SmallVector<LogForm> found;
  while (true) {
    SmallVector<unsigned> linear, others;
    found.clear();
    for (unsigned k : open)
      if (auto form = formOf(open, k).second; form && !form->empty()) {
        linear.push_back(k);
        found.push_back(*form);
      } else {
        others.push_back(k);
      }
    if (others.empty())
      break;
    // Those that are none by themselves first: the others may do no more than add them.
    auto isNone = [&](unsigned k) {
      auto [depends, form] = formOf(k, k);
      return depends && !form;
    };
    if (llvm::any_of(others, isNone))
      llvm::erase_if(open, [&](unsigned k) { return llvm::is_contained(others, k) && isNone(k); });
    else
      open = linear;
  }
  SmallVector<bool> reached(open.size(), false);
  auto sum = llvm::find_if(found, [](const LogForm &form) { return form.size() > 1; });
  if (sum == found.end())
    return;
  reached[sum - found.begin()] = true;
  for (bool grows = true; grows;) {
    grows = false;
    for (auto [k, form] : llvm::enumerate(found))
      for (const LogTerm &term : form)
        if (reached[k] != reached[term.state])
          grows = reached[k] = reached[term.state] = true;
  }
  for (auto [k, number] : llvm::enumerate(open))
    if (reached[k]) {
      numbers.push_back(number);
      states.push_back(loop.getRegionIterArg(number));
    }
}

bool Candidate::analyze() {
  if (!matchPattern(loop.getStep(), m_One()) || !loop.getInductionVar().getType().isIndex())
    return false;
  findStates();
  if (numbers.empty())
    return false;
  LogForms forms(states, *loop.getBody());
  for (unsigned number : numbers)
    updates.push_back(*forms.of(loop.getYieldedValues()[number]));
  return checkUses(forms) && checkAddends(forms);
}

/// Whether nothing sees the states but their own updates, and stores.
bool Candidate::checkUses(const LogForms &forms) {
  for (Operation *op : forms.getDependents())
    if (op != loop.getBody()->getTerminator() && (op->getNumRegions() || !isMemoryEffectFree(op)))
      return refuse("log probabilities are used in a branch, a loop or a check");
  for (auto [k, value] : llvm::enumerate(loop.getYieldedValues())) {
    if (llvm::is_contained(numbers, k))
      continue;
    bool isTensor = isa<RankedTensorType>(value.getType());
    if (value == loop.getRegionIterArg(k))
      continue;
    if (!forms.depends(value)) {
      isAlone = false;
      continue;
    }
    if (!isTensor)
      return refuse("log probabilities are used otherwise in the loop");
    if (!followHistory(k, forms))
      return false;
    histories.push_back(k);
  }
  return true;
}

/// A tensor may be stored to, and afterwards be read where the last iteration stored.
bool Candidate::followHistory(unsigned number, const LogForms &forms) {
  Value version = loop.getRegionIterArg(number), end = loop.getYieldedValues()[number];
  SmallVector<std::pair<Place, unsigned>> stores;
  unsigned moving = 0;
  while (version != end) {
    auto store = version.hasOneUse() ? dyn_cast<tensor::InsertOp>(*version.user_begin()) : tensor::InsertOp();
    if (!store || store.getDest() != version || store->getBlock() != loop.getBody())
      return refuse("a tensor of log probabilities is read in the loop");
    auto state =
        llvm::find_if(numbers, [&](unsigned k) { return loop.getYieldedValues()[k] == store.getScalar(); });
    unsigned dim = 0;
    std::optional<Place> place = findPlace(loop, store.getIndices(), dim);
    if (state == numbers.end() || !place || (!stores.empty() && dim != moving))
      return refuse("log probabilities are stored otherwise in the loop");
    moving = dim;
    stores.push_back({*place, state - numbers.begin()});
    version = store.getResult();
  }
  Linear last = linearOf(loop.getUpperBound());
  last.offset -= 1;
  for (Operation *user : loop.getResult(number).getUsers()) {
    auto read = dyn_cast<tensor::ExtractOp>(user);
    bool found = false;
    for (auto &[place, state] : llvm::reverse(stores)) {
      bool isSame = read && llvm::all_of(llvm::enumerate(place), [&](auto linear) {
                      Linear wanted = linear.value();
                      if (linear.index() == moving)
                        wanted = {last.base, last.offset + wanted.offset};
                      return linearOf(read.getIndices()[linear.index()]) == wanted;
                    });
      if (!isSame)
        continue;
      finalReads.push_back({read, state});
      found = true;
      break;
    }
    if (!found)
      return refuse("log probabilities of other iterations than the last are used");
  }
  return true;
}

/// Whether addends can be computed ahead of the recurrence.
bool Candidate::checkAddends(const LogForms &forms) {
  llvm::SetVector<Operation *> needed;
  auto need = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == loop.getBody() && value != loop.getInductionVar())
      return refuse("a term depends on what else the loop carries");
    if (Operation *op = value.getDefiningOp())
      if (Operation *here = loop.getBody()->findAncestorOpInBlock(*op))
        needed.insert(here);
    return true;
  };
  for (const LogForm &form : updates)
    for (const LogTerm &term : form)
      for (const Addend &addend : term.addends)
        if (!need(addend.value))
          return false;
  for (size_t k = 0; k < needed.size(); ++k) {
    WalkResult walked = needed[k]->walk([&](Operation *inner) {
      if (llvm::any_of(inner->getResults(), [](Value result) { return isa<TensorType>(result.getType()); })) {
        refuse("a term takes a tensor of its own");
        return WalkResult::interrupt();
      }
      if (inner->getNumRegions() == 0 && !isa<tg::CheckOp>(inner) && !isMemoryEffectFree(inner)) {
        refuse("a term has an effect");
        return WalkResult::interrupt();
      }
      for (Value operand : inner->getOperands())
        if (!need(operand))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (walked.wasInterrupted())
      return false;
  }
  // What is left of a loop that carries nothing else are checks, which the rows of a plate can make.
  auto isLeft = [&](Operation &op) { return !forms.getDependents().contains(&op); };
  auto canBeAhead = [](Operation &op) {
    WalkResult walked = op.walk([](Operation *inner) {
      bool isSafe = inner->getNumRegions() || isa<tg::CheckOp>(inner) || isMemoryEffectFree(inner);
      bool isScalar = llvm::none_of(inner->getResultTypes(), llvm::IsaPred<TensorType>);
      return isSafe && isScalar ? WalkResult::advance() : WalkResult::interrupt();
    });
    return !walked.wasInterrupted();
  };
  auto body = loop.getBody()->without_terminator();
  isAlone = isAlone && llvm::all_of(body, [&](Operation &op) { return !isLeft(op) || canBeAhead(op); });
  for (Operation &op : body)
    if (isAlone ? isLeft(op) : needed.contains(&op))
      ahead.push_back(&op);
  return true;
}

/// The one value behind the loop that all final states go into, and its form; or nothing.
Value Candidate::findExit(ArrayRef<Value> finals, LogForm &form) {
  LogForms forms(finals, *loop->getBlock());
  for (Operation *op : forms.getDependents()) {
    if (op->getNumResults() != 1 || !matchLogSumExp(op->getResult(0)))
      continue;
    std::optional<LogForm> found = forms.of(op->getResult(0));
    if (!found || found->size() < 2)
      continue;
    behind = forms.opsUpTo(op->getResult(0));
    if (behind.empty())
      continue;
    form = *found;
    return op->getResult(0);
  }
  return {};
}

/// The exit computed from other values of the final states.
Value Candidate::copyBehind(OpBuilder &b, Value exit, ValueRange finals, ValueRange values) {
  IRMapping mapping;
  mapping.map(finals, values);
  for (Operation *op : behind)
    b.clone(*op, mapping);
  return mapping.lookup(exit);
}

bool Candidate::rewrite() {
  IRRewriter rewriter(loop.getContext());
  Location loc = loop.getLoc();
  // What is read of the last iteration is its result. Where none ran, that is what the tensor held.
  Linear lower = linearOf(loop.getLowerBound()), upper = linearOf(loop.getUpperBound());
  for (FinalRead &final : finalReads) {
    Value value = loop.getResult(numbers[final.state]);
    if (lower.base != upper.base || lower.offset >= upper.offset) {
      rewriter.setInsertionPoint(final.read);
      auto number = cast<OpResult>(final.read.getTensor()).getResultNumber();
      Value before =
          tensor::ExtractOp::create(rewriter, loc, loop.getInitArgs()[number], final.read.getIndices());
      Value runs = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt, loop.getLowerBound(),
                                         loop.getUpperBound());
      value = arith::SelectOp::create(rewriter, loc, runs, value, before);
    }
    rewriter.replaceOp(final.read, value);
  }

  SmallVector<Value> finals;
  for (unsigned number : numbers)
    finals.push_back(loop.getResult(number));
  LogForm exitForm;
  Value exit = findExit(finals, exitForm);
  SmallVector<LogForm> exits;
  if (exit) {
    exits.push_back(exitForm);
    rewriter.setInsertionPoint(exit.getDefiningOp());
  } else {
    for (unsigned k = 0; k < numbers.size(); ++k)
      exits.push_back({LogTerm{k, {}}});
    rewriter.setInsertionPointAfter(loop);
  }

  LinearSpace linear(loop, numbers, updates, ahead);
  SmallVector<Value> fast = linear.write(rewriter, exits);
  auto choice = scf::IfOp::create(
      rewriter, loc, linear.isExact(),
      [&](OpBuilder &b, Location) {
        SmallVector<Value> values;
        for (Value sum : fast)
          values.push_back(
              arith::AddFOp::create(b, loc, math::LogOp::create(b, loc, sum), linear.getScale()));
        scf::YieldOp::create(b, loc, values);
      },
      [&](OpBuilder &b, Location) {
        SmallVector<Value> values = linear.writeInLogSpace(b);
        if (exit)
          values = {copyBehind(b, exit, finals, values)};
        scf::YieldOp::create(b, loc, values);
      });
  choice->setAttr(tg::likelyAttribute, rewriter.getUnitAttr());
  if (exit)
    exit.replaceAllUsesWith(choice.getResult(0));
  else
    for (auto [final, result] : llvm::zip_equal(finals, choice.getResults()))
      final.replaceAllUsesWith(result);

  if (isAlone) {
    if (exit)
      for (Operation *op : llvm::reverse(behind))
        rewriter.eraseOp(op);
    rewriter.eraseOp(loop);
    return false;
  }
  // The others go on as before; what is not used any more falls away.
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  for (unsigned k : llvm::concat<unsigned>(numbers, histories))
    yield.setOperand(k, loop.getRegionIterArg(k));
  return true;
}

/// Whether the states were elements of a tensor, and the loop is no more.
static bool rewriteVectors(scf::ForOp loop) {
  VectorRecurrence recurrence(loop);
  LinearVectors vectors(recurrence);
  if (recurrence.analyze() && vectors.findExit()) {
    applied(loop, "leave-log-space",
            "log_sum_exp of the vector that the loop carries became a scaled product");
    vectors.rewrite();
    return true;
  }
  if (!recurrence.reason.empty())
    declined(loop, "leave-log-space", recurrence.reason);
  return false;
}

namespace {
struct LeaveLogSpace : astragal::optimize::impl::LeaveLogSpaceBase<LeaveLogSpace> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops) {
      if (rewriteVectors(loop))
        continue;
      auto takesLog = [](Operation &op) { return isa<math::LogOp, tg::Log1pExpOp>(op); };
      if (llvm::none_of(*loop.getBody(), takesLog))
        continue;
      SmallVector<Value> scalars;
      for (Value argument : loop.getRegionIterArgs())
        if (argument.getType().isF64())
          scalars.push_back(argument);
      takeOutOfBranches(scalars, *loop.getBody());
      while (true) {
        Candidate candidate(loop);
        if (!candidate.analyze()) {
          if (!candidate.reason.empty())
            declined(loop, "leave-log-space", candidate.reason);
          break;
        }
        applied(loop, "leave-log-space",
                "log_sum_exp of what the loop carries became scaled sums of products");
        if (!candidate.rewrite())
          break;
      }
    }
  }
};
} // namespace
