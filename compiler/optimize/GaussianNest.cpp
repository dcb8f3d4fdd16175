//===- GaussianNest.cpp - what counts the rows of a Gaussian regression ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plate or a loop, several around each other, or one that counts through the elements of a matrix.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianRows.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowData.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// The loops and plates around an op, the innermost first.
static SmallVector<Operation *> nestOf(Operation *op) {
  SmallVector<Operation *> nest;
  for (Operation *around = op->getParentOp(); isa<tg::PlateOp, scf::ForOp>(around);
       around = around->getParentOp())
    nest.push_back(around);
  return nest;
}

/// Works on a copy, so that all is as before if nothing comes of it.
bool GaussianRows::findRows(std::string &why) {
  SmallVector<Operation *> nest = nestOf(original);
  outermost = nest.back();
  auto *plate = dyn_cast<tg::PlateOp>(outermost) ? outermost : nullptr;
  if (nest.size() > 1 || (plate && cast<tg::PlateOp>(plate).getRank() != 1))
    return flattenRows(nest, why);
  OpBuilder b(outermost);
  auto isData = [&](Value value) { return data.contains(value) || matchPattern(value, m_Constant()); };
  why = "its rows are not counted by data";
  if (plate) {
    extent = cast<tg::PlateOp>(plate).getExtents().front();
    if (!isData(extent))
      return false;
  } else {
    auto loop = cast<scf::ForOp>(outermost);
    if (!isData(loop.getLowerBound()) || !isData(loop.getUpperBound()) ||
        !matchPattern(loop.getStep(), m_One()))
      return false;
    extent = tripCount(b, original.getLoc(), loop.getLowerBound(), loop.getUpperBound());
    if (!matchPattern(loop.getLowerBound(), m_Zero()))
      lower = loop.getLowerBound();
  }
  IRMapping mapping;
  rows = b.clone(*outermost, mapping);
  index = rows->getRegion(0).front().getArgument(0);
  op = mapping.lookup(original.getResult()).getDefiningOp<prob::LogDensityOp>();
  for (Factor &weight : weights)
    weight.value = mapping.lookupOrDefault(weight.value);
  if (plate)
    splitIndex();
  return true;
}

/// A flat index that says where the row lies in a matrix, quotient and remainder by its rows, is as good as
/// those of two loops. More of them come with what is pulled in.
void GaussianRows::splitIndex() {
  auto isPlaceBy = [&](Operation *op, Value size) {
    return isa<arith::DivUIOp, arith::RemUIOp, arith::DivSIOp, arith::RemSIOp>(op) &&
           op->getOperand(0) == index && isEqualConstantIntOrValue(op->getOperand(1), size);
  };
  if (levels.empty()) {
    for (Operation *user : index.getUsers())
      if (user->getNumOperands() == 2 && isPlaceBy(user, user->getOperand(1)))
        if (splitIndexBy(user->getOperand(1)))
          break;
  }
  if (levels.size() != 2)
    return;
  Value row = levels[0].index, column = levels[1].index;
  for (Operation *user : SmallVector<Operation *>(index.getUsers()))
    if (isPlaceBy(user, levels[0].extent) && user != row.getDefiningOp() && user != column.getDefiningOp())
      user->getResult(0).replaceAllUsesWith(isa<arith::DivUIOp, arith::DivSIOp>(user) ? column : row);
}

/// Makes two levels of it if there are as many rows as a matrix of so many rows has elements.
bool GaussianRows::splitIndexBy(Value inner) {
  OpBuilder b(rows);
  auto product = extent.getDefiningOp<arith::MulIOp>();
  std::optional<int64_t> all = getConstantIntValue(extent), part = getConstantIntValue(inner);
  Value outer;
  if (all && part && *part > 0 && *all % *part == 0)
    outer = arith::ConstantIndexOp::create(b, rows->getLoc(), *all / *part);
  else if (product && isEqualConstantIntOrValue(product.getRhs(), inner))
    outer = product.getLhs();
  else if (product && isEqualConstantIntOrValue(product.getLhs(), inner))
    outer = product.getRhs();
  if (!outer)
    return false;
  if (part)
    inner = arith::ConstantIndexOp::create(b, rows->getLoc(), *part);
  else if (rows->isAncestor(inner.getParentRegion()->getParentOp()))
    return false;
  b.setInsertionPointToStart(&rows->getRegion(0).front());
  Value row = arith::RemUIOp::create(b, rows->getLoc(), index, inner);
  Value column = arith::DivUIOp::create(b, rows->getLoc(), index, inner);
  levels = {{row, inner}, {column, outer}};
  return true;
}

/// Rows in several loops are those of one, which counts through all of them.
bool GaussianRows::flattenRows(ArrayRef<Operation *> nest, std::string &why) {
  Operation *before = outermost->getPrevNode();
  OpBuilder b(outermost);
  Location loc = original.getLoc();
  auto isOutside = [&](Value value) {
    return !outermost->isAncestor(value.getParentRegion()->getParentOp());
  };
  // A bound that all rows share, before them.
  auto hoisted = [&](Value value) -> Value {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return arith::ConstantIndexOp::create(b, loc, *constant);
    return isOutside(value) && data.contains(value) ? value : Value();
  };
  struct Loop {
    Operation *op;
    Value original, lower, extent;
  };
  SmallVector<Loop> loops; // the outermost first
  for (Operation *around : llvm::reverse(nest)) {
    if (auto plate = dyn_cast<tg::PlateOp>(around)) {
      for (auto [at, size] : llvm::zip_equal(plate.getIndices(), plate.getExtents()))
        loops.push_back({around, at, {}, hoisted(size)});
    } else {
      auto loop = cast<scf::ForOp>(around);
      Value first = hoisted(loop.getLowerBound()), last = hoisted(loop.getUpperBound());
      bool isCounted = first && last && matchPattern(loop.getStep(), m_One());
      loops.push_back(
          {around, loop.getInductionVar(), first, isCounted ? tripCount(b, loc, first, last) : Value()});
    }
    if (!loops.back().extent) {
      why = around == outermost ? "its rows are not counted by data"
                                : "its rows are in loops of different lengths";
      return false;
    }
  }
  extent = loops.front().extent;
  for (const Loop &loop : llvm::drop_begin(loops))
    extent = b.createOrFold<arith::MulIOp>(loc, extent, loop.extent);
  addOps(before, outermost, data);
  auto flat = tg::PlateOp::create(
      b, loc, extent, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        IRMapping mapping;
        Value left = at.front();
        for (const Loop &loop : llvm::reverse(loops)) {
          Value here = left;
          if (&loop != &loops.front()) {
            here = arith::RemSIOp::create(in, loc, left, loop.extent);
            left = arith::DivSIOp::create(in, loc, left, loop.extent);
          }
          levels.push_back({here, loop.extent});
          bool isFromZero = !loop.lower || matchPattern(loop.lower, m_Zero());
          mapping.map(loop.original,
                      isFromZero ? here : arith::AddIOp::create(in, loc, here, loop.lower).getResult());
        }
        for (Operation *around : llvm::reverse(llvm::drop_begin(nest)))
          for (Operation &before : around->getRegion(0).front()) {
            if (before.isAncestor(original))
              break;
            in.clone(before, mapping);
          }
        SmallVector<Value> needed(original->getOperands());
        for (const Factor &weight : weights)
          needed.push_back(weight.value);
        for (Operation *inner : sliceOf(nest.front()->getRegion(0).front(), needed))
          in.clone(*inner, mapping);
        in.clone(*original, mapping);
        op = mapping.lookup(original.getResult()).getDefiningOp<prob::LogDensityOp>();
        for (Factor &weight : weights)
          weight.value = mapping.lookupOrDefault(weight.value);
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), ValueRange());
      });
  rows = flat;
  index = flat.getIndices().front();
  bool isCarried = false;
  rows->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      isCarried |= outermost->isAncestor(operand.getParentRegion()->getParentOp());
  });
  if (isCarried)
    why = "its rows depend on what a loop around them carries";
  return !isCarried;
}
