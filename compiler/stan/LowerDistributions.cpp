//===- LowerDistributions.cpp - densities and their summands --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

using namespace mlir;

namespace astragal::stan {

mlir::Value Lowering::lowerDensity(StringRef function, ArrayRef<const Expr *> operands, bool propto,
                                   bool isStatement, SourceRange range) {
  SmallVector<Type> types;
  for (const Expr *operand : operands)
    types.push_back(operand->type);
  StringRef name = function.rsplit('_').first;
  const FunctionDecl *density = library::find(function, types);
  if (!density) {
    // A density of containers, given arrays of them.
    for (Type &type : types)
      if (type.isMatrix() || type.rank() > 0 || type.isRowVector())
        type = Type(type.base() == BaseType::RowVector ? BaseType::Vector : type.base());
    density = library::find(function, types);
  }
  if (!density) {
    unsupported(range, library::find(function) ? "these types of arguments of distribution '" + name + "'"
                                               : "distribution '" + name + "'");
    return {};
  }
  SmallVector<Val> values;
  SmallVector<bool> autodiff;
  for (auto [operand, declared] : llvm::zip_equal(operands, density->args)) {
    Val value = lowerExpr(*operand);
    if (!value)
      return {};
    setLoc(range);
    if (declared->type.base() != BaseType::Int && getElementTypeOrSelf(value.value.getType()).isInteger(32))
      value = elementwise({value}, range, [&](ValueRange x) {
        return b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), x[0]);
      });
    values.push_back(value);
    autodiff.push_back(isAutodiff(*operand));
  }
  setLoc(range);
  // Arrays of the containers that the density is declared for: one density for each element.
  mlir::Value count;
  SmallVector<bool> isArray;
  for (auto [value, declared] : llvm::zip_equal(values, density->args)) {
    size_t rank = declared->type.indexDepth();
    isArray.push_back(rank > 0 && value.dims.size() > rank);
    if (!isArray.back())
      continue;
    if (value.dims.size() > rank + 1) {
      unsupported(range, "these types of arguments of distribution '" + name + "'");
      return {};
    }
    count = count ? commonSize(count, value.dims[0], range, "distribution '" + name.str() + "'") : value.dims[0];
    if (!count)
      return {};
  }
  if (!count)
    return emitDensity(*density, function, values, autodiff, propto, isStatement, range);
  return fold(count, constantF64(0), [&](mlir::Value k, mlir::Value sum) {
    SmallVector<Val> elements(values);
    for (auto [value, isOne] : llvm::zip_equal(elements, isArray))
      if (isOne)
        value = element(value, k);
    mlir::Value term = emitDensity(*density, function, elements, autodiff, propto, isStatement, range);
    return term && !isStatement ? arith::AddFOp::create(b, loc, sum, term).getResult() : sum;
  });
}

mlir::Value Lowering::emitDensity(const FunctionDecl &density, StringRef function, MutableArrayRef<Val> values,
                                  ArrayRef<bool> autodiff, bool propto, bool isStatement, SourceRange range) {
  StringRef name = function.rsplit('_').first;
  // Containers that are given for scalars have one shape.
  Val *shape = nullptr;
  SmallVector<mlir::Type> formal;
  for (auto [value, declared] : llvm::zip_equal(values, density.args)) {
    if (!declared->type.isScalar()) {
      formal.push_back(value.value.getType());
      continue;
    }
    formal.push_back(elementType(declared->type));
    if (value.isScalar())
      continue;
    if (shape && !sameShape(*shape, value, range, "distribution '" + name.str() + "'"))
      return {};
    shape = &value;
  }
  func::FuncOp body = instantiateLibraryFunction(module, function, formal);
  if (!body) {
    unsupported(range, "distribution '" + name + "'");
    return {};
  }
  std::string symbol = name.str() + body.getSymName().drop_front(function.size()).str();
  if (!module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(body);
    prob::DistributionOp::create(b, body.getLoc(), symbol, body.getSymName(), prob::Support::Real);
  }
  Values arguments;
  for (const Val &value : values.drop_front())
    arguments.push_back(value.value);
  auto distribution = FlatSymbolRefAttr::get(b.getContext(), symbol);
  if (isStatement && dropsConstants) {
    prob::ObserveOp::create(b, loc, distribution, values[0].value, arguments, b.getDenseBoolArrayAttr(autodiff));
    return values[0].value;
  }
  mlir::Value result = prob::LogDensityOp::create(b, loc, b.getF64Type(), distribution, values[0].value, arguments,
                                                  b.getDenseBoolArrayAttr(autodiff),
                                                  propto && dropsConstants ? b.getUnitAttr() : UnitAttr());
  if (isStatement)
    prob::FactorOp::create(b, loc, result);
  return result;
}

llvm::SmallBitVector Lowering::dependsOf(const Expr &expr) {
  llvm::SmallBitVector all(numArguments);
  walk(&expr, [&](const Expr &e) {
    if (auto *variable = llvm::dyn_cast<VariableExpr>(&e))
      if (auto known = depends.find(variable->variable); known != depends.end())
        all |= known->second;
  });
  return all;
}

mlir::Value Lowering::lowerSummands(const Expr &expr) {
  if (auto *binary = llvm::dyn_cast<BinaryExpr>(&expr);
      binary && !expr.parenthesized && (binary->op == BinaryOp::Add || binary->op == BinaryOp::Subtract)) {
    mlir::Value left = lowerSummands(*binary->left), right = lowerSummands(*binary->right);
    if (!left || !right)
      return {};
    setLoc(expr.range);
    if (binary->op == BinaryOp::Add)
      return arith::AddFOp::create(b, loc, left, right);
    return arith::SubFOp::create(b, loc, left, right);
  }
  if (auto *unary = llvm::dyn_cast<UnaryExpr>(&expr); unary && unary->op == UnaryOp::Minus) {
    mlir::Value operand = lowerSummands(*unary->operand);
    return operand ? arith::NegFOp::create(b, loc, operand).getResult() : mlir::Value();
  }
  Val value = lowerExpr(expr);
  if (!value)
    return {};
  // Outside the support the density is zero whatever is dropped.
  if (auto *call = llvm::dyn_cast<CallExpr>(&expr); call && call->name == "negative_infinity")
    return value.value;
  SmallVector<int64_t> positions;
  for (unsigned k : dependsOf(expr).set_bits())
    positions.push_back(k);
  setLoc(expr.range);
  return prob::SummandOp::create(b, loc, b.getF64Type(), value.value, positions);
}

} // namespace astragal::stan
