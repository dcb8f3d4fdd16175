//===- IndependentLoop.cpp - loops whose iterations may run in any order ----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndependentLoop.h"
#include "compiler/optimize/RowTensors.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

IndependentLoop::IndependentLoop(scf::ForOp loop, int64_t maxLocal) : Iterations(loop, maxLocal) {
  axes.push_back({loop.getInductionVar(), loop.getLowerBound(), loop.getUpperBound()});
  body = loop.getBody();
  llvm::append_range(starts, loop.getRegionIterArgs());
  if (linearOf(loop.getStep()).base || linearOf(loop.getStep()).offset != 1) {
    refuse(loop, "its step is not one");
    return;
  }
  for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k) {
    const CarriedState &state = states.emplace_back(loop, k);
    OwnedPlaces &places = owned.emplace_back();
    if (state.getKind() == CarriedState::Recurrence) {
      refuse(state.getCulprit(), state.getReason());
      return;
    }
    if (state.getKind() == CarriedState::Tensor && !findPlaces(state, places))
      return;
  }
  checkBody();
}

bool Iterations::refuse(Operation *op, StringRef why) {
  culprit = op;
  reason = why;
  return false;
}

std::optional<Place> optimize::findPlace(scf::ForOp loop, ValueRange indices, unsigned &dim) {
  Place place;
  unsigned moving = 0;
  for (auto [k, index] : llvm::enumerate(indices)) {
    Linear linear = linearOf(index);
    if (linear.base == loop.getInductionVar()) {
      ++moving;
      dim = k;
    } else if (linear.base && !loop.isDefinedOutsideOfLoop(linear.base)) {
      return std::nullopt;
    }
    place.push_back(linear);
  }
  return moving == 1 ? std::optional(place) : std::nullopt;
}

/// Each element is a row of the plate, and a scalar of the iteration: more than registers hold gain nothing.
static constexpr size_t mostPlaces = 16;

bool IndependentLoop::findPlaces(const CarriedState &state, OwnedPlaces &owned) {
  for (Operation *access : state.getAccesses()) {
    auto insert = dyn_cast<tensor::InsertOp>(access);
    unsigned dim = 0;
    std::optional<Place> place =
        findPlace(loop, insert ? insert.getIndices() : cast<tensor::ExtractOp>(access).getIndices(), dim);
    if (!place)
      return refuse(access,
                    "an element of a carried tensor is not at the induction variable plus a constant");
    if (!owned.places.empty() && owned.places.front()[dim] != (*place)[dim])
      return refuse(access, "two iterations touch the same element of a carried tensor");
    unsigned number = owned.places.size();
    for (auto [k, other] : llvm::enumerate(owned.places)) {
      if (other == *place) {
        number = k;
        break;
      }
      if (llvm::none_of(llvm::zip(other, *place),
                        [](auto p) { return std::get<0>(p).differs(std::get<1>(p)); }))
        return refuse(access, "two places in a carried tensor are not provably different");
    }
    if (number == owned.places.size())
      owned.places.push_back(*place);
    if (owned.places.size() > mostPlaces)
      return refuse(access, "an iteration touches too many elements of a carried tensor");
    owned.placeOf[access] = number;
  }
  return true;
}

bool Iterations::isOfRow(Value value) const {
  Operation *op = value.getDefiningOp();
  if (!makesRowTensor(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && (maxLocal == anySize || (type.hasStaticShape() && type.getNumElements() <= maxLocal));
}

bool Iterations::checkBody() {
  auto isVersion = [&](Value value) {
    return llvm::any_of(states, [&](const CarriedState &state) {
      return state.getKind() == CarriedState::Tensor && state.contains(value);
    });
  };
  body->walk([&](Operation *op) {
    if (op->getNumRegions() == 0 && !isa<tg::CheckOp, prob::LogDensityOp>(op) && !isMemoryEffectFree(op)) {
      refuse(op, "the body has an effect");
      return WalkResult::interrupt();
    }
    for (Value result : op->getResults())
      if (isa<TensorType>(result.getType()) && !isVersion(result)) {
        hasLocal = true;
        if (!isOfRow(result)) {
          refuse(op, "the body creates a tensor");
          return WalkResult::interrupt();
        }
      }
    return WalkResult::advance();
  });
  return static_cast<bool>(*this);
}
