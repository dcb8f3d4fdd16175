//===- ParserTypes.cpp - types and declarations -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/ParserImpl.h"

using namespace astragal::stan;
using llvm::StringRef;

namespace {

/// What may follow the name of a type.
struct TypeName {
  StringRef name;
  BaseType base;
  ConstraintKind constraint;
  unsigned leastSizes, mostSizes;
};

constexpr TypeName typeNames[] = {
    {"int", BaseType::Int, ConstraintKind::None, 0, 0},
    {"real", BaseType::Real, ConstraintKind::None, 0, 0},
    {"complex", BaseType::Complex, ConstraintKind::None, 0, 0},
    {"vector", BaseType::Vector, ConstraintKind::None, 1, 1},
    {"row_vector", BaseType::RowVector, ConstraintKind::None, 1, 1},
    {"matrix", BaseType::Matrix, ConstraintKind::None, 2, 2},
    {"complex_vector", BaseType::ComplexVector, ConstraintKind::None, 1, 1},
    {"complex_row_vector", BaseType::ComplexRowVector, ConstraintKind::None, 1, 1},
    {"complex_matrix", BaseType::ComplexMatrix, ConstraintKind::None, 2, 2},
    {"simplex", BaseType::Vector, ConstraintKind::Simplex, 1, 1},
    {"unit_vector", BaseType::Vector, ConstraintKind::UnitVector, 1, 1},
    {"ordered", BaseType::Vector, ConstraintKind::Ordered, 1, 1},
    {"positive_ordered", BaseType::Vector, ConstraintKind::PositiveOrdered, 1, 1},
    {"sum_to_zero_vector", BaseType::Vector, ConstraintKind::SumToZeroVector, 1, 1},
    {"sum_to_zero_matrix", BaseType::Matrix, ConstraintKind::SumToZeroMatrix, 2, 2},
    {"row_stochastic_matrix", BaseType::Matrix, ConstraintKind::RowStochasticMatrix, 2, 2},
    {"column_stochastic_matrix", BaseType::Matrix, ConstraintKind::ColumnStochasticMatrix, 2, 2},
    {"cholesky_factor_corr", BaseType::Matrix, ConstraintKind::CholeskyFactorCorr, 1, 1},
    {"cholesky_factor_cov", BaseType::Matrix, ConstraintKind::CholeskyFactorCov, 1, 2},
    {"corr_matrix", BaseType::Matrix, ConstraintKind::CorrMatrix, 1, 1},
    {"cov_matrix", BaseType::Matrix, ConstraintKind::CovMatrix, 1, 1},
};

const TypeName *findTypeName(const Token &token) {
  if (token.is(TokenKind::Identifier))
    for (const TypeName &type : typeNames)
      if (token.text == type.name)
        return &type;
  return nullptr;
}

} // namespace

bool Parser::atType() const { return findTypeName(peek()) || atWord("tuple") || atWord("array"); }

/// A sized type, as in a declaration.
TypeSpec *Parser::parseType(TypeContext context) {
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  auto *spec = make<TypeSpec>();
  SourceRange begin = peek().range;
  if (acceptWord("array") && !parseArrayDims(*spec, /*sized=*/true))
    return nullptr;
  if (acceptWord("tuple")) {
    spec->base = BaseType::Tuple;
    if (!parseTupleSlots(*spec, context))
      return nullptr;
    finishType(*spec, begin);
    return spec;
  }
  const TypeName *type = findTypeName(peek());
  if (!type)
    return fail("expected a type before " + describeNext());
  SourceRange nameRange = next().range;
  spec->base = type->base;
  spec->constraint = type->constraint;
  if (context == TypeContext::Local && type->constraint != ConstraintKind::None) {
    // Not a syntax that could mislead the rest: go on with the plain type.
    fail(nameRange, "local variables cannot be constrained: use " + Type(type->base).str());
    spec->constraint = ConstraintKind::None;
  }
  if (type->constraint == ConstraintKind::None && isAt(TokenKind::Less) && !parseConstraint(*spec, context))
    return nullptr;
  if (type->mostSizes && !parseSizes(*spec, type->leastSizes, type->mostSizes, type->name))
    return nullptr;
  if (context == TypeContext::Local && type->constraint == ConstraintKind::CholeskyFactorCov &&
      spec->sizes.size() == 1)
    spec->sizes = program.makeList<Expr *>({spec->sizes[0], spec->sizes[0]});
  finishType(*spec, begin);
  return spec;
}

/// A type without sizes, as in the signature of a function: `array[,] vector`.
TypeSpec *Parser::parseUnsizedType() {
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  auto *spec = make<TypeSpec>();
  SourceRange begin = peek().range;
  if (acceptWord("array") && !parseArrayDims(*spec, /*sized=*/false))
    return nullptr;
  if (acceptWord("tuple")) {
    spec->base = BaseType::Tuple;
    if (!parseTupleSlots(*spec, TypeContext::Signature))
      return nullptr;
    finishType(*spec, begin);
    return spec;
  }
  const TypeName *type = findTypeName(peek());
  if (!type)
    return fail("expected a type before " + describeNext());
  SourceRange nameRange = next().range;
  spec->base = type->base;
  spec->constraint = type->constraint;
  if (type->constraint != ConstraintKind::None && !options.libraryMode)
    return fail(nameRange,
                "types in the signature of a function cannot be constrained: use " + Type(type->base).str());
  if (isAt(TokenKind::Less) && !parseConstraint(*spec, TypeContext::Signature))
    return nullptr;
  if (isAt(TokenKind::LeftBracket)) {
    // Either sizes, which have no place here, or the array syntax of old.
    std::string dims;
    for (size_t ahead = 1; peek(ahead).is(TokenKind::Comma); ++ahead)
      dims += ',';
    if (peek(dims.size() + 1).is(TokenKind::RightBracket))
      return fail("the array syntax '" + type->name + "[" + dims + "]' was removed from Stan, write 'array[" +
                  dims + "] " + type->name + "'");
    return fail("types in the signature of a function have no sizes");
  }
  finishType(*spec, begin);
  return spec;
}

bool Parser::parseArrayDims(TypeSpec &spec, bool sized) {
  if (!expect(TokenKind::LeftBracket, " after 'array'"))
    return false;
  llvm::SmallVector<Expr *> dims;
  if (sized) {
    if (isAt(TokenKind::RightBracket) || isAt(TokenKind::Comma)) {
      fail("an array needs its sizes here");
      return false;
    }
    if (!parseExprList(TokenKind::RightBracket, dims))
      return false;
  } else {
    dims.push_back(nullptr);
    while (accept(TokenKind::Comma))
      dims.push_back(nullptr);
    if (!isAt(TokenKind::RightBracket)) {
      fail("an array in the signature of a function has no sizes: 'array[" +
           std::string(dims.size() - 1, ',') + "]'");
      return false;
    }
    next();
  }
  spec.arraySizes = program.makeList<Expr *>(dims);
  return true;
}

/// `<lower=a, upper=b>` or `<offset=a, multiplier=b>`; either half may be missing, either may come first.
bool Parser::parseConstraint(TypeSpec &spec, TypeContext context) {
  SourceRange begin = next().range;
  bool allowed = context != TypeContext::Local && (context != TypeContext::Signature || options.libraryMode);
  do {
    const Token &word = peek();
    bool isBound = word.isWord("lower") || word.isWord("upper");
    bool isScale = word.isWord("offset") || word.isWord("multiplier");
    if (!isBound && !isScale) {
      fail("expected 'lower', 'upper', 'offset' or 'multiplier'");
      return false;
    }
    ConstraintKind kind = isBound ? ConstraintKind::Bounds : ConstraintKind::OffsetMultiplier;
    if (spec.constraint != ConstraintKind::None && spec.constraint != kind) {
      fail("bounds cannot be combined with an offset or multiplier");
      return false;
    }
    if (isScale && spec.base == BaseType::Int) {
      fail("an int cannot have an offset or multiplier");
      return false;
    }
    Expr *&slot = word.isWord("lower") || word.isWord("offset") ? spec.first : spec.second;
    if (slot) {
      fail("'" + word.text + "' is repeated");
      return false;
    }
    next();
    spec.constraint = kind;
    if (!expect(TokenKind::Assign, " after '" + word.text + "'"))
      return false;
    slot = parseConstraintExpr();
    if (!slot)
      return false;
  } while (accept(TokenKind::Comma));
  if (!expect(TokenKind::Greater, " at the end of the constraint"))
    return false;
  if (!allowed) {
    fail(from(begin), context == TypeContext::Local
                          ? "local variables cannot be constrained"
                          : "types in the signature of a function cannot be constrained");
    spec.constraint = ConstraintKind::None;
    spec.first = spec.second = nullptr;
  }
  return true;
}

bool Parser::parseSizes(TypeSpec &spec, unsigned least, unsigned most, StringRef name) {
  if (!isAt(TokenKind::LeftBracket)) {
    fail("expected " + llvm::Twine(most == 1 ? "the size" : "the sizes") + " of '" + name + "' in brackets");
    return false;
  }
  SourceRange begin = next().range;
  llvm::SmallVector<Expr *> sizes;
  if (!parseExprList(TokenKind::RightBracket, sizes))
    return false;
  if (sizes.size() < least || sizes.size() > most) {
    fail(from(begin), "'" + name + "' has " + (least == most ? llvm::Twine(least) : llvm::Twine("1 or 2")) +
                          (most == 1 ? " size, not " : " sizes, not ") + llvm::Twine(sizes.size()));
    return false;
  }
  spec.sizes = program.makeList<Expr *>(sizes);
  return true;
}

bool Parser::parseTupleSlots(TypeSpec &spec, TypeContext context) {
  if (!expect(TokenKind::LeftParen, " after 'tuple'"))
    return false;
  llvm::SmallVector<TypeSpec *> slots;
  do {
    if (!atType()) {
      fail("expected the type of a slot of the tuple");
      return false;
    }
    TypeSpec *slot = context == TypeContext::Signature ? parseUnsizedType() : parseType(context);
    if (!slot)
      return false;
    slots.push_back(slot);
  } while (accept(TokenKind::Comma));
  if (slots.size() < 2) {
    fail("a tuple has two slots or more");
    return false;
  }
  spec.slots = program.makeList<TypeSpec *>(slots);
  return expect(TokenKind::RightParen, " after the slots of the tuple");
}

void Parser::finishType(TypeSpec &spec, SourceRange begin) {
  spec.range = from(begin);
  if (spec.base != BaseType::Tuple) {
    spec.type = Type(spec.base, spec.arraySizes.size());
    return;
  }
  llvm::SmallVector<Type> slots;
  for (TypeSpec *slot : spec.slots)
    slots.push_back(slot->type);
  spec.type = Type(llvm::ArrayRef<Type>(program.makeList<Type>(slots)), spec.arraySizes.size());
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

Stmt *Parser::parseDeclaration(Origin origin, bool isTop) {
  SourceRange begin = peek().range;
  TypeSpec *spec = parseType(isTop ? TypeContext::Top : TypeContext::Local);
  if (!spec)
    return nullptr;
  llvm::SmallVector<VarDecl *> variables;
  do {
    auto *variable = make<VarDecl>();
    variable->spec = spec;
    variable->type = spec->type;
    variable->origin = origin;
    variable->isGlobal = isTop;
    if (!expectName(variable->name, variable->range) || !parseOldArrayDims(*variable))
      return nullptr;
    if (isAt(TokenKind::Assign)) {
      if (origin == Origin::Data || origin == Origin::Parameters)
        return fail("a variable of the " + originName(origin) + " block cannot be assigned a value");
      next();
      variable->init = parseExpr();
      if (!variable->init)
        return nullptr;
    }
    variables.push_back(variable);
  } while (accept(TokenKind::Comma));
  if (!expect(TokenKind::Semicolon, " after the declaration"))
    return nullptr;
  auto *statement = make<DeclStmt>();
  statement->variables = program.makeList<VarDecl *>(variables);
  statement->range = from(begin);
  return statement;
}

/// `real x[3]`: says what to write, then goes on with the type that was meant.
bool Parser::parseOldArrayDims(VarDecl &variable) {
  if (!isAt(TokenKind::LeftBracket))
    return true;
  SourceRange open = next().range;
  llvm::SmallVector<Expr *> dims;
  if (!parseExprList(TokenKind::RightBracket, dims))
    return false;
  SourceRange range = from(open);
  SourceRange inside = {open.end, {range.end.offset - 1}};
  llvm::StringRef sizes = program.sources.spelling(inside);
  llvm::StringRef type = program.sources.spelling(variable.spec->range);
  fail(range, "the array syntax '" + type + " " + variable.name + "[" + sizes +
                  "]' was removed from Stan, write 'array[" + sizes + "] " + type + " " + variable.name +
                  "'");
  TypeSpec *spec = make<TypeSpec>();
  *spec = *variable.spec;
  dims.append(spec->arraySizes.begin(), spec->arraySizes.end());
  spec->arraySizes = program.makeList<Expr *>(dims);
  spec->type = spec->type.withRank(dims.size());
  variable.spec = spec;
  variable.type = spec->type;
  return true;
}
