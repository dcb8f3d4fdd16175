//===- FinalState.cpp - reads that the end of a loop still answers --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dependence test. Recurrences such as `s[t] = f(s[t - 1])` write each element before anyone reads it and
// never again; what was read at any time can be read from the final tensor. For every read and every write it
// is shown that no later instance of the write meets an earlier instance of the read: later by an iteration
// of one of the loops around both, or in the same iteration of all of them and later in the code. Ranges of
// elements count: of a slice, or of an index that runs through a loop of its own, the first and the last.
//
//===----------------------------------------------------------------------===//

#include "compiler/differentiate/Sweep.h"
#include "compiler/optimize/IndexRange.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace astragal::optimize;

namespace astragal::differentiate {

llvm::SetVector<Value> versionsOf(Value tensor, StringRef &why) {
  llvm::SetVector<Value> versions;
  versions.insert(tensor);
  Region *scope = tensor.getParentRegion();
  for (unsigned next = 0; next < versions.size(); ++next)
    for (OpOperand &use : versions[next].getUses()) {
      Operation *op = use.getOwner();
      unsigned k = use.getOperandNumber();
      if (isa<tensor::ExtractOp, tensor::ExtractSliceOp, tensor::DimOp>(op))
        continue;
      bool isDest = (isa<tensor::InsertOp>(op) && k == 1) || (isa<tensor::InsertSliceOp>(op) && k == 1);
      bool isTerminator =
          isa<scf::YieldOp>(op) && op->getParentRegion() == scope; // hands it to the next iteration
      bool passedOn = (isa<scf::ForOp>(op) && k >= cast<scf::ForOp>(op).getNumControlOperands()) ||
                      (isa<scf::YieldOp>(op) && isa<scf::ForOp, scf::IfOp>(op->getParentOp()));
      if (isTerminator)
        continue;
      if (isDest || passedOn)
        forEachTarget(use, [&](Value target) { versions.insert(target); });
      else
        why = "it is used as a whole";
    }
  return versions;
}

namespace {

struct Access {
  Operation *op;
  SmallVector<IndexRange, 0> indices; // of each dimension
};

Access accessOf(Operation *op) {
  Access access{op, {}};
  auto single = [&](OpFoldResult index) { access.indices.push_back(rangeOf(index)); };
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    for (Value index : extract.getIndices())
      single(index);
  else if (auto insert = dyn_cast<tensor::InsertOp>(op))
    for (Value index : insert.getIndices())
      single(index);
  else if (auto slice = dyn_cast<OffsetSizeAndStrideOpInterface>(op))
    for (auto [offset, size, stride] :
         llvm::zip_equal(slice.getMixedOffsets(), slice.getMixedSizes(), slice.getMixedStrides()))
      access.indices.push_back(rangeOfSlice(offset, size, stride));
  return access;
}

/// Loops around the op up to and including `outermost`, from the outside in.
SmallVector<Operation *> loopsAround(Operation *op, Operation *outermost) {
  SmallVector<Operation *> loops;
  for (Operation *parent = op->getParentOp();; parent = parent->getParentOp()) {
    if (isa<LoopLikeOpInterface>(parent))
      loops.push_back(parent);
    if (parent == outermost)
      break;
  }
  std::reverse(loops.begin(), loops.end());
  return loops;
}

/// Do the two never mean the same element, the write being in a later iteration of `common[level]` but the
/// same one of the loops around it? With `level` past the end: in the same iteration of all.
bool areApart(const Access &read, const Access &write, ArrayRef<Operation *> common, unsigned level) {
  Operation *loop = level < common.size() ? common[level] : nullptr;
  auto isFixed = [&](Value symbol) {
    // One value for both, if it is defined where nothing but the loops further out repeats.
    Operation *within = loop ? loop : common.back();
    Region *region = symbol.getParentRegion();
    if (!loop && region == &within->getRegion(0))
      return true;
    return !within->isAncestor(region->getParentOp());
  };
  auto step = dyn_cast_or_null<scf::ForOp>(loop);
  auto isCommon = [&](Value symbol) { return (step && symbol == step.getInductionVar()) || isFixed(symbol); };
  // Is `sign` times a minus c positive? Steps are positive: the later iteration's variable is larger by one
  // at least.
  auto exceeds = [&](const Affine &later, const Affine &earlier, int64_t sign) {
    std::optional<int64_t> difference = later.minus(earlier);
    int64_t perIteration = step ? sign * later.factorOf(step.getInductionVar()) : 0;
    return difference && perIteration >= 0 && perIteration + sign * *difference > 0 &&
           llvm::all_of(later.terms, [&](auto &term) { return term.second == 0 || isCommon(term.first); });
  };
  auto anyExceeds = [&](ArrayRef<Affine> later, ArrayRef<Affine> earlier, int64_t sign) {
    return llvm::any_of(later, [&](const Affine &w) {
      return llvm::any_of(earlier, [&](const Affine &r) { return exceeds(w, r, sign); });
    });
  };
  for (auto [r, w] : llvm::zip_equal(read.indices, write.indices)) {
    IndexRange reads = widen(r, isCommon), writes = widen(w, isCommon);
    if (anyExceeds(writes.first, reads.last, 1) || anyExceeds(writes.last, reads.first, -1))
      return true;
  }
  return false;
}

bool comesBefore(Operation *a, Operation *c, Region *scope) {
  Operation *x = scope->findAncestorOpInRegion(*a), *y = scope->findAncestorOpInRegion(*c);
  return x != y && x->isBeforeInBlock(y);
}

} // namespace

bool readsSeeFinalState(scf::ForOp loop, unsigned k, const std::optional<DenseSet<Operation *>> &needed,
                        StringRef &why) {
  llvm::SetVector<Value> versions = versionsOf(loop.getRegionIterArg(k), why);
  if (!why.empty())
    return false;
  if (!versions.contains(loop.getYieldedValues()[k])) {
    why = "it is replaced by another tensor";
    return false;
  }
  SmallVector<Access> reads, writes;
  llvm::SmallPtrSet<Operation *, 16> seen;
  for (Value version : versions) {
    // A branch, or a loop, that may yield something else is not the same tensor.
    if (auto result = dyn_cast<OpResult>(version); result && result.getOwner()->getNumRegions())
      for (Region &region : result.getOwner()->getRegions())
        if (region.empty() ||
            !versions.contains(region.front().getTerminator()->getOperand(result.getResultNumber()))) {
          why = "a branch replaces it by another tensor";
          return false;
        }
    for (OpOperand &use : version.getUses()) {
      if (!seen.insert(use.getOwner()).second)
        continue;
      bool isNeeded =
          !needed || use.getOwner()->getBlock() != loop.getBody() || needed->contains(use.getOwner());
      if (isa<tensor::ExtractOp, tensor::ExtractSliceOp>(use.getOwner()) && isNeeded)
        reads.push_back(accessOf(use.getOwner()));
      if (isa<tensor::InsertOp, tensor::InsertSliceOp>(use.getOwner()))
        writes.push_back(accessOf(use.getOwner()));
    }
  }
  for (const Access &read : reads)
    for (const Access &write : writes) {
      SmallVector<Operation *> common, a = loopsAround(read.op, loop), c = loopsAround(write.op, loop);
      for (auto [x, y] : llvm::zip(a, c)) {
        if (x != y)
          break;
        common.push_back(x);
      }
      for (unsigned level = 0; level < common.size(); ++level)
        if (!areApart(read, write, common, level)) {
          why = "a later iteration may overwrite what was read";
          return false;
        }
      Region *innermost = &common.back()->getRegion(0);
      if (!comesBefore(write.op, read.op, innermost) && !areApart(read, write, common, common.size())) {
        why = "what was read may be overwritten in the same iteration";
        return false;
      }
    }
  return true;
}

} // namespace astragal::differentiate
