//===- ForwardStores.cpp - scalars in place of tensors that are written and read ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/SplitCarriedTensors.h"
#include "compiler/optimize/StoreHistory.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_FORWARDSTORES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// How many operands all `tensor.from_elements` of a function may have together, in place of longer chains.
static constexpr int64_t elementBudget = 1 << 16;

namespace {
struct ForwardStores : optimize::impl::ForwardStoresBase<ForwardStores> {
  using ForwardStoresBase::ForwardStoresBase;

  void runOnOperation() override {
    splitCarriedTensors(getOperation(), maxCarried);
    StoreHistory history;
    SmallVector<Operation *> touched;
    // The walk is in the order of the program, and reads come after what they read.
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<tensor::InsertOp, tensor::ExtractOp, tg::AccumulateOp>(op))
        simplifyIndices(op);
      if (auto insert = dyn_cast<tensor::InsertOp>(op)) {
        history.record(insert);
        touched.push_back(op);
      } else if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
        touched.push_back(op);
        forward(extract, history);
      } else if (isa<tensor::DimOp>(op)) {
        touched.push_back(op);
        forward(cast<tensor::DimOp>(op));
      } else if (isa<tensor::FromElementsOp, tensor::EmptyOp, tensor::SplatOp, tensor::ExtractSliceOp,
                     tensor::InsertSliceOp, tensor::CastOp>(op)) {
        touched.push_back(op);
      }
    });
    eraseDead(touched, history);
    gather(touched, history);
    SmallVector<tensor::InsertSliceOp> slices;
    getOperation()->walk([&](tensor::InsertSliceOp insert) { slices.push_back(insert); });
    for (tensor::InsertSliceOp insert : slices)
      if (isOutputOfIteration(insert))
        insertOneByOne(insert);
  }

  /// True if `source` is no older version of the tensor. Reading an older version than the newest would keep
  /// both alive, and cost a copy of the tensor.
  static bool isViewOf(Value tensor, Value source) {
    // What a function is given is never written to, so there are no versions of it.
    if (auto argument = dyn_cast<BlockArgument>(source);
        argument && isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return true;
    while (tensor != source) {
      Operation *op = tensor.getDefiningOp();
      // The source of a cast, of a slice, and what was inserted as a slice.
      if (!isa_and_nonnull<tensor::CastOp, tensor::ExtractSliceOp, tensor::InsertSliceOp>(op))
        return false;
      tensor = op->getOperand(0);
    }
    return true;
  }

  /// What is read is what was stored, or at least it is read from where it was stored.
  static void forward(tensor::ExtractOp extract, StoreHistory &history) {
    OpBuilder b(extract);
    Indices indices;
    for (Value index : extract.getIndices())
      indices.push_back(linearOf(index));
    StoreHistory::Element element = history.find(b, extract.getLoc(), extract.getTensor(), indices);
    if (element.value) {
      extract.replaceAllUsesWith(element.value);
    } else if (element.tensor != extract.getTensor() && isViewOf(extract.getTensor(), element.tensor)) {
      SmallVector<Value> at;
      for (const Linear &linear : element.indices)
        at.push_back(materialize(b, extract.getLoc(), linear));
      extract.replaceAllUsesWith(
          tensor::ExtractOp::create(b, extract.getLoc(), element.tensor, at).getResult());
    }
  }

  static void forward(tensor::DimOp dim) {
    std::optional<int64_t> index = dim.getConstantIndex();
    auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
    if (!type || !index || *index < 0 || *index >= type.getRank())
      return;
    OpBuilder b(dim);
    Value size = sizeOf(b, dim.getLoc(), dim.getSource(), *index);
    auto same = size.getDefiningOp<tensor::DimOp>();
    if (same && same.getSource() == dim.getSource())
      same.erase();
    else
      dim.replaceAllUsesWith(size);
  }

  static void eraseDead(SmallVector<Operation *> &ops, StoreHistory &history) {
    SmallVector<Operation *> alive;
    for (Operation *op : llvm::reverse(ops)) {
      if (!isOpTriviallyDead(op)) {
        alive.push_back(op);
        continue;
      }
      if (auto insert = dyn_cast<tensor::InsertOp>(op))
        history.forget(insert);
      op->erase();
    }
    ops.assign(alive.rbegin(), alive.rend());
  }

  /// A chain of inserts of which all elements are known becomes one op, where something reads it as a whole.
  void gather(SmallVector<Operation *> &ops, StoreHistory &history) {
    int64_t budget = elementBudget;
    for (Operation *op : ops) {
      auto insert = dyn_cast<tensor::InsertOp>(op);
      auto type = insert ? insert.getType() : RankedTensorType();
      bool readWhole = insert && llvm::any_of(insert->getUsers(),
                                              [](Operation *user) { return !isa<tensor::InsertOp>(user); });
      if (!readWhole || !type.hasStaticShape() ||
          type.getNumElements() > std::min<int64_t>(maxGathered, budget))
        continue;
      // A few changes to a large tensor are better made one by one.
      if (type.getNumElements() > maxCarried &&
          2 * history.countStores(insert.getResult()) < type.getNumElements())
        continue;
      OpBuilder b(op);
      b.setInsertionPointAfter(op);
      SmallVector<Value> elements;
      for (int64_t k = 0; k < type.getNumElements(); ++k) {
        Indices indices(type.getRank());
        int64_t rest = k;
        for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
          indices[dim].offset = rest % type.getDimSize(dim);
          rest /= type.getDimSize(dim);
        }
        StoreHistory::Element element = history.find(b, op->getLoc(), insert.getResult(), indices);
        if (!element.value)
          break;
        elements.push_back(element.value);
      }
      budget -= elements.size();
      if (static_cast<int64_t>(elements.size()) == type.getNumElements())
        insert.getResult().replaceAllUsesWith(
            tensor::FromElementsOp::create(b, op->getLoc(), type, elements).getResult());
    }
    eraseDead(ops, history);
  }

  /// Whether it is what an iteration of a loop writes to a tensor that is not read in the loop, a few
  /// scalars.
  bool isOutputOfIteration(tensor::InsertSliceOp insert) const {
    auto loop = dyn_cast<scf::ForOp>(insert->getParentOp());
    auto carried = dyn_cast<BlockArgument>(insert.getDest());
    auto elements = insert.getSource().getDefiningOp<tensor::FromElementsOp>();
    return loop && elements && elements.getType().getNumElements() <= maxCarried && insert.hasUnitStride() &&
           carried && carried.getOwner() == loop.getBody() && carried.hasOneUse() && insert->hasOneUse() &&
           loop.getTiedLoopYieldedValue(carried)->get() == insert.getResult();
  }

  /// Each element is a store of its own then, which belongs to the iteration like any other.
  static void insertOneByOne(tensor::InsertSliceOp insert) {
    OpBuilder b(insert);
    Location loc = insert.getLoc();
    RankedTensorType type = insert.getSourceType();
    llvm::SmallBitVector dropped = insert.getDroppedDims();
    SmallVector<Value> first = getValueOrCreateConstantIndexOp(b, loc, insert.getMixedOffsets());
    Value tensor = insert.getDest();
    auto elements = insert.getSource().getDefiningOp<tensor::FromElementsOp>();
    for (auto [number, element] : llvm::enumerate(elements.getElements())) {
      SmallVector<Value> indices = first;
      int64_t rest = number, dim = type.getRank();
      for (int64_t k = indices.size() - 1; k >= 0; --k) {
        if (dropped[k])
          continue;
        --dim;
        Linear place = linearOf(first[k]);
        place.offset += rest % type.getDimSize(dim);
        rest /= type.getDimSize(dim);
        indices[k] = materialize(b, loc, place);
      }
      tensor = tensor::InsertOp::create(b, loc, element, tensor, indices);
    }
    insert.replaceAllUsesWith(tensor);
    insert.erase();
  }
};
} // namespace
