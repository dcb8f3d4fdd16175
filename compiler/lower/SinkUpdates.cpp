//===- SinkUpdates.cpp - update a tensor after it was read ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Passes.h"

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

namespace astragal::lower {
#define GEN_PASS_DEF_SINKUPDATES
#include "compiler/lower/Passes.h.inc"
} // namespace astragal::lower

using namespace mlir;

namespace astragal::lower {
namespace {

struct SinkUpdates : impl::SinkUpdatesBase<SinkUpdates> {
  using SinkUpdatesBase::SinkUpdatesBase;

  static Value getDest(Operation *op) {
    if (auto insert = dyn_cast<tensor::InsertOp>(op))
      return insert.getDest();
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
      return insert.getDest();
    return {};
  }

  static void sinkIn(Block &block) {
    llvm::DenseMap<Operation *, unsigned> position;
    SmallVector<Operation *> updates;
    unsigned next = 0;
    for (Operation &op : block) {
      position[&op] = next++;
      if (getDest(&op))
        updates.push_back(&op);
    }
    // The last one first: what it makes room for, the ones before it may use. An update that has moved keeps
    // its old position, which errs on the side of leaving others alone.
    for (Operation *update : llvm::reverse(updates)) {
      unsigned here = position.lookup(update), lastRead = here, firstUse = next;
      Operation *reader = nullptr;
      for (Operation *user : getDest(update).getUsers()) {
        Operation *inBlock = block.findAncestorOpInBlock(*user);
        if (!inBlock || inBlock == update)
          continue;
        if (unsigned at = position.lookup(inBlock); at > lastRead) {
          lastRead = at;
          reader = inBlock;
        }
      }
      if (!reader || reader->hasTrait<OpTrait::IsTerminator>())
        continue;
      for (Operation *user : update->getResult(0).getUsers())
        if (Operation *inBlock = block.findAncestorOpInBlock(*user))
          firstUse = std::min(firstUse, position.lookup(inBlock));
      if (firstUse <= lastRead)
        continue;
      update->moveAfter(reader);
      position[update] = lastRead;
    }
  }

  void runOnOperation() override {
    getOperation()->walk([](Block *block) { sinkIn(*block); });
  }
};

} // namespace
} // namespace astragal::lower
