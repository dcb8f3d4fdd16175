//===- LinearSpace.cpp - scaled sums of products --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The power of two that an iteration multiplies by is half of what would bring the states of the iteration
// before to one: off the path from one iteration to the next, on which there is no more than the products.
// The whole, that late, would swing ever wider. No number can overflow, whatever the arguments are.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LinearSpace.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/LinearArithmetic.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <numbers>

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;
using Predicate = arith::CmpFPredicate;

LinearSpace::LinearSpace(scf::ForOp loop, ArrayRef<unsigned> numbers, ArrayRef<LogForm> forms,
                         ArrayRef<Operation *> ahead)
    : loop(loop), numbers(numbers), ahead(ahead), loc(loop.getLoc()) {
  for (const LogForm &form : forms) {
    Update &update = updates.emplace_back();
    for (const LogTerm &term : form) {
      Factor &factor = update.factors.emplace_back(Factor{term.state, {}, {}, {}});
      for (const Addend &addend : term.addends)
        (loop.isDefinedOutsideOfLoop(addend.value) ? factor.fixed : factor.varying).push_back(addend);
    }
  }
  // Where nothing varies all factors are written once.
  auto varies = [](const Update &update) {
    return llvm::any_of(update.factors, [](const Factor &factor) { return !factor.varying.empty(); });
  };
  if (llvm::any_of(updates, varies))
    for (Update &update : updates) {
      takeEmission(update, &Factor::varying);
      takeEmission(update, &Factor::fixed);
    }
}

/// The emission is what all factors share. Densities have scales in it that would not fit into a factor.
void LinearSpace::takeEmission(Update &update, SmallVector<Addend, 2> Factor::*addends) {
  for (const Addend &addend : SmallVector<Addend, 2>(update.factors.front().*addends)) {
    auto find = [&](Factor &factor) { return llvm::find(factor.*addends, addend); };
    if (!llvm::all_of(update.factors,
                      [&](Factor &factor) { return find(factor) != (factor.*addends).end(); }))
      continue;
    for (Factor &factor : update.factors)
      (factor.*addends).erase(find(factor));
    update.emission.push_back(addend);
  }
}

void LinearSpace::require(OpBuilder &b, Value condition) {
  exact = exact ? LinearArithmetic(b, loc).both(exact, condition) : condition;
}

/// The factors that are the same in all iterations.
void LinearSpace::writeFactors(OpBuilder &b) {
  for (Update &update : updates)
    for (Factor &factor : update.factors) {
      if (!factor.varying.empty() || factor.fixed.empty())
        continue;
      Value isBounded;
      factor.value = LinearArithmetic(b, loc).factor(sumOf(b, loc, factor.fixed), isBounded);
      require(b, isBounded);
    }
}

/// Emissions and other factors, for all iterations at once.
void LinearSpace::writeRows(OpBuilder &b) {
  LinearArithmetic outside(b, loc);
  scale = outside.real(0);
  bool emits = llvm::any_of(updates, [](const Update &update) { return !update.emission.empty(); });
  bool isShared =
      llvm::all_of(updates, [&](const Update &u) { return u.emission == updates.front().emission; });
  SmallVector<Factor *> varying;
  for (Update &update : updates)
    for (Factor &factor : update.factors)
      if (!factor.varying.empty())
        varying.push_back(&factor);
  if (!emits && varying.empty() && llvm::all_of(ahead, [](Operation *op) { return isMemoryEffectFree(op); }))
    return;

  auto fill = [&](OpBuilder &body, Location, ValueRange row, ValueRange) {
    LinearArithmetic in(body, loc);
    Linear lower = linearOf(loop.getLowerBound());
    IRMapping mapping;
    mapping.map(loop.getInductionVar(),
                lower.base ? arith::AddIOp::create(body, loc, row.front(), loop.getLowerBound())
                           : materialize(body, loc, {row.front(), lower.offset}));
    for (Operation *op : ahead)
      body.clone(*op, mapping);
    auto sum = [&](ArrayRef<Addend> addends) {
      SmallVector<Addend> copies;
      for (const Addend &addend : addends)
        copies.push_back({mapping.lookupOrDefault(addend.value), addend.isNegative});
      return copies.empty() ? in.real(0) : sumOf(body, loc, copies);
    };
    SmallVector<Value> conditions, sums, rows;
    if (emits) {
      SmallVector<Value> logs;
      for (const Update &update : updates)
        logs.push_back(sum(update.emission));
      // One that all states share is a factor of everything, with its derivative.
      Value shift = isShared ? logs.front() : in.shift(logs), finite = in.isFinite(shift);
      conditions.push_back(finite);
      sums.push_back(in.select(finite, shift, in.real(0)));
      if (!isShared)
        for (Value log : logs)
          rows.push_back(in.expIf(finite, arith::SubFOp::create(body, loc, log, shift)));
    }
    for (Factor *factor : varying) {
      SmallVector<Addend, 2> addends(factor->varying);
      llvm::append_range(addends, factor->fixed);
      Value isBounded;
      rows.push_back(in.factor(sum(addends), isBounded));
      conditions.push_back(isBounded);
    }
    if (!conditions.empty()) {
      Value yes = arith::ConstantIntOp::create(body, loc, 1, 1);
      Value fails = arith::XOrIOp::create(body, loc, in.all(conditions), yes);
      sums.push_back(arith::ExtUIOp::create(body, loc, body.getI32Type(), fails));
    }
    tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), rows);
  };
  auto plate = tg::PlateOp::create(b, loc, trips, ValueRange(), fill);
  simplifyIndices(*plate.getBodyBlock());

  ValueRange sums = plate.getSums(), rows = plate.getRows();
  if (emits)
    scale = sums.front();
  if (emits || !varying.empty()) {
    Value none = arith::ConstantIntOp::create(b, loc, 0, 32);
    require(b, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, sums.back(), none));
  }
  if (emits && !isShared)
    for (Update &update : updates) {
      update.rows = rows.front();
      rows = rows.drop_front();
    }
  for (auto [factor, value] : llvm::zip_equal(varying, rows)) {
    factor->value = value;
    factor->isRow = true;
  }
}

SmallVector<Value> LinearSpace::writeStart(OpBuilder &b) {
  LinearArithmetic in(b, loc);
  SmallVector<Value> logs, states;
  for (unsigned number : numbers)
    logs.push_back(loop.getInitArgs()[number]);
  Value shift = in.shift(logs), finite = in.isFinite(shift);
  require(b, finite);
  for (Value log : logs)
    states.push_back(in.expIf(finite, arith::SubFOp::create(b, loc, log, shift)));
  scale = in.sum({scale, shift});
  return states;
}

SmallVector<Value> LinearSpace::writeLoop(OpBuilder &b, ValueRange start) {
  LinearArithmetic outside(b, loc);
  size_t count = start.size();
  // The states, the power of two to come, the sum of the exponents of all, and the smallest sum so far.
  SmallVector<Value> inits(start);
  inits.append({outside.real(1), outside.integer(0), outside.real(1)});
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  auto fill = [&](OpBuilder &body, Location, Value row, ValueRange carried) {
    LinearArithmetic in(body, loc);
    SmallVector<Value> states(carried.take_front(count)), next, sums;
    Value power = carried[count], exponents = carried[count + 1], smallest = carried[count + 2];
    auto rowOf = [&](Value rows) -> Value { return tensor::ExtractOp::create(body, loc, rows, row); };
    for (const Update &update : updates) {
      SmallVector<Value> products;
      for (const Factor &factor : update.factors) {
        Value product = states[factor.state];
        if (factor.value)
          product = in.times(product, factor.isRow ? rowOf(factor.value) : factor.value);
        products.push_back(product);
      }
      sums.push_back(in.sum(products));
      next.push_back(in.times(sums.back(), update.rows ? in.times(rowOf(update.rows), power) : power));
    }
    Value half =
        arith::ShRSIOp::create(body, loc, in.exponent(in.stopped(in.largest(states))), in.integer(1));
    sums.push_back(smallest);
    next.append(
        {in.inversePower(half), arith::AddIOp::create(body, loc, exponents, half), in.smallest(sums)});
    scf::YieldOp::create(body, loc, next);
  };
  auto linear = scf::ForOp::create(b, loc, zero, trips, one, inits, fill);
  Value power = linear.getResult(count), exponents = linear.getResult(count + 1),
        smallest = linear.getResult(count + 2);
  require(b, outside.compare(Predicate::OGE, smallest, outside.real(LinearArithmetic::smallestSum)));
  // The last power was not used.
  exponents = arith::AddIOp::create(b, loc, exponents, outside.exponent(power));
  Value octaves = arith::SIToFPOp::create(b, loc, b.getF64Type(), exponents);
  scale = outside.sum({scale, outside.times(octaves, outside.real(std::numbers::ln2))});
  return SmallVector<Value>(linear.getResults().take_front(count));
}

SmallVector<Value> LinearSpace::write(OpBuilder &b, ArrayRef<LogForm> exits) {
  trips = tripCount(b, loc, loop.getLowerBound(), loop.getUpperBound());
  writeFactors(b);
  writeRows(b);
  SmallVector<Value> start = writeStart(b), final = writeLoop(b, start), sums;
  LinearArithmetic in(b, loc);
  for (const LogForm &exit : exits) {
    SmallVector<Value> products;
    for (const LogTerm &term : exit) {
      Value product = final[term.state];
      if (!term.addends.empty()) {
        Value isBounded, factor = in.factor(sumOf(b, loc, term.addends), isBounded);
        require(b, isBounded);
        product = in.times(product, factor);
      }
      products.push_back(product);
    }
    sums.push_back(in.sum(products));
    require(b, in.compare(Predicate::OGE, sums.back(), in.real(LinearArithmetic::smallestSum)));
  }
  return sums;
}

SmallVector<Value> LinearSpace::writeInLogSpace(OpBuilder &b) {
  SmallVector<Value> inits, yields;
  for (unsigned number : numbers) {
    inits.push_back(loop.getInitArgs()[number]);
    yields.push_back(loop.getYieldedValues()[number]);
  }
  llvm::SetVector<Operation *> needed;
  auto need = [&](Value value) {
    if (Operation *op = value.getDefiningOp())
      if (Operation *here = loop.getBody()->findAncestorOpInBlock(*op))
        needed.insert(here);
  };
  llvm::for_each(yields, need);
  for (size_t k = 0; k < needed.size(); ++k)
    needed[k]->walk([&](Operation *inner) { llvm::for_each(inner->getOperands(), need); });
  auto copy =
      scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits,
                         [&](OpBuilder &body, Location, Value inductionVariable, ValueRange carried) {
                           IRMapping mapping;
                           mapping.map(loop.getInductionVar(), inductionVariable);
                           mapping.map(loop.getRegionIterArgs(), loop.getInitArgs());
                           for (auto [number, state] : llvm::zip_equal(numbers, carried))
                             mapping.map(loop.getRegionIterArg(number), state);
                           for (Operation &op : loop.getBody()->without_terminator())
                             if (needed.contains(&op))
                               body.clone(op, mapping)->walk([](tg::CheckOp check) { check.erase(); });
                           SmallVector<Value> next;
                           for (Value value : yields)
                             next.push_back(mapping.lookupOrDefault(value));
                           scf::YieldOp::create(body, loc, next);
                         });
  return SmallVector<Value>(copy.getResults());
}
