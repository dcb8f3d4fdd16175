//===- GaussianRows.cpp - rows of a Gaussian regression -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/GaussianRows.h"
#include "compiler/optimize/GaussianStatistics.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/RowCost.h"
#include "compiler/optimize/RowData.h"
#include "compiler/optimize/Signs.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

bool optimize::isGaussian(prob::LogDensityOp op) {
  return llvm::is_contained({"normal", "normal_id_glm", "lognormal"}, op.getDistribution()) &&
         op->getNumOperands() == 3 &&
         llvm::all_of(op->getOperandTypes(), [](Type type) { return type.isF64(); });
}

GaussianRows::GaussianRows(prob::LogDensityOp op, ValueRange weights, DataOnly &data)
    : original(op), data(data) {
  for (Value weight : weights)
    this->weights.push_back({weight});
}

GaussianRows::~GaussianRows() {
  if (rows)
    rows->erase();
}

/// An element of the product of a matrix of data and one of parameters as a sum, which is small code if it is
/// short.
static Value writeOutElement(tensor::ExtractOp read, const DataOnly &data) {
  auto product = read.getTensor().getDefiningOp<tg::KernelOp>();
  if (!product || product.getKernel() != "product" || data.contains(read.getTensor()))
    return {};
  ValueRange inputs =
      product.getInputs(); // a, b, rows, columns, the inner size, which are transposed, a factor
  Value a = inputs[0], b = inputs[1], inner = inputs[4];
  if ((!data.contains(a) && !data.contains(b)) || !matchPattern(inputs[5], m_Zero()) ||
      !matchPattern(inputs[6], m_Zero()) || !matchPattern(inputs[7], m_OneFloat()))
    return {};
  OpBuilder at(read);
  Location loc = read.getLoc();
  Value row = read.getIndices()[1], column = read.getIndices()[0];
  auto add = [&](OpBuilder &in, Value sum, Value k) -> Value {
    Value x = tensor::ExtractOp::create(in, loc, a, ValueRange{k, row});
    Value y = tensor::ExtractOp::create(in, loc, b, ValueRange{column, k});
    return arith::AddFOp::create(in, loc, sum, arith::MulFOp::create(in, loc, x, y));
  };
  Value sum = arith::ConstantOp::create(at, loc, at.getF64FloatAttr(0));
  constexpr int64_t most = 16;
  if (std::optional<int64_t> count = getConstantIntValue(inner); count && *count <= most) {
    for (int64_t k = 0; k < *count; ++k)
      sum = add(at, sum, arith::ConstantIndexOp::create(at, loc, k));
    return sum;
  }
  Value zero = arith::ConstantIndexOp::create(at, loc, 0), one = arith::ConstantIndexOp::create(at, loc, 1);
  return scf::ForOp::create(at, loc, zero, inner, one, sum,
                            [&](OpBuilder &in, Location, Value k, ValueRange carried) {
                              scf::YieldOp::create(in, loc, add(in, carried[0], k));
                            })
      .getResult(0);
}

/// Computes where it is read what others compute for the same row.
void GaussianRows::pullProducers() {
  SmallVector<tensor::ExtractOp> reads;
  rows->walk([&](tensor::ExtractOp extract) { reads.push_back(extract); });
  auto replace = [&](tensor::ExtractOp read, Value value) {
    for (Factor &weight : weights)
      if (weight.value == read)
        weight.value = value;
    read.replaceAllUsesWith(value);
    read.erase();
  };
  auto isOfRow = [&](Value at) {
    Value base = linearOf(at).base;
    return base && (base == index || llvm::any_of(levels, [&](const Level &l) { return l.index == base; }));
  };
  while (!reads.empty()) {
    tensor::ExtractOp read = reads.pop_back_val();
    Value tensor = read.getTensor();
    if (Value sum = writeOutElement(read, data)) {
      replace(read, sum);
      continue;
    }
    while (auto cast = tensor.getDefiningOp<tensor::CastOp>())
      tensor = cast.getSource();
    auto producer = tensor.getDefiningOp<tg::PlateOp>();
    if (!producer || rows->isAncestor(producer) || data.contains(tensor) ||
        read.getIndices().size() != producer.getRank() || !llvm::is_contained(producer.getRows(), tensor) ||
        !llvm::all_of(read.getIndices(), isOfRow))
      continue;
    unsigned number = llvm::find(producer.getRows(), tensor) - producer.getRows().begin();
    Value row = producer.getYield().getRows()[number];
    SmallVector<Operation *> slice = sliceOf(*producer.getBodyBlock(), row);
    if (!llvm::all_of(slice, [](Operation *op) { return isMemoryEffectFree(op); }))
      continue;
    OpBuilder b(read);
    IRMapping mapping;
    mapping.map(producer.getIndices(), read.getIndices());
    for (Operation *op : slice)
      b.clone(*op, mapping)->walk([&](tensor::ExtractOp extract) { reads.push_back(extract); });
    replace(read, mapping.lookupOrDefault(row));
    if (isa<tg::PlateOp>(rows))
      splitIndex();
  }
  if (levels.size() != 2)
    return;
  // A place in both loops, put together, is the row's.
  rows->walk([&](arith::AddIOp add) {
    for (auto [x, y] : {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())})
      if (auto outer = x.getDefiningOp<arith::MulIOp>();
          outer && y == levels[0].index && outer.getLhs() == levels[1].index &&
          isEqualConstantIntOrValue(outer.getRhs(), levels[0].extent))
        add.getResult().replaceAllUsesWith(index);
  });
}

/// Whether all factors of a term are data.
static bool isOffset(const Term &term, RowDependence &dependence) {
  return llvm::all_of(term.parameters, [&](const Factor &f) { return dependence.of(f.value).isData(); });
}

bool GaussianRows::findColumns(std::string &why) {
  FailureOr<SmallVector<Term>> form = affineForm(op.getArguments()[0], *dependence, why);
  if (failed(form))
    return false;
  if (!dependence->of(op.getAt()).isData()) {
    // What is subtracted from the observation is as good as added to the mean.
    isObserved = false;
    FailureOr<SmallVector<Term>> point = affineForm(op.getAt(), *dependence, why);
    if (failed(point)) {
      why = "what is observed depends on parameters";
      return false;
    }
    for (Term &term : *point) {
      term.isNegative = !term.isNegative;
      form->push_back(term);
    }
  }
  for (const Term &term : *form) {
    if (isOffset(term, *dependence)) {
      if (term.run) {
        why = "data is added to the mean in a loop over parameters";
        return false;
      }
      offsets.push_back(term);
      continue;
    }
    auto *column = llvm::find_if(columns, [&](const RegressionColumn &c) {
      return c.run == term.run && c.data.size() == term.data.size() &&
             std::is_permutation(c.data.begin(), c.data.end(), term.data.begin());
    });
    if (column == columns.end()) {
      columns.push_back({term.data, {}, term.run});
      column = std::prev(columns.end());
    }
    column->terms.push_back(term);
    for (const Factor &factor : term.parameters)
      column->isKeyed |= dependence->of(factor.value).kind == Dependence::Keyed;
  }
  auto rank = [](const RegressionColumn &c) {
    return 4 * !c.isKeyed + 2 * (c.run != nullptr) + !c.isIntercept();
  };
  SmallVector<RegressionColumn> ordered;
  for (int place = 0; place < 8; ++place)
    llvm::copy_if(columns, std::back_inserter(ordered),
                  [&](const auto &column) { return rank(column) == place; });
  columns = std::move(ordered);
  grouped = llvm::count_if(columns, [](const RegressionColumn &c) { return c.isKeyed; });
  return true;
}

bool GaussianRows::findScale(std::string &why) {
  Value sigma = op.getArguments()[1];
  Dependence kind = dependence->of(sigma);
  isScaleKeyed = kind.kind == Dependence::Keyed;
  if (kind.kind == Dependence::Data)
    scaleData.push_back({sigma});
  if (kind.kind != Dependence::Mixed)
    return true;
  // Data times parameters, of which neither is negative.
  FailureOr<SmallVector<Term>> form = affineForm(sigma, *dependence, why);
  why = "its scale varies with the row and with parameters";
  if (failed(form) || form->size() != 1 || form->front().run || form->front().isNegative)
    return false;
  scaleData = form->front().data;
  scaleParameters = form->front().parameters;
  for (const Factor &factor : scaleParameters) {
    isScaleKeyed |= dependence->of(factor.value).kind == Dependence::Keyed;
    if (!isNeverNegative(factor.value))
      return false;
  }
  return true;
}

Value GaussianRows::scaleOf(OpBuilder &b, Location loc, IRMapping &mapping) const {
  if (scaleData.empty())
    return cloneRowValue(b, prob::LogDensityOp(op).getArguments()[1], rows, mapping);
  Value scale = product(b, loc, scaleParameters, rows, mapping);
  return scale ? scale : arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(1.0)).getResult();
}

/// Rows are multiplied by the roots of their weights.
bool GaussianRows::checkWeights(std::string &why) {
  for (const Factor &weight : weights) {
    if (!dependence->of(weight.value).isData() || !isNonNegativeData(weight.value)) {
      why = "it is multiplied by what is not known to be data that is not negative";
      return false;
    }
  }
  return true;
}

bool GaussianRows::hasGroupedRuns() const {
  return llvm::any_of(llvm::enumerate(columns),
                      [&](const auto &column) { return column.value().run && column.index() < grouped; });
}

/// Whether an index is computed from `level`, and from nothing else that varies with the row or is read.
static bool isComputedFrom(Value value, Value level, RowDependence &dependence) {
  llvm::SetVector<Value> needed;
  needed.insert(value);
  for (size_t k = 0; k < needed.size(); ++k) {
    if (needed[k] == level || dependence.of(needed[k]).kind == Dependence::Fixed)
      continue;
    Operation *op = needed[k].getDefiningOp();
    if (!op || !isa<arith::ArithDialect>(op->getDialect()) || needed[k] == dependence.getIndex())
      return false;
    needed.insert_range(op->getOperands());
  }
  return true;
}

bool GaussianRows::findGroups(std::string &why) {
  Dependence all;
  if (scaleData.empty())
    all.join(dependence->of(op.getArguments()[1]));
  for (const Factor &factor : scaleParameters)
    all.join(dependence->of(factor.value));
  for (const RegressionColumn &column : columns)
    for (const Term &term : column.terms)
      for (const Factor &factor : term.parameters)
        all.join(dependence->of(factor.value));
  if (all.keys.empty())
    return true;
  // Where parameters lie in a matrix, the place of a loop's row in it is as good as the loop's index.
  llvm::SmallSetVector<Value, 4> keys;
  for (Value key : all.keys) {
    auto *level =
        llvm::find_if(levels, [&](const Level &l) { return isComputedFrom(key, l.index, *dependence); });
    keys.insert(level == levels.end() ? key : level->index);
  }
  all.keys.assign(keys.begin(), keys.end());
  auto isKey = [&](const Level &level) { return llvm::is_contained(all.keys, level.index); };
  if (llvm::is_contained(all.keys, index) || (!levels.empty() && llvm::all_of(levels, isKey))) {
    why = "every row has a parameter of its own";
    return false;
  }
  if (isScaleKeyed) // Nothing is shared: the observations are a column of the group as well.
    grouped = columns.size() + 1;
  if (all.keys.size() > 1) {
    cells.emplace();
    cells->keys.assign(all.keys.begin(), all.keys.end());
    return true;
  }

  Value key = all.keys.front();
  auto *level = llvm::find_if(levels, isKey);
  OpBuilder b(rows);
  if (level != levels.end()) {
    groups = RowGroups{key, arith::ConstantIndexOp::create(b, rows->getLoc(), 0), level->extent};
    return true;
  }
  FailureOr<RowGroups> found = optimize::findGroups(b, key, op->getOperands(), *dependence, data);
  if (failed(found)) {
    why = "the range of its groups is not known";
    return false;
  }
  groups = *found;
  return true;
}

/// How often something is multiplied and added in an evaluation, before and after, where the sizes tell.
bool GaussianRows::isWorthIt(std::string &why) {
  std::optional<int64_t> n = getConstantIntValue(extent), count = 0;
  why = "there are too few rows for its columns and groups";
  if (groups)
    count = getConstantIntValue(groups->count);
  int64_t width = 1, keyed = 0;
  for (auto [c, column] : llvm::enumerate(columns)) {
    std::optional<int64_t> size = 1;
    if (column.run) {
      OpBuilder b(rows);
      size = getConstantIntValue(boundsOf(b, rows->getLoc(), column.run, rows).extent);
    }
    if (!size) {
      isOpen = true;
      continue;
    }
    width += *size;
    if (c < grouped)
      keyed += *size;
  }
  if (grouped > columns.size())
    keyed = width;
  if (n && *n <= 0)
    return false;
  if (isOpen && cells) { // each of them might have far more than rows
    why = "how many columns it has is not known";
    return false;
  }
  if (isOpen)
    return true;
  constexpr int64_t density = 4;         // what a row takes beside its mean
  constexpr int64_t fewestForCells = 32; // new rows are rounded up to eight
  if (cells && n && *n < fewestForCells)
    return false;
  if (!n || !count || cells)
    return true;
  int64_t pooled = width - keyed, before = *n * (width + density),
          after = *count * keyed * (width + density) + pooled * (pooled / 2 + density);
  return 2 * after <= before;
}

bool GaussianRows::analyze(std::string &why) {
  if (!findRows(why))
    return false;
  why.clear();
  pullProducers();
  dependence.emplace(rows, index, data);
  if (llvm::all_of(op->getOperands(), [&](Value value) { return dependence->of(value).isData(); }))
    return false; // data alone, which moves to prepare as it is
  isLogarithmic = op.getDistribution() == "lognormal";
  if (isLogarithmic && !dependence->of(op.getAt()).isData()) {
    why = "what is observed depends on parameters";
    return false;
  }
  return checkWeights(why) && findScale(why) && findColumns(why) && findGroups(why) && isWorthIt(why);
}

std::string GaussianRows::describe() const {
  size_t runs = llvm::count_if(columns, [](const RegressionColumn &c) { return c.run; });
  std::string text =
      "rows of data became sufficient statistics: " + std::to_string(columns.size() - runs) + " columns";
  if (runs)
    text += " and " + std::to_string(runs) + " matrices";
  if (isGrouped())
    text +=
        ", " + std::to_string(grouped) + " of them for each " + (cells ? "combination of groups" : "group");
  if (cells || isOpen)
    text += ", if these are clearly fewer than rows";
  return text;
}

Value GaussianRows::emit(bool fma) { return GaussianStatistics(*this, fma).emit(); }
