//===- PlanWorkspace.cpp - every buffer gets an offset in one block -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `plan-workspace`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Passes.h"
#include "compiler/lower/PlanOffsets.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "compiler/lower/Passes.h.inc"

namespace {
constexpr int64_t alignment = 64;
constexpr int64_t stackLimit = 1 << 15; // of all small buffers of a function

int64_t getElementBytes(MemRefType type) {
  Type element = type.getElementType();
  return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
}

class Planner {
public:
  Planner(func::FuncOp function, int64_t stackBytes)
      : function(function), entry(function.getBody().front()), b(function.getContext()),
        stackBytes(stackBytes) {}

  LogicalResult run();

private:
  Value addBlockArgument(StringRef attribute);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, function.getLoc(), value); }
  Value roundUp(Value count, int64_t elementBytes);
  Value add(Value bytes, Value more);
  void replaceByView(Operation *allocation, Value block, Value offset);
  LogicalResult findPrepared();
  void planPrepared();
  LogicalResult planWorkspace();
  void planStack(Block &block, Value top);

  func::FuncOp function;
  Block &entry;
  OpBuilder b;
  int64_t stackBytes;
  SmallVector<std::pair<int64_t, memref::AllocOp>> prepared; // by their number
  SmallVector<memref::AllocOp> fixed, sized;
  bool growing = false; // what lies behind the plan is used: there are buffers whose size is known only where
                        // they are needed, or chunks, which get the rest
  Value workspace;
};

/// The place in the function's own block of the last operation that touches `allocation`.
Operation *findLastUse(Operation *allocation) {
  Block *block = allocation->getBlock();
  Operation *last = allocation;
  SmallVector<Operation *> work{allocation};
  while (!work.empty())
    for (Operation *user : work.pop_back_val()->getUsers()) {
      if (isa<memref::SubViewOp>(user))
        work.push_back(user);
      Operation *level = block->findAncestorOpInBlock(*user);
      if (last->isBeforeInBlock(level))
        last = level;
    }
  return last;
}
} // namespace

Value Planner::addBlockArgument(StringRef attribute) {
  auto type = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
  unsigned at = entry.getNumArguments();
  auto attributes = b.getDictionaryAttr(b.getNamedAttr(attribute, b.getUnitAttr()));
  (void)function.insertArgument(at, type, attributes, function.getLoc());
  return entry.getArgument(at);
}

/// The bytes of `count` elements, as a multiple of the alignment. Data may ask for more than numbers can say:
/// that must stay more than there is, also in sums.
Value Planner::roundUp(Value count, int64_t elementBytes) {
  constexpr int64_t tooMany = int64_t(1) << 56;
  Location loc = function.getLoc();
  count = b.createOrFold<arith::MaxSIOp>(loc, count, constant(0)); // where the check of a size has failed
  count = b.createOrFold<arith::MinSIOp>(loc, count, constant(tooMany));
  Value bytes = b.createOrFold<arith::MulIOp>(loc, count, constant(elementBytes));
  Value up = b.createOrFold<arith::AddIOp>(loc, bytes, constant(alignment - 1));
  return b.createOrFold<arith::AndIOp>(loc, up, constant(-alignment));
}

Value Planner::add(Value bytes, Value more) {
  constexpr int64_t mostBytes = int64_t(1) << 61;
  Location loc = function.getLoc();
  return b.createOrFold<arith::MinUIOp>(loc, b.createOrFold<arith::AddIOp>(loc, bytes, more),
                                        constant(mostBytes));
}

void Planner::replaceByView(Operation *allocation, Value block, Value offset) {
  auto type = cast<MemRefType>(allocation->getResult(0).getType());
  Value view =
      memref::ViewOp::create(b, allocation->getLoc(), type, block, offset, allocation->getOperands());
  allocation->getResult(0).replaceAllUsesWith(view);
  if (b.getInsertionBlock() == allocation->getBlock() && b.getInsertionPoint() == Block::iterator(allocation))
    b.setInsertionPointAfter(allocation);
  allocation->erase();
}

/// Prepared values are the buffers that the function returns.
LogicalResult Planner::findPrepared() {
  auto terminator = cast<func::ReturnOp>(entry.getTerminator());
  llvm::BitVector buffers(terminator.getNumOperands());
  for (auto [i, value] : llvm::enumerate(terminator.getOperands())) {
    if (!isa<MemRefType>(value.getType()))
      continue;
    auto allocation = value.getDefiningOp<memref::AllocOp>();
    auto binding = function.getResultAttrOfType<prob::BindingAttr>(i, "prob.binding");
    if (!allocation || !binding)
      return function.emitOpError("returns a buffer that is not a prepared value of its own: number ") << i;
    prepared.push_back({binding.getIndex(), allocation});
    buffers.set(i);
  }
  terminator->eraseOperands(buffers);
  (void)function.eraseResults(buffers);
  llvm::sort(prepared, llvm::less_first());
  return success();
}

/// They lie one after the other, behind a table that says where.
void Planner::planPrepared() {
  Operation *last = prepared.front().second;
  for (auto &[index, allocation] : prepared)
    if (last->isBeforeInBlock(allocation))
      last = allocation;
  b.setInsertionPointAfter(last); // all sizes are known, and nothing is written yet
  Location loc = last->getLoc();
  Value block = addBlockArgument("prob.prepared");
  int64_t count = prepared.back().first + 1;
  Value offset = roundUp(constant(count), 8);
  SmallVector<Value> offsets;
  for (auto &[index, allocation] : prepared) {
    offsets.push_back(offset);
    MemRefType type = allocation.getType();
    Value size = type.hasStaticShape() ? constant(type.getNumElements()) : allocation.getDynamicSizes()[0];
    offset = add(offset, roundUp(size, getElementBytes(type)));
  }
  auto dynamic = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
  block = memref::ReallocOp::create(b, loc, dynamic, block, offset);
  Value table = memref::ViewOp::create(b, loc, MemRefType::get({count}, b.getIndexType()), block, constant(0),
                                       ValueRange());
  for (auto [value, place] : llvm::zip_equal(prepared, offsets)) {
    memref::StoreOp::create(b, loc, place, table, constant(value.first));
    replaceByView(value.second, block, place);
  }
}

LogicalResult Planner::planWorkspace() {
  // Sizes come first in the function, so that it can say at once how much it needs.
  Operation *last = nullptr;
  for (memref::AllocOp allocation : sized)
    if (Operation *size = allocation.getDynamicSizes()[0].getDefiningOp();
        size && (!last || last->isBeforeInBlock(size)))
      last = size;
  for (memref::AllocOp allocation : sized)
    if (last && allocation->isBeforeInBlock(last))
      return allocation.emitError("is followed by the computation of a size");
  Location loc = function.getLoc();
  if (last)
    b.setInsertionPointAfter(last);
  else
    b.setInsertionPointToStart(&entry);

  llvm::DenseMap<Operation *, uint64_t> positions;
  for (Operation &op : entry)
    positions[&op] = positions.size();
  std::vector<BufferLife> lives;
  for (memref::AllocOp allocation : fixed)
    lives.push_back({positions.lookup(allocation), positions.lookup(findLastUse(allocation)),
                     static_cast<uint64_t>(allocation.getType().getNumElements() *
                                           getElementBytes(allocation.getType()))});
  OffsetPlan plan = planOffsets(lives, alignment);

  Value total = constant(static_cast<int64_t>(plan.total));
  SmallVector<Value> offsets;
  for (memref::AllocOp allocation : sized) {
    offsets.push_back(total);
    Value bytes = roundUp(allocation.getDynamicSizes()[0], getElementBytes(allocation.getType()));
    total = add(total, bytes);
  }
  auto dynamic = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
  workspace = addBlockArgument("prob.workspace");
  workspace = memref::ReallocOp::create(b, loc, dynamic, workspace, total);
  for (auto [allocation, offset] : llvm::zip_equal(fixed, plan.offsets))
    replaceByView(allocation, workspace, constant(static_cast<int64_t>(offset)));
  for (auto [allocation, offset] : llvm::zip_equal(sized, offsets))
    replaceByView(allocation, workspace, offset);
  if (growing)
    planStack(entry, total);
  return success();
}

/// What is allocated inside `block` lies from `top` on, and is gone at the end of the block.
void Planner::planStack(Block &block, Value top) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        planStack(inner, top);
    if (auto chunks = dyn_cast<tg::ChunksCallOp>(op))
      chunks.getUsedMutable().assign(top);
    auto allocation = dyn_cast<memref::AllocaOp>(op);
    if (!allocation || allocation.getType().hasStaticShape())
      continue;
    b.setInsertionPoint(allocation);
    Value bytes = roundUp(allocation.getDynamicSizes()[0], getElementBytes(allocation.getType()));
    Value end = add(top, bytes);
    Value grown =
        memref::ReallocOp::create(b, op.getLoc(), cast<MemRefType>(workspace.getType()), workspace, end);
    replaceByView(allocation, grown, top);
    top = end;
  }
}

LogicalResult Planner::run() {
  if (failed(findPrepared()))
    return failure();
  int64_t onStack = 0;
  WalkResult found = function.walk([&](Operation *op) {
    if (auto stack = dyn_cast<memref::AllocaOp>(op))
      growing |= !stack.getType().hasStaticShape();
    growing |= isa<tg::ChunksCallOp>(op);
    auto allocation = dyn_cast<memref::AllocOp>(op);
    if (!allocation)
      return WalkResult::advance();
    if (allocation->getBlock() != &entry || allocation.getType().getRank() != 1)
      return allocation.emitError("is not a flat buffer of the function's own block"),
             WalkResult::interrupt();
    if (llvm::is_contained(llvm::make_second_range(prepared), allocation))
      return WalkResult::advance();
    if (!allocation.getType().hasStaticShape())
      sized.push_back(allocation);
    else
      fixed.push_back(allocation);
    return WalkResult::advance();
  });
  if (found.wasInterrupted())
    return failure();
  llvm::erase_if(fixed, [&](memref::AllocOp allocation) {
    int64_t bytes = allocation.getType().getNumElements() * getElementBytes(allocation.getType());
    if (bytes > stackBytes || onStack + bytes > stackLimit)
      return false;
    onStack += bytes;
    b.setInsertionPointToStart(&entry);
    Value place = memref::AllocaOp::create(b, allocation.getLoc(), allocation.getType());
    allocation.replaceAllUsesWith(place);
    allocation.erase();
    return true;
  });
  if (!prepared.empty())
    planPrepared();
  if (fixed.empty() && sized.empty() && !growing)
    return success();
  return planWorkspace();
}

namespace {
struct PlanWorkspace : impl::PlanWorkspaceBase<PlanWorkspace> {
  using PlanWorkspaceBase::PlanWorkspaceBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && failed(Planner(function, stackBytes).run()))
        return signalPassFailure();
  }
};
} // namespace
} // namespace astragal::lower
