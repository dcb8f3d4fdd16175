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

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

GaussianRows::GaussianRows(prob::LogDensityOp op, const DataOnly &data) : original(op), data(data) {}

GaussianRows::~GaussianRows() {
  if (rows)
    rows->erase();
}

/// Works on a copy, so that all is as before if nothing comes of it.
bool GaussianRows::findRows() {
  Operation *parent = original->getParentOp();
  OpBuilder b(parent);
  auto isData = [&](Value value) { return data.contains(value) || matchPattern(value, m_Constant()); };
  if (auto plate = dyn_cast<tg::PlateOp>(parent)) {
    if (plate.getRank() != 1 || !isData(plate.getExtents().front()))
      return false;
    extent = plate.getExtents().front();
  } else {
    auto loop = cast<scf::ForOp>(parent);
    if (!isData(loop.getLowerBound()) || !isData(loop.getUpperBound()) ||
        !matchPattern(loop.getStep(), m_One()))
      return false;
    extent = tripCount(b, original.getLoc(), loop.getLowerBound(), loop.getUpperBound());
    if (!matchPattern(loop.getLowerBound(), m_Zero()))
      lower = loop.getLowerBound();
  }
  IRMapping mapping;
  rows = b.clone(*parent, mapping);
  index = rows->getRegion(0).front().getArgument(0);
  op = mapping.lookup(original.getResult()).getDefiningOp<prob::LogDensityOp>();
  return true;
}

/// Computes where it is read what other plates compute for the same row.
void GaussianRows::pullProducers() {
  SmallVector<tensor::ExtractOp> reads;
  rows->walk([&](tensor::ExtractOp extract) { reads.push_back(extract); });
  while (!reads.empty()) {
    tensor::ExtractOp read = reads.pop_back_val();
    Value tensor = read.getTensor();
    while (auto cast = tensor.getDefiningOp<tensor::CastOp>())
      tensor = cast.getSource();
    auto producer = tensor.getDefiningOp<tg::PlateOp>();
    if (!producer || rows->isAncestor(producer) || data.contains(tensor) || producer.getRank() != 1 ||
        !llvm::is_contained(producer.getRows(), tensor) || linearOf(read.getIndices().front()).base != index)
      continue;
    unsigned number = llvm::find(producer.getRows(), tensor) - producer.getRows().begin();
    Value row = producer.getYield().getRows()[number];
    SmallVector<Operation *> slice = sliceOf(*producer.getBodyBlock(), row);
    if (!llvm::all_of(slice, [](Operation *op) { return isMemoryEffectFree(op); }))
      continue;
    OpBuilder b(read);
    IRMapping mapping;
    mapping.map(producer.getIndices().front(), read.getIndices().front());
    for (Operation *op : slice)
      b.clone(*op, mapping)->walk([&](tensor::ExtractOp extract) { reads.push_back(extract); });
    read.replaceAllUsesWith(mapping.lookupOrDefault(row));
    read.erase();
  }
}

/// Whether all factors of a term are data.
static bool isOffset(const Term &term, RowDependence &dependence) {
  return llvm::all_of(term.parameters, [&](const Factor &f) { return dependence.of(f.value).isData(); });
}

bool GaussianRows::findColumns(std::string &why) {
  FailureOr<SmallVector<Term>> form = affineForm(op.getArguments()[0], *dependence, why);
  if (failed(form))
    return false;
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

bool GaussianRows::findGroups(std::string &why) {
  Dependence all = scale == Scale::Keyed ? dependence->of(op.getArguments()[1]) : Dependence();
  for (const RegressionColumn &column : columns) {
    if (column.isKeyed && column.run) {
      why = "groups have slopes that a loop runs over";
      return false;
    }
    for (const Term &term : column.terms)
      for (const Factor &factor : term.parameters)
        all.join(dependence->of(factor.value));
  }
  if (all.keys.empty())
    return true;
  if (all.keys.size() > 1) {
    why = "rows are grouped in more than one way";
    return false;
  }
  Value key = all.keys.front();
  if (key == index) {
    why = "every row has a parameter of its own";
    return false;
  }
  if (scale == Scale::Keyed) {
    // Nothing is shared: the observations are a column of the group as well.
    if (llvm::any_of(columns, [](const RegressionColumn &c) { return c.run; })) {
      why = "groups with scales of their own share slopes that a loop runs over";
      return false;
    }
    grouped = columns.size() + 1;
  }

  OpBuilder b(rows);
  FailureOr<RowGroups> found = optimize::findGroups(b, key, op->getOperands(), *dependence, data);
  if (failed(found)) {
    why = "the range of its groups is not known";
    return false;
  }
  groups = *found;
  return true;
}

/// How often something is multiplied and added in an evaluation, before and after, where the sizes tell.
bool GaussianRows::isWorthIt(std::string &why) const {
  std::optional<int64_t> n = getConstantIntValue(extent), count = 0;
  why = "there are too few rows for its columns and groups";
  if (groups)
    count = getConstantIntValue(groups->count);
  int64_t width = 1;
  for (const RegressionColumn &column : columns) {
    std::optional<int64_t> size = 1;
    if (column.run) {
      OpBuilder b(rows);
      size = getConstantIntValue(boundsOf(b, rows->getLoc(), column.run, rows).extent);
    }
    if (!size) { // perhaps far more than rows
      why = "how many columns it has is not known";
      return false;
    }
    width += *size;
  }
  if (n && *n <= 0)
    return false;
  if (!n || !count)
    return true;
  constexpr int64_t density = 4; // what a row takes beside its mean
  int64_t pooled = width - int64_t(grouped), before = *n * (width + density),
          after = *count * int64_t(grouped) * (width + density) + pooled * (pooled / 2 + density);
  return 2 * after <= before;
}

bool GaussianRows::analyze(std::string &why) {
  if (!findRows()) {
    why = "its rows are not counted by data";
    return false;
  }
  pullProducers();
  dependence.emplace(rows, index, data);
  Dependence point = dependence->of(op.getAt()), mean = dependence->of(op.getArguments()[0]),
             sigma = dependence->of(op.getArguments()[1]);
  if (point.isData() && mean.isData() && sigma.isData())
    return false; // data alone, which moves to prepare as it is
  if (!point.isData()) {
    why = "what is observed depends on parameters";
    return false;
  }
  if (sigma.kind == Dependence::Mixed) {
    why = "its scale varies with the row and with parameters";
    return false;
  }
  scale = sigma.kind == Dependence::Data    ? Scale::Data
          : sigma.kind == Dependence::Keyed ? Scale::Keyed
                                            : Scale::Uniform;
  if (!findColumns(why) || !findGroups(why))
    return false;
  return isWorthIt(why);
}

std::string GaussianRows::describe() const {
  size_t runs = llvm::count_if(columns, [](const RegressionColumn &c) { return c.run; });
  std::string text =
      "rows of data became sufficient statistics: " + std::to_string(columns.size() - runs) + " columns";
  if (runs)
    text += " and " + std::to_string(runs) + " matrices";
  if (groups)
    text += ", " + std::to_string(grouped) + " of them for each group";
  return text;
}

Value GaussianRows::emit(bool fma) { return GaussianStatistics(*this, fma).emit(); }
