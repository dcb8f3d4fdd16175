//===- LowerDistributions.cpp - densities and their summands --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

using namespace mlir;

namespace astragal::stan {

/// The library's density for arguments of these types. A row vector may stand for a vector; a vector for an
/// array of them, if the density takes arrays; an array for the elements of a density that takes one.
static const FunctionDecl *findDensity(StringRef function, SmallVector<Type> types) {
  if (const FunctionDecl *density = library::find(function, types))
    return density;
  bool anyArray = false;
  for (Type &type : types) {
    if (type.base() == BaseType::RowVector)
      type = Type(BaseType::Vector, type.rank());
    anyArray |= type.base() == BaseType::Vector && type.rank() > 0;
  }
  if (const FunctionDecl *density = library::find(function, types))
    return density;
  SmallVector<Type> arrays(types), elements(types);
  for (auto [array, element] : llvm::zip_equal(arrays, elements)) {
    if (array.base() == BaseType::Vector)
      array = Type(BaseType::Vector, 1);
    if (element.base() != BaseType::Int)
      element = Type(element.base());
  }
  const FunctionDecl *density = anyArray ? library::find(function, arrays) : nullptr;
  return density ? density : library::find(function, elements);
}

mlir::Value Lowering::lowerDensity(StringRef function, ArrayRef<const Expr *> operands, bool propto,
                                   bool isStatement, SourceRange range) {
  SmallVector<Type> types;
  for (const Expr *operand : operands)
    types.push_back(operand->type);
  StringRef name = function.rsplit('_').first;
  if (name.ends_with("_glm") && !name.starts_with("categorical"))
    return lowerGlm(function, operands, propto, isStatement, range);
  const FunctionDecl *density = findDensity(function, types);
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
    values.push_back(declared->type.base() == BaseType::Int ? value : toReal(value));
    autodiff.push_back(isAutodiff(*operand));
  }
  setLoc(range);
  // Arrays of the containers that the density is declared for: one density for each element.
  mlir::Value count;
  SmallVector<bool> isArray;
  for (auto [value, declared] : llvm::zip_equal(values, density->args)) {
    size_t rank = declared->type.indexDepth();
    isArray.push_back(rank > 0 && value.dims.size() > rank);
    if (isArray.back() && value.dims.size() > rank + 1) {
      unsupported(range, "these types of arguments of distribution '" + name + "'");
      return {};
    }
  }
  // What is given for scalars goes along.
  if (llvm::is_contained(isArray, true))
    for (auto [value, declared, isOne] : llvm::zip_equal(values, density->args, isArray))
      isOne = isOne || (declared->type.isScalar() && !value.isScalar());
  for (auto [value, isOne] : llvm::zip_equal(values, isArray)) {
    if (!isOne)
      continue;
    count =
        count ? commonSize(count, value.dims[0], range, "distribution '" + name.str() + "'") : value.dims[0];
    if (!count)
      return {};
  }
  if (!count && !matchArrays(*density, values, range))
    return {};
  if (const FunctionDecl *byFactor = densityOfFactor(*density, values, range)) {
    density = byFactor;
    function = byFactor->name;
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

/// The linear predictor takes the place of x, alpha (which not all have) and beta; what is left is a density
/// of scalars, lifted over the rows.
mlir::Value Lowering::lowerGlm(StringRef function, ArrayRef<const Expr *> operands, bool propto,
                               bool isStatement, SourceRange range) {
  const FunctionDecl *density = library::find(function);
  if (!density) {
    unsupported(range, "distribution '" + function.rsplit('_').first + "'");
    return {};
  }
  size_t first = function.starts_with("binomial") ? 2 : 1;
  size_t last = first + operands.size() - density->args.size();
  SmallVector<Val> values;
  SmallVector<bool> autodiff;
  for (const Expr *operand : operands) {
    values.push_back(lowerExpr(*operand));
    if (!values.back())
      return {};
    autodiff.push_back(isAutodiff(*operand));
  }
  setLoc(range);
  Val predictor = multiply(values[first], operands[first]->type, values[last], operands[last]->type, range);
  if (predictor && last - first == 2)
    predictor = arithmetic(BinaryOp::Add, predictor, values[first + 1], /*isInt=*/false, range);
  if (!predictor)
    return {};
  values[first] = predictor;
  for (size_t k = first + 1; k <= last; ++k)
    autodiff[first] = autodiff[first] || autodiff[k];
  values.erase(values.begin() + first + 1, values.begin() + last + 1);
  autodiff.erase(autodiff.begin() + first + 1, autodiff.begin() + last + 1);
  return emitDensity(*density, function, values, autodiff, propto, isStatement, range);
}

/// A density of arrays of vectors takes one vector as the same for all of them.
bool Lowering::matchArrays(const FunctionDecl &density, MutableArrayRef<Val> values, SourceRange range) {
  std::string name = density.name.str();
  Val *longest = nullptr;
  for (auto [value, declared] : llvm::zip_equal(values, density.args))
    if (declared->type.rank() > 0 && declared->type.base() == BaseType::Vector && value.dims.size() > 1) {
      if (longest && !sameShape(*longest, value, range, name))
        return false;
      longest = &value;
    }
  if (!longest)
    return true;
  for (auto [value, declared] : llvm::zip_equal(values, density.args)) {
    if (declared->type.rank() == 0 || declared->type.base() != BaseType::Vector || value.dims.size() > 1)
      continue;
    mlir::Value n = commonSize(longest->dims[1], value.dims[0], range, name);
    if (!n)
      return false;
    Val vector = value;
    value = rows({longest->dims[0], n}, [&](ValueRange at) { return extract(vector, at[1]); });
  }
  return true;
}

mlir::Value Lowering::emitDensity(const FunctionDecl &density, StringRef function,
                                  MutableArrayRef<Val> values, ArrayRef<bool> autodiff, bool propto,
                                  bool isStatement, SourceRange range) {
  StringRef name = function.rsplit('_').first;
  // Containers that are given for scalars have one shape.
  Val *shape = nullptr;
  SmallVector<LibraryOperand> formal;
  for (auto [value, declared] : llvm::zip_equal(values, density.args)) {
    if (!declared->type.isScalar()) {
      formal.push_back({value.value.getType()});
      continue;
    }
    formal.push_back({elementType(declared->type)});
    if (value.isScalar())
      continue;
    if (shape && !sameShape(*shape, value, range, "distribution '" + name.str() + "'"))
      return {};
    shape = &value;
  }
  std::string problem;
  func::FuncOp body = instantiateLibraryFunction(module, density, formal, &problem);
  if (!body) {
    if (problem.empty())
      problem = "not supported yet: distribution '" + name.str() + "'";
    else if (!StringRef(problem).starts_with("not supported yet"))
      problem = "distribution '" + name.str() + "': " + problem;
    error(range, problem);
    return {};
  }
  std::string symbol = name.str() + body.getSymName().drop_front(function.size()).str();
  if (!module.lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(body);
    prob::DistributionOp::create(b, body.getLoc(), symbol, body.getSymName(), prob::Support::Real);
    // One for all statements: who hears of its code is led to the first of them.
    body.walk([&](Operation *op) { op->setLoc(CallSiteLoc::get(op->getLoc(), loc)); });
  }
  Values arguments;
  for (const Val &value : values.drop_front())
    arguments.push_back(value.value);
  auto distribution = FlatSymbolRefAttr::get(b.getContext(), symbol);
  if (isStatement && dropsConstants) {
    prob::ObserveOp::create(b, loc, distribution, values[0].value, arguments,
                            b.getDenseBoolArrayAttr(autodiff));
    return values[0].value;
  }
  mlir::Value result = prob::LogDensityOp::create(b, loc, b.getF64Type(), distribution, values[0].value,
                                                  arguments, b.getDenseBoolArrayAttr(autodiff),
                                                  propto && dropsConstants ? b.getUnitAttr() : UnitAttr());
  if (isStatement)
    prob::FactorOp::create(b, loc, result, UnitAttr());
  return result;
}

llvm::SmallBitVector Lowering::dependsOf(const Expr &expr) {
  llvm::SmallBitVector all(numArguments);
  // Nothing that is counted is autodiff, be it the size of a parameter.
  if (expr.type.isDiscrete())
    return all;
  if (auto *variable = llvm::dyn_cast<VariableExpr>(&expr))
    if (auto known = depends.find(variable->variable); known != depends.end())
      all |= known->second;
  forEachChild(expr, [&](const Expr *child) {
    if (child)
      all |= dependsOf(*child);
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
