//===- Parser.cpp - blocks, functions, recovery -----------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/ParserImpl.h"

#include "llvm/ADT/StringSet.h"

#include <utility>

using namespace astragal::stan;
using llvm::StringRef;
using llvm::Twine;

bool astragal::stan::isReservedWord(StringRef word) {
  static const llvm::StringSet<> words = {
      // blocks, statements, types
      "functions", "data", "parameters", "model", "return", "if", "else", "while", "for", "in", "break",
      "continue", "void", "int", "real", "complex", "vector", "row_vector", "matrix", "complex_vector",
      "complex_row_vector", "complex_matrix", "array", "tuple", "ordered", "positive_ordered", "simplex",
      "unit_vector", "sum_to_zero_vector", "sum_to_zero_matrix", "row_stochastic_matrix",
      "column_stochastic_matrix", "cholesky_factor_corr", "cholesky_factor_cov", "corr_matrix", "cov_matrix",
      "lower", "upper", "offset", "multiplier", "print", "reject", "fatal_error", "profile", "target",
      // kept for the future, or names that C++ code could not use
      "generated", "quantities", "transformed", "repeat", "until", "then", "true", "false", "typedef",
      "struct", "var", "export", "extern", "static", "auto"};
  return words.contains(word);
}

//===----------------------------------------------------------------------===//
// Tokens and recovery
//===----------------------------------------------------------------------===//

bool Parser::accept(TokenKind kind) {
  if (!isAt(kind))
    return false;
  next();
  return true;
}

bool Parser::acceptWord(StringRef word) {
  if (!atWord(word))
    return false;
  next();
  return true;
}

std::string Parser::describeNext() const {
  const Token &token = peek();
  if (token.is(TokenKind::Identifier) || token.is(TokenKind::Int) || token.is(TokenKind::Real))
    return ("'" + token.text + "'").str();
  return astragal::stan::describe(token.kind).str();
}

bool Parser::expect(TokenKind kind, const Twine &after) {
  if (accept(kind))
    return true;
  std::string suffix = after.str();
  if (kind == TokenKind::Semicolon && at) {
    // The place that lacks the ';' is the end of the line before.
    Position end = lastEnd();
    fail({end, end}, "expected ';'" + suffix);
    // When the line is over, so is the statement: go on as if the ';' were there.
    return isAt(TokenKind::RightBrace) ||
           program.sources.locate(end).line != program.sources.locate(peek().range).line;
  }
  fail("expected " + astragal::stan::describe(kind) + suffix + " before " + describeNext());
  return false;
}

namespace {
struct BlockName {
  StringRef first, second; // "transformed", "data"
  Origin origin;
};
constexpr BlockName blockNames[] = {
    {"functions", "", Origin::Functions},
    {"data", "", Origin::Data},
    {"transformed", "data", Origin::TransformedData},
    {"parameters", "", Origin::Parameters},
    {"transformed", "parameters", Origin::TransformedParameters},
    {"model", "", Origin::Model},
    {"generated", "quantities", Origin::GeneratedQuantities},
};
} // namespace

StringRef Parser::blockAhead() const {
  if (!isAt(TokenKind::Identifier))
    return {};
  for (const BlockName &name : blockNames) {
    size_t words = name.second.empty() ? 1 : 2;
    if (atWord(name.first) && (words == 1 || peek(1).isWord(name.second)) &&
        peek(words).is(TokenKind::LeftBrace))
      return originName(name.origin);
  }
  return {};
}

/// How far the line that holds a position is indented.
static size_t indentation(const SourceManager &sources, Position position) {
  StringRef line = sources.line(position);
  return line.size() - line.ltrim().size();
}

void Parser::closeBrace(SourceRange open) {
  SourceRange close = peek().range;
  const SourceManager &sources = program.sources;
  if (accept(TokenKind::RightBrace)) {
    bool beginsLine = sources.locate(close).column == indentation(sources, close.begin) + 1;
    if (beginsLine && indentation(sources, close.begin) < indentation(sources, open.begin) &&
        !misaligned.first.begin.isValid())
      misaligned = {open, close};
    return;
  }
  bool isAhead = isAt(TokenKind::End) || !blockAhead().empty();
  if (hasReportedBrace || !isAhead) // stopped by too many errors
    return;
  hasReportedBrace = true;
  std::string ahead = isAt(TokenKind::End) ? "the end of the file" : "the " + blockAhead().str() + " block";
  diagnostics.error(open, "this '{' lacks its '}' before " + ahead);
  if (misaligned.first.begin.isValid() && misaligned.first.begin.offset > open.begin.offset) {
    diagnostics.note(misaligned.first, "the '}' may be missing here: what closes this '{' is indented less");
    diagnostics.note(misaligned.second, "this '}'");
  }
}

bool Parser::isReserved(StringRef word) const {
  // The library's transforms have arguments called lower and upper.
  if (options.libraryMode && (word == "lower" || word == "upper" || word == "offset" || word == "multiplier"))
    return false;
  return isReservedWord(word);
}

bool Parser::expectName(StringRef &name, SourceRange &range) {
  const Token &token = peek();
  if (!token.is(TokenKind::Identifier)) {
    fail("expected an identifier before " + describeNext());
    return false;
  }
  if (isReserved(token.text)) {
    fail("'" + token.text + "' is a reserved word and cannot be a name");
    return false;
  }
  name = token.text;
  range = token.range;
  next();
  if (name.ends_with("__"))
    fail(range, "a name cannot end in two underscores");
  return true;
}

std::nullptr_t Parser::fail(const Twine &message) { return fail(peek().range, message); }

std::nullptr_t Parser::fail(SourceRange range, const Twine &message) {
  if (range.begin != lastFailure && !isAt(TokenKind::Invalid)) // the lexer has reported that one
    diagnostics.error(range, message);
  lastFailure = range.begin;
  return nullptr;
}

void Parser::skipBraces() {
  unsigned open = 0;
  do {
    if (isAt(TokenKind::LeftBrace))
      ++open;
    else if (isAt(TokenKind::RightBrace))
      --open;
    next();
  } while (open && !isAt(TokenKind::End));
}

void Parser::skipStatement() {
  unsigned parens = 0;
  unsigned arrays = std::exchange(openArrays, 0); // the statement broke inside { }
  while (!isAt(TokenKind::End) && (arrays || !isAt(TokenKind::RightBrace))) {
    if (accept(TokenKind::Semicolon))
      return;
    arrays -= arrays && isAt(TokenKind::RightBrace);
    if (isAt(TokenKind::LeftBrace)) {
      // After the head of a loop or condition this is its body; inside parentheses an array.
      skipBraces();
      if (!parens && !isAt(TokenKind::Semicolon) && !isAt(TokenKind::Comma))
        return;
      continue;
    }
    if (isAt(TokenKind::LeftParen))
      ++parens;
    else if (isAt(TokenKind::RightParen) && parens)
      --parens;
    next();
  }
}

bool Parser::tooDeep() {
  if (depth <= options.maxDepth)
    return false;
  fail("the program is nested too deeply");
  return true;
}

//===----------------------------------------------------------------------===//
// Programs and blocks
//===----------------------------------------------------------------------===//

void Parser::parseProgram() {
  BlockStmt **blocks[] = {nullptr,
                          &program.data,
                          &program.transformedData,
                          &program.parameters,
                          &program.transformedParameters,
                          &program.model,
                          &program.generatedQuantities};
  int last = -1;
  while (!isAt(TokenKind::End) && !diagnostics.hasReachedLimit()) {
    const BlockName *found = nullptr;
    for (const BlockName &name : blockNames)
      if (atWord(name.first) && (name.second.empty() || peek(1).isWord(name.second)))
        found = &name;
    if (!found) {
      fail(isAt(TokenKind::RightBrace) ? Twine("this '}' closes nothing")
                                       : "expected a program block before " + describeNext());
      if (!isAt(TokenKind::LeftBrace))
        next();
      if (isAt(TokenKind::LeftBrace))
        skipBraces();
      continue;
    }
    SourceRange begin = peek().range;
    next();
    if (!found->second.empty())
      next();
    int index = static_cast<int>(found->origin);
    if (index == last)
      fail(from(begin), "the " + originName(found->origin) + " block is repeated");
    else if (index < last)
      fail(from(begin), "the " + originName(found->origin) + " block must come before the " +
                            originName(static_cast<Origin>(last)) + " block");
    last = std::max(last, index);
    if (!expect(TokenKind::LeftBrace, " after '" + originName(found->origin) + "'"))
      continue;
    if (found->origin == Origin::Functions)
      parseFunctions(/*inBlock=*/true);
    else
      *blocks[index] = parseTopBlock(found->origin);
  }
}

BlockStmt *Parser::parseTopBlock(Origin origin) {
  auto *block = make<BlockStmt>();
  SourceRange begin = tokens[at - 1].range;
  // Declarations of the model block are local to it.
  block->body = parseBody(origin, /*isTop=*/origin != Origin::Model);
  block->range = from(begin);
  return block;
}

void Parser::parseLibrary() { parseFunctions(/*inBlock=*/false); }

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

void Parser::parseFunctions(bool inBlock) {
  llvm::SmallVector<FunctionDecl *> functions(program.functions.begin(), program.functions.end());
  SourceRange open = inBlock ? tokens[at - 1].range : SourceRange();
  while (!isAt(TokenKind::End) && (!inBlock || blockAhead().empty()) && !diagnostics.hasReachedLimit()) {
    if (isAt(TokenKind::RightBrace)) {
      if (inBlock)
        break;
      fail("this '}' closes nothing");
      next();
      continue;
    }
    if (FunctionDecl *function = parseFunction())
      functions.push_back(function);
    else
      skipFunction();
  }
  if (inBlock)
    closeBrace(open);
  program.functions = program.makeList<FunctionDecl *>(functions);
}

/// Past the body of the broken function, or its ';'.
void Parser::skipFunction() {
  while (!isAt(TokenKind::End) && !isAt(TokenKind::RightBrace)) {
    if (accept(TokenKind::Semicolon))
      return;
    if (isAt(TokenKind::LeftBrace))
      return skipBraces();
    next();
  }
}

FunctionDecl *Parser::parseFunction() {
  auto *function = make<FunctionDecl>();
  function->returnType = BaseType::Void;
  if (!acceptWord("void")) {
    if (!atType())
      return fail("expected the return type of a function before " + describeNext());
    function->returnSpec = parseUnsizedType();
    if (!function->returnSpec)
      return nullptr;
    function->returnType = function->returnSpec->type;
  }
  if (!expectName(function->name, function->range) ||
      !expect(TokenKind::LeftParen, " after the name of a function"))
    return nullptr;
  function->suffix = suffixOf(function->name);
  llvm::SmallVector<VarDecl *> args;
  if (!isAt(TokenKind::RightParen)) {
    do {
      VarDecl *arg = parseArgument();
      if (!arg)
        return nullptr;
      args.push_back(arg);
    } while (accept(TokenKind::Comma));
  }
  function->args = program.makeList<VarDecl *>(args);
  if (!expect(TokenKind::RightParen, " after the arguments"))
    return nullptr;
  if (accept(TokenKind::Semicolon))
    return function;
  if (!isAt(TokenKind::LeftBrace))
    return fail("expected the body of '" + function->name + "' or ';' before " + describeNext());
  SourceRange begin = next().range;
  function->body = make<BlockStmt>();
  function->body->body = parseBody(Origin::Functions, /*isTop=*/false);
  function->body->range = from(begin);
  return function;
}

VarDecl *Parser::parseArgument() {
  auto *arg = make<VarDecl>();
  arg->isArgument = true;
  arg->isDataOnly = acceptWord("data");
  if (!atType())
    return fail("expected the type of an argument before " + describeNext());
  arg->spec = parseUnsizedType();
  if (!arg->spec || !expectName(arg->name, arg->range))
    return nullptr;
  arg->type = arg->spec->type;
  if (isAt(TokenKind::LeftBracket))
    return fail("the array syntax '" + arg->name + "[...]' was removed from Stan, write 'array[...] " +
                arg->type.str() + " " + arg->name + "'");
  return arg;
}

std::unique_ptr<Program> astragal::stan::parse(SourceManager &sources, unsigned file,
                                               Diagnostics &diagnostics, const ParseOptions &options) {
  auto program = std::make_unique<Program>(sources);
  Parser parser(*program, lex(sources, file, diagnostics), diagnostics, options);
  if (options.libraryMode)
    parser.parseLibrary();
  else
    parser.parseProgram();
  return program;
}
