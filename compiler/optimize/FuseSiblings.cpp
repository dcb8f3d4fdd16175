//===- FuseSiblings.cpp - plates over the same rows become one --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plates over the same rows that read something in common become one, at the place of the first. What both
// compute is there once then, and rows that both read have one reader, which fuse-plates lets compute them.
// Loops in such rows become one likewise.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_FUSESIBLINGS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "fuse-siblings";
/// With how many plates before it one is compared.
static constexpr unsigned mostPartners = 8;

static unsigned countOps(Operation *op) {
  unsigned count = 0;
  op->walk([&](Operation *) { ++count; });
  return count;
}

/// The sum that `value` is a part of and nothing else.
static Value totalOf(Value value) {
  while (value.hasOneUse()) {
    auto add = dyn_cast<arith::AddFOp>(*value.user_begin());
    if (!add || add->getBlock() != value.getParentBlock())
      break;
    value = add;
  }
  return value;
}

/// What the rows of a plate, or the iterations of a loop, read at an index of their own: which tensor, and
/// how far from that index.
static llvm::SetVector<std::pair<Value, int64_t>> readsOf(Operation *op) {
  llvm::SetVector<std::pair<Value, int64_t>> reads;
  Block *body = &op->getRegion(0).front();
  op->walk([&](tensor::ExtractOp read) {
    for (Value index : read.getIndices()) {
      Linear at = linearOf(index);
      auto own = dyn_cast_if_present<BlockArgument>(at.base);
      if (own && own.getOwner() == body)
        reads.insert({read.getTensor(), at.offset});
    }
  });
  return reads;
}

static bool shareReads(Operation *a, Operation *b) {
  auto reads = readsOf(a);
  return llvm::any_of(readsOf(b), [&](auto read) { return reads.contains(read); });
}

/// What `second` needs of `first` and of the ops behind it, in order.
static SmallVector<Operation *> neededFrom(Operation *first, Operation *second) {
  llvm::SetVector<Operation *> found;
  found.insert(second);
  for (size_t k = 0; k < found.size(); ++k)
    found[k]->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        Operation *made = operand.getDefiningOp();
        made = made ? first->getBlock()->findAncestorOpInBlock(*made) : nullptr;
        if (made && !made->isBeforeInBlock(first))
          found.insert(made);
      }
    });
  SmallVector<Operation *> needed(llvm::drop_begin(found));
  llvm::sort(needed, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return needed;
}

namespace {
/// Two plates over the same rows, whose sums are parts of one.
class Siblings {
public:
  Siblings(tg::PlateOp first, tg::PlateOp second) : first(first), second(second) {}

  /// Why they do not become one; empty if they may.
  StringRef analyze(unsigned maxOps);
  tg::PlateOp fuse();

private:
  /// Whether `op` reads of the first plate what the second one computes beside it, in the same row.
  bool readsOwnRow(Operation *op, Value tensor) {
    auto read = dyn_cast<tensor::ExtractOp>(op);
    return read && llvm::is_contained(first.getRows(), tensor) && second->isProperAncestor(read) &&
           llvm::equal(read.getIndices(), second.getIndices());
  }

  tg::PlateOp first, second;
  SmallVector<Operation *> needed; // by the second, from behind the first
};
} // namespace

StringRef Siblings::analyze(unsigned maxOps) {
  bool readsRows = false;
  for (Value row : first.getRows())
    for (OpOperand &use : row.getUses()) {
      if (!readsOwnRow(use.getOwner(), row))
        return "rows of the other one are kept, for other readers too";
      readsRows = true;
    }
  if (!readsRows && !shareReads(first, second))
    return "it reads nothing that a plate over the same rows reads";
  // Of the first plate the second one needs rows of its own, at most.
  needed = neededFrom(first, second);
  llvm::erase(needed, first);
  if (!onlyChecks(first) || !onlyChecks(second) || !llvm::all_of(needed, onlyChecks))
    return "its rows, or what they need, do more than compute and check";
  // A point would end the program that an earlier check would have rejected.
  auto ends = [](Operation *op) { return makesChecksOf(op, tg::CheckKind::Fatal); };
  if (ends(second) || llvm::any_of(needed, ends)) {
    for (Operation *op = first; op != second; op = op->getNextNode())
      if (makesChecksOf(op, tg::CheckKind::Domain))
        return "what ends the program would move before what rejects a point";
  }
  // Checks between the two come behind what moves.
  if (mayRunForever(second) || llvm::any_of(needed, mayRunForever))
    return "a loop that may run forever would move before checks";
  if (countOps(first) + countOps(second) > maxOps)
    return "together, rows would be long";
  return "";
}

tg::PlateOp Siblings::fuse() {
  for (Operation *op : needed)
    op->moveBefore(first);
  OpBuilder b(first);
  IRMapping mapping;
  auto fused =
      tg::PlateOp::create(b, first.getLoc(), first.getExtents(), ValueRange(),
                          [&](OpBuilder &in, Location loc, ValueRange indices, ValueRange) {
                            Value total;
                            for (tg::PlateOp plate : {first, second}) {
                              mapping.map(plate.getIndices(), indices);
                              for (Operation &op : plate.getBodyBlock()->without_terminator())
                                in.clone(op, mapping);
                              for (Value sum : plate.getYield().getSums()) {
                                Value part = mapping.lookupOrDefault(sum);
                                total = total ? arith::AddFOp::create(in, loc, total, part) : part;
                              }
                            }
                            tg::YieldOp::create(in, loc, total, ValueRange(), ValueRange(), ValueRange());
                          });
  fused.walk([&](tensor::ExtractOp read) {
    if (read.getTensor().getDefiningOp() != first)
      return;
    unsigned row = cast<OpResult>(read.getTensor()).getResultNumber() - first.getSums().size();
    read.replaceAllUsesWith(mapping.lookupOrDefault(first.getYield().getRows()[row]));
    read.erase();
  });
  // Where the others were added is the sum of all, already.
  SmallVector<Value> sums(first.getSums());
  llvm::append_range(sums, second.getSums());
  for (Value sum : llvm::drop_begin(sums)) {
    OpOperand &use = *sum.use_begin();
    use.getOwner()->replaceAllUsesWith(ValueRange(use.getOwner()->getOperand(1 - use.getOperandNumber())));
    use.getOwner()->erase();
  }
  sums.front().replaceAllUsesWith(fused->getResult(0));
  second.erase();
  first.erase();
  return fused;
}

static bool mayFuseLoops(scf::ForOp first, scf::ForOp second, SmallVector<Operation *> &needed) {
  if (!provablyEqual(first.getLowerBound(), second.getLowerBound()) ||
      !provablyEqual(first.getUpperBound(), second.getUpperBound()) ||
      !provablyEqual(first.getStep(), second.getStep()) || !isMemoryEffectFree(first) ||
      !isMemoryEffectFree(second) || !shareReads(first, second))
    return false;
  needed = neededFrom(first, second);
  return !llvm::is_contained(needed, first) && llvm::all_of(needed, isMemoryEffectFree) &&
         llvm::none_of(needed, mayRunForever);
}

static scf::ForOp fuse(scf::ForOp first, scf::ForOp second, ArrayRef<Operation *> needed) {
  for (Operation *op : needed)
    op->moveBefore(first);
  OpBuilder b(first);
  SmallVector<Value> inits(first.getInitArgs());
  llvm::append_range(inits, second.getInitArgs());
  auto fused =
      scf::ForOp::create(b, first.getLoc(), first.getLowerBound(), first.getUpperBound(), first.getStep(),
                         inits, [&](OpBuilder &in, Location loc, Value index, ValueRange states) {
                           SmallVector<Value> yielded;
                           for (scf::ForOp loop : {first, second}) {
                             IRMapping mapping;
                             mapping.map(loop.getInductionVar(), index);
                             mapping.map(loop.getRegionIterArgs(), states.take_front(loop.getNumResults()));
                             states = states.drop_front(loop.getNumResults());
                             for (Operation &op : loop.getBody()->without_terminator())
                               in.clone(op, mapping);
                             for (Value value : loop.getYieldedValues())
                               yielded.push_back(mapping.lookupOrDefault(value));
                           }
                           scf::YieldOp::create(in, loc, yielded);
                         });
  first->replaceAllUsesWith(fused->getResults().take_front(first.getNumResults()));
  second->replaceAllUsesWith(fused->getResults().drop_front(first.getNumResults()));
  second.erase();
  first.erase();
  return fused;
}

/// Loops in rows that read the same walk along it together.
static void fuseLoops(tg::PlateOp plate) {
  SmallVector<scf::ForOp> open;
  for (scf::ForOp loop : llvm::to_vector(plate.getBodyBlock()->getOps<scf::ForOp>())) {
    SmallVector<Operation *> needed;
    auto *first = llvm::find_if(open, [&](scf::ForOp other) { return mayFuseLoops(other, loop, needed); });
    if (first == open.end()) {
      open.push_back(loop);
      continue;
    }
    applied(loop, passName, "became part of a loop over the same range");
    *first = fuse(*first, loop, needed);
  }
}

namespace {
struct FuseSiblings : optimize::impl::FuseSiblingsBase<FuseSiblings> {
  using FuseSiblingsBase::FuseSiblingsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    // Only what is computed at every point, not once for the data.
    if (!argumentWith(function, prob::BindingAttr::get(&getContext(), prob::Role::Input, 0)))
      return;
    DataOnly data(function);
    // Inner ones first: plates that become one take their bodies with them.
    function.walk<WalkOrder::PostOrder>([&](Operation *op) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          visit(block, data);
    });
  }

  /// Whether the sums of a plate are parts of one, and it has nothing else but rows.
  static bool isCandidate(tg::PlateOp plate, const DataOnly &data) {
    ResultRange sums = plate.getSums();
    if (sums.empty() || sums.size() + plate.getRows().size() != plate->getNumResults() || plate.getChunks() ||
        data.contains(sums.front()))
      return false;
    Value total = totalOf(sums.front());
    return !llvm::is_contained(sums, total) &&
           llvm::all_of(sums, [&](Value sum) { return sum.getType().isF64() && totalOf(sum) == total; });
  }

  void visit(Block &block, const DataOnly &data) {
    SmallVector<tg::PlateOp> open;
    for (tg::PlateOp plate : llvm::to_vector(block.getOps<tg::PlateOp>()))
      if (isCandidate(plate, data) && !fuseWithOne(open, plate))
        open.push_back(plate);
    for (tg::PlateOp plate : block.getOps<tg::PlateOp>())
      fuseLoops(plate);
  }

  /// Fuses `plate` with the latest of those before it that it can be fused with.
  bool fuseWithOne(MutableArrayRef<tg::PlateOp> open, tg::PlateOp plate) {
    StringRef why;
    for (tg::PlateOp &first : llvm::reverse(open.take_back(mostPartners))) {
      if (!provablyEqual(first.getExtents(), plate.getExtents()) ||
          totalOf(first.getResult(0)) != totalOf(plate.getResult(0)))
        continue;
      // The rows of a plate go where it ends; those of the later one would go on.
      Siblings siblings(first, plate);
      StringRef reason = plate.getRows().empty() ? siblings.analyze(maxOps) : "its rows are kept";
      if (reason.empty()) {
        applied(plate, passName, "became part of a plate over the same rows");
        first = siblings.fuse();
        return true;
      }
      why = why.empty() ? reason : why;
    }
    if (!why.empty())
      declined(plate, passName, why);
    return false;
  }
};
} // namespace
