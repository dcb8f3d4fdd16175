//===- CompressSquares.cpp - squares of what is linear in data, at few rows -===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// If the rows of a plate are quadratic forms a' x x' b in columns x of data, with coefficients that all rows
// share, their sum depends on the data through x'x = r'r: it is the sum of the same forms at the rows of r.
// SquareForm recognises such rows, SquareRows computes them at those of the factor.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Effects.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/SquareRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_COMPRESSSQUARES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "compress-squares";
/// Rows are computed eight by eight.
static constexpr int64_t lanes = 8;

namespace {
/// A summand of a row.
struct Summand {
  Value value;
  bool isNegative;
};

class Compression {
public:
  Compression(tg::PlateOp plate, const DataOnly &data)
      : plate(plate), data(data), form(plate, data, columns, tensors, why) {}

  /// Whether the rows can be replaced. If not, `why` says what stands against it, unless that is the usual.
  bool analyze(std::string &reason);
  void emit();
  size_t numColumns() const { return columns.size(); }

private:
  void split(Value value, bool isNegative, unsigned sum);
  bool isWorthIt();

  tg::PlateOp plate;
  const DataOnly &data;
  std::string why;
  SmallVector<DataColumns> columns;
  SquareForm::RowTensors tensors;
  SquareForm form;
  SmallVector<SmallVector<Summand>> squares, others; // of each sum
  SmallVector<unsigned> maxima;                      // of what is linear
  SmallVector<Operation *> checks;
  std::unique_ptr<SquareFactor> factor;
  OpBuilder b{plate};
};
} // namespace

/// Squares, and what is none.
void Compression::split(Value value, bool isNegative, unsigned sum) {
  Operation *op = value.getDefiningOp();
  if (!form.hasSquares(value)) {
    others[sum].push_back({value, isNegative});
  } else if (isa<arith::AddFOp, arith::SubFOp>(op)) {
    split(op->getOperand(0), isNegative, sum);
    split(op->getOperand(1), isNegative != isa<arith::SubFOp>(op), sum);
  } else if (isa<arith::NegFOp>(op)) {
    split(op->getOperand(0), !isNegative, sum);
  } else {
    squares[sum].push_back({value, isNegative});
  }
}

/// Whether an op of the body needs the index of the row.
static bool dependsOnRow(Operation *op, tg::PlateOp plate) {
  Value row = plate.getIndices().front();
  SmallVector<Value> needed;
  op->walk([&](Operation *inner) { llvm::append_range(needed, inner->getOperands()); });
  if (llvm::is_contained(needed, row))
    return true;
  bool found = false;
  for (Operation *before : sliceOf(*plate.getBodyBlock(), needed))
    before->walk([&](Operation *inner) { found |= llvm::is_contained(inner->getOperands(), row); });
  return found;
}

bool Compression::analyze(std::string &reason) {
  squares.resize(plate.getSums().size());
  others.resize(plate.getSums().size());
  for (auto [k, sum] : llvm::enumerate(plate.getYield().getSums()))
    split(sum, false, k);
  auto asksForFiniteness = [](Operation *user) {
    auto compare = dyn_cast<arith::CmpFOp>(user);
    return compare && SquareForm::asksForFiniteness(compare);
  };
  for (auto [k, value] : llvm::enumerate(plate.getYield().getMaxima())) {
    Dependence::Kind kind = form.getDependence().of(value).kind;
    if ((kind == Dependence::Mixed || kind == Dependence::Keyed) &&
        llvm::all_of(plate.getMaxima()[k].getUsers(), asksForFiniteness))
      maxima.push_back(k);
  }
  if (maxima.empty() && llvm::all_of(squares, [](const auto &of) { return of.empty(); }))
    return false;
  auto fails = [&](StringRef text) {
    reason = why.empty() ? text.str() : why;
    return false;
  };
  for (auto &of : squares)
    for (const Summand &summand : of)
      if (!form.degreeOf(summand.value))
        return fails("");
  for (unsigned k : maxima)
    if (!form.isMagnitude(plate.getYield().getMaxima()[k]))
      return fails("");
  if (plate.getNumResults() != plate.getSums().size() + maxima.size())
    return fails("its rows give more than sums");
  // Where other summands keep all rows, squares at all of them cost little.
  SmallVector<DataColumns> unused;
  SquareForm::RowTensors none;
  SquareForm rest(plate, data, unused, none, why);
  for (auto &of : others)
    for (const Summand &summand : of)
      if (!rest.degreeOf(summand.value))
        return fails("");
  for (Operation &op : plate.getBodyBlock()->without_terminator()) {
    // What does not mix data and parameters is left to factor-sums, or moves to prepare.
    if (isMemoryEffectFree(&op) || !dependsOnRow(&op, plate) || form.getDependence().ofOperands(&op).isData())
      continue;
    if (!form.checksFiniteness(&op))
      return fails("it checks values of data and parameters");
    checks.push_back(&op);
  }
  factor = std::make_unique<SquareFactor>(b, plate.getLoc(), plate.getExtents().front(), columns,
                                          form.needsOnes());
  return isWorthIt() || fails("");
}

bool Compression::isWorthIt() {
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().front()),
                         width = getConstantIntValue(factor->getWidth());
  if (!width) {
    // A factor may not be larger than the matrix that a kernel takes.
    auto isSizeOfKernel = [&](Value size) {
      return llvm::any_of(form.getMatrixSizes(), [&](Value other) { return provablyEqual(other, size); });
    };
    for (const DataColumns &column : columns)
      for (const IndexValues &index : column.indices)
        if (!getConstantIntValue(index.extent) && !isSizeOfKernel(index.extent)) {
          why = "how many columns it has is not known";
          return false;
        }
    return true;
  }
  int64_t now = tensors.empty() ? (*width + lanes - 1) / lanes * lanes : *width;
  if (!rows || 2 * now <= *rows)
    return true;
  why = "there are too few rows for its columns";
  return false;
}

void Compression::emit() {
  Location loc = plate.getLoc();
  factor->emit();
  bool isOneByOne = tensors.empty() && plate.getRank() == 1;
  SquareRows rows(b, loc, *factor, factor->getCount(isOneByOne ? lanes : 1), tensors);
  // In the body, so that they are values of one degree.
  OpBuilder in(plate.getYield());
  auto total = [&](ArrayRef<Summand> summands) {
    Value sum;
    for (const Summand &summand : summands) {
      if (!sum)
        sum = summand.isNegative ? arith::NegFOp::create(in, loc, summand.value).getResult() : summand.value;
      else
        sum = summand.isNegative ? arith::SubFOp::create(in, loc, sum, summand.value).getResult()
                                 : arith::AddFOp::create(in, loc, sum, summand.value).getResult();
    }
    return sum ? sum : arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(0.0)).getResult();
  };
  SmallVector<Value> values;
  SmallVector<unsigned> numbers;
  for (auto [k, of] : llvm::enumerate(squares))
    if (!of.empty()) {
      values.push_back(total(of));
      numbers.push_back(k);
    }
  SmallVector<Value> magnitudes;
  for (unsigned k : maxima)
    magnitudes.push_back(plate.getYield().getMaxima()[k]);
  SmallVector<Value> results = rows.results(form, values, magnitudes, checks);
  OpBuilder after(plate->getContext());
  after.setInsertionPointAfter(plate);
  for (auto [k, sum] : llvm::zip(numbers, results)) {
    Value result = plate.getResult(k), rest = total(others[k]);
    auto more = arith::AddFOp::create(after, loc, result, sum);
    result.replaceAllUsesExcept(more, more);
    plate.getYield().getSumsMutable()[k].set(rest);
    if (!matchPattern(rest, m_AnyZeroFloat()))
      continue;
    more.replaceAllUsesWith(sum);
    more.erase();
  }
  for (auto [k, largest] : llvm::zip_equal(maxima, ArrayRef(results).drop_front(numbers.size())))
    plate.getMaxima()[k].replaceAllUsesWith(largest);
  for (Operation *check : checks)
    check->erase();
  SmallVector<Operation *> body =
      llvm::map_to_vector(plate.getBodyBlock()->without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : llvm::reverse(body))
    if (isOpTriviallyDead(op))
      op->erase();
}

/// Rows that are all the same are computed once, if there are any.
static void shrink(tg::PlateOp plate) {
  if (plate.getSums().size() + plate.getMaxima().size() != plate->getNumResults() || !onlyChecks(plate) ||
      !llvm::all_of(plate->getResultTypes(), [](Type type) { return type.isF64(); }))
    return;
  OpBuilder b(plate), after(plate->getContext());
  after.setInsertionPointAfter(plate);
  Location loc = plate.getLoc();
  Value times;
  for (auto [k, index] : llvm::enumerate(plate.getIndices())) {
    Value extent = plate.getExtents()[k];
    if (!index.use_empty() || matchPattern(extent, m_One()))
      continue;
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    plate.getExtentsMutable()[k].set(b.createOrFold<arith::MinSIOp>(loc, extent, one));
    times = times ? after.createOrFold<arith::MulIOp>(loc, times, extent) : extent;
  }
  if (times && !plate.getSums().empty()) {
    times = after.createOrFold<arith::IndexCastOp>(loc, after.getI64Type(), times);
    times = after.createOrFold<arith::SIToFPOp>(loc, after.getF64Type(), times);
    for (Value sum : plate.getSums()) {
      auto product = arith::MulFOp::create(after, loc, sum, times);
      sum.replaceAllUsesExcept(product, product);
    }
  }
  if (plate->use_empty() && isMemoryEffectFree(plate))
    plate.erase();
}

namespace {
struct CompressSquares : optimize::impl::CompressSquaresBase<CompressSquares> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // Generated quantities are computed once a draw.
      if (!mayUsePrepared(function) || function.getName() == "generate")
        continue;
      SmallVector<tg::PlateOp> plates(function.getBody().front().getOps<tg::PlateOp>());
      for (tg::PlateOp plate : plates) {
        compress(plate, function);
        shrink(plate);
      }
    }
  }

  static void compress(tg::PlateOp plate, func::FuncOp function) {
    if (plate->use_empty() || !plate.getInits().empty() ||
        !llvm::all_of(plate.getSums().getTypes(), [](Type type) { return type.isF64(); }))
      return;
    DataOnly data(function);
    Compression compression(plate, data);
    std::string why;
    Value extent = plate.getExtents().front();
    if (!compression.analyze(why)) {
      // Priors of parameters are no rows of data.
      if (!why.empty() && compression.numColumns() > 0)
        declined(plate, passName, why);
      return;
    }
    if (!data.contains(extent) && !matchPattern(extent, m_Constant()))
      return declined(plate, passName, "its rows are not counted by data");
    applied(plate, passName,
            "squares over rows became squares over the rows of a factor: " +
                std::to_string(compression.numColumns()) + " columns");
    compression.emit();
  }
};
} // namespace
