//===- LiftRows.cpp - rows in a branch on data become rows, or none ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/GaussianRows.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_LIFTROWS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "lift-rows";

/// Whether its rows are observations that statistics may take the place of.
static bool hasGaussianRows(tg::PlateOp plate) {
  return llvm::any_of(plate.getBodyBlock()->getOps<prob::LogDensityOp>(), isGaussian);
}

static bool onlyAddsUp(tg::PlateOp plate) { return plate.getSums().size() == plate->getNumResults(); }

/// Moves what `values` are computed from, plain arithmetic, to before `branch`; false, and nothing moves, if
/// more than that is in it.
static bool liftOut(ArrayRef<Value> values, Operation *branch) {
  auto isInside = [&](Value value) { return branch->isAncestor(value.getParentBlock()->getParentOp()); };
  auto isScalar = [](Type type) { return !isa<ShapedType>(type); };
  SetVector<Value> needed;
  auto need = [&](ValueRange from) {
    for (Value value : from)
      if (isInside(value))
        needed.insert(value);
  };
  need(values);
  for (size_t k = 0; k < needed.size(); ++k) {
    Operation *op = needed[k].getDefiningOp();
    if (!op || !isPure(op) || op->getNumRegions() > 0 || !llvm::all_of(op->getOperandTypes(), isScalar) ||
        !llvm::all_of(op->getResultTypes(), isScalar))
      return false;
    need(op->getOperands());
  }
  for (Value value : needed)
    if (isInside(value))
      visitInOrder(value.getDefiningOp(), isInside, [&](Operation *op) { op->moveBefore(branch); });
  return true;
}

namespace {
struct LiftRows : optimize::impl::LiftRowsBase<LiftRows> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!mayUsePrepared(function))
      return;
    SmallVector<tg::PlateOp> plates;
    function.walk([&](tg::PlateOp plate) {
      if (isa<scf::IfOp>(plate->getParentOp()) && hasGaussianRows(plate))
        plates.push_back(plate);
    });
    for (tg::PlateOp plate : plates)
      lift(plate, function);
  }

  static void lift(tg::PlateOp plate, func::FuncOp function) {
    SmallVector<scf::IfOp> branches; // the outermost last
    for (Operation *op = plate->getParentOp(); op != function; op = op->getParentOp()) {
      auto branch = dyn_cast<scf::IfOp>(op);
      if (!branch)
        return declined(plate, passName, "the branch is in a loop");
      branches.push_back(branch);
    }
    scf::IfOp outermost = branches.back();
    SetVector<Value> used;
    getUsedValuesDefinedAbove(plate.getBody(), used);
    used.insert_range(plate->getOperands());
    for (scf::IfOp branch : branches)
      used.insert(branch.getCondition());
    if (!onlyAddsUp(plate) || !liftOut(used.getArrayRef(), outermost))
      return declined(plate, passName, "it gives or needs other values of the branch");
    DataOnly data(function);
    if (!llvm::all_of(branches, [&](scf::IfOp branch) { return data.contains(branch.getCondition()); }))
      return declined(plate, passName, "the branch depends on parameters");
    applied(plate, passName, "a branch on data became a number of rows, which may be none");
    OpBuilder b(outermost);
    Location loc = plate.getLoc();
    Value none = arith::ConstantIndexOp::create(b, loc, 0), rows = plate.getExtents().front();
    for (scf::IfOp branch : branches) {
      bool then = branch.getThenRegion().isAncestor(plate->getParentRegion());
      rows = arith::SelectOp::create(b, loc, branch.getCondition(), then ? rows : none, then ? none : rows);
    }
    plate->moveBefore(outermost);
    plate.getExtentsMutable()[0].set(rows);
  }
};
} // namespace
