//===- LinearVectors.cpp - scaled sums of products of vectors -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LinearVectors.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/LinearArithmetic.h"

#include "dialects/tg/Rare.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>
#include <numbers>

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;
using Predicate = arith::CmpFPredicate;

/// Copies what a value of the loop is computed by, down to what is mapped already.
Value LinearVectors::copyOf(OpBuilder &b, Value value, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || loop.isDefinedOutsideOfLoop(value))
    return value;
  auto isOpen = [&](Value other) { return !mapping.contains(other) && !loop.isDefinedOutsideOfLoop(other); };
  visitInOrder(op, isOpen, [&](Operation *inner) { b.clone(*inner, mapping); });
  return mapping.lookup(value);
}

Value LinearVectors::sumOfCopies(OpBuilder &b, ArrayRef<Addend> addends, IRMapping &mapping) {
  SmallVector<Addend> copies;
  for (const Addend &addend : addends)
    copies.push_back({copyOf(b, addend.value, mapping), addend.isNegative});
  return sumOf(b, loop.getLoc(), copies);
}

/// What counts states in the loop's body, at a row of a plate over them.
Value LinearVectors::stateIndex(OpBuilder &b, Value row) {
  return materialize(b, loop.getLoc(), {row, linearOf(recurrence.kLower).offset});
}

void LinearVectors::require(OpBuilder &b, Value condition) {
  exact = exact ? LinearArithmetic(b, loop.getLoc()).both(exact, condition) : condition;
}

static Value countFailures(OpBuilder &b, Location loc, Value condition) {
  Value yes = arith::ConstantIntOp::create(b, loc, 1, 1);
  return arith::ExtUIOp::create(b, loc, b.getI32Type(), arith::XOrIOp::create(b, loc, condition, yes));
}

static Value isZero(OpBuilder &b, Location loc, Value failures) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, failures,
                               arith::ConstantIntOp::create(b, loc, 0, 32));
}

/// The matrix of factors, a row for each state that they multiply; of one iteration, where they vary.
Value LinearVectors::writeFactors(OpBuilder &b, const IRMapping &outer, Value &areBounded) {
  auto fill = [&](OpBuilder &body, Location loc, ValueRange at, ValueRange) {
    IRMapping mapping(outer);
    mapping.map(recurrence.sum.getRow(), at[0]);
    mapping.map(recurrence.k, stateIndex(body, at[1]));
    Value isBounded, log = sumOfCopies(body, recurrence.factor, mapping),
                     factor = LinearArithmetic(body, loc).factor(log, isBounded);
    tg::YieldOp::create(body, loc, countFailures(body, loc, isBounded), ValueRange(), ValueRange(), factor);
  };
  auto plate =
      tg::PlateOp::create(b, loop.getLoc(), ValueRange{recurrence.sum.count, count}, ValueRange(), fill);
  simplifyIndices(*plate.getBodyBlock());
  areBounded = isZero(b, loop.getLoc(), plate.getSums().front());
  return plate.getRows().front();
}

void LinearVectors::writeStart(OpBuilder &b) {
  Location loc = loop.getLoc();
  Value tensor = loop.getInitArgs()[recurrence.number];
  Linear first = linearOf(loop.getLowerBound()), end = linearOf(loop.getUpperBound());
  Value runs;
  if (recurrence.time && (first.base != end.base || first.offset > end.offset)) {
    runs =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, loop.getLowerBound(), loop.getUpperBound());
    require(b, runs);
  }
  first.offset -= 1;
  auto read = [&](OpBuilder &body, Value row) -> Value {
    auto extract = [&](OpBuilder &at) -> Value {
      return tensor::ExtractOp::create(at, loc, tensor, recurrence.indicesOf(at, loc, first, row));
    };
    if (!runs)
      return extract(body);
    auto guard = scf::IfOp::create(
        body, loc, runs, [&](OpBuilder &at, Location) { scf::YieldOp::create(at, loc, extract(at)); },
        [&](OpBuilder &at, Location) { scf::YieldOp::create(at, loc, LinearArithmetic(at, loc).real(0)); });
    return guard.getResult(0);
  };
  auto top = tg::PlateOp::create(
      b, loc, count, ValueRange(), [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
        Value log = LinearArithmetic(body, loc).stopped(read(body, row.front()));
        tg::YieldOp::create(body, loc, ValueRange(), log, ValueRange(), ValueRange());
      });
  Value shift = top.getMaxima().front();
  auto fill = [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
    LinearArithmetic in(body, loc);
    Value difference = arith::SubFOp::create(body, loc, read(body, row.front()), shift);
    Value isBelow = in.compare(Predicate::OLE, difference, in.real(0));
    Value state = in.expIf(isBelow, difference);
    tg::YieldOp::create(body, loc, countFailures(body, loc, isBelow), in.stopped(state), ValueRange(), state);
  };
  auto plate = tg::PlateOp::create(b, loc, count, ValueRange(), fill);
  require(b, isZero(b, loc, plate.getSums().front()));
  largest = plate.getMaxima().front();
  states = plate.getRows().front();
  scale = shift;
}

/// The logarithms of emissions of one iteration, and the largest; checks of it are made here.
Value LinearVectors::writeEmission(OpBuilder &b, IRMapping &mapping, Value &shift) {
  auto isFree = [&](Operation &op) { return !recurrence.isOfStates(op); };
  bool checks = llvm::any_of(recurrence.body->without_terminator(),
                             [&](Operation &op) { return isFree(op) && !isMemoryEffectFree(&op); });
  if (recurrence.emission.empty() && !checks)
    return {};
  auto fill = [&](OpBuilder &body, Location loc, ValueRange row, ValueRange) {
    IRMapping inner(mapping);
    inner.map(recurrence.k, stateIndex(body, row.front()));
    for (Operation &op : recurrence.body->without_terminator())
      if (isFree(op))
        body.clone(op, inner);
    if (recurrence.emission.empty())
      return void(tg::YieldOp::create(body, loc));
    Value log = sumOfCopies(body, recurrence.emission, inner), top = LinearArithmetic(body, loc).stopped(log);
    tg::YieldOp::create(body, loc, ValueRange(), top, ValueRange(), log);
  };
  auto plate = tg::PlateOp::create(b, loop.getLoc(), count, ValueRange(), fill);
  simplifyIndices(*plate.getBodyBlock());
  if (recurrence.emission.empty())
    return {};
  shift = plate.getMaxima().front();
  return plate.getRows().front();
}

void LinearVectors::writeLoop(OpBuilder &b) {
  Location loc = loop.getLoc();
  LinearArithmetic outside(b, loc);
  // The states, the largest of them, the sum of exponents taken out, the smallest sum so far, and the sum of
  // the shifts.
  SmallVector<Value> inits = {states, largest, outside.integer(0), outside.real(1), outside.real(0)};
  auto fill = [&](OpBuilder &body, Location, Value iteration, ValueRange carried) {
    LinearArithmetic in(body, loc);
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), iteration);
    for (Operation &op : loop.getBody()->without_terminator())
      if (&op != recurrence.context && !recurrence.isOfStates(op))
        body.clone(op, mapping);
    Value shift, logs = writeEmission(body, mapping, shift);
    Value matrix = factors, areBounded;
    if (recurrence.varies)
      matrix = writeFactors(body, mapping, areBounded);
    Value exponent = in.exponent(carried[1]), power = in.inversePower(exponent);
    Value zero = arith::ConstantIndexOp::create(body, loc, 0),
          one = arith::ConstantIndexOp::create(body, loc, 1);
    auto step = [&](OpBuilder &inner, Location, ValueRange row, ValueRange) {
      LinearArithmetic at(inner, loc);
      auto add = [&](OpBuilder &innermost, Location, Value j, ValueRange so) {
        LinearArithmetic deep(innermost, loc);
        Value product = tensor::ExtractOp::create(innermost, loc, carried[0], j);
        if (matrix)
          product = deep.times(product,
                               tensor::ExtractOp::create(innermost, loc, matrix, ValueRange{j, row.front()}));
        scf::YieldOp::create(innermost, loc, deep.sum({so.front(), product}));
      };
      auto sum = scf::ForOp::create(inner, loc, zero, recurrence.sum.count, one, at.real(0), add);
      Value next = at.times(sum.getResult(0), power), seen = next;
      if (logs) {
        Value log = tensor::ExtractOp::create(inner, loc, logs, row.front());
        Value difference = arith::SubFOp::create(inner, loc, log, shift);
        Value isBelow = at.compare(Predicate::OLE, difference, at.real(0));
        seen = at.select(isBelow, next, at.real(0));
        next = at.times(next, at.expIf(isBelow, difference));
      }
      Value below = arith::NegFOp::create(inner, loc, at.stopped(seen));
      tg::YieldOp::create(inner, loc, ValueRange(), ValueRange{below, at.stopped(next)}, ValueRange(), next);
    };
    auto plate = tg::PlateOp::create(body, loc, count, ValueRange(), step);
    Value smallest = arith::NegFOp::create(body, loc, plate.getMaxima()[0]);
    if (areBounded)
      smallest = in.select(areBounded, smallest, in.real(0));
    scf::YieldOp::create(body, loc,
                         ValueRange{plate.getRows().front(), plate.getMaxima()[1],
                                    arith::AddIOp::create(body, loc, carried[2], exponent),
                                    in.smallest({carried[3], smallest}),
                                    shift ? in.sum({carried[4], shift}) : carried[4]});
  };
  auto linear =
      scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits, fill);
  states = linear.getResult(0);
  require(b,
          outside.compare(Predicate::OGE, linear.getResult(3), outside.real(LinearArithmetic::smallestSum)));
  Value octaves = arith::SIToFPOp::create(b, loc, b.getF64Type(), linear.getResult(2));
  scale = outside.sum({scale, linear.getResult(4), outside.times(octaves, outside.real(std::numbers::ln2))});
}

bool LinearVectors::findExit() {
  Value result = loop.getResult(recurrence.number);
  LogForms forms(result, *loop->getBlock());
  Linear last = linearOf(loop.getUpperBound());
  last.offset += recurrence.offset - 1;
  for (Operation *op : forms.getDependents()) {
    auto found = op->getNumResults() == 1 ? matchRowsLogSumExp(op->getResult(0)) : std::nullopt;
    auto read = found ? found->argument.getDefiningOp<tensor::ExtractOp>() : tensor::ExtractOp();
    if (!read || read.getTensor() != result)
      continue;
    auto indices = read.getIndices();
    std::optional<unsigned> time = recurrence.time;
    if (indices[time ? 1 - *time : 0] != found->getRow() || (time && !(linearOf(indices[*time]) == last)))
      continue;
    behind = forms.opsUpTo(op->getResult(0));
    if (behind.empty() || forms.depends(found->count))
      continue;
    exit = op->getResult(0);
    exitCount = found->count;
    return true;
  }
  return !recurrence.time ||
         recurrence.refuse("log probabilities of other iterations than the last are used");
}

/// What is used of the final states, from the logarithm of their sum or of each; and what must hold for it.
void LinearVectors::writeExit(OpBuilder &b) {
  auto fill = [&](OpBuilder &body, Location loc, ValueRange row, ValueRange) {
    Value state = tensor::ExtractOp::create(body, loc, states, row.front());
    if (exit)
      return void(tg::YieldOp::create(body, loc, state, ValueRange(), ValueRange(), ValueRange()));
    Value below = arith::NegFOp::create(body, loc, LinearArithmetic(body, loc).stopped(state));
    tg::YieldOp::create(body, loc, ValueRange(), below, ValueRange(), ValueRange());
  };
  Location loc = loop.getLoc();
  LinearArithmetic in(b, loc);
  auto plate = tg::PlateOp::create(b, loc, exit ? exitCount : count, ValueRange(), fill);
  Value smallest = plate.getResult(0);
  if (exit)
    total = smallest;
  else
    smallest = arith::NegFOp::create(b, loc, smallest);
  require(b, in.compare(Predicate::OGE, smallest, in.real(LinearArithmetic::smallestSum)));
}

void LinearVectors::rewrite() {
  IRRewriter rewriter(loop.getContext());
  Location loc = loop.getLoc();
  if (exit)
    rewriter.setInsertionPoint(exit.getDefiningOp());
  else
    rewriter.setInsertionPointAfter(loop);
  Linear from = linearOf(recurrence.kLower), to = linearOf(recurrence.kUpper);
  count = materialize(rewriter, loc, {to.base, to.offset - from.offset});
  if (!recurrence.factor.empty() && !recurrence.varies) {
    Value areBounded;
    factors = writeFactors(rewriter, IRMapping(), areBounded);
    require(rewriter, areBounded);
  }
  writeStart(rewriter);
  writeLoop(rewriter);
  writeExit(rewriter);

  Value result = loop.getResult(recurrence.number);
  auto choice = scf::IfOp::create(
      rewriter, loc, exact,
      [&](OpBuilder &b, Location) {
        auto logOf = [&](OpBuilder &at, Value value) -> Value {
          return LinearArithmetic(at, loc).sum({math::LogOp::create(at, loc, value), scale});
        };
        Value value;
        if (exit) {
          value = logOf(b, total);
        } else {
          auto fill = [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
            Value log = logOf(body, tensor::ExtractOp::create(body, loc, states, row.front()));
            tg::YieldOp::create(body, loc, ValueRange(), ValueRange(), ValueRange(), log);
          };
          value = tg::PlateOp::create(b, loc, count, ValueRange(), fill).getRows().front();
          if (value.getType() != result.getType())
            value = tensor::CastOp::create(b, loc, result.getType(), value);
        }
        scf::YieldOp::create(b, loc, value);
      },
      [&](OpBuilder &b, Location) {
        IRMapping mapping;
        b.clone(*loop, mapping)->walk([](tg::CheckOp check) { check.erase(); });
        for (Operation *op : behind)
          b.clone(*op, mapping);
        scf::YieldOp::create(b, loc, mapping.lookup(exit ? exit : result));
      });
  choice->setAttr(tg::likelyAttribute, rewriter.getUnitAttr());
  (exit ? exit : result).replaceUsesWithIf(choice.getResult(0), [&](OpOperand &use) {
    return !choice->isAncestor(use.getOwner());
  });
  for (Operation *op : llvm::reverse(behind))
    rewriter.eraseOp(op);
  rewriter.eraseOp(loop);
}
