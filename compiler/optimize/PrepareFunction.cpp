//===- PrepareFunction.cpp - the entry that runs once when data is bound ----===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/PrepareFunction.h"

#include "dialects/prob/Prob.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral bindingName = "prob.binding";
static constexpr auto flags = OperationEquivalence::IgnoreLocations;

BlockArgument optimize::argumentWith(func::FuncOp function, prob::BindingAttr binding) {
  for (BlockArgument argument : function.getArguments())
    if (binding &&
        function.getArgAttrOfType<prob::BindingAttr>(argument.getArgNumber(), bindingName) == binding)
      return argument;
  return {};
}

bool optimize::mayUsePrepared(func::FuncOp function) {
  return function.isPublic() && !function.isExternal() && function.getBody().hasOneBlock() &&
         !llvm::is_contained({"prepare", "data_sizes", "sizes"}, function.getName());
}

bool optimize::addsUpDensity(func::FuncOp function) {
  return mayUsePrepared(function) &&
         !llvm::is_contained({"constrain", "generate", "unconstrain"}, function.getName());
}

PrepareFunction::PrepareFunction(ModuleOp module) {
  function = module.lookupSymbol<func::FuncOp>("prepare");
  OpBuilder b(module.getContext());
  if (!function) {
    b.setInsertionPointToStart(module.getBody());
    function = func::FuncOp::create(b, module.getLoc(), "prepare", b.getFunctionType({}, {}));
    b.setInsertionPointToStart(function.addEntryBlock());
    func::ReturnOp::create(b, module.getLoc());
  }
  for (Operation &op : function.getBody().front().without_terminator())
    remember(&op);
  for (auto [k, value] : llvm::enumerate(function.getBody().front().getTerminator()->getOperands()))
    if (auto binding = function.getResultAttrOfType<prob::BindingAttr>(k, bindingName);
        binding && binding.getRole() == prob::Role::Prepared) {
      prepared.try_emplace(value, binding.getIndex());
      results[binding.getIndex()] = value;
      next = std::max(next, binding.getIndex() + 1);
    }
}

LogicalResult PrepareFunction::mapArguments(func::FuncOp entry, ValueRange values, IRMapping &mapping) {
  for (Value value : values) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != &entry.getBody().front() || mapping.contains(value))
      continue;
    unsigned k = argument.getArgNumber();
    auto binding = entry.getArgAttrOfType<prob::BindingAttr>(k, bindingName);
    bool isPrepared = binding.getRole() == prob::Role::Prepared;
    Value here = isPrepared ? results.lookup(binding.getIndex()) : dataArgument(entry, k);
    if (!here)
      return entry.emitError("argument ")
             << k << " is bound to a prepared value that 'prepare' does not compute";
    mapping.map(value, here);
  }
  return success();
}

/// The argument of `prepare` that is bound as argument `k` of `entry` is.
Value PrepareFunction::dataArgument(func::FuncOp entry, unsigned k) {
  auto binding = entry.getArgAttrOfType<prob::BindingAttr>(k, bindingName);
  if (BlockArgument argument = argumentWith(function, binding))
    return argument;
  unsigned last = function.getNumArguments();
  DictionaryAttr attributes = entry.getArgAttrDict(k);
  if (failed(function.insertArgument(last, entry.getArgument(k).getType(), attributes,
                                     entry.getArgument(k).getLoc())))
    return {};
  return function.getArgument(last);
}

static size_t hashOf(Operation *op) {
  return OperationEquivalence::computeHash(op, OperationEquivalence::directHashValue,
                                           OperationEquivalence::ignoreHashValue, flags);
}

void PrepareFunction::remember(Operation *op) { known[hashOf(op)].push_back(op); }

Operation *PrepareFunction::find(Operation *op) {
  for (Operation *other : known.lookup(hashOf(op))) {
    DenseMap<Value, Value> same; // in the regions
    auto check = [&](Value a, Value b) { return success(a == b || same.lookup(a) == b); };
    auto mark = [&](Value a, Value b) { same[a] = b; };
    if (OperationEquivalence::isEquivalentTo(op, other, check, mark, flags))
      return other;
  }
  return nullptr;
}

void PrepareFunction::add(Operation *op, IRMapping &mapping) {
  OpBuilder b(function.getBody().front().getTerminator());
  Operation *copy = b.clone(*op, mapping);
  if (Operation *other = find(copy)) {
    mapping.map(op->getResults(), other->getResults());
    copy->erase();
    return;
  }
  remember(copy);
}

unsigned PrepareFunction::indexOf(Value value) {
  auto [position, isNew] = prepared.try_emplace(value, next);
  if (!isNew)
    return position->second;
  Builder b(function.getContext());
  auto binding = prob::BindingAttr::get(function.getContext(), prob::Role::Prepared, next);
  if (succeeded(function.insertResult(function.getNumResults(), value.getType(),
                                      b.getDictionaryAttr(b.getNamedAttr(bindingName, binding)))))
    function.getBody().front().getTerminator()->insertOperands(function.getNumResults() - 1, value);
  results[next] = value;
  return next++;
}
