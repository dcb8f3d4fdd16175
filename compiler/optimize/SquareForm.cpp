//===- SquareForm.cpp - rows that are squares of what is linear in data ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/SquareForm.h"
#include "compiler/optimize/Linear.h"
#include "compiler/optimize/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

/// What a plate yields for a tensor of its rows.
static Value rowOf(tg::PlateOp plate, Value tensor) {
  return plate.getYield().getRows()[llvm::find(plate.getRows(), tensor) - plate.getRows().begin()];
}

std::nullopt_t SquareForm::refuse(StringRef reason) {
  if (why.empty())
    why = reason.str();
  return std::nullopt;
}

bool SquareForm::isConstant(Value value) {
  Dependence::Kind kind = dependence.of(value).kind;
  return kind == Dependence::Fixed || kind == Dependence::Uniform;
}

std::optional<unsigned> SquareForm::degreeOf(Value value) {
  if (auto found = degrees.find(value); found != degrees.end())
    return found->second;
  std::optional<unsigned> degree = compute(value);
  return degrees[value] = degree;
}

/// Of a sum.
std::optional<unsigned> SquareForm::join(std::optional<unsigned> a, std::optional<unsigned> b, Value left,
                                         Value right) {
  if (!a || !b)
    return std::nullopt;
  if (matchPattern(left, m_AnyZeroFloat()))
    return b;
  if (matchPattern(right, m_AnyZeroFloat()))
    return a;
  areOnesNeeded |= *a != *b;
  return std::max(*a, *b);
}

std::optional<unsigned> SquareForm::compute(Value value) {
  if (isConstant(value) && isa<FloatType, ShapedType>(value.getType()))
    return 0;
  if (isa<RankedTensorType>(value.getType()))
    return ofTensor(value);
  if (!value.getType().isF64())
    return refuse("its rows are no polynomials of data");
  if (dependence.of(value).kind == Dependence::Data)
    return addColumns(value);
  if (isElementOfRow(value))
    return 1;
  Operation *op = value.getDefiningOp();
  if (isa_and_present<arith::AddFOp, arith::SubFOp>(op)) {
    std::optional<unsigned> left = degreeOf(op->getOperand(0));
    return left ? join(left, degreeOf(op->getOperand(1)), op->getOperand(0), op->getOperand(1))
                : std::nullopt;
  }
  if (isa_and_present<arith::NegFOp>(op))
    return degreeOf(op->getOperand(0));
  if (isa_and_present<arith::MulFOp>(op)) {
    std::optional<unsigned> left = degreeOf(op->getOperand(0)),
                            right = left ? degreeOf(op->getOperand(1)) : left;
    if (!left || !right)
      return std::nullopt;
    if (*left + *right > 2)
      return refuse("its rows are polynomials of a higher degree than two");
    return *left + *right;
  }
  if (isa_and_present<arith::DivFOp>(op) && isConstant(op->getOperand(1)))
    return degreeOf(op->getOperand(0));
  if (auto loop = dyn_cast_if_present<scf::ForOp>(op))
    return ofLoop(loop, cast<OpResult>(value).getResultNumber());
  if (auto nested = dyn_cast_if_present<tg::PlateOp>(op))
    return ofPlate(nested, cast<OpResult>(value).getResultNumber());
  if (auto read = dyn_cast_if_present<tensor::ExtractOp>(op)) {
    if (dependence.of(value).kind == Dependence::Keyed)
      return refuse("its parameters are chosen by an index of the row");
    if (llvm::all_of(read.getIndices(),
                     [&](Value at) { return dependence.of(at).kind == Dependence::Fixed; }))
      return degreeOf(read.getTensor());
  }
  return refuse("its rows are no polynomials of data");
}

/// Whether a number of iterations is the same for all rows, and known before them.
bool SquareForm::isSize(Value value) {
  if (dependence.of(value).kind != Dependence::Fixed)
    return false;
  Operation *op = value.getDefiningOp();
  return !plate->isAncestor(value.getParentRegion()->getParentOp()) ||
         (op && llvm::all_of(op->getOperands(), [&](Value operand) { return isSize(operand); }));
}

/// Kernels that multiply from the left, by a matrix that all rows share.
static bool multiplies(tg::KernelOp kernel) {
  if (kernel.getKernel() == "product")
    return matchPattern(kernel.getInputs()[6], m_Zero());
  return kernel.getKernel() == "solve_lower";
}

/// Of vectors that belong to the row alone.
std::optional<unsigned> SquareForm::ofTensor(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  if (auto elements = dyn_cast_if_present<tensor::FromElementsOp>(op)) {
    ValueRange values = elements.getElements();
    std::optional<unsigned> degree = degreeOf(values.front());
    for (Value value : values.drop_front())
      degree = degree ? join(degree, degreeOf(value), values.front(), value) : degree;
    return degree;
  }
  if (auto nested = dyn_cast_if_present<tg::PlateOp>(op);
      nested && nested.getInits().empty() && llvm::is_contained(nested.getRows(), tensor) &&
      llvm::all_of(nested.getExtents(), [&](Value v) { return isSize(v); }))
    return degreeOf(rowOf(nested, tensor));
  auto kernel = dyn_cast_if_present<tg::KernelOp>(op);
  if (!kernel || !multiplies(kernel) || !isConstant(kernel.getInputs()[0]) ||
      isConstant(kernel.getInputs()[1]))
    return refuse("its rows are no polynomials of data");
  for (Value size : kernel.getInputs().drop_front(2))
    if (dependence.of(size).kind != Dependence::Fixed)
      return refuse("its rows are no polynomials of data");
  matrixSizes.push_back(kernel.getInputs()[2]);
  std::optional<unsigned> degree = degreeOf(kernel.getInputs()[1]);
  return degree == 2 ? refuse("its rows are no polynomials of data") : degree;
}

std::optional<unsigned> SquareForm::ofPlate(tg::PlateOp nested, unsigned number) {
  if (number >= nested.getSums().size() ||
      !llvm::all_of(nested.getExtents(), [&](Value v) { return isSize(v); }))
    return refuse("its rows are no polynomials of data");
  return degreeOf(nested.getYield().getSums()[number]);
}

/// The degree of what is carried grows with the iterations, until it does not.
std::optional<unsigned> SquareForm::ofLoop(scf::ForOp loop, unsigned number) {
  if (!isSize(loop.getLowerBound()) || !isSize(loop.getUpperBound()) ||
      !matchPattern(loop.getStep(), m_One()))
    return refuse("its rows are no polynomials of data");
  Value init = loop.getInitArgs()[number], state = loop.getRegionIterArg(number),
        next = loop.getYieldedValues()[number];
  std::optional<unsigned> degree = degreeOf(init);
  if (!degree)
    return degree;
  bool isZero = matchPattern(init, m_AnyZeroFloat());
  while (true) {
    loop.walk([&](Operation *inner) {
      for (Value result : inner->getResults())
        degrees.erase(result);
    });
    degrees[state] = degree;
    bool before = areOnesNeeded;
    std::optional<unsigned> after = degreeOf(next);
    if (!after || *after <= *degree)
      return after ? degree : after;
    // A sum starts from zero, which has any degree.
    areOnesNeeded = before || !isZero;
    degree = after;
  }
}

/// The indices beside the row's that `value` depends on, in `indices`.
static void collectIndices(Value value, tg::PlateOp plate, SetVector<Value> &indices) {
  SmallVector<Value> values{value};
  DenseSet<Value> seen;
  while (!values.empty()) {
    Value next = values.pop_back_val();
    if (!seen.insert(next).second || !plate->isAncestor(next.getParentRegion()->getParentOp()))
      continue;
    Operation *op = next.getDefiningOp();
    if (!op) {
      if (next != plate.getIndices().front())
        indices.insert(next);
      continue;
    }
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
          values.push_back(operand);
    });
  }
}

std::optional<unsigned> SquareForm::addColumns(Value value) {
  if (llvm::any_of(columns, [&](const DataColumns &other) { return other.value == value; }))
    return 1;
  DataColumns added{value, plate, {}};
  SetVector<Value> indices;
  collectIndices(value, plate, indices);
  OpBuilder b(plate);
  Location loc = plate.getLoc();
  for (Value index : indices) {
    IRMapping none;
    auto before = [&](Value size) { return cloneRowValue(b, size, plate, none); };
    Operation *around = index.getParentRegion()->getParentOp();
    if (auto nested = dyn_cast<tg::PlateOp>(around)) {
      Value extent = nested.getExtents()[cast<BlockArgument>(index).getArgNumber()];
      if (nested != plate && !isSize(extent))
        return refuse("its rows are no polynomials of data");
      added.indices.push_back({index, {}, before(extent)});
    } else {
      auto loop = cast<scf::ForOp>(around);
      if (!isSize(loop.getLowerBound()) || !isSize(loop.getUpperBound()))
        return refuse("its rows are no polynomials of data");
      Value lower = before(loop.getLowerBound()),
            extent = tripCount(b, loc, lower, before(loop.getUpperBound()));
      added.indices.push_back({index, matchPattern(lower, m_Zero()) ? Value() : lower, extent});
    }
  }
  columns.push_back(std::move(added));
  return 1;
}

/// Whether it is read from a tensor of which each row is linear in the data of the same row.
bool SquareForm::isElementOfRow(Value value) {
  auto read = value.getDefiningOp<tensor::ExtractOp>();
  if (!read || data.contains(read.getTensor()) ||
      plate->isAncestor(read.getTensor().getParentRegion()->getParentOp()))
    return false;
  Linear row = linearOf(read.getIndices().front());
  if (row.base != plate.getIndices().front() || row.offset != 0)
    return false;
  for (Value index : read.getIndices().drop_front())
    if (dependence.of(index).kind != Dependence::Fixed)
      return false;
  return addTensor(read.getTensor());
}

bool SquareForm::addTensor(Value tensor) {
  if (tensors.contains(tensor))
    return true;
  OpBuilder b(plate);
  Value rows = plate.getExtents().front();
  if (auto kernel = tensor.getDefiningOp<tg::KernelOp>()) {
    // Both take matrices of columns, which are rows here: inputs[1] is multiplied from the left, column by
    // column.
    ValueRange inputs = kernel.getInputs();
    if (!multiplies(kernel) || !provablyEqual(inputs[3], rows) || !addTensor(inputs[1]))
      return false;
    matrixSizes.push_back(inputs[2]);
    tensors[tensor] = RowTensor{{}, {}, inputs[1], {}};
    return true;
  }
  if (auto insert = tensor.getDefiningOp<tensor::InsertSliceOp>())
    return addColumn(insert);
  auto producer = tensor.getDefiningOp<tg::PlateOp>();
  if (!producer || !llvm::is_contained(producer.getRows(), tensor) || !producer.getInits().empty() ||
      !provablyEqual(producer.getExtents().front(), rows))
    return false;
  auto form = std::make_unique<SquareForm>(producer, data, columns, tensors, why);
  Value element =
      producer.getYield().getRows()[llvm::find(producer.getRows(), tensor) - producer.getRows().begin()];
  std::optional<unsigned> degree = form->degreeOf(element);
  if (!degree || *degree > 1)
    return false;
  areOnesNeeded |= form->needsOnes() || *degree == 0;
  tensors[tensor] = RowTensor{std::move(form), element, {}, {}};
  return true;
}

/// Columns that come one after the other, until all are there.
bool SquareForm::addColumn(tensor::InsertSliceOp last) {
  SmallVector<tensor::InsertSliceOp> inserts;
  llvm::SmallBitVector missing(
      last.getType().getRank() == 2 ? std::max<int64_t>(last.getType().getDimSize(1), 0) : 0, true);
  for (tensor::InsertSliceOp insert = last; missing.any();
       insert = insert.getDest().getDefiningOp<tensor::InsertSliceOp>()) {
    if (!insert || insert.getSourceType().getRank() != 1 || insert.getStaticOffsets()[0] != 0 ||
        insert.getStaticSizes()[1] != 1 || !insert.hasUnitStride())
      return false;
    int64_t column = insert.getStaticOffsets()[1];
    if (column < 0 || column >= int64_t(missing.size()) || !addTensor(insert.getSource()))
      return false;
    missing.reset(column);
    inserts.push_back(insert);
  }
  if (inserts.empty())
    return false;
  Value before;
  for (tensor::InsertSliceOp insert : llvm::reverse(inserts)) {
    tensors[insert.getResult()] = RowTensor{{}, {}, insert.getSource(), before};
    before = insert.getResult();
  }
  return true;
}

bool SquareForm::hasSquares(Value value) {
  DenseSet<Value> seen;
  SmallVector<Value> values{value};
  auto mixes = [&](Value v) { return !isConstant(v) && dependence.of(v).kind != Dependence::Data; };
  while (!values.empty()) {
    Value next = values.pop_back_val();
    Operation *op = next.getDefiningOp();
    if (!op || !mixes(next) || !seen.insert(next).second || !plate->isAncestor(op))
      continue;
    if (isa<arith::MulFOp>(op) && mixes(op->getOperand(0)) && mixes(op->getOperand(1)))
      return true;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      values.push_back(loop.getYieldedValues()[cast<OpResult>(next).getResultNumber()]);
    else if (auto nested = dyn_cast<tg::PlateOp>(op))
      llvm::append_range(values, nested.getYield()->getOperands());
    llvm::append_range(values, op->getOperands());
  }
  return false;
}

bool SquareForm::asksForFiniteness(arith::CmpFOp compare) {
  Value left = compare.getLhs(), right = compare.getRhs();
  switch (compare.getPredicate()) {
  case arith::CmpFPredicate::ORD:
  case arith::CmpFPredicate::UNO:
    return left == right;
  case arith::CmpFPredicate::OLT:
    return matchPattern(right, m_PosInfFloat());
  default:
    return false;
  }
}

bool SquareForm::isMagnitude(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_present<math::AbsFOp, arith::MaximumFOp>(op) && !isConstant(value))
    return llvm::all_of(op->getOperands(), [&](Value operand) { return isMagnitude(operand); });
  std::optional<unsigned> degree = degreeOf(value);
  return degree && *degree <= 1;
}

bool SquareForm::isFiniteness(Value condition) {
  auto compare = condition.getDefiningOp<arith::CmpFOp>();
  return compare && asksForFiniteness(compare) && isMagnitude(compare.getLhs());
}

bool SquareForm::checksFiniteness(Operation *op) {
  if (auto check = dyn_cast<tg::CheckOp>(op))
    return check.getValues().empty() && isFiniteness(check.getCondition());
  auto branch = dyn_cast<scf::IfOp>(op);
  if (!branch || branch.getNumResults() > 0 || !isFiniteness(branch.getCondition()))
    return false;
  bool onlyChecks = true;
  branch.walk([&](Operation *inner) {
    auto check = dyn_cast<tg::CheckOp>(inner);
    onlyChecks &=
        inner == branch || isa<scf::YieldOp>(inner) ||
        (check && check.getValues().empty() && dependence.of(check.getCondition()).kind == Dependence::Fixed);
  });
  return onlyChecks;
}
