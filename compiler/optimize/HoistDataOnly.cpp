//===- HoistDataOnly.cpp - what depends on data alone is computed once ------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/DataOnly.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/ExactValues.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_HOISTDATAONLY
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Checks of generated quantities fail draw by draw, and the draws keep their parameters: they stay where
/// they are.
static bool movesChecks(func::FuncOp entry) { return entry.getName() != "generate"; }

/// Those of `ops` that are expensive or depend on one that is; the ops come in order.
static DenseSet<Operation *> findExpensive(ArrayRef<Operation *> ops) {
  DenseSet<Operation *> found;
  for (Operation *op : ops) {
    if (isa<tensor::DimOp>(op))
      continue;
    bool expensive = isExpensive(op);
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        expensive |= found.contains(operand.getDefiningOp());
    });
    if (expensive)
      found.insert(op);
  }
  return found;
}

/// Whether something other than `dataOnly` ops of `block` uses the value.
static bool leaves(Value value, Block &block, const DenseSet<Operation *> &dataOnly) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    return !dataOnly.contains(block.findAncestorOpInBlock(*user));
  });
}

/// The operands of `op` and of what it holds.
static void appendOperands(Operation *op, SmallVector<Value> &to) {
  op->walk([&](Operation *inner) { llvm::append_range(to, inner->getOperands()); });
}

//===----------------------------------------------------------------------===//
// Rows: data-only values in the body of a plate or a loop
//===----------------------------------------------------------------------===//

namespace {
/// The body of a plate or a counting loop, whose bounds are data.
struct Rows {
  Operation *op;
  Block *body;
  SmallVector<Value> indices, lower, extents;
  bool isNested = false; // its rows are not computed at all where what it is in has none
};
} // namespace

static std::optional<Rows> rowsOf(Operation *op, const DataOnly &data) {
  auto isData = [&](Value value) { return data.contains(value); };
  if (auto plate = dyn_cast<tg::PlateOp>(op)) {
    if (!llvm::all_of(plate.getExtents(), isData))
      return std::nullopt;
    return Rows{op, plate.getBodyBlock(), plate.getIndices(), {}, plate.getExtents()};
  }
  auto loop = dyn_cast<scf::ForOp>(op);
  if (!loop || !matchPattern(loop.getStep(), m_One()) || !isData(loop.getLowerBound()) ||
      !isData(loop.getUpperBound()))
    return std::nullopt;
  return Rows{op, loop.getBody(), {loop.getInductionVar()}, {loop.getLowerBound()}, {}};
}

/// The ops of the body that depend on the row's index and on data alone, what they depend on included.
static SmallVector<Operation *> dataOnlyOps(const Rows &rows, const DataOnly &data, DenseSet<Value> &known) {
  known.insert_range(rows.indices);
  SmallVector<Operation *> ops;
  for (Operation &op : rows.body->without_terminator())
    if (data.allows(&op, known) && !(rows.isNested && (makesChecks(&op) || mayRunForever(&op)))) {
      known.insert_range(op.getResults());
      ops.push_back(&op);
    }
  return ops;
}

/// Turns divisions by data of the row into multiplications by what can be kept.
static void invertDivisors(const Rows &rows, const DataOnly &data, const ExactValues &exact) {
  DenseSet<Value> known;
  dataOnlyOps(rows, data, known);
  for (Operation &op : llvm::make_early_inc_range(*rows.body)) {
    auto division = dyn_cast<arith::DivFOp>(op);
    if (!division || !known.contains(division.getRhs()) || known.contains(division.getLhs()) ||
        !division.getType().isF64() || data.contains(division.getLhs()) || !exact.mayRound(division))
      continue;
    OpBuilder b(division);
    Value one = arith::ConstantFloatOp::create(b, division.getLoc(), b.getF64Type(), APFloat(1.0));
    Value inverse = arith::DivFOp::create(b, division.getLoc(), one, division.getRhs());
    division.replaceAllUsesWith(
        arith::MulFOp::create(b, division.getLoc(), division.getLhs(), inverse).getResult());
    division.erase();
  }
}

/// Moves data-only values of a body that are worth it, and checks of data, into a plate before `top`.
static void splitRows(const Rows &rows, const DataOnly &data, Operation *top) {
  DenseSet<Value> known;
  SmallVector<Operation *> ops = dataOnlyOps(rows, data, known);
  DenseSet<Operation *> isDataOnly(ops.begin(), ops.end()), expensive = findExpensive(ops);
  SmallVector<Value> kept;
  SmallVector<Operation *> checks;
  for (Operation *op : ops) {
    if (makesChecks(op) && op->getNumResults() == 0)
      checks.push_back(op);
    for (Value result : op->getResults())
      if (expensive.contains(op) && canBePrepared(result.getType()) && !isa<TensorType>(result.getType()) &&
          !result.getType().isInteger(1) && leaves(result, *rows.body, isDataOnly))
        kept.push_back(result);
  }
  if (kept.empty() && checks.empty())
    return;

  OpBuilder b(top);
  Location loc = rows.op->getLoc();
  SmallVector<Value> extents = rows.extents;
  if (auto loop = dyn_cast<scf::ForOp>(rows.op))
    extents.push_back(tripCount(b, loc, loop.getLowerBound(), loop.getUpperBound()));
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange row, ValueRange) {
        IRMapping mapping;
        for (auto [k, index] : llvm::enumerate(rows.indices)) {
          Value at = row[k];
          if (!rows.lower.empty() && !matchPattern(rows.lower[k], m_Zero()))
            at = arith::AddIOp::create(b, loc, at, rows.lower[k]);
          mapping.map(index, at);
        }
        SmallVector<Value> roots = kept;
        for (Operation *check : checks)
          appendOperands(check, roots);
        DenseSet<Operation *> cloned;
        SmallVector<Operation *> needed = sliceOf(*rows.body, roots);
        cloned.insert_range(needed);
        cloned.insert_range(checks);
        for (Operation *op : ops)
          if (cloned.contains(op))
            b.clone(*op, mapping);
        SmallVector<Value> values;
        for (Value value : kept)
          values.push_back(mapping.lookup(value));
        tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });
  simplifyIndices(*plate.getBodyBlock());

  for (Operation *check : checks)
    check->erase();
  for (auto [value, row] : llvm::zip_equal(kept, plate.getRows())) {
    OpBuilder at(value.getContext());
    at.setInsertionPointAfterValue(value);
    SmallVector<Value> indices = rows.indices;
    if (!rows.lower.empty() && !matchPattern(rows.lower.front(), m_Zero()))
      indices.front() = arith::SubIOp::create(at, loc, indices.front(), rows.lower.front());
    value.replaceAllUsesWith(tensor::ExtractOp::create(at, loc, row, indices));
  }
  for (Operation *op : llvm::reverse(ops))
    if (!llvm::is_contained(checks, op) && isOpTriviallyDead(op))
      op->erase();
}

//===----------------------------------------------------------------------===//
// Values of the outermost block
//===----------------------------------------------------------------------===//

/// The argument of `entry` that is the prepared value `index`, added if there is none.
static Value preparedArgument(func::FuncOp entry, unsigned index, Value like) {
  auto binding = prob::BindingAttr::get(entry.getContext(), prob::Role::Prepared, index);
  if (BlockArgument argument = argumentWith(entry, binding))
    return argument;
  Builder b(entry.getContext());
  unsigned last = entry.getNumArguments();
  if (failed(entry.insertArgument(
          last, like.getType(), b.getDictionaryAttr(b.getNamedAttr("prob.binding", binding)), like.getLoc())))
    return {};
  return entry.getArgument(last);
}

/// Moves data-only values that are worth it, and checks of data, from `entry` into `prepare`.
static LogicalResult hoistValues(func::FuncOp entry, PrepareFunction &prepare) {
  DataOnly data(entry, movesChecks(entry));
  Block &block = entry.getBody().front();
  DenseSet<Operation *> isDataOnly(data.getOps().begin(), data.getOps().end()),
      expensive = findExpensive(data.getOps());
  SmallVector<Value> kept, roots;
  DenseSet<Operation *> moved;
  for (Operation *op : data.getOps()) {
    bool checks = makesChecks(op);
    if (checks && !llvm::all_of(op->getResultTypes(), canBePrepared))
      continue;
    if (checks) {
      moved.insert(op);
      appendOperands(op, roots);
    }
    for (Value result : op->getResults())
      if ((checks || expensive.contains(op)) && canBePrepared(result.getType()) &&
          leaves(result, block, isDataOnly))
        kept.push_back(result);
  }
  if (kept.empty() && moved.empty())
    return success();

  llvm::append_range(roots, kept);
  DenseSet<Operation *> needed;
  needed.insert_range(sliceOf(block, roots));
  needed.insert_range(moved);
  SmallVector<Operation *> ops;
  SmallVector<Value> operands;
  for (Operation *op : data.getOps())
    if (needed.contains(op)) {
      ops.push_back(op);
      appendOperands(op, operands);
    }
  IRMapping mapping;
  if (failed(prepare.mapArguments(entry, operands, mapping)))
    return failure();
  for (Operation *op : ops)
    prepare.add(op, mapping);
  for (Value value : kept) {
    applied(value.getDefiningOp(), "hoist-data-only", "moved to prepare");
    std::optional<int64_t> most = value.getType().isIndex() ? largestOf(value) : std::nullopt;
    Value argument = preparedArgument(entry, prepare.indexOf(mapping.lookup(value)), value);
    if (most) {
      // The argument alone does not say how large it may be.
      OpBuilder b(value.getContext());
      b.setInsertionPointAfterValue(value);
      auto limit = arith::ConstantIndexOp::create(b, value.getLoc(), *most);
      argument = arith::MinSIOp::create(b, value.getLoc(), argument, limit);
    }
    if (auto type = dyn_cast<RankedTensorType>(value.getType()); type && !type.hasStaticShape()) {
      // The argument alone does not say its sizes. The entry knows them, or prepare does.
      OpBuilder b(value.getContext());
      b.setInsertionPointAfterValue(value);
      SmallVector<Value> sizes = sizesOf(b, value.getLoc(), value);
      for (auto [k, size] : llvm::enumerate(sizes))
        if (auto asked = size.getDefiningOp<tensor::DimOp>()) {
          auto dimension = arith::ConstantIndexOp::create(b, value.getLoc(), k);
          auto measured = tensor::DimOp::create(b, value.getLoc(), value, dimension);
          prepare.add(dimension, mapping);
          prepare.add(measured, mapping);
          size = preparedArgument(entry, prepare.indexOf(mapping.lookup(measured.getResult())), measured);
          measured.erase();
          if (asked.use_empty())
            asked.erase(); // it stands before what will give its tensor
        }
      argument = tg::SizedOp::create(b, value.getLoc(), type, argument, sizes);
    }
    value.replaceAllUsesWith(argument);
  }
  for (Operation *op : llvm::reverse(data.getOps()))
    if (op->use_empty() && (moved.contains(op) || wouldOpBeTriviallyDead(op)))
      op->erase();
  return success();
}

namespace {
struct HoistDataOnly : optimize::impl::HoistDataOnlyBase<HoistDataOnly> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> entries;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (mayUsePrepared(function))
        entries.push_back(function);
    if (entries.empty())
      return;
    PrepareFunction prepare(getOperation());
    for (func::FuncOp entry : entries) {
      splitBodies(entry);
      if (failed(hoistValues(entry, prepare)))
        return signalPassFailure();
    }
  }

  /// Plates and loops that depend on data alone move as they are; of the others, the data-only part does.
  static void splitBodies(func::FuncOp entry) {
    DataOnly data(entry, movesChecks(entry));
    std::optional<ExactValues> exact;
    if (addsUpDensity(entry))
      exact.emplace(entry);
    DenseSet<Operation *> whole(data.getOps().begin(), data.getOps().end());
    for (Operation &top : llvm::make_early_inc_range(entry.getBody().front())) {
      if (whole.contains(&top))
        continue;
      SmallVector<Rows> bodies;
      top.walk([&](Operation *op) {
        // What a branch guards might not be safe to compute anyhow.
        bool guarded = op->getParentOfType<scf::IfOp>() || op->getParentOfType<scf::WhileOp>();
        if (auto rows = rowsOf(op, data); rows && !guarded) {
          rows->isNested = op != &top;
          bodies.push_back(*rows);
        }
      });
      for (const Rows &rows : bodies) {
        if (exact)
          invertDivisors(rows, data, *exact);
        splitRows(rows, data, &top);
      }
    }
  }
};
} // namespace
