//===- Evaluator.cpp - runs functions of the tensor phase -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "runtime/abi.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <limits>
#include <numbers>

using namespace mlir;

namespace astragal {

Datum Datum::of(const std::vector<double> &values) {
  Datum datum{{static_cast<int64_t>(values.size())}, {}};
  for (double value : values)
    datum.cells.push_back({value, 0});
  return datum;
}

[[noreturn]] static void fail(Operation &op, const Twine &why) {
  llvm::errs() << "evaluator: " << why << ": " << op << "\n";
  std::abort();
}

static Datum filled(ArrayRef<int64_t> shape, Cell cell) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return {std::vector<int64_t>(shape.begin(), shape.end()), std::vector<Cell>(count, cell)};
}

static Datum undefined(ArrayRef<int64_t> shape) {
  return filled(shape, {std::numeric_limits<double>::quiet_NaN(), -77777});
}

static size_t placeOf(Operation &op, const Datum &tensor, const std::vector<Datum> &indices) {
  size_t place = 0;
  for (auto [size, index] : llvm::zip_equal(tensor.shape, indices)) {
    if (index.i() < 0 || index.i() >= size)
      fail(op, "index " + Twine(index.i()) + " out of range");
    place = place * size + index.i();
  }
  return place;
}

const Datum &Evaluator::get(Value value) {
  auto known = values.find(value);
  if (known == values.end()) {
    llvm::errs() << "evaluator: undefined value " << value << "\n";
    std::abort();
  }
  return known->second;
}

Evaluator::Values Evaluator::getAll(ValueRange range) {
  Values all;
  for (Value value : range)
    all.push_back(get(value));
  return all;
}

Evaluator::Values Evaluator::run(func::FuncOp function, const Values &arguments) {
  values.clear();
  return runBlock(function.front(), arguments);
}

/// Runs the block; returns the operands of its terminator.
Evaluator::Values Evaluator::runBlock(Block &block, const Values &arguments) {
  for (auto [argument, value] : llvm::zip_equal(block.getArguments(), arguments))
    values[argument] = value;
  for (Operation &op : block.without_terminator())
    runOp(op);
  return getAll(block.getTerminator()->getOperands());
}

Evaluator::Values Evaluator::runFor(Operation &op) {
  auto loop = cast<scf::ForOp>(op);
  Values state = getAll(loop.getInits());
  int64_t upper = get(loop.getUpperBound()).i(), step = get(loop.getStep()).i();
  for (int64_t i = get(loop.getLowerBound()).i(); i < upper; i += step) {
    Values arguments = {Datum::of(i)};
    arguments.insert(arguments.end(), state.begin(), state.end());
    state = runBlock(*loop.getBody(), arguments);
  }
  return state;
}

Evaluator::Values Evaluator::runWhile(Operation &op) {
  auto loop = cast<scf::WhileOp>(op);
  Values state = getAll(loop.getInits());
  for (;;) {
    Values condition = runBlock(*loop.getBeforeBody(), state);
    Values passed(condition.begin() + 1, condition.end());
    if (!condition[0].i())
      return passed;
    state = runBlock(*loop.getAfterBody(), passed);
  }
}

Evaluator::Values Evaluator::runPlate(Operation &op) {
  auto plate = cast<tg::PlateOp>(op);
  tg::YieldOp yield = plate.getYield();
  size_t sums = yield.getSums().size(), maxima = yield.getMaxima().size(), inits = plate.getInits().size();
  std::vector<int64_t> shape;
  for (Value extent : plate.getExtents())
    shape.push_back(get(extent).i());
  Values results;
  for (size_t k = 0; k < plate.getNumResults(); ++k)
    if (k < sums)
      results.push_back(Datum::of(0.0));
    else if (k < sums + maxima)
      results.push_back(Datum::of(-std::numeric_limits<double>::infinity()));
    else if (k < sums + maxima + inits)
      results.push_back(get(plate.getInits()[k - sums - maxima]));
    else
      results.push_back(undefined(shape));
  size_t rows = filled(shape, {}).cells.size();
  for (size_t row = 0; row < rows; ++row) {
    Values arguments(shape.size());
    size_t rest = row;
    for (size_t d = shape.size(); d-- > 0; rest /= shape[d])
      arguments[d] = Datum::of(static_cast<int64_t>(rest % shape[d]));
    for (size_t k = 0; k < inits; ++k)
      arguments.push_back(results[sums + maxima + k]);
    Values yielded = runBlock(*plate.getBodyBlock(), arguments);
    for (size_t k = 0; k < yielded.size(); ++k)
      if (k < sums)
        results[k] = {{}, {{results[k].f() + yielded[k].f(), results[k].i() + yielded[k].i()}}};
      else if (k < sums + maxima)
        results[k] = Datum::of(std::fmax(results[k].f(), yielded[k].f()));
      else if (k < sums + maxima + inits)
        results[k] = yielded[k];
      else
        results[k].cells[row] = yielded[k].cells[0];
  }
  return results;
}

namespace {
/// The cells that a slice means, in order.
std::vector<size_t> cellsOfSlice(Operation &op, const Datum &whole, ArrayRef<int64_t> offsets,
                                 ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  std::vector<size_t> cells = {0};
  for (size_t d = 0; d < whole.shape.size(); ++d) {
    std::vector<size_t> next;
    for (size_t cell : cells)
      for (int64_t k = 0; k < sizes[d]; ++k) {
        int64_t at = offsets[d] + k * strides[d];
        if (at < 0 || at >= whole.shape[d])
          fail(op, "slice out of range");
        next.push_back(cell * whole.shape[d] + at);
      }
    cells = next;
  }
  return cells;
}
} // namespace

void Evaluator::runOp(Operation &op) {
  ++steps;
  auto mixed = [&](ArrayRef<OpFoldResult> list) {
    std::vector<int64_t> numbers;
    for (OpFoldResult entry : list)
      if (auto value = dyn_cast<Value>(entry))
        numbers.push_back(get(value).i());
      else
        numbers.push_back(cast<IntegerAttr>(cast<Attribute>(entry)).getInt());
    return numbers;
  };
  auto shapeOf = [&](RankedTensorType type, ValueRange dynamic) {
    std::vector<int64_t> shape;
    for (int64_t size : type.getShape()) {
      shape.push_back(ShapedType::isDynamic(size) ? get(dynamic.front()).i() : size);
      if (ShapedType::isDynamic(size))
        dynamic = dynamic.drop_front();
    }
    return shape;
  };
  Values results;
  llvm::TypeSwitch<Operation *>(&op)
      .Case<scf::ForOp>([&](auto) { results = runFor(op); })
      .Case<scf::WhileOp>([&](auto) { results = runWhile(op); })
      .Case<tg::PlateOp>([&](auto) { results = runPlate(op); })
      .Case<scf::IfOp>([&](scf::IfOp branch) {
        Region &taken = get(branch.getCondition()).i() ? branch.getThenRegion() : branch.getElseRegion();
        if (!taken.empty())
          results = runBlock(taken.front(), {});
      })
      .Case<tg::CheckOp>([&](auto) {})
      .Case<tensor::EmptyOp>(
          [&](auto empty) { results = {undefined(shapeOf(empty.getType(), empty.getDynamicSizes()))}; })
      .Case<tg::TapeAllocOp>(
          [&](auto tape) { results = {undefined(shapeOf(tape.getType(), tape.getSizes()))}; })
      .Case<ub::PoisonOp>([&](auto poison) {
        auto type = dyn_cast<RankedTensorType>(poison.getType());
        SmallVector<int64_t> shape;
        if (type)
          for (int64_t size : type.getShape())
            shape.push_back(ShapedType::isDynamic(size) ? 0 : size);
        results = {undefined(shape)};
      })
      .Case<tensor::SplatOp>([&](auto splat) {
        results = {filled(shapeOf(splat.getType(), splat.getDynamicSizes()), get(splat.getInput()).cells[0])};
      })
      .Case<tensor::FromElementsOp>([&](auto made) {
        results = {filled(made.getType().getShape(), {})};
        for (auto [k, element] : llvm::enumerate(made.getElements()))
          results[0].cells[k] = get(element).cells[0];
      })
      .Case<tensor::ExtractOp>([&](auto extract) {
        const Datum &from = get(extract.getTensor());
        results = {{{}, {from.cells[placeOf(op, from, getAll(extract.getIndices()))]}}};
      })
      .Case<tensor::InsertOp>([&](auto insert) {
        results = {get(insert.getDest())};
        results[0].cells[placeOf(op, results[0], getAll(insert.getIndices()))] =
            get(insert.getScalar()).cells[0];
      })
      .Case<tg::AccumulateOp>([&](auto accumulate) {
        results = {get(accumulate.getDest())};
        results[0].cells[placeOf(op, results[0], getAll(accumulate.getIndices()))].f +=
            get(accumulate.getValue()).f();
      })
      .Case<tensor::ExtractSliceOp>([&](auto slice) {
        const Datum &from = get(slice.getSource());
        std::vector<int64_t> sizes = mixed(slice.getMixedSizes()), shape;
        llvm::SmallBitVector dropped = slice.getDroppedDims();
        for (size_t d = 0; d < sizes.size(); ++d)
          if (!dropped.test(d))
            shape.push_back(sizes[d]);
        Datum result{shape, {}};
        for (size_t cell :
             cellsOfSlice(op, from, mixed(slice.getMixedOffsets()), sizes, mixed(slice.getMixedStrides())))
          result.cells.push_back(from.cells[cell]);
        results = {result};
      })
      .Case<tensor::InsertSliceOp>([&](auto slice) {
        results = {get(slice.getDest())};
        const Datum &from = get(slice.getSource());
        size_t k = 0;
        for (size_t cell : cellsOfSlice(op, results[0], mixed(slice.getMixedOffsets()),
                                        mixed(slice.getMixedSizes()), mixed(slice.getMixedStrides())))
          results[0].cells[cell] = from.cells[k++];
      })
      .Case<tensor::DimOp>(
          [&](auto dim) { results = {Datum::of(get(dim.getSource()).shape[get(dim.getIndex()).i()])}; })
      .Case<tensor::CastOp, tg::SizedOp, tg::StopGradientOp, tg::WithPartialsOp>(
          [&](auto) { results = {get(op.getOperand(0))}; })
      .Case<arith::SelectOp>([&](auto select) {
        results = {get(get(select.getCondition()).i() ? select.getTrueValue() : select.getFalseValue())};
      })
      .Case<arith::ConstantOp>([&](arith::ConstantOp constant) {
        if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
          results = {Datum::of(number.getValueAsDouble())};
        else if (auto number = dyn_cast<IntegerAttr>(constant.getValue()))
          results = {Datum::of(number.getType().isInteger(1) ? int64_t(number.getValue().getZExtValue())
                                                             : number.getValue().getSExtValue())};
        else if (auto dense = dyn_cast<DenseFPElementsAttr>(constant.getValue())) {
          Datum datum{dense.getType().getShape().vec(), {}};
          for (const APFloat &value : dense.getValues<APFloat>())
            datum.cells.push_back({value.convertToDouble(), 0});
          results = {datum};
        } else if (auto dense = dyn_cast<DenseIntElementsAttr>(constant.getValue())) {
          Datum datum{dense.getType().getShape().vec(), {}};
          for (const APInt &value : dense.getValues<APInt>())
            datum.cells.push_back({0, value.getSExtValue()});
          results = {datum};
        }
      })
      .Default([&](Operation *) { results = {runScalar(op)}; });
  if (results.size() != op.getNumResults())
    fail(op, "wrong number of results");
  for (auto [result, value] : llvm::zip(op.getResults(), results))
    values[result] = value;
}

/// Digamma and trigamma: upwards by the recurrence, then the asymptotic series.
static double digamma(double x) {
  double below = 0;
  for (; x < 20; x += 1)
    below -= 1 / x;
  double s = 1 / (x * x);
  return below + std::log(x) - 0.5 / x - s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240))));
}

static double trigamma(double x) {
  double below = 0;
  for (; x < 20; x += 1)
    below += 1 / (x * x);
  double s = 1 / (x * x);
  return below + 1 / x + s / 2 + s / x * (1.0 / 6 - s * (1.0 / 30 - s * (1.0 / 42 - s * (1.0 / 30))));
}

static bool compare(arith::CmpFPredicate predicate, double x, double y) {
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case arith::CmpFPredicate::OEQ:
    return x == y;
  case arith::CmpFPredicate::OGT:
    return x > y;
  case arith::CmpFPredicate::OGE:
    return x >= y;
  case arith::CmpFPredicate::OLT:
    return x < y;
  case arith::CmpFPredicate::OLE:
    return x <= y;
  case arith::CmpFPredicate::ONE:
    return !unordered && x != y;
  case arith::CmpFPredicate::ORD:
    return !unordered;
  case arith::CmpFPredicate::UEQ:
    return unordered || x == y;
  case arith::CmpFPredicate::UGT:
    return unordered || x > y;
  case arith::CmpFPredicate::UGE:
    return unordered || x >= y;
  case arith::CmpFPredicate::ULT:
    return unordered || x < y;
  case arith::CmpFPredicate::ULE:
    return unordered || x <= y;
  case arith::CmpFPredicate::UNE:
    return unordered || x != y;
  case arith::CmpFPredicate::UNO:
    return unordered;
  case arith::CmpFPredicate::AlwaysTrue:
    return true;
  case arith::CmpFPredicate::AlwaysFalse:
    return false;
  }
  return false;
}

static bool compare(arith::CmpIPredicate predicate, int64_t x, int64_t y) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return x == y;
  case arith::CmpIPredicate::ne:
    return x != y;
  case arith::CmpIPredicate::slt:
    return x < y;
  case arith::CmpIPredicate::sle:
    return x <= y;
  case arith::CmpIPredicate::sgt:
    return x > y;
  case arith::CmpIPredicate::sge:
    return x >= y;
  case arith::CmpIPredicate::ult:
    return uint64_t(x) < uint64_t(y);
  case arith::CmpIPredicate::ule:
    return uint64_t(x) <= uint64_t(y);
  case arith::CmpIPredicate::ugt:
    return uint64_t(x) > uint64_t(y);
  case arith::CmpIPredicate::uge:
    return uint64_t(x) >= uint64_t(y);
  }
  return false;
}

Datum Evaluator::runScalar(Operation &op) {
  auto f = [&](unsigned k) { return get(op.getOperand(k)).f(); };
  auto i = [&](unsigned k) { return get(op.getOperand(k)).i(); };
  using D = double;
  using I = int64_t;
  return llvm::TypeSwitch<Operation *, Datum>(&op)
      .Case<arith::AddFOp>([&](auto) { return Datum::of(f(0) + f(1)); })
      .Case<arith::SubFOp>([&](auto) { return Datum::of(f(0) - f(1)); })
      .Case<arith::MulFOp>([&](auto) { return Datum::of(f(0) * f(1)); })
      .Case<arith::DivFOp>([&](auto) { return Datum::of(f(0) / f(1)); })
      .Case<arith::RemFOp>([&](auto) { return Datum::of(std::fmod(f(0), f(1))); })
      .Case<arith::NegFOp>([&](auto) { return Datum::of(-f(0)); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) { return Datum::of(std::fmax(f(0), f(1))); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) { return Datum::of(std::fmin(f(0), f(1))); })
      .Case<arith::CmpFOp>([&](auto cmp) { return Datum::of(I(compare(cmp.getPredicate(), f(0), f(1)))); })
      .Case<arith::CmpIOp>([&](auto cmp) { return Datum::of(I(compare(cmp.getPredicate(), i(0), i(1)))); })
      .Case<arith::AddIOp>([&](auto) { return Datum::of(i(0) + i(1)); })
      .Case<arith::SubIOp>([&](auto) { return Datum::of(i(0) - i(1)); })
      .Case<arith::MulIOp>([&](auto) { return Datum::of(i(0) * i(1)); })
      .Case<arith::DivSIOp>([&](auto) { return Datum::of(i(0) / i(1)); })
      .Case<arith::RemSIOp>([&](auto) { return Datum::of(i(0) % i(1)); })
      .Case<arith::CeilDivSIOp>([&](auto) { return Datum::of(I(std::ceil(D(i(0)) / D(i(1))))); })
      .Case<arith::MaxSIOp>([&](auto) { return Datum::of(std::max(i(0), i(1))); })
      .Case<arith::MinSIOp>([&](auto) { return Datum::of(std::min(i(0), i(1))); })
      .Case<arith::AndIOp>([&](auto) { return Datum::of(i(0) & i(1)); })
      .Case<arith::OrIOp>([&](auto) { return Datum::of(i(0) | i(1)); })
      .Case<arith::XOrIOp>([&](auto) { return Datum::of(i(0) ^ i(1)); })
      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(
          [&](auto) { return Datum::of(i(0)); })
      .Case<arith::SIToFPOp, arith::UIToFPOp>([&](auto) { return Datum::of(D(i(0))); })
      .Case<math::FmaOp>([&](auto) { return Datum::of(std::fma(f(0), f(1), f(2))); })
      .Case<math::AbsFOp>([&](auto) { return Datum::of(std::fabs(f(0))); })
      .Case<math::CopySignOp>([&](auto) { return Datum::of(std::copysign(f(0), f(1))); })
      .Case<math::FloorOp>([&](auto) { return Datum::of(std::floor(f(0))); })
      .Case<math::TruncOp>([&](auto) { return Datum::of(std::trunc(f(0))); })
      .Case<math::ExpOp>([&](auto) { return Datum::of(std::exp(f(0))); })
      .Case<math::Exp2Op>([&](auto) { return Datum::of(std::exp2(f(0))); })
      .Case<math::ExpM1Op>([&](auto) { return Datum::of(std::expm1(f(0))); })
      .Case<math::LogOp>([&](auto) { return Datum::of(std::log(f(0))); })
      .Case<math::Log1pOp>([&](auto) { return Datum::of(std::log1p(f(0))); })
      .Case<math::Log2Op>([&](auto) { return Datum::of(std::log2(f(0))); })
      .Case<math::Log10Op>([&](auto) { return Datum::of(std::log10(f(0))); })
      .Case<math::SqrtOp>([&](auto) { return Datum::of(std::sqrt(f(0))); })
      .Case<math::RsqrtOp>([&](auto) { return Datum::of(1 / std::sqrt(f(0))); })
      .Case<math::CbrtOp>([&](auto) { return Datum::of(std::cbrt(f(0))); })
      .Case<math::PowFOp>([&](auto) { return Datum::of(std::pow(f(0), f(1))); })
      .Case<math::FPowIOp>([&](auto) { return Datum::of(std::pow(f(0), D(i(1)))); })
      .Case<math::SinOp>([&](auto) { return Datum::of(std::sin(f(0))); })
      .Case<math::CosOp>([&](auto) { return Datum::of(std::cos(f(0))); })
      .Case<math::TanOp>([&](auto) { return Datum::of(std::tan(f(0))); })
      .Case<math::AsinOp>([&](auto) { return Datum::of(std::asin(f(0))); })
      .Case<math::AcosOp>([&](auto) { return Datum::of(std::acos(f(0))); })
      .Case<math::AtanOp>([&](auto) { return Datum::of(std::atan(f(0))); })
      .Case<math::Atan2Op>([&](auto) { return Datum::of(std::atan2(f(0), f(1))); })
      .Case<math::SinhOp>([&](auto) { return Datum::of(std::sinh(f(0))); })
      .Case<math::CoshOp>([&](auto) { return Datum::of(std::cosh(f(0))); })
      .Case<math::TanhOp>([&](auto) { return Datum::of(std::tanh(f(0))); })
      .Case<math::AsinhOp>([&](auto) { return Datum::of(std::asinh(f(0))); })
      .Case<math::AcoshOp>([&](auto) { return Datum::of(std::acosh(f(0))); })
      .Case<math::AtanhOp>([&](auto) { return Datum::of(std::atanh(f(0))); })
      .Case<math::ErfOp>([&](auto) { return Datum::of(std::erf(f(0))); })
      .Case<math::ErfcOp>([&](auto) { return Datum::of(std::erfc(f(0))); })
      .Case<tg::LgammaOp>([&](auto) { return Datum::of(std::lgamma(f(0))); })
      .Case<tg::NormalCdfOp>([&](auto) { return Datum::of(0.5 * std::erfc(-f(0) / std::numbers::sqrt2)); })
      .Case<tg::NormalQuantileOp>([&](auto) {
        double low = -40, high = 40;
        for (int k = 0; k < 100; ++k) {
          double middle = (low + high) / 2;
          (0.5 * std::erfc(-middle / std::numbers::sqrt2) < f(0) ? low : high) = middle;
        }
        return Datum::of(low);
      })
      .Case<tg::DigammaOp>([&](auto) { return Datum::of(digamma(f(0))); })
      .Case<tg::TrigammaOp>([&](auto) { return Datum::of(trigamma(f(0))); })
      .Case<tg::SpecialOp>([&](tg::SpecialOp special) {
        double x[4] = {}, result = 0;
        for (unsigned k = 0; k < op.getNumOperands(); ++k)
          x[k] = f(k);
        StringRef name = special.getFunction();
        if (name == "owens_t")
          astragal_owens_t(&result, x, x + 1, 1);
        else if (name == "tetragamma")
          astragal_tetragamma(&result, x, 1);
        else
          fail(op, "not known");
        return Datum::of(result);
      })
      .Case<tg::LogisticOp>([&](auto) { return Datum::of(1 / (1 + std::exp(-f(0)))); })
      .Case<tg::Log1pExpOp>(
          [&](auto) { return Datum::of(std::fmax(f(0), 0) + std::log1p(std::exp(-std::fabs(f(0))))); })
      .Default([&](Operation *) -> Datum { fail(op, "not known"); });
}

} // namespace astragal
