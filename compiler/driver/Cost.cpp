//===- Cost.cpp - how much work a function is -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Cost.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace astragal::driver {
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

  Cost count(func::FuncOp function) {
    add(function.getBody().front(), 1);
    for (Value buffer : buffers)
      if (auto type = cast<MemRefType>(buffer.getType()); type.hasStaticShape())
        cost.workingSet += static_cast<double>(type.getNumElements()) * bytesOf(type.getElementType());
      else
        cost.isExact = false;
    return cost;
  }

private:
  void add(Block &block, double times) {
    for (Operation &op : block)
      add(&op, times);
  }

  void add(Operation *op, double times) {
    llvm::TypeSwitch<Operation *>(op)
        .Case<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, math::SqrtOp>(
            [&](auto) { cost.flops += times * lanesOf(op->getResult(0).getType()); })
        .Case<math::FmaOp>([&](auto) { cost.flops += 2 * times * lanesOf(op->getResult(0).getType()); })
        .Case([&](vector::ReductionOp reduction) {
          cost.flops += times * (lanesOf(reduction.getSourceVectorType()) - 1);
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
          cost.isExact = false;
          add(*loop.getBeforeBody(), times);
          add(*loop.getAfterBody(), times);
        })
        .Case([&](scf::IfOp branch) { addBranch(branch, times); })
        .Case([&](func::CallOp call) { addCall(call, times); })
        .Case([&](tg::ChunksCallOp call) { addChunks(call, times); })
        .Default([&](Operation *other) {
          if (isa<tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp>(other) ||
              (isa<math::MathDialect>(other->getDialect()) &&
               !isa<math::AbsFOp, math::CopySignOp, math::FloorOp, math::CeilOp, math::TruncOp,
                    math::RoundEvenOp>(other)))
            cost.calls += times * lanesOf(other->getResult(0).getType());
          for (Region &region : other->getRegions())
            for (Block &block : region)
              add(block, times);
        });
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
    cost.bytesRead += times * bytesOf(type);
  }
  void write(Value buffer, Type type, double times) {
    touch(buffer);
    cost.bytesWritten += times * bytesOf(type);
  }

  void addCopy(memref::CopyOp copy, double times) {
    auto type = cast<MemRefType>(copy.getSource().getType());
    touch(copy.getSource());
    touch(copy.getTarget());
    if (!type.hasStaticShape()) {
      cost.isExact = false;
      return;
    }
    double bytes = times * static_cast<double>(type.getNumElements()) * bytesOf(type.getElementType());
    cost.bytesRead += bytes;
    cost.bytesWritten += bytes;
  }

  void addLoop(scf::ForOp loop, double times) {
    std::optional<double> from = valueOf(loop.getLowerBound()), to = valueOf(loop.getUpperBound()),
                          step = valueOf(loop.getStep());
    double trips = 1;
    if (from && to && step && *step > 0)
      trips = std::max(0.0, std::ceil((*to - *from) / *step));
    else
      cost.isExact = false;
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
      cost.calls += times;
      return;
    }
    std::optional<double> rows = valueOf(call.getRows());
    for (BlockArgument argument : callee.getArguments()) {
      auto binding = callee.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), "prob.binding");
      if (!binding)
        continue;
      if (llvm::is_contained({prob::Role::Argument, prob::Role::Output, prob::Role::Part, prob::Role::Rows}, binding.getRole()))
        arguments[argument] = call.getArguments()[binding.getIndex()];
      else if (binding.getRole() == prob::Role::Begin)
        numbers[argument] = 0;
      else if (binding.getRole() == prob::Role::End && rows)
        numbers[argument] = *rows;
    }
    add(callee.getBody().front(), times);
  }

  /// The side with more work.
  void addBranch(scf::IfOp branch, double times) {
    Cost before = cost;
    add(branch.getThenRegion().front(), times);
    if (branch.getElseRegion().empty()) {
      cost.isExact &= sameWork(before, cost);
      return;
    }
    Cost yes = cost;
    cost = before;
    add(branch.getElseRegion().front(), times);
    bool isExact = yes.isExact && cost.isExact && sameWork(yes, cost);
    if (yes.flops + yes.bytesRead + yes.bytesWritten > cost.flops + cost.bytesRead + cost.bytesWritten)
      cost = yes;
    cost.isExact = isExact;
  }
  static bool sameWork(const Cost &a, const Cost &b) {
    return a.flops == b.flops && a.bytesRead == b.bytesRead && a.bytesWritten == b.bytesWritten &&
           a.calls == b.calls;
  }

  void addCall(func::CallOp call, double times) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal()) {
      cost.calls += times;
      return;
    }
    if (!active.insert(callee).second) { // recursion has no number of trips either
      cost.isExact = false;
      return;
    }
    for (Block &block : callee.getBody())
      add(block, times);
    active.erase(callee);
  }

  SymbolTable symbols;
  Cost cost;
  llvm::SetVector<Value> buffers;
  llvm::DenseSet<Operation *> active;
  llvm::DenseMap<Value, Value> arguments; ///< Of functions of chunks: what they are given.
  llvm::DenseMap<Value, double> numbers;
};

} // namespace

std::optional<Cost> countCost(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function || function.isExternal())
    return std::nullopt;
  return Counter(module).count(function);
}

} // namespace astragal::driver
