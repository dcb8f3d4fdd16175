//===- Variance.cpp - what depends on the lane ----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the analysis as a fixpoint over the body: loops carry variance back to their start.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Variance.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

/// Whether an index can be computed without the row: from what stands outside of it and from the other
/// indices.
static bool isOfOuterRows(Value index, Block *row) {
  Operation *op = index.getDefiningOp();
  if (!op || op->getBlock() != row)
    return op || index.getType().isIndex();
  return op->getNumRegions() == 0 && isPure(op) && llvm::all_of(op->getOperands(), [&](Value operand) {
           return isOfOuterRows(operand, row) ||
                  (isa<TensorType>(operand.getType()) && operand.getParentBlock() != row);
         });
}

/// Whether such an index differs between outer rows, if it is not the same for all.
static bool differsBetweenOuterRows(Value index, tg::PlateOp plate) {
  if (llvm::is_contained(plate.getIndices(), index))
    return true;
  Operation *op = index.getDefiningOp();
  return op && op->getBlock() == plate.getBodyBlock() && llvm::any_of(op->getOperands(), [&](Value operand) {
           return differsBetweenOuterRows(operand, plate);
         });
}

bool schedule::isMultipleOf(Value index, int64_t unit) {
  auto divides = [&](Value value) {
    std::optional<int64_t> constant = getConstantIntValue(value);
    return constant && *constant % unit == 0;
  };
  auto product = index.getDefiningOp<arith::MulIOp>();
  return divides(index) || (product && (divides(product.getLhs()) || divides(product.getRhs())));
}

Variance::Variance(tg::PlateOp plate, int64_t lanes) : lanes(lanes), row(plate.getIndices().back()) {
  varying.insert(row);
  consecutive.insert(row);
  for (auto [root, accumulator] : llvm::enumerate(plate.getAccumulators()))
    accumulators[accumulator] = root;
  updates.resize(plate.getInits().size());
  do {
    changed = false;
    visit(*plate.getBodyBlock(), false);
  } while (changed);

  // What is consecutive is known once variance is: the other operands have to be uniform.
  plate.getBodyBlock()->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op); loop && isVarying(loop.getInductionVar()))
      if (isConsecutive(loop.getLowerBound()) && !isVarying(loop.getStep()))
        consecutive.insert(loop.getInductionVar());
    findStrides(op);
  });
  // One block of lanes is not worth adding up by itself, unless the next goes elsewhere.
  std::optional<int64_t> last = getConstantIntValue(plate.getExtents().back());
  bool isOneBlock = plate.getRank() > 1 && last && *last <= lanes;
  for (auto op : plate.getBodyBlock()->getOps<tg::AccumulateOp>())
    if (isAccumulator(op.getDest()) && isShared(op) &&
        llvm::all_of(op.getIndices(),
                     [&](Value index) { return isOfOuterRows(index, plate.getBodyBlock()); }) &&
        (!isOneBlock ||
         llvm::any_of(op.getIndices(), [&](Value index) { return differsBetweenOuterRows(index, plate); })))
      held.push_back(op);
  plate.getBodyBlock()->walk([&](tg::AccumulateOp op) {
    auto root = accumulators.find(op.getDest());
    if (root != accumulators.end())
      (isWideUpdate(op) ? updates[root->second].wide : updates[root->second].plain) = true;
  });
}

bool Variance::isShared(tg::AccumulateOp op) const {
  return llvm::none_of(op.getIndices(), [&](Value index) { return isVarying(index); });
}

bool Variance::isDivergent(Operation *op) const {
  auto varies = [&](Value value) { return isVarying(value); };
  return TypeSwitch<Operation *, bool>(op)
      .Case([&](scf::ForOp loop) {
        return varies(loop.getLowerBound()) || varies(loop.getUpperBound()) || varies(loop.getStep());
      })
      .Case([&](scf::IfOp branch) { return varies(branch.getCondition()); })
      .Case([&](scf::WhileOp loop) { return varies(loop.getConditionOp().getCondition()); })
      .Case([&](tg::PlateOp plate) { return llvm::any_of(plate.getExtents(), varies); })
      .Default(false);
}

/// Whether `index` is `size` minus one.
static bool isLastOf(Value index, Value size) {
  Operation *op = index.getDefiningOp();
  if (!isa_and_present<arith::SubIOp, arith::AddIOp>(op) || op->getOperand(0) != size)
    return false;
  return getConstantIntValue(op->getOperand(1)) == (isa<arith::SubIOp>(op) ? 1 : -1);
}

bool Variance::isReversed(scf::ForOp loop) {
  return !loop.getInductionVar().use_empty() && getConstantIntValue(loop.getLowerBound()) == 0 &&
         getConstantIntValue(loop.getStep()) == 1 &&
         llvm::all_of(loop.getInductionVar().getUsers(), [&](Operation *user) {
           auto fromEnd = dyn_cast<arith::SubIOp>(user);
           return fromEnd && fromEnd.getRhs() == loop.getInductionVar() &&
                  isLastOf(fromEnd.getLhs(), loop.getUpperBound());
         });
}

bool Variance::isFromEnd(arith::SubIOp op) {
  auto index = dyn_cast<BlockArgument>(op.getRhs());
  auto loop = index ? dyn_cast<scf::ForOp>(index.getOwner()->getParentOp()) : scf::ForOp();
  return loop && index == loop.getInductionVar() && isReversed(loop);
}

bool Variance::isUniform(Operation *op) const {
  auto shared = [&](Value value) { return !isVarying(value) && !isAccumulator(value); };
  return !op->walk([&](Operation *inner) {
              bool uniform =
                  llvm::all_of(inner->getOperands(), shared) && llvm::all_of(inner->getResults(), shared);
              return uniform ? WalkResult::advance() : WalkResult::interrupt();
            }).wasInterrupted();
}

void Variance::setVarying(Value value) {
  if (!isAccumulator(value))
    changed |= varying.insert(value).second;
}

void Variance::flow(Value from, Value to) {
  if (auto root = accumulators.find(from); root != accumulators.end()) {
    unsigned number = root->second; // the insertion may move the map
    changed |= accumulators.try_emplace(to, number).second;
    varying.erase(to);
  } else if (isVarying(from)) {
    setVarying(to);
  }
}

void Variance::visit(Block &block, bool masked) {
  for (Operation &op : block)
    visit(&op, masked);
}

void Variance::visit(Operation *op, bool masked) {
  auto varies = [&](Value value) { return isVarying(value); };
  TypeSwitch<Operation *>(op)
      .Case<scf::ForOp, scf::WhileOp, tg::PlateOp>([&](auto loop) { visit(loop, masked); })
      .Case([&](scf::IfOp branch) {
        bool divergent = isDivergent(branch);
        for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()}) {
          if (region->empty())
            continue;
          visit(region->front(), masked || divergent);
          for (auto [value, result] :
               llvm::zip_equal(region->front().getTerminator()->getOperands(), branch.getResults()))
            flow(value, result);
        }
        if (divergent)
          for (Value result : branch.getResults())
            if (!isa<TensorType>(result.getType())) // tensors vary by what the branches write
              setVarying(result);
      })
      .Case([&](tg::AccumulateOp update) {
        flow(update.getDest(), update.getResult());
        if (masked || llvm::any_of(op->getOperands(), varies))
          setVarying(update.getResult());
      })
      .Case<tensor::InsertOp, tensor::InsertSliceOp>([&](Operation *) {
        if (masked || llvm::any_of(op->getOperands(), varies))
          setVarying(op->getResult(0));
      })
      .Case([&](tensor::DimOp) {}) // all lanes have the same shape
      .Case([&](arith::SubIOp difference) {
        if (!isFromEnd(difference) && llvm::any_of(op->getOperands(), varies))
          setVarying(difference.getResult());
      })
      .Case([&](arith::DivUIOp divide) {
        bool uniform = isOfTile<arith::DivUIOp>(divide);
        if (!uniform && llvm::any_of(op->getOperands(), varies))
          setVarying(divide.getResult());
      })
      .Default([&](Operation *) {
        if (llvm::any_of(op->getOperands(), varies))
          for (Value result : op->getResults())
            setVarying(result);
      });
}

/// Lanes go round together: what is the same for all of them in one trip is the same in the next, whoever has
/// left by then. It differs behind the loop, where each lane has what it left with.
void Variance::visit(scf::ForOp op, bool masked) {
  bool divergent = isDivergent(op);
  if (isVarying(op.getLowerBound()) || isVarying(op.getStep()))
    setVarying(op.getInductionVar());
  for (auto [init, argument] : llvm::zip_equal(op.getInitArgs(), op.getRegionIterArgs()))
    flow(init, argument);
  visit(*op.getBody(), masked || divergent);
  bool startsLate = divergent && isReversed(op);
  for (auto [yielded, argument, result] :
       llvm::zip_equal(op.getYieldedValues(), op.getRegionIterArgs(), op.getResults())) {
    flow(yielded, argument);
    bool changes = divergent && yielded != argument && !isa<TensorType>(argument.getType());
    if (changes && startsLate)
      setVarying(argument);
    flow(argument, result);
    if (changes)
      setVarying(result);
  }
}

void Variance::visit(scf::WhileOp op, bool masked) {
  bool divergent = isDivergent(op);
  auto arguments = op.getBeforeArguments();
  for (auto [init, argument] : llvm::zip_equal(op.getInits(), arguments))
    flow(init, argument);
  visit(*op.getBeforeBody(), masked || divergent);
  for (auto [value, argument, result] :
       llvm::zip_equal(op.getConditionOp().getArgs(), op.getAfterArguments(), op.getResults())) {
    flow(value, argument);
    flow(argument, result);
    if (divergent && !isa<TensorType>(value.getType()))
      setVarying(result);
  }
  visit(*op.getAfterBody(), masked || divergent);
  for (auto [yielded, argument] : llvm::zip_equal(op.getYieldOp().getOperands(), arguments))
    flow(yielded, argument);
}

void Variance::visit(tg::PlateOp op, bool masked) {
  bool divergent = isDivergent(op);
  for (auto [init, argument] : llvm::zip_equal(op.getInits(), op.getAccumulators()))
    flow(init, argument);
  visit(*op.getBodyBlock(), masked || divergent);
  tg::YieldOp yield = op.getYield();
  for (auto [yielded, argument, result] :
       llvm::zip_equal(yield.getAccumulated(), op.getAccumulators(), op.getAccumulated())) {
    flow(yielded, argument);
    flow(argument, result);
  }
  SmallVector<Value> from(yield.getSums()), to(op.getSums());
  llvm::append_range(from, yield.getMaxima());
  llvm::append_range(to, op.getMaxima());
  llvm::append_range(from, yield.getRows());
  llvm::append_range(to, op.getRows());
  for (auto [value, result] : llvm::zip_equal(from, to)) {
    flow(value, result);
    if (divergent)
      setVarying(result);
  }
}

template <typename DivisionOp> bool Variance::isOfTile(Operation *op) const {
  auto division = dyn_cast<DivisionOp>(op);
  if (!division || !row)
    return false;
  if (auto sum = division.getLhs().template getDefiningOp<arith::AddIOp>()) {
    if ((sum.getLhs() != row || !isMultipleOf(sum.getRhs(), lanes)) &&
        (sum.getRhs() != row || !isMultipleOf(sum.getLhs(), lanes)))
      return false;
  } else if (division.getLhs() != row) {
    return false;
  }
  std::optional<int64_t> size = getConstantIntValue(division.getRhs());
  return size && *size > 0 && *size % lanes == 0;
}

void Variance::findStrides(Operation *op) {
  if (op->getNumResults() != 1 || !isVarying(op->getResult(0)))
    return;
  /// Whether `a` has a stride and `b` is the same in all lanes: then so has what they make.
  auto keep = [&](Value a, Value b) {
    if (isVarying(b))
      return;
    if (isConsecutive(a))
      consecutive.insert(op->getResult(0));
    else if (isReceding(a))
      receding.insert(op->getResult(0));
  };
  TypeSwitch<Operation *>(op)
      .Case([&](arith::AddIOp add) {
        keep(add.getLhs(), add.getRhs());
        keep(add.getRhs(), add.getLhs());
      })
      .Case([&](arith::SubIOp subtract) {
        keep(subtract.getLhs(), subtract.getRhs());
        if (isVarying(subtract.getLhs()))
          return;
        if (isConsecutive(subtract.getRhs()))
          receding.insert(op->getResult(0));
        else if (isReceding(subtract.getRhs()))
          consecutive.insert(op->getResult(0));
      })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp, arith::TruncIOp>([&](auto cast) {
        if (isConsecutive(cast->getOperand(0)))
          consecutive.insert(op->getResult(0));
        else if (isReceding(cast->getOperand(0)))
          receding.insert(op->getResult(0));
      })
      .Case([&](arith::RemUIOp) {
        if (isOfTile<arith::RemUIOp>(op))
          consecutive.insert(op->getResult(0));
      });
}
