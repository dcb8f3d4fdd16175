//===- SplitModule.cpp - code for two threads to generate ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the choice of functions that use no other (`prepare`, the rows of a plate in chunks),
// and the move, with copies of the globals that they read.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/SplitModule.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace astragal::driver {

/// Ops that are worth starting a thread for: some milliseconds of code generation.
static constexpr int64_t fewestOps = 300;

namespace {
struct Function {
  LLVM::LLVMFuncOp op;
  int64_t size = 0;
  llvm::SetVector<Operation *> uses; // functions and globals
};
} // namespace

static Function look(LLVM::LLVMFuncOp op, SymbolTable &symbols) {
  Function function{op, 0, {}};
  op.walk([&](Operation *inner) {
    ++function.size;
    StringRef name;
    if (auto call = dyn_cast<LLVM::CallOp>(inner))
      name = call.getCallee().value_or("");
    else if (auto address = dyn_cast<LLVM::AddressOfOp>(inner))
      name = address.getGlobalName();
    if (Operation *used = name.empty() ? nullptr : symbols.lookup(name))
      function.uses.insert(used);
  });
  return function;
}

static bool isDefinition(Operation *op) {
  auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
  return function && !function.isExternal();
}

/// A global that is the same in two places.
static bool isConstant(Operation *op) {
  auto global = dyn_cast<LLVM::GlobalOp>(op);
  return global && global.getConstant() && global.getInitializerRegion().empty() &&
         (global.getLinkage() == LLVM::Linkage::Private || global.getLinkage() == LLVM::Linkage::Internal);
}

/// Which functions move: the largest first, each to where there is less.
static SmallVector<Function> choose(ModuleOp module, SymbolTable &symbols) {
  SmallVector<Function> movable;
  int64_t stays = 0, moves = 0;
  for (auto op : module.getOps<LLVM::LLVMFuncOp>()) {
    if (op.isExternal())
      continue;
    Function function = look(op, symbols);
    bool isLeaf = llvm::all_of(function.uses, [](Operation *used) {
      return isa<LLVM::LLVMFuncOp>(used) ? !isDefinition(used) : isConstant(used);
    });
    if (isLeaf)
      movable.push_back(function);
    else
      stays += function.size;
  }
  llvm::sort(movable, [](Function &a, Function &b) {
    return std::pair(-a.size, a.op.getName()) < std::pair(-b.size, b.op.getName());
  });
  SmallVector<Function> chosen;
  for (Function &function : movable)
    if (moves + function.size <= stays + fewestOps / 2 && moves < stays) {
      moves += function.size;
      chosen.push_back(function);
    } else {
      stays += function.size;
    }
  if (moves < fewestOps || stays < fewestOps)
    chosen.clear();
  return chosen;
}

OwningOpRef<ModuleOp> splitModule(ModuleOp module) {
  SymbolTable symbols(module);
  SmallVector<Function> chosen = choose(module, symbols);
  if (chosen.empty())
    return {};
  OwningOpRef<ModuleOp> second = ModuleOp::create(module.getLoc());
  (*second)->setAttrs(module->getAttrs());
  OpBuilder to = OpBuilder::atBlockEnd(second->getBody());
  llvm::SetVector<Operation *> needed;
  for (Function &function : chosen)
    needed.insert_range(function.uses);
  for (Operation *op : needed)
    to.clone(*op);
  for (Function &function : chosen) {
    function.op.setLinkage(LLVM::Linkage::External);
    OpBuilder at(function.op);
    Operation *declaration = at.cloneWithoutRegions(*function.op);
    cast<LLVM::LLVMFuncOp>(declaration).getBody().getBlocks().clear();
    function.op->moveBefore(second->getBody(), second->getBody()->end());
  }
  return second;
}

} // namespace astragal::driver
