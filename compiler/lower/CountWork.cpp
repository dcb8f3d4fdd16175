//===- CountWork.cpp - how much code computes and moves -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Work.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/Origin.h"
#include "dialects/tg/Rare.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace astragal::lower {
namespace {

double lanesOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? static_cast<double>(vector.getNumElements()) : 1;
}

double bytesOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  double bits = element.isIntOrFloat() ? std::max(8u, element.getIntOrFloatBitWidth()) : 64; // an index
  return lanesOf(type) * bits / 8;
}

class Counter {
public:
  explicit Counter(ModuleOp module) : symbols(module) {}

  Work count(ArrayRef<Operation *> ops) {
    for (Operation *op : ops)
      add(op, 1);
    for (Value buffer : buffers)
      if (auto type = cast<MemRefType>(buffer.getType()); type.hasStaticShape())
        work.workingSet += static_cast<double>(type.getNumElements()) * bytesOf(type.getElementType());
      else
        work.isExact = false;
    return work;
  }

private:
  void add(Block &block, double times) {
    for (Operation &op : block)
      add(&op, times);
  }

  void add(Operation *op, double times) {
    llvm::TypeSwitch<Operation *>(op)
        .Case<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, math::SqrtOp>(
            [&](auto) { addFlops(op, times * lanesOf(op->getResult(0).getType())); })
        .Case<math::FmaOp>([&](auto) { addFlops(op, 2 * times * lanesOf(op->getResult(0).getType())); })
        .Case([&](vector::ReductionOp reduction) {
          addFlops(op, times * (lanesOf(reduction.getSourceVectorType()) - 1));
        })
        .Case([&](memref::LoadOp load) { read(load.getMemRef(), load.getType(), times); })
        .Case([&](memref::StoreOp store) { write(store.getMemRef(), store.getValue().getType(), times); })
        .Case<vector::LoadOp, vector::MaskedLoadOp, vector::GatherOp>(
            [&](auto load) { read(load.getBase(), load.getVectorType(), times); })
        .Case<vector::StoreOp, vector::MaskedStoreOp, vector::ScatterOp>(
            [&](auto store) { write(store.getBase(), store.getVectorType(), times); })
        .Case([&](memref::CopyOp copy) { addCopy(copy, times); })
        .Case([&](scf::ForOp loop) { addLoop(loop, times); })
        .Case([&](scf::WhileOp loop) {
          work.isExact = false;
          add(*loop.getBeforeBody(), times);
          add(*loop.getAfterBody(), times);
        })
        .Case([&](scf::IfOp branch) { addBranch(branch, times); })
        .Case([&](func::CallOp call) { addCall(call, times); })
        .Case([&](tg::ChunksCallOp call) { addChunks(call, times); })
        .Case([&](tg::KernelCallOp call) {
          for (Value argument : call.getArguments())
            if (isa<MemRefType>(argument.getType()))
              touch(argument);
          addKernelWork(call, times, work);
        })
        .Default([&](Operation *other) {
          if (isa<tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp, tg::SpecialOp>(other) ||
              (isa<math::MathDialect>(other->getDialect()) &&
               !isa<math::AbsFOp, math::CopySignOp, math::FloorOp, math::CeilOp, math::TruncOp,
                    math::RoundEvenOp>(other)))
            work.calls += times * lanesOf(other->getResult(0).getType());
          for (Region &region : other->getRegions())
            for (Block &block : region)
              add(block, times);
        });
  }

  void addFlops(Operation *op, double flops) {
    work.flops += flops;
    if (tg::findOrigin(op->getLoc()).isFunction)
      work.functionFlops += flops;
  }

  /// What a view shows is the buffer's; pieces of the workspace count for themselves.
  void touch(Value buffer) {
    for (;;) {
      auto view = buffer.getDefiningOp<ViewLikeOpInterface>();
      if (view && !isa<memref::ViewOp>(*view))
        buffer = view.getViewSource();
      else if (Value given = arguments.lookup(buffer))
        buffer = given;
      else
        break;
    }
    buffers.insert(buffer);
  }
  void read(Value buffer, Type type, double times) {
    touch(buffer);
    work.bytesRead += times * bytesOf(type);
  }
  void write(Value buffer, Type type, double times) {
    touch(buffer);
    work.bytesWritten += times * bytesOf(type);
  }

  void addCopy(memref::CopyOp copy, double times) {
    auto type = cast<MemRefType>(copy.getSource().getType());
    touch(copy.getSource());
    touch(copy.getTarget());
    if (!type.hasStaticShape()) {
      work.isExact = false;
      return;
    }
    double bytes = times * static_cast<double>(type.getNumElements()) * bytesOf(type.getElementType());
    work.bytesRead += bytes;
    work.bytesWritten += bytes;
  }

  void addLoop(scf::ForOp loop, double times) {
    std::optional<double> from = valueOf(loop.getLowerBound()), to = valueOf(loop.getUpperBound()),
                          step = valueOf(loop.getStep());
    double trips = 1;
    if (from && to && step && *step > 0)
      trips = std::max(0.0, std::ceil((*to - *from) / *step));
    else
      work.isExact = false;
    add(*loop.getBody(), times * trips);
  }

  /// What is known of a number of iterations.
  std::optional<double> valueOf(Value value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return static_cast<double>(*constant);
    if (auto known = numbers.find(value); known != numbers.end())
      return known->second;
    if (Value given = arguments.lookup(value))
      return valueOf(given);
    Operation *op = value.getDefiningOp();
    if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::DivUIOp, arith::DivSIOp>(op))
      return std::nullopt;
    std::optional<double> a = valueOf(op->getOperand(0)), b = valueOf(op->getOperand(1));
    if (!a || !b)
      return std::nullopt;
    return llvm::TypeSwitch<Operation *, double>(op)
        .Case([&](arith::AddIOp) { return *a + *b; })
        .Case([&](arith::SubIOp) { return *a - *b; })
        .Case([&](arith::MulIOp) { return *a * *b; })
        .Default([&](Operation *) { return *b == 0 ? 0 : std::floor(*a / *b); });
  }

  /// All chunks as one.
  void addChunks(tg::ChunksCallOp call, double times) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal()) {
      work.calls += times;
      return;
    }
    std::optional<double> rows = valueOf(call.getRows());
    if (auto least = call.getRows().getDefiningOp<arith::MinSIOp>(); least && !rows) {
      // Rows that data counts: so many at most.
      rows = valueOf(least.getRhs());
      work.isExact = false;
    }
    for (BlockArgument argument : callee.getArguments()) {
      auto binding = callee.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding");
      if (!binding)
        continue;
      if (llvm::is_contained({prob::Role::Argument, prob::Role::Output, prob::Role::Part, prob::Role::Rows},
                             binding.getRole()))
        arguments[argument] = call.getArguments()[binding.getIndex()];
      else if (binding.getRole() == prob::Role::Begin)
        numbers[argument] = 0;
      else if (binding.getRole() == prob::Role::End && rows)
        numbers[argument] = *rows;
    }
    add(callee.getBody().front(), times);
  }

  /// The side with more work, or the one that is hardly ever left.
  void addBranch(scf::IfOp branch, double times) {
    Work before = work;
    add(branch.getThenRegion().front(), times);
    if (branch->hasAttr(tg::likelyAttribute))
      return;
    if (branch.getElseRegion().empty()) {
      work.isExact &= sameWork(before, work);
      return;
    }
    Work yes = work;
    work = before;
    add(branch.getElseRegion().front(), times);
    bool isExact = yes.isExact && work.isExact && sameWork(yes, work);
    if (yes.flops + yes.bytesRead + yes.bytesWritten > work.flops + work.bytesRead + work.bytesWritten)
      work = yes;
    work.isExact = isExact;
  }
  static bool sameWork(const Work &a, const Work &b) {
    return a.flops == b.flops && a.bytesRead == b.bytesRead && a.bytesWritten == b.bytesWritten &&
           a.calls == b.calls;
  }

  void addCall(func::CallOp call, double times) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal()) {
      work.calls += times;
      return;
    }
    if (!active.insert(callee).second) { // recursion has no number of trips either
      work.isExact = false;
      return;
    }
    for (Block &block : callee.getBody())
      add(block, times);
    active.erase(callee);
  }

  SymbolTable symbols;
  Work work;
  llvm::SetVector<Value> buffers;
  llvm::DenseSet<Operation *> active;
  llvm::DenseMap<Value, Value> arguments; ///< Of functions of chunks: what they are given.
  llvm::DenseMap<Value, double> numbers;
};

} // namespace

std::optional<int64_t> countTrips(scf::ForOp loop) {
  std::optional<int64_t> from = getConstantIntValue(loop.getLowerBound()),
                         to = getConstantIntValue(loop.getUpperBound()),
                         step = getConstantIntValue(loop.getStep());
  if (!from || !to || !step || *step <= 0)
    return std::nullopt;
  return std::max<int64_t>(0, (*to - *from + *step - 1) / *step);
}

Work countWork(ModuleOp module, ArrayRef<Operation *> ops) { return Counter(module).count(ops); }

std::optional<Work> countWork(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function || function.isExternal())
    return std::nullopt;
  SmallVector<Operation *> ops;
  for (Operation &op : function.getBody().front())
    ops.push_back(&op);
  return countWork(module, ops);
}

} // namespace astragal::lower
