//===- TypeCheckerExpressions.cpp - expressions -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/TypeCheckerImpl.h"

#include <algorithm>

using namespace astragal::stan;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

void Checker::check(Expr *expr) {
  switch (expr->kind) {
  case ExprKind::IntLiteral:
    expr->type = BaseType::Int;
    return;
  case ExprKind::RealLiteral:
    expr->type = BaseType::Real;
    return;
  case ExprKind::ImagLiteral:
    expr->type = BaseType::Complex;
    return;
  case ExprKind::StringLiteral:
    expr->type = BaseType::String;
    return;
  case ExprKind::Variable:
    return checkVariable(cast<VariableExpr>(expr));
  case ExprKind::Unary:
    return checkUnary(cast<UnaryExpr>(expr));
  case ExprKind::Binary:
    return checkBinary(cast<BinaryExpr>(expr));
  case ExprKind::Conditional:
    return checkConditional(cast<ConditionalExpr>(expr));
  case ExprKind::Call:
    return checkCall(cast<CallExpr>(expr));
  case ExprKind::Target:
    expr->type = BaseType::Real;
    expr->autodiff = isAutodiff(origin, expr->type);
    // Reading is harmless where the target exists at all.
    if (origin != Origin::TransformedParameters)
      checkMayAddToTarget(expr->range, "'target()'");
    return;
  case ExprKind::Index:
    return checkIndex(cast<IndexExpr>(expr));
  case ExprKind::ArrayLiteral:
    return checkArrayLiteral(cast<ArrayLiteral>(expr));
  case ExprKind::RowLiteral:
    return checkRowLiteral(cast<RowLiteral>(expr));
  case ExprKind::Tuple:
    for (Expr *element : cast<TupleExpr>(expr)->elements)
      check(element);
    return checkTupleExpr(cast<TupleExpr>(expr));
  case ExprKind::Slot:
    check(cast<SlotExpr>(expr)->base);
    return checkSlot(cast<SlotExpr>(expr));
  case ExprKind::Promote: // already typed
    return;
  }
}

Expr *Checker::promote(Expr *expr, Type type) {
  if (expr->type == type || expr->type.isError() || type.isError())
    return expr;
  auto *promotion = program.make<PromoteExpr>();
  promotion->operand = expr;
  promotion->range = expr->range;
  promotion->type = type;
  promotion->autodiff = expr->autodiff;
  promotion->height = expr->height;
  return promotion;
}

std::optional<Type> Checker::commonType(Type a, Type b) {
  if (isPromotable(a, b))
    return b.isError() ? a : b;
  if (isPromotable(b, a))
    return a;
  // Tuples may have to give way in both directions.
  if (a.base() != BaseType::Tuple || b.base() != BaseType::Tuple || a.rank() != b.rank() ||
      a.slots().size() != b.slots().size())
    return std::nullopt;
  llvm::SmallVector<Type> slots;
  for (size_t i = 0; i < a.slots().size(); ++i) {
    std::optional<Type> slot = commonType(a.slots()[i], b.slots()[i]);
    if (!slot)
      return std::nullopt;
    slots.push_back(*slot);
  }
  return Type(llvm::ArrayRef<Type>(program.makeList<Type>(slots)), a.rank());
}

void Checker::checkVariable(VariableExpr *expr) {
  auto found = variables.find(expr->name);
  if (found == variables.end()) {
    std::string normal = normalizedName(expr->name);
    if (!functionsNamed(normal).empty()) {
      expr->function = functionsNamed(normal).front();
      expr->type = BaseType::Error;
      return error(expr->range, "the function '" + expr->name + "' is not a value: expected a call");
    }
    if (isBuiltin(normal, options.libraryMode) || isHigherOrder(expr->name))
      return error(expr->range, "'" + expr->name + "' is a function of the language, not a variable");
    return error(expr->range, "undeclared identifier '" + expr->name + "'" + suggestVariable(expr->name));
  }
  VarDecl *variable = found->second;
  expr->variable = variable;
  expr->type = variable->type;
  // Generated quantities see parameters as numbers.
  expr->autodiff = variable->autodiff && origin != Origin::GeneratedQuantities;
  if (variable == initialising)
    diagnostics.warning(expr->range, "'" + expr->name + "' is read in its own initial value");
  if (inTopSizes && variable->isGlobal &&
      (variable->origin == Origin::Parameters || variable->origin == Origin::TransformedParameters ||
       variable->origin == Origin::GeneratedQuantities))
    error(expr->range, "a size cannot depend on '" + expr->name + "' of the " + originName(variable->origin) +
                           " block: only on data");
}

//===----------------------------------------------------------------------===//
// Operators: each is one of the builtin functions
//===----------------------------------------------------------------------===//

static StringRef functionOf(UnaryOp op) {
  switch (op) {
  case UnaryOp::Plus:
    return "plus";
  case UnaryOp::Minus:
    return "minus";
  case UnaryOp::Not:
    return "logical_negation";
  case UnaryOp::Transpose:
    return "transpose";
  }
  return "";
}

static llvm::SmallVector<StringRef, 2> functionsOf(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or:
    return {"logical_or"};
  case BinaryOp::And:
    return {"logical_and"};
  case BinaryOp::Equal:
    return {"logical_eq"};
  case BinaryOp::NotEqual:
    return {"logical_neq"};
  case BinaryOp::Less:
    return {"logical_lt"};
  case BinaryOp::LessEqual:
    return {"logical_lte"};
  case BinaryOp::Greater:
    return {"logical_gt"};
  case BinaryOp::GreaterEqual:
    return {"logical_gte"};
  case BinaryOp::Add:
    return {"add"};
  case BinaryOp::Subtract:
    return {"subtract"};
  case BinaryOp::Multiply:
    return {"multiply"};
  case BinaryOp::Divide:
    return {"mdivide_right", "divide"};
  case BinaryOp::IntDivide:
  case BinaryOp::Modulo:
    return {"modulus"};
  case BinaryOp::LeftDivide:
    return {"mdivide_left"};
  case BinaryOp::EltMultiply:
    return {"elt_multiply"};
  case BinaryOp::EltDivide:
    return {"elt_divide"};
  case BinaryOp::Power:
  case BinaryOp::EltPower:
    return {"pow"};
  }
  return {};
}

void Checker::checkUnary(UnaryExpr *expr) {
  check(expr->operand);
  if (expr->operand->type.isError())
    return;
  std::optional<SignatureMatch> match =
      matchBuiltin(functionOf(expr->op), {expr->operand->type}, program.arena);
  if (!match)
    return error(expr->range,
                 "operator '" + spelling(expr->op) + "' does not take " + expr->operand->type.str());
  expr->operand = promote(expr->operand, match->params.front());
  expr->type = match->result;
  expr->autodiff = expr->operand->autodiff;
}

/// As stanc does: who writes `1 / 2` seldom means 0.
void Checker::warnOfIntDivision(const BinaryExpr *expr) {
  auto text = [&](const Expr *operand) {
    std::string spelled = program.sources.spelling(operand->range).str();
    std::replace(spelled.begin(), spelled.end(), '\n', ' ');
    return operand->parenthesized ? "(" + spelled + ")" : spelled;
  };
  std::string left = text(expr->left), right = text(expr->right);
  std::string real = llvm::isa<IntLiteral>(expr->left)    ? left + ".0 / " + right
                     : llvm::isa<IntLiteral>(expr->right) ? left + " / " + right + ".0"
                                                          : left + " * 1.0 / " + right;
  diagnostics.warning(expr->range, "a quotient of integers is rounded towards zero: write '" + real +
                                       "' for a real number, or '" + left + " %/% " + right +
                                       "' where it is meant to be rounded");
}

void Checker::checkBinary(BinaryExpr *expr) {
  check(expr->left);
  check(expr->right);
  if (expr->left->type.isError() || expr->right->type.isError())
    return;
  for (StringRef name : functionsOf(expr->op)) {
    auto match = matchBuiltin(name, {expr->left->type, expr->right->type}, program.arena);
    if (!match)
      continue;
    expr->left = promote(expr->left, match->params[0]);
    expr->right = promote(expr->right, match->params[1]);
    expr->type = match->result;
    expr->autodiff = expr->left->autodiff || expr->right->autodiff;
    if (expr->op == BinaryOp::Divide && expr->type.isInt())
      warnOfIntDivision(expr);
    return;
  }
  error(expr->opRange, "operator '" + spelling(expr->op) + "' does not take " + expr->left->type.str() +
                           " and " + expr->right->type.str());
}

void Checker::checkConditional(ConditionalExpr *expr) {
  checkInt(expr->condition, "the condition");
  check(expr->yes);
  check(expr->no);
  std::optional<Type> common = commonType(expr->yes->type, expr->no->type);
  if (!common)
    return error(expr->range,
                 "the branches of '?:' have types " + expr->yes->type.str() + " and " + expr->no->type.str());
  expr->yes = promote(expr->yes, *common);
  expr->no = promote(expr->no, *common);
  expr->type = *common;
  expr->autodiff = expr->condition->autodiff || expr->yes->autodiff || expr->no->autodiff;
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

/// The type of `type` under `indices`: plain indices take a dimension off, others keep it. Nothing if there
/// are too many.
static std::optional<Type> indexedType(Type type, llvm::ArrayRef<Index> indices) {
  auto isSingle = [](const Index &index) { return index.kind == IndexKind::Single; };
  unsigned kept = 0;
  while (!indices.empty() && type.isArray()) {
    kept += !isSingle(indices.front());
    type = type.element();
    indices = indices.drop_front();
  }
  if (indices.empty())
    return type.arrayOf(kept);
  bool isComplex = type.isComplexBase();
  Type scalar(isComplex ? BaseType::Complex : BaseType::Real);
  std::optional<Type> result;
  switch (type.base()) {
  case BaseType::Vector:
  case BaseType::RowVector:
  case BaseType::ComplexVector:
  case BaseType::ComplexRowVector:
    if (indices.size() == 1)
      result = isSingle(indices[0]) ? scalar : type;
    break;
  case BaseType::Matrix:
  case BaseType::ComplexMatrix: {
    Type row(isComplex ? BaseType::ComplexRowVector : BaseType::RowVector);
    Type column(isComplex ? BaseType::ComplexVector : BaseType::Vector);
    if (indices.size() == 1)
      result = isSingle(indices[0]) ? row : type;
    else if (indices.size() == 2 && isSingle(indices[0]))
      result = isSingle(indices[1]) ? scalar : row;
    else if (indices.size() == 2)
      result = isSingle(indices[1]) ? column : type;
    break;
  }
  default:
    break;
  }
  if (result)
    result = result->arrayOf(kept);
  return result;
}

void Checker::checkIndex(IndexExpr *expr) {
  check(expr->base);
  checkIndices(expr);
}

void Checker::checkIndices(IndexExpr *expr) {
  bool hasError = expr->base->type.isError();
  bool autodiff = expr->base->autodiff;
  for (Index &index : expr->indices) {
    if (index.kind == IndexKind::Single) {
      check(index.first);
      Type type = index.first->type;
      if (type == Type(BaseType::Int, 1))
        index.kind = IndexKind::Multi;
      else if (!type.isInt() && !type.isError())
        error(index.first->range, "an index must be int or array[] int, not " + type.str());
    } else {
      if (index.first)
        checkInt(index.first, "a bound of the index range");
      if (index.last)
        checkInt(index.last, "a bound of the index range");
    }
    for (Expr *part : {index.first, index.last})
      if (part) {
        hasError |= part->type.isError();
        autodiff |= part->autodiff;
      }
  }
  if (hasError)
    return;
  std::optional<Type> type = indexedType(expr->base->type, expr->indices);
  if (!type) {
    unsigned depth = expr->base->type.indexDepth();
    size_t count = expr->indices.size();
    return error(expr->range,
                 llvm::Twine("a value of type ") + expr->base->type.str() +
                     (depth ? " takes at most " + std::to_string(depth) +
                                  (depth == 1 ? " index, not " : " indices, not ") + std::to_string(count)
                            : " cannot be indexed"));
  }
  expr->type = *type;
  expr->autodiff = autodiff && !type->isDiscrete();
}

//===----------------------------------------------------------------------===//
// Literals and tuples
//===----------------------------------------------------------------------===//

void Checker::checkArrayLiteral(ArrayLiteral *expr) {
  for (Expr *element : expr->elements)
    check(element);
  if (anyError(expr->elements))
    return;
  std::optional<Type> common = expr->elements.front()->type;
  for (Expr *element : expr->elements.drop_front()) {
    std::optional<Type> wider = commonType(*common, element->type);
    if (!wider)
      return error(element->range, "the elements of an array must have one type: " + element->type.str() +
                                       " after " + common->str());
    common = wider;
  }
  for (Expr *&element : expr->elements) {
    element = promote(element, *common);
    expr->autodiff |= element->autodiff;
  }
  expr->type = common->arrayOf();
}

void Checker::checkRowLiteral(RowLiteral *expr) {
  for (Expr *element : expr->elements)
    check(element);
  if (anyError(expr->elements))
    return;
  // [] and [1, 2] are rows; [r1, r2] stacks rows to a matrix.
  Type first = expr->elements.empty() ? Type(BaseType::Real) : expr->elements.front()->type;
  bool isMatrix = first.isRowVector() || first.is(BaseType::ComplexRowVector);
  Type common = isMatrix ? BaseType::RowVector : BaseType::Real;
  for (Expr *element : expr->elements) {
    std::optional<Type> wider = commonType(common, element->type);
    if (!wider)
      return error(element->range,
                   isMatrix ? "the rows of a matrix must be row_vectors, not " + element->type.str()
                            : "the elements of a row_vector must be scalars, not " + element->type.str());
    common = *wider;
  }
  for (Expr *&element : expr->elements) {
    element = promote(element, common);
    expr->autodiff |= element->autodiff;
  }
  if (isMatrix)
    expr->type = common.isComplexBase() ? BaseType::ComplexMatrix : BaseType::Matrix;
  else
    expr->type = common.isComplexBase() ? BaseType::ComplexRowVector : BaseType::RowVector;
}

void Checker::checkTupleExpr(TupleExpr *expr) {
  if (anyError(expr->elements))
    return;
  llvm::SmallVector<Type> slots;
  for (Expr *element : expr->elements) {
    slots.push_back(element->type);
    expr->autodiff |= element->autodiff;
  }
  expr->type = Type(llvm::ArrayRef<Type>(program.makeList<Type>(slots)));
}

void Checker::checkSlot(SlotExpr *expr) {
  Type type = expr->base->type;
  if (type.isError())
    return;
  if (!type.isTuple())
    return error(expr->range, "a value of type " + type.str() + " has no slots: it is not a tuple");
  if (expr->slot == 0 || expr->slot > type.slots().size())
    return error(expr->range, "a tuple of " + llvm::Twine(type.slots().size()) + " slots has no slot " +
                                  llvm::Twine(expr->slot));
  expr->type = type.slots()[expr->slot - 1];
  auto *literal = dyn_cast<TupleExpr>(expr->base);
  bool autodiff = literal ? literal->elements[expr->slot - 1]->autodiff : expr->base->autodiff;
  expr->autodiff = autodiff && !expr->type.isDiscrete();
}
