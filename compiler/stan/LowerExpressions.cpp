//===- LowerExpressions.cpp - operators and literals ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace astragal::stan {

Val Lowering::lowerExpr(const Expr &expr) {
  if (failed)
    return {};
  setLoc(expr.range);
  switch (expr.kind) {
  case ExprKind::IntLiteral:
    return scalar(constantI32(llvm::cast<IntLiteral>(expr).value));
  case ExprKind::RealLiteral:
    return scalar(constantF64(llvm::cast<RealLiteral>(expr).value));
  case ExprKind::Variable: {
    auto &variable = llvm::cast<VariableExpr>(expr);
    Val value = variable.variable ? env.lookup(variable.variable) : Val();
    return value ? value : unsupported(expr.range, "'" + variable.name + "' here");
  }
  case ExprKind::Unary:
    return lowerUnary(llvm::cast<UnaryExpr>(expr));
  case ExprKind::Binary:
    return lowerBinary(llvm::cast<BinaryExpr>(expr));
  case ExprKind::Conditional:
    return lowerConditional(llvm::cast<ConditionalExpr>(expr));
  case ExprKind::Call:
    return lowerCall(llvm::cast<CallExpr>(expr));
  case ExprKind::Index:
    return lowerIndexing(llvm::cast<IndexExpr>(expr));
  case ExprKind::ArrayLiteral:
    return lowerLiteralArray(llvm::cast<ArrayLiteral>(expr).elements, expr.type, expr.range, false);
  case ExprKind::RowLiteral:
    return lowerLiteralArray(llvm::cast<RowLiteral>(expr).elements, expr.type, expr.range,
                             expr.type.isMatrix());
  case ExprKind::Promote:
    return lowerPromotion(llvm::cast<PromoteExpr>(expr));
  case ExprKind::Target:
    if (printBlock != tg::PrintBlock::Model)
      return unsupported(expr.range, "target() outside of the model block");
    return scalar(prob::TargetOp::create(b, loc, b.getF64Type()));
  case ExprKind::ImagLiteral:
    return unsupported(expr.range, "complex numbers");
  case ExprKind::Tuple:
  case ExprKind::Slot:
    return unsupported(expr.range, "tuples");
  case ExprKind::StringLiteral:
    return unsupported(expr.range, "strings");
  }
  return {};
}

Val Lowering::elementwise(ArrayRef<Val> operands, SourceRange range,
                          function_ref<mlir::Value(ValueRange)> scalarCode) {
  SmallVector<Val> shaped(operands);
  Val *shape = nullptr;
  for (Val &operand : shaped) {
    if (operand.isScalar())
      continue;
    if (shape && !sameShape(*shape, operand, range, "elementwise function"))
      return {};
    shape = &operand;
  }
  auto at = [&](ValueRange indices) {
    Values elements;
    for (const Val &operand : shaped)
      elements.push_back(extract(operand, indices));
    return scalarCode(elements);
  };
  if (!shape)
    return scalar(at({}));
  auto dims = shape->dims;
  return rows(dims, at);
}

Val Lowering::lowerPromotion(const PromoteExpr &expr) {
  Val value = lowerExpr(*expr.operand);
  if (!value)
    return {};
  setLoc(expr.range);
  if (expr.type.isComplexBase() || expr.type.base() == BaseType::Tuple)
    return unsupported(expr.range, "complex numbers and tuples");
  if (!getElementTypeOrSelf(value.value.getType()).isInteger(32))
    return value;
  if (value.isScalar())
    return toReal(value);
  auto type = cast<RankedTensorType>(value.value.getType());
  return Val{arith::SIToFPOp::create(b, loc, type.clone(b.getF64Type()), value.value), value.dims};
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

mlir::Value Lowering::lowerCondition(const Expr &expr) {
  Val value = lowerExpr(expr);
  if (!value)
    return {};
  if (value.value.getType().isF64())
    return b.createOrFold<arith::CmpFOp>(loc, arith::CmpFPredicate::UNE, value.value, constantF64(0));
  return toI1(value.value);
}

/// True if evaluating the expression where Stan would not cannot fail or cost much.
static bool isCheapAndSafe(const Expr &expr) {
  bool safe = true;
  unsigned size = 0;
  walk(&expr, [&](const Expr &e) {
    ++size;
    safe &= e.kind != ExprKind::Call && e.kind != ExprKind::Index && e.type.indexDepth() == 0;
    // Division of ints checks its divisor.
    if (auto *binary = llvm::dyn_cast<BinaryExpr>(&e))
      safe &=
          !(binary->type.isInt() && (binary->op == BinaryOp::Divide || binary->op == BinaryOp::IntDivide ||
                                     binary->op == BinaryOp::Modulo));
  });
  return safe && size <= 8;
}

Val Lowering::lowerLogical(const BinaryExpr &expr) {
  bool isAnd = expr.op == BinaryOp::And;
  mlir::Value left = lowerCondition(*expr.left);
  if (!left)
    return {};
  if (std::optional<int64_t> known = constantOf(left); known && (*known != 0) != isAnd)
    return scalar(constantI32(isAnd ? 0 : 1));
  mlir::Value value;
  if (constantOf(left) || isCheapAndSafe(*expr.right)) {
    mlir::Value right = lowerCondition(*expr.right);
    if (!right)
      return {};
    value = isAnd ? b.createOrFold<arith::AndIOp>(loc, left, right)
                  : b.createOrFold<arith::OrIOp>(loc, left, right);
  } else {
    setLoc(expr.range);
    Val joined;
    auto branch = [&](bool evaluates) {
      return [this, &expr, evaluates, isAnd](Val *into) {
        return static_cast<bool>(*into =
                                     scalar(evaluates ? lowerCondition(*expr.right) : constantI1(!isAnd)));
      };
    };
    joinReturns(left, expr.range, branch(isAnd), branch(!isAnd), &joined, BaseType::Int);
    if (failed)
      return {};
    value = joined.value;
  }
  setLoc(expr.range);
  return scalar(fromI1(value));
}

Val Lowering::lowerConditional(const ConditionalExpr &expr) {
  mlir::Value condition = lowerCondition(*expr.condition);
  if (!condition)
    return {};
  if (std::optional<int64_t> known = constantOf(condition))
    return lowerExpr(*known ? *expr.yes : *expr.no);
  if (isCheapAndSafe(*expr.yes) && isCheapAndSafe(*expr.no)) {
    Val yes = lowerExpr(*expr.yes), no = lowerExpr(*expr.no);
    if (!yes || !no)
      return {};
    setLoc(expr.range);
    return scalar(b.createOrFold<arith::SelectOp>(loc, condition, yes.value, no.value));
  }
  if (expr.type.indexDepth() != 0 || drawsRandomly(*expr.yes) || drawsRandomly(*expr.no)) {
    auto branch = [&](const Expr &value) {
      return [&](Val *into) { return static_cast<bool>(*into = lowerExpr(value)); };
    };
    Val result;
    joinReturns(condition, expr.range, branch(*expr.yes), branch(*expr.no), &result, expr.type);
    return failed ? Val() : result;
  }
  auto branch = scf::IfOp::create(b, loc, TypeRange(elementType(expr.type)), condition, /*withElse=*/true);
  auto outer = env;
  auto fill = [&](Block *block, const Expr &value) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(block);
    Val result = lowerExpr(value);
    if (result)
      scf::YieldOp::create(b, loc, result.value);
  };
  fill(branch.thenBlock(), *expr.yes);
  fill(branch.elseBlock(), *expr.no);
  env = std::move(outer);
  return failed ? Val() : scalar(branch.getResult(0));
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

Val Lowering::transpose(const Val &matrix) {
  size_t rank = matrix.dims.size();
  auto dims = matrix.dims;
  std::swap(dims[rank - 1], dims[rank - 2]);
  Val result = rows(dims, [&](ValueRange at) {
    Values from(at);
    std::swap(from[rank - 1], from[rank - 2]);
    return extract(matrix, from);
  });
  noteTranspose(matrix, result);
  return result;
}

Val Lowering::lowerUnary(const UnaryExpr &expr) {
  if (expr.op == UnaryOp::Not) {
    mlir::Value condition = lowerCondition(*expr.operand);
    if (!condition)
      return {};
    mlir::Value one = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
    return scalar(fromI1(b.createOrFold<arith::XOrIOp>(loc, condition, one)));
  }
  Val value = lowerExpr(*expr.operand);
  if (!value)
    return {};
  setLoc(expr.range);
  switch (expr.op) {
  case UnaryOp::Plus:
    return value;
  case UnaryOp::Transpose:
    return expr.operand->type.isMatrix() ? transpose(value) : value;
  default:
    break;
  }
  if (getElementTypeOrSelf(value.value.getType()).isInteger(32)) {
    Val zero = splat(constantI32(0), value.dims);
    return Val{b.createOrFold<arith::SubIOp>(loc, zero.value, value.value), value.dims};
  }
  return Val{b.createOrFold<arith::NegFOp>(loc, value.value), value.dims};
}

/// Division and remainder that cannot trap: in 64 bits, and by one where the divisor is zero.
static mlir::Value divideInts(OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y,
                              bool remainder) {
  mlir::Type wide = b.getI64Type();
  mlir::Value p = b.createOrFold<arith::ExtSIOp>(loc, wide, x),
              q = b.createOrFold<arith::ExtSIOp>(loc, wide, y);
  mlir::Value zero = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
  mlir::Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
  mlir::Value isZero = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, q, zero);
  q = b.createOrFold<arith::SelectOp>(loc, isZero, one, q);
  mlir::Value result =
      remainder ? b.createOrFold<arith::RemSIOp>(loc, p, q) : b.createOrFold<arith::DivSIOp>(loc, p, q);
  return b.createOrFold<arith::TruncIOp>(loc, b.getI32Type(), result);
}

mlir::Value Lowering::power(mlir::Value base, mlir::Value exponent) {
  FloatAttr known;
  if (matchPattern(exponent, m_Constant(&known))) {
    double n = known.getValueAsDouble();
    if (n == 2)
      return b.createOrFold<arith::MulFOp>(loc, base, base);
    if (n == 1)
      return base;
    if (n == 3)
      return b.createOrFold<arith::MulFOp>(loc, b.createOrFold<arith::MulFOp>(loc, base, base), base);
    if (n == 0.5)
      return b.createOrFold<math::SqrtOp>(loc, base);
    if (n == -1)
      return b.createOrFold<arith::DivFOp>(loc, constantF64(1), base);
    if (n == -2)
      return b.createOrFold<arith::DivFOp>(loc, constantF64(1),
                                           b.createOrFold<arith::MulFOp>(loc, base, base));
  }
  return b.createOrFold<math::PowFOp>(loc, base, exponent);
}

Val Lowering::arithmetic(BinaryOp op, const Val &leftIn, const Val &rightIn, bool isInt, SourceRange range) {
  Val left = leftIn, right = rightIn;
  if (op == BinaryOp::EltPower || op == BinaryOp::Power)
    return elementwise({left, right}, range, [&](ValueRange x) { return power(x[0], x[1]); });
  if (isInt && (op == BinaryOp::Divide || op == BinaryOp::IntDivide || op == BinaryOp::Modulo)) {
    mlir::Value zero = constantI32(0);
    if (right.isScalar())
      check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, right.value, zero),
            tg::CheckKind::Domain, "integer division by zero");
    return elementwise({left, right}, range,
                       [&](ValueRange x) { return divideInts(b, loc, x[0], x[1], op == BinaryOp::Modulo); });
  }
  if (!left.isScalar() && !right.isScalar()) {
    if (!sameShape(left, right, range, "operator " + spelling(op).str()))
      return {};
  } else if (left.isScalar() && !right.isScalar()) {
    left = splat(left.value, right.dims);
  } else if (right.isScalar() && !left.isScalar()) {
    right = splat(right.value, left.dims);
  }
  if (!left.isScalar()) {
    auto type = cast<RankedTensorType>(left.value.getType());
    right.value = castTo(right.value, type);
  }
  auto make = [&](auto intOp, auto realOp) {
    using IntOp = decltype(intOp);
    using RealOp = decltype(realOp);
    mlir::Value value = isInt ? b.createOrFold<IntOp>(loc, left.value, right.value)
                              : b.createOrFold<RealOp>(loc, left.value, right.value);
    return Val{value, left.dims};
  };
  switch (op) {
  case BinaryOp::Add:
    return make(arith::AddIOp(), arith::AddFOp());
  case BinaryOp::Subtract:
    return make(arith::SubIOp(), arith::SubFOp());
  case BinaryOp::Multiply:
  case BinaryOp::EltMultiply:
    return make(arith::MulIOp(), arith::MulFOp());
  case BinaryOp::Divide:
  case BinaryOp::EltDivide:
    return make(arith::DivSIOp(), arith::DivFOp());
  default:
    return unsupported(range, "operator " + spelling(op));
  }
}

Val Lowering::multiply(const Val &left, const Type &leftType, const Val &right, const Type &rightType,
                       SourceRange range) {
  if (left.isScalar() || right.isScalar())
    return arithmetic(BinaryOp::Multiply, left, right, leftType.isInt() && rightType.isInt(), range);
  auto product = [&](mlir::Value x, mlir::Value y) { return b.createOrFold<arith::MulFOp>(loc, x, y); };
  // Sum over the shared dimension, as a loop inside a row.
  auto contract = [&](mlir::Value n, function_ref<mlir::Value(mlir::Value)> term) {
    return fold(n, constantF64(0), [&](mlir::Value k, mlir::Value sum) {
      return arith::AddFOp::create(b, loc, sum, term(k)).getResult();
    });
  };
  if (leftType.isRowVector() && rightType.isVector()) {
    Val x = left, y = right;
    if (!sameShape(x, y, range, "product"))
      return {};
    return scalar(sumOver(x.dims, [&](ValueRange at) { return product(extract(x, at), extract(y, at)); }));
  }
  if (leftType.isVector() && rightType.isRowVector())
    return rows({right.dims[0], left.dims[0]},
                [&](ValueRange at) { return product(extract(left, at[1]), extract(right, at[0])); });
  if (leftType.isMatrix() && rightType.isVector()) {
    mlir::Value n = commonSize(left.dims[0], right.dims[0], range, "product");
    if (!n)
      return {};
    return rows({left.dims[1]}, [&](ValueRange at) {
      return contract(n,
                      [&](mlir::Value k) { return product(extract(left, {k, at[0]}), extract(right, k)); });
    });
  }
  if (leftType.isRowVector() && rightType.isMatrix()) {
    mlir::Value n = commonSize(left.dims[0], right.dims[1], range, "product");
    if (!n)
      return {};
    return rows({right.dims[0]}, [&](ValueRange at) {
      return contract(n,
                      [&](mlir::Value k) { return product(extract(left, k), extract(right, {at[0], k})); });
    });
  }
  if (leftType.isMatrix() && rightType.isMatrix()) {
    mlir::Value n = commonSize(left.dims[0], right.dims[1], range, "product");
    if (!n)
      return {};
    // A call pays off where a plate would run longer than a call takes; small products are code of the model.
    constexpr int64_t inlined = 512;
    std::optional<int64_t> i = constantOf(left.dims[1]), j = constantOf(right.dims[0]), k = constantOf(n);
    if (!i || !j || !k || *i * *j * *k > inlined)
      return productKernel(left, right, n);
    return rows({right.dims[0], left.dims[1]}, [&](ValueRange at) {
      return contract(
          n, [&](mlir::Value k) { return product(extract(left, {k, at[1]}), extract(right, {at[0], k})); });
    });
  }
  return unsupported(range, "a product of " + leftType.str() + " and " + rightType.str());
}

/// An operator that is a function of the library.
Val Lowering::callOperator(StringRef name, const Val &left, const Val &right, const BinaryExpr &expr) {
  const FunctionDecl *function = library::find(name, {expr.left->type, expr.right->type});
  if (!function)
    return unsupported(expr.range, "operator " + spelling(expr.op) + " on " + expr.left->type.str() +
                                       " and " + expr.right->type.str());
  return callLibrary(*function, {left, right}, {expr.left, expr.right}, expr.type, expr.range);
}

Val Lowering::lowerBinary(const BinaryExpr &expr) {
  if (expr.op == BinaryOp::And || expr.op == BinaryOp::Or)
    return lowerLogical(expr);
  Val left = lowerExpr(*expr.left), right = lowerExpr(*expr.right);
  if (!left || !right)
    return {};
  setLoc(expr.range);
  bool isInt = left.value.getType() == right.value.getType() &&
               getElementTypeOrSelf(left.value.getType()).isInteger(32);
  auto compare = [&](arith::CmpIPredicate intPredicate, arith::CmpFPredicate realPredicate) {
    mlir::Value result = isInt ? b.createOrFold<arith::CmpIOp>(loc, intPredicate, left.value, right.value)
                               : b.createOrFold<arith::CmpFOp>(loc, realPredicate, left.value, right.value);
    return scalar(fromI1(result));
  };
  switch (expr.op) {
  case BinaryOp::Equal:
    return compare(arith::CmpIPredicate::eq, arith::CmpFPredicate::OEQ);
  case BinaryOp::NotEqual:
    return compare(arith::CmpIPredicate::ne, arith::CmpFPredicate::UNE);
  case BinaryOp::Less:
    return compare(arith::CmpIPredicate::slt, arith::CmpFPredicate::OLT);
  case BinaryOp::LessEqual:
    return compare(arith::CmpIPredicate::sle, arith::CmpFPredicate::OLE);
  case BinaryOp::Greater:
    return compare(arith::CmpIPredicate::sgt, arith::CmpFPredicate::OGT);
  case BinaryOp::GreaterEqual:
    return compare(arith::CmpIPredicate::sge, arith::CmpFPredicate::OGE);
  case BinaryOp::Multiply: {
    Val product = multiply(left, expr.left->type, right, expr.right->type, expr.range);
    if (product && expr.left->type.isMatrix() && expr.right->type.isMatrix())
      noteProduct(left, right, product);
    return product;
  }
  case BinaryOp::Divide:
    if (expr.right->type.isMatrix() && !expr.left->type.isScalar())
      return callOperator("mdivide_right", left, right, expr);
    break;
  case BinaryOp::LeftDivide:
    return callOperator("mdivide_left", left, right, expr);
  default:
    break;
  }
  return arithmetic(expr.op, left, right, isInt, expr.range);
}

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

Val Lowering::lowerLiteralArray(ArrayRef<Expr *> elements, const Type &type, SourceRange range,
                                bool isRowMatrix) {
  SmallVector<Val> values;
  for (const Expr *element : elements) {
    values.push_back(lowerExpr(*element));
    if (!values.back())
      return {};
  }
  setLoc(range);
  mlir::Value count = constantIndex(values.size());
  if (values.empty())
    return undefined(type, SmallVector<mlir::Value>(type.indexDepth(), constantIndex(0)));
  if (values[0].isScalar()) {
    Values scalars;
    for (const Val &value : values)
      scalars.push_back(value.value);
    return Val{tensor::FromElementsOp::create(b, loc, scalars), {count}};
  }
  Val whole;
  whole.dims.push_back(count);
  for (Val &value : values) {
    if (!sameShape(values[0], value, range, "literal"))
      return {};
  }
  llvm::append_range(whole.dims, values[0].dims);
  whole.value = undefined(type, whole.dims).value;
  for (auto [k, value] : llvm::enumerate(values)) {
    if (isEmpty(value.dims))
      break;
    SmallVector<OpFoldResult> offsets(whole.dims.size(), b.getIndexAttr(0)), lengths,
        strides(whole.dims.size(), b.getIndexAttr(1));
    offsets[0] = b.getIndexAttr(k);
    lengths.push_back(b.getIndexAttr(1));
    for (mlir::Value dim : value.dims) {
      lengths.push_back(getAsOpFoldResult(dim));
    }
    whole.value = tensor::InsertSliceOp::create(b, loc, value.value, whole.value, offsets, lengths, strides);
  }
  // Rows were laid one after the other; a matrix has its columns so.
  return isRowMatrix ? transpose(whole) : whole;
}

} // namespace astragal::stan
