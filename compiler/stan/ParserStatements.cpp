//===- ParserStatements.cpp - statements ------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/ParserImpl.h"

using namespace astragal::stan;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

List<Stmt *> Parser::parseBody(Origin origin, bool isTop) {
  llvm::SmallVector<Stmt *> body;
  SourceRange open = tokens[at - 1].range;
  while (!isAt(TokenKind::RightBrace) && !isAt(TokenKind::End) && blockAhead().empty() &&
         !diagnostics.hasReachedLimit()) {
    size_t start = at;
    if (Stmt *statement = parseStatement(origin, isTop))
      body.push_back(statement);
    else
      skipStatement();
    if (at == start && !isAt(TokenKind::RightBrace))
      next(); // whatever it was, it must not stop us
  }
  closeBrace(open);
  return program.makeList<Stmt *>(body);
}

Stmt *Parser::parseStatement(Origin origin, bool isTop) {
  DepthGuard guard(depth);
  if (tooDeep())
    return nullptr;
  SourceRange begin = peek().range;
  Stmt *statement = parseStatementHere(origin, isTop);
  if (statement)
    statement->range = from(begin);
  return statement;
}

Stmt *Parser::parseStatementHere(Origin origin, bool isTop) {
  bool onlyDeclarations = isTop && (origin == Origin::Data || origin == Origin::Parameters);
  if (accept(TokenKind::Semicolon))
    return make<EmptyStmt>();
  if (atType())
    return parseDeclaration(origin, isTop);
  if (onlyDeclarations)
    return fail("the " + originName(origin) + " block holds declarations only");
  if (!atArrayVariate() && accept(TokenKind::LeftBrace)) {
    auto *block = make<BlockStmt>();
    block->body = parseBody(origin, /*isTop=*/false);
    return block;
  }
  const Token &word = peek();
  if (!word.is(TokenKind::Identifier))
    return parseExpressionStatement();
  StringRef text = word.text;
  if (text == "for")
    return parseFor(origin);
  if (text == "if")
    return parseIf(origin);
  if (text == "while")
    return parseWhile(origin);
  if (text == "return")
    return parseReturn();
  if (text == "profile")
    return parseProfile(origin);
  if (text == "print")
    return parsePrintLike<PrintStmt>();
  if (text == "reject")
    return parsePrintLike<RejectStmt>();
  if (text == "fatal_error")
    return parsePrintLike<FatalErrorStmt>();
  if (text == "break" || text == "continue") {
    next();
    if (!expect(TokenKind::Semicolon, " after '" + text + "'"))
      return nullptr;
    if (text == "break")
      return make<BreakStmt>();
    return make<ContinueStmt>();
  }
  if (text == "else")
    return fail("this 'else' has no 'if'");
  if (text == "void")
    return fail("functions are defined in the functions block only");
  bool add = peek(1).is(TokenKind::PlusAssign);
  if (text == "target" && !peek(1).is(TokenKind::LeftParen) && !add)
    return fail("expected 'target += ...;' or 'target()'");
  if (add && (text == "target" || text == "jacobian"))
    return parseAddTo(text == "target");
  if (text == "increment_log_prob" && peek(1).is(TokenKind::LeftParen))
    return fail("'increment_log_prob' was removed from Stan, write 'target += ...;'");
  return parseExpressionStatement();
}

/// `{1, 2} ~ ...`: the brace opens an array, not a block. A block has a ';' somewhere, or is followed by
/// something else.
bool Parser::atArrayVariate() const {
  unsigned open = 0;
  for (size_t ahead = 0; at + ahead < tokens.size(); ++ahead) {
    TokenKind kind = peek(ahead).kind;
    open += kind == TokenKind::LeftBrace;
    open -= kind == TokenKind::RightBrace;
    if (kind == TokenKind::Semicolon)
      return false;
    if (!open)
      return ahead && peek(ahead + 1).is(TokenKind::Tilde);
  }
  return false;
}

/// What starts with an expression: an assignment, a `~` or a call.
Stmt *Parser::parseExpressionStatement() {
  SourceRange begin = peek().range;
  Expr *expr = parseExpr();
  if (!expr)
    return nullptr;
  switch (peek().kind) {
  case TokenKind::Assign:
  case TokenKind::PlusAssign:
  case TokenKind::MinusAssign:
  case TokenKind::StarAssign:
  case TokenKind::SlashAssign:
  case TokenKind::DotStarAssign:
  case TokenKind::DotSlashAssign:
    return parseAssignment(expr);
  case TokenKind::Tilde:
    return parseTilde(expr);
  default:
    break;
  }
  // `x <- 1` is a comparison with -1 to the grammar.
  if (auto *binary = dyn_cast<BinaryExpr>(expr); binary && binary->op == BinaryOp::Less)
    if (auto *minus = dyn_cast<UnaryExpr>(binary->right);
        minus && minus->op == UnaryOp::Minus && minus->range.begin == binary->opRange.end)
      return fail(binary->opRange, "the assignment '<-' was removed from Stan, use '='");
  auto *call = dyn_cast<CallExpr>(expr);
  if (call && !call->parenthesized && !call->hasBar) {
    if (!expect(TokenKind::Semicolon, " after the call of '" + call->name + "'"))
      return nullptr;
    auto *statement = make<CallStmt>();
    statement->call = call;
    return statement;
  }
  if (isAt(TokenKind::Semicolon) || isAt(TokenKind::RightBrace))
    return fail(from(begin), "an expression is not a statement: expected an assignment, '~' or a call");
  return fail("expected an assignment, '~' or ';' before " + describeNext());
}

bool Parser::checkLValue(Expr *expr) {
  if (auto *tuple = dyn_cast<TupleExpr>(expr); tuple && !expr->parenthesized) {
    for (Expr *element : tuple->elements)
      if (!checkLValue(element))
        return false;
    return true;
  }
  Expr *base = expr;
  while (!base->parenthesized && (isa<IndexExpr>(base) || isa<SlotExpr>(base)))
    base = isa<IndexExpr>(base) ? llvm::cast<IndexExpr>(base)->base : llvm::cast<SlotExpr>(base)->base;
  if (isa<VariableExpr>(base) && !base->parenthesized)
    return true;
  fail(expr->range, "cannot assign to this expression: expected a variable, or an element or slot of one");
  return false;
}

Stmt *Parser::parseAssignment(Expr *target) {
  auto *assign = make<AssignStmt>();
  const Token &op = next();
  switch (op.kind) {
  case TokenKind::PlusAssign:
    assign->op = AssignOp::Add;
    break;
  case TokenKind::MinusAssign:
    assign->op = AssignOp::Subtract;
    break;
  case TokenKind::StarAssign:
    assign->op = AssignOp::Multiply;
    break;
  case TokenKind::SlashAssign:
    assign->op = AssignOp::Divide;
    break;
  case TokenKind::DotStarAssign:
    assign->op = AssignOp::EltMultiply;
    break;
  case TokenKind::DotSlashAssign:
    assign->op = AssignOp::EltDivide;
    break;
  default:
    break;
  }
  if (!checkLValue(target))
    return nullptr;
  assign->target = target;
  assign->value = parseExpr();
  if (!assign->value || !expect(TokenKind::Semicolon, " after the assignment"))
    return nullptr;
  return assign;
}

Stmt *Parser::parseTilde(Expr *variate) {
  next();
  auto *tilde = make<TildeStmt>();
  tilde->variate = variate;
  if (!expectName(tilde->distribution, tilde->distributionRange) ||
      !expect(TokenKind::LeftParen, " after the name of a distribution"))
    return nullptr;
  llvm::SmallVector<Expr *> args;
  if (!parseExprList(TokenKind::RightParen, args))
    return nullptr;
  tilde->args = program.makeList<Expr *>(args);
  if (atWord("T") && peek(1).is(TokenKind::LeftBracket) && !parseTruncation(*tilde))
    return nullptr;
  if (!expect(TokenKind::Semicolon, " after the distribution"))
    return nullptr;
  return tilde;
}

bool Parser::parseTruncation(TildeStmt &tilde) {
  next();
  next();
  tilde.isTruncated = true;
  if (!isAt(TokenKind::Comma) && !(tilde.lower = parseExpr()))
    return false;
  if (!expect(TokenKind::Comma, " between the bounds of the truncation"))
    return false;
  if (!isAt(TokenKind::RightBracket) && !(tilde.upper = parseExpr()))
    return false;
  tilde.isTruncated = tilde.lower || tilde.upper;
  return expect(TokenKind::RightBracket, " after the bounds of the truncation");
}

Stmt *Parser::parseFor(Origin origin) {
  next();
  auto *variable = make<VarDecl>();
  variable->origin = origin;
  variable->isLoopVariable = true;
  if (!expect(TokenKind::LeftParen, " after 'for'") || !expectName(variable->name, variable->range))
    return nullptr;
  if (!acceptWord("in"))
    return fail("expected 'in' after the loop variable");
  Expr *first = parseExpr();
  if (!first)
    return nullptr;
  Expr *last = nullptr;
  bool isRange = accept(TokenKind::Colon);
  if (isRange && !(last = parseExpr()))
    return nullptr;
  if (!expect(TokenKind::RightParen, " after the head of the loop"))
    return nullptr;
  Stmt *body = parseStatement(origin);
  if (!body)
    return nullptr;
  if (!isRange) {
    auto *loop = make<ForEachStmt>();
    loop->variable = variable;
    loop->sequence = first;
    loop->body = body;
    return loop;
  }
  auto *loop = make<ForStmt>();
  loop->variable = variable;
  loop->lower = first;
  loop->upper = last;
  loop->body = body;
  return loop;
}

Stmt *Parser::parseIf(Origin origin) {
  next();
  auto *statement = make<IfStmt>();
  if (!expect(TokenKind::LeftParen, " after 'if'") || !(statement->condition = parseExpr()) ||
      !expect(TokenKind::RightParen, " after the condition"))
    return nullptr;
  statement->yes = parseStatement(origin);
  if (!statement->yes)
    return nullptr;
  if (acceptWord("else") && !(statement->no = parseStatement(origin)))
    return nullptr;
  return statement;
}

Stmt *Parser::parseWhile(Origin origin) {
  next();
  auto *loop = make<WhileStmt>();
  if (!expect(TokenKind::LeftParen, " after 'while'") || !(loop->condition = parseExpr()) ||
      !expect(TokenKind::RightParen, " after the condition") || !(loop->body = parseStatement(origin)))
    return nullptr;
  return loop;
}

Stmt *Parser::parseProfile(Origin origin) {
  next();
  auto *profile = make<ProfileStmt>();
  if (!expect(TokenKind::LeftParen, " after 'profile'"))
    return nullptr;
  if (!isAt(TokenKind::String))
    return fail("expected the name of the profile, a string");
  profile->name = next().text;
  if (!expect(TokenKind::RightParen, " after the name of the profile") ||
      !expect(TokenKind::LeftBrace, " to start the profiled block"))
    return nullptr;
  profile->body = parseBody(origin, /*isTop=*/false);
  return profile;
}

Stmt *Parser::parseReturn() {
  next();
  auto *statement = make<ReturnStmt>();
  if (!isAt(TokenKind::Semicolon) && !(statement->value = parseExpr()))
    return nullptr;
  if (!expect(TokenKind::Semicolon, " after 'return'"))
    return nullptr;
  return statement;
}

template <typename Node> Stmt *Parser::parsePrintLike() {
  StringRef name = next().text;
  if (!expect(TokenKind::LeftParen, " after '" + name + "'"))
    return nullptr;
  llvm::SmallVector<Expr *> items;
  do {
    if (isAt(TokenKind::String)) {
      auto *string = make<StringLiteral>();
      string->value = peek().text;
      string->range = next().range;
      string->type = BaseType::String;
      items.push_back(string);
    } else if (Expr *item = parseExpr()) {
      items.push_back(item);
    } else {
      return nullptr;
    }
  } while (accept(TokenKind::Comma));
  if (!expect(TokenKind::RightParen, " after the items of '" + name + "'") ||
      !expect(TokenKind::Semicolon, " after '" + name + "'"))
    return nullptr;
  auto *statement = make<Node>();
  statement->items = program.makeList<Expr *>(items);
  return statement;
}

/// `target += e;` and `jacobian += e;`.
Stmt *Parser::parseAddTo(bool toTarget) {
  next();
  next();
  Expr *value = parseExpr();
  if (!value || !expect(TokenKind::Semicolon, toTarget ? " after 'target +='" : " after 'jacobian +='"))
    return nullptr;
  if (toTarget) {
    auto *statement = make<TargetPlusStmt>();
    statement->value = value;
    return statement;
  }
  auto *statement = make<JacobianPlusStmt>();
  statement->value = value;
  return statement;
}
