//===- SplitCarriedTensors.cpp - small tensors as the scalars that they hold ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/SplitCarriedTensors.h"
#include "compiler/optimize/Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace astragal::optimize;

namespace {
class Splitter {
public:
  explicit Splitter(int64_t maxElements) : maxElements(maxElements) {}

  void visit(Region &region) {
    for (Block &block : region)
      for (Operation &op : llvm::make_early_inc_range(block)) {
        Operation *current = &op;
        if (auto loop = dyn_cast<scf::ForOp>(op))
          current = splitLoop(loop);
        else if (auto branch = dyn_cast<scf::IfOp>(op))
          current = splitBranch(branch);
        for (Region &inner : current->getRegions()) // outermost first: the inner ones then see scalars
          visit(inner);
      }
  }

private:
  bool isSmall(Type type) const {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && tensor.getNumElements() > 0 &&
           tensor.getNumElements() <= maxElements;
  }

  static bool areConstant(ValueRange indices) {
    return llvm::all_of(indices, [](Value index) { return linearOf(index).isConstant(); });
  }

  /// Whether everything that becomes of a tensor is read at constant indices, up to where `within` yields it.
  bool isReadByElement(SmallVector<Value> roots, Operation *within) const {
    DenseSet<Value> seen;
    while (!roots.empty()) {
      Value value = roots.pop_back_val();
      if (!seen.insert(value).second)
        continue;
      for (OpOperand &use : value.getUses()) {
        Operation *op = use.getOwner();
        unsigned position = use.getOperandNumber();
        if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
          if (!areConstant(extract.getIndices()))
            return false;
        } else if (auto insert = dyn_cast<tensor::InsertOp>(op)) {
          if (!areConstant(insert.getIndices()))
            return false;
          roots.push_back(insert.getResult());
        } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
          unsigned k = position - loop.getNumControlOperands();
          roots.append({loop.getRegionIterArg(k), loop.getResult(k)});
        } else if (isa<scf::YieldOp>(op)) {
          Operation *parent = op->getParentOp();
          if (!isa<scf::ForOp, scf::IfOp>(parent))
            return false;
          if (parent == within)
            continue;
          roots.push_back(parent->getResult(position));
          if (auto loop = dyn_cast<scf::ForOp>(parent))
            roots.push_back(loop.getRegionIterArg(position));
        } else {
          return false;
        }
      }
    }
    return true;
  }

  static SmallVector<Value> indicesOf(OpBuilder &b, Location loc, RankedTensorType type, int64_t element) {
    SmallVector<Value> indices(type.getRank());
    for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
      indices[dim] = arith::ConstantIndexOp::create(b, loc, element % type.getDimSize(dim));
      element /= type.getDimSize(dim);
    }
    return indices;
  }

  /// `values` with the elements of those that are split.
  static SmallVector<Value> expand(OpBuilder &b, Location loc, ValueRange values, ArrayRef<bool> split) {
    SmallVector<Value> expanded;
    for (auto [value, isSplit] : llvm::zip_equal(values, split)) {
      if (!isSplit) {
        expanded.push_back(value);
        continue;
      }
      auto type = cast<RankedTensorType>(value.getType());
      for (int64_t element = 0; element < type.getNumElements(); ++element)
        expanded.push_back(tensor::ExtractOp::create(b, loc, value, indicesOf(b, loc, type, element)));
    }
    return expanded;
  }

  /// Replaces `values` by `expanded`, tensors by what holds their elements.
  static void contract(OpBuilder &b, Location loc, ValueRange values, ValueRange expanded,
                       ArrayRef<bool> split) {
    for (auto [value, isSplit] : llvm::zip_equal(values, split)) {
      size_t count = isSplit ? cast<RankedTensorType>(value.getType()).getNumElements() : 1;
      if (!isSplit)
        value.replaceAllUsesWith(expanded.front());
      else if (!value.use_empty())
        value.replaceAllUsesWith(
            tensor::FromElementsOp::create(b, loc, value.getType(), expanded.take_front(count)));
      expanded = expanded.drop_front(count);
    }
  }

  Operation *splitLoop(scf::ForOp loop) {
    SmallVector<bool> split;
    for (auto [argument, result] : llvm::zip_equal(loop.getRegionIterArgs(), loop.getResults()))
      split.push_back(isSmall(argument.getType()) && isReadByElement({argument}, loop));
    if (!llvm::is_contained(split, true))
      return loop;
    Location loc = loop.getLoc();
    OpBuilder b(loop);
    auto clone = scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(),
                                    expand(b, loc, loop.getInitArgs(), split));
    loop.getInductionVar().replaceAllUsesWith(clone.getInductionVar());
    Block *body = clone.getBody();
    b.setInsertionPointToStart(body);
    contract(b, loc, loop.getRegionIterArgs(), clone.getRegionIterArgs(), split);
    body->getOperations().splice(body->end(), loop.getBody()->getOperations());
    replaceYield(cast<scf::YieldOp>(body->getTerminator()), split);
    b.setInsertionPointAfter(clone);
    contract(b, loc, loop.getResults(), clone.getResults(), split);
    loop.erase();
    return clone;
  }

  Operation *splitBranch(scf::IfOp branch) {
    SmallVector<bool> split;
    for (Value result : branch.getResults())
      split.push_back(isSmall(result.getType()) && isReadByElement({result}, nullptr));
    if (!llvm::is_contained(split, true))
      return branch;
    Location loc = branch.getLoc();
    OpBuilder b(branch);
    SmallVector<Type> types;
    for (auto [result, isSplit] : llvm::zip_equal(branch.getResults(), split)) {
      auto tensor = dyn_cast<RankedTensorType>(result.getType());
      types.append(isSplit ? tensor.getNumElements() : 1,
                   isSplit ? tensor.getElementType() : result.getType());
    }
    auto clone = scf::IfOp::create(b, loc, types, branch.getCondition(), /*addThenBlock=*/false,
                                   /*addElseBlock=*/false);
    clone.getThenRegion().takeBody(branch.getThenRegion());
    clone.getElseRegion().takeBody(branch.getElseRegion());
    replaceYield(clone.thenYield(), split);
    replaceYield(clone.elseYield(), split);
    b.setInsertionPointAfter(clone);
    contract(b, loc, branch.getResults(), clone.getResults(), split);
    branch.erase();
    return clone;
  }

  static void replaceYield(scf::YieldOp yield, ArrayRef<bool> split) {
    OpBuilder b(yield);
    scf::YieldOp::create(b, yield.getLoc(), expand(b, yield.getLoc(), yield.getOperands(), split));
    yield.erase();
  }

  int64_t maxElements;
};
} // namespace

void astragal::optimize::splitCarriedTensors(func::FuncOp function, int64_t maxElements) {
  Splitter(maxElements).visit(function.getBody());
}
