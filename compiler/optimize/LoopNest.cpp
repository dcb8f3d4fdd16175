//===- LoopNest.cpp - two loops whose iterations may run in any order -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/LoopNest.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static OperandRange indicesOf(Operation *access) {
  if (auto insert = dyn_cast<tensor::InsertOp>(access))
    return insert.getIndices();
  return cast<tensor::ExtractOp>(access).getIndices();
}

static constexpr StringLiteral doesMore = "it does more than run an inner loop";

LoopNest::LoopNest(scf::ForOp outer) : Iterations(outer) {
  findInner() && findStates() && orderAxes() && checkBody();
}

bool LoopNest::findInner() {
  auto ops = loop.getBody()->without_terminator();
  auto found = llvm::find_if(ops, llvm::IsaPred<scf::ForOp, tg::PlateOp>);
  if (found == ops.end())
    return refuse(loop, doesMore); // which is not told where there is none
  inner = &*found;
  for (Operation &op : ops)
    if (&op != inner && !isCheap(&op) && !isAddressing(&op) &&
        !isa<tensor::InsertOp, tensor::InsertSliceOp>(op))
      return refuse(&op, doesMore);
  axes.push_back({loop.getInductionVar(), loop.getLowerBound(), loop.getUpperBound()});
  bool isStepOne = matchPattern(loop.getStep(), m_One());
  if (auto plate = dyn_cast<tg::PlateOp>(inner)) {
    if (plate.getRank() != 1 || plate.getNumResults() != plate.getRows().size())
      return refuse(inner, "the plate in it has sums, or more than one dimension");
    body = plate.getBodyBlock();
    axes.push_back({plate.getIndices().front(), Value(), plate.getExtents().front()});
  } else {
    auto innerLoop = cast<scf::ForOp>(inner);
    isStepOne &= matchPattern(innerLoop.getStep(), m_One());
    body = innerLoop.getBody();
    axes.push_back({innerLoop.getInductionVar(), innerLoop.getLowerBound(), innerLoop.getUpperBound()});
  }
  if (!isStepOne)
    return refuse(loop, "its step is not one");
  return (takeOutside(axes[1].lower) && takeOutside(axes[1].upper)) ||
         refuse(inner, "its inner loop is not always as long");
}

/// Whether a bound is the same in all iterations; if so, lets it be a value that is there before them.
bool LoopNest::takeOutside(Value &bound) {
  if (isInvariant(bound))
    return true;
  Linear linear = linearOf(bound);
  if (!isInvariant(linear.base))
    return false;
  OpBuilder b(loop);
  bound = materialize(b, loop.getLoc(), linear);
  return true;
}

bool LoopNest::findStates() {
  unsigned changed = 0;
  for (unsigned k = 0; k < loop.getNumRegionIterArgs(); ++k) {
    const CarriedState &state = states.emplace_back(loop, k, /*slices=*/isa<tg::PlateOp>(inner));
    owned.emplace_back();
    starts.emplace_back();
    updated.emplace_back();
    innerDims.emplace_back();
    if (state.getKind() == CarriedState::Recurrence)
      return refuse(state.getCulprit(), state.getReason());
    if (state.getKind() == CarriedState::Invariant)
      continue;
    ++changed;
    if (!findStart(k) || (state.getKind() == CarriedState::Tensor && (!findPlace(k) || !findUpdates(k))))
      return false;
  }
  for (Operation &op : *loop.getBody())
    if (isa<tensor::InsertOp, tensor::InsertSliceOp>(op) &&
        llvm::none_of(states, [&](const CarriedState &state) { return state.contains(op.getResult(0)); }))
      return refuse(&op, doesMore);
  // What the inner loop carries alone is a matter of one row.
  return changed == inner->getNumResults() || refuse(inner, "its inner loop has more results than it has");
}

/// Finds what stands for the value in the inner loop; a plate does not read it.
bool LoopNest::findStart(unsigned k) {
  Value argument = loop.getRegionIterArg(k);
  bool isTensor = states[k].getKind() == CarriedState::Tensor;
  if (isa<tg::PlateOp>(inner))
    return isTensor || refuse(loop, doesMore);
  auto innerLoop = cast<scf::ForOp>(inner);
  OperandRange inits = innerLoop.getInitArgs();
  if (llvm::count(inits, argument) != 1)
    return refuse(loop, doesMore);
  unsigned number = llvm::find(inits, argument) - inits.begin();
  starts[k] = innerLoop.getRegionIterArg(number);
  return isTensor || loop.getYieldedValues()[k] == innerLoop.getResult(number) || refuse(loop, doesMore);
}

/// The place of an access, inside the inner loop, with these indices.
std::optional<Place> LoopNest::placeAt(ValueRange indices, unsigned k) {
  Place place;
  unsigned found[2] = {0, 0};
  for (auto [dim, index] : llvm::enumerate(indices)) {
    Linear linear = place.emplace_back(linearOf(index));
    if (linear.base == axes[0].index)
      ++found[0];
    else if (linear.base == axes[1].index)
      innerDims[k] = dim, ++found[1];
    else if (!isInvariant(linear.base))
      return std::nullopt;
  }
  return found[0] == 1 && found[1] == 1 ? std::optional(place) : std::nullopt;
}

/// The place of what a row of the plate stores.
std::optional<Place> LoopNest::placeOf(tensor::InsertSliceOp write, unsigned k) {
  auto source = dyn_cast<OpResult>(write.getSource());
  if (!source || source.getOwner() != inner || !source.hasOneUse() || !write.hasUnitStride() ||
      write.getDest() != loop.getRegionIterArg(k))
    return std::nullopt;
  innerDims[k] = write.getDroppedDims().find_first_unset();
  Place place;
  unsigned outers = 0;
  for (auto [dim, offset] : llvm::enumerate(write.getMixedOffsets())) {
    auto value = dyn_cast<Value>(offset);
    Linear linear = value ? linearOf(value) : Linear{Value(), *getConstantIntValue(offset)};
    outers += linear.base == axes[0].index;
    if (dim == innerDims[k] ? !linear.isConstant()
                            : linear.base != axes[0].index && !isInvariant(linear.base))
      return std::nullopt;
    if (dim == innerDims[k])
      linear.base = axes[1].index;
    place.push_back(linear);
  }
  return outers == 1 ? std::optional(place) : std::nullopt;
}

/// Finds the element that a pair of iterations owns.
bool LoopNest::findPlace(unsigned k) {
  SmallVector<Place, 1> &places = owned[k].places;
  for (Operation *access : states[k].getAccesses()) {
    std::optional<Place> place;
    if (auto write = dyn_cast<tensor::InsertSliceOp>(access)) {
      place = placeOf(write, k);
      if (!place)
        return refuse(write, "a slice of a carried tensor is not what the plate computes for it");
    } else if (inner->isProperAncestor(access)) {
      place = placeAt(indicesOf(access), k);
    } else {
      continue;
    }
    if (!place)
      return refuse(access,
                    "an element of a carried tensor is not at both induction variables plus constants");
    if (places.empty())
      places.push_back(*place);
    if (places.front() != *place)
      return refuse(access, "an iteration touches more than one element of a carried tensor");
    owned[k].placeOf[access] = 0;
  }
  return !places.empty() || refuse(inner, doesMore);
}

/// Finds the element that the outer loop updates, once the inner one has written it.
bool LoopNest::findUpdates(unsigned k) {
  const Place &place = owned[k].places.front();
  unsigned innerDim = innerDims[k];
  DenseSet<Value> written;
  for (Operation &op : *loop.getBody()) {
    if (&op == inner && starts[k])
      written.insert(inner->getResult(cast<BlockArgument>(starts[k]).getArgNumber() - 1));
    if (isa<tensor::InsertSliceOp>(op) && owned[k].placeOf.contains(&op))
      written.insert(op.getResult(0));
    if (!isa<tensor::InsertOp, tensor::ExtractOp>(op) || !llvm::is_contained(states[k].getAccesses(), &op))
      continue;
    if (!written.contains(op.getOperand(isa<tensor::InsertOp>(op))))
      return refuse(&op, "a carried tensor is read or written before the inner loop writes its elements");
    for (auto [dim, index] : llvm::enumerate(indicesOf(&op))) {
      Linear linear = linearOf(index);
      if (dim == innerDim && !updated[k])
        updated[k] = linear;
      if (linear != (dim == innerDim ? *updated[k] : place[dim]))
        return refuse(&op, "an iteration updates more than one element that the inner loop wrote");
    }
    if (isa<tensor::InsertOp>(op))
      written.insert(op.getResult(0));
  }
  if (!written.contains(loop.getYieldedValues()[k]))
    return refuse(loop, doesMore);
  if (!updated[k])
    return true;
  // Whichever element it is, the inner loop has written it.
  OpBuilder b(loop);
  Linear first = axes[1].first();
  first.offset += place[innerDim].offset;
  Value size = sizeOf(b, loop.getLoc(), loop.getInitArgs()[k], innerDim);
  return (first == Linear() && provablyEqual(size, axes[1].makeExtent(b, loop.getLoc()))) ||
         refuse(loop, "an element is updated that the inner loop may not have written");
}

/// Elements next to each other shall be rows next to each other.
bool LoopNest::orderAxes() {
  std::optional<bool> isSwapped;
  for (auto [k, places] : llvm::enumerate(owned)) {
    if (places.places.empty())
      continue;
    unsigned outerDim = llvm::find_if(places.places.front(),
                                      [&](const Linear &linear) { return linear.base == axes[0].index; }) -
                        places.places.front().begin();
    if (isSwapped.value_or(innerDims[k] < outerDim) != innerDims[k] < outerDim)
      return refuse(loop, "its tensors lie in different orders");
    isSwapped = innerDims[k] < outerDim;
  }
  if (isSwapped.value_or(false))
    std::swap(axes[0], axes[1]);
  return true;
}
