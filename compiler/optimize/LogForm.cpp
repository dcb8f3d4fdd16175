//===- LogForm.cpp - logarithms of sums of products -----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LogForm.h"
#include "compiler/optimize/InOrder.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

void optimize::appendAddends(Value value, bool isNegative, Block &block, SmallVectorImpl<Addend> &addends) {
  SmallVector<Addend> open{{value, isNegative}};
  while (!open.empty()) {
    Addend next = open.pop_back_val();
    Operation *op = next.value.getDefiningOp();
    if (op && op->getBlock() == &block && isa<arith::AddFOp, arith::SubFOp>(op) &&
        !matchLogSumExp(next.value)) {
      open.push_back({op->getOperand(1), next.isNegative != isa<arith::SubFOp>(op)});
      open.push_back({op->getOperand(0), next.isNegative});
    } else {
      addends.push_back(next);
    }
  }
}

Value optimize::sumOf(OpBuilder &b, Location loc, ArrayRef<Addend> addends) {
  Value sum;
  for (const Addend &addend : addends)
    if (!sum)
      sum = addend.isNegative ? arith::NegFOp::create(b, loc, addend.value).getResult() : addend.value;
    else if (addend.isNegative)
      sum = arith::SubFOp::create(b, loc, sum, addend.value);
    else
      sum = arith::AddFOp::create(b, loc, sum, addend.value);
  return sum;
}

namespace {
/// Two values of which one is chosen, as sums.
struct Choice {
  Choice(Value yes, Block &thenBlock, Value no, Block &elseBlock) {
    appendAddends(yes, false, thenBlock, sides[0]);
    appendAddends(no, false, elseBlock, sides[1]);
  }

  /// Takes out what both have; whether some of it is one of `wanted`.
  bool factor(function_ref<bool(Value)> isOutside, function_ref<bool(Value)> isWanted) {
    bool found = false;
    for (const Addend &addend : SmallVector<Addend>(sides[0])) {
      auto other = llvm::find(sides[1], addend);
      if (other == sides[1].end() || !isOutside(addend.value))
        continue;
      sides[1].erase(other);
      sides[0].erase(llvm::find(sides[0], addend));
      common.push_back(addend);
      found |= isWanted(addend.value);
    }
    return found;
  }

  Value rest(unsigned side, OpBuilder &b, Location loc) {
    Value sum = sumOf(b, loc, sides[side]);
    return sum ? sum : arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0)).getResult();
  }

  SmallVector<Addend> sides[2], common;
};
} // namespace

void optimize::takeOutOfBranches(ArrayRef<Value> states, Block &block) {
  auto join = [](OpBuilder &b, Location loc, Choice &choice, Value chosen) {
    choice.common.push_back({chosen});
    return sumOf(b, loc, choice.common);
  };
  for (Operation &op : llvm::make_early_inc_range(block)) {
    Location loc = op.getLoc();
    if (!isa<scf::IfOp, arith::SelectOp>(op) || !op.getNumResults())
      continue;
    LogForms forms(states, block);
    if (forms.depends(op.getOperand(0)))
      continue;
    auto depends = [&](Value value) { return forms.depends(value); };
    OpBuilder b(&op);
    if (auto select = dyn_cast<arith::SelectOp>(op)) {
      Choice choice(select.getTrueValue(), block, select.getFalseValue(), block);
      if (!select.getType().isF64() || !choice.factor([](Value) { return true; }, depends))
        continue;
      Value yes = choice.rest(0, b, loc), no = choice.rest(1, b, loc);
      Value chosen = arith::SelectOp::create(b, loc, select.getCondition(), yes, no);
      select.replaceAllUsesWith(join(b, loc, choice, chosen));
      select.erase();
      continue;
    }
    auto branch = cast<scf::IfOp>(op);
    for (Value result : branch.getResults()) {
      if (!result.getType().isF64())
        continue;
      unsigned number = cast<OpResult>(result).getResultNumber();
      scf::YieldOp yields[] = {branch.thenYield(), branch.elseYield()};
      Choice choice(yields[0].getOperand(number), *branch.thenBlock(), yields[1].getOperand(number),
                    *branch.elseBlock());
      auto isOutside = [&](Value value) {
        return !branch->isAncestor(value.getParentBlock()->getParentOp());
      };
      if (!choice.factor(isOutside, depends))
        continue;
      for (unsigned side : {0, 1}) {
        OpBuilder inside(yields[side]);
        yields[side].setOperand(number, choice.rest(side, inside, loc));
        // What is not used any more must not count as a use of the state.
        for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(*yields[side]->getBlock())))
          if (isOpTriviallyDead(&inner))
            inner.erase();
      }
      b.setInsertionPointAfter(branch);
      Value joined = join(b, loc, choice, result);
      result.replaceAllUsesExcept(joined, joined.getDefiningOp());
    }
  }
}

/// Takes a sum of exp(x - shift) apart.
static bool appendExponents(Value sum, LogSumExp &found) {
  SmallVector<Value> open{sum};
  while (!open.empty()) {
    Value next = open.pop_back_val();
    if (auto add = next.getDefiningOp<arith::AddFOp>()) {
      open.append({add.getRhs(), add.getLhs()});
      continue;
    }
    auto exp = next.getDefiningOp<math::ExpOp>();
    auto shifted = exp ? exp.getOperand().getDefiningOp<arith::SubFOp>() : arith::SubFOp();
    if (!shifted || shifted.getRhs() != found.shift)
      return false;
    found.arguments.push_back(shifted.getLhs());
  }
  return true;
}

/// `value`, or what is chosen where zero is not.
static Value unlessZero(Value value) {
  auto select = value.getDefiningOp<arith::SelectOp>();
  return select && matchPattern(select.getTrueValue(), m_AnyZeroFloat()) ? select.getFalseValue() : value;
}

/// high + log1p_exp(low - high), where high and low are a and b in their order.
static std::optional<LogSumExp> matchOfTwo(Value high, Value tail) {
  auto log = unlessZero(tail).getDefiningOp<tg::Log1pExpOp>();
  auto larger = high.getDefiningOp<arith::SelectOp>();
  if (!log || !larger)
    return std::nullopt;
  auto difference = unlessZero(log.getOperand()).getDefiningOp<arith::SubFOp>();
  if (!difference || difference.getRhs() != high)
    return std::nullopt;
  auto smaller = difference.getLhs().getDefiningOp<arith::SelectOp>();
  if (!smaller || smaller.getCondition() != larger.getCondition() ||
      smaller.getTrueValue() != larger.getFalseValue() || smaller.getFalseValue() != larger.getTrueValue())
    return std::nullopt;
  return LogSumExp{{larger.getTrueValue(), larger.getFalseValue()}, high};
}

std::optional<LogSumExp> optimize::matchLogSumExp(Value value) {
  auto add = value.getDefiningOp<arith::AddFOp>();
  if (!add)
    return std::nullopt;
  for (auto [shift, rest] : {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())}) {
    if (auto log = rest.getDefiningOp<math::LogOp>()) {
      LogSumExp found{{}, shift};
      if (appendExponents(log.getOperand(), found))
        return found;
    } else if (auto found = matchOfTwo(shift, rest)) {
      return found;
    }
  }
  return std::nullopt;
}

LogForms::LogForms(ArrayRef<Value> states, Block &block, size_t most)
    : block(block), most(most), states(states) {
  SmallVector<Value> open(states);
  for (auto [number, state] : llvm::enumerate(states)) {
    numberOf[state] = number;
    dependent.insert(state);
  }
  while (!open.empty())
    for (Operation *user : open.pop_back_val().getUsers()) {
      Operation *op = block.findAncestorOpInBlock(*user);
      if (op && dependents.insert(op))
        for (Value result : op->getResults()) {
          dependent.insert(result);
          open.push_back(result);
        }
    }
}

std::optional<LogForm> LogForms::of(Value value) const {
  LogForm form;
  if (!append(value, {}, form))
    return std::nullopt;
  return form;
}

bool LogForms::append(Value value, ArrayRef<Addend> addends, LogForm &form, unsigned nesting) const {
  if (nesting > maxNesting)
    return false;
  if (auto state = numberOf.find(value); state != numberOf.end()) {
    form.push_back({state->second, SmallVector<Addend, 2>(addends)});
    return form.size() <= most;
  }
  if (!depends(value)) {
    // A term without a state would be of another scale; but one that is zero is none.
    APFloat constant(0.0);
    return matchPattern(value, m_ConstantFloat(&constant)) && constant.isInfinity() && constant.isNegative();
  }
  if (std::optional<LogSumExp> sum = matchLogSumExp(value))
    return llvm::all_of(sum->arguments,
                        [&](Value argument) { return append(argument, addends, form, nesting + 1); });
  Operation *op = value.getDefiningOp();
  if (!isa_and_present<arith::AddFOp, arith::SubFOp>(op))
    return false;
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  if (isa<arith::AddFOp>(op) && depends(rhs))
    std::swap(lhs, rhs);
  if (depends(rhs))
    return false;
  SmallVector<Addend, 4> more(addends);
  appendAddends(rhs, isa<arith::SubFOp>(op), block, more);
  return append(lhs, more, form, nesting + 1);
}

SmallVector<Operation *> LogForms::opsUpTo(Value value) const {
  llvm::SetVector<Operation *> inside;
  inside.insert(value.getDefiningOp());
  for (size_t k = 0; k < inside.size(); ++k)
    inside[k]->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *definition = operand.getDefiningOp())
          if (Operation *before = block.findAncestorOpInBlock(*definition);
              before && dependents.contains(before))
            inside.insert(before);
    });
  auto isInside = [&](Value seen) {
    return seen == value || llvm::all_of(seen.getUsers(), [&](Operation *user) {
             Operation *here = block.findAncestorOpInBlock(*user);
             return here && inside.contains(here);
           });
  };
  if (!llvm::all_of(states, isInside) ||
      !llvm::all_of(inside, [&](Operation *op) { return llvm::all_of(op->getResults(), isInside); }))
    return {};
  SmallVector<Operation *> ops = inside.takeVector();
  llvm::sort(ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return ops;
}
