//===- ChunkParts.cpp - what chunks add to tensors ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/ChunkParts.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// Every op that adds to the accumulator; nothing if something else is done with it. `direct`: they follow
/// one another in the plate's own block.
static std::optional<SmallVector<tg::AccumulateOp>> updatesOf(Value accumulator, tg::PlateOp plate,
                                                              bool &direct) {
  SmallVector<tg::AccumulateOp> updates;
  llvm::SetVector<Value> versions;
  versions.insert(accumulator);
  direct = true;
  for (unsigned next = 0; next < versions.size(); ++next)
    for (OpOperand &use : versions[next].getUses()) {
      Operation *user = use.getOwner();
      if (auto update = dyn_cast<tg::AccumulateOp>(user)) {
        updates.push_back(update);
        versions.insert(update.getResult());
        direct &= update->getBlock() == plate.getBodyBlock();
        continue;
      }
      if (user == plate.getYield())
        continue;
      direct = false;
      Operation *parent = user->getParentOp();
      if (auto loop = dyn_cast<scf::ForOp>(user)) {
        versions.insert(loop.getTiedLoopRegionIterArg(&use));
        versions.insert(loop.getTiedLoopResult(&use));
      } else if (auto nested = dyn_cast<tg::PlateOp>(user)) {
        unsigned k = &use - nested.getInitsMutable().begin();
        versions.insert(nested.getAccumulators()[k]);
        versions.insert(nested.getAccumulated()[k]);
      } else if (isa<tg::YieldOp>(user)) {
        versions.insert(parent->getResult(use.getOperandNumber()));
      } else if (isa<scf::YieldOp>(user) && isa<scf::ForOp, scf::IfOp>(parent)) {
        versions.insert(parent->getResult(use.getOperandNumber()));
      } else {
        return std::nullopt;
      }
    }
  return updates;
}

SmallVector<ChunkPart> schedule::partsOf(tg::PlateOp plate, DenseMap<Operation *, unsigned> &partOf) {
  SmallVector<ChunkPart> parts;
  for (auto [k, accumulator] : llvm::enumerate(plate.getAccumulators())) {
    bool direct;
    std::optional<SmallVector<tg::AccumulateOp>> updates = updatesOf(accumulator, plate, direct);
    SmallVector<optimize::RowAccess> accesses, groups(1);
    if (updates && !updates->empty()) {
      for (tg::AccumulateOp update : *updates)
        accesses.push_back(optimize::rowAccessOf(update.getIndices(), plate));
      groups = optimize::groupsOf(accesses, direct);
    }
    bool isToldApart = groups.size() > 1 || groups.front().kind == optimize::RowAccess::InRange;
    unsigned first = parts.size();
    for (const optimize::RowAccess &group : groups)
      parts.push_back({static_cast<unsigned>(k), group, isToldApart});
    if (isToldApart)
      for (auto [update, access] : llvm::zip_equal(*updates, accesses))
        partOf[update] = first + optimize::groupOf(access, groups);
  }
  return parts;
}
