//===- PackMath.cpp - scalar functions side by side in a vector -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements pack-math. An op's *level* is how many functions lie on the longest path to it.
// Functions of one level do not depend on each other, so they can be packed, and packs of different levels
// cannot wait for one another in a circle.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"
#include "compiler/schedule/Passes.h"

#include "dialects/tg/Rare.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/MapVector.h"

namespace astragal::schedule {
#define GEN_PASS_DEF_PACKMATH
#include "compiler/schedule/Passes.h.inc"
} // namespace astragal::schedule

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// The lanes of a vector of doubles here and in vectorize-plates.
static constexpr size_t maxLanes = 8;

static bool isCandidate(Operation *op) {
  return op->getNumResults() == 1 && op->getNumOperands() == 1 && op->getResult(0).getType().isF64() &&
         hasExpansion(op);
}

namespace {
class BlockPacker {
public:
  explicit BlockPacker(Block &block) : block(block) {}

  void run() {
    findDependencies();
    if (formPacks())
      schedule();
  }

private:
  /// Functions that become one, in the order of the block.
  using Pack = SmallVector<Operation *, maxLanes>;

  /// What each op of the block needs from it; ops with effects need the one before.
  void findDependencies() {
    Operation *effect = nullptr;
    for (Operation &op : block.without_terminator()) {
      SmallVector<Operation *, 4> &needed = needs[&op];
      op.walk([&](Operation *inner) {
        for (Value operand : inner->getOperands())
          if (Operation *definition = operand.getDefiningOp())
            if (Operation *here = block.findAncestorOpInBlock(*definition); here && here != &op)
              needed.push_back(here);
      });
      if (!isMemoryEffectFree(&op)) {
        if (effect)
          needed.push_back(effect);
        effect = &op;
      }
      unsigned level = 0;
      for (Operation *before : needed)
        level = std::max(level, levels.lookup(before));
      levels[&op] = level + (isCandidate(&op) ? 1 : 0);
    }
  }

  /// Whether there is anything to pack.
  bool formPacks() {
    llvm::MapVector<std::pair<OperationName, unsigned>, SmallVector<Operation *>> alike;
    for (Operation &op : block.without_terminator())
      if (isCandidate(&op))
        alike[{op.getName(), levels.lookup(&op)}].push_back(&op);
    for (auto &[key, ops] : alike)
      for (ArrayRef<Operation *> rest = ops; rest.size() > 1;
           rest = rest.drop_front(std::min(rest.size(), maxLanes))) {
        packs.emplace_back(rest.take_front(maxLanes));
        for (Operation *op : packs.back())
          packOf[op] = packs.size() - 1;
      }
    return !packs.empty();
  }

  /// Puts the ops in an order in which each pack's arguments come before all of it: that of the block, but
  /// for what a pack needs early.
  void schedule() {
    SmallVector<Operation *> order;
    for (Operation &op : block.without_terminator())
      order.push_back(&op);
    for (Operation *root : order) {
      SmallVector<Operation *> open = {root};
      while (!open.empty()) {
        Operation *op = open.back();
        if (placed.contains(op)) {
          open.pop_back();
          continue;
        }
        size_t before = open.size();
        auto found = packOf.find(op);
        ArrayRef<Operation *> together =
            found == packOf.end() ? ArrayRef<Operation *>(op) : packs[found->second];
        for (Operation *member : together)
          for (Operation *needed : needs[member])
            if (!placed.contains(needed))
              open.push_back(needed);
        if (open.size() > before)
          continue;
        open.pop_back();
        placed.insert_range(together);
        if (together.size() == 1)
          op->moveBefore(block.getTerminator());
        else
          pack(together);
      }
    }
    for (const Pack &pack : packs)
      for (Operation *op : pack)
        op->erase();
  }

  /// Computes the ops in the lanes of one, at the end of the block. Lanes to spare repeat the last argument.
  void pack(ArrayRef<Operation *> ops) {
    OpBuilder b(block.getTerminator());
    Operation *first = ops.front();
    Location loc = first->getLoc();
    auto type = VectorType::get(static_cast<int64_t>(llvm::PowerOf2Ceil(ops.size())), b.getF64Type());
    SmallVector<Value> arguments;
    for (Operation *op : ops)
      arguments.push_back(op->getOperand(0));
    arguments.resize(type.getNumElements(), arguments.back());
    Value argument = vector::FromElementsOp::create(b, loc, type, arguments);
    OperationState state(loc, first->getName(), argument, type, first->getAttrs());
    Value result = b.create(state)->getResult(0);
    for (auto [lane, op] : llvm::enumerate(ops)) {
      op->getResult(0).replaceAllUsesWith(
          vector::ExtractOp::create(b, loc, result, static_cast<int64_t>(lane)));
      op->dropAllReferences();
    }
    remark::passed(loc, remark::RemarkOpts::name("pack-math").category("schedule")) << remark::add(
        "{0}", (Twine(ops.size()) + " times " + first->getName().getStringRef() + " in one vector").str());
  }

  Block &block;
  DenseMap<Operation *, SmallVector<Operation *, 4>> needs;
  DenseMap<Operation *, unsigned> levels;
  SmallVector<Pack> packs;
  DenseMap<Operation *, size_t> packOf;
  DenseSet<Operation *> placed;
};

struct PackMath : astragal::schedule::impl::PackMathBase<PackMath> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation()->walk([&](Block *block) {
      if (llvm::count_if(*block, [](Operation &op) { return isCandidate(&op) && !tg::isRare(&op); }) > 1)
        blocks.push_back(block);
    });
    for (Block *block : blocks)
      BlockPacker(*block).run();
  }
};
} // namespace
