//===- FactorSums.cpp - what is the same for all rows, out of their sum ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum over rows of data times parameters is the sum of the data times the parameters: counts and sums, for
// densities of the exponential families. Where parameters are chosen by an index, there is one sum a group.
// Squares of differences are not taken apart: digits would be lost.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/AffineForm.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Passes.h"
#include "compiler/optimize/PrepareFunction.h"
#include "compiler/optimize/Remark.h"
#include "compiler/optimize/RowGroups.h"
#include "compiler/optimize/Sizes.h"
#include "compiler/optimize/SplitFunctions.h"
#include "compiler/optimize/Summands.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_FACTORSUMS
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static constexpr StringLiteral passName = "factor-sums";

namespace {
class Factoring {
public:
  Factoring(tg::PlateOp plate, const DataOnly &data)
      : plate(plate), b(plate), loc(plate.getLoc()), dependence(plate, plate.getIndices().front(), data),
        data(data), summands(dependence) {}

  /// Whether the sums can be factored; if not, why.
  bool analyze(std::string &why);
  void emit();

private:
  std::pair<Value, Value> extremesOf(Value data);
  Value dataOf(OpBuilder &at, const Summand &summand, IRMapping &mapping);
  Value parametersOf(OpBuilder &at, const Summand &summand, IRMapping &mapping);
  void addUp(OpBuilder &at, bool keyed, unsigned sum, ArrayRef<Value> statistics, IRMapping &mapping,
             Value &total);

  tg::PlateOp plate;
  OpBuilder b;
  Location loc;
  RowDependence dependence;
  const DataOnly &data;
  Summands summands;
  SmallVector<size_t> ends;        // of each sum's summands
  SmallVector<Operation *> checks; // of parameters
  SmallVector<IntervalCheck> intervals;
  std::optional<RowGroups> groups;
};
} // namespace

bool Factoring::analyze(std::string &why) {
  Dependence keys;
  for (Operation &op : plate.getBodyBlock()->without_terminator()) {
    if (isMemoryEffectFree(&op))
      continue;
    Dependence kind = dependence.ofOperands(&op);
    if (kind.kind == Dependence::Mixed) {
      std::optional<IntervalCheck> interval = findInterval(&op, dependence);
      if (!interval) {
        why = "it checks values of data and parameters";
        return false;
      }
      intervals.push_back(*interval);
      keys.join(interval->parameters);
      continue;
    }
    if (!kind.isParameter())
      continue; // checks of data move to prepare
    if (op.getNumResults() != 0) {
      why = "a branch checks values and computes others";
      return false;
    }
    checks.push_back(&op);
    keys.join(kind);
  }
  for (Value sum : plate.getYield().getSums()) {
    if (failed(summands.add(sum, {})) || summands.all.size() > Summands::most) {
      why = "its rows are no sums of data times parameters";
      return false;
    }
    ends.push_back(summands.all.size());
  }
  for (const Summand &summand : summands.all) {
    for (const Factor &factor : summand.parameters)
      keys.join(dependence.of(factor.value));
    for (const Guard &guard : summand.parameterGuards)
      keys.join(dependence.of(guard.first));
  }
  if (!keys.isParameter())
    return false; // data alone, which moves to prepare as it is
  if (keys.keys.size() > 1) {
    why = "rows are grouped in more than one way";
    return false;
  }
  std::optional<int64_t> rows = getConstantIntValue(plate.getExtents().front());
  if (rows && *rows < int64_t(summands.all.size())) {
    why = "there are too few rows";
    return false;
  }
  if (keys.keys.empty())
    return true;
  if (keys.keys.front() == plate.getIndices().front()) {
    why = "every row has a parameter of its own";
    return false;
  }
  SmallVector<Value> roots(plate.getYield().getSums());
  auto addRoots = [&](Operation *check) {
    check->walk([&](Operation *inner) { llvm::append_range(roots, inner->getOperands()); });
  };
  llvm::for_each(checks, addRoots);
  for (const IntervalCheck &interval : intervals)
    addRoots(interval.check);
  FailureOr<RowGroups> found = findGroups(b, keys.keys.front(), roots, dependence, data);
  if (failed(found)) {
    why = "the range of its groups is not known";
    return false;
  }
  groups = *found;
  std::optional<int64_t> count = getConstantIntValue(groups->count);
  if (rows && count && *rows < 2 * *count) {
    why = "there are too few rows for its groups";
    return false;
  }
  return true;
}

Value Factoring::dataOf(OpBuilder &at, const Summand &summand, IRMapping &mapping) {
  auto constant = [&](double value) -> Value {
    return arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(value));
  };
  Value value = product(at, loc, summand.data, plate, mapping);
  if (!value)
    value = constant(1);
  for (auto [condition, holds] : summand.dataGuards) {
    Value there = cloneRowValue(at, condition, plate, mapping), zero = constant(0);
    value = arith::SelectOp::create(at, loc, there, holds ? value : zero, holds ? zero : value);
  }
  return value;
}

Value Factoring::parametersOf(OpBuilder &at, const Summand &summand, IRMapping &mapping) {
  Value value = product(at, loc, summand.parameters, plate, mapping);
  for (auto [condition, holds] : summand.parameterGuards) {
    Value zero = arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0));
    if (!value)
      value = arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(1.0));
    Value there = cloneRowValue(at, condition, plate, mapping);
    value = arith::SelectOp::create(at, loc, there, holds ? value : zero, holds ? zero : value);
  }
  return value;
}

/// Adds the summands of a sum, those of groups or the others, to `total`.
void Factoring::addUp(OpBuilder &at, bool keyed, unsigned sum, ArrayRef<Value> statistics, IRMapping &mapping,
                      Value &total) {
  for (size_t k = sum == 0 ? 0 : ends[sum - 1]; k < ends[sum]; ++k) {
    const Summand &summand = summands.all[k];
    if (summand.isKeyed != keyed)
      continue;
    Value value = statistics[k];
    auto multiplied = [&](OpBuilder &in, IRMapping &known) -> Value {
      Value parameters = parametersOf(in, summand, known);
      return parameters ? arith::MulFOp::create(in, loc, value, parameters).getResult() : value;
    };
    if (summand.dataGuards.empty() || summand.parameters.empty()) {
      value = multiplied(at, mapping);
    } else {
      // What no row is chosen for may be infinite, or its derivative.
      Value zero = arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0));
      Value isThere = arith::CmpFOp::create(at, loc, arith::CmpFPredicate::UNE, value, zero);
      IRMapping inside = mapping;
      auto branch = scf::IfOp::create(
          at, loc, isThere,
          [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, multiplied(in, inside)); },
          [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, zero); });
      value = branch.getResult(0);
    }
    if (!total)
      total = summand.isNegative ? arith::NegFOp::create(at, loc, value).getResult() : value;
    else
      total = summand.isNegative ? arith::SubFOp::create(at, loc, total, value).getResult()
                                 : arith::AddFOp::create(at, loc, total, value).getResult();
  }
}

/// The smallest and the largest of each group, or of all rows if there is none.
std::pair<Value, Value> Factoring::extremesOf(Value data) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value count = groups ? groups->count : one;
  SmallVector<Value> inits;
  for (bool isSmallest : {true, false}) {
    Value start = arith::ConstantFloatOp::create(b, loc, b.getF64Type(),
                                                 APFloat::getInf(APFloat::IEEEdouble(), !isSmallest));
    inits.push_back(tg::PlateOp::create(b, loc, count, ValueRange(),
                                        [&](OpBuilder &in, Location, ValueRange, ValueRange) {
                                          tg::YieldOp::create(in, loc, ValueRange(), ValueRange(),
                                                              ValueRange(), start);
                                        })
                        ->getResult(0));
  }
  auto loop = scf::ForOp::create(b, loc, zero, plate.getExtents().front(), one, inits,
                                 [&](OpBuilder &in, Location, Value row, ValueRange state) {
                                   IRMapping mapping;
                                   mapping.map(plate.getIndices().front(), row);
                                   Value number = groups ? groups->numberOf(in, loc, plate, mapping) : zero;
                                   Value value = cloneRowValue(in, data, plate, mapping);
                                   SmallVector<Value> next;
                                   for (auto [k, tensor] : llvm::enumerate(state)) {
                                     Value before = tensor::ExtractOp::create(in, loc, tensor, number);
                                     Value now =
                                         k == 0
                                             ? arith::MinimumFOp::create(in, loc, before, value).getResult()
                                             : arith::MaximumFOp::create(in, loc, before, value).getResult();
                                     next.push_back(tensor::InsertOp::create(in, loc, now, tensor, number));
                                   }
                                   scf::YieldOp::create(in, loc, next);
                                 });
  return {loop.getResult(0), loop.getResult(1)};
}

void Factoring::emit() {
  Value extent = plate.getExtents().front();
  // One statistic for all summands with the same data. The first of a group counts its rows.
  SmallVector<unsigned> numbers;
  SmallVector<const Summand *> shared, keyed;
  for (const Summand &summand : summands.all) {
    auto &kept = summand.isKeyed ? keyed : shared;
    auto *known = llvm::find_if(kept, [&](const Summand *other) { return summand.sharesData(*other); });
    numbers.push_back(known - kept.begin());
    if (known == kept.end())
      kept.push_back(&summand);
  }
  SmallVector<Value> inits;
  for (size_t k = 0; groups && k <= keyed.size(); ++k)
    inits.push_back(makeZeros(b, loc, groups->count));
  auto sums = tg::PlateOp::create(
      b, loc, extent, inits, [&](OpBuilder &in, Location, ValueRange row, ValueRange accumulators) {
        IRMapping mapping;
        mapping.map(plate.getIndices().front(), row.front());
        SmallVector<Value> totals, more;
        for (const Summand *summand : shared)
          totals.push_back(dataOf(in, *summand, mapping));
        if (groups) {
          Value number = groups->numberOf(in, loc, plate, mapping);
          Value one = arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(1.0));
          more.push_back(tg::AccumulateOp::create(in, loc, one, accumulators.front(), number));
          for (auto [summand, accumulator] : llvm::zip_equal(keyed, accumulators.drop_front()))
            more.push_back(
                tg::AccumulateOp::create(in, loc, dataOf(in, *summand, mapping), accumulator, number));
        }
        tg::YieldOp::create(in, loc, totals, ValueRange(), more, ValueRange());
      });

  SmallVector<std::pair<Value, Value>> extremes;
  for (const IntervalCheck &interval : intervals)
    extremes.push_back(extremesOf(interval.data));

  // Checks hold for rows that there are.
  auto repeatChecks = [&](OpBuilder &at, Dependence::Kind kind, Value isThere, IRMapping &mapping) {
    for (Operation *check : checks) {
      if (dependence.ofOperands(check).kind != kind)
        continue;
      auto branch = scf::IfOp::create(at, loc, isThere, /*withElseRegion=*/false);
      OpBuilder in = branch.getThenBodyBuilder();
      IRMapping inside = mapping;
      cloneRowOp(in, check, plate, inside);
    }
  };
  auto checkExtremes = [&](OpBuilder &at, Dependence::Kind kind, Value isThere, Value number,
                           IRMapping &mapping) {
    for (auto [interval, values] : llvm::zip_equal(intervals, extremes)) {
      bool isKeyed = interval.parameters.kind == Dependence::Keyed;
      if (isKeyed != (kind == Dependence::Keyed))
        continue;
      auto branch = scf::IfOp::create(at, loc, isThere, /*withElseRegion=*/false);
      OpBuilder in = branch.getThenBodyBuilder();
      for (Value extreme : {values.first, values.second}) {
        IRMapping inside = mapping;
        inside.map(interval.data, tensor::ExtractOp::create(in, loc, extreme, number).getResult());
        cloneRowOp(in, interval.check, plate, inside);
      }
    }
  };
  IRMapping none;
  Value anyRow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, extent,
                                       arith::ConstantIndexOp::create(b, loc, 0));
  repeatChecks(b, Dependence::Uniform, anyRow, none);
  checkExtremes(b, Dependence::Uniform, anyRow, arith::ConstantIndexOp::create(b, loc, 0), none);

  SmallVector<Value> statistics;
  for (auto [summand, number] : llvm::zip_equal(summands.all, numbers))
    statistics.push_back(summand.isKeyed ? sums.getAccumulated()[number + 1] : sums.getSums()[number]);
  SmallVector<Value> results(ends.size());
  if (groups) {
    auto perGroup = tg::PlateOp::create(
        b, loc, groups->count, ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
          IRMapping mapping;
          groups->mapGroup(in, loc, at.front(), mapping);
          Value zero = arith::ConstantFloatOp::create(in, loc, in.getF64Type(), APFloat(0.0));
          Value count = tensor::ExtractOp::create(in, loc, sums.getAccumulated()[0], at);
          Value isThere = arith::CmpFOp::create(in, loc, arith::CmpFPredicate::OGT, count, zero);
          repeatChecks(in, Dependence::Keyed, isThere, mapping);
          checkExtremes(in, Dependence::Keyed, isThere, at.front(), mapping);
          // Parameters without rows may be infinite, or have such a derivative.
          SmallVector<Value> none(ends.size(), zero);
          auto branch = scf::IfOp::create(
              in, loc, isThere,
              [&](OpBuilder &then, Location) {
                SmallVector<Value> here, totals;
                for (auto [summand, statistic] : llvm::zip_equal(summands.all, statistics))
                  here.push_back(summand.isKeyed
                                     ? tensor::ExtractOp::create(then, loc, statistic, at).getResult()
                                     : statistic);
                for (unsigned sum = 0; sum < ends.size(); ++sum) {
                  Value total;
                  addUp(then, /*keyed=*/true, sum, here, mapping, total);
                  totals.push_back(total ? total : zero);
                }
                scf::YieldOp::create(then, loc, totals);
              },
              [&](OpBuilder &otherwise, Location) { scf::YieldOp::create(otherwise, loc, none); });
          tg::YieldOp::create(in, loc, branch.getResults(), ValueRange(), ValueRange(), ValueRange());
        });
    llvm::copy(perGroup.getSums(), results.begin());
  }
  auto addShared = [&](OpBuilder &at, SmallVector<Value> totals) {
    for (auto [sum, total] : llvm::enumerate(totals)) {
      addUp(at, /*keyed=*/false, sum, statistics, none, total);
      if (!total)
        total = arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0));
    }
    return totals;
  };
  if (getConstantIntValue(extent)) {
    results = addShared(b, results);
  } else {
    SmallVector<Value> zeros(
        ends.size(), arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0)).getResult());
    auto branch = scf::IfOp::create(
        b, loc, anyRow,
        [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, addShared(in, results)); },
        [&](OpBuilder &in, Location) { scf::YieldOp::create(in, loc, zeros); });
    results.assign(branch.getResults().begin(), branch.getResults().end());
  }
  for (auto [sum, result] : llvm::zip_equal(plate.getSums(), results))
    sum.replaceAllUsesWith(result);
  for (const IntervalCheck &interval : intervals)
    interval.check->erase();
  for (Operation *check : llvm::reverse(checks))
    check->erase();
  OpBuilder at(plate.getYield());
  for (OpOperand &operand : plate.getYield()->getOpOperands())
    operand.set(arith::ConstantFloatOp::create(at, loc, at.getF64Type(), APFloat(0.0)));
}

namespace {
struct FactorSums : optimize::impl::FactorSumsBase<FactorSums> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!mayUsePrepared(function))
        continue;
      SmallVector<tg::PlateOp> plates(function.getBody().front().getOps<tg::PlateOp>());
      for (tg::PlateOp plate : plates)
        factor(plate, function);
    }
  }

  /// Of a plate and its copy, lets the copy have the rows where a condition holds, and the plate where not.
  static void keepRows(tg::PlateOp plate, tg::PlateOp copy, Value condition) {
    OpBuilder before(copy), after(plate->getContext());
    after.setInsertionPointAfter(plate);
    Location loc = plate.getLoc();
    Value rows = plate.getExtents().front(), none = arith::ConstantIndexOp::create(before, loc, 0);
    copy.getExtentsMutable()[0].set(arith::SelectOp::create(before, loc, condition, rows, none));
    plate.getExtentsMutable()[0].set(arith::SelectOp::create(before, loc, condition, none, rows));
    for (auto [left, right] : llvm::zip_equal(plate->getResults(), copy->getResults())) {
      auto sum = arith::AddFOp::create(after, loc, left, right);
      Value(left).replaceAllUsesExcept(sum, sum);
    }
  }

  static void factor(tg::PlateOp plate, func::FuncOp function) {
    bool sumsOnly = plate.getNumResults() > 0 && plate.getSums().size() == plate.getNumResults() &&
                    llvm::all_of(plate.getResultTypes(), [](Type type) { return type.isF64(); });
    if (plate.getRank() != 1 || !sumsOnly || plate->use_empty())
      return;
    std::optional<DataOnly> data(function);
    Value extent = plate.getExtents().front();
    if (!data->contains(extent) && !matchPattern(extent, m_Constant()))
      return declined(plate, passName, "its rows are not counted by data");
    // A copy, so that all is as before if nothing comes of it.
    OpBuilder b(plate);
    auto copy = cast<tg::PlateOp>(b.clone(*plate));
    Value isSafe = splitFunctions(copy, *data);
    if (isSafe) // which is data, and so is what it is made of
      data.emplace(function);
    Factoring factoring(copy, *data);
    std::string why;
    if (!factoring.analyze(why)) {
      if (!why.empty())
        declined(plate, passName, why);
      copy.erase();
      return;
    }
    applied(plate, passName, "sums over rows became sums of data times parameters");
    if (isSafe) {
      keepRows(plate, copy, isSafe);
    } else {
      plate.replaceAllUsesWith(copy);
      plate.erase();
    }
    factoring.emit();
  }
};
} // namespace
