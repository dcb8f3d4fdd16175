//===- PromoteElement.cpp - the one element that a loop updates -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/PromoteElement.h"
#include "compiler/optimize/CarriedState.h"
#include "compiler/optimize/Cells.h"
#include "compiler/optimize/IndexRange.h"
#include "compiler/optimize/Linear.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace astragal::optimize;

static OperandRange indicesOf(Operation *access) {
  if (auto insert = dyn_cast<tensor::InsertOp>(access))
    return insert.getIndices();
  return cast<tensor::ExtractOp>(access).getIndices();
}

static bool isSamePlace(OperandRange a, OperandRange c) {
  return llvm::all_of(llvm::zip_equal(a, c),
                      [](auto pair) { return linearOf(std::get<0>(pair)) == linearOf(std::get<1>(pair)); });
}

/// Do the two places differ in some dimension, whatever happens inside the loop? `fixed` is outside of it.
static bool areApart(scf::ForOp loop, OperandRange moving, OperandRange fixed) {
  auto isOutside = [&](Value symbol) { return loop.isDefinedOutsideOfLoop(symbol); };
  return llvm::any_of(llvm::zip_equal(moving, fixed), [&](auto pair) {
    IndexRange range = widen(rangeOf(std::get<0>(pair)), isOutside);
    Affine place = rangeOf(std::get<1>(pair)).first.front();
    return llvm::any_of(range.first,
                        [&](const Affine &first) { return first.minus(place).value_or(0) > 0; }) ||
           llvm::any_of(range.last, [&](const Affine &last) { return place.minus(last).value_or(0) > 0; });
  });
}

/// Prepares to clone `loop` with the element in place of the tensor that it carries as number `k`.
static bool prepare(scf::ForOp loop, unsigned k, CellCloner &cloner) {
  auto stored = loop.getInitArgs()[k].getDefiningOp<tensor::InsertOp>();
  if (!stored || llvm::count(loop.getInitArgs(), stored.getResult()) != 1)
    return false;
  CarriedState state(loop, k);
  if (state.getKind() != CarriedState::Tensor)
    return false;
  for (Operation *access : state.getAccesses()) {
    if (isSamePlace(indicesOf(access), stored.getIndices()))
      cloner.cellOf[access] = 0;
    else if (isa<tensor::InsertOp>(access) || !areApart(loop, indicesOf(access), stored.getIndices()))
      return false;
    else
      cloner.mapping.map(cast<tensor::ExtractOp>(access).getTensor(), stored.getDest());
  }
  cloner.cells[stored.getResult()] = {stored.getScalar()};
  cloner.regionOps.insert_range(state.getRegionOps());
  return true;
}

scf::ForOp astragal::optimize::promoteElement(scf::ForOp loop) {
  for (unsigned k = 0; k < loop.getNumResults(); ++k) {
    CellCloner cloner;
    if (!prepare(loop, k, cloner))
      continue;
    auto stored = loop.getInitArgs()[k].getDefiningOp<tensor::InsertOp>();
    OpBuilder b(loop);
    scf::ForOp clone = cloner.cloneLoop(b, loop);
    Value whole =
        tensor::InsertOp::create(b, loop.getLoc(), clone.getResult(k), stored.getDest(), stored.getIndices());
    for (auto [old, now] : llvm::zip_equal(loop.getResults(), clone.getResults()))
      old.replaceAllUsesWith(old == loop.getResult(k) ? whole : now);
    loop.erase();
    return clone;
  }
  return {};
}
