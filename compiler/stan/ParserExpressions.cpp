//===- ParserExpressions.cpp - expressions ----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Precedence, loosest first, as in the Stan reference manual:
//   ?:   ||   &&   == !=   < <= > >=   + -   * / % .* ./   \ %/%   unary ! - +   ^ .^   ' [] .n
// All associate to the left but ?:, ^ and .^.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/ParserImpl.h"

#include <cstdlib>

using namespace astragal::stan;
using llvm::StringRef;

namespace {
struct Infix {
  BinaryOp op;
  unsigned precedence; // 0: not an infix operator
};
} // namespace

constexpr unsigned arithmeticPrecedence = 5; // what constraints may use: + and tighter

static Infix infixOf(TokenKind kind) {
  switch (kind) {
  case TokenKind::OrOr:
    return {BinaryOp::Or, 1};
  case TokenKind::AndAnd:
    return {BinaryOp::And, 2};
  case TokenKind::EqualEqual:
    return {BinaryOp::Equal, 3};
  case TokenKind::NotEqual:
    return {BinaryOp::NotEqual, 3};
  case TokenKind::Less:
    return {BinaryOp::Less, 4};
  case TokenKind::LessEqual:
    return {BinaryOp::LessEqual, 4};
  case TokenKind::Greater:
    return {BinaryOp::Greater, 4};
  case TokenKind::GreaterEqual:
    return {BinaryOp::GreaterEqual, 4};
  case TokenKind::Plus:
    return {BinaryOp::Add, 5};
  case TokenKind::Minus:
    return {BinaryOp::Subtract, 5};
  case TokenKind::Star:
    return {BinaryOp::Multiply, 6};
  case TokenKind::Slash:
    return {BinaryOp::Divide, 6};
  case TokenKind::Percent:
    return {BinaryOp::Modulo, 6};
  case TokenKind::DotStar:
    return {BinaryOp::EltMultiply, 6};
  case TokenKind::DotSlash:
    return {BinaryOp::EltDivide, 6};
  case TokenKind::Backslash:
    return {BinaryOp::LeftDivide, 7};
  case TokenKind::IntDivide:
    return {BinaryOp::IntDivide, 7};
  default:
    return {BinaryOp::Or, 0};
  }
}

Expr *Parser::finish(Expr *expr, SourceRange begin, llvm::ArrayRef<Expr *> children) {
  expr->range = from(begin);
  unsigned height = 1;
  for (Expr *child : children)
    height = std::max<unsigned>(height, child->height + 1);
  if (height > options.maxDepth)
    return fail(expr->range, "the expression is nested too deeply");
  expr->height = height;
  return expr;
}

Expr *Parser::parseExpr() {
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  SourceRange begin = peek().range;
  Expr *condition = parseBinary(1);
  if (!condition || !accept(TokenKind::Question))
    return condition;
  auto *conditional = make<ConditionalExpr>();
  conditional->condition = condition;
  if (!(conditional->yes = parseExpr()) || !expect(TokenKind::Colon, " between the branches of '?:'") ||
      !(conditional->no = parseExpr()))
    return nullptr;
  return finish(conditional, begin, {condition, conditional->yes, conditional->no});
}

Expr *Parser::parseConstraintExpr() {
  DepthGuard guard(depth);
  return tooDeep() ? nullptr : parseBinary(arithmeticPrecedence);
}

/// Operators that bind at least as tightly as `least`.
Expr *Parser::parseBinary(unsigned least) {
  SourceRange begin = peek().range;
  Expr *left = parsePrefix();
  while (left) {
    Infix infix = infixOf(peek().kind);
    if (infix.precedence < least || infix.precedence == 0)
      return left;
    auto *binary = make<BinaryExpr>();
    binary->op = infix.op;
    binary->opRange = next().range;
    binary->left = left;
    binary->right = parseBinary(infix.precedence + 1);
    if (!binary->right)
      return nullptr;
    left = finish(binary, begin, {binary->left, binary->right});
  }
  return nullptr;
}

Expr *Parser::parsePrefix() {
  UnaryOp op;
  switch (peek().kind) {
  case TokenKind::Not:
    op = UnaryOp::Not;
    break;
  case TokenKind::Minus:
    op = UnaryOp::Minus;
    break;
  case TokenKind::Plus:
    op = UnaryOp::Plus;
    break;
  default:
    return parsePower();
  }
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  SourceRange begin = next().range;
  auto *unary = make<UnaryExpr>();
  unary->op = op;
  unary->operand = parsePrefix();
  return unary->operand ? finish(unary, begin, {unary->operand}) : nullptr;
}

/// The exponent may have a sign, and associates to the right: 2 ^ -1 ^ 2 is 2 ^ (-(1 ^ 2)).
Expr *Parser::parsePower() {
  SourceRange begin = peek().range;
  Expr *base = parsePostfix();
  if (!base || (!isAt(TokenKind::Caret) && !isAt(TokenKind::DotCaret)))
    return base;
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  auto *power = make<BinaryExpr>();
  power->op = isAt(TokenKind::Caret) ? BinaryOp::Power : BinaryOp::EltPower;
  power->opRange = next().range;
  power->left = base;
  power->right = parsePrefix();
  return power->right ? finish(power, begin, {base, power->right}) : nullptr;
}

Expr *Parser::parsePostfix() {
  SourceRange begin = peek().range;
  Expr *expr = parsePrimary();
  while (expr) {
    if (isAt(TokenKind::LeftBracket)) {
      expr = parseIndices(expr);
    } else if (accept(TokenKind::Quote)) {
      auto *transpose = make<UnaryExpr>();
      transpose->op = UnaryOp::Transpose;
      transpose->operand = expr;
      expr = finish(transpose, begin, {expr});
    } else if (isAt(TokenKind::DotNumber)) {
      expr = parseSlot(expr);
    } else {
      return expr;
    }
  }
  return nullptr;
}

Expr *Parser::parseSlot(Expr *base) {
  const Token &token = peek();
  auto *slot = make<SlotExpr>();
  slot->base = base;
  if (token.text.drop_front().getAsInteger(10, slot->slot))
    return fail("expected the number of a slot after '.'");
  next();
  return finish(slot, base->range, {base});
}

Expr *Parser::parseIndices(Expr *base) {
  SourceRange begin = base->range;
  next();
  auto *expr = make<IndexExpr>();
  expr->base = base;
  llvm::SmallVector<Index> indices;
  llvm::SmallVector<Expr *> children = {base};
  do {
    Index index;
    if (!parseIndex(index))
      return nullptr;
    indices.push_back(index);
    if (index.first)
      children.push_back(index.first);
    if (index.last)
      children.push_back(index.last);
  } while (accept(TokenKind::Comma));
  if (!expect(TokenKind::RightBracket, " after the indices"))
    return nullptr;
  expr->indices = program.makeList<Index>(indices);
  return finish(expr, begin, children);
}

bool Parser::parseIndex(Index &index) {
  index.range = peek().range;
  auto ends = [&] { return isAt(TokenKind::Comma) || isAt(TokenKind::RightBracket); };
  if (ends()) { // x[, 1]: an empty place stands for all
    index.range.end = index.range.begin;
    return true;
  }
  if (!isAt(TokenKind::Colon)) {
    index.kind = IndexKind::Single;
    if (!(index.first = parseExpr()))
      return false;
  }
  if (accept(TokenKind::Colon)) {
    index.kind = index.first ? IndexKind::From : IndexKind::All;
    if (!ends()) {
      index.kind = index.first ? IndexKind::Between : IndexKind::UpTo;
      if (!(index.last = parseExpr()))
        return false;
    }
  }
  index.range = from(index.range);
  return true;
}

Expr *Parser::parsePrimary() {
  SourceRange begin = peek().range;
  switch (peek().kind) {
  case TokenKind::Int:
  case TokenKind::Real:
  case TokenKind::DotNumber:
  case TokenKind::Imag:
    return parseNumber();
  case TokenKind::LeftParen:
    return parseParenthesized();
  case TokenKind::LeftBrace: {
    next();
    auto *array = make<ArrayLiteral>();
    llvm::SmallVector<Expr *> elements;
    ++openArrays;
    if (isAt(TokenKind::RightBrace))
      return fail("an array literal needs an element");
    if (!parseExprList(TokenKind::RightBrace, elements))
      return nullptr;
    --openArrays;
    array->elements = program.makeList<Expr *>(elements);
    return finish(array, begin, elements);
  }
  case TokenKind::LeftBracket: {
    next();
    auto *row = make<RowLiteral>();
    llvm::SmallVector<Expr *> elements;
    if (!parseExprList(TokenKind::RightBracket, elements))
      return nullptr;
    row->elements = program.makeList<Expr *>(elements);
    return finish(row, begin, elements);
  }
  case TokenKind::Identifier:
    break;
  case TokenKind::String:
    return fail("a string can only be printed");
  default:
    return fail("expected an expression before " + describeNext());
  }

  StringRef word = peek().text;
  bool isCall = peek(1).is(TokenKind::LeftParen);
  if (word == "target" && isCall) {
    next();
    next();
    return expect(TokenKind::RightParen, " after 'target('") ? finish(make<TargetExpr>(), begin) : nullptr;
  }
  if (word == "get_lp" && isCall)
    return fail("'get_lp()' was removed from Stan, use 'target()'");
  if (isReserved(word))
    return fail("expected an expression before '" + word + "'");
  if (isCall)
    return parseCall();
  auto *variable = make<VariableExpr>();
  variable->name = next().text;
  return finish(variable, begin);
}

Expr *Parser::parseCall() {
  auto *call = make<CallExpr>();
  SourceRange begin = peek().range;
  call->name = peek().text;
  call->nameRange = next().range;
  call->suffix = suffixOf(call->name);
  next();
  llvm::SmallVector<Expr *> args;
  if (!isAt(TokenKind::RightParen)) {
    Expr *first = parseExpr();
    if (!first)
      return nullptr;
    args.push_back(first);
    call->hasBar = accept(TokenKind::Bar);
    bool more = call->hasBar ? !isAt(TokenKind::RightParen) : accept(TokenKind::Comma);
    while (more) {
      Expr *arg = parseExpr();
      if (!arg)
        return nullptr;
      args.push_back(arg);
      more = accept(TokenKind::Comma);
    }
  }
  if (!expect(TokenKind::RightParen, " after the arguments of '" + call->name + "'"))
    return nullptr;
  call->args = program.makeList<Expr *>(args);
  return finish(call, begin, args);
}

/// `(a)`, which leaves no node behind, or the tuple `(a, b)`.
Expr *Parser::parseParenthesized() {
  SourceRange begin = next().range;
  Expr *first = parseExpr();
  if (!first)
    return nullptr;
  if (isAt(TokenKind::Comma)) {
    next();
    auto *tuple = make<TupleExpr>();
    llvm::SmallVector<Expr *> elements = {first};
    // (a,) has one slot.
    if (!parseExprList(TokenKind::RightParen, elements))
      return nullptr;
    tuple->elements = program.makeList<Expr *>(elements);
    return finish(tuple, begin, elements);
  }
  if (!expect(TokenKind::RightParen))
    return nullptr;
  first->parenthesized = true;
  return first;
}

/// Expressions between commas, up to and with `close`.
bool Parser::parseExprList(TokenKind close, llvm::SmallVectorImpl<Expr *> &list) {
  if (accept(close))
    return true;
  do {
    Expr *element = parseExpr();
    if (!element)
      return false;
    list.push_back(element);
  } while (accept(TokenKind::Comma));
  return expect(close);
}

Expr *Parser::parseNumber() {
  const Token &token = next();
  std::string digits = token.text.str();
  std::erase(digits, '_');
  if (token.is(TokenKind::Int)) {
    auto *literal = make<IntLiteral>();
    if (StringRef(digits).getAsInteger(10, literal->value))
      return fail(token.range,
                  "an int cannot be larger than 2147483647: write '" + digits + ".0' for a real");
    return finish(literal, token.range);
  }
  double value = std::strtod(digits.c_str(), nullptr); // stops at the i
  if (token.is(TokenKind::Imag)) {
    auto *literal = make<ImagLiteral>();
    literal->value = value;
    literal->spelling = token.text.drop_back();
    return finish(literal, token.range);
  }
  auto *literal = make<RealLiteral>();
  literal->value = value;
  literal->spelling = token.text;
  return finish(literal, token.range);
}
