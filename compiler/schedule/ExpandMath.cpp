//===- ExpandMath.cpp - elementary functions become arithmetic -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements expand-math: it chooses what is expanded in place, outlined, or left to libm lane by
// lane.
//
//===----------------------------------------------------------------------===//

#include "compiler/schedule/Expansions.h"
#include "compiler/schedule/Passes.h"

#include "dialects/tg/Origin.h"
#include "dialects/tg/Rare.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSwitch.h"

namespace astragal::schedule {
#define GEN_PASS_DEF_EXPANDMATH
#include "compiler/schedule/Passes.h.inc"
} // namespace astragal::schedule

using namespace mlir;
using namespace astragal;
using namespace astragal::schedule;

using Unary = Real (*)(Real);

static Unary expansionOf(Operation *op) {
  return llvm::StringSwitch<Unary>(op->getName().getStringRef())
      .Case("math.exp", expandExp)
      .Case("math.exp2", expandExp2)
      .Case("math.expm1", expandExpm1)
      .Case("math.tanh", expandTanh)
      .Case("math.sinh", expandSinh)
      .Case("math.cosh", expandCosh)
      .Case("tg.logistic", expandLogistic)
      .Case("math.log", expandLog)
      .Case("math.log2", expandLog2)
      .Case("math.log10", expandLog10)
      .Case("math.log1p", expandLog1p)
      .Case("tg.log1p_exp", expandLog1pExp)
      .Case("math.sin", expandSin)
      .Case("math.cos", expandCos)
      .Case("math.tan", expandTan)
      .Case("math.atan", expandAtan)
      .Case("math.erf", expandErf)
      .Case("math.erfc", expandErfc)
      .Case("tg.normal_cdf", expandNormalCdf)
      .Case("tg.normal_quantile", expandNormalQuantile)
      .Case("tg.lgamma", expandLgamma)
      .Case("tg.digamma", expandDigamma)
      .Case("tg.trigamma", expandTrigamma)
      .Case("math.rsqrt", [](Real x) -> Real { return 1.0 / squareRoot(x); })
      .Default(nullptr);
}

bool schedule::hasExpansion(Operation *op) { return expansionOf(op); }

/// What the targets do in an instruction or two, on vectors as well.
static bool staysAsItIs(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp, math::FloorOp, math::FmaOp,
             math::RoundEvenOp, math::RoundOp, math::SqrtOp, math::TruncOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp, math::IsNaNOp, math::IsInfOp, math::IsFiniteOp,
             math::IsNormalOp>(op);
}

/// Where the expansion does not hold; null if it always does. Such arguments are rare enough for a branch.
static std::optional<Cond> outsideOf(Operation *op, Real x) {
  if (isa<math::SinOp, math::CosOp, math::TanOp>(op))
    return magnitude(x) > trigLimit; // too large to be reduced
  if (isa<tg::LgammaOp, tg::DigammaOp, tg::TrigammaOp>(op))
    return x < 0.0; // by reflection
  return std::nullopt;
}

/// Applies a function that has no expansion to one lane after the other.
static Value unroll(ImplicitLocOpBuilder &b, Operation *op) {
  auto type = cast<VectorType>(op->getResult(0).getType());
  SmallVector<Value> lanes;
  for (int64_t lane = 0, count = type.getNumElements(); lane < count; ++lane) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(isa<VectorType>(operand.getType())
                             ? vector::ExtractOp::create(b, operand, lane).getResult()
                             : operand);
    Operation *scalar = b.clone(*op);
    scalar->setOperands(operands);
    scalar->getResult(0).setType(type.getElementType());
    lanes.push_back(scalar->getResult(0));
  }
  return vector::FromElementsOp::create(b, type, lanes);
}

/// The function of libm or of runtime/abi.h.
static Value onCallee(ImplicitLocOpBuilder &b, Operation *op) {
  return isa<VectorType>(op->getResult(0).getType()) ? unroll(b, op) : b.clone(*op)->getResult(0);
}

/// Small whole powers, the usual ones, are products; exact roots are roots.
static std::optional<Real> simplePower(Real x, Value exponent) {
  FloatAttr y;
  DenseFPElementsAttr splat;
  if (matchPattern(exponent, m_Constant(&splat)) && splat.isSplat())
    y = FloatAttr::get(splat.getElementType(), splat.getSplatValue<APFloat>());
  else if (!matchPattern(exponent, m_Constant(&y)))
    return std::nullopt;
  double value = y.getValueAsDouble();
  if (value == 1)
    return x;
  if (value == 2)
    return x * x;
  if (value == 3)
    return x * x * x;
  if (value == -1)
    return 1.0 / x;
  if (value == 0.5) // -0 and -inf to the power of 0.5 are 0 and inf
    return select(x > -std::numeric_limits<double>::infinity(), squareRoot(x + 0.0),
                  select(isNaN(x), x, magnitude(x)));
  return std::nullopt;
}

/// The value of `op` in other ops, or null where it stays.
static Value expand(ImplicitLocOpBuilder &b, Operation *op, bool fma, bool scaleb) {
  Type type = op->getResult(0).getType();
  bool isVector = isa<VectorType>(type);
  if (!getElementTypeOrSelf(type).isF64())
    return isVector ? unroll(b, op) : Value();
  // Registers have two, four or eight lanes.
  auto vector = dyn_cast<VectorType>(type);
  RealBuilder reals(b, type, fma,
                    scaleb && (!vector || llvm::is_contained({2, 4, 8}, vector.getNumElements())));
  Real x = reals.wrap(op->getOperand(0));
  if (auto power = dyn_cast<math::PowFOp>(op)) {
    std::optional<Real> simple = simplePower(x, power.getRhs());
    return (simple ? *simple : expandPow(x, reals.wrap(power.getRhs()))).value;
  }
  if (auto power = dyn_cast<math::FPowIOp>(op)) {
    Value exponent = arith::SIToFPOp::create(b, type, power.getRhs());
    return expandPow(x, reals.wrap(exponent)).value;
  }
  Unary expansion = expansionOf(op);
  if (!expansion)
    return isVector ? unroll(b, op) : Value();
  Value result = expansion(x).value;
  std::optional<Cond> outside = outsideOf(op, x);
  if (!outside)
    return result;
  Value any =
      isVector ? vector::ReductionOp::create(b, vector::CombiningKind::OR, outside->value) : outside->value;
  auto branch = scf::IfOp::create(b, type, any, /*addThenBlock=*/true, /*addElseBlock=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, select(*outside, reals.wrap(onCallee(b, op)), reals.wrap(result)).value);
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, result);
  b.setInsertionPointAfter(branch);
  return branch.getResult(0);
}

namespace {
struct ExpandMath : astragal::schedule::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  /// The private function that computes what `op` does.
  func::FuncOp outlined(SymbolTable &symbols, Operation *op) {
    std::string name = "astragal." + op->getName().stripDialect().str();
    if (auto vector = dyn_cast<VectorType>(op->getResult(0).getType()))
      name += ".x" + std::to_string(vector.getNumElements());
    if (auto existing = symbols.lookup<func::FuncOp>(name))
      return existing;
    OpBuilder b(&getContext());
    auto type = b.getFunctionType(op->getOperandTypes(), op->getResultTypes());
    auto function = func::FuncOp::create(b, b.getUnknownLoc(), name, type);
    function.setPrivate();
    function.setNoInline(true);
    symbols.insert(function, getOperation().getBody()->end());
    Block *body = function.addEntryBlock();
    b.setInsertionPointToStart(body);
    Operation *clone = b.clone(*op);
    clone->setOperands(body->getArguments());
    clone->setLoc(tg::markFunction(b.getUnknownLoc()));
    func::ReturnOp::create(b, b.getUnknownLoc(), clone->getResults());
    replace(clone);
    return function;
  }

  void replace(Operation *op) {
    ImplicitLocOpBuilder b(tg::markFunction(op->getLoc()), op);
    if (Value value = expand(b, op, fma, scaleb)) {
      op->replaceAllUsesWith(ValueRange(value));
      op->erase();
    }
  }

  static bool isOutlinable(Operation *op) {
    Type type = op->getResult(0).getType();
    if (!getElementTypeOrSelf(type).isF64() || isa<math::RsqrtOp>(op))
      return false;
    if (auto power = dyn_cast<math::PowFOp>(op))
      return !matchPattern(power.getRhs(), m_Constant());
    return expansionOf(op) || (isa<math::FPowIOp>(op) && type.isF64());
  }

  /// How often a function may stand in place. What runs once for all points must above all be compiled soon;
  /// elsewhere a call, before which all registers are saved, costs a vector more than it saves.
  unsigned mostInPlace(func::FuncOp function, Type type) const {
    if (function.getName() == "prepare")
      return 1;
    return isa<VectorType>(type) ? std::numeric_limits<unsigned>::max() : outlineAbove;
  }

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      SmallVector<Operation *> ops;
      llvm::DenseMap<std::pair<OperationName, Type>, unsigned> counts;
      function.walk([&](Operation *op) {
        bool ours = isa<math::MathDialect>(op->getDialect()) || tg::isSpecialFunction(op);
        if (!ours || staysAsItIs(op) || isa<TensorType>(op->getResult(0).getType()))
          return;
        ops.push_back(op);
        if (isOutlinable(op) && !tg::isRare(op))
          ++counts[{op->getName(), op->getResult(0).getType()}];
      });
      for (Operation *op : ops) {
        Type type = op->getResult(0).getType();
        bool isCalled = isOutlinable(op) && (tg::isRare(op) || counts.lookup({op->getName(), type}) >
                                                                   mostInPlace(function, type));
        if (!isCalled) {
          replace(op);
          continue;
        }
        func::FuncOp callee = outlined(symbols, op);
        OpBuilder b(op);
        auto call = func::CallOp::create(b, op->getLoc(), callee, op->getOperands());
        op->replaceAllUsesWith(call.getResults());
        op->erase();
      }
    }
  }
};
} // namespace
