//===- HoistStores.cpp - branches yield numbers, not the containers they store to ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/IndexRange.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_HOISTSTORES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal::optimize;

namespace {
/// One tensor that a branch yields, where both of its sides start from the same one and store to the same
/// place at most.
class BranchStore {
public:
  BranchStore(scf::IfOp branch, unsigned number) : branch(branch), number(number) {}

  /// Whether it can be stored behind the branch; if not, `reason` says why, or is empty where nothing is
  /// stored.
  bool analyze() {
    auto type = dyn_cast<RankedTensorType>(branch.getResult(number).getType());
    if (!type)
      return false;
    for (bool isThen : {true, false}) {
      Value start = follow(isThen);
      if (base && start != base)
        return refuse("its sides yield different containers");
      base = start;
    }
    if (stores.empty())
      return false;
    if (!isOutside(base))
      return refuse("its sides yield different containers");
    for (tensor::InsertOp store : stores)
      if (!llvm::all_of(store.getIndices(), [&](Value index) { return isOutside(index); }) ||
          !isSamePlace(store.getIndices(), stores.front().getIndices()))
        return refuse("what it stores to is chosen in it");
    for (tensor::InsertOp store : stores)
      for (Operation *user : store->getUsers())
        if (user != branch.thenYield() && user != branch.elseYield() &&
            !(isa<tensor::InsertOp>(user) && llvm::is_contained(stores, user)) && !readsPlace(user))
          return refuse("it reads the container that it has stored to");
    return values[0] && values[1]
               ? true
               : isInRange() || refuse("the place is not known to be there where nothing is stored");
  }

  /// What stands for the tensor on either side; `old` where nothing is stored.
  Value valueOf(bool isThen, Value old) const { return values[isThen] ? values[isThen] : old; }

  /// Reads of the place after a store are what was stored.
  void forwardReads() {
    for (tensor::InsertOp store : stores)
      for (Operation *user : llvm::make_early_inc_range(store->getUsers()))
        if (auto read = dyn_cast<tensor::ExtractOp>(user)) {
          read.replaceAllUsesWith(store.getScalar());
          read.erase();
        }
  }

  Value base;
  StringRef reason;
  SmallVector<tensor::InsertOp, 2> stores;
  unsigned getNumber() const { return number; }

private:
  bool refuse(StringRef why) {
    reason = why;
    return false;
  }

  bool isOutside(Value value) { return !branch->isAncestor(value.getParentBlock()->getParentOp()); }

  /// What a side starts from, through its stores.
  Value follow(bool isThen) {
    scf::YieldOp yield = isThen ? branch.thenYield() : branch.elseYield();
    Value version = yield.getOperand(number);
    while (auto store = version.getDefiningOp<tensor::InsertOp>()) {
      if (store->getBlock() != yield->getBlock())
        break;
      if (!values[isThen])
        values[isThen] = store.getScalar();
      stores.push_back(store);
      version = store.getDest();
    }
    return version;
  }

  static bool isSamePlace(ValueRange a, ValueRange c) {
    return llvm::all_of(llvm::zip_equal(a, c),
                        [](auto pair) { return linearOf(std::get<0>(pair)) == linearOf(std::get<1>(pair)); });
  }

  bool readsPlace(Operation *user) {
    auto read = dyn_cast<tensor::ExtractOp>(user);
    return read && isSamePlace(read.getIndices(), stores.front().getIndices());
  }

  /// Whether the place is one of the tensor, whichever side is taken.
  bool isInRange() {
    OpBuilder b(branch);
    for (auto [dim, index] : llvm::enumerate(stores.front().getIndices())) {
      auto isFixed = [&](Value) { return false; };
      IndexRange range = widen(rangeOf(index), isFixed);
      Affine size;
      addIndex(sizeOf(b, branch.getLoc(), base, dim), 1, size);
      if (llvm::none_of(range.first, [](const Affine &first) { return first.minus({}).value_or(-1) >= 0; }) ||
          llvm::none_of(range.last, [&](const Affine &last) { return last.minus(size).value_or(0) < 0; }))
        return false;
    }
    return true;
  }

  scf::IfOp branch;
  unsigned number;
  Value values[2]; ///< What the other side stores, and this one; none if it stores nothing.
};

struct HoistStores : astragal::optimize::impl::HoistStoresBase<HoistStores> {
  void runOnOperation() override {
    // Inner branches first, which may leave a store for the outer one.
    SmallVector<scf::IfOp> branches;
    getOperation()->walk([&](scf::IfOp branch) {
      if (branch.getNumResults() > 0)
        branches.push_back(branch);
    });
    for (scf::IfOp branch : branches)
      visit(branch);
  }

  static void visit(scf::IfOp branch) {
    SmallVector<BranchStore, 2> found;
    for (unsigned k = 0; k < branch.getNumResults(); ++k) {
      BranchStore store(branch, k);
      if (store.analyze())
        found.push_back(store);
      else if (!store.reason.empty())
        declined(branch, "hoist-stores", store.reason);
    }
    if (found.empty())
      return;
    applied(branch, "hoist-stores", "what it stores is stored behind it");
    OpBuilder b(branch);
    Location loc = branch.getLoc();
    SmallVector<Type> types(branch.getResultTypes());
    for (BranchStore &store : found) {
      unsigned k = store.getNumber();
      types[k] = store.stores.front().getScalar().getType();
      Value old = tensor::ExtractOp::create(b, loc, store.base, store.stores.front().getIndices());
      branch.thenYield()->setOperand(k, store.valueOf(true, old));
      branch.elseYield()->setOperand(k, store.valueOf(false, old));
      store.forwardReads();
    }
    auto made = scf::IfOp::create(b, loc, types, branch.getCondition(), /*withElseRegion=*/true);
    made.getThenRegion().takeBody(branch.getThenRegion());
    made.getElseRegion().takeBody(branch.getElseRegion());
    SmallVector<Value> results(made.getResults());
    for (BranchStore &store : found) {
      unsigned k = store.getNumber();
      results[k] =
          tensor::InsertOp::create(b, loc, results[k], store.base, store.stores.front().getIndices());
      for (tensor::InsertOp old : store.stores)
        if (old->use_empty())
          old.erase();
    }
    branch.replaceAllUsesWith(results);
    branch.erase();
  }
};
} // namespace
