//===- MarkRegions.cpp - where the clock is read --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `mark-regions`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Passes.h"
#include "compiler/lower/Work.h"
#include "dialects/tg/Origin.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "runtime/abi.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_MARKREGIONS
#include "compiler/lower/Passes.h.inc"

namespace {

/// Iterations of a loop whose number is not known, where statements are weighed.
constexpr double assumedTrips = 16;
/// Fewer operations between loops and calls than these belong to the next of them: reading the clock costs as
/// much.
constexpr double leastStretch = 12;
/// A loop in a loop is a region of its own from about so many operations on.
constexpr double leastInnerLoop = 4096;

/// A function of the program, not the arithmetic of an elementary one.
bool isCallOfProgram(Operation *op) {
  auto call = dyn_cast<func::CallOp>(op);
  return call && !call.getCallee().starts_with("astragal.");
}

bool isKernelOrCall(Operation *op) {
  return isa<tg::KernelCallOp, tg::ChunksCallOp>(op) || isCallOfProgram(op);
}

/// Roughly what one operation costs, without its regions.
double weigh(Operation *op) {
  if (op->hasTrait<OpTrait::ConstantLike>() || op->hasTrait<OpTrait::IsTerminator>() ||
      isa<memref::ViewOp, memref::SubViewOp, memref::ReallocOp, memref::AllocaOp, tg::MarkOp>(op))
    return 0;
  if (isa<tg::KernelCallOp>(op)) {
    Work work;
    addKernelWork(cast<tg::KernelCallOp>(op), 1, work);
    return 100 + work.flops / 8;
  }
  if (isa<func::CallOp, tg::SpecialOp, tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp>(op))
    return 30;
  if (auto copy = dyn_cast<memref::CopyOp>(op)) {
    auto type = cast<MemRefType>(copy.getSource().getType());
    return type.hasStaticShape() ? static_cast<double>(type.getNumElements()) / 8 : assumedTrips;
  }
  return isa<arith::DivFOp, math::SqrtOp>(op) ? 4 : 1;
}

/// Calls `visit` with every operation, how often it runs, and whether it belongs to the reverse sweep.
void visitRuns(Operation *op, double times, bool isAdjoint,
               function_ref<void(Operation *, double times, bool isAdjoint)> visit) {
  isAdjoint |= tg::findOrigin(op->getLoc()).isAdjoint;
  visit(op, times, isAdjoint);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    times *= static_cast<double>(countTrips(loop).value_or(static_cast<int64_t>(assumedTrips)));
  else if (isa<scf::WhileOp>(op))
    times *= assumedTrips;
  if (auto chunks = dyn_cast<tg::ChunksCallOp>(op)) // rows that threads may share
    if (auto rows = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, chunks.getCalleeAttr()))
      op = rows;
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Operation &inner : block)
        visitRuns(&inner, times, isAdjoint, visit);
}

double weighRuns(ArrayRef<Operation *> ops) {
  double weight = 0;
  for (Operation *op : ops)
    visitRuns(op, 1, false, [&](Operation *inner, double times, bool) { weight += times * weigh(inner); });
  return weight;
}

/// What stands alone: it takes time of its own, or holds something that does.
bool isWhole(Operation *op) {
  if (isa<scf::ForOp, scf::WhileOp>(op) || isKernelOrCall(op))
    return true;
  if (isa<memref::CopyOp>(op))
    return weigh(op) >= leastStretch;
  return isa<scf::IfOp>(op) && op->walk([&](Operation *inner) {
                                   return isa<scf::ForOp, scf::WhileOp>(inner) || isKernelOrCall(inner)
                                              ? WalkResult::interrupt()
                                              : WalkResult::advance();
                                 }).wasInterrupted();
}

/// Whether parts of a loop or a branch are regions of their own.
bool isTakenApart(Operation *op) {
  if (isa<scf::IfOp>(op))
    return true;
  if (!isa<scf::ForOp, scf::WhileOp>(op))
    return false;
  return op
      ->walk([&](Operation *inner) {
        if (inner == op)
          return WalkResult::advance();
        bool isLarge = isa<scf::ForOp>(inner) && weighRuns(inner) >= leastInnerLoop;
        return isLarge || isKernelOrCall(inner) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

struct MarkRegions : impl::MarkRegionsBase<MarkRegions> {
  using MarkRegionsBase::MarkRegionsBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        markEntry(function);
    getOperation()->setAttr("prob.regions", ArrayAttr::get(&getContext(), table));
  }

  void markEntry(func::FuncOp function) {
    Block &body = function.getBody().front();
    entry = function.getName();
    int32_t number = reserve();
    markBlock(body, number);
    auto b = OpBuilder::atBlockBegin(&body);
    tg::MarkOp::create(b, function.getLoc(), /*begin=*/true, number, Value());
    b.setInsertionPoint(body.getTerminator());
    tg::MarkOp::create(b, function.getLoc(), /*begin=*/false, number, Value());
    describe(number, -1, ASTRAGAL_ENTRY_REGION, entry, {});
  }

  void markBlock(Block &block, int32_t parent) {
    SmallVector<Operation *> ops, stretch;
    for (Operation &op : block.without_terminator())
      ops.push_back(&op);
    for (Operation *op : ops) {
      if (!isWhole(op)) {
        stretch.push_back(op);
        continue;
      }
      if (weighRuns(stretch) >= leastStretch) {
        markStretch(stretch, OpBuilder(op), parent);
        stretch.clear();
      }
      stretch.push_back(op); // with the little that stood before it
      markWhole(op, stretch, parent);
      stretch.clear();
    }
    if (weighRuns(stretch) >= leastStretch)
      markStretch(stretch, OpBuilder(block.getTerminator()), parent);
  }

  void markStretch(ArrayRef<Operation *> ops, OpBuilder b, int32_t parent) {
    int32_t number = reserve();
    describe(number, parent, ASTRAGAL_STRETCH_REGION, "", ops);
    tg::MarkOp::create(b, ops.front()->getLoc(), /*begin=*/false, number, Value());
  }

  void markWhole(Operation *op, ArrayRef<Operation *> ops, int32_t parent) {
    int32_t number = reserve();
    bool isLoop = isa<scf::ForOp, scf::WhileOp, tg::ChunksCallOp>(op);
    std::string name = isa<scf::WhileOp>(op)     ? "while"
                       : isLoop                  ? "loop"
                       : isa<scf::IfOp>(op)      ? "branch"
                       : isa<memref::CopyOp>(op) ? "copy"
                                                 : "";
    if (auto kernel = dyn_cast<tg::KernelCallOp>(op))
      name = kernel.getKernel().str();
    else if (auto call = dyn_cast<func::CallOp>(op))
      name = call.getCallee().str();
    bool isApart = isTakenApart(op);
    describe(number, parent, isLoop ? ASTRAGAL_LOOP_REGION : ASTRAGAL_CALL_REGION, name, ops, isApart);
    if (isApart)
      for (Region &region : op->getRegions())
        for (Block &block : region)
          if (!isa<scf::WhileOp>(op) || region.getRegionNumber() == 1) // the condition is no part
            markBlock(block, number);
    OpBuilder b(op->getContext());
    b.setInsertionPointAfter(op);
    Value rows;
    if (auto chunks = dyn_cast<tg::ChunksCallOp>(op)) {
      rows = chunks.getRows();
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      OpFoldResult lower = getAsOpFoldResult(loop.getLowerBound());
      rows = isConstantIntValue(lower, 0)
                 ? loop.getUpperBound()
                 : b.createOrFold<arith::SubIOp>(op->getLoc(), loop.getUpperBound(), loop.getLowerBound());
    }
    tg::MarkOp::create(b, op->getLoc(), /*begin=*/false, number, rows);
  }

  int32_t reserve() {
    table.push_back({});
    return first + static_cast<int32_t>(table.size()) - 1;
  }

  /// What the runtime says of a region. The work is that of one run; of a loop whose trips are not known,
  /// that of a row. A region that is taken apart has what its parts have.
  void describe(int32_t number, int32_t parent, unsigned kind, StringRef name, ArrayRef<Operation *> ops,
                bool isApart = false) {
    Builder b(&getContext());
    // For each location how much of the region runs forward and in reverse.
    llvm::MapVector<Attribute, std::pair<double, double>> weights;
    for (Operation *op : ops)
      visitRuns(op, 1, false, [&](Operation *inner, double times, bool isAdjoint) {
        auto &[forward, reverse] = weights[LocationAttr(inner->getLoc())];
        (isAdjoint ? reverse : forward) += times * weigh(inner);
      });
    SmallVector<Attribute> places;
    SmallVector<double> forward, reverse;
    for (auto &[place, weight] : weights) {
      if (weight.first + weight.second <= 0)
        continue;
      places.push_back(place);
      forward.push_back(weight.first);
      reverse.push_back(weight.second);
    }
    auto loop = ops.empty() ? scf::ForOp() : dyn_cast<scf::ForOp>(ops.back());
    bool isByRow = loop && !countTrips(loop);
    Work work = countWork(getOperation(), ops);
    double scale = 1;
    if (isByRow)
      scale /= static_cast<double>(getConstantIntValue(loop.getStep()).value_or(1));
    table[number - first] = b.getDictionaryAttr({
        b.getNamedAttr("bytes_read", b.getF64FloatAttr(scale * work.bytesRead)),
        b.getNamedAttr("bytes_written", b.getF64FloatAttr(scale * work.bytesWritten)),
        b.getNamedAttr("by_row", b.getBoolAttr(isByRow)),
        b.getNamedAttr("calls", b.getF64FloatAttr(scale * work.calls)),
        b.getNamedAttr("entry", b.getStringAttr(entry)),
        b.getNamedAttr("exact", b.getBoolAttr(work.isExact)),
        b.getNamedAttr("flops", b.getF64FloatAttr(scale * work.flops)),
        b.getNamedAttr("forward", b.getDenseF64ArrayAttr(forward)),
        b.getNamedAttr("function_flops", b.getF64FloatAttr(scale * work.functionFlops)),
        b.getNamedAttr("kind", b.getI32IntegerAttr(static_cast<int32_t>(kind))),
        b.getNamedAttr("name", b.getStringAttr(name)),
        b.getNamedAttr("parent", b.getI32IntegerAttr(parent)),
        b.getNamedAttr("parts", b.getBoolAttr(isApart)),
        b.getNamedAttr("places", b.getArrayAttr(places)),
        b.getNamedAttr("reverse", b.getDenseF64ArrayAttr(reverse)),
        b.getNamedAttr("working_set", b.getF64FloatAttr(work.workingSet)),
    });
  }

  std::string entry;
  SmallVector<Attribute> table;
};
} // namespace
} // namespace astragal::lower
