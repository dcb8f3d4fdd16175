//===- BuildPlates.cpp - vectorised densities and element-wise ops become plates ---===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/Passes.h"
#include "compiler/optimize/Sizes.h"

#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"

namespace astragal::optimize {
#define GEN_PASS_DEF_BUILDPLATES
#include "compiler/optimize/Passes.h.inc"
} // namespace astragal::optimize

using namespace mlir;
using namespace astragal;
using namespace astragal::optimize;

static int64_t rankOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getRank() : 0;
}

/// The leading `rank` sizes that all `tensors` share; checked, and clamped to the smallest, where that is not
/// known.
static SmallVector<Value> commonSizes(OpBuilder &b, Location loc, ArrayRef<Value> tensors, int64_t rank,
                                      const Twine &what) {
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < rank; ++dim) {
    Value size = sizeOf(b, loc, tensors.front(), dim);
    for (Value tensor : tensors.drop_front()) {
      Value other = sizeOf(b, loc, tensor, dim);
      if (provablyEqual(size, other))
        continue;
      Value equal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, size, other);
      std::string message = (what + ": size mismatch").str();
      tg::CheckOp::create(b, loc, equal, tg::CheckKind::Fatal, message, message + ": {} and {}",
                          ValueRange{size, other});
      size = arith::MinSIOp::create(b, loc, size, other);
    }
    sizes.push_back(size);
  }
  return sizes;
}

/// The element that all of a tensor's elements equal, if that is known; tensors are then not read at all.
static Value splatElement(OpBuilder &b, Location loc, Value tensor) {
  if (auto splat = tensor.getDefiningOp<tensor::SplatOp>())
    return splat.getInput();
  DenseElementsAttr elements;
  if (!matchPattern(tensor, m_Constant(&elements)) || !elements.isSplat())
    return {};
  Operation *constant =
      elements.getElementType().isIndex() || isa<IntegerType, FloatType>(elements.getElementType())
          ? arith::ConstantOp::create(b, loc, elements.getSplatValue<TypedAttr>())
          : nullptr;
  return constant ? constant->getResult(0) : Value();
}

//===----------------------------------------------------------------------===//
// Densities
//===----------------------------------------------------------------------===//

namespace {
/// How one use of a distribution relates to its density function.
struct Lifting {
  SmallVector<int64_t> ranks; // per operand, how many leading dimensions are looped over
  int64_t rank = 0;           // the largest of them
  bool toScalars = true;      // every lifted operand becomes a scalar
};
} // namespace

static FailureOr<Lifting> findLifting(prob::LogDensityOp op, func::FuncOp density) {
  Lifting lifting;
  if (density.getNumArguments() != op->getNumOperands())
    return op.emitError("distribution '")
           << op.getDistribution() << "' takes " << density.getNumArguments() - 1 << " arguments, got "
           << op->getNumOperands() - 1;
  for (auto [operand, formal] : llvm::zip_equal(op->getOperandTypes(), density.getArgumentTypes())) {
    int64_t lift = rankOf(operand) - rankOf(formal);
    Type from = getElementTypeOrSelf(operand), to = getElementTypeOrSelf(formal);
    bool promotes = from.isInteger(32) && to.isF64() && rankOf(formal) == 0;
    if (lift < 0 || (from != to && !promotes) || (lift > 0 && lifting.rank > 0 && lift != lifting.rank))
      return op.emitError("distribution '")
             << op.getDistribution() << "' takes a value of type " << formal << " here, got " << operand;
    lifting.ranks.push_back(lift);
    lifting.rank = std::max(lifting.rank, lift);
    lifting.toScalars &= lift == 0 || rankOf(formal) == 0;
  }
  return lifting;
}

/// The density at scalars that stand for the operands of `op`.
static prob::LogDensityOp densityAt(OpBuilder &b, prob::LogDensityOp op, ValueRange operands) {
  return prob::LogDensityOp::create(b, op.getLoc(), b.getF64Type(), op.getDistributionAttr(),
                                    operands.front(), operands.drop_front(), op.getAutodiffAttr(),
                                    op.getProptoAttr());
}

static SmallVector<Value> liftedOperands(prob::LogDensityOp op, const Lifting &lifting) {
  SmallVector<Value> lifted;
  for (auto [operand, rank] : llvm::zip_equal(op->getOperands(), lifting.ranks))
    if (rank > 0)
      lifted.push_back(operand);
  return lifted;
}

/// Containers of scalars: the sum of a plate.
static void buildPlate(prob::LogDensityOp op, const Lifting &lifting) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  SmallVector<Value> extents =
      commonSizes(b, loc, liftedOperands(op, lifting), lifting.rank, op.getDistribution());
  SmallVector<Value> uniform;
  for (auto [operand, rank] : llvm::zip_equal(op->getOperands(), lifting.ranks))
    uniform.push_back(rank > 0 ? splatElement(b, loc, operand) : operand);
  auto plate = tg::PlateOp::create(
      b, loc, extents, ValueRange(), [&](OpBuilder &b, Location loc, ValueRange row, ValueRange) {
        SmallVector<Value> operands;
        for (auto [operand, element] : llvm::zip_equal(op->getOperands(), uniform))
          operands.push_back(element ? element : tensor::ExtractOp::create(b, loc, operand, row));
        Value sum = densityAt(b, op, operands);
        tg::YieldOp::create(b, loc, sum, ValueRange(), ValueRange(), ValueRange());
      });
  op.replaceAllUsesWith(plate.getResult(0));
  op.erase();
}

/// Row `n` of a tensor.
static Value rowOf(OpBuilder &b, Location loc, Value tensor, Value n) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getRank() == 1)
    return tensor::ExtractOp::create(b, loc, tensor, n);
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), sizes,
      strides(type.getRank(), b.getIndexAttr(1));
  offsets.front() = n;
  sizes.push_back(b.getIndexAttr(1));
  for (int64_t dim = 1; dim < type.getRank(); ++dim)
    sizes.push_back(getAsOpFoldResult(sizeOf(b, loc, tensor, dim)));
  auto row = RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
  for (auto [dim, size] : llvm::enumerate(ArrayRef(sizes).drop_front()))
    if (auto constant = dyn_cast<Attribute>(size); constant && row.isDynamicDim(dim))
      sizes[dim + 1] =
          arith::ConstantIndexOp::create(b, loc, cast<IntegerAttr>(constant).getInt()).getResult();
  return tensor::ExtractSliceOp::create(b, loc, row, tensor, offsets, sizes, strides);
}

/// Arrays of what the density takes: a loop over the first dimension, whose density may be lifted once more.
static prob::LogDensityOp buildLoop(prob::LogDensityOp op, const Lifting &lifting) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value size = commonSizes(b, loc, liftedOperands(op, lifting), 1, op.getDistribution()).front();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value init = arith::ConstantFloatOp::create(b, loc, b.getF64Type(), APFloat(0.0));
  prob::LogDensityOp inner;
  auto loop = scf::ForOp::create(
      b, loc, zero, size, one, init, [&](OpBuilder &b, Location loc, Value n, ValueRange sum) {
        SmallVector<Value> operands;
        for (auto [operand, rank] : llvm::zip_equal(op->getOperands(), lifting.ranks))
          operands.push_back(rank > 0 ? rowOf(b, loc, operand, n) : operand);
        inner = densityAt(b, op, operands);
        Value next = arith::AddFOp::create(b, loc, sum.front(), inner);
        scf::YieldOp::create(b, loc, next);
      });
  op.replaceAllUsesWith(loop.getResult(0));
  op.erase();
  return inner;
}

static LogicalResult liftDensity(prob::LogDensityOp op, SymbolTable &symbols) {
  auto distribution = symbols.lookup<prob::DistributionOp>(op.getDistribution());
  auto density = distribution ? symbols.lookup<func::FuncOp>(distribution.getLogDensity()) : nullptr;
  if (!density)
    return op.emitError("unknown distribution: '") << op.getDistribution() << "'";
  while (op) {
    FailureOr<Lifting> lifting = findLifting(op, density);
    if (failed(lifting))
      return failure();
    if (lifting->rank == 0)
      return success();
    if (lifting->toScalars) {
      buildPlate(op, *lifting);
      return success();
    }
    op = buildLoop(op, *lifting);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Element-wise ops
//===----------------------------------------------------------------------===//

static bool isElementwiseOnTensors(Operation *op) {
  return op->getNumResults() == 1 && op->getNumRegions() == 0 &&
         (op->hasTrait<OpTrait::Elementwise>() || isa<arith::SelectOp>(op)) &&
         isa<RankedTensorType>(op->getResultTypes().front());
}

static void buildElementwisePlate(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  auto type = cast<RankedTensorType>(op->getResultTypes().front());
  SmallVector<Value> tensors, uniform;
  for (Value operand : op->getOperands()) {
    bool isTensor = isa<RankedTensorType>(operand.getType());
    if (isTensor)
      tensors.push_back(operand);
    uniform.push_back(isTensor ? splatElement(b, loc, operand) : operand);
  }
  auto atRow = [&](OpBuilder &b, Location loc, ValueRange row) {
    IRMapping mapping;
    for (auto [operand, element] : llvm::zip_equal(op->getOperands(), uniform))
      mapping.map(operand, element ? element : tensor::ExtractOp::create(b, loc, operand, row));
    Operation *scalar = b.clone(*op, mapping);
    scalar->getResult(0).setType(type.getElementType());
    return scalar->getResult(0);
  };
  Value result;
  if (type.getRank() == 0) {
    result = tensor::FromElementsOp::create(b, loc, type, atRow(b, loc, {}));
  } else {
    SmallVector<Value> extents = commonSizes(b, loc, tensors, type.getRank(), op->getName().stripDialect());
    result =
        tg::PlateOp::create(b, loc, extents, ValueRange(),
                            [&](OpBuilder &b, Location loc, ValueRange row, ValueRange) {
                              Value element = atRow(b, loc, row);
                              tg::YieldOp::create(b, loc, ValueRange(), ValueRange(), ValueRange(), element);
                            })
            .getResult(0);
  }
  if (result.getType() != type)
    result = tensor::CastOp::create(b, loc, type, result);
  op->replaceAllUsesWith(ValueRange(result));
  op->erase();
}

namespace {
struct BuildPlates : optimize::impl::BuildPlatesBase<BuildPlates> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<prob::LogDensityOp> densities;
    SmallVector<Operation *> elementwise;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](Operation *op) {
        if (auto density = dyn_cast<prob::LogDensityOp>(op))
          densities.push_back(density);
        else if (isElementwiseOnTensors(op))
          elementwise.push_back(op);
      });
    for (Operation *op : elementwise)
      buildElementwisePlate(op);
    for (prob::LogDensityOp op : densities) {
      if (failed(liftDensity(op, symbols)))
        signalPassFailure();
    }
  }
};
} // namespace
