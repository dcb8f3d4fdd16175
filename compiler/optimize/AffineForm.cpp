//===- AffineForm.cpp - a value as a sum of data times parameters ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/AffineForm.h"
#include "compiler/optimize/InOrder.h"
#include "compiler/optimize/Linear.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Products of sums grow.
static constexpr size_t maxTerms = 64;

namespace {
class Decomposition {
public:
  Decomposition(RowDependence &rows, std::string &why) : rows(rows), why(why) {}

  LogicalResult add(Value value, bool isNegative, SmallVectorImpl<Term> &to) {
    llvm::scope_exit leave([this] { --nesting; });
    if (++nesting > maxNesting)
      return refuse("the mean is computed in too many steps");
    Dependence dependence = rows.of(value);
    if (dependence.kind != Dependence::Mixed || value == state) {
      if (matchPattern(value, m_AnyZeroFloat()))
        return success();
      Term term{isNegative, {}, {}, run};
      (dependence.kind == Dependence::Data ? term.data : term.parameters).push_back({value});
      to.push_back(term);
      return success();
    }
    if (to.size() > maxTerms)
      return refuse("the mean has too many terms");
    Operation *op = value.getDefiningOp();
    if (isa_and_present<arith::AddFOp, arith::SubFOp>(op))
      return success(succeeded(add(op->getOperand(0), isNegative, to)) &&
                     succeeded(add(op->getOperand(1), isNegative != isa<arith::SubFOp>(op), to)));
    if (isa_and_present<arith::NegFOp>(op))
      return add(op->getOperand(0), !isNegative, to);
    if (isa_and_present<arith::MulFOp>(op))
      return multiply(op->getOperand(0), op->getOperand(1), isNegative, to);
    if (isa_and_present<arith::DivFOp>(op))
      return divide(op->getOperand(0), op->getOperand(1), isNegative, to);
    if (auto loop = dyn_cast_if_present<scf::ForOp>(op))
      return addLoop(loop, cast<OpResult>(value).getResultNumber(), isNegative, to);
    if (auto plate = dyn_cast_if_present<tg::PlateOp>(op))
      return addPlate(plate, cast<OpResult>(value).getResultNumber(), isNegative, to);
    return refuse("the mean is not affine in the parameters");
  }

private:
  LogicalResult refuse(StringRef reason) {
    why = reason.str();
    return failure();
  }

  LogicalResult multiply(Value left, Value right, bool isNegative, SmallVectorImpl<Term> &to) {
    SmallVector<Term> a, b;
    if (failed(add(left, isNegative, a)) || failed(add(right, false, b)))
      return failure();
    for (const Term &x : a)
      for (const Term &y : b) {
        if (x.run != run && y.run != run)
          return refuse("the mean is a product of sums over loops");
        Term term = x;
        term.isNegative = x.isNegative != y.isNegative;
        term.data.append(y.data);
        term.parameters.append(y.parameters);
        term.run = x.run != run ? x.run : y.run;
        to.push_back(term);
      }
    return success();
  }

  LogicalResult divide(Value left, Value right, bool isNegative, SmallVectorImpl<Term> &to) {
    Dependence dependence = rows.of(right);
    if (dependence.kind == Dependence::Mixed)
      return refuse("the mean is not affine in the parameters");
    size_t first = to.size();
    if (failed(add(left, isNegative, to)))
      return failure();
    for (Term &term : llvm::drop_begin(to, first))
      (dependence.kind == Dependence::Data ? term.data : term.parameters)
          .push_back({right, /*isInverse=*/true});
    return success();
  }

  bool isFixed(Value value) { return rows.of(value).kind == Dependence::Fixed; }

  /// Runs `body` as what happens in each iteration of `nested`.
  LogicalResult inRun(Operation *nested, function_ref<LogicalResult()> body) {
    if (run)
      return refuse("the mean is a sum over nested loops");
    run = nested;
    LogicalResult result = body();
    run = nullptr;
    state = {};
    return result;
  }

  LogicalResult addPlate(tg::PlateOp plate, unsigned number, bool isNegative, SmallVectorImpl<Term> &to) {
    if (plate.getRank() != 1 || !isFixed(plate.getExtents().front()) || number >= plate.getSums().size())
      return refuse("the mean is not affine in the parameters");
    return inRun(plate, [&] { return add(plate.getYield().getSums()[number], isNegative, to); });
  }

  LogicalResult addLoop(scf::ForOp loop, unsigned number, bool isNegative, SmallVectorImpl<Term> &to) {
    if (!isFixed(loop.getLowerBound()) || !isFixed(loop.getUpperBound()) ||
        !matchPattern(loop.getStep(), m_One()))
      return refuse("the mean is not affine in the parameters");
    if (failed(add(loop.getInitArgs()[number], isNegative, to)))
      return failure();
    size_t first = to.size();
    LogicalResult body = inRun(loop, [&] {
      state = loop.getRegionIterArg(number);
      return add(loop.getYieldedValues()[number], isNegative, to);
    });
    if (failed(body))
      return failure();
    // One of the terms is the sum so far, as it was.
    auto *sum = std::find_if(to.begin() + first, to.end(), [&](const Term &term) {
      return term.isNegative == isNegative && term.data.empty() && term.parameters.size() == 1 &&
             term.parameters.front() == Factor{loop.getRegionIterArg(number)};
    });
    if (sum == to.end())
      return refuse("the mean is a recurrence");
    to.erase(sum);
    for (const Term &term : llvm::drop_begin(to, first))
      if (llvm::is_contained(term.parameters, Factor{loop.getRegionIterArg(number)}))
        return refuse("the mean is a recurrence");
    return success();
  }

  RowDependence &rows;
  std::string &why;
  Operation *run = nullptr; // that is being looked into
  Value state;              // the sum that it carries
  unsigned nesting = 0;
};
} // namespace

FailureOr<SmallVector<Term>> optimize::affineForm(Value value, RowDependence &rows, std::string &why) {
  SmallVector<Term> terms;
  if (failed(Decomposition(rows, why).add(value, false, terms)))
    return failure();
  if (terms.size() > maxTerms) {
    why = "the mean has too many terms";
    return failure();
  }
  return terms;
}

Value optimize::product(OpBuilder &b, Location loc, ArrayRef<Factor> factors, Operation *rows,
                        IRMapping &mapping) {
  Value result;
  for (const Factor &factor : factors) {
    Value value = cloneRowValue(b, factor.value, rows, mapping);
    if (factor.isInverse) {
      if (!result)
        result = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(1.0));
      result = arith::DivFOp::create(b, loc, result, value);
    } else {
      result = result ? arith::MulFOp::create(b, loc, result, value).getResult() : value;
    }
  }
  return result;
}

RunBounds optimize::boundsOf(OpBuilder &b, Location loc, Operation *run, Operation *rows) {
  IRMapping none;
  if (auto plate = dyn_cast<tg::PlateOp>(run))
    return {{}, cloneRowValue(b, plate.getExtents().front(), rows, none), plate.getIndices().front()};
  auto loop = cast<scf::ForOp>(run);
  Value lower = cloneRowValue(b, loop.getLowerBound(), rows, none);
  Value extent = tripCount(b, loc, lower, cloneRowValue(b, loop.getUpperBound(), rows, none));
  return {matchPattern(lower, m_Zero()) ? Value() : lower, extent, loop.getInductionVar()};
}
