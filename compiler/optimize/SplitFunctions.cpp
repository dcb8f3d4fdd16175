//===- SplitFunctions.cpp - functions of data and parameters, taken apart -===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/SplitFunctions.h"
#include "compiler/optimize/Signs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// Logarithms of what data says of rows that share a parameter: further apart, and a sum of exponentials that
/// are compared with the largest of all loses digits.
static constexpr double widestRange = 600;

static Value constant(OpBuilder &b, Location loc, double value) {
  return arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(value));
}

static void splitChoice(Operation *op, RowDependence &dependence) {
  auto select = op->getOperand(0).getDefiningOp<arith::SelectOp>();
  if (!select || dependence.of(select.getCondition()).kind != Dependence::Data ||
      dependence.of(select).kind != Dependence::Mixed ||
      dependence.of(select.getTrueValue()).kind == Dependence::Mixed ||
      dependence.of(select.getFalseValue()).kind == Dependence::Mixed)
    return;
  OpBuilder at(op);
  SmallVector<Value> sides;
  for (Value side : {select.getTrueValue(), select.getFalseValue()}) {
    IRMapping mapping;
    mapping.map(op->getOperand(0), side);
    sides.push_back(at.clone(*op, mapping)->getResult(0));
  }
  op->getResult(0).replaceAllUsesWith(
      arith::SelectOp::create(at, op->getLoc(), select.getCondition(), sides[0], sides[1]).getResult());
  op->erase();
}

/// Data and parameters of a product.
static std::optional<std::pair<Value, Value>> productOf(Value value, RowDependence &dependence) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product)
    return std::nullopt;
  Value data = product.getLhs(), parameters = product.getRhs();
  if (dependence.of(data).kind != Dependence::Data)
    std::swap(data, parameters);
  if (dependence.of(data).kind != Dependence::Data || !dependence.of(parameters).isParameter())
    return std::nullopt;
  return std::pair(data, parameters);
}

static void splitLogarithm(math::LogOp log, RowDependence &dependence) {
  auto product = productOf(log.getOperand(), dependence);
  // If one is not negative, neither is the other, or a check of their product fails.
  if (!product || !(isNeverNegative(product->second) || isNonNegativeData(product->first)))
    return;
  OpBuilder b(log);
  Location loc = log.getLoc();
  Value data = math::LogOp::create(b, loc, product->first),
        parameters = math::LogOp::create(b, loc, product->second);
  log.replaceAllUsesWith(arith::AddFOp::create(b, loc, data, parameters).getResult());
  log.erase();
}

static void splitZero(arith::CmpFOp compare, RowDependence &dependence) {
  auto product = productOf(compare.getLhs(), dependence);
  if (!product || compare.getPredicate() != arith::CmpFPredicate::OEQ ||
      !matchPattern(compare.getRhs(), m_AnyZeroFloat()))
    return;
  OpBuilder b(compare);
  Location loc = compare.getLoc();
  auto isZero = [&](Value value) -> Value {
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, value, compare.getRhs());
  };
  Value data = isZero(product->first), parameters = isZero(product->second);
  compare.replaceAllUsesWith(arith::OrIOp::create(b, loc, data, parameters).getResult());
  compare.erase();
}

/// Sums of what is data and of what is not, for as long as parts of a sum are one or the other.
static bool splitSum(OpBuilder &b, Value value, bool isNegative, RowDependence &dependence, Value &data,
                     Value &parameters) {
  Dependence kind = dependence.of(value);
  Operation *op = value.getDefiningOp();
  Location loc = value.getLoc();
  if (kind.kind != Dependence::Mixed) {
    Value &sum = kind.kind == Dependence::Data ? data : parameters;
    if (!sum)
      sum = isNegative ? arith::NegFOp::create(b, loc, value).getResult() : value;
    else
      sum = isNegative ? arith::SubFOp::create(b, loc, sum, value).getResult()
                       : arith::AddFOp::create(b, loc, sum, value).getResult();
    return true;
  }
  if (isa_and_present<arith::AddFOp, arith::SubFOp>(op))
    return splitSum(b, op->getOperand(0), isNegative, dependence, data, parameters) &&
           splitSum(b, op->getOperand(1), isNegative != isa<arith::SubFOp>(op), dependence, data, parameters);
  return isa_and_present<arith::NegFOp>(op) &&
         splitSum(b, op->getOperand(0), !isNegative, dependence, data, parameters);
}

/// Returns whether it is safe, or null where nothing was split.
static Value splitExponential(math::ExpOp exp, tg::PlateOp plate, RowDependence &dependence) {
  // What is data of an inner plate or a branch is not there for every row.
  if (exp->getBlock() != plate.getBodyBlock() || dependence.of(exp).kind != Dependence::Mixed)
    return {};
  OpBuilder b(exp), before(plate);
  Location loc = exp.getLoc();
  Value data, parameters;
  if (!splitSum(b, exp.getOperand(), false, dependence, data, parameters) || !data || !parameters)
    return {};
  Value infinity = constant(before, loc, std::numeric_limits<double>::infinity());
  Value none = constant(before, loc, -std::numeric_limits<double>::infinity());
  auto extremes = tg::PlateOp::create(
      before, loc, plate.getExtents(), ValueRange(), [&](OpBuilder &in, Location, ValueRange at, ValueRange) {
        IRMapping mapping;
        mapping.map(plate.getIndices().front(), at.front());
        Value value = cloneRowValue(in, data, plate, mapping), low = arith::NegFOp::create(in, loc, value);
        // Of nothing there is no logarithm, and its exponential is exact.
        Value isNothing = arith::CmpFOp::create(in, loc, arith::CmpFPredicate::OEQ, value, none);
        low = arith::SelectOp::create(in, loc, isNothing, none, low);
        tg::YieldOp::create(in, loc, ValueRange(), ValueRange{value, low}, ValueRange(), ValueRange());
      });
  OpBuilder outside(plate);
  Value largest = extremes.getMaxima()[0];
  Value range = arith::AddFOp::create(outside, loc, largest, extremes.getMaxima()[1]);
  Value isSafe = arith::CmpFOp::create(outside, loc, arith::CmpFPredicate::OLE, range,
                                       constant(outside, loc, widestRange));
  Value size = math::AbsFOp::create(outside, loc, largest);
  Value isFinite = arith::CmpFOp::create(outside, loc, arith::CmpFPredicate::OLT, size, infinity);
  Value shift = arith::SelectOp::create(outside, loc, isFinite, largest, constant(outside, loc, 0));
  Value left = math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, data, shift));
  Value right = math::ExpOp::create(b, loc, arith::AddFOp::create(b, loc, parameters, shift));
  exp.replaceAllUsesWith(arith::MulFOp::create(b, loc, left, right).getResult());
  exp.erase();
  return isSafe;
}

Value optimize::splitFunctions(tg::PlateOp plate, const DataOnly &data) {
  SmallVector<Operation *> ops;
  plate.walk([&](Operation *op) { ops.push_back(op); });
  RowDependence dependence(plate, plate.getIndices().front(), data);
  for (Operation *op : ops)
    if (op->hasTrait<OpTrait::Elementwise>() && !isa<arith::SelectOp>(op) && op->getNumOperands() == 1 &&
        op->getResultTypes().front().isF64())
      splitChoice(op, dependence);
  ops.clear();
  plate.walk([&](Operation *op) { ops.push_back(op); });
  RowDependence now(plate, plate.getIndices().front(), data);
  Value isSafe;
  for (Operation *op : ops) {
    if (auto log = dyn_cast<math::LogOp>(op)) {
      splitLogarithm(log, now);
    } else if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
      splitZero(compare, now);
    } else if (auto exp = dyn_cast<math::ExpOp>(op)) {
      Value here = splitExponential(exp, plate, now);
      if (isSafe && here) {
        OpBuilder b(plate);
        isSafe = arith::AndIOp::create(b, plate.getLoc(), isSafe, here);
      } else if (here) {
        isSafe = here;
      }
    }
  }
  return isSafe;
}

namespace {
/// Finds the data of an interval check.
class Interval {
public:
  explicit Interval(RowDependence &dependence) : dependence(dependence) {}

  bool isCondition(Value condition) {
    if (!mixes(condition))
      return addParameters(condition);
    Operation *op = condition.getDefiningOp();
    if (isa_and_present<arith::AndIOp>(op))
      return isCondition(op->getOperand(0)) && isCondition(op->getOperand(1));
    if (auto branch = dyn_cast_if_present<scf::IfOp>(op)) {
      unsigned number = cast<OpResult>(condition).getResultNumber();
      return isCondition(branch.getCondition()) && isCondition(branch.thenYield().getOperand(number)) &&
             matchPattern(branch.elseYield().getOperand(number), m_Zero());
    }
    auto compare = dyn_cast_if_present<arith::CmpFOp>(op);
    if (!compare)
      return false;
    switch (compare.getPredicate()) {
    case arith::CmpFPredicate::ORD:
      return compare.getLhs() == compare.getRhs() && isMonotone(compare.getLhs());
    case arith::CmpFPredicate::OLT:
    case arith::CmpFPredicate::OLE:
    case arith::CmpFPredicate::OGT:
    case arith::CmpFPredicate::OGE:
      return isMonotone(compare.getLhs()) && !varies(compare.getRhs()) && addParameters(compare.getRhs());
    default:
      return false;
    }
  }

  Value data;
  Dependence parameters;

private:
  bool varies(Value value) { return mixes(value) || dependence.of(value).kind == Dependence::Data; }
  bool mixes(Value value) { return dependence.of(value).kind == Dependence::Mixed; }
  bool addParameters(Value value) {
    Dependence kind = dependence.of(value);
    if (kind.kind == Dependence::Data)
      return false;
    parameters.join(kind);
    return true;
  }
  bool isMonotone(Value value) {
    Dependence kind = dependence.of(value);
    if (kind.kind == Dependence::Data) {
      bool isOnly = !data || data == value;
      data = value;
      return isOnly && value.getType().isF64();
    }
    if (kind.kind != Dependence::Mixed)
      return addParameters(value);
    Operation *op = value.getDefiningOp();
    if (isa_and_present<arith::NegFOp>(op))
      return isMonotone(op->getOperand(0));
    if (isa_and_present<arith::DivFOp>(op))
      return !varies(op->getOperand(1)) && isMonotone(op->getOperand(0)) && addParameters(op->getOperand(1));
    if (!isa_and_present<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
      return false;
    return varies(op->getOperand(0)) != varies(op->getOperand(1)) && isMonotone(op->getOperand(0)) &&
           isMonotone(op->getOperand(1));
  }

  RowDependence &dependence;
};
} // namespace

std::optional<IntervalCheck> optimize::findInterval(Operation *op, RowDependence &dependence) {
  Interval interval(dependence);
  Value condition;
  if (auto check = dyn_cast<tg::CheckOp>(op)) {
    if (check.getValues().empty())
      condition = check.getCondition();
  } else if (auto branch = dyn_cast<scf::IfOp>(op); branch && branch.getNumResults() == 0) {
    bool onlyChecks = true;
    branch.walk([&](Operation *inner) {
      auto check = dyn_cast<tg::CheckOp>(inner);
      bool isAlways = check && check.getValues().empty() && matchPattern(check.getCondition(), m_Zero());
      onlyChecks &= inner == branch || isa<scf::YieldOp>(inner) || isAlways;
    });
    if (onlyChecks && branch.getThenRegion().front().without_terminator().empty())
      condition = branch.getCondition();
  }
  if (!condition || !interval.isCondition(condition) || !interval.data)
    return std::nullopt;
  return IntervalCheck{op, interval.data, interval.parameters};
}
