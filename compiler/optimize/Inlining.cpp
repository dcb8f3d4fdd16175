//===- Inlining.cpp - bodies of functions in place of their uses ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Inlining.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace astragal::optimize;

namespace {
struct Inliner {
  CalleeOf calleeOf;
  InlineOne inlineOne;
  enum State { Unseen, Open, Done };
  DenseMap<Operation *, State> states;

  LogicalResult visit(Operation *top) {
    states[top] = Open;
    SmallVector<std::pair<Operation *, func::FuncOp>> uses;
    top->walk([&](Operation *op) {
      if (func::FuncOp callee = calleeOf(op))
        uses.emplace_back(op, callee);
    });
    for (auto [op, callee] : uses) {
      State state = states.lookup(callee);
      if (state == Open) {
        InFlightDiagnostic error = op->emitError("recursion is not supported: '")
                                   << callee.getName() << "' calls itself";
        error.attachNote(callee.getLoc()) << "the function is here";
        return failure();
      }
      if (!callee.getBody().hasOneBlock())
        return op->emitError("cannot inline '") << callee.getName() << "', whose body is not a single block";
      if ((state == Unseen && failed(visit(callee))) || failed(inlineOne(op, callee)))
        return failure();
    }
    states[top] = Done;
    return success();
  }
};
} // namespace

LogicalResult astragal::optimize::inlineCalleesFirst(ModuleOp module, CalleeOf calleeOf,
                                                     InlineOne inlineOne) {
  Inliner inliner;
  inliner.calleeOf = calleeOf;
  inliner.inlineOne = inlineOne;
  for (Operation &op : *module.getBody())
    if (inliner.states.lookup(&op) == Inliner::Unseen && failed(inliner.visit(&op)))
      return failure();
  return success();
}

SmallVector<Value> astragal::optimize::cloneBody(OpBuilder &b, func::FuncOp callee, ValueRange operands,
                                                 Location site, function_ref<void(Operation *)> cloned) {
  Block &body = callee.getBody().front();
  IRMapping mapping;
  mapping.map(body.getArguments(), operands);
  for (Operation &op : body.without_terminator()) {
    Operation *copy = b.clone(op, mapping);
    copy->walk([&](Operation *inner) {
      inner->setLoc(CallSiteLoc::get(inner->getLoc(), site));
      cloned(inner);
    });
  }
  SmallVector<Value> results;
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(value));
  return results;
}

void astragal::optimize::eraseDeadFunctions(ModuleOp module) {
  auto isPrivate = [](Operation *op) {
    auto function = dyn_cast<func::FuncOp>(op);
    return function && function.isPrivate();
  };
  SymbolTable symbols(module);
  DenseSet<Operation *> alive;
  SmallVector<Operation *> worklist;
  auto reach = [&](Operation *op) {
    if (op && alive.insert(op).second)
      worklist.push_back(op);
  };
  for (Operation &op : *module.getBody())
    if (!isPrivate(&op))
      reach(&op);
  while (!worklist.empty())
    if (auto uses = SymbolTable::getSymbolUses(worklist.pop_back_val()))
      for (const SymbolTable::SymbolUse &use : *uses)
        reach(symbols.lookup(use.getSymbolRef().getRootReference()));
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    if (isPrivate(&op) && !alive.contains(&op))
      op.erase();
}
