//===- MergeRows.cpp - equal rows become one with a weight ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `merge-rows`. What a row is, to parameters, are the values of data where the two meet:
// rows that have the same there add the same to every sum. Which rows these are is known when data is bound,
// so the plate runs over a number of rows that `prepare` counts.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/BlockIndices.h"
#include "compiler/optimize/Effects.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowDependence.h"
#include "compiler/optimize/SingleData.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/Sums.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_MERGEROWS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "merge-rows";
/// Rows are computed eight by eight, so fewer than two blocks of them cannot become fewer blocks.
static constexpr int64_t lanes = 8, fewestRows = 2 * lanes;

/// Rows that differ in more values are hardly ever equal, and each value is a stream of memory to read: the
/// hardware follows some eight. Blocks are worth more.
static constexpr size_t mostKeys = 8, mostKeysInBlocks = 16;

namespace {
class Merging {
public:
  Merging(tg::PlateOp plate, const DataOnly &data)
      : plate(plate), b(plate), loc(plate.getLoc()), index(plate.getIndices().front()), data(data),
        dependence(plate, index, data) {}

  /// Whether equal rows may become one; if not, why, unless that is the usual.
  bool analyze(std::string &why);
  /// Lets rows see data as single precision holds it.
  void roundData();
  void emit();
  bool isBlocked() const { return !blocks.indices.empty(); }
  /// Whether rows read elements of parameters that too few of them share.
  bool hasSmallGroups() const { return blocks.areRead && !isBlocked(); }

private:
  /// Whether an op stands on the side of parameters.
  bool mixes(Operation *op) { return !dependence.ofOperands(op).isData(); }
  Value indexConstant(OpBuilder &at, int64_t value) { return arith::ConstantIndexOp::create(at, loc, value); }
  Value toIndex(OpBuilder &at, Value real);
  /// A key as a number that is equal where the key is.
  Value number(OpBuilder &at, Value key);
  /// A key as it is kept: bits as integers, what is rounded in single precision. And back.
  Value pack(OpBuilder &at, Value key, Value value);
  Value unpack(OpBuilder &at, Value key, Value kept);
  Value emptyTensor(ArrayRef<Value> sizes);
  Value eightfold(Value blocks) {
    return b.createOrFold<arith::MulIOp>(loc, blocks, indexConstant(b, lanes));
  }
  /// The number of the group of a row that fills blocks by itself.
  Value numberOfGroup(OpBuilder &in, IRMapping &mapping);
  /// The sums of `count` rows, of which `keys` and `weights` tell what they are. With `blocked`, keys that
  /// are block indices are those of a block.
  ValueRange addUp(Value count, ValueRange kept, Value weights, bool blocked);

  tg::PlateOp plate;
  OpBuilder b;
  Location loc;
  Value index;
  const DataOnly &data;
  RowDependence dependence;
  llvm::SetVector<Value> keys;  // where data meets parameters
  SmallVector<Value> distinct;  // of indices that are a constant apart, the first
  SmallVector<Operation *> ops; // on the side of parameters
  BlockIndices blocks;          // which the rows of a block share
};
} // namespace

bool Merging::analyze(std::string &why) {
  bool isExpensiveRow = false;
  for (Operation &op : plate.getBodyBlock()->without_terminator()) {
    if (!mixes(&op))
      continue;
    if (!onlyChecks(&op)) {
      why = "its rows do more than compute and check";
      return false;
    }
    ops.push_back(&op);
    op.walk([&](Operation *inner) {
      isExpensiveRow |=
          inner->getNumRegions() == 0 && !isCheap(inner) && !isa<tensor::ExtractOp, tg::CheckOp>(inner);
      for (Value operand : inner->getOperands())
        if (!op.isAncestor(operand.getParentRegion()->getParentOp()) &&
            dependence.of(operand).kind == Dependence::Data)
          keys.insert(operand);
    });
  }
  if (ops.empty())
    return false; // data alone, which moves to prepare as it is
  for (Value sum : plate.getYield().getSums())
    if (dependence.of(sum).kind == Dependence::Data)
      keys.insert(sum);
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().front());
  if (rows && *rows < fewestRows) {
    why = "there are too few rows";
    return false;
  }
  if (!isExpensiveRow) {
    why = "a row takes no longer than its weight would";
    return false;
  }
  auto isRowNumber = [&](Value key) {
    if (auto real = key.getDefiningOp<arith::SIToFPOp>())
      key = real.getIn();
    return key.getType().isIntOrIndex() && linearOf(key).base == index;
  };
  // Quotient and remainder by one number tell as much as what is divided.
  auto isQuotient = [&](Value key) {
    Operation *quotient = key.getDefiningOp();
    return isa_and_present<arith::DivUIOp, arith::DivSIOp>(quotient) &&
           linearOf(quotient->getOperand(0)).base == index && llvm::any_of(keys, [&](Value other) {
             Operation *op = other.getDefiningOp();
             return isa_and_present<arith::RemUIOp, arith::RemSIOp>(op) &&
                    llvm::equal(op->getOperands(), quotient->getOperands());
           });
  };
  if (llvm::any_of(keys, isRowNumber) || llvm::any_of(keys, isQuotient)) {
    why = "every row has parameters or data of its own";
    return false;
  }
  llvm::SmallDenseSet<Value> bases;
  for (Value key : keys)
    if (!key.getType().isIntOrIndex() || bases.insert(linearOf(key).base).second)
      distinct.push_back(key);
  for (Value key : keys) {
    Type type = key.getType();
    if (!type.isF64() && !type.isInteger(1) && !type.isInteger(32) && !type.isIndex()) {
      why = "rows differ in more than numbers";
      return false;
    }
  }
  if (distinct.size() <= mostKeysInBlocks)
    blocks = chooseBlockIndices(b, plate, ops, keys, dependence);
  if (distinct.size() > (isBlocked() ? mostKeysInBlocks : mostKeys)) {
    why = "rows differ in too many values";
    return false;
  }
  return true;
}

Value Merging::toIndex(OpBuilder &at, Value real) {
  return arith::IndexCastOp::create(at, loc, at.getIndexType(),
                                    arith::FPToSIOp::create(at, loc, at.getI64Type(), real));
}

Value Merging::number(OpBuilder &at, Value key) {
  Type type = key.getType();
  if (type.isF64())
    return key;
  if (type.isInteger(1))
    return arith::UIToFPOp::create(at, loc, at.getF64Type(), key);
  if (type.isIndex())
    key = arith::IndexCastOp::create(at, loc, at.getI64Type(), key);
  return arith::SIToFPOp::create(at, loc, at.getF64Type(), key);
}

/// Whether a key is a number that single precision holds.
static bool isRounded(Value key) {
  auto wide = key.getDefiningOp<arith::ExtFOp>();
  return wide && wide.getIn().getType().isF32();
}

void Merging::roundData() {
  llvm::SmallMapVector<Value, Value, 4> rounded;
  plate.getBodyBlock()->walk([&](tensor::ExtractOp read) {
    std::optional<RowRead> found = rowReadOf(read, plate);
    if (!found || !read.getType().isF64() || !data.contains(read.getTensor()) || !storeInSingle(*found))
      return;
    OpBuilder at(read->getContext());
    at.setInsertionPointAfter(read);
    auto narrow = arith::TruncFOp::create(at, loc, at.getF32Type(), read);
    Value value = arith::ExtFOp::create(at, loc, at.getF64Type(), narrow.getOut());
    read.getResult().replaceAllUsesExcept(value, narrow);
    rounded.insert({read, value});
  });
  auto current = [&](Value key) { return rounded.contains(key) ? rounded[key] : key; };
  llvm::SetVector<Value> now;
  for (Value key : keys)
    now.insert(current(key));
  keys = std::move(now);
  llvm::transform(distinct, distinct.begin(), current);
}

Value Merging::pack(OpBuilder &at, Value key, Value value) {
  if (key.getType().isInteger(1))
    return arith::ExtUIOp::create(at, loc, at.getI32Type(), value);
  return isRounded(key) ? value.getDefiningOp<arith::ExtFOp>().getIn() : value;
}

Value Merging::unpack(OpBuilder &at, Value key, Value kept) {
  if (key.getType().isInteger(1))
    return arith::CmpIOp::create(at, loc, arith::CmpIPredicate::ne, kept,
                                 arith::ConstantIntOp::create(at, loc, kept.getType(), 0));
  return isRounded(key) ? arith::ExtFOp::create(at, loc, key.getType(), kept).getResult() : kept;
}

Value Merging::numberOfGroup(OpBuilder &in, IRMapping &mapping) {
  Value group;
  for (const BlockIndex &index : blocks.indices) {
    Value key = *llvm::find_if(distinct, [&](Value key) { return linearOf(key).base == index.base; });
    Value here = number(in, cloneRowValue(in, key, plate, mapping));
    if (index.stride != 1) {
      Value stride = arith::ConstantOp::create(in, loc, in.getF64FloatAttr(double(index.stride)));
      here = arith::MulFOp::create(in, loc, here, stride);
    }
    group = group ? arith::AddFOp::create(in, loc, group, here) : here;
  }
  return group;
}

Value Merging::emptyTensor(ArrayRef<Value> sizes) {
  SmallVector<OpFoldResult> folded;
  for (Value size : sizes)
    folded.push_back(getAsOpFoldResult(size));
  return tensor::EmptyOp::create(b, loc, folded, b.getF64Type());
}

ValueRange Merging::addUp(Value count, ValueRange kept, Value weights, bool blocked) {
  // Eight by eight, so that no block of lanes has to be masked.
  Value eight = indexConstant(b, lanes), used = arith::DivSIOp::create(b, loc, count, eight);
  if (std::optional<int64_t> most = largestOf(plate.getExtents().front()))
    used = arith::MinSIOp::create(b, loc, used,
                                  indexConstant(b, llvm::divideCeil(*most + *most / 4, lanes) + 1));
  auto rows = tg::PlateOp::create(
      b, loc, ValueRange{used, eight}, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        Value first = arith::MulIOp::create(in, loc, at[0], indexConstant(in, lanes));
        Value row = arith::AddIOp::create(in, loc, first, at[1]);
        IRMapping mapping;
        for (auto [key, values] : llvm::zip_equal(keys, kept)) {
          bool ofBlock = blocked && blocks.contains(key);
          Value value = tensor::ExtractOp::create(in, loc, values, ofBlock ? first : row);
          mapping.map(key, unpack(in, key, value));
        }
        for (Operation *op : ops)
          cloneRowOp(in, op, plate, mapping);
        Value weight = tensor::ExtractOp::create(in, loc, weights, row);
        SmallVector<Value> sums;
        for (Value sum : plate.getYield().getSums())
          sums.push_back(arith::MulFOp::create(in, loc, cloneRowValue(in, sum, plate, mapping), weight));
        tg::YieldOp::create(in, loc, sums, ValueRange(), ValueRange(), ValueRange());
      });
  return rows.getResults();
}

void Merging::emit() {
  Value rows = plate.getExtents().front(), zero = indexConstant(b, 0), one = indexConstant(b, 1),
        eight = indexConstant(b, lanes), width = indexConstant(b, int64_t(distinct.size()));
  // The keys of all rows, of which the kernel says which are equal; behind them the group of each.
  Value columns = indexConstant(b, int64_t(distinct.size()) + isBlocked());
  Value table =
      scf::ForOp::create(b, loc, zero, rows, one, emptyTensor({columns, rows}),
                         [&](OpBuilder &in, Location, Value row, ValueRange tables) {
                           IRMapping mapping;
                           mapping.map(index, row);
                           Value filled = tables.front();
                           for (auto [k, key] : llvm::enumerate(distinct)) {
                             Value here = number(in, cloneRowValue(in, key, plate, mapping));
                             filled = tensor::InsertOp::create(
                                 in, loc, here, filled, ValueRange{indexConstant(in, int64_t(k)), row});
                           }
                           if (isBlocked())
                             filled = tensor::InsertOp::create(in, loc, numberOfGroup(in, mapping), filled,
                                                               ValueRange{width, row});
                           scf::YieldOp::create(in, loc, filled);
                         })
          .getResult(0);
  Value most = eightfold(b.createOrFold<arith::DivSIOp>(
      loc, b.createOrFold<arith::AddIOp>(loc, rows, indexConstant(b, lanes - 1)), eight));
  auto kernel = [&](StringRef name, ValueRange in, ArrayRef<Value> outs) {
    return tg::KernelOp::create(b, loc, TypeRange(ValueRange(outs)), name, in, outs, /*updating=*/false);
  };
  Operation *equal = kernel("equal_rows", ValueRange{table, rows, width},
                            {emptyTensor({most}), emptyTensor({most}), emptyTensor({one})});
  Value numbers = equal->getResult(0), weights = equal->getResult(1), counts = equal->getResult(2);
  if (isBlocked()) {
    Value quarter = b.createOrFold<arith::DivSIOp>(loc, rows, indexConstant(b, 4));
    most = b.createOrFold<arith::AddIOp>(loc, most, quarter);
    Value ends = b.createOrFold<arith::AddIOp>(loc, b.createOrFold<arith::DivSIOp>(loc, rows, eight), one);
    Operation *sorted = kernel(
        "block_rows", ValueRange{table, rows, width, numbers, weights, counts},
        {emptyTensor({most}), emptyTensor({most}), emptyTensor({ends}), emptyTensor({indexConstant(b, 2)})});
    numbers = sorted->getResult(0);
    weights = sorted->getResult(1);
    counts = sorted->getResult(3);
  }
  auto countAt = [&](Value place) { return toIndex(b, tensor::ExtractOp::create(b, loc, counts, place)); };
  Value count = countAt(zero), others = isBlocked() ? countAt(one) : Value();

  // Their keys, side by side. There is a row 0 if there is any.
  auto kept = tg::PlateOp::create(
      b, loc, most, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        IRMapping mapping;
        mapping.map(index, toIndex(in, tensor::ExtractOp::create(in, loc, numbers, at)));
        SmallVector<Value> values;
        for (Value key : keys)
          values.push_back(pack(in, key, cloneRowValue(in, key, plate, mapping)));
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange(), ValueRange(), values);
      });

  SmallVector<Value> sums(addUp(count, kept.getResults(), weights, isBlocked()));
  // Rows are in blocks, or in their order: one of the plates has none.
  if (isBlocked())
    for (auto [sum, other] : llvm::zip_equal(sums, addUp(others, kept.getResults(), weights, false)))
      sum = plus(b, loc, sum, other);
  plate->replaceAllUsesWith(sums);

  // What is left are checks of data, of all rows.
  OpBuilder at(plate.getYield());
  for (OpOperand &operand : plate.getYield()->getOpOperands())
    operand.set(arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0)));
  for (Operation *op : llvm::reverse(ops))
    op->erase();
}

namespace {
struct MergeRows : optimize::impl::MergeRowsBase<MergeRows> {
  using MergeRowsBase::MergeRowsBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // Generated quantities are computed once a draw.
      if (!mayUsePrepared(function) || function.getName() == "generate")
        continue;
      SmallVector<tg::PlateOp> plates(function.getBody().front().getOps<tg::PlateOp>());
      for (tg::PlateOp plate : plates)
        merge(plate, function);
    }
  }

  void merge(tg::PlateOp plate, func::FuncOp function) {
    bool sumsOnly = plate.getNumResults() > 0 && plate.getSums().size() == plate.getNumResults() &&
                    llvm::all_of(plate.getResultTypes(), [](Type type) { return type.isF64(); });
    if (!sumsOnly || plate->use_empty())
      return;
    if (plate.getRank() != 1)
      return declined(plate, passName, "its rows have more than one index");
    DataOnly data(function);
    Value extent = plate.getExtents().front();
    if (!data.contains(extent) && !matchPattern(extent, m_Constant()))
      return declined(plate, passName, "its rows are not counted by data");
    Merging merging(plate, data);
    std::string why;
    if (!merging.analyze(why)) {
      if (!why.empty())
        declined(plate, passName, why);
      return;
    }
    applied(plate, passName,
            merging.isBlocked()
                ? "rows that are equal became one with a weight, in blocks that share elements of parameters"
                : "rows that are equal became one with a weight");
    if (merging.hasSmallGroups())
      declined(plate, passName, "few rows share each element of a parameter, so they stay in their order");
    if (single && addsUpDensity(function))
      merging.roundData();
    merging.emit();
  }
};
} // namespace
