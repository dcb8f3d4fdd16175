//===- LoopNest.cpp - two loops whose iterations may run in any order -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LoopNest.h"
#include "compiler/optimize/Cells.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Sums.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

LoopNest::LoopNest(scf::ForOp outer) : outer(outer) { findInner() && findStates() && checkBody(); }

bool LoopNest::refuse(StringRef why) {
  reason = why;
  return false;
}

bool LoopNest::findInner() {
  for (Operation &op : outer.getBody()->without_terminator()) {
    if (auto loop = dyn_cast<scf::ForOp>(op); loop && !inner)
      inner = loop;
    else if (!isCheap(&op) && !isAddressing(&op))
      return refuse("it does more than run an inner loop");
  }
  if (!inner)
    return refuse("it has no inner loop");
  for (scf::ForOp loop : {outer, inner})
    if (!matchPattern(loop.getStep(), m_One()))
      return refuse("its step is not one");
  if (!outer.isDefinedOutsideOfLoop(inner.getLowerBound()) ||
      !outer.isDefinedOutsideOfLoop(inner.getUpperBound()))
    return refuse("its inner loop is not always as long");
  return true;
}

bool LoopNest::findStates() {
  bool hasPlace = false;
  for (auto [k, argument] : llvm::enumerate(outer.getRegionIterArgs())) {
    State &state = states.emplace_back(State{CarriedState(outer, k), 0, {}, {0, 0}});
    if (state.carried.getKind() == CarriedState::Recurrence)
      return refuse(state.carried.getReason());
    if (state.carried.getKind() == CarriedState::Invariant)
      continue;
    auto result = dyn_cast<OpResult>(outer.getYieldedValues()[k]);
    if (!result || result.getOwner() != inner || inner.getInitArgs()[result.getResultNumber()] != argument)
      return refuse("it does more than run an inner loop");
    state.inner = result.getResultNumber();
    if (state.carried.getKind() == CarriedState::Sum)
      continue;
    if (!findPlace(state))
      return false;
    bool isSwapped = state.dims[1] < state.dims[0];
    if (hasPlace && isSwapped != this->isSwapped)
      return refuse("its tensors lie in different orders");
    this->isSwapped = isSwapped;
    hasPlace = true;
  }
  // What the inner loop carries alone is a matter of one row.
  return states.size() == inner.getNumResults() || refuse("its inner loop carries more than it does");
}

bool LoopNest::findPlace(State &state) {
  constexpr StringLiteral elsewhere =
      "an element of a carried tensor is not at both induction variables plus constants";
  for (Operation *access : state.carried.getAccesses()) {
    if (!inner->isProperAncestor(access))
      return refuse("it does more than run an inner loop");
    auto insert = dyn_cast<tensor::InsertOp>(access);
    auto indices = insert ? insert.getIndices() : cast<tensor::ExtractOp>(access).getIndices();
    Place place;
    unsigned found[2] = {0, 0};
    for (auto [dim, index] : llvm::enumerate(indices)) {
      Linear linear = linearOf(index);
      if (linear.base == outer.getInductionVar() || linear.base == inner.getInductionVar()) {
        bool isInner = linear.base == inner.getInductionVar();
        ++found[isInner];
        state.dims[isInner] = dim;
      } else if (linear.base && !outer.isDefinedOutsideOfLoop(linear.base)) {
        return refuse(elsewhere);
      }
      place.push_back(linear);
    }
    if (found[0] != 1 || found[1] != 1)
      return refuse(elsewhere);
    if (state.place.empty())
      state.place = place;
    else if (state.place != place)
      return refuse("an iteration touches more than one element of a carried tensor");
  }
  return true;
}

/// Plates hold scalar code without effects, but for checks.
bool LoopNest::checkBody() {
  bool isScalar = true;
  inner.getBody()->walk([&](Operation *op) {
    if (op->getNumRegions() == 0 && !isa<tg::CheckOp, prob::LogDensityOp>(op) && !isMemoryEffectFree(op))
      isScalar = refuse("the body has an effect");
    for (Value result : op->getResults())
      if (isa<TensorType>(result.getType()) &&
          llvm::none_of(states, [&](const State &state) { return state.carried.contains(result); }))
        isScalar = refuse("the body creates a tensor");
  });
  return isScalar;
}

//===----------------------------------------------------------------------===//
// The rewrite
//===----------------------------------------------------------------------===//

void LoopNest::raise() {
  OpBuilder b(outer);
  Location loc = outer.getLoc();
  SmallVector<Value> extents{tripCount(b, loc, outer.getLowerBound(), outer.getUpperBound()),
                             tripCount(b, loc, inner.getLowerBound(), inner.getUpperBound())};
  if (isSwapped)
    std::swap(extents[0], extents[1]);
  auto isTensor = [](const State &state) { return state.carried.getKind() == CarriedState::Tensor; };
  auto isSum = [](const State &state) { return state.carried.getKind() == CarriedState::Sum; };
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &body, Location loc, ValueRange row, ValueRange) {
        auto indexOf = [&](scf::ForOp loop, Value at) -> Value {
          Value lower = loop.getLowerBound();
          return matchPattern(lower, m_Zero()) ? at : arith::AddIOp::create(body, loc, at, lower).getResult();
        };
        CellCloner cloner;
        cloner.mapping.map(outer.getInductionVar(), indexOf(outer, row[isSwapped]));
        cloner.mapping.map(inner.getInductionVar(), indexOf(inner, row[!isSwapped]));
        for (Operation &op : outer.getBody()->without_terminator())
          if (&op != inner)
            body.clone(op, cloner.mapping);
        for (auto [k, state] : llvm::enumerate(states)) {
          Value init = outer.getInitArgs()[k], argument = inner.getRegionIterArgs()[state.inner];
          if (isSum(state))
            cloner.mapping.map(argument, makeNeutral(b, loc, init.getType()));
          else if (!isTensor(state))
            cloner.mapping.map(outer.getRegionIterArg(k), init);
          else {
            SmallVector<Value> indices;
            for (Linear linear : state.place) {
              if (linear.base)
                linear.base = cloner.mapping.lookupOrDefault(linear.base);
              indices.push_back(materialize(body, loc, linear));
            }
            cloner.cells[argument] = {tensor::ExtractOp::create(body, loc, init, indices).getResult()};
            for (Operation *access : state.carried.getAccesses())
              cloner.cellOf[access] = 0;
            cloner.regionOps.insert_range(state.carried.getRegionOps());
          }
        }
        cloner.cloneOps(body, *inner.getBody());
        SmallVector<Value> sums, rows;
        for (State &state : states) {
          Value yielded = isTensor(state) || isSum(state) ? inner.getYieldedValues()[state.inner] : Value();
          if (isSum(state))
            sums.push_back(cloner.mapping.lookupOrDefault(yielded));
          else if (isTensor(state))
            rows.push_back(cloner.cells.at(yielded).front());
        }
        tg::YieldOp::create(body, loc, sums, ValueRange(), ValueRange(), rows);
      });
  simplifyIndices(*plate.getBodyBlock());

  ResultRange sums = plate.getSums(), rows = plate.getRows();
  for (auto [k, state] : llvm::enumerate(states)) {
    Value value = outer.getInitArgs()[k];
    if (isSum(state)) {
      value = plus(b, loc, value, sums.front());
      sums = sums.drop_front();
    } else if (isTensor(state)) {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<Value> firsts;
      bool covers = type.getRank() == 2;
      SmallVector<OpFoldResult> offsets, sizes(type.getRank(), b.getIndexAttr(1)), strides = sizes;
      for (Linear linear : state.place) {
        for (scf::ForOp loop : {outer, inner})
          if (linear.base == loop.getInductionVar()) {
            Linear lower = linearOf(loop.getLowerBound());
            linear = {lower.base, lower.offset + linear.offset};
            covers &= linear == Linear();
          }
        offsets.push_back(getAsOpFoldResult(materialize(b, loc, linear)));
      }
      sizes[state.dims[isSwapped]] = getAsOpFoldResult(extents[0]);
      sizes[state.dims[!isSwapped]] = getAsOpFoldResult(extents[1]);
      for (unsigned dim = 0; covers && dim < 2; ++dim)
        covers = provablyEqual(sizeOf(b, loc, value, dim), extents[dim]);
      if (covers)
        value = rows.front().getType() == type
                    ? Value(rows.front())
                    : tensor::CastOp::create(b, loc, type, rows.front()).getResult();
      else
        value = tensor::InsertSliceOp::create(b, loc, rows.front(), value, offsets, sizes, strides);
      rows = rows.drop_front();
    }
    outer.getResult(k).replaceAllUsesWith(value);
  }
  outer.erase();
}
