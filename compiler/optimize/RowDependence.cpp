//===- RowDependence.cpp - what the values of a row depend on -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/RowDependence.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

void Dependence::join(const Dependence &other) {
  for (Value key : other.keys)
    if (!llvm::is_contained(keys, key))
      keys.push_back(key);
  if (kind == Mixed || other.kind == Mixed)
    kind = Mixed;
  else if (kind == Fixed)
    kind = other.kind;
  else if (other.kind == Fixed)
    return;
  else if (isParameter() && other.isParameter())
    kind = std::max(kind, other.kind);
  else if (kind != other.kind)
    kind = Mixed;
}

Dependence RowDependence::ofOperands(Operation *op) {
  Dependence dependence;
  walkOperands(op, [&](Value operand) { dependence.join(of(operand)); });
  return dependence;
}

Dependence RowDependence::of(Value value) {
  auto found = known.find(value);
  if (found != known.end())
    return found->second;
  auto isOpen = [&](Value other) {
    return !known.contains(other) && rows->isAncestor(other.getParentRegion()->getParentOp());
  };
  if (Operation *op = value.getDefiningOp(); op && isOpen(value))
    visitInOrder(op, isOpen, [&](Operation *inner) {
      for (Value result : inner->getResults()) {
        Dependence dependence = compute(result);
        known[result] = dependence;
      }
    });
  else
    known[value] = compute(value);
  return known.lookup(value);
}

Dependence RowDependence::compute(Value value) {
  if (value == index)
    return {Dependence::Data, {}};
  Operation *owner = value.getDefiningOp();
  Region *region = value.getParentRegion();
  if (!rows->isAncestor(region->getParentOp())) {
    bool isConstant = owner && owner->hasTrait<OpTrait::ConstantLike>();
    return {isConstant || data.contains(value) ? Dependence::Fixed : Dependence::Uniform, {}};
  }
  if (!owner) {
    // The index of a nested loop or plate; what a loop carries is another matter.
    auto loop = dyn_cast<scf::ForOp>(region->getParentOp());
    bool counts = loop ? value == loop.getInductionVar() : isa<tg::PlateOp>(region->getParentOp());
    return {counts && value.getType().isIndex() ? Dependence::Fixed : Dependence::Mixed, {}};
  }
  if (isa<tensor::ExtractOp>(owner))
    return ofExtract(owner);
  Dependence dependence = ofOperands(owner);
  // Where indices are not looked at one by one, a choice by data is not understood.
  if (!isMemoryEffectFree(owner) && !dependence.isData())
    dependence.kind = Dependence::Mixed;
  return dependence;
}

Value RowDependence::keyOf(Value index) {
  while (true) {
    index = linearOf(index).base;
    Operation *op = index.getDefiningOp();
    if (!isa_and_present<arith::AddIOp, arith::SubIOp>(op))
      return index;
    if (of(op->getOperand(1)).kind == Dependence::Fixed)
      index = op->getOperand(0);
    else if (isa<arith::AddIOp>(op) && of(op->getOperand(0)).kind == Dependence::Fixed)
      index = op->getOperand(1);
    else
      return index;
  }
}

Dependence RowDependence::ofExtract(Operation *op) {
  auto extract = cast<tensor::ExtractOp>(op);
  Dependence dependence = of(extract.getTensor());
  for (Value index : extract.getIndices()) {
    Dependence at = of(index);
    if (at.kind == Dependence::Data && dependence.isParameter()) {
      Dependence key{Dependence::Keyed, {keyOf(index)}};
      dependence.join(key);
    } else if (at.isData()) {
      dependence.join(at);
    } else {
      dependence.kind = Dependence::Mixed;
    }
  }
  return dependence;
}

Value optimize::cloneRowValue(OpBuilder &b, Value value, Operation *rows, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  if (!rows->isAncestor(value.getParentRegion()->getParentOp()))
    return value;
  cloneRowOp(b, value.getDefiningOp(), rows, mapping);
  return mapping.lookup(value);
}

void optimize::cloneRowOp(OpBuilder &b, Operation *op, Operation *rows, IRMapping &mapping) {
  auto isOpen = [&](Value value) {
    return !mapping.contains(value) && rows->isAncestor(value.getParentRegion()->getParentOp());
  };
  visitInOrder(op, isOpen, [&](Operation *inner) { b.clone(*inner, mapping); });
}
